/** A workload without the label that the bill is divided by, where others have it. */
import type { Workload } from '../../model/model.ts';
import { mergeEntries } from '../edits/yaml.ts';
import { conventionOf, labelOf } from '../labels.ts';
import { describeWorkload, placeOfWorkload, workloadsOf, type WorkloadSubject } from '../manifests.ts';
import { defineRule, type LazyFix } from '../rule.ts';

/** Labels by which cost reports such as OpenCost divide what a cluster costs. */
const costLabel =
  /(?:^|[/.])(?:cost-?cent(?:er|re)|cost-?allocation|cost-?code|billing|billing-(?:code|team|unit)|business-unit|department)$/i;

export default defineRule({
  id: 'cost/allocation-label-missing',
  title: 'A workload lacks the label that cost is divided by, although others have it.',
  area: 'cost',
  section: '§4',
  level: 'info',
  joins: true,
  fix: 'suggested',
  messages: {
    unlabelled: {
      text: '{workload} has no label {label}, by which others here say who pays for them: what it costs is nobody’s.',
    },
  },
  check(model, report) {
    const subjects = workloadsOf(model).filter(
      ({ judged, workload }) => judged && workload.role === 'production',
    );
    const convention = conventionOf(subjects, costLabel);
    if (!convention) return;
    const { label } = convention;
    for (const { workload, service } of subjects) {
      const { object } = workload;
      const at = placeOfWorkload(workload);
      if (labelOf(workload, costLabel) !== undefined)
        report.met(service, { at, message: `It has the label ${label}.` });
      else if (object.labelsTemplated === true || object.metadata?.templated || workload.template)
        report.unknown(service, 'A template decides its labels.', at);
      else
        report.gap({
          message: 'unlabelled',
          data: { workload: describeWorkload(workload), label },
          at,
          service,
          related: [{ at: placeOfWorkload(convention.workload), message: `has the label ${label}` }],
          fixes: fixesFor(workload, label, valueOf(subjects, label)),
        });
    }
  },
});

/** What the label says, where it says the same everywhere. */
function valueOf(subjects: readonly WorkloadSubject[], label: string): string | undefined {
  const values = new Set(
    subjects.flatMap(
      ({ workload: { object, facts } }) => object.labels[label] ?? facts.podLabels[label] ?? [],
    ),
  );
  return values.size === 1 ? [...values][0] : undefined;
}

function fixesFor({ file, object }: Workload, label: string, value: string | undefined): LazyFix[] {
  const { metadata } = object;
  if (!metadata || value === undefined || value === '') return [];
  return [
    {
      title: `Add the label ${label}: ${value}`,
      safety: 'suggested',
      changes: ({ read }) => mergeEntries(read(file), metadata.range, { labels: { [label]: value } }) ?? [],
    },
  ];
}

/** A workload that does not say whose it is, where others in the repository do. */
import type { Model, Workload } from '../../model/model.ts';
import { mergeEntries } from '../edits/yaml.ts';
import { conventionOf, labelOf, type Convention } from '../labels.ts';
import {
  describeWorkload,
  isBuiltIn,
  placeOfWorkload,
  workloadsOf,
  type WorkloadSubject,
} from '../manifests.ts';
import { defineRule, type LazyFix, type Report } from '../rule.ts';

export default defineRule({
  id: 'ownership/label-missing',
  title: 'A workload has no label that says whose it is, although others have.',
  area: 'ownership',
  section: '§9',
  level: 'info',
  fix: 'suggested',
  // Whether labels name owners at all is seen from the other workloads.
  joins: true,
  messages: {
    unlabelled: {
      text: '{workload} does not say whose it is, although {other} does by its label {label}: who is paged and who pays for it has to be asked around.',
      equivalents: ['kube-linter/required-label-owner'],
    },
    'unlabelled-custom': {
      text: '{workload} does not say whose it is, although {other} does by its label {label}: who is paged and who pays for it has to be asked around.',
    },
    'kube-linter': {
      text: '{workload} has no label owner.',
      level: 'off',
      equivalents: ['kube-linter/required-label-owner'],
    },
  },
  check(model, report) {
    const subjects = workloadsOf(model);
    const convention = conventionOf(subjects, ownerLabel);
    for (const subject of subjects) checkWorkload(model, subject, convention, report);
  },
});

/** Labels and annotations by which people say whose something is, with or without a prefix such as `acme.example/`. */
const ownerLabel = /(?:^|[/.])(?:owner|owners|owned-by|team|squad|owning-team|team-name|contact)$/;

function checkWorkload(
  model: Model,
  { workload, service, judged }: WorkloadSubject,
  convention: Convention | undefined,
  report: Report<'unlabelled' | 'unlabelled-custom' | 'kube-linter'>,
): void {
  const { object } = workload;
  const open = object.labelsTemplated === true || (object.metadata?.templated ?? false);
  const at = placeOfWorkload(workload);
  const own = labelOf(workload, ownerLabel);
  const applies = judged && convention !== undefined && !workload.batch && !workload.thirdParty;
  // Any label with the word in it will do for it.
  const named = Object.keys(object.labels).some((key) => key.includes('owner'));
  const builtIn = isBuiltIn(workload);
  const data = { workload: describeWorkload(workload) };
  if (applies && own !== undefined) report.met(service, { at, message: `It has the label ${own}.` });
  else if (applies && open) report.unknown(service, 'A template decides its labels.', at);
  if (open) return;
  const gap = applies && own === undefined;
  const agreed = builtIn && !named;
  if (gap)
    report.gap({
      message: agreed ? 'unlabelled' : 'unlabelled-custom',
      data: { ...data, other: describeWorkload(convention.workload), label: convention.label },
      at,
      service,
      related: [{ at: placeOfWorkload(convention.workload), message: `has the label ${convention.label}` }],
      fixes: fixesFor(model, workload, convention.label),
    });
  else if (agreed) report.gap({ message: 'kube-linter', data, at, service });
}

function fixesFor(model: Model, workload: Workload, label: string): LazyFix[] {
  const { metadata } = workload.object;
  const owner = model.owners.of(workload.file)?.owners[0];
  const value = owner?.replace(/^@/, '').split('/').at(-1) ?? '';
  // https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#syntax-and-character-set
  if (!metadata || workload.template || !/^[\w][\w.-]{0,61}[\w]$/.test(value)) return [];
  return [
    {
      title: `Add the label ${label}: ${value}`,
      safety: 'suggested',
      changes({ read }) {
        return mergeEntries(read(workload.file), metadata.range, { labels: { [label]: value } }) ?? [];
      },
    },
  ];
}

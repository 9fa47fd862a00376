/** A spread constraint that spreads nothing: it counts other pods than its own, or the cluster refuses it. */
import type { LabelSelector, SpreadFacts } from '../../artifacts/kubernetes/facts.ts';
import { place, type Workload } from '../../model/model.ts';
import { insertEntry } from '../edits/yaml.ts';
import { describeWorkload, isBuiltIn, workloadsOf } from '../manifests.ts';
import { defineRule, type LazyFix } from '../rule.ts';
import { effectOf } from './spreads.ts';

const claimed = ['kube-score/pod-topology-spread-constraints'];

export default defineRule({
  id: 'scaling/spread-ineffective',
  title: 'A spread constraint counts no pod of its workload, or is refused.',
  area: 'scaling',
  section: '§4',
  level: 'warning',
  // Labels may be added by a kustomization.
  joins: true,
  fix: 'suggested',
  messages: {
    unselective: {
      text: 'This spread constraint of {workload} has no labelSelector: it counts no pods, so it spreads none.',
      equivalents: claimed,
    },
    refused: {
      text: 'Kubernetes refuses {workload}, because of its spread constraint {what}.',
      equivalents: claimed,
    },
    'of-others': {
      text: 'This spread constraint counts pods with {labels}, and those of {workload} have {found}: it spreads nothing.',
    },
  },
  check(model, report) {
    for (const { workload, service, judged } of workloadsOf(model)) {
      const { placement, podLabels } = workload.facts;
      if (!judged || !placement || placement.templated || !isBuiltIn(workload)) continue;
      for (const spread of placement.spreads) {
        const found = effectOf(spread, workload);
        const common = {
          at: place(workload.file, spread),
          service,
          ...(workload.role !== 'production' && { level: 'info' as const }),
        };
        const data = { workload: describeWorkload(workload) };
        if (found.effect === 'refused')
          report.gap({ message: 'refused', data: { ...data, what: found.what }, ...common });
        else if (found.effect === 'unselective')
          report.gap({ message: 'unselective', data, ...common, fixes: fixesFor(workload, spread) });
        else if (found.effect === 'spreads')
          report.met(service, { at: common.at, message: 'It spreads its own pods.' });
        else if (found.effect === 'of-others')
          report.gap({
            message: 'of-others',
            data: { ...data, labels: labelsText(spread.selector!), found: labelsText({ labels: podLabels }) },
            ...common,
          });
      }
    }
  },
});

function labelsText({ labels }: Pick<LabelSelector, 'labels'>): string {
  return Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .join(', ');
}

function fixesFor(
  { file, facts: { podLabels, labelsTemplated } }: Workload,
  { range }: SpreadFacts,
): LazyFix[] {
  if (labelsTemplated || Object.keys(podLabels).length === 0) return [];
  return [
    {
      title: 'Count the pods of this workload',
      safety: 'suggested',
      changes({ read }) {
        const change = insertEntry(read(file), range, 'labelSelector', { matchLabels: { ...podLabels } });
        return change ? [change] : [];
      },
    },
  ];
}

/** All replicas may stand on one node, and are lost with it. */
import type { AffinityTerm, LabelSelector } from '../../artifacts/kubernetes/facts.ts';
import type { Workload } from '../../model/model.ts';
import { insertEntry } from '../edits/yaml.ts';
import {
  describeWorkload,
  isBuiltIn,
  placeOfWorkload,
  workloadsOf,
  type WorkloadSubject,
} from '../manifests.ts';
import { defineRule, type LazyFix, type Report } from '../rule.ts';
import { fewestReplicas, replicasOf } from './replicas.ts';
import { effectOf } from './spreads.ts';

export default defineRule({
  id: 'scaling/spread-missing',
  title: 'Nothing keeps the replicas of a workload from sharing one node.',
  area: 'scaling',
  section: '§4',
  level: 'info',
  fix: 'suggested',
  // Replicas may be set by values, kustomizations and autoscalers.
  joins: true,
  messages: {
    together: {
      text: '{workload} runs {count} replicas, and nothing keeps them from sharing a node: that node takes all of them down.',
      equivalents: [
        'kube-linter/no-anti-affinity',
        'kube-score/deployment-has-host-podantiaffinity',
        'polaris/topologySpreadConstraint',
      ],
    },
    'together-stateful': {
      text: '{workload} runs {count} replicas, and nothing keeps them from sharing a node: that node takes all of them down.',
      equivalents: [
        'kube-linter/no-anti-affinity',
        'kube-score/statefulset-has-host-podantiaffinity',
        'polaris/topologySpreadConstraint',
      ],
    },
    'together-custom': {
      text: '{workload} runs {count} replicas, and nothing keeps them from sharing a node: that node takes all of them down.',
    },
    'kube-linter': {
      text: '{workload} runs several replicas and has no anti-affinity to itself on kubernetes.io/hostname.',
      level: 'off',
      equivalents: ['kube-linter/no-anti-affinity'],
    },
    'kube-score': {
      text: '{workload} has no anti-affinity to itself on nodes, zones or regions.',
      level: 'off',
      equivalents: ['kube-score/deployment-has-host-podantiaffinity'],
    },
    'kube-score-stateful': {
      text: '{workload} has no anti-affinity to itself on nodes, zones or regions.',
      level: 'off',
      equivalents: ['kube-score/statefulset-has-host-podantiaffinity'],
    },
    polaris: {
      text: '{workload} has no topologySpreadConstraints.',
      level: 'off',
      equivalents: ['polaris/topologySpreadConstraint'],
    },
  },
  check(model, report) {
    for (const subject of workloadsOf(model)) checkWorkload(subject, report);
  },
});

type Key =
  `together${'' | '-stateful' | '-custom'}` | 'kube-linter' | `kube-score${'' | '-stateful'}` | 'polaris';

function checkWorkload(subject: WorkloadSubject, report: Report<Key>): void {
  const { workload, service, judged } = subject;
  const { placement } = workload.facts;
  const at = placeOfWorkload(workload);
  if (placement && !replicasOf(workload)) {
    // Polaris asks of everything but jobs.
    const isAsked = isBuiltIn(workload) && !workload.facts.job && !placement.templated;
    if (isAsked && placement.spreads.length === 0)
      report.gap({ message: 'polaris', data: { workload: describeWorkload(workload) }, at, service });
  }
  if (!placement || !replicasOf(workload)) return;
  const count = fewestReplicas(workload);
  const applies = judged && count !== undefined && count > 1;
  if (placement.templated) {
    if (applies) report.unknown(service, 'A template or patch decides where the pods may run.', at);
    return;
  }
  const spread = placement.apart.length + placement.spreads.length > 0;
  const isKept =
    placement.apart.length > 0 ||
    placement.spreads.some((one) => /^(?:spreads|unknown)$/.test(effectOf(one, workload).effect));
  if (applies && isKept) report.met(service, { at, message: 'Its replicas are kept apart.' });
  const verdicts = verdictsOf(workload);
  const together = applies && !spread;
  const stateful = workload.kind === 'StatefulSet' ? '-stateful' : '';
  const agreed = Object.values(verdicts).every((found) => found);
  const data = { workload: describeWorkload(workload) };
  if (together)
    report.gap({
      message: agreed ? `together${stateful}` : 'together-custom',
      data: { ...data, count },
      at,
      service,
      ...(workload.role === 'example' && { level: 'info' }),
      fixes: fixesFor(workload),
    });
  if (together && agreed) return;
  if (verdicts.kubeLinter) report.gap({ message: 'kube-linter', data, at, service });
  if (verdicts.kubeScore) report.gap({ message: `kube-score${stateful}`, data, at, service });
  if (verdicts.polaris) report.gap({ message: 'polaris', data, at, service });
}

/** What others say, who look at the workload alone: kube-linter counts what is written, kube-score what may be. */
function verdictsOf(workload: Workload) {
  const { placement, podLabels } = workload.facts;
  const replicas = replicasOf(workload);
  const written = replicas?.known && replicas.at ? replicas.count : undefined;
  const apart = (approves: (term: AffinityTerm) => boolean): boolean =>
    placement!.apart.some((term) => approves(term) && selects(term.selector, podLabels));
  const namespace = workload.object.namespace ?? '';
  return {
    kubeLinter:
      isBuiltIn(workload) &&
      (written ?? 1) > 1 &&
      !apart(
        ({ topologyKey = '', namespaces }) =>
          topologyKey === 'kubernetes.io/hostname' &&
          (namespaces.length === 0 || namespaces.includes(namespace)),
      ),
    kubeScore:
      /^(?:Deployment|StatefulSet)$/.test(workload.kind) &&
      replicas?.known === true &&
      (written ?? 2) > 1 &&
      !apart(({ topologyKey = '' }) => failureDomains.has(topologyKey)),
    polaris: isBuiltIn(workload) && placement!.spreads.length === 0,
  };
}

/** https://kubernetes.io/docs/reference/labels-annotations-taints/, with the names they had before 1.17 */
const failureDomains = new Set([
  'kubernetes.io/hostname',
  'topology.kubernetes.io/zone',
  'topology.kubernetes.io/region',
  'failure-domain.beta.kubernetes.io/zone',
  'failure-domain.beta.kubernetes.io/region',
]);

/** No selector selects nothing, an empty one everything. */
function selects(selector: LabelSelector | undefined, labels: Readonly<Record<string, string>>): boolean {
  if (!selector) return false;
  const matched = Object.entries(selector.labels).every(([key, value]) => labels[key] === value);
  return (
    matched &&
    selector.expressions.every(({ key, operator, values }) => {
      const has = Object.hasOwn(labels, key);
      if (operator === 'Exists') return has;
      if (operator === 'DoesNotExist') return !has;
      const within = has && values.includes(labels[key]!);
      return operator === 'In' ? within : operator === 'NotIn' && !within;
    })
  );
}

function fixesFor({ file, template, facts }: Workload): LazyFix[] {
  const { placement, podLabels, labelsTemplated } = facts;
  if (template || labelsTemplated || Object.keys(podLabels).length === 0) return [];
  return [
    {
      title: 'Spread the replicas over nodes',
      safety: 'suggested',
      changes({ read }) {
        const constraint = {
          maxSkew: 1,
          topologyKey: 'kubernetes.io/hostname',
          whenUnsatisfiable: 'ScheduleAnyway',
          labelSelector: { matchLabels: { ...podLabels } },
        };
        const change = insertEntry(
          read(file),
          placement!.pod.range,
          'topologySpreadConstraints',
          [constraint],
          'start',
        );
        return change ? [change] : [];
      },
    },
  ];
}

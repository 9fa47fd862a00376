/** One pod serves all users: while it is restarted or its node drained, nobody does. */
import type { Cluster } from '../../model/cluster.ts';
import type { Workload } from '../../model/model.ts';
import type { Evidence, Place } from '../../text.ts';
import { insertEntry, setScalar } from '../edits/yaml.ts';
import {
  describeWorkload,
  isBuiltIn,
  placeOfWorkload,
  senderOf,
  workloadsOf,
  type WorkloadSubject,
} from '../manifests.ts';
import { defineRule, type LazyFix, type Report } from '../rule.ts';
import { imagesAreKnown, mayRunTwice, replicasOf } from './replicas.ts';

export default defineRule({
  id: 'scaling/single-replica',
  title: 'A workload that a Service sends traffic to runs one replica.',
  area: 'scaling',
  section: '§2',
  level: 'warning',
  fix: 'suggested',
  // Services, autoscalers and values stand in other files.
  joins: true,
  messages: {
    single: {
      text: '{workload} runs one replica although {service} sends it traffic: when that pod crashes or its node is drained, nothing answers.',
      equivalents: [
        'kube-linter/minimum-three-replicas',
        'kube-score/deployment-replicas',
        'polaris/deploymentMissingReplicas',
      ],
    },
    'single-custom': {
      text: '{workload} runs one replica although {service} sends it traffic: when that pod crashes or its node is drained, nothing answers.',
    },
    'kube-linter': {
      text: '{workload} runs fewer than three replicas.',
      level: 'off',
      equivalents: ['kube-linter/minimum-three-replicas'],
    },
    'kube-score': {
      text: '{workload} runs fewer than two replicas although a Service sends it traffic; it is a tool or test, somebody else’s product, or cannot run twice.',
      level: 'off',
      equivalents: ['kube-score/deployment-replicas'],
    },
    polaris: {
      text: '{workload} sets fewer than two replicas.',
      level: 'off',
      equivalents: ['polaris/deploymentMissingReplicas'],
    },
  },
  check(model, report) {
    for (const subject of workloadsOf(model)) checkWorkload(subject, model.cluster, report);
  },
});

type Key = 'single' | 'single-custom' | 'kube-linter' | 'kube-score' | 'polaris';

function checkWorkload(subject: WorkloadSubject, cluster: Cluster, report: Report<Key>): void {
  const { workload, service, judged } = subject;
  const replicas = replicasOf(workload);
  if (!replicas) return;
  const sender = senderOf(workload);
  const deployed = judged && sender !== undefined && mayRunTwice(workload) && overlaps(workload);
  const at: Place = replicas.at ?? placeOfWorkload(workload);
  if (!replicas.known) {
    if (deployed) report.unknown(service, 'A template or patch decides the number of replicas.', at);
    return;
  }
  if (deployed && !imagesAreKnown(workload))
    report.unknown(service, 'A template decides what runs there; it may be what cannot run twice.', at);
  const { count } = replicas;
  if (deployed && (workload.autoscaler !== undefined || count > 1)) {
    const message = workload.autoscaler ? 'An autoscaler adds replicas.' : `It runs ${count} replicas.`;
    report.met(service, { at, message });
  }
  const deployment = workload.kind === 'Deployment';
  const verdicts = {
    'kube-linter': isBuiltIn(workload) && count < 3,
    'kube-score':
      deployment &&
      count < 2 &&
      cluster.isServed(workload.facts.podLabels, workload.object.namespace) &&
      !cluster.autoscalers.some((one) => isScaledExactly(workload, one)),
    polaris: deployment && count < 2,
  };
  const data = { workload: describeWorkload(workload) };
  const alone = deployed && imagesAreKnown(workload) && !workload.autoscaler && count === 1;
  const agreed = Object.values(verdicts).every((found) => found);
  if (alone) {
    const message = agreed ? 'single' : 'single-custom';
    const mild = workload.role === 'example' || workload.template || at.file !== workload.file;
    report.gap({
      message,
      data: { ...data, service: sender.name === undefined ? 'a Service' : `Service ${sender.name}` },
      at,
      service,
      related: [sends(sender)],
      ...(mild && { level: 'info' }),
      fixes: fixesFor(subject, replicas.at),
    });
  }
  if (alone && agreed) return;
  for (const tool of ['kube-linter', 'kube-score', 'polaris'] as const)
    if (verdicts[tool]) report.gap({ message: tool, data, at, service });
}

/** Whether an autoscaler names it in every detail. */
function isScaledExactly(
  { object, name }: Workload,
  { object: autoscaler, facts: { target } }: Cluster['autoscalers'][number],
): boolean {
  return (
    autoscaler.kind === 'HorizontalPodAutoscaler' &&
    autoscaler.namespace === object.namespace &&
    target.apiVersion === object.apiVersion &&
    target.kind === object.kind &&
    target.name.known &&
    target.name.value === name
  );
}

/** What says that it must not overlap with itself is scaled in other ways. */
function overlaps({ facts: { strategy } }: Workload): boolean {
  return !(strategy?.type?.known && strategy.type.value === 'Recreate');
}

function sends({ file, facts }: Workload['services'][number]): Evidence {
  return { at: { file, ...(facts.range && { range: facts.range }) }, message: 'sends traffic to it' };
}

function fixesFor({ workload, service }: WorkloadSubject, at: Place | undefined): LazyFix[] {
  // A second replica would not know what the first one remembers.
  if (service?.code && service.code.state.length > 0) return [];
  const { spec } = workload.facts;
  const range = at?.range;
  if (at ? !range || range.end === range.start : !spec || workload.template) return [];
  return [
    {
      title: 'Set replicas to 2',
      safety: 'suggested',
      changes({ read }) {
        const change =
          at && range
            ? setScalar(read(at.file), range, 2)
            : insertEntry(read(workload.file), spec!.range, 'replicas', 2, 'start');
        return change ? [change] : [];
      },
    },
  ];
}

/** A service that can only be given a larger machine: one replica, much of everything, and nothing that scales it out. */
import type { ContainerFacts } from '../../artifacts/kubernetes/facts.ts';
import { place, type Service, type Workload } from '../../model/model.ts';
import type { Evidence } from '../../text.ts';
import { describeWorkload, workloadsOf, type WorkloadSubject } from '../manifests.ts';
import { quantity } from '../quantities.ts';
import { defineRule, type Report } from '../rule.ts';
import { replicasOf, scalesOut } from './replicas.ts';

/** What is large for one replica: half of a common node of 8 cores and 32 GiB. */
const large = { cpu: 4, memory: 16 * 1024 ** 3 } as const;

export default defineRule({
  id: 'scaling/vertical-only',
  title: 'A workload of one large replica can only be scaled up, and no further than a node.',
  area: 'scaling',
  section: '§2',
  level: 'info',
  fix: 'none',
  joins: true,
  messages: {
    blocked: {
      text: '{workload} runs one replica with {amount}, and {blocker}: it can only be given a larger node, and there is a largest one.',
    },
    unblocked: {
      text: '{workload} runs one replica with {amount}, and nothing scales it out: it can only be given a larger node, and there is a largest one.',
    },
  },
  check(model, report) {
    for (const subject of workloadsOf(model)) if (subject.judged) checkWorkload(subject, report);
  },
});

function checkWorkload(
  { workload, service }: WorkloadSubject,
  report: Report<'blocked' | 'unblocked'>,
): void {
  const replicas = replicasOf(workload);
  if (!replicas?.known || replicas.count !== 1 || workload.autoscaler || workload.thirdParty) return;
  if (!scalesOut(workload) && workload.kind !== 'StatefulSet') return;
  const limit = workload.containers.map(largeAmount).find((found) => found !== undefined);
  if (!limit) return;
  const blocker = blockerOf(workload, service);
  report.gap({
    message: blocker ? 'blocked' : 'unblocked',
    data: {
      workload: describeWorkload(workload),
      amount: limit.words,
      ...(blocker && { blocker: blocker.words }),
    },
    at: place(workload.file, limit.at),
    service,
    related: blocker?.evidence ? [blocker.evidence] : [],
    ...((workload.role === 'example' || limit.at.file !== undefined) && { level: 'info' as const }),
  });
}

function largeAmount({ limits, requests }: ContainerFacts) {
  for (const what of ['cpu', 'memory'] as const) {
    const amount = limits[what] ?? requests[what];
    if (!amount?.known || (quantity(amount.value) ?? 0) < large[what]) continue;
    const words = `a ${what === 'cpu' ? 'CPU' : what} ${limits[what] ? 'limit' : 'request'} of ${amount.value}`;
    return { words, at: amount };
  }
  return undefined;
}

interface Blocker {
  readonly words: string;
  readonly evidence?: Evidence;
}

/** What would go wrong with a second replica, the surest first. */
function blockerOf({ facts, file }: Workload, service: Service | undefined): Blocker | undefined {
  const state = service?.code?.state[0];
  if (state) {
    const words = 'its code keeps state that a second one would not have';
    return { words, evidence: { at: state.at, message: `${state.what} keeps it here` } };
  }
  if (facts.keepsData) {
    const evidence = { at: place(file, facts.placement?.pod), message: 'mounts a claim' };
    return { words: 'its volume can be written to from one node alone', evidence };
  }
  const schedule = service?.code?.schedules[0];
  if (schedule) {
    const words = 'its code starts jobs that a second one would start again';
    return { words, evidence: { at: schedule.at, message: 'starts a job here' } };
  }
  const { strategy } = facts;
  if (strategy?.type?.known && strategy.type.value === 'Recreate') {
    const evidence = { at: place(file, strategy), message: 'must not overlap with itself' };
    return { words: 'it says that two must never run at a time', evidence };
  }
  return undefined;
}

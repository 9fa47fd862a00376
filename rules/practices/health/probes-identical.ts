/** Liveness and readiness ask the same: what should only lose its traffic is restarted. */
import type { ContainerFacts, ProbeFacts } from '../../artifacts/kubernetes/facts.ts';
import { place, type Workload } from '../../model/model.ts';
import { insertEntry, setScalar } from '../edits/yaml.ts';
import {
  containersOf,
  describeContainer,
  isBuiltIn,
  workloadsOf,
  type ContainerSubject,
} from '../manifests.ts';
import { defineRule, type LazyFix, type Report } from '../rule.ts';
import { secondsToGiveUp } from './probeTimes.ts';

export default defineRule({
  id: 'health/probes-identical',
  title: 'The liveness probe asks what the readiness probe asks, and gives up no later.',
  area: 'health',
  section: '§4',
  level: 'info',
  fix: 'suggested',
  // Values of a chart stand in another file.
  joins: true,
  messages: {
    identical: {
      text: '{container} is restarted by the same check that takes its traffic away, after {liveness} s against {readiness} s: what is only slow under load is killed instead of given time.',
      equivalents: ['kube-score/pod-probes-identical'],
    },
    'identical-custom': {
      text: '{container} is restarted by the same check that takes its traffic away, after {liveness} s against {readiness} s: what is only slow under load is killed instead of given time.',
    },
    'kube-score': {
      text: '{container} has the same check as liveness and readiness probe.',
      level: 'off',
      equivalents: ['kube-score/pod-probes-identical'],
    },
  },
  check(model, report) {
    for (const subject of containersOf(model)) checkContainer(subject, report);
    for (const { workload } of workloadsOf(model)) {
      const init = workload.facts.containers.filter((one) => one.init);
      for (const container of init) checkByKubeScore(workload, container, report);
    }
  },
});

type Key = 'identical' | 'identical-custom' | 'kube-score';

function checkContainer(subject: ContainerSubject, report: Report<Key>): void {
  const { workload, service, container, judged } = subject;
  const { readiness, liveness } = container;
  if (!readiness || !liveness || workload.kind === 'Job' || workload.kind === 'CronJob') return;
  if ([readiness, liveness].some(({ handler }) => handler === 'unknown')) {
    const at = place(workload.file, liveness);
    if (judged) report.unknown(service, 'A template decides what the probes ask.', at);
    return;
  }
  const same = sameCheck(readiness, liveness);
  // Whether a port is open does not depend on the load.
  const harmless = liveness.handler === 'tcp';
  const times = { readiness: secondsToGiveUp(readiness), liveness: secondsToGiveUp(liveness) };
  const at = place(workload.file, liveness);
  const builtIn = isBuiltIn(workload);
  const container_ = describeContainer(container, workload);
  if (!same || harmless || (times.liveness ?? 0) > (times.readiness ?? Infinity)) {
    if (judged) report.met(service, { at, message: 'Liveness is judged apart from readiness.' });
  } else if (judged && times.readiness !== undefined && times.liveness !== undefined) {
    report.gap({
      message: builtIn && isSameToKubeScore(readiness, liveness) ? 'identical' : 'identical-custom',
      data: { container: container_, readiness: times.readiness, liveness: times.liveness },
      at,
      service,
      related: [{ at: place(workload.file, readiness), message: 'the readiness probe asks the same' }],
      fixes: fixesFor(subject, liveness, times.readiness),
    });
    if (builtIn && isSameToKubeScore(readiness, liveness)) return;
  }
  checkByKubeScore(workload, container, report);
}

function checkByKubeScore(workload: Workload, container: ContainerFacts, report: Report<Key>): void {
  const { readiness, liveness } = container;
  const isJob = workload.kind === 'Job' || workload.kind === 'CronJob';
  if (!readiness || !liveness || isJob || !isBuiltIn(workload) || !isSameToKubeScore(readiness, liveness))
    return;
  const data = { container: describeContainer(container, workload) };
  report.gap({ message: 'kube-score', data, at: place(workload.file, liveness) });
}

/** The same without its thresholds, without gRPC, and with all ports alike that have a name. */
function isSameToKubeScore(a: ProbeFacts, b: ProbeFacts): boolean {
  const number = ({ port }: ProbeFacts): number => (port?.known && Number(port.value)) || 0;
  if (a.handler === 'http' && b.handler === 'http' && a.path?.known !== false && b.path?.known !== false)
    return (a.path?.value ?? '') === (b.path?.value ?? '') && number(a) === number(b);
  return a.handler !== 'grpc' && sameCheck(a, b);
}

function sameCheck(a: ProbeFacts, b: ProbeFacts): boolean {
  if (a.handler !== b.handler) return false;
  const [x, y] = [checkOf(a), checkOf(b)];
  return x !== undefined && x === y;
}

/** What a probe does, spelled out; undefined where a template decides a part of it, or nothing is written yet. */
function checkOf({ handler, path, port, command }: ProbeFacts): string | undefined {
  if (path?.known === false || port?.known === false) return undefined;
  if (port === undefined && command.length === 0) return undefined;
  return JSON.stringify([handler, path?.value ?? '', String(port?.value ?? ''), command]);
}

function fixesFor({ workload }: ContainerSubject, liveness: ProbeFacts, readiness: number): LazyFix[] {
  const { failureThreshold, periodSeconds } = liveness.timing;
  const file = liveness.file ?? workload.file;
  if ((workload.template && liveness.file === undefined) || !liveness.value) return [];
  const period = periodSeconds?.known ? periodSeconds.value : 10;
  const times = Math.ceil((2 * readiness) / period);
  return [
    {
      title: `Restart only after ${times} failures`,
      safety: 'suggested',
      changes({ read }) {
        const change = failureThreshold
          ? setScalar(read(file), failureThreshold.range, times)
          : insertEntry(read(file), liveness.value!, 'failureThreshold', times);
        return change ? [change] : [];
      },
    },
  ];
}

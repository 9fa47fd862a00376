/** Probes whose times cannot work: they overlap, kill what is still starting, or are refused. */
import type { ProbeFacts, ProbeTiming, Templated } from '../../artifacts/kubernetes/facts.ts';
import { place, type Service } from '../../model/model.ts';
import { insertEntry, setScalar, type YamlValue } from '../edits/yaml.ts';
import { containersOf, describeContainer, type ContainerSubject } from '../manifests.ts';
import { defineRule, type LazyFix, type Report } from '../rule.ts';
import { secondsToGiveUp, timeOf } from './probeTimes.ts';

/** Seconds that a runtime which loads and compiles its classes may well take to answer on a small share of a CPU. */
const slowStart = 30;

export default defineRule({
  id: 'health/probe-timing',
  title: 'A probe’s times cannot work: it overlaps with itself, kills a slow start, or is refused.',
  area: 'health',
  section: '§4',
  level: 'warning',
  fix: 'suggested',
  // Which language a container is written in stands in other files.
  joins: true,
  messages: {
    'timeout-over-period': {
      text: 'The {probe} of {container} waits {timeout} s for an answer but is due every {period} s: a hanging process is asked again before it was given up on, and is noticed later than it seems.',
      level: 'info',
    },
    'start-killed': {
      text: '{container} runs on the JVM and is restarted when it does not answer {seconds} s after it was started: on a busy node it never gets up. A startupProbe gives it time.',
    },
    'success-threshold': {
      text: 'The {probe} of {container} sets successThreshold {value}; the cluster takes nothing but 1 there and refuses the workload.',
      level: 'error',
    },
  },
  check(model, report) {
    for (const subject of containersOf(model)) {
      if (!subject.judged) continue;
      const { container } = subject;
      const probes = [container.readiness, container.liveness, container.startup];
      const found = probes.map((probe) => probe !== undefined && checkProbe(subject, probe, report));
      const killed = checkStart(subject, report);
      const timed = probes.find((probe) => probe && Object.keys(probe.timing).length > 0);
      if (timed && !killed && !found.includes(true))
        report.met(subject.service, {
          at: place(subject.workload.file, timed),
          message: 'The times of its probes work together.',
        });
    }
  },
});

type Key = 'timeout-over-period' | 'start-killed' | 'success-threshold';

function checkProbe(subject: ContainerSubject, probe: ProbeFacts, report: Report<Key>): boolean {
  const { workload, service, container } = subject;
  const data = { probe: `${probe.kind}Probe`, container: describeContainer(container, workload) };
  const { timeoutSeconds, successThreshold } = probe.timing;
  const [timeout, period] = [timeOf(probe, 'timeoutSeconds'), timeOf(probe, 'periodSeconds')];
  const over = timeoutSeconds && timeout !== undefined && period !== undefined && timeout > period;
  if (over)
    report.gap({
      message: 'timeout-over-period',
      data: { ...data, timeout, period },
      at: place(workload.file, timeoutSeconds),
      service,
      fixes: setFix(subject, 'timeoutSeconds', timeoutSeconds, period),
    });
  const refused = probe.kind !== 'readiness' && successThreshold?.known && successThreshold.value !== 1;
  if (refused)
    report.gap({
      message: 'success-threshold',
      data: { ...data, value: successThreshold.value },
      at: place(workload.file, successThreshold),
      service,
      fixes: setFix(subject, 'successThreshold', successThreshold, 1),
    });
  return Boolean(over) || Boolean(refused);
}

function checkStart(subject: ContainerSubject, report: Report<Key>): boolean {
  const { workload, service, container } = subject;
  const { liveness, startup, unset } = container;
  if (!liveness || startup || unset?.startup || container.templated || !runsOnJvm(service)) return false;
  if (workload.containers.length > 1) return false;
  const [delay, patience] = [timeOf(liveness, 'initialDelaySeconds'), secondsToGiveUp(liveness)];
  if (liveness.handler === 'unknown' || delay === undefined || patience === undefined) return false;
  const seconds = delay + patience;
  if (seconds >= slowStart) return false;
  report.gap({
    message: 'start-killed',
    data: { container: describeContainer(container, workload), seconds },
    at: place(workload.file, liveness),
    service,
    fixes: startupFix(subject, liveness),
  });
  return true;
}

function runsOnJvm(service: Service | undefined): boolean {
  if (/^(?:java|kotlin|scala)$/.test(service?.language ?? '')) return true;
  return (service?.dockerfiles ?? []).some(({ facts }) =>
    /(?:^|\/)(?:eclipse-temurin|openjdk|amazoncorretto|java\d*)\b/.test(
      facts.stages.at(-1)?.from.value.text ?? '',
    ),
  );
}

function setFix(
  { workload }: ContainerSubject,
  field: keyof ProbeTiming,
  fact: Templated<number>,
  value: number,
): LazyFix[] {
  const at = place(workload.file, fact);
  if (workload.template && at.file === workload.file) return [];
  return [
    {
      title: `Set ${field} to ${value}`,
      safety: 'suggested',
      changes({ read }) {
        const change = setScalar(read(at.file), at.range!, value);
        return change ? [change] : [];
      },
    },
  ];
}

/** The liveness probe's own question, with five minutes to answer it for the first time. */
function startupFix({ workload, container }: ContainerSubject, liveness: ProbeFacts): LazyFix[] {
  const { path, port } = liveness;
  if (workload.template || path?.known === false || port?.known === false) return [];
  const check: Readonly<Record<string, YamlValue>> | undefined =
    liveness.handler === 'http' && port
      ? { httpGet: { ...(path && { path: path.value }), port: port.value } }
      : liveness.handler === 'tcp' && port
        ? { tcpSocket: { port: port.value } }
        : liveness.handler === 'grpc' && port
          ? { grpc: { port: port.value } }
          : undefined;
  if (!check) return [];
  return [
    {
      title: 'Add a startupProbe that waits up to 5 minutes',
      safety: 'suggested',
      changes({ read }) {
        const probe = { ...check, periodSeconds: 5, failureThreshold: 60 };
        const change = insertEntry(read(workload.file), container.range, 'startupProbe', probe);
        return change ? [change] : [];
      },
    },
  ];
}

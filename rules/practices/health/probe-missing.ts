/** A container that serves or runs on without a probe: nobody notices when it cannot. */
import type { ContainerFacts, ProbeFacts } from '../../artifacts/kubernetes/facts.ts';
import type { Cluster } from '../../model/cluster.ts';
import { place, type KubernetesService, type Workload } from '../../model/model.ts';
import type { Evidence, Place } from '../../text.ts';
import { fillEntry, insertEntry } from '../edits/yaml.ts';
import {
  containersOf,
  describeContainer,
  describeWorkload,
  isBuiltIn,
  isFirstAt,
  onlyStaysUp,
  placeOfWorkload,
  runsToAnEnd,
  senderOf,
  workloadsOf,
  type ContainerSubject,
} from '../manifests.ts';
import { defineRule, type LazyFix, type Report } from '../rule.ts';
import { proposeProbe } from './proposedProbe.ts';

export default defineRule({
  id: 'health/probe-missing',
  title: 'A container behind a Service has no readiness probe, or a long-running one no liveness probe.',
  area: 'health',
  section: '§4',
  level: 'warning',
  fix: 'suggested',
  joins: true,
  messages: {
    readiness: {
      text: '{container} has no readinessProbe although {service} sends it traffic: requests arrive before it can serve them, and go on arriving when it no longer can.',
      equivalents: [
        'kube-linter/no-readiness-probe',
        'kube-score/pod-probes',
        'polaris/readinessProbeMissing',
      ],
    },
    'readiness-beside': {
      text: '{container} has no readinessProbe although {service} sends it traffic too: the probe of the container beside it says nothing about it.',
      equivalents: ['kube-linter/no-readiness-probe', 'polaris/readinessProbeMissing'],
    },
    // Kube-score asks for a Service of the very namespace.
    'readiness-near': {
      text: '{container} has no readinessProbe although {service} sends it traffic: requests arrive before it can serve them, and go on arriving when it no longer can.',
      equivalents: ['kube-linter/no-readiness-probe', 'polaris/readinessProbeMissing'],
    },
    'readiness-custom': {
      text: '{container} has no readinessProbe although {service} sends it traffic: requests arrive before it can serve them, and go on arriving when it no longer can.',
    },
    liveness: {
      text: '{container} has no livenessProbe: when it hangs, it stays so until somebody notices.',
      level: 'info',
      equivalents: ['kube-linter/no-liveness-probe', 'polaris/livenessProbeMissing'],
    },
    'liveness-custom': {
      text: '{container} has no livenessProbe: when it hangs, it stays so until somebody notices.',
      level: 'info',
    },
    'readiness-unneeded': {
      text: '{container} has no readinessProbe; no traffic is known to depend on it.',
      level: 'off',
      equivalents: ['kube-linter/no-readiness-probe', 'polaris/readinessProbeMissing'],
    },
    'readiness-tool': {
      text: '{container} has no readinessProbe although {service} sends it traffic; it is a tool or test, or ends by itself.',
      level: 'off',
      equivalents: ['kube-linter/no-readiness-probe', 'polaris/readinessProbeMissing'],
    },
    'kube-score': {
      text: 'No container of {workload} has a readinessProbe although a Service selects it, or selects nothing.',
      level: 'off',
      equivalents: ['kube-score/pod-probes'],
    },
    'readiness-batch': {
      text: '{container} has no readinessProbe; it runs to an end and needs none.',
      level: 'off',
      equivalents: ['kube-linter/no-readiness-probe'],
    },
    'liveness-unneeded': {
      text: '{container} has no livenessProbe; it is a tool or test, or ends by itself.',
      level: 'off',
      equivalents: ['kube-linter/no-liveness-probe', 'polaris/livenessProbeMissing'],
    },
    'liveness-batch': {
      text: '{container} has no livenessProbe; it runs to an end and needs none.',
      level: 'off',
      equivalents: ['kube-linter/no-liveness-probe'],
    },
  },
  check(model, report) {
    const shared = new Set<string>();
    const unready = new Set<Workload>();
    for (const { workload } of workloadsOf(model))
      if (isUnready(workload, model.cluster)) unready.add(workload);
    const claimed = new Set<Workload>();
    for (const subject of containersOf(model)) {
      const { workload, container } = subject;
      const { unset } = container;
      if (isFirstAt(unset?.readiness, shared)) {
        const message = checkReadiness(subject, unready.has(workload), report);
        if (message === 'readiness') claimed.add(workload);
      }
      if (isFirstAt(unset?.liveness, shared)) checkLiveness(subject, report);
    }
    for (const workload of unready) {
      if (!claimed.has(workload))
        report.gap({
          message: 'kube-score',
          data: { workload: describeWorkload(workload) },
          at: placeOfWorkload(workload),
        });
    }
  },
});

type Kind = 'readiness' | 'liveness';
type Key =
  | `${Kind}${'' | '-custom' | '-unneeded' | '-batch'}`
  | `readiness-${'beside' | 'near' | 'tool'}`
  | 'kube-score';

/** Whether kube-score misses a readiness probe: it looks for one in any container, of what a Service selects. */
function isUnready(workload: Workload, cluster: Cluster): boolean {
  const { facts, object, kind } = workload;
  return (
    /^(?:Deployment|StatefulSet|DaemonSet|Pod)$/.test(kind) &&
    !facts.containers.some((one) => one.readiness ?? (one.templated && !one.unset?.readiness)) &&
    cluster.isServed(facts.podLabels, object.namespace)
  );
}

/** @returns the message that was reported, where it is no quiet one */
function checkReadiness(subject: ContainerSubject, isUnready: boolean, report: Report<Key>): Key | undefined {
  const { workload } = subject;
  const judged = isJudged(subject);
  const sender = senderOf(workload, (service) => sendsTo(service, subject));
  if (settled('readiness', subject, judged && sender !== undefined, report)) return undefined;
  const beside = workload.facts.containers.some(({ readiness }) => readiness);
  const builtIn = isBuiltIn(workload);
  if (!sender || (!judged && (beside || isJob(workload)))) {
    if (builtIn) reportOff('readiness', subject, report);
    return undefined;
  }
  if (!judged && !builtIn) return undefined;
  const own = isUnready ? 'readiness' : beside ? 'readiness-beside' : 'readiness-near';
  const message = !judged ? 'readiness-tool' : builtIn ? own : 'readiness-custom';
  const name = sender.name === undefined ? 'a Service' : `Service ${sender.name}`;
  const { range } = sender.facts;
  const at = { file: sender.file, ...(range && { range }) };
  reportGap(message, 'readiness', subject, report, { service: name }, [
    { at, message: 'sends traffic to it' },
  ]);
  return message;
}

function checkLiveness(subject: ContainerSubject, report: Report<Key>): void {
  const { workload } = subject;
  const judged = isJudged(subject);
  if (settled('liveness', subject, judged, report)) return;
  if (!judged) {
    if (isBuiltIn(workload)) reportOff('liveness', subject, report);
  } else reportGap(isBuiltIn(workload) ? 'liveness' : 'liveness-custom', 'liveness', subject, report);
}

/** Tools, tests and what only stays up serve nobody, and what runs to an end says by ending how it is. */
function isJudged({ workload, container, judged }: ContainerSubject): boolean {
  return judged && !runsToAnEnd(workload) && !onlyStaysUp(container);
}

function isJob({ kind }: Workload): boolean {
  return kind === 'Job' || kind === 'CronJob';
}

/** Whether the probe is there, or cannot be known to be missing. */
function settled(
  kind: Kind,
  { workload, service, container }: ContainerSubject,
  applies: boolean,
  report: Report<Key>,
): boolean {
  const probe = container[kind];
  if (probe) {
    if (applies) report.met(service, { at: place(workload.file, probe), message: `It has a ${kind}Probe.` });
    return true;
  }
  if (!container.templated || container.unset?.[kind]) return false;
  if (applies) {
    const at = place(workload.file, { range: container.name.range });
    report.unknown(service, `A template or patch decides whether there is a ${kind}Probe.`, at);
  }
  return true;
}

/** Whether a Service that selects the pod sends its traffic to this container rather than to one beside it. */
function sendsTo({ facts }: KubernetesService, { workload, container }: ContainerSubject): boolean {
  const [only, another] = workload.containers;
  if (!another) return only === container;
  const receives = ({ ports }: ContainerFacts): boolean =>
    facts.ports.some(({ port, targetPort = port }) =>
      ports.some(({ port: own, name }) =>
        targetPort.known && own.known ? targetPort.value === own.value || targetPort.value === name : true,
      ),
    );
  // Ports need not be declared: then the first container is the one that serves.
  return workload.containers.some(receives) ? receives(container) : only === container;
}

function reportOff(kind: Kind, subject: ContainerSubject, report: Report<Key>): void {
  const { workload, container } = subject;
  report.gap({
    message: `${kind}-${isJob(workload) ? 'batch' : 'unneeded'}`,
    data: { container: describeContainer(container, workload) },
    at: place(workload.file, { range: container.name.range }),
    service: subject.service,
  });
}

function reportGap(
  message: Key,
  kind: Kind,
  subject: ContainerSubject,
  report: Report<Key>,
  data: Readonly<Record<string, string>> = {},
  related: readonly Evidence[] = [],
): void {
  const { workload, service, container } = subject;
  const at: Place = container.unset?.[kind] ?? { file: workload.file, range: container.name.range };
  const mild = workload.role === 'example' || container.unset?.[kind] !== undefined;
  report.gap({
    message,
    data: { container: describeContainer(container, workload), ...data },
    at: { file: at.file, range: at.range },
    service,
    related,
    ...(mild && { level: 'info' }),
    fixes: fixesFor(kind, subject),
  });
}

function fixesFor(
  kind: ProbeFacts['kind'] & Kind,
  { workload, service, container }: ContainerSubject,
): LazyFix[] {
  const unset = container.unset?.[kind];
  if (workload.template && !unset) return [];
  const proposed = proposeProbe(kind, container, workload, service);
  if (!proposed) return [];
  return [
    {
      title: `Add a ${kind}Probe ${proposed.title}`,
      safety: 'suggested',
      changes: ({ read }) => {
        const change = unset
          ? fillEntry(read(unset.file), unset.range, proposed.probe)
          : insertEntry(read(workload.file), container.range, `${kind}Probe`, proposed.probe);
        return change ? [change] : [];
      },
    },
  ];
}

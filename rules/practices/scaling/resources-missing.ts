/** A container says too little about the CPU and memory it needs. */
import type { ContainerFacts } from '../../artifacts/kubernetes/facts.ts';
import { place, type Workload } from '../../model/model.ts';
import type { Place } from '../../text.ts';
import {
  containersOf,
  describeContainer,
  isBuiltIn,
  isFirstAt,
  workloadsOf,
  type ContainerSubject,
} from '../manifests.ts';
import { defineRule, type LazyFix, type Report, type Severity } from '../rule.ts';
import { addResources as fixFor } from './startingResources.ts';
import { listed } from '../words.ts';

/** Kinds that no HorizontalPodAutoscaler can scale: they have no number of replicas to set. */
const neverScaled = new Set(['DaemonSet', 'Job', 'CronJob', 'Pod']);

const everything = [
  'kube-linter/unset-cpu-requirements',
  'kube-linter/unset-memory-requirements',
  'kube-score/container-resources',
  'polaris/cpuRequestsMissing',
  'polaris/memoryRequestsMissing',
  'polaris/memoryLimitsMissing',
];

export default defineRule({
  id: 'scaling/resources-missing',
  title: 'A container sets no CPU request, memory request or memory limit.',
  area: 'scaling',
  section: '§4',
  level: 'warning',
  fix: 'suggested',
  // Values, patches and copies of a workload stand in other files.
  joins: true,
  messages: {
    all: {
      text: '{container} sets no CPU and memory requests and no memory limit: the scheduler places it blindly, autoscaling on CPU cannot work, and a leak takes its neighbours down.',
      equivalents: everything,
    },
    'all-unscaled': {
      text: '{container} sets no CPU and memory requests and no memory limit: the scheduler places it blindly, and a leak takes its neighbours down.',
      equivalents: everything,
    },
    'cpu-request': {
      text: '{container} sets no CPU request: the scheduler places it blindly, and autoscaling on CPU cannot work.',
      equivalents: [
        'kube-linter/unset-cpu-requirements',
        'kube-score/container-resources',
        'polaris/cpuRequestsMissing',
      ],
    },
    'cpu-request-unscaled': {
      text: '{container} sets no CPU request: the scheduler places it blindly.',
      equivalents: [
        'kube-linter/unset-cpu-requirements',
        'kube-score/container-resources',
        'polaris/cpuRequestsMissing',
      ],
    },
    'memory-request': {
      text: '{container} sets no memory request: it is placed on nodes that may be full, and is evicted first when they are.',
      equivalents: ['kube-score/container-resources', 'polaris/memoryRequestsMissing'],
    },
    'memory-limit': {
      text: '{container} sets no memory limit: a leak takes the memory of everything else on its node before it is stopped.',
      equivalents: [
        'kube-linter/unset-memory-requirements',
        'kube-score/container-resources',
        'polaris/memoryLimitsMissing',
      ],
    },
    custom: {
      text: '{container} sets no {what}: the scheduler does not know what it needs, or nothing stops it from taking more.',
    },
    'all-in-test': {
      text: '{container} sets no CPU and memory requests and no memory limit; it is a test.',
      level: 'off',
      equivalents: everything,
    },
    'cpu-limit': {
      text: '{container} sets no CPU limit.',
      level: 'off',
      equivalents: ['kube-score/container-resources', 'polaris/cpuLimitsMissing'],
    },
    'cpu-request-implied': {
      text: '{container} sets no CPU request of its own: it requests as much as its CPU limit.',
      level: 'off',
      equivalents: [
        'kube-linter/unset-cpu-requirements',
        'kube-score/container-resources',
        'polaris/cpuRequestsMissing',
      ],
    },
    'memory-request-implied': {
      text: '{container} sets no memory request of its own: it requests as much as its memory limit.',
      level: 'off',
      equivalents: ['kube-score/container-resources', 'polaris/memoryRequestsMissing'],
    },
    'unfinished-cpu-request': {
      text: '{container} sets no CPU request; it is not written to the end.',
      level: 'off',
      equivalents: [
        'kube-linter/unset-cpu-requirements',
        'kube-score/container-resources',
        'polaris/cpuRequestsMissing',
      ],
    },
    'unfinished-memory-request': {
      text: '{container} sets no memory request; it is not written to the end.',
      level: 'off',
      equivalents: ['kube-score/container-resources', 'polaris/memoryRequestsMissing'],
    },
    'unfinished-memory-limit': {
      text: '{container} sets no memory limit; it is not written to the end.',
      level: 'off',
      equivalents: [
        'kube-linter/unset-memory-requirements',
        'kube-score/container-resources',
        'polaris/memoryLimitsMissing',
      ],
    },
    'unfinished-cpu-limit': {
      text: '{container} sets no CPU limit; it is not written to the end.',
      level: 'off',
      equivalents: ['kube-score/container-resources', 'polaris/cpuLimitsMissing'],
    },
    // To kube-linter and kube-score nought is nothing, to Polaris it is something.
    'cpu-request-zero': {
      text: '{container} requests no CPU at all (0).',
      level: 'off',
      equivalents: ['kube-linter/unset-cpu-requirements', 'kube-score/container-resources'],
    },
    'memory-request-zero': {
      text: '{container} requests no memory at all (0).',
      level: 'off',
      equivalents: ['kube-score/container-resources'],
    },
    'memory-limit-zero': {
      text: '{container} has the memory limit 0, which is none.',
      level: 'off',
      equivalents: ['kube-linter/unset-memory-requirements', 'kube-score/container-resources'],
    },
    'cpu-limit-zero': {
      text: '{container} has the CPU limit 0, which is none.',
      level: 'off',
      equivalents: ['kube-score/container-resources'],
    },
    'ephemeral-storage': {
      text: '{container} sets no request or no limit of local disk (ephemeral-storage).',
      level: 'off',
      equivalents: ['kube-score/container-ephemeral-storage-request-and-limit'],
    },
    'init-cpu-request': {
      text: 'Init container {name} sets no CPU request.',
      level: 'off',
      equivalents: ['kube-linter/unset-cpu-requirements', 'kube-score/container-resources'],
    },
    'init-memory-request': {
      text: 'Init container {name} sets no memory request.',
      level: 'off',
      equivalents: ['kube-score/container-resources'],
    },
    'init-memory-limit': {
      text: 'Init container {name} sets no memory limit.',
      level: 'off',
      equivalents: ['kube-linter/unset-memory-requirements', 'kube-score/container-resources'],
    },
    'init-cpu-limit': {
      text: 'Init container {name} sets no CPU limit.',
      level: 'off',
      equivalents: ['kube-score/container-resources'],
    },
  },
  check(model, report) {
    const shared = new Set<string>();
    for (const subject of containersOf(model)) {
      const isOwn = subject.workload.role !== 'production' && subject.container.image && !subject.copy;
      if (subject.judged || isOwn) checkContainer({ ...subject, shared }, report);
      else checkUnfinished(subject, report);
    }
    for (const { workload } of workloadsOf(model))
      for (const container of workload.facts.containers)
        if (isBuiltIn(workload)) {
          if (container.init) checkInit(workload, container, report);
          checkZero(workload, container, report);
          checkStorage(workload, container, report);
        }
  },
});

type Key =
  | `${'all' | 'cpu-request'}${'' | '-unscaled'}`
  | 'all-in-test'
  | 'memory-request'
  | 'memory-limit'
  | 'custom'
  | Off;
type Off =
  | 'cpu-limit'
  | 'ephemeral-storage'
  | `${'cpu' | 'memory'}-request-implied`
  | `${'cpu' | 'memory'}-${'request' | 'limit'}-zero`
  | `${'init' | 'unfinished'}-${'cpu' | 'memory'}-${'request' | 'limit'}`;

interface Subject extends ContainerSubject {
  /** Places in values files that were reported for another workload. */
  readonly shared: Set<string>;
}

function checkContainer(subject: Subject, report: Report<Key>): void {
  const { workload, service, container } = subject;
  const { requests, limits, resources } = container;
  const at = placeOf(workload, container);
  // What a template adds elsewhere cannot be a second `resources`.
  if (resources ? resources.templated : container.templated) {
    if (requests.cpu && requests.memory && limits.memory)
      report.met(service, { at, message: 'It sets its resources.' });
    else report.unknown(service, 'A template or patch decides the resources.', at);
    return;
  }
  // A limit without a request is a request of the same size.
  const missing = {
    cpuRequest: !requests.cpu && !limits.cpu,
    memoryRequest: !requests.memory && !limits.memory,
    memoryLimit: !limits.memory,
  };
  const gap = (message: Key, fixes: readonly LazyFix[] = [], what = ''): void =>
    report.gap({
      message,
      data: { container: describeContainer(container, workload), ...(what !== '' && { what }) },
      at,
      service,
      level: severityOf(subject),
      fixes,
    });
  const lacking = [
    missing.cpuRequest && 'CPU request',
    missing.memoryRequest && 'memory request',
    missing.memoryLimit && 'memory limit',
  ].filter((text) => text !== false);
  if (lacking.length === 0) report.met(service, { at, message: 'It sets its resources.' });
  else if (!isFirstAt(resources, subject.shared)) return;
  if (!isBuiltIn(workload)) {
    if (lacking.length > 0 && workload.role !== 'test')
      gap('custom', fixFor(subject, missing), listed(lacking));
    return;
  }
  const unscaled = neverScaled.has(workload.kind) ? '-unscaled' : '';
  if (lacking.length === 3)
    gap(workload.role === 'test' ? 'all-in-test' : `all${unscaled}`, fixFor(subject, missing));
  else {
    if (missing.cpuRequest) gap(`cpu-request${unscaled}`, fixFor(subject, { cpuRequest: true }));
    if (missing.memoryRequest) gap('memory-request', fixFor(subject, { memoryRequest: true }));
    // The limit alone would be a request of the same size.
    if (missing.memoryLimit) gap('memory-limit', fixFor(subject, { ...missing, cpuRequest: false }));
  }
  if (!limits.cpu) gap('cpu-limit');
  else if (!requests.cpu) gap('cpu-request-implied');
  if (limits.memory && !requests.memory) gap('memory-request-implied');
}

/** What has no image may be a part of something: what it lacks may stand elsewhere. */
function checkUnfinished({ workload, container }: ContainerSubject, report: Report<Key>): void {
  if (!isBuiltIn(workload)) return;
  checkEach('unfinished', { container: describeContainer(container, workload) }, workload, container, report);
}

function checkInit(workload: Workload, container: ContainerFacts, report: Report<Key>): void {
  const name = container.name.known ? container.name.value : '';
  checkEach('init', { name }, workload, container, report);
}

function checkZero(workload: Workload, container: ContainerFacts, report: Report<Key>): void {
  const data = { container: describeContainer(container, workload) };
  for (const what of ['cpu', 'memory'] as const) {
    const { requests, limits } = container;
    for (const [kind, value] of [['request', requests[what]] as const, ['limit', limits[what]] as const])
      if (value?.known && /^0+(?:\.0*)?[A-Za-z]*$/.test(value.value))
        report.gap({ message: `${what}-${kind}-zero`, data, at: place(value.file ?? workload.file, value) });
  }
}

function checkStorage(workload: Workload, container: ContainerFacts, report: Report<Key>): void {
  const { requests, limits, templated, resources } = container;
  if (templated || resources?.templated || (requests.ephemeralStorage && limits.ephemeralStorage)) return;
  const data = { container: describeContainer(container, workload) };
  report.gap({ message: 'ephemeral-storage', data, at: placeOf(workload, container) });
}

function checkEach(
  prefix: 'init' | 'unfinished',
  data: Readonly<Record<string, string>>,
  workload: Workload,
  container: ContainerFacts,
  report: Report<Key>,
): void {
  if (container.templated || container.resources?.templated) return;
  const at = placeOf(workload, container);
  for (const what of ['cpu', 'memory'] as const) {
    if (!container.requests[what]) report.gap({ message: `${prefix}-${what}-request`, data, at });
    if (!container.limits[what]) report.gap({ message: `${prefix}-${what}-limit`, data, at });
  }
}

/** The `resources` that say too little, else the container's name. */
function placeOf({ file }: Workload, { resources, name }: ContainerFacts): Place {
  return resources ? place(file, resources) : place(file, { range: name.range });
}

/** A chart's defaults are for its users to change; what is no production is judged mildly. */
function severityOf({ workload, container }: Subject): Severity | undefined {
  return workload.role !== 'production' || container.resources?.file !== undefined ? 'info' : undefined;
}

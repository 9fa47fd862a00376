/** A check that asks a port on which nobody listens fails for ever. */
import type { ContainerFacts, ProbeFacts } from '../../artifacts/kubernetes/facts.ts';
import { healthChecks, type HealthCheck } from '../../model/healthChecks.ts';
import { place, type Located, type Model, type Service, type Workload } from '../../model/model.ts';
import { listenedPorts, type ListenedPorts } from '../../model/ports.ts';
import type { Evidence, Place } from '../../text.ts';
import { setScalar } from '../edits/yaml.ts';
import { containersOf, describeContainer, isBuiltIn } from '../manifests.ts';
import {
  defineRule,
  type Change,
  type FixContext,
  type LazyFix,
  type Message,
  type Report,
} from '../rule.ts';

/** What Kubernetes' own linter says of the same probe in the same words: its port is not one the container declares. */
const kubeLinter = (probe: string) => ({ equivalents: [`kube-linter/${probe}-port`] });

/** What only we say of a probe's port, and what only kube-linter says. */
function undeclared<Probe extends 'readiness' | 'liveness' | 'startup'>(probe: Probe) {
  return {
    [`${probe}-custom`]: { text: `The ${probe} probe asks port {port}, but {ports}: nobody answers it.` },
    [`${probe}-undeclared`]: {
      text: `{container} does not declare the port {port} that its ${probe} probe asks.`,
      ...kubeLinter(probe),
      level: 'off',
    },
  } as Record<`${Probe}-${'custom' | 'undeclared'}`, Message>;
}

export default defineRule({
  id: 'health/probe-port-mismatch',
  title: 'A health check asks a port that the container neither declares nor listens on.',
  area: 'health',
  section: '§4',
  level: 'warning',
  joins: true,
  fix: 'safe',
  messages: {
    readiness: {
      text: 'The readiness probe asks port {port}, but {ports}: the pod never becomes ready and gets no traffic.',
      ...kubeLinter('readiness'),
    },
    liveness: {
      text: 'The liveness probe asks port {port}, but {ports}: Kubernetes restarts the pod over and over.',
      ...kubeLinter('liveness'),
    },
    startup: {
      text: 'The startup probe asks port {port}, but {ports}: Kubernetes stops the pod before it has started.',
      ...kubeLinter('startup'),
    },
    // Kube-linter asks the container's own list alone, of every probe but a command.
    ...undeclared('readiness'),
    ...undeclared('liveness'),
    ...undeclared('startup'),
    image: {
      text: 'HEALTHCHECK asks port {port}, but {ports}: the container is always unhealthy.',
    },
    compose: {
      text: 'The health check asks port {port}, but {ports}: {service} is always unhealthy, and what waits for it never starts.',
    },
  },
  check(model, report) {
    const claimed = new Set<ProbeFacts>();
    for (const check of healthChecks(model)) {
      if (check.role === 'test') continue;
      if (check.container && check.port) judgeProbe(check, model, claimed, report);
      else if (check.dockerfile || check.compose) judgeCommand(check, model, report);
    }
    for (const { workload, container } of containersOf(model))
      for (const probe of [container.readiness, container.liveness, container.startup])
        if (probe && !claimed.has(probe) && isUndeclared(probe, container, workload))
          report.gap({
            message: `${probe.kind}-undeclared`,
            data: {
              container: describeContainer(container, workload),
              port: probe.port!.known ? probe.port!.value : '',
            },
            at: place(probe.file ?? workload.file, probe.port),
          });
  },
});

type Key = Exclude<HealthCheck['by'], 'balancer'> | `${ProbeFacts['kind']}-${'custom' | 'undeclared'}`;

/** Whether a name may be one that a template gives a port. */
function isOpen(asked: number | string, { ports }: ContainerFacts, { template }: Workload): boolean {
  return template && typeof asked === 'string' && ports.some(({ name }) => name === undefined);
}

/** Whether the container's own list of TCP ports lacks what the probe asks: names are names, and numbers numbers. */
function isUndeclared({ handler, port }: ProbeFacts, container: ContainerFacts, workload: Workload): boolean {
  if (!isBuiltIn(workload) || container.templated || !port?.known || handler === 'exec') return false;
  const ports = container.ports.filter(({ protocol }) => protocol === undefined || protocol === 'TCP');
  if (ports.some((one) => !one.port.known) || isOpen(port.value, container, workload)) return false;
  return !ports.some((one) =>
    typeof port.value === 'string'
      ? one.name === port.value
      : one.port.known && one.port.value === port.value,
  );
}

/** A port of a container, or one that is listened on. */
interface Known {
  readonly value: number | string;
  readonly at: Place;
  readonly said: string;
}

function judgeProbe(
  check: HealthCheck,
  { sources }: Model,
  claimed: Set<ProbeFacts>,
  report: Report<Key>,
): void {
  const { container, workload, service, port } = check;
  const beside = workload!.containers.filter((other) => other !== container);
  const declared = declaredPorts(container!, workload!.file);
  const asked = port!.value;
  const isName = typeof asked === 'string' && !/^\d+$/.test(asked);
  const has = (known: readonly Known[], value: number | string) =>
    known.some((one) => String(one.value) === String(value));
  const named = container!.ports.flatMap(({ name }) => name ?? []);
  if (isName ? named.includes(asked) : has(declared, asked))
    return report.met(service, { at: port!.at, message: `Port ${asked} of the probe is declared.` });
  const templated =
    container!.templated ||
    container!.ports.some((one) => !one.port.known) ||
    isOpen(asked, container!, workload!);
  if (templated)
    return report.unknown(service, 'A template or patch decides which ports the container has.', port!.at);
  // The containers of a pod share its network.
  if (!isName && beside.some((other) => other.templated || has(declaredPorts(other, workload!.file), asked)))
    return;
  const listened = service
    ? listenedPorts(service, sources, container!.environment, container!.ports.length > 0)
    : { ports: [], complete: false };
  if (!isName && has(toKnown(listened), asked))
    return report.met(service, { at: port!.at, message: `The code listens on port ${asked}.` });
  if (!isName && workload!.thirdParty)
    return report.unknown(
      service,
      'Ports that somebody else’s image listens on need not be declared.',
      port!.at,
    );
  const judged = isName || declared.length > 0 || listened.complete;
  if (!judged)
    return report.unknown(
      service,
      'Neither manifest nor code says which ports the container listens on.',
      port!.at,
    );
  const known = [...declared, ...toKnown(listened)];
  const by = check.by as ProbeFacts['kind'];
  const probe = container![by]!;
  const isAgreed = isUndeclared(probe, container!, workload!);
  if (isAgreed) claimed.add(probe);
  report.gap({
    message: isAgreed ? by : `${by}-custom`,
    data: {
      port: asked,
      ports: isName
        ? `${describe(container!, check)} has no port of that name`
        : portsOf(declared, listened, check),
    },
    at: port!.at,
    service,
    related: evidence(known),
    fixes: fixes(isName ? named : [], known, (context, value) => setProbePort(context, port!.at, value)),
    // A port need not be declared to be listened on.
    ...((check.role !== 'production' || (!isName && !listened.complete)) && { level: 'info' }),
  });
}

function judgeCommand(check: HealthCheck, { sources }: Model, report: Report<Key>): void {
  const { http, service, compose, dockerfile } = check;
  if (!http || !service) return;
  const asked = http.port;
  const environment = compose?.facts.environment ?? {};
  const listened = listenedPorts(service, sources, environment, true);
  const declared = compose
    ? compose.facts.ports.map((port) => ({
        value: port.value,
        at: place(compose.file, port),
        said: 'declared',
      }))
    : [];
  const exposed = (dockerfile ? [dockerfile] : service.dockerfiles).flatMap(({ file, facts }) =>
    facts.stages.flatMap(({ exposes }) =>
      exposes.map((port) => ({ value: port.value, at: place(file, port), said: 'exposed' })),
    ),
  );
  const known = [...toKnown(listened), ...declared, ...exposed];
  if (asked === undefined)
    return report.unknown(service, 'A variable decides which port is asked.', check.at);
  if (known.some(({ value }) => value === asked))
    return report.met(service, { at: check.at, message: `Port ${asked} is listened on.` });
  if (!listened.complete)
    return report.unknown(service, 'Its code does not say plainly which port it listens on.', check.at);
  report.gap({
    message: check.by as Key,
    data: {
      port: asked,
      ports: `${service.name} listens on ${list(toKnown(listened))}`,
      service: service.name,
    },
    at: http.at,
    service,
    related: evidence(known),
    fixes: fixes([], toKnown(listened), (context, value) =>
      setCommandPort(context, http.command, asked, value),
    ),
    ...(check.role !== 'production' && { level: 'info' }),
  });
}

function declaredPorts({ ports }: ContainerFacts, file: string): Known[] {
  return ports.flatMap(({ port, protocol }) =>
    port.known && (protocol === undefined || protocol === 'TCP')
      ? [{ value: port.value, at: { file: port.file ?? file, range: port.range }, said: 'declared' }]
      : [],
  );
}

function toKnown({ ports }: ListenedPorts): Known[] {
  return ports.map(({ value, at }: Located<number>) => ({ value, at, said: 'listened on' }));
}

function describe(container: ContainerFacts, { workload }: HealthCheck): string {
  const words = describeContainer(container, workload!);
  return words[0]!.toLowerCase() + words.slice(1);
}

function portsOf(declared: readonly Known[], listened: ListenedPorts, check: HealthCheck): string {
  const says = [
    ...(declared.length > 0 ? [`${describe(check.container!, check)} declares ${list(declared)}`] : []),
    ...(listened.complete
      ? [`${(check.service as Service).name} listens on ${list(toKnown(listened))}`]
      : []),
  ];
  return says.join(' and ');
}

function list(ports: readonly Known[]): string {
  const values = [...new Set(ports.map(({ value }) => value))];
  return values.length === 1 ? `only ${values[0]}` : `${values.slice(0, -1).join(', ')} and ${values.at(-1)}`;
}

function evidence(known: readonly Known[]): Evidence[] {
  return known.slice(0, 3).map(({ value, at, said }) => ({ at, message: `port ${value} is ${said} here` }));
}

/** One fix when one port is known, by its name where the probe used a name; else one for each. */
function fixes(
  names: readonly string[],
  known: readonly Known[],
  change: (context: FixContext, value: number | string) => readonly Change[],
): LazyFix[] {
  const values = [...new Set(names.length > 0 ? names : known.map(({ value }) => value))].slice(0, 3);
  return values.map((value) => ({
    title: `Ask port ${value}`,
    safety: values.length === 1 ? 'safe' : 'suggested',
    changes: (context) => change(context, value),
  }));
}

function setProbePort({ read }: FixContext, at: Place, value: number | string): readonly Change[] {
  const change = at.range && setScalar(read(at.file), at.range, value);
  return change ? [change] : [];
}

function setCommandPort(
  { read }: FixContext,
  { file, range }: Place,
  asked: number,
  value: number | string,
): readonly Change[] {
  if (!range) return [];
  const command = read(file).text.slice(range.start, range.end);
  const written = new RegExp(`:${asked}(?!\\d)`, 'g');
  const found = [...command.matchAll(written)];
  if (found.length > 1) return [];
  if (found.length === 1) {
    const start = range.start + found[0]!.index + 1;
    return [{ kind: 'edit', file, range: { start, end: start + String(asked).length }, text: String(value) }];
  }
  // The scheme's own port is not written.
  const host = /:\/\/[\w.]+/.exec(command);
  if (!host) return [];
  const end = range.start + host.index + host[0].length;
  return [{ kind: 'edit', file, range: { start: end, end }, text: `:${value}` }];
}

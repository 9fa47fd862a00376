/** A Service, a container and the code in it that do not agree on the port. */
import type { ContainerFacts, KubernetesServiceFacts } from '../../artifacts/kubernetes/facts.ts';
import type { Deployed } from '../../model/cluster.ts';
import {
  place,
  type InFile,
  type KubernetesService,
  type Model,
  type Service,
  type Workload,
} from '../../model/model.ts';
import { folderOf } from '../../model/paths.ts';
import { listenedPorts, type ListenedPorts } from '../../model/ports.ts';
import type { Place } from '../../text.ts';
import { setScalar } from '../edits/yaml.ts';
import { describeContainer, isOfUnknownKind } from '../manifests.ts';
import { describe, mildly, valueOf } from '../objects.ts';
import { defineRule, type LazyFix, type Report } from '../rule.ts';

export default defineRule({
  id: 'scaling/port-mismatch',
  title: 'A Service, a container and the code in it do not agree on the port.',
  area: 'scaling',
  section: '§4',
  level: 'warning',
  joins: true,
  fix: 'safe',
  messages: {
    name: {
      text: 'Service {service} sends traffic to port {port}, but {workload} has no port of that name{names}: connections are refused.',
    },
    number: {
      text: 'Service {service} sends traffic to port {port}, but the code of {workload} listens on {listened}: connections are refused.',
    },
    container: {
      text: '{container} declares port {port}, but its code listens on {listened}: whatever relies on the declared port finds nobody.',
    },
    invalid: {
      text: '{where} has the port {port}, which is no {what}: Kubernetes refuses it.',
      level: 'error',
      equivalents: ['kube-linter/invalid-target-ports'],
    },
  },
  check(model, report) {
    for (const service of model.cluster.services) checkTargets(model, service, report);
    for (const { facts, file, object } of model.cluster.pods)
      for (const container of facts.containers)
        checkNames(model, { file, facts: container }, describe(object), report);
    const declared = declaredPorts(model);
    for (const workload of model.workloads) {
      if (isOfUnknownKind(workload) || workload.role === 'test') continue;
      const service = model.serviceRunning(workload);
      const subject = { model, workload, service, declared: declared(workload) };
      for (const one of workload.services)
        for (const port of one.facts.ports) checkPort(subject, one, port, report);
      checkContainer(subject, report);
    }
  },
});

type Key = 'name' | 'number' | 'container' | 'invalid';

interface Subject {
  readonly model: Model;
  readonly workload: Workload;
  readonly service: Service | undefined;
  /** Ports of its containers, with those that patches of it add. */
  readonly declared: ContainerFacts['ports'];
}

/** Init containers may go on running beside the others, and declare ports too. */
function declaredPorts({ cluster }: Model): (workload: Workload) => ContainerFacts['ports'] {
  const byName = new Map<string, ContainerFacts['ports'][number][]>();
  for (const { object, facts } of cluster.pods) {
    if (!object.name.known) continue;
    const key = `${object.kind} ${object.name.value}`;
    byName.set(key, [...(byName.get(key) ?? []), ...facts.containers.flatMap(({ ports }) => ports)]);
  }
  return ({ kind, name, facts }) =>
    (name === undefined ? undefined : byName.get(`${kind} ${name}`)) ??
    facts.containers.flatMap(({ ports }) => ports);
}

function checkPort(
  subject: Subject,
  { file, name, facts }: KubernetesService,
  { port, targetPort, targetIsName }: KubernetesServiceFacts['ports'][number],
  report: Report<Key>,
): void {
  const { model, workload, service, declared } = subject;
  const target = targetPort ?? port;
  if (!target.known || facts.portsTemplated) return;
  // Selected by chance: labels of examples and environments are often the same.
  const isFar = folderOf(file) !== folderOf(workload.file);
  const at = place(file, target);
  const isOpen =
    workload.containers.length === 0 ||
    workload.facts.containers.some(({ templated }) => templated) ||
    declared.some((one) => !one.port.known);
  const isName = targetIsName === true || typeof target.value === 'string';
  const data = { service: name ?? '', port: target.value, workload: titleOf(workload) };
  const related = [
    { at: place(workload.file, workload.containers[0]?.name), message: 'the container is here' },
  ];
  const level = mildly(model, at);
  if (isName) {
    if (declared.some((one) => one.name === target.value))
      return report.met(service, { at, message: `Port ${target.value} is declared.` });
    if (isOpen || isFar || (workload.template && declared.some((one) => one.name === undefined)))
      return report.unknown(service, 'A template or patch decides which ports the container has.', at);
    const names = declared.flatMap((one) => one.name ?? []);
    const only = names.length === 1 ? names[0] : undefined;
    report.gap({
      message: 'name',
      data: { ...data, names: names.length > 0 ? `, only ${names.join(', ')}` : '' },
      at,
      service,
      related,
      level,
      fixes: only === undefined ? [] : [setPort(at, only)],
    });
    return;
  }
  if (declared.some((one) => valueOf(one.port) === target.value))
    return report.met(service, { at, message: `Port ${target.value} is declared.` });
  const listened = listenedBy(subject);
  if (listened.ports.some(({ value }) => value === target.value))
    return report.met(service, { at, message: `The code listens on port ${target.value}.` });
  if (isOpen || !listened.complete || listened.ports.length === 0)
    return report.unknown(service, 'Which ports are listened on is not known.', at);
  report.gap({
    message: 'number',
    data: { ...data, listened: list(listened) },
    at,
    service,
    related: [
      ...related,
      ...listened.ports.map((one) => ({ at: one.at, message: `port ${one.value} is listened on here` })),
    ],
    level,
    ...(targetPort && { fixes: setListened(at, listened) }),
  });
}

function checkContainer(subject: Subject, report: Report<Key>): void {
  const { model, workload, service } = subject;
  const [container] = workload.containers;
  if (!container || workload.containers.length > 1 || container.templated) return;
  const declared = container.ports.filter(({ protocol }) => protocol === undefined || protocol === 'TCP');
  const [first] = declared;
  if (!first || declared.some(({ port }) => !port.known)) return;
  const listened = listenedBy(subject);
  if (!listened.complete || listened.ports.length === 0) return;
  if (declared.some(({ port }) => listened.ports.some(({ value }) => value === valueOf(port)))) return;
  const at = place(workload.file, first.port);
  report.gap({
    message: 'container',
    data: {
      container: describeContainer(container, workload),
      port: valueOf(first.port) ?? '',
      listened: list(listened),
    },
    at,
    service,
    related: listened.ports.map((one) => ({ at: one.at, message: `port ${one.value} is listened on here` })),
    level: mildly(model, at),
    fixes: declared.length === 1 ? setListened(at, listened) : [],
  });
}

/** What the one container of a workload listens on; another command may start another program. */
function listenedBy({ model, workload, service }: Subject): ListenedPorts {
  const [container] = workload.containers;
  const isOther = !container || container.command.length + container.args.length > 0;
  if (!service || isOther || workload.containers.length > 1 || container.references.some(({ key }) => !key))
    return { ports: [], complete: false };
  return listenedPorts(service, model.sources, container.environment, container.ports.length > 0);
}

function checkTargets(
  model: Model,
  { file, facts, object }: Deployed<KubernetesServiceFacts>,
  report: Report<Key>,
): void {
  for (const { targetPort, targetIsName } of facts.ports) {
    if (!targetPort?.known) continue;
    const { value } = targetPort;
    const isName = targetIsName === true || typeof value === 'string';
    // Nought is what is not written.
    if (value === 0 || value === '') continue;
    if (isName ? isPortName(String(value)) : Number(value) >= 1 && Number(value) <= 65535) continue;
    const at = place(file, targetPort);
    report.gap({
      message: 'invalid',
      data: { where: describe(object), port: value, what: isName ? 'name of a port' : 'number of a port' },
      at,
      level: mildly(model, at),
      fixes: isName && /^\d+$/.test(String(value)) ? [setPort(at, Number(value), true)] : [],
    });
  }
}

function checkNames(
  model: Model,
  { file, facts }: InFile<ContainerFacts>,
  owner: string,
  report: Report<Key>,
): void {
  for (const { name, port } of facts.ports) {
    if (name === undefined || name === '' || isPortName(name)) continue;
    const at = place(file, port);
    report.gap({
      message: 'invalid',
      data: { where: `A container of ${owner}`, port: name, what: 'name of a port' },
      at,
      level: mildly(model, at),
    });
  }
}

/** IANA_SVC_NAME of RFC 6335: 15 lower-case letters, digits and single hyphens, a letter among them. */
function isPortName(name: string): boolean {
  return /^(?!.*--)(?=.*[a-z])[a-z0-9](?:[a-z0-9-]{0,13}[a-z0-9])?$/.test(name);
}

function titleOf({ kind, name }: Workload): string {
  return name === undefined ? `the ${kind}` : `${kind} ${name}`;
}

function list({ ports }: ListenedPorts): string {
  return [...new Set(ports.map(({ value }) => value))].join(', ');
}

function setListened(at: Place, { ports }: ListenedPorts): LazyFix[] {
  const values = [...new Set(ports.map(({ value }) => value))];
  return values.length === 1 ? [setPort(at, values[0]!)] : [];
}

function setPort({ file, range }: Place, value: string | number, bare = false): LazyFix {
  return {
    title: `Use port ${value}`,
    safety: 'safe',
    changes: ({ read }) => {
      const text = read(file);
      if (!range) return [];
      if (bare) return [{ kind: 'edit', file, range, text: String(value) }];
      const change = setScalar(text, range, value);
      return change ? [change] : [];
    },
  };
}

/** What leads to Services, or selects them: ingresses, routes of gateways, ServiceMonitors. */
import type { IngressFacts, MonitorFacts } from '../../artifacts/kubernetes/facts.ts';
import { isIn, matches, type Deployed } from '../../model/cluster.ts';
import { place, type Model } from '../../model/model.ts';
import { folderOf } from '../../model/paths.ts';
import { nearest } from '../../nearest.ts';
import { setScalar } from '../edits/yaml.ts';
import type { LazyFix, Report } from '../rule.ts';
import { nearMiss } from './nearMiss.ts';
import { describe, mildly, nameOf, valueOf } from '../objects.ts';
import { contradiction, fixes as selectorFixes, isEmpty, related } from './selectedPods.ts';

type IngressKey =
  `ingress${'' | '-port' | '-elsewhere' | '-default' | '-kube-linter' | '-kube-score'}` | 'route';
type MonitorKey = `monitor${'' | '-elsewhere' | '-unselective'}`;

export function checkIngresses(model: Model, report: Report<IngressKey>): void {
  for (const ingress of model.cluster.ingresses)
    for (const backend of ingress.facts.backends) checkBackend(model, ingress, backend, report);
}

function checkBackend(
  model: Model,
  ingress: Deployed<IngressFacts>,
  { service, port, isDefault }: IngressFacts['backends'][number],
  report: Report<IngressKey>,
): void {
  const { file, object, template } = ingress;
  if (!service.known) return;
  const { services } = model.cluster;
  const isRoute = object.kind !== 'Ingress';
  const named = services.filter((one) => valueOf(one.object.name) === service.value);
  const exact = named.filter((one) => isIn(one.object.namespace, object.namespace, 'exact'));
  const hasPort = (one: (typeof services)[number]): boolean =>
    !port?.known ||
    one.facts.portsTemplated ||
    one.facts.ports.some(
      (known) => !known.port.known || known.port.value === port.value || known.name === port.value,
    );
  const at = place(file, service);
  const data = { ingress: describe(object), service: service.value };
  const found = exact.some((one) => hasPort(one));
  if (found)
    report.met(model.serviceOf(file), { at, message: `${data.ingress} leads to Service ${data.service}.` });
  const isOwn = !isRoute && !template && port?.known !== false;
  const byKubeLinter = isOwn && !found && object.apiVersion === 'networking.k8s.io/v1';
  // A port without a name is taken for any that is asked for by its number.
  const byKubeScore =
    isOwn &&
    !isDefault &&
    !exact.some(
      (one) => hasPort(one) || (typeof port?.value === 'number' && one.facts.ports.some(({ name }) => !name)),
    );
  const quiet = (): void => {
    if (byKubeLinter && byKubeScore) report.gap({ message: 'ingress-elsewhere', data, at });
    else if (byKubeLinter)
      report.gap({ message: isDefault ? 'ingress-default' : 'ingress-kube-linter', data, at });
    else if (byKubeScore) report.gap({ message: 'ingress-kube-score', data, at });
  };
  if (found) return;
  const isAgreed = byKubeLinter && byKubeScore;
  const possible = named.filter((one) => isIn(one.object.namespace, object.namespace, 'possible'));
  if (possible.some((one) => hasPort(one))) return quiet();
  const [first] = possible;
  if (first && port?.known && !template && possible.every((one) => !one.template)) {
    const ports = first.facts.ports.map(({ port: known, name }) => name ?? valueOf(known) ?? '');
    const said = ports.length > 1 ? `ports ${ports.join(', ')}` : `port ${ports[0] ?? 'none'}`;
    if (isDefault) return quiet();
    if (!isAgreed) quiet();
    report.gap({
      message: isAgreed ? 'ingress-port' : 'route',
      data: { ...data, port: port.value, ports: said, instead: `it has no port ${port.value}, only ${said}` },
      at: place(file, port),
      related: [{ at: nameOf(first), message: `Service ${service.value} is here` }],
      level: mildly(model, at),
      fixes: ports.length === 1 ? [set(`Lead to ${said}`, file, port.range, ports[0]!)] : [],
    });
    return;
  }
  if (named.length > 0) return quiet();
  const near = template ? undefined : nearestService(model, ingress, service.value);
  if (near === undefined || isDefault) return quiet();
  if (!isAgreed) quiet();
  report.gap({
    message: isAgreed ? 'ingress' : 'route',
    data: { ...data, found: near, instead: `the only Service near it is ${near}` },
    at,
    level: mildly(model, at),
    fixes: [set(`Lead to Service ${near}`, file, service.range, near)],
  });
}

/** A Service of nearly this name in the same folder, where all names are plain. */
function nearestService({ cluster }: Model, { file }: Deployed<unknown>, name: string): string | undefined {
  const beside = cluster.services.filter((one) => folderOf(one.file) === folderOf(file));
  if (beside.some(({ template, object }) => template || !object.name.known)) return undefined;
  return nearest(
    name,
    beside.flatMap(({ object }) => valueOf(object.name) ?? []),
  );
}

function set(
  title: string,
  file: string,
  range: { start: number; end: number },
  value: string | number,
): LazyFix {
  return {
    title,
    safety: 'suggested',
    changes: ({ read }) => {
      const change = setScalar(read(file), range, value);
      return change ? [change] : [];
    },
  };
}

/** Where a monitor names no namespaces, Services of any count: other linters have it so, and whoever applies it decides. */
export function checkMonitors(model: Model, report: Report<MonitorKey>): void {
  const { services } = model.cluster;
  const candidates = services.map((of) => ({ of, labels: of.object.labels, open: of.template }));
  for (const monitor of model.cluster.monitors) {
    const { selector, namespaces } = monitor.facts;
    if (monitor.object.kind !== 'ServiceMonitor' || selector?.templated) continue;
    const data = { monitor: describe(monitor.object) };
    const byKubeLinter = !monitor.template && isDanglingToKubeLinter(monitor.facts, services);
    if (!selector || isEmpty(selector)) {
      if (byKubeLinter) report.gap({ message: 'monitor-unselective', data, at: nameOf(monitor) });
      continue;
    }
    const at = place(monitor.file, selector);
    const labelled = services.filter(({ object }) => matches(selector, object.labels));
    const isLookedInto = (namespace = ''): boolean =>
      typeof namespaces !== 'object' || namespaces.includes(namespace);
    if (labelled.some(({ object }) => isLookedInto(object.namespace))) {
      report.met(model.serviceOf(monitor.file), { at, message: `${data.monitor} selects a Service.` });
      if (byKubeLinter) report.gap({ message: 'monitor-elsewhere', data, at });
      continue;
    }
    const meant = labelled.length > 0 ? undefined : nearMiss(selector, monitor, candidates);
    if (meant && byKubeLinter)
      report.gap({
        message: 'monitor',
        data: { ...data, ...contradiction(selector, meant) },
        at,
        related: related(meant),
        level: mildly(model, at),
        fixes: selectorFixes(at, selector, meant),
      });
    else if (byKubeLinter) report.gap({ message: 'monitor-elsewhere', data, at });
  }
}

/** It reads labels alone, and where namespaces are named, nothing else counts without labels. */
function isDanglingToKubeLinter(
  { selector, namespaces }: MonitorFacts,
  services: Model['cluster']['services'],
): boolean {
  const labels = selector?.labels ?? {};
  const isLabelled = Object.keys(labels).length > 0;
  const isIncluded = (namespace: string | undefined): boolean =>
    namespaces === 'any' || (namespaces?.includes(namespace ?? '') ?? false);
  const isNamed = namespaces !== undefined && namespaces.length > 0;
  return !services.some(({ object }) => {
    const isMatched = matches({ labels, expressions: [] }, object.labels);
    if (isIncluded(object.namespace)) return !isLabelled || isMatched;
    return isLabelled && isMatched && !isNamed;
  });
}

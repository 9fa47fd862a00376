/** Selectors of pods: those of Services, policies, budgets and monitors, and a workload's own. */
import type { SelectorFacts } from '../../artifacts/kubernetes/facts.ts';
import { isIn, matches, type Deployed, type Pods } from '../../model/cluster.ts';
import type { Model } from '../../model/model.ts';
import { place } from '../../model/model.ts';
import { folderOf } from '../../model/paths.ts';
import type { Place } from '../../text.ts';
import { setScalar } from '../edits/yaml.ts';
import type { LazyFix, Report } from '../rule.ts';
import { nearMiss, podCandidates, written, type Candidate } from './nearMiss.ts';
import { describe, mildly, nameOf, valueOf } from '../objects.ts';

type ServiceKey = `service${'' | '-elsewhere' | '-unselective' | '-alone'}`;
type PolicyKey = 'policy' | 'policy-elsewhere' | 'policy-alone' | 'policy-peer' | 'budget' | 'pod-monitor';
type WorkloadKey =
  | `${'deployment' | 'statefulset' | 'template'}${'' | '-unselective'}`
  | 'template-custom'
  | 'job-selector'
  | 'headless-service'
  | 'headless-elsewhere'
  | 'account';

export function checkServices(model: Model, report: Report<ServiceKey>): void {
  const { cluster } = model;
  const candidates = podCandidates(cluster);
  for (const service of cluster.services) {
    const { facts, object, file, template } = service;
    if (facts.selectorTemplated || facts.type === 'ExternalName') continue;
    const at = place(file, { range: facts.selectorRange });
    const data = { service: describe(object) };
    if (Object.keys(facts.selector).length === 0) {
      const isAlone = judge(model, service, { labels: {}, expressions: [] }) !== 'exact';
      if (!template)
        report.gap({
          message: isAlone ? 'service-alone' : 'service-unselective',
          data,
          at: nameOf(service),
        });
      continue;
    }
    const selector = { labels: facts.selector, expressions: [], templated: false };
    const found = judge(model, service, selector);
    if (found === 'exact') {
      report.met(model.serviceOf(file), { at, message: `${describe(object)} selects pods.` });
      continue;
    }
    const meant = found === 'none' ? nearMiss(selector, service, candidates) : undefined;
    if (meant)
      report.gap({
        message: 'service',
        data: { ...data, ...contradiction(selector, meant) },
        at,
        related: related(meant),
        level: mildly(model, at),
        fixes: fixes(at, selector, meant),
      });
    else if (!template) report.gap({ message: 'service-elsewhere', data, at });
  }
}

export function checkPolicies(model: Model, report: Report<PolicyKey>): void {
  const { cluster } = model;
  const candidates = podCandidates(cluster);
  const check = (
    one: Deployed<unknown>,
    selector: SelectorFacts | undefined,
    keys: { readonly near: 'policy' | 'budget' | 'pod-monitor'; readonly far?: 'policy-elsewhere' },
    name: 'policy' | 'budget' | 'monitor',
  ): void => {
    if (!selector || selector.templated) return;
    if (isEmpty(selector)) {
      // All pods of its namespace, where there are any.
      if (keys.far && !one.template && judge(model, one, selector) !== 'exact')
        report.gap({
          message: 'policy-alone',
          data: { policy: describe(one.object) },
          at: place(one.file, selector),
        });
      return;
    }
    const found = judge(model, one, selector);
    const at = place(one.file, selector);
    const data = { [name]: describe(one.object) };
    const meant = found === 'none' ? nearMiss(selector, one, candidates) : undefined;
    if (meant)
      report.gap({
        message: keys.near,
        data: { ...data, ...contradiction(selector, meant) },
        at,
        related: related(meant),
        level: mildly(model, at),
        fixes: fixes(at, selector, meant),
      });
    else if (found !== 'exact' && keys.far && !one.template) report.gap({ message: keys.far, data, at });
  };
  for (const policy of cluster.networkPolicies) {
    check(policy, policy.facts.selector, { near: 'policy', far: 'policy-elsewhere' }, 'policy');
    for (const peer of policy.facts.peers) {
      if (peer.templated || policy.template || judge(model, policy, peer) === 'exact') continue;
      report.gap({
        message: 'policy-peer',
        data: { policy: describe(policy.object), labels: written(peer.labels) },
        at: place(policy.file, peer),
      });
    }
  }
  for (const budget of cluster.budgets) check(budget, budget.facts.selector, { near: 'budget' }, 'budget');
  for (const monitor of cluster.monitors)
    if (monitor.object.kind === 'PodMonitor' && monitor.facts.namespaces === undefined)
      check(monitor, monitor.facts.selector, { near: 'pod-monitor' }, 'monitor');
}

/** A workload's selector and its own pods' labels, and the names it gives of a Service and an account. */
export function checkWorkloads(model: Model, report: Report<WorkloadKey>): void {
  const accounts = model.cluster.objects.filter(({ object }) => object.kind === 'ServiceAccount');
  for (const pods of model.cluster.pods) {
    if (!model.cluster.isWhole(pods) || pods.template) continue;
    checkOwnSelector(model, pods, report);
    if (pods.object.kind === 'StatefulSet') checkHeadless(model, pods, report);
    const { serviceAccount } = pods.facts;
    if (!serviceAccount?.known || /^(?:default)?$/.test(serviceAccount.value)) continue;
    const exists = accounts.some(
      ({ object }) =>
        valueOf(object.name) === serviceAccount.value &&
        isIn(object.namespace, pods.object.namespace, 'exact'),
    );
    if (!exists)
      report.gap({
        message: 'account',
        data: { workload: describe(pods.object), account: serviceAccount.value },
        at: place(pods.file, serviceAccount),
      });
  }
}

const selecting = /^(?:Deployment|StatefulSet|DaemonSet|ReplicaSet|ReplicationController|DeploymentConfig)$/;

function checkOwnSelector(model: Model, pods: Pods, report: Report<WorkloadKey>): void {
  const { facts, object, file } = pods;
  const isOpen = facts.selector?.templated || facts.labelsTemplated;
  if (facts.job && facts.selector && !isOpen && !matches(facts.selector, facts.podLabels))
    report.gap({ message: 'job-selector', data: { workload: describe(object) }, at: nameOf(pods) });
  if (!selecting.test(object.kind)) return;
  const isPlain = object.kind === 'ReplicationController';
  const key =
    object.kind === 'Deployment' || object.kind === 'StatefulSet'
      ? (object.kind.toLowerCase() as 'deployment' | 'statefulset')
      : 'template';
  const { selector } = facts;
  const data = { workload: describe(object) };
  if (!selector || (isEmpty(selector) && !selector.templated)) {
    // To kube-score an empty one selects everything.
    const message = selector ? 'template-unselective' : (`${key}-unselective` as const);
    if (!isPlain) report.gap({ message, data, at: nameOf(pods) });
    return;
  }
  if (selector.templated || facts.labelsTemplated || matches(selector, facts.podLabels)) return;
  const at = place(file, selector);
  report.gap({
    message: isPlain ? 'template-custom' : key,
    data: {
      ...data,
      labels: written(selector.labels),
      found: written(facts.podLabels),
    },
    at,
    level: mildly(model, at),
    fixes: fixes(at, selector, { of: pods, labels: facts.podLabels, open: false }),
  });
}

function checkHeadless(model: Model, pods: Pods, report: Report<WorkloadKey>): void {
  const { facts, object, file } = pods;
  const name = facts.serviceName;
  if (name && !name.known) return;
  const at = name ? place(file, name) : nameOf(pods);
  const data = { workload: describe(object), service: name?.value ?? '' };
  const services = model.cluster.services.filter(
    (one) => name !== undefined && valueOf(one.object.name) === name.value,
  );
  const exact = services.filter((one) => isIn(one.object.namespace, object.namespace, 'exact'));
  const fits = (one: (typeof services)[number]): boolean =>
    one.facts.headless && matches({ labels: one.facts.selector, expressions: [] }, facts.podLabels);
  if (exact.some((one) => fits(one))) return;
  const [service] = services;
  const isKnown =
    services.length === 1 &&
    exact.length === 1 &&
    !service!.template &&
    folderOf(service!.file) === folderOf(file);
  if (!isKnown || service!.facts.selectorTemplated || facts.labelsTemplated) {
    report.gap({ message: 'headless-elsewhere', data, at });
    return;
  }
  report.gap({
    message: 'headless-service',
    data: {
      ...data,
      why: service!.facts.headless ? 'does not select them' : 'is not headless (clusterIP: None)',
    },
    at,
    related: [{ at: nameOf(service!), message: 'the Service is here' }],
    level: mildly(model, at),
  });
}

/** `possible`: pods of another namespace, or whose labels a template decides, may be meant. */
function judge(
  { cluster }: Model,
  { object }: Deployed<unknown>,
  selector: Pick<SelectorFacts, 'labels' | 'expressions'>,
): 'exact' | 'possible' | 'none' {
  if (cluster.podsSelectedBy(selector, object.namespace, 'exact').length > 0) return 'exact';
  if (cluster.podsSelectedBy(selector, object.namespace, 'possible').length > 0) return 'possible';
  return 'none';
}

export function isEmpty({ labels, expressions }: Pick<SelectorFacts, 'labels' | 'expressions'>): boolean {
  return Object.keys(labels).length === 0 && expressions.length === 0;
}

export function contradiction(
  { labels }: Pick<SelectorFacts, 'labels'>,
  { of, labels: found }: Candidate,
): { labels: string; workload: string; found: string } {
  const wrong = Object.entries(labels).filter(([key, value]) => found[key] !== value);
  const keys = wrong.map(([key]) => key).filter((key) => Object.hasOwn(found, key));
  const instead = keys.length > 0 ? keys : Object.keys(found);
  return {
    labels: written(Object.fromEntries(wrong)),
    workload: describe(of.object),
    found: written(Object.fromEntries(instead.map((key) => [key, found[key] ?? '']))),
  };
}

export function related({ of }: Candidate): { at: Place; message: string }[] {
  return [{ at: nameOf(of), message: `${describe(of.object)} is here` }];
}

/** Sets the labels of a selector to those that are there, where each one has a counterpart. */
export function fixes(
  at: Place,
  { labels }: Pick<SelectorFacts, 'labels'>,
  { labels: found }: Candidate,
): LazyFix[] {
  const wrong = Object.entries(labels).filter(([key, value]) => found[key] !== value);
  if (wrong.some(([key]) => !Object.hasOwn(found, key)) || !at.range) return [];
  const { file, range } = at;
  const start = range.start;
  return [
    {
      title: `Select ${written(Object.fromEntries(wrong.map(([key]) => [key, found[key]!])))}`,
      safety: 'suggested',
      changes: ({ read }) => {
        const text = read(file);
        const changes = wrong.map(([key, value]) => {
          const start0 = scalarAfter(text.text, start, key, value);
          return start0 === undefined
            ? undefined
            : setScalar(text, { start: start0, end: start0 + value.length }, found[key]!);
        });
        return changes.every((change) => change !== undefined) ? changes : [];
      },
    },
  ];
}

/** Where the value of an entry starts that is the first with this key and value after an offset. */
function scalarAfter(text: string, from: number, key: string, value: string): number | undefined {
  for (let at = text.indexOf(key, from); at >= 0; at = text.indexOf(key, at + 1)) {
    const rest = /^["']?[ \t]*:[ \t]*/.exec(text.slice(at + key.length, at + key.length + 20));
    if (!rest) continue;
    const start = at + key.length + rest[0].length;
    if (text.slice(start).replace(/^["']/, '').startsWith(value)) return start;
  }
  return undefined;
}

/** A PodDisruptionBudget that lets no pod go: nodes cannot be drained, and upgrades of the cluster hang. */
import type { DisruptionBudgetFacts } from '../../artifacts/kubernetes/facts.ts';
import { isIn, matches, type Deployed, type Pods } from '../../model/cluster.ts';
import { place, type Model } from '../../model/model.ts';
import { insertEntry, setScalar } from '../edits/yaml.ts';
import { defineRule, type LazyFix, type Report } from '../rule.ts';
import { describe, mildly, nameOf, podsOf, valueOf, workloadsByObject } from '../objects.ts';

const minAvailable = ['kube-linter/pdb-min-available'];
const zero = ['polaris/pdbDisruptionsIsZero'];

export default defineRule({
  id: 'scaling/disruption-budget-blocks',
  title: 'A PodDisruptionBudget lets no pod go, so nodes cannot be drained.',
  area: 'scaling',
  section: '§4',
  level: 'warning',
  joins: true,
  fix: 'suggested',
  messages: {
    'maximum-none': {
      text: '{budget} lets no pod go (maxUnavailable is {amount}): nodes cannot be drained, and upgrades of the cluster hang.',
      equivalents: ['kube-linter/pdb-max-unavailable', ...zero],
    },
    // Kube-linter knows policy/v1 alone.
    'maximum-none-old': {
      text: '{budget} lets no pod go (maxUnavailable is {amount}): nodes cannot be drained, and upgrades of the cluster hang.',
      equivalents: zero,
    },
    'minimum-all': {
      text: '{budget} lets no pod go (minAvailable is 100%): nodes cannot be drained, and upgrades of the cluster hang.',
      equivalents: [...minAvailable, ...zero],
    },
    'minimum-all-old': {
      text: '{budget} lets no pod go (minAvailable is 100%): nodes cannot be drained, and upgrades of the cluster hang.',
      equivalents: zero,
    },
    'minimum-all-of': {
      text: '{budget} keeps all of {workload} available: no pod may go, nodes cannot be drained, and upgrades of the cluster hang.',
      equivalents: [...minAvailable, ...zero],
    },
    minimum: {
      text: '{budget} keeps {amount} of {replicas} replicas of {workload} available: no pod may go, nodes cannot be drained, and upgrades of the cluster hang.',
      equivalents: minAvailable,
    },
    'minimum-autoscaled': {
      text: '{budget} keeps {amount} pods of {workload} available, but its autoscaler goes down to {replicas}: in quiet hours nodes cannot be drained.',
      equivalents: [...minAvailable, 'polaris/pdbMinAvailableGreaterThanHPAMinReplicas'],
    },
    'minimum-custom': {
      text: '{budget} keeps {amount} of {replicas} replicas of {workload} available: no pod may go, nodes cannot be drained, and upgrades of the cluster hang.',
    },
    'minimum-autoscaled-custom': {
      text: '{budget} keeps {amount} pods of {workload} available, but its autoscaler goes down to {replicas}: in quiet hours nodes cannot be drained.',
    },
    // What others say, who look at the manifests alone.
    'kube-linter': {
      text: '{budget} keeps as many pods available as something that it selects is written to have, or selects nothing.',
      level: 'off',
      equivalents: minAvailable,
    },
    polaris: {
      text: '{budget} keeps more pods available than the autoscaler of something with one of its labels goes down to.',
      level: 'off',
      equivalents: ['polaris/pdbMinAvailableGreaterThanHPAMinReplicas'],
    },
    'policy-unset': {
      text: '{budget} sets no unhealthyPodEvictionPolicy: pods that never become ready keep their node from being drained.',
      level: 'info',
      equivalents: ['kube-linter/pdb-unhealthy-pod-eviction-policy'],
    },
  },
  check(model, report) {
    const workloadOf = workloadsByObject(model);
    for (const budget of model.cluster.budgets) {
      checkAmounts(model, budget, workloadOf, report);
      checkPolicy(model, budget, report);
    }
  },
});

type Key =
  | `${'maximum-none' | 'minimum-all'}${'' | '-old'}`
  | 'minimum-all-of'
  | `minimum${'' | '-autoscaled'}${'' | '-custom'}`
  | 'kube-linter'
  | 'polaris'
  | 'policy-unset';

type Budget = Deployed<DisruptionBudgetFacts>;

function checkAmounts(
  model: Model,
  budget: Budget,
  workloadOf: ReturnType<typeof workloadsByObject>,
  report: Report<Key>,
): void {
  const { file, facts, object } = budget;
  const name = describe(object);
  const maximum = valueOf(facts.maxUnavailable);
  if (facts.maxUnavailable && maximum !== undefined && podsOf(maximum, 100) === 0) {
    const at = place(file, facts.maxUnavailable);
    report.gap({
      message: object.apiVersion === 'policy/v1' ? 'maximum-none' : 'maximum-none-old',
      data: { budget: name, amount: maximum },
      at,
      level: mildly(model, at),
      fixes: [set('Let one pod go at a time', at.file, facts.maxUnavailable.range, 1)],
    });
  }
  const minimum = valueOf(facts.minAvailable);
  if (!facts.minAvailable || minimum === undefined) return;
  const at = place(file, facts.minAvailable);
  const guarded = guardedBy(model, budget);
  const isAll = minimum.trim() === '100%';
  const isOld = object.apiVersion !== 'policy/v1';
  const byKubeLinter = isMinimumToKubeLinter(model, budget, minimum);
  const byPolaris = isMinimumToPolaris(model, budget, minimum);
  const quiet = (...claimed: readonly Key[]): void => {
    if (byKubeLinter && !claimed.includes('kube-linter'))
      report.gap({ message: 'kube-linter', data: { budget: name }, at });
    if (byPolaris && !claimed.includes('polaris'))
      report.gap({ message: 'polaris', data: { budget: name }, at });
  };
  let isTight = false;
  for (const pods of guarded) {
    const { replicas, exact, autoscaled } = replicasOf(model, pods);
    const kept = replicas === undefined ? undefined : podsOf(minimum, replicas);
    if (kept === undefined || replicas === undefined || replicas > kept) continue;
    const workload = workloadOf(pods);
    const loud = exact && workload !== undefined && !pods.template && !hasOthers(model, pods);
    isTight = true;
    if (!loud && !isAll) continue;
    const isAutoscaled = autoscaled && kept > replicas;
    const message: Key = isAll
      ? isOld
        ? 'minimum-all-old'
        : 'minimum-all-of'
      : isAutoscaled
        ? byKubeLinter && byPolaris
          ? 'minimum-autoscaled'
          : 'minimum-autoscaled-custom'
        : byKubeLinter
          ? 'minimum'
          : 'minimum-custom';
    if (message === 'minimum-autoscaled') quiet('kube-linter', 'polaris');
    else quiet(...(message === 'minimum' || isAll ? ['kube-linter' as const] : []));
    report.gap({
      message,
      data: { budget: name, amount: minimum, replicas, workload: describe(pods.object) },
      at,
      service: workload && model.serviceRunning(workload),
      related: [{ at: nameOf(pods), message: `${describe(pods.object)} is here` }],
      level: mildly(model, at),
      ...(replicas > 1 && {
        fixes: [set(`Keep ${replicas - 1} available`, at.file, facts.minAvailable.range, replicas - 1)],
      }),
    });
    return;
  }
  quiet(...(isAll ? ['kube-linter' as const] : []));
  if (isAll)
    report.gap({
      message: isOld ? 'minimum-all-old' : 'minimum-all',
      data: { budget: name },
      at,
      level: mildly(model, at),
    });
  else if (guarded.length > 0 && !isTight)
    report.met(model.serviceOf(file), { at, message: `${name} lets pods go.` });
}

function set(title: string, file: string, range: { start: number; end: number }, value: number): LazyFix {
  return {
    title,
    safety: 'suggested',
    changes: ({ read }) => {
      const change = setScalar(read(file), range, value);
      return change ? [change] : [];
    },
  };
}

/**
 * Whether kube-linter finds fault with a minimum: it counts what is written, or what an autoscaler goes down to where that
 * is one, and none for what has no number of replicas. Source: its template pdb-min-available.
 */
function isMinimumToKubeLinter(
  { cluster }: Model,
  { object, facts, template }: Budget,
  minimum: string,
): boolean {
  if (object.apiVersion !== 'policy/v1' || template) return false;
  const [, number, percent] = /^([+-]?\d+)(%?)$/.exec(minimum) ?? [];
  if (number === undefined || minimum === '100%' || !facts.selector) return true;
  const { selector } = facts;
  if (selector.templated) return false;
  return cluster.pods.some((pods) => {
    const { kind, namespace } = pods.object;
    if (!/^(?:Deployment|StatefulSet|ReplicaSet|DaemonSet|DeploymentConfig)$/.test(kind) || pods.template)
      return false;
    const own = pods.facts.selector;
    if (!own || own.templated || namespace !== object.namespace || !matches(selector, own.labels))
      return false;
    const { replicas } = pods.facts;
    if (replicas && !replicas.known) return false;
    const none = kind === 'DaemonSet' || (kind === 'DeploymentConfig' && !replicas);
    const written = none ? 0 : (replicas?.value ?? 1);
    const scaler =
      written === 1
        ? cluster.autoscalers.findLast(
            (one) =>
              /^(?:HorizontalPodAutoscaler|ScaledObject)$/.test(one.object.kind) &&
              one.object.namespace === object.namespace &&
              valueOf(one.facts.target.name) === valueOf(pods.object.name),
          )
        : undefined;
    const count = scaler ? (scaler.facts.min ? (valueOf(scaler.facts.min) ?? Infinity) : 1) : written;
    return count <= (percent === '%' ? Math.ceil((count * Number(number)) / 100) : Number(number));
  });
}

/** Whether Polaris does: a Deployment that shares a label has an autoscaler which goes below it. Namespaces do not count. */
function isMinimumToPolaris({ cluster }: Model, { facts, template }: Budget, minimum: string): boolean {
  if (!/^\d+$/.test(minimum) || template) return false;
  return cluster.pods.some(({ object, facts: { podLabels } }) => {
    if (object.kind !== 'Deployment') return false;
    const shares = Object.entries(facts.selector?.labels ?? {}).some(
      ([key, value]) => podLabels[key] === value,
    );
    const scaler = cluster.autoscalers.find(
      (one) =>
        one.object.kind === 'HorizontalPodAutoscaler' &&
        one.facts.target.kind === 'Deployment' &&
        valueOf(one.facts.target.name) === valueOf(object.name),
    );
    const least = shares && scaler?.facts.min ? valueOf(scaler.facts.min) : undefined;
    return least !== undefined && Number(minimum) > least;
  });
}

/** Workloads with replicas that it selects: other pods are not counted by Kubernetes either. */
function guardedBy({ cluster }: Model, { facts, object }: Budget): Pods[] {
  const { selector } = facts;
  if (!selector || selector.templated) return [];
  return cluster
    .podsSelectedBy(selector, object.namespace, 'exact')
    .filter(
      (pods) =>
        /^(?:Deployment|StatefulSet|ReplicaSet|ReplicationController|DeploymentConfig)$/.test(
          pods.object.kind,
        ) && !pods.facts.labelsTemplated,
    );
}

/** The fewest pods it runs: its autoscaler's minimum, else what is written, else one. */
function replicasOf(
  { cluster }: Model,
  { facts, object }: Pods,
): { replicas?: number; exact: boolean; autoscaled: boolean } {
  const name = valueOf(object.name);
  const autoscaler = cluster.autoscalers.find(
    (one) =>
      one.object.kind === 'HorizontalPodAutoscaler' &&
      name !== undefined &&
      one.facts.target.kind === object.kind &&
      valueOf(one.facts.target.name) === name &&
      isIn(one.object.namespace, object.namespace, 'exact'),
  );
  if (autoscaler) {
    const { min } = autoscaler.facts;
    return { replicas: min ? valueOf(min) : 1, exact: min !== undefined, autoscaled: true };
  }
  return {
    replicas: facts.replicas ? valueOf(facts.replicas) : 1,
    exact: facts.replicas !== undefined,
    autoscaled: false,
  };
}

/** Whether another file, such as an overlay, may give it another number of replicas. */
function hasOthers({ cluster }: Model, { object, facts }: Pods): boolean {
  const name = valueOf(object.name);
  return cluster.pods.some(
    (other) =>
      other.facts !== facts &&
      other.object.kind === object.kind &&
      valueOf(other.object.name) === name &&
      other.facts.replicas !== undefined,
  );
}

function checkPolicy(model: Model, budget: Budget, report: Report<Key>): void {
  const { file, facts, object } = budget;
  const { range } = facts;
  if (object.apiVersion !== 'policy/v1' || facts.evictionPolicy || facts.templated || !range) return;
  const at = nameOf(budget);
  report.gap({
    message: 'policy-unset',
    data: { budget: describe(object) },
    at,
    level: mildly(model, at),
    fixes: [
      {
        title: 'Let pods go that are not ready',
        safety: 'suggested',
        changes: ({ read }) => {
          const change = insertEntry(read(file), range, 'unhealthyPodEvictionPolicy', 'AlwaysAllow');
          return change ? [change] : [];
        },
      },
    ],
  });
}

/** A PodDisruptionBudget that lets no pod go: nodes cannot be drained, and upgrades of the cluster hang. */
import type { DisruptionBudgetFacts } from '../../artifacts/kubernetes/facts.ts';
import { isIn, type Deployed, type Pods } from '../../model/cluster.ts';
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
    'minimum-all': {
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
    'minimum-elsewhere': {
      text: '{budget} keeps {amount} of the {replicas} replicas of {workload} that are written here available.',
      level: 'off',
      equivalents: minAvailable,
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
  | 'maximum-none'
  | 'minimum-all'
  | 'minimum-all-of'
  | 'minimum'
  | 'minimum-autoscaled'
  | 'minimum-elsewhere'
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
      message: 'maximum-none',
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
  for (const pods of guarded) {
    const { replicas, exact, autoscaled } = replicasOf(model, pods);
    const kept = replicas === undefined ? undefined : podsOf(minimum, replicas);
    if (kept === undefined || replicas === undefined || replicas > kept) continue;
    const workload = workloadOf(pods);
    const loud = exact && workload !== undefined && !pods.template && !hasOthers(model, pods);
    report.gap({
      message: isAll
        ? 'minimum-all-of'
        : autoscaled && kept > replicas
          ? 'minimum-autoscaled'
          : loud
            ? 'minimum'
            : 'minimum-elsewhere',
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
  if (isAll) report.gap({ message: 'minimum-all', data: { budget: name }, at, level: mildly(model, at) });
  else if (guarded.length > 0) report.met(model.serviceOf(file), { at, message: `${name} lets pods go.` });
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

/** Replicas that a node drain may take down all at once, because no PodDisruptionBudget says how many may go. */
import type { DisruptionBudgetFacts } from '../../artifacts/kubernetes/facts.ts';
import { isIn, matches, type Deployed, type Pods } from '../../model/cluster.ts';
import { place, type Model } from '../../model/model.ts';
import { folderOf } from '../../model/paths.ts';
import { appendDocument, takesDocuments } from '../edits/documents.ts';
import { insertEntry } from '../edits/yaml.ts';
import { defineRule, type LazyFix, type Report } from '../rule.ts';
import { describe, mildly, nameOf, valueOf, workloadsByObject } from '../objects.ts';

const ofDeployments = ['kube-score/deployment-has-poddisruptionbudget'];
const ofStatefulSets = ['kube-score/statefulset-has-poddisruptionbudget'];
const polaris = ['polaris/missingPodDisruptionBudget'];

export default defineRule({
  id: 'scaling/disruption-budget-missing',
  title: 'Nothing says how many replicas of a workload a node drain may take down at once.',
  area: 'scaling',
  section: '§4',
  level: 'warning',
  joins: true,
  fix: 'suggested',
  messages: {
    missing: {
      text: '{workload} runs {replicas} replicas and no PodDisruptionBudget: a node drain or an upgrade of the cluster may take all of them down at once.',
      equivalents: [...ofDeployments, ...polaris],
    },
    unselected: {
      text: '{workload} runs {replicas} replicas, and {budget} shares labels with it but does not select it: a node drain may take all of them down at once.',
      equivalents: ofDeployments,
    },
    stateful: {
      text: '{workload} runs {replicas} replicas and no PodDisruptionBudget: a node drain or an upgrade of the cluster may take all of them down at once.',
      equivalents: ofStatefulSets,
    },
    custom: {
      text: '{workload} runs {replicas} replicas and no PodDisruptionBudget: a node drain or an upgrade of the cluster may take all of them down at once.',
    },
    empty: {
      text: '{budget} sets neither minAvailable nor maxUnavailable: it protects nothing.',
      equivalents: ['kube-score/poddisruptionbudget-has-policy'],
    },
    // What others say, who look at the manifest alone: kube-score in the very namespace, Polaris for one label in common.
    'kube-score': {
      text: '{workload} has no PodDisruptionBudget of its own namespace in this repository.',
      level: 'off',
      equivalents: ofDeployments,
    },
    'kube-score-stateful': {
      text: '{workload} has no PodDisruptionBudget of its own namespace in this repository.',
      level: 'off',
      equivalents: ofStatefulSets,
    },
    polaris: {
      text: '{workload} shares no label with a PodDisruptionBudget of this repository.',
      level: 'off',
      equivalents: polaris,
    },
  },
  check(model, report) {
    checkWorkloads(model, report);
    for (const budget of model.cluster.budgets) checkPolicy(model, budget, report);
  },
});

type Key =
  'missing' | 'unselected' | 'stateful' | 'custom' | 'empty' | `kube-score${'' | '-stateful'}` | 'polaris';

type Budget = Deployed<DisruptionBudgetFacts>;

function checkWorkloads(model: Model, report: Report<Key>): void {
  const { cluster } = model;
  const workloadOf = workloadsByObject(model);
  for (const pods of cluster.pods) {
    const workload = workloadOf(pods);
    const { kind } = pods.object;
    if (!/^(?:Deployment|StatefulSet|Rollout)$/.test(kind) || !(workload ?? cluster.isWhole(pods))) continue;
    const service = workload && model.serviceRunning(workload);
    const { budgets } = cluster;
    const at = pods.facts.replicas ? place(pods.file, pods.facts.replicas) : nameOf(pods);
    const data = { workload: describe(pods.object) };
    const verdicts = verdictsOf(pods, budgets);
    const quiet = (...tools: (keyof typeof verdicts)[]): void => {
      for (const tool of tools) if (verdicts[tool]) report.gap({ message: tool, data, at });
    };
    const guard = budgets.find((budget) => guards(budget, pods, 'exact'));
    if (guard) {
      report.met(service, { at: nameOf(guard), message: `${describe(guard.object)} guards it.` });
      quiet('polaris');
      continue;
    }
    const isOpen =
      pods.template || budgets.some((budget) => mayGuard(budget, pods) || guards(budget, pods, 'possible'));
    const shares = budgets.find(({ facts }) => sharesLabel(facts, pods));
    // One in another folder may be an extra that not everybody deploys.
    const scaler = workload?.autoscaler;
    const least = scaler && folderOf(scaler.file) === folderOf(pods.file) ? valueOf(scaler.facts.min) : 0;
    const replicas = Math.max(valueOf(pods.facts.replicas) ?? 1, least ?? 0);
    const isLoud = workload?.role === 'production' && replicas >= 2 && !workload.thirdParty && !isOpen;
    if (!isLoud) {
      if (isOpen && workload)
        report.unknown(service, 'Whether a PodDisruptionBudget guards it is decided elsewhere.', at);
      quiet('kube-score', 'kube-score-stateful', 'polaris');
      continue;
    }
    const message = loudMessage(verdicts, shares !== undefined);
    report.gap({
      message,
      data: { ...data, replicas, ...(shares && { budget: describe(shares.object) }) },
      at,
      service,
      ...(shares && { related: [{ at: nameOf(shares), message: 'the budget is here' }] }),
      level: mildly(model, at),
      fixes: fixes(pods),
    });
    if (message === 'custom') quiet('kube-score', 'kube-score-stateful', 'polaris');
  }
}

/** The message that claims what others say as well, and nothing more. */
function loudMessage(verdicts: ReturnType<typeof verdictsOf>, isNear: boolean): Key {
  if (verdicts['kube-score-stateful']) return 'stateful';
  if (!verdicts['kube-score']) return 'custom';
  if (verdicts.polaris) return isNear ? 'custom' : 'missing';
  return isNear ? 'unselected' : 'custom';
}

/** What others say of the manifest: where an autoscaler sets the replicas, they go by what is written. */
function verdictsOf({ facts, object, template }: Pods, budgets: readonly Budget[]) {
  const { replicas, podLabels } = facts;
  const isOpen = template || facts.labelsTemplated || (replicas !== undefined && !replicas.known);
  const isSeveral = replicas === undefined || (replicas.known && replicas.value >= 2);
  const isGuarded = budgets.some((budget) => guards(budget, { object, facts }, 'exact'));
  const isNear = budgets.some(
    (budget) =>
      (budget.object.namespace === undefined || budget.object.namespace === object.namespace) &&
      sharesLabel(budget.facts, { facts }),
  );
  return {
    'kube-score': object.kind === 'Deployment' && !isOpen && isSeveral && !isGuarded,
    'kube-score-stateful': object.kind === 'StatefulSet' && !isOpen && isSeveral && !isGuarded,
    polaris: object.kind === 'Deployment' && !isOpen && (Object.keys(podLabels).length === 0 || !isNear),
  };
}

function guards(
  { facts, object }: Budget,
  pods: Pick<Pods, 'facts' | 'object'>,
  namespaces: 'exact' | 'possible',
): boolean {
  return (
    facts.selector !== undefined &&
    !facts.selector.templated &&
    isIn(object.namespace, pods.object.namespace, namespaces) &&
    matches(facts.selector, pods.facts.podLabels)
  );
}

/** A budget whose selector a template decides may guard anything of its namespace. */
function mayGuard({ facts, object }: Budget, { object: { namespace } }: Pods): boolean {
  return (facts.selector?.templated ?? facts.templated) && isIn(object.namespace, namespace, 'possible');
}

function sharesLabel(
  { selector }: DisruptionBudgetFacts,
  { facts: { podLabels } }: Pick<Pods, 'facts'>,
): boolean {
  return Object.entries(selector?.labels ?? {}).some(([key, value]) => podLabels[key] === value);
}

function fixes({ file, facts, object, template }: Pods): LazyFix[] {
  const name = valueOf(object.name);
  const labels = facts.selector?.labels ?? {};
  const isPlain = facts.selector?.expressions.length === 0 && !facts.selector.templated;
  if (name === undefined || !isPlain || Object.keys(labels).length === 0 || !takesDocuments(file, template))
    return [];
  return [
    {
      title: `Add a PodDisruptionBudget that lets one pod of ${name} go at a time`,
      safety: 'suggested',
      changes: ({ read }) => {
        const added = appendDocument(read(file), {
          apiVersion: 'policy/v1',
          kind: 'PodDisruptionBudget',
          metadata: { name, ...(object.namespace !== undefined && { namespace: object.namespace }) },
          spec: {
            maxUnavailable: 1,
            unhealthyPodEvictionPolicy: 'AlwaysAllow',
            selector: { matchLabels: { ...labels } },
          },
        });
        return added ? [added] : [];
      },
    },
  ];
}

function checkPolicy(model: Model, budget: Budget, report: Report<Key>): void {
  const { file, facts, object, template } = budget;
  if (facts.minAvailable ?? facts.maxUnavailable ?? facts.templated) return;
  const { range } = facts;
  const at = nameOf(budget);
  report.gap({
    message: 'empty',
    data: { budget: describe(object) },
    at,
    level: mildly(model, at),
    ...(range &&
      !template && {
        fixes: [
          {
            title: 'Let one pod go at a time',
            safety: 'suggested',
            changes: ({ read }) => {
              const change = insertEntry(read(file), range, 'maxUnavailable', 1);
              return change ? [change] : [];
            },
          },
        ],
      }),
  });
}

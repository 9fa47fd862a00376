/** An autoscaler that points nowhere, has no room to scale, or fights with a fixed number of replicas. */
import type { AutoscalerFacts } from '../../artifacts/kubernetes/facts.ts';
import type { Cluster, Deployed, Pods } from '../../model/cluster.ts';
import { isIn } from '../../model/cluster.ts';
import { place, type Model, type Workload } from '../../model/model.ts';
import { folderOf, foldersUp } from '../../model/paths.ts';
import { nearest } from '../../nearest.ts';
import { removeEntry, setScalar } from '../edits/yaml.ts';
import { defineRule, type LazyFix, type Report } from '../rule.ts';
import { describe, entryKey, mildly, nameOf, valueOf, workloadsByObject } from '../objects.ts';

const dangling = [
  'kube-linter/dangling-horizontalpodautoscaler',
  'kube-score/horizontalpodautoscaler-has-target',
];

export default defineRule({
  id: 'scaling/autoscaler-target',
  title: 'An autoscaler points nowhere, has no room to scale, or fights with a fixed number of replicas.',
  area: 'scaling',
  section: '§2',
  level: 'warning',
  joins: true,
  fix: 'suggested',
  messages: {
    target: {
      text: '{autoscaler} scales {target}, but {instead}: nothing is ever scaled.',
      equivalents: dangling,
    },
    'target-elsewhere': {
      text: '{autoscaler} scales {target} of {asked}, which is not in this repository.',
      level: 'off',
      equivalents: dangling,
    },
    // Kube-linter asks for pods of that version in any namespace, kube-score for anything of it in the very one.
    'target-kube-linter': {
      text: 'No pods of this repository are of {target} of {asked}, which {autoscaler} scales.',
      level: 'off',
      equivalents: ['kube-linter/dangling-horizontalpodautoscaler'],
    },
    'target-kube-score': {
      text: 'Nothing of its namespace in this repository is {target} of {asked}, which {autoscaler} scales.',
      level: 'off',
      equivalents: ['kube-score/horizontalpodautoscaler-has-target'],
    },
    'custom-target': {
      text: '{autoscaler} scales {target}, but {instead}: nothing is ever scaled.',
    },
    'replicas-fixed': {
      text: '{workload} has a fixed number of replicas and {autoscaler} beside it: each time it is applied, it is scaled back to {replicas}.',
      equivalents: ['kube-score/deployment-targeted-by-hpa-does-not-have-replicas-configured'],
    },
    'replicas-fixed-elsewhere': {
      text: '{workload} has a fixed number of replicas and {autoscaler} beside it; it is a copy, or a part of one.',
      level: 'off',
      equivalents: ['kube-score/deployment-targeted-by-hpa-does-not-have-replicas-configured'],
    },
    'custom-replicas-fixed': {
      text: '{workload} has a fixed number of replicas and {autoscaler} beside it: each time it is applied, it is scaled back to {replicas}.',
    },
    'no-room': {
      text: '{autoscaler} may have {max} replicas at most and {min} at least: it never scales.',
      equivalents: ['polaris/hpaMaxAvailability'],
    },
    'maximum-unset': {
      text: '{autoscaler} has no maximum or minimum that it could have.',
      level: 'off',
      equivalents: ['polaris/hpaMaxAvailability'],
    },
    'minimum-one': {
      level: 'info',
      text: '{autoscaler} goes down to {min}: in quiet hours one failing pod or one drained node takes the service down.',
      equivalents: [
        'kube-linter/hpa-minimum-three-replicas',
        'kube-score/horizontalpodautoscaler-replicas',
        'polaris/hpaMinAvailability',
      ],
    },
    'minimum-unset': {
      level: 'info',
      text: '{autoscaler} sets no minReplicas and goes down to one: in quiet hours one failing pod or one drained node takes the service down.',
      equivalents: ['kube-linter/hpa-minimum-three-replicas', 'kube-score/horizontalpodautoscaler-replicas'],
    },
    'minimum-one-copy': {
      text: '{autoscaler} goes down to {min}, as another one of that name does.',
      level: 'off',
      equivalents: [
        'kube-linter/hpa-minimum-three-replicas',
        'kube-score/horizontalpodautoscaler-replicas',
        'polaris/hpaMinAvailability',
      ],
    },
    'minimum-two': {
      text: '{autoscaler} goes down to two replicas.',
      level: 'off',
      equivalents: ['kube-linter/hpa-minimum-three-replicas'],
    },
  },
  check(model, report) {
    const workloadOf = workloadsByObject(model);
    const firsts = originals(model.cluster);
    const claimed = new Set<Pods>();
    for (const autoscaler of model.cluster.autoscalers) {
      const isOwn = autoscaler.object.kind === 'HorizontalPodAutoscaler';
      const before = checkTarget(model, autoscaler, isOwn, report);
      if (isOwn && !autoscaler.template) checkRange(model, autoscaler, firsts.has(autoscaler), report);
      for (const pods of nearestTo(autoscaler.file, before)) {
        if (!autoscaler.template && !pods.template && model.cluster.isWhole(pods))
          checkReplicas(model, autoscaler, pods, workloadOf(pods), claimed, report);
      }
    }
    checkFixed(model, claimed, report);
  },
});

type Key =
  | 'target'
  | `target-${'elsewhere' | 'kube-linter' | 'kube-score'}`
  | 'custom-target'
  | 'replicas-fixed'
  | 'replicas-fixed-elsewhere'
  | 'custom-replicas-fixed'
  | 'no-room'
  | 'maximum-unset'
  | 'minimum-one'
  | 'minimum-one-copy'
  | 'minimum-unset'
  | 'minimum-two';

type Autoscaler = Deployed<AutoscalerFacts>;

/** @returns what it scales, as far as it has pods */
function checkTarget(
  model: Model,
  autoscaler: Autoscaler,
  isOwn: boolean,
  report: Report<Key>,
): readonly Pods[] {
  const { cluster } = model;
  const { file, facts, object, template } = autoscaler;
  const { kind, name, apiVersion } = facts.target;
  if (!name.known || kind.includes('{{')) return [];
  const at = place(file, name);
  const data = { autoscaler: describe(object), target: `${kind} ${name.value}` };
  const sameName = cluster.named(name.value);
  const found = sameName.filter((one) => one.object.kind === kind);
  const here = found.filter((one) => isIn(one.object.namespace, object.namespace, 'exact'));
  const possible = found.filter((one) => isIn(one.object.namespace, object.namespace, 'possible'));
  const verdicts = targetVerdicts(cluster, autoscaler);
  const asked = apiVersion ?? 'no version';
  const quiet = (): void => {
    if (!isOwn || template) return;
    if (verdicts.kubeLinter && verdicts.kubeScore)
      report.gap({ message: 'target-elsewhere', data: { ...data, asked }, at });
    else if (verdicts.kubeLinter) report.gap({ message: 'target-kube-linter', data: { ...data, asked }, at });
    else if (verdicts.kubeScore) report.gap({ message: 'target-kube-score', data: { ...data, asked }, at });
  };
  if (here.length > 0 || possible.length > 0) {
    quiet();
    const [first] = here.length > 0 ? here : possible;
    report.met(model.serviceOf(file), { at: nameOf(first!), message: `${data.target} is scaled.` });
    return podsOf(cluster, here.length > 0 ? here : possible);
  }
  const meant = template ? undefined : meantTarget(cluster, autoscaler);
  if (meant) {
    const isAgreed = isOwn && verdicts.kubeLinter && verdicts.kubeScore;
    if (!isAgreed) quiet();
    report.gap({
      message: isAgreed ? 'target' : 'custom-target',
      data: { ...data, instead: `there is only ${describe(meant.object)} beside it` },
      at,
      related: [{ at: nameOf(meant), message: `${describe(meant.object)} is here` }],
      level: mildly(model, at),
      fixes: retarget(autoscaler, meant),
    });
  } else if (isOwn && !template) quiet();
  else report.unknown(model.serviceOf(file), `${data.target} may be deployed from elsewhere.`, at);
  return [];
}

/** Of several that bear the name, those that stand as near as any: others belong to another set of manifests. */
function nearestTo(file: string, all: readonly Pods[]): readonly Pods[] {
  if (all.length < 2) return all;
  const folders = new Set(foldersUp(file));
  const near = (pods: Pods): number =>
    [...foldersUp(pods.file)].filter((folder) => folders.has(folder)).length;
  const best = Math.max(...all.map(near));
  return all.filter((pods) => near(pods) === best);
}

/** What others say, who compare every detail. */
function targetVerdicts(
  { pods, objects }: Cluster,
  { facts: { target }, object: { namespace } }: Autoscaler,
): { readonly kubeLinter: boolean; readonly kubeScore: boolean } {
  const isIt = ({ object }: Deployed<unknown>): boolean =>
    object.kind === target.kind &&
    object.apiVersion === target.apiVersion &&
    valueOf(object.name) === valueOf(target.name);
  return {
    // The core group has no name, and so none of its versions is found.
    kubeLinter: !pods.some(
      (one) => isIt(one) && podKinds.test(one.object.kind) && one.object.apiVersion.includes('/'),
    ),
    kubeScore: !objects.some((one) => isIt(one) && one.object.namespace === namespace),
  };
}

const podKinds =
  /^(?:Deployment|StatefulSet|DaemonSet|ReplicaSet|ReplicationController|DeploymentConfig|Job|CronJob|Pod)$/;

/** What stands beside it and was surely meant: of the same name but another kind, or nearly of the name. */
function meantTarget({ pods }: Cluster, autoscaler: Autoscaler): Pods | undefined {
  const { name, kind } = autoscaler.facts.target;
  if (!name.known) return undefined;
  const beside = pods.filter(
    ({ file, object }) =>
      folderOf(file) === folderOf(autoscaler.file) &&
      isIn(object.namespace, autoscaler.object.namespace, 'possible'),
  );
  if (beside.some(({ object, template }) => template || !object.name.known)) return undefined;
  const sameName = beside.find(({ object }) => valueOf(object.name) === name.value);
  if (sameName) return sameName;
  const near = nearest(
    name.value,
    beside.flatMap(({ object }) => (object.kind === kind ? (valueOf(object.name) ?? []) : [])),
  );
  return near === undefined ? undefined : beside.find(({ object }) => valueOf(object.name) === near);
}

function retarget({ file, facts }: Autoscaler, { object }: Pods): LazyFix[] {
  const { name } = facts.target;
  const wanted = valueOf(object.name);
  if (object.kind !== facts.target.kind || wanted === undefined) return [];
  return [
    {
      title: `Scale ${object.kind} ${wanted}`,
      safety: 'suggested',
      changes: ({ read }) => {
        const change = setScalar(read(file), name.range, wanted);
        return change ? [change] : [];
      },
    },
  ];
}

function podsOf({ pods }: Cluster, objects: readonly Deployed<unknown>[]): readonly Pods[] {
  const wanted = new Set(objects.map(({ object }) => object));
  return pods.filter(({ object }) => wanted.has(object));
}

function checkReplicas(
  model: Model,
  autoscaler: Autoscaler,
  pods: Pods,
  workload: Workload | undefined,
  claimed: Set<Pods>,
  report: Report<Key>,
): void {
  const { replicas } = pods.facts;
  if (!replicas?.known || !workload) return;
  const isExact = isFixedToKubeScore(autoscaler, pods);
  if (isExact) claimed.add(pods);
  const at = place(pods.file, replicas);
  report.gap({
    message: isExact ? 'replicas-fixed' : 'custom-replicas-fixed',
    data: {
      workload: describe(pods.object),
      autoscaler: describe(autoscaler.object),
      replicas: replicas.value,
    },
    at,
    related: [{ at: nameOf(autoscaler), message: 'the autoscaler is here' }],
    service: model.serviceRunning(workload),
    level: mildly(model, at),
    fixes: [
      {
        title: `Leave the number of replicas to ${describe(autoscaler.object)}`,
        safety: 'suggested',
        changes: ({ read }) => {
          const file = read(pods.file);
          const key = entryKey(file.text, replicas.range.start, 'replicas');
          const change = key === undefined ? undefined : removeEntry(file, key);
          return change ? [change] : [];
        },
      },
    ],
  });
}

/** Whether kube-score takes this for the Deployment's autoscaler: by its kind and name, in the very namespace. */
function isFixedToKubeScore({ object, facts: { target } }: Autoscaler, pods: Pods): boolean {
  return (
    object.kind === 'HorizontalPodAutoscaler' &&
    pods.object.kind === 'Deployment' &&
    object.namespace === pods.object.namespace &&
    target.kind.toLowerCase() === 'deployment' &&
    target.name.known &&
    target.name.value === valueOf(pods.object.name)
  );
}

/** Copies, patches, and what is named in another way. */
function checkFixed({ cluster }: Model, claimed: ReadonlySet<Pods>, report: Report<Key>): void {
  for (const pods of cluster.pods) {
    const { replicas } = pods.facts;
    const autoscaler =
      !replicas?.known || pods.template || claimed.has(pods)
        ? undefined
        : cluster.autoscalers.find((one) => !one.template && isFixedToKubeScore(one, pods));
    if (!autoscaler) continue;
    report.gap({
      message: 'replicas-fixed-elsewhere',
      data: { workload: describe(pods.object), autoscaler: describe(autoscaler.object) },
      at: place(pods.file, replicas),
    });
  }
}

/** Of autoscalers that scale the same in several environments, the ones in the first folder: they are worth one finding. */
function originals({ autoscalers }: Cluster): ReadonlySet<Autoscaler> {
  const folders = new Map<string, string>();
  const rank = (folder: string): string => `${String(folder.split('/').length).padStart(4)} ${folder}`;
  const key = ({ facts: { target }, object }: Autoscaler): string =>
    `${valueOf(object.name)} ${target.kind} ${valueOf(target.name)}`;
  for (const one of autoscalers) {
    const folder = folderOf(one.file);
    const first = folders.get(key(one));
    if (first === undefined || rank(folder) < rank(first)) folders.set(key(one), folder);
  }
  return new Set(autoscalers.filter((one) => folders.get(key(one)) === folderOf(one.file)));
}

function checkRange(model: Model, autoscaler: Autoscaler, isFirst: boolean, report: Report<Key>): void {
  const { file, facts, object } = autoscaler;
  const service = model.serviceOf(file);
  const [min, max] = [valueOf(facts.min), valueOf(facts.max)];
  const name = describe(object);
  if (min !== undefined && max !== undefined && max <= min) {
    const at = place(file, facts.max);
    report.gap({ message: 'no-room', data: { autoscaler: name, min, max }, at, level: mildly(model, at) });
  } else if (isRangeToPolaris(facts))
    report.gap({ message: 'maximum-unset', data: { autoscaler: name }, at: nameOf(autoscaler) });
  if (!facts.min) {
    const at = nameOf(autoscaler);
    report.gap({
      message: 'minimum-unset',
      data: { autoscaler: name },
      at,
      level: mildly(model, at),
    });
    return;
  }
  const at = place(file, facts.min);
  if (min === undefined) return report.unknown(service, 'A template decides the minimum of replicas.', at);
  if (min > 1) report.met(service, { at, message: `It never goes below ${min} replicas.` });
  if (min === 2) report.gap({ message: 'minimum-two', data: { autoscaler: name }, at });
  if (min <= 1)
    report.gap({
      message: isFirst && model.role(file) === 'production' ? 'minimum-one' : 'minimum-one-copy',
      data: { autoscaler: name, min: min === 1 ? 'one replica' : 'none' },
      at,
      level: mildly(model, at),
      ...((max === undefined || max > 2) && { fixes: [raise(at.file, facts.min.range)] }),
    });
}

/** Whether Polaris finds no room: no maximum, or a minimum or a maximum of nought. */
function isRangeToPolaris({ min, max }: AutoscalerFacts): boolean {
  return !max || (max.known && max.value < 1) || (min?.known === true && min.value < 1);
}

function raise(file: string, range: { start: number; end: number }): LazyFix {
  return {
    title: 'Keep two replicas at least',
    safety: 'suggested',
    changes: ({ read }) => {
      const change = setScalar(read(file), range, 2);
      return change ? [change] : [];
    },
  };
}

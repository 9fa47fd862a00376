/**
 * Joins Kubernetes objects of all files: workloads with their copies, patches, Services and autoscalers. It knows
 * manifests only; which service of the repository a workload runs is decided in services.ts.
 */
import type {
  AutoscalerFacts,
  ContainerFacts,
  KubernetesFacts,
  WorkloadFacts,
} from '../artifacts/kubernetes/facts.ts';
import type { Place } from '../text.ts';
import { isKnownProduct, parseImage, type Image } from './images.ts';
import type { InFile, KubernetesObjectInFile, KubernetesService, Role, Workload } from './model.ts';
import { joinKustomizations, withPatchFiles, type Kustomizations } from './kustomize.ts';
import { chartOf, folderOf } from './paths.ts';
import { roleByName } from './roles.ts';
import { groupBy, push } from '../groups.ts';

export interface Manifests {
  readonly workloads: readonly Workload[];
  /** What reads like a part of a workload, but is listed nowhere as a patch of one. */
  readonly fragments: readonly Workload[];
  /** What is the same workload as one of `workloads`, written once more. */
  readonly copies: readonly Workload[];
  readonly objects: readonly KubernetesObjectInFile[];
  readonly services: readonly KubernetesService[];
}

/**
 * @param byPath the Kubernetes facts of every manifest
 * @param role of a path
 */
export function joinManifests(
  byPath: ReadonlyMap<string, KubernetesFacts>,
  role: (path: string) => Role,
): Manifests {
  const objects: KubernetesObjectInFile[] = [];
  const services: KubernetesService[] = [];
  const drafts: Draft[] = [];
  const autoscalers: Autoscaler[] = [];
  const kustomizations = joinKustomizations(byPath);
  const { patchFiles } = kustomizations;
  for (const [file, facts] of byPath) {
    const template = facts.template;
    for (const object of facts.objects) objects.push({ file, facts: object, template });
    for (const service of facts.services)
      services.push({ file, facts: service, name: known(facts.objects[service.object]?.name), template });
    for (const workload of facts.workloads) {
      const draft = draftOf(file, facts, workload, role, kustomizations);
      if (draft) drafts.push(draft);
    }
    for (const autoscaler of facts.autoscalers) autoscalers.push({ file, facts: autoscaler });
  }
  const patches = groupBy(
    drafts.filter((draft) => isPatch(draft, patchFiles)),
    ({ key }) => key,
  );
  const whole = drafts.filter((draft) => !isPatch(draft, patchFiles));
  const scaledBy = autoscalersByTarget(autoscalers);
  const select = selectors(services);
  const alone = groupBy(whole, ({ file, kind }) => `${folderOf(file)} ${kind}`);
  const join = ([base, ...others]: [Draft, ...Draft[]]): Workload => {
    const patched = base.key === undefined || base.facts.patch ? [] : (patches.get(base.key) ?? []);
    return {
      file: base.file,
      facts: patched.length > 0 ? withPatchFiles(base.facts, patched) : base.facts,
      object: base.object,
      name: base.name,
      kind: base.kind,
      template: base.template,
      role: base.role,
      batch: base.batch,
      thirdParty: base.images.length > 0 && base.images.every(isKnownProduct),
      copies: others.map(({ place }) => place),
      // What only tests send is no traffic.
      services: nearestByName(
        select(base).filter(({ file }) => base.role === 'test' || role(file) !== 'test'),
        base.file,
      ),
      autoscaler: autoscalerOf(base, scaledBy, alone),
      containers: base.containers.map((container) => withPatches(container, patched)),
    };
  };
  const groups = copies(whole);
  const workloads = groups.map((group) => join(group as [Draft, ...Draft[]]));
  const wholeKeys = new Set(whole.map(({ key }) => key));
  const fragments = drafts
    .filter(
      ({ file, key, facts }) => facts.patch && !facts.marked && !patchFiles.has(file) && !wholeKeys.has(key),
    )
    .map((draft) => join([draft]));
  return {
    workloads,
    fragments,
    copies: groups.flatMap((group) => group.slice(1).map((draft) => join([draft]))),
    objects,
    services,
  };
}

/** The images of a workload's main containers, as far as they are known. */
export function imagesOf(containers: readonly ContainerFacts[]): Image[] {
  const images: Image[] = [];
  for (const { image } of containers) {
    const parsed = image?.known ? parseImage(image.value) : undefined;
    if (parsed) images.push(parsed);
  }
  return images;
}

interface Draft {
  readonly file: string;
  readonly facts: WorkloadFacts;
  readonly object: Workload['object'];
  readonly name: string | undefined;
  readonly kind: string;
  /** The same for every copy of a workload; undefined when its name is not known. */
  readonly key: string | undefined;
  readonly template: boolean;
  readonly role: Role;
  readonly batch: boolean;
  readonly containers: readonly ContainerFacts[];
  readonly images: readonly Image[];
  readonly place: Place;
  /** The lower, the likelier it is the original rather than a copy. */
  readonly rank: readonly (number | string)[];
}

type Autoscaler = InFile<AutoscalerFacts>;

const batchKinds = new Set(['Job', 'CronJob', 'Workflow', 'CronWorkflow', 'TaskRun', 'PipelineRun']);

function draftOf(
  file: string,
  facts: KubernetesFacts,
  written: WorkloadFacts,
  role: (path: string) => Role,
  kustomizations: Kustomizations,
): Draft | undefined {
  const object = facts.objects[written.object];
  if (!object) return undefined;
  const name = known(object.name);
  const workload = kustomizations.apply(written, object.kind, name);
  const containers = workload.containers.filter(({ init }) => !init);
  const byPath = workload.hook ? 'test' : role(file);
  return {
    file,
    facts: workload,
    object,
    name,
    kind: object.kind,
    key: name === undefined ? undefined : `${object.kind} ${name.replace(version, '')}`,
    template: facts.template,
    role: byPath === 'production' && name !== undefined ? roleByName(name) : byPath,
    batch: batchKinds.has(object.kind) || workload.hook,
    containers,
    images: imagesOf(containers),
    place: { file, range: object.kindRange },
    rank: rankOf(file, facts, byPath, name ?? ''),
  };
}

const generated = /(?:^|\/)(?:release|releases|dist|rendered|generated|output|all-in-one|bundle)(?:\/|[._-])/;
const lesserEnvironment =
  /(?:^|\/|[._-])(?:dev|development|local|test|testing|qa|staging|stage|preview|sandbox)(?:\/|[._-])/;
const overlay = /(?:^|\/)(?:overlays?|components|environments?|envs?|patches|variants)\//;
const base = /(?:^|\/)(?:bases?|common)\//;
/** A file with more workloads than this is a concatenation of others, when there are others. */
const manyWorkloads = 3;

/** What a release adds to a name: `operator-v3.0.10`. */
const version = /[._-]v?\d+\.\d+\.\d+\S*$/;

function rankOf(file: string, facts: KubernetesFacts, role: Role, name: string): Draft['rank'] {
  return [
    role === 'production' || role === 'tool' ? 0 : 1,
    generated.test(file) || facts.workloads.length > manyWorkloads ? 1 : 0,
    facts.template ? 1 : 0,
    version.test(name) ? 1 : 0,
    overlay.test(file) ? 1 : 0,
    lesserEnvironment.test(file) ? 1 : 0,
    file.split('/').length,
    base.test(file) ? 0 : 1,
    // `manifests` before `manifests-jaeger`.
    folderOf(file).length,
    file,
  ];
}

function compareRanks(a: Draft, b: Draft): number {
  for (const [index, value] of a.rank.entries()) {
    const other = b.rank[index]!;
    if (value !== other) return value < other ? -1 : 1;
  }
  return 0;
}

function isPatch(draft: Draft, patchFiles: ReadonlySet<string>): boolean {
  return draft.facts.patch || patchFiles.has(draft.file);
}

/** Groups workloads that are one and the same, the original first. Two that share a name but run other images are two. */
function copies(drafts: readonly Draft[]): Draft[][] {
  const groups: Draft[][] = [];
  const byKey = new Map<string, Draft[][]>();
  for (const draft of [...drafts].sort(compareRanks)) {
    if (draft.key === undefined) {
      groups.push([draft]);
      continue;
    }
    let same = byKey.get(draft.key);
    if (!same) byKey.set(draft.key, (same = []));
    const group = same.find(([first]) => mayRunTheSame(first!, draft));
    if (group) group.push(draft);
    else {
      const started = [draft];
      same.push(started);
      groups.push(started);
    }
  }
  return groups;
}

function mayRunTheSame(a: Draft, b: Draft): boolean {
  if (a.images.length === 0 || b.images.length === 0) return true;
  return a.images.some(({ name }) => b.images.some((image) => image.name === name));
}

/** A container that a patch adds something to is no longer fully known from its own file. */
function withPatches(container: ContainerFacts, patches: readonly Draft[]): ContainerFacts {
  if (container.templated || patches.length === 0) return container;
  const adds = patches.some(({ facts }) =>
    facts.containers.some((patch) => sameContainer(container, patch) && addsTo(container, patch)),
  );
  return adds ? { ...container, templated: true } : container;
}

function sameContainer(a: ContainerFacts, b: ContainerFacts): boolean {
  return !a.name.known || !b.name.known || a.name.value === b.name.value;
}

function addsTo(container: ContainerFacts, patch: ContainerFacts): boolean {
  return (
    patch.templated ||
    (['readiness', 'liveness', 'startup', 'resources'] as const).some(
      (key) => patch[key] !== undefined && container[key] === undefined,
    ) ||
    (patch.resources !== undefined && patch.resources.range.end > patch.resources.range.start)
  );
}

function autoscalersByTarget(autoscalers: readonly Autoscaler[]): ReadonlyMap<string, Autoscaler[]> {
  return groupBy(autoscalers, ({ file, facts: { target } }) =>
    target.name.known ? `${target.kind} ${target.name.value}` : `${target.kind} in ${folderOf(file)}`,
  );
}

/** By target; where a template decides the target's name, the autoscaler beside the only workload of that kind. */
function autoscalerOf(
  draft: Draft,
  byTarget: ReadonlyMap<string, Autoscaler[]>,
  alone: ReadonlyMap<string, readonly Draft[]>,
): Autoscaler | undefined {
  if (draft.key !== undefined) {
    const found = byTarget.get(draft.key);
    if (found) return nearest(found, draft.file);
  }
  const folder = folderOf(draft.file);
  const inFolder = byTarget.get(`${draft.kind} in ${folder}`) ?? [];
  const only = alone.get(`${folder} ${draft.kind}`)?.length === 1 && inFolder.length === 1;
  return only ? inFolder[0] : undefined;
}

/** Finds the Services that select a pod. Template text in labels is compared as written, within one chart. */
function selectors(services: readonly KubernetesService[]): (draft: Draft) => KubernetesService[] {
  const byLabel = new Map<string, KubernetesService[]>();
  for (const service of services) {
    // One label is enough to look a Service up by; the last one is the most particular as people write them.
    const label = Object.entries(service.facts.selector).at(-1);
    if (label) push(byLabel, label.join('='), service);
  }
  return (draft) =>
    Object.entries(draft.facts.podLabels).flatMap(([name, value]) =>
      (byLabel.get(`${name}=${value}`) ?? []).filter((service) => selects(service, draft)),
    );
}

function selects(service: KubernetesService, draft: Draft): boolean {
  if (service.facts.selectorTemplated && chartOf(service.file) !== chartOf(draft.file)) return false;
  return Object.entries(service.facts.selector).every(
    ([name, value]) => draft.facts.podLabels[name] === value,
  );
}

function nearestByName(services: readonly KubernetesService[], file: string): KubernetesService[] {
  if (services.length < 2) return [...services];
  return [...groupBy(services, (service) => service.name ?? service.file).values()].map((same) =>
    nearest(same, file),
  );
}

function nearest<T extends { readonly file: string }>(candidates: readonly T[], file: string): T {
  let best = candidates[0]!;
  for (const candidate of candidates)
    if (shared(candidate.file, file) > shared(best.file, file)) best = candidate;
  return best;
}

/** How many folders two paths have in common. */
function shared(a: string, b: string): number {
  let folders = 0;
  for (let at = 0; at < a.length && a[at] === b[at]; at++) if (a[at] === '/') folders++;
  return a === b ? folders + 1 : folders;
}

function known<T>(value: { readonly known: boolean; readonly value?: T } | undefined): T | undefined {
  return value?.known ? value.value : undefined;
}

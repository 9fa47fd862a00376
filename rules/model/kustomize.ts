/**
 * What kustomizations change of a workload that is written elsewhere: their replicas, images and the patches that stand
 * in them. What a change sets is taken over where it is known; else the workload's own file says too little.
 */
import type {
  ContainerFacts,
  KubernetesFacts,
  KustomizationChange,
  WorkloadFacts,
} from '../artifacts/kubernetes/facts.ts';
import { parseImage } from './images.ts';
import { folderOf, resolve } from './paths.ts';

export interface Kustomizations {
  /** What the workload is once they are applied. */
  apply(workload: WorkloadFacts, kind: string, name: string | undefined): WorkloadFacts;
  /** Paths of the files that are patches. */
  readonly patchFiles: ReadonlySet<string>;
}

/** @param byPath the Kubernetes facts of every manifest */
export function joinKustomizations(byPath: ReadonlyMap<string, KubernetesFacts>): Kustomizations {
  const patchFiles = new Set<string>();
  const changes: Change[] = [];
  const images = new Map<string, string>();
  for (const [file, { kustomization }] of byPath) {
    if (!kustomization) continue;
    for (const patch of kustomization.patches) {
      const path = resolve(folderOf(file), patch);
      if (path !== undefined) patchFiles.add(path);
    }
    for (const change of kustomization.changes) {
      const path = change.file === undefined ? undefined : resolve(folderOf(file), change.file);
      // A patch that is a part of the object is joined with it as a manifest.
      if (path === undefined || (byPath.get(path)?.workloads.length ?? 0) === 0)
        changes.push({ change, file, names: namesOf(change) });
    }
    for (const image of kustomization.images) images.set(image, file);
  }
  return {
    patchFiles,
    apply(workload, kind, name) {
      if (changes.length === 0 && images.size === 0) return workload;
      const own = changes.filter(
        ({ change, names }) =>
          (change.kind === undefined || change.kind === kind) &&
          (names === undefined || (name !== undefined && names.test(name))),
      );
      const patched = own.length > 0 ? applyChanges(workload, own) : workload;
      return images.size > 0 ? applyImages(patched, images) : patched;
    },
  };
}

interface Change {
  readonly change: KustomizationChange;
  readonly file: string;
  /** undefined: objects of any name. */
  readonly names: RegExp | undefined;
}

/** Targets are patterns; one that is more than a list of names and `.*` matches everything. */
function namesOf({ name }: KustomizationChange): RegExp | undefined {
  if (name === undefined || !/^[\w.*|-]*$/.test(name) || name === '') return undefined;
  return new RegExp(`^(?:${name.replace(/(?<!\.)\*/g, '\\*').replace(/(?:\.\*)+/g, '.*')})$`);
}

function applyChanges(workload: WorkloadFacts, changes: readonly Change[]): WorkloadFacts {
  const touches = (path: string): boolean =>
    changes.some(({ change }) =>
      change.paths.some((own) => own === '' || own === path || own.startsWith(`${path}/`)),
    );
  const { strategy, placement } = workload;
  const pod = '/spec/template/spec';
  const replicas = touches('/spec/replicas') ? replicasOf(workload, changes) : workload.replicas;
  return {
    ...workload,
    ...(replicas && { replicas }),
    ...(touches('/spec/strategy') && {
      strategy: { range: { start: 0, end: 0 }, ...strategy, templated: true },
    }),
    ...(placement &&
      (touches(`${pod}/affinity`) || touches(`${pod}/topologySpreadConstraints`)) && {
        placement: { ...placement, templated: true },
      }),
    ...((touches(`${pod}/containers`) || touches(`${pod}/initContainers`)) && {
      containers: workload.containers.map(asTemplated),
    }),
  };
}

function replicasOf(workload: WorkloadFacts, changes: readonly Change[]): WorkloadFacts['replicas'] {
  const counts = changes.flatMap(({ change, file }) =>
    change.replicas?.known ? [{ ...change.replicas, file }] : [],
  );
  const [first] = counts;
  const agreed = counts.every(({ value }) => value === first?.value);
  const unread = changes.some(({ change }) => change.paths.includes('') || !change.replicas?.known);
  if (first && agreed && !unread) return first;
  return { known: false, range: workload.replicas?.range ?? { start: 0, end: 0 } };
}

function asTemplated(container: ContainerFacts): ContainerFacts {
  const { resources } = container;
  return {
    ...container,
    templated: true,
    ...(resources && { resources: { ...resources, templated: true } }),
  };
}

function applyImages(workload: WorkloadFacts, images: ReadonlyMap<string, string>): WorkloadFacts {
  const containers = workload.containers.map((container) => {
    const image = container.image?.known ? parseImage(container.image.value) : undefined;
    const setBy = image && (images.get(image.repository) ?? images.get(image.name));
    return setBy === undefined ? container : { ...container, imageSetBy: setBy };
  });
  return { ...workload, containers };
}

/** A workload with what patches in files of their own set of its replicas, strategy and placement. */
export function withPatchFiles(
  workload: WorkloadFacts,
  patches: readonly { readonly file: string; readonly facts: WorkloadFacts }[],
): WorkloadFacts {
  const counts = patches.flatMap(({ file, facts }) => (facts.replicas ? [{ file, ...facts.replicas }] : []));
  const [first] = counts;
  const agreed = counts.every((count) => count.known && first?.known && count.value === first.value);
  const replicas = agreed ? first : first && { known: false as const, range: first.range };
  const strategy = patches.some(({ facts }) => facts.strategy);
  const placed = patches.some(
    ({ facts: { placement } }) =>
      placement && (placement.templated || placement.apart.length + placement.spreads.length > 0),
  );
  return {
    ...workload,
    ...(replicas && { replicas }),
    ...(strategy && { strategy: { range: { start: 0, end: 0 }, ...workload.strategy, templated: true } }),
    ...(placed && workload.placement && { placement: { ...workload.placement, templated: true } }),
  };
}

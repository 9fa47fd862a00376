/** How many replicas a workload asks for, as far as its manifest, values and kustomizations say. */
import { parseImage, storeLikeName } from '../../model/images.ts';
import { place, type Workload } from '../../model/model.ts';
import type { Place } from '../../text.ts';

export type Replicas =
  | { readonly known: true; readonly count: number; readonly at?: Place }
  | { readonly known: false; readonly at?: Place };

/** Kinds that ask for a number of replicas and run one when they do not. */
const counted = new Set([
  ...['Deployment', 'StatefulSet', 'ReplicaSet', 'ReplicationController', 'DeploymentConfig', 'Rollout'],
]);

/** @returns undefined for kinds that have no number of replicas; without `at` where none is written, which means one */
export function replicasOf({ kind, facts, file }: Workload): Replicas | undefined {
  const { replicas, spec } = facts;
  if (!counted.has(kind)) return undefined;
  if (replicas) {
    const at = place(file, replicas);
    return replicas.known ? { known: true, count: replicas.value, at } : { known: false, at };
  }
  return spec?.templated ? { known: false } : { known: true, count: 1 };
}

/** Kinds whose pods are all alike, so that another one can be added. */
export function scalesOut({ kind }: Workload): boolean {
  return kind === 'Deployment' || kind === 'Rollout' || kind === 'DeploymentConfig';
}

/**
 * Whether another pod of it could run beside the first one, as far as its manifest tells: it keeps nothing on a disk of its
 * own, is nobody else's product, and neither a store nor the first among its like by its name.
 */
export function mayRunTwice(workload: Workload): boolean {
  const { name, thirdParty, batch, facts, containers } = workload;
  if (thirdParty || batch || facts.keepsData || !scalesOut(workload)) return false;
  const images = containers.flatMap(({ image }) =>
    image?.known ? [parseImage(image.value)?.name ?? ''] : [],
  );
  return ![name ?? '', ...images].some((one) => storeLikeName(one) || firstOfItsLike.test(one));
}

/** Primaries, and what elects one of its own: `redis-master`, `controller-manager`, `etcd`. */
const firstOfItsLike =
  /(?:^|[._-])(?:master|primary|leader|hub|controller|controller-manager|operator|etcd|exporter)\d*$/i;

/** Whether every image is known: what a template decides may be somebody else's product. */
export function imagesAreKnown({ containers }: Workload): boolean {
  return containers.every(({ image }) => image?.known);
}

/** The fewest replicas that run at a time; undefined where it is not known. */
export function fewestReplicas(workload: Workload): number | undefined {
  const replicas = replicasOf(workload);
  const { autoscaler } = workload;
  if (!autoscaler) return replicas?.known ? replicas.count : undefined;
  const { min } = autoscaler.facts;
  return min === undefined ? 1 : min.known ? min.value : undefined;
}

/**
 * Tells a selector that surely means something near it from one whose objects are deployed from elsewhere. Only what
 * stands in the same folder, has plain labels and contradicts the selector is surely meant.
 */
import { isIn, type Cluster, type Deployed } from '../../model/cluster.ts';
import { folderOf } from '../../model/paths.ts';
import type { SelectorFacts } from '../../artifacts/kubernetes/facts.ts';
import { valueOf } from '../objects.ts';

/** Labels that tell releases, roles and versions apart: what they choose comes and goes, or is set at run time. */
const changing =
  /(?:^|[/._-])(?:version|release|track|slot|color|colour|revision|role|canary|stage|phase|pod-name|pod-index|hash|shard|primary|leader|instance)$/i;

type Labels = Readonly<Record<string, string>>;

export interface Candidate {
  readonly of: Deployed<unknown>;
  readonly labels: Labels;
  /** A template or patch may change the labels. */
  readonly open: boolean;
}

/** The one candidate that was surely meant. */
export function nearMiss(
  selector: Pick<SelectorFacts, 'labels' | 'expressions' | 'templated'>,
  from: Deployed<unknown>,
  candidates: readonly Candidate[],
): Candidate | undefined {
  if (selector.templated || from.template || selector.expressions.length > 0) return undefined;
  const beside = candidates.filter(
    ({ of }) =>
      folderOf(of.file) === folderOf(from.file) &&
      isIn(of.object.namespace, from.object.namespace, 'possible'),
  );
  if (beside.some(({ open }) => open)) return undefined;
  const wanted = Object.entries(selector.labels);
  // Not typed yet.
  if (wanted.some(([, value]) => value === '')) return undefined;
  const meant = beside.filter(({ of, labels }) => {
    const wrong = wanted.filter(([key, value]) => labels[key] !== value);
    const isContradicted = wrong.every(([key]) => Object.hasOwn(labels, key) && !changing.test(key));
    const sameName = valueOf(of.object.name) !== undefined && sameNames(of, from);
    if (sameName) return isContradicted || wrong.every(([key]) => !changing.test(key) && isName(key));
    return isContradicted && wrong.length < wanted.length;
  });
  return meant.length === 1 ? meant[0] : undefined;
}

function sameNames(a: Deployed<unknown>, b: Deployed<unknown>): boolean {
  const plain = (one: Deployed<unknown>): string =>
    (valueOf(one.object.name) ?? '').replace(/-(?:service|svc|deployment|deploy|pdb|monitor)$/, '');
  return plain(a) === plain(b);
}

/** `app`, `app.kubernetes.io/name`, `k8s-app`, `name`, `component`: keys that people mix up. */
function isName(key: string): boolean {
  return /^(?:app|name|k8s-app|component|service|app\.kubernetes\.io\/(?:name|component))$/.test(key);
}

/** `app=web, tier=front` */
export function written(labels: Labels): string {
  const texts = Object.entries(labels).map(([key, value]) => `${key}=${value}`);
  return texts.length === 0 ? 'no labels' : texts.join(', ');
}

/** The pods of a cluster as candidates; those that a template or a patch may label are open. */
export function podCandidates(cluster: Cluster): readonly Candidate[] {
  return cluster.pods.map((pods) => ({
    of: pods,
    labels: pods.facts.podLabels,
    open: pods.template || pods.facts.labelsTemplated || !cluster.isWhole(pods),
  }));
}

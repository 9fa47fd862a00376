/** Whether a spread constraint spreads the pods of its workload. It must never judge what that is worth. */
import type { SpreadFacts } from '../../artifacts/kubernetes/facts.ts';
import { matches } from '../../model/cluster.ts';
import type { Workload } from '../../model/model.ts';

/** What a constraint does; `unknown` where a template or labels that are not in sight decide it. */
export type SpreadEffect =
  | { readonly effect: 'spreads' | 'unselective' | 'of-others' | 'unknown' }
  | { readonly effect: 'refused'; readonly what: string };

/** What Kubernetes makes of one spread constraint of a workload. */
export function effectOf(spread: SpreadFacts, { facts }: Workload): SpreadEffect {
  if (spread.templated) return { effect: 'unknown' };
  const what = faultOf(spread);
  if (what !== undefined) return { effect: 'refused', what };
  if (!spread.selector) return { effect: 'unselective' };
  const { podLabels, labelsTemplated } = facts;
  if (labelsTemplated || Object.keys(podLabels).length === 0) return { effect: 'unknown' };
  return { effect: matches(spread.selector, podLabels) ? 'spreads' : 'of-others' };
}

/** What is required: https://kubernetes.io/docs/concepts/scheduling-eviction/topology-spread-constraints/ */
function faultOf({ topologyKey, maxSkew, whenUnsatisfiable }: SpreadFacts): string | undefined {
  if (!topologyKey) return 'without a topologyKey';
  if (!maxSkew || (maxSkew.known && maxSkew.value === 0)) return 'with no maxSkew of at least 1';
  if (!whenUnsatisfiable) return 'without whenUnsatisfiable';
  const isKnown =
    !whenUnsatisfiable.known || /^(?:DoNotSchedule|ScheduleAnyway)$/.test(whenUnsatisfiable.value);
  return isKnown ? undefined : 'with a whenUnsatisfiable that is neither DoNotSchedule nor ScheduleAnyway';
}

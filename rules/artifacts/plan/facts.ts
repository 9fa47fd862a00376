import type { Ranged } from '../../text.ts';

/** scaling-plan.yaml: what the team declares about its product and its work. */
export interface PlanFacts {
  /** Segments with both a customer acquisition cost and a lifetime value. */
  readonly unitEconomics: readonly Ranged<string>[];
  readonly kpis: readonly Ranged<string>[];
  readonly tasks: readonly { readonly name: Ranged<string>; readonly automation?: Ranged<string> }[];
  /** Changes that go to part of the users first. */
  readonly pilots: readonly Ranged<string>[];
}

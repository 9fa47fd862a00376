import type { Ranged, TextRange } from '../../../text.ts';

/** What one PromQL expression says. Ranges are offsets in the expression until its file's kind has placed them. */
export interface QueryFacts {
  /** Why Prometheus refuses it; then the rest is what could be read all the same. */
  readonly error?: Ranged<string>;
  /** Every selector, in order. */
  readonly selectors: readonly SelectorFacts[];
  /** Names of functions and aggregations, each once. */
  readonly functions: readonly string[];
  /** It looks back over a range or subquery, or at the clock. */
  readonly overTime: boolean;
  /** What it returns without a condition; undefined where it returns something only under one. */
  readonly unconditional?: UnconditionalFacts;
  /** `absent` within another function, which does not change whether it returns something. */
  readonly absentWithin?: TextRange;
  /** A part of it that can never return anything. */
  readonly impossible?: ImpossibleFacts;
}

export interface SelectorFacts {
  /** undefined where it is matched by a pattern. */
  readonly metric?: Ranged<string>;
  readonly matchers: readonly MatcherFacts[];
}

export interface MatcherFacts {
  readonly label: string;
  readonly operator: string;
  readonly value: string;
}

/**
 * `counted`: a count is compared with less than 1, which it never is. `unmatched`: the sides of an operation cannot have
 * the same labels. `spared`: the same for `unless`, which leaves out nothing then.
 */
export type ImpossibleFacts =
  | {
      readonly kind: 'counted';
      readonly range: TextRange;
      readonly function: string;
      /** What is counted as a whole: whether there is none of it was meant to be asked. */
      readonly counted?: TextRange;
    }
  | {
      readonly kind: 'unmatched' | 'spared';
      readonly range: TextRange;
      /** One side surely has it, the other surely not. */
      readonly label: string;
      readonly operator: string;
    };

export interface UnconditionalFacts {
  /**
   * `bool`: a comparison says 0 or 1 instead of filtering. `calculated`: so it does, and something is made of its answer.
   * `branch`: one side of an `or`. `whole`: all of it.
   */
  readonly kind: 'bool' | 'calculated' | 'branch' | 'whole';
  readonly range: TextRange;
}

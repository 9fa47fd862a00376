import type { Ranged, TextRange } from '../../text.ts';

export interface SuppressionFacts {
  readonly directives: readonly Directive[];
}

/** A comment that says which findings are accepted here, such as `# scaleready-disable-next-line rule -- reason`. */
export interface Directive {
  /** Rule ids or globs of them. */
  readonly rules: readonly Ranged<string>[];
  /** Findings that start in here are accepted; undefined: in the whole file. */
  readonly covers?: TextRange;
  readonly reason?: string;
  /** ISO date of the last day it holds. */
  readonly until?: Ranged<string>;
  /** The comment. */
  readonly range: TextRange;
}

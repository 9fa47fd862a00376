import type { TextFile } from '../artifact.ts';
import type { Ranged, TextRange } from '../../text.ts';

export interface SuppressionFacts {
  /** Our own. */
  readonly directives: readonly Directive[];
  /** Other tools'. */
  readonly foreign: readonly ForeignDirective[];
}

/** What says which findings are accepted, and where. */
export interface Acceptance {
  /** Findings that start in here are accepted; undefined: in the whole file. */
  readonly covers?: TextRange;
  readonly reason?: string;
  /** ISO date of the last day it holds. */
  readonly until?: Ranged<string>;
  /** The comment, or the annotation. */
  readonly range: TextRange;
}

/** A comment that says which findings are accepted here, such as `# scaleready-disable-next-line rule -- reason`. */
export interface Directive extends Acceptance {
  /** Rule ids or globs of them. */
  readonly rules: readonly Ranged<string>[];
}

/**
 * A suppression that was written for another tool, such as `# hadolint ignore=DL3006`. It accepts the findings whose
 * message names one of these checks as an equivalent, and no others. Whether it is used is the other tool's concern.
 */
export interface ForeignDirective extends Acceptance {
  /** As equivalents are written, `hadolint/DL3006`; `hadolint/*` for all of a tool. */
  readonly checks: readonly string[];
}

/** Reads what another tool takes for a suppression. One per tool, in the folder of the artifact that it is written in. */
export interface ForeignSuppressions {
  /** Whether this text may hold one. Called for every file: one look for a rare word. */
  mayHold(text: string): boolean;
  /** Never throws; what the other tool would not understand is left out. The path must not matter. */
  read(file: TextFile): readonly ForeignDirective[];
}

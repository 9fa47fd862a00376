import type { Ranged } from '../../text.ts';

export interface SlosFacts {
  readonly slos: readonly SloFacts[];
}

/** One service level objective, of OpenSLO, Sloth or Pyrra. */
export interface SloFacts {
  readonly format: 'openslo' | 'sloth' | 'pyrra';
  readonly name: Ranged<string>;
  /** As it is written. */
  readonly service?: string;
  readonly objectives: readonly ObjectiveFacts[];
  readonly indicator: boolean;
  /** Whether it says over which time it holds; true where the format has a default. */
  readonly window: boolean;
  /** Queries of its indicator. */
  readonly queries: readonly string[];
  /** A template or a reference decides a part, so a missing one proves nothing. */
  readonly open: boolean;
}

export interface ObjectiveFacts extends Ranged<string> {
  /** The value as a share of all; undefined where it is no number. */
  readonly share?: number;
}

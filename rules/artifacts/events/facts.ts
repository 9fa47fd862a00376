import type { Ranged, TextRange } from '../../text.ts';

/** A tracking plan: the events that a team has agreed to send. */
export interface TrackingPlanFacts {
  readonly events: readonly PlannedEvent[];
  /** False when some event could not be read, or comes from another file. */
  readonly complete: boolean;
}

export interface PlannedEvent {
  readonly name: Ranged<string>;
  readonly range: TextRange;
  readonly owner?: Ranged<string>;
}

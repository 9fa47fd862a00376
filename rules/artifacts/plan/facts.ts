import type { Ranged, TextRange } from '../../text.ts';

/** The lists of a plan, each with the key that names its items. */
export const planSections = {
  segments: 'name',
  demand: 'evidence',
  unitEconomics: 'segment',
  kpis: 'name',
  tasks: 'name',
  onboarding: 'milestone',
  support: 'tier',
  feedback: 'loop',
  atRisk: 'signal',
  objectives: 'objective',
  experiments: 'hypothesis',
  scaling: 'change',
  pilots: 'change',
} as const;

export type PlanSection = keyof typeof planSections;

/** scaling-plan.yaml: what the team declares about its product and its work. */
export interface PlanFacts extends Readonly<Record<Exclude<PlanSection, 'tasks'>, readonly PlanItem[]>> {
  readonly tasks: readonly PlanTask[];
  /** The first line that says something, for what the plan lacks as a whole. */
  readonly start: TextRange;
  readonly product?: Ranged<string>;
  /** How far the product is: `startup`, `growing`, `at-scale`. */
  readonly stage?: Ranged<string>;
  readonly valueProposition?: Ranged<string>;
  /** ISO date: until then the plan is being written, and nobody asks for what it lacks. */
  readonly draftUntil?: Ranged<string>;
  /** It has errors of syntax: what it seems to lack may be behind them. */
  readonly partial?: true;
  /** Keys of the sections that are there, filled or not. */
  readonly keys: Readonly<Partial<Record<PlanSection, TextRange>>>;
}

/** One item of a list that has a name; what it says besides, as far as it is plain. */
export interface PlanItem {
  readonly name: Ranged<string>;
  /** The whole item, from its first key. */
  readonly range: TextRange;
  readonly fields: Readonly<Record<string, Ranged<string | number | boolean>>>;
  /** How many entries its lists have, such as the stages of a pilot. */
  readonly lists: Readonly<Record<string, number>>;
}

export interface PlanTask extends PlanItem {
  /** What does it now: a workflow, script, make target or package script. */
  readonly automation?: Ranged<string>;
}

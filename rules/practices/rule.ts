/**
 * What a rule is: metadata and one question to the model. A rule parses nothing, knows no other rule, and reports at
 * one place; the page beside it (`<rule>.md`) is its documentation and its tests.
 */
import type { Level, Severity } from '../artifacts/configuration/facts.ts';
import type { Tree } from 'web-tree-sitter';
import type { GrammarName, TextFile } from '../artifacts/artifact.ts';
import type { Model, Service } from '../model/model.ts';
import type { Evidence, Place, TextRange } from '../text.ts';

export const areas = {
  health: 'Health checks',
  tracing: 'Tracing, metrics, logs',
  alerting: 'Alerts and SLOs',
  runbooks: 'Runbooks',
  containers: 'Containers',
  scaling: 'Orchestration and scaling',
  resilience: 'Design for failure',
  rollout: 'Feature flags and rollouts',
  automation: 'Automation',
  ownership: 'Ownership',
  cost: 'Cost visibility',
  measures: 'KPIs and delivery',
  customers: 'Customers',
} as const;

export type Area = keyof typeof areas;

/** The area of the engine's own faults; it is not scored. */
export type EngineArea = 'engine';

export type { Level, Severity };
export const severities = ['error', 'warning', 'info'] as const satisfies readonly Severity[];

/** `safe`: meaning kept, or plainly intended; may run on save. `suggested`: needs a look. */
export type Safety = 'safe' | 'suggested';

export interface Message {
  /** Full sentences: what is wrong and what it leads to. `{name}` is replaced from the finding's data. */
  readonly text: string;
  /** Checks of other tools that give this very verdict, such as `hadolint/DL3006`. */
  readonly equivalents?: readonly string[];
  /** For a message that is quieter or louder than its rule, or off unless configured. */
  readonly level?: Level;
}

export interface RuleMetadata<Key extends string = string> {
  /** `area/name`; the name says what is wrong. */
  readonly id: `${Area}/${string}` | `scaleready/${string}`;
  /** One sentence, one line, with a period. */
  readonly title: string;
  readonly area: Area | EngineArea;
  /** The article's section, such as `§4`. */
  readonly section: string;
  readonly level: Level;
  /** It looks at more than one artifact, so it can say nothing before all of them are read. */
  readonly joins: boolean;
  /** The best fix its findings can offer. */
  readonly fix: Safety | 'none';
  readonly messages: Readonly<Record<Key, Message>>;
}

export interface Rule<Key extends string = string> extends RuleMetadata<Key> {
  check(model: Model, report: Report<Key>): void;
}

/** Keeps the message keys of a rule in its type, so that a report cannot name one that does not exist. */
export function defineRule<const Key extends string>(rule: Rule<Key>): Rule<Key> {
  return rule;
}

/** What a rule says about its subjects. Subjects it says nothing about are not applicable. */
export interface Report<Key extends string = string> {
  gap(gap: Gap<Key>): void;
  /** The practice is met by this service (or, with undefined, by the repository), as the evidence shows. */
  met(service: Service | undefined, evidence: Evidence): void;
  /** It cannot be known; `why` is a full sentence for the scorecard. Never a finding. */
  unknown(service: Service | undefined, why: string, at?: Place): void;
}

export interface Gap<Key extends string = string> {
  readonly message: Key;
  /** The values of the message's placeholders. With rule, file and message key they identify the finding. */
  readonly data?: Readonly<Record<string, string | number>>;
  /** The thing that owes something. */
  readonly at: Place;
  /** The service it counts against; without it, the service that owns the file, else the repository. */
  readonly service?: Service;
  /** The other ends of the join. */
  readonly related?: readonly Evidence[];
  /** Lowers the severity here: for test images, examples and the like. */
  readonly level?: Severity;
  readonly fixes?: readonly LazyFix[];
}

/** A fix whose changes are computed only when somebody asks for them. */
export interface LazyFix {
  /** Imperative, and says what it will do: `Add a readinessProbe for /healthz`. */
  readonly title: string;
  readonly safety: Safety;
  changes(context: FixContext): readonly Change[] | Promise<readonly Change[]>;
}

export interface FixContext {
  readonly model: Model;
  /** The file as it is now (open buffers first). @throws when it is not in the workspace. */
  read(path: string): TextFile;
  /** What reads texts of a language into trees; whoever asks for a tree frees it. */
  parser(grammar: GrammarName): Promise<(text: string) => Tree>;
}

export type Change =
  | { readonly kind: 'edit'; readonly file: string; readonly range: TextRange; readonly text: string }
  /** A new file; where it already exists the fix is not offered. */
  | { readonly kind: 'create'; readonly file: string; readonly text: string };

/** A reported gap, with everything the engine adds. Plain data but for `fixes`. */
export interface Finding {
  /** The same through edits elsewhere in the file: a digest of rule, file, message key and data. */
  readonly id: string;
  readonly rule: string;
  readonly messageKey: string;
  readonly message: string;
  readonly severity: Severity;
  readonly at: Place;
  readonly service?: string;
  readonly related: readonly Evidence[];
  readonly equivalents: readonly string[];
  readonly fixes: readonly LazyFix[];
}

import type { Ranged, TextRange } from '../../text.ts';
import type { QueryFacts } from './promql/facts.ts';

/** Alerting and recording rules, from a Prometheus rules file, a PrometheusRule resource, or a Helm template of either. */
export interface PrometheusFacts {
  readonly alerts: readonly AlertFacts[];
  readonly recordings: readonly RecordingFacts[];
}

export interface RecordingFacts {
  /** The metric it makes; as written, braces of a template and all. */
  readonly name: Ranged<string>;
  readonly expr: Ranged<string>;
  readonly query?: QueryFacts;
  /** Its own and those its group gives it. */
  readonly labels: Readonly<Record<string, Ranged<string>>>;
  /** Part of the labels is filled by a template, an alias or a merge. */
  readonly labelsTemplated: boolean;
}

export interface AlertFacts {
  readonly name: Ranged<string>;
  /** The rule's whole mapping (without the `- `). */
  readonly range: TextRange;
  readonly group?: string;
  readonly expr?: Ranged<string>;
  /** What `expr` says; undefined where it is not PromQL alone, or has not been read. */
  readonly query?: QueryFacts;
  readonly for?: Ranged<string>;
  readonly keepFiringFor?: Ranged<string>;
  /** Its own and those its group gives it. */
  readonly labels: Readonly<Record<string, Ranged<string>>>;
  /** Part of the labels is filled by a template, an alias or a merge, so a missing one proves nothing. */
  readonly labelsTemplated: boolean;
  /** The `labels` mapping, where there is one that an entry can be put at the start of. */
  readonly labelsRange?: TextRange;
  readonly annotations: Readonly<Record<string, Ranged<string>>>;
  /** The `annotations` mapping, where there is one that an entry can be put at the start of. */
  readonly annotationsRange?: TextRange;
  /** Part of the annotations is filled by a Helm template, so a missing one proves nothing. */
  readonly templated: boolean;
  /** `block` and `flow` are the two styles of a YAML mapping; `legacy` is Prometheus 1's own language. */
  readonly style: 'block' | 'flow' | 'legacy';
}

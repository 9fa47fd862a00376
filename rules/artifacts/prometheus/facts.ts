import type { Ranged, TextRange } from '../../text.ts';

/** Alerting rules, from a Prometheus rules file, a PrometheusRule resource, or a Helm template of either. */
export interface PrometheusFacts {
  readonly alerts: readonly AlertFacts[];
}

export interface AlertFacts {
  readonly name: Ranged<string>;
  /** The rule's whole mapping (without the `- `). */
  readonly range: TextRange;
  readonly group?: string;
  readonly expr?: Ranged<string>;
  readonly for?: Ranged<string>;
  readonly labels: Readonly<Record<string, Ranged<string>>>;
  readonly annotations: Readonly<Record<string, Ranged<string>>>;
  /** The `annotations` mapping, where there is one that an entry can be put at the start of. */
  readonly annotationsRange?: TextRange;
  /** Part of the annotations is filled by a Helm template, so a missing one proves nothing. */
  readonly templated: boolean;
  /** `block` and `flow` are the two styles of a YAML mapping; `legacy` is Prometheus 1's own language. */
  readonly style: 'block' | 'flow' | 'legacy';
}

import type { Ranged, TextRange } from '../../text.ts';

/** A file that says how new versions are let in step by step. */
export interface RolloutsFacts {
  readonly rollouts: readonly RolloutFacts[];
}

export interface RolloutFacts {
  /** `split`: traffic is divided by fixed weights. */
  readonly strategy: 'canary' | 'blue-green' | 'split';
  readonly tool: 'Argo Rollouts' | 'Flagger' | 'Gateway API';
  readonly name?: Ranged<string>;
  /** The workload whose pods it lets in, where that is another object. */
  readonly target?: string;
  /** Kubernetes Services whose traffic it splits. */
  readonly services: readonly string[];
  /** Of the key that says how. */
  readonly range: TextRange;
  /** Who decides whether a step is followed by the next: `nobody` waits for time alone. */
  readonly judged: 'analysis' | 'person' | 'nobody' | 'unknown';
  /** Per cent of the traffic that the first step sends to the new version. */
  readonly first?: Ranged<number>;
  /** From the colon of the first pause to its end, where it waits for time. */
  readonly pause?: TextRange;
}

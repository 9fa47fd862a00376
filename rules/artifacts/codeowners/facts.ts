import type { Ranged, TextRange } from '../../text.ts';

export interface CodeownersFacts {
  readonly entries: readonly CodeownersEntry[];
  readonly end: number;
}

export interface CodeownersEntry {
  readonly pattern: Ranged<string>;
  /** Without owners, an entry takes ownership away. */
  readonly owners: readonly Ranged<string>[];
  readonly range: TextRange;
}

/** A Backstage catalog-info.yaml. */
export interface CatalogFacts {
  readonly components: readonly {
    readonly name: Ranged<string>;
    readonly kind: string;
    readonly owner?: Ranged<string>;
  }[];
}

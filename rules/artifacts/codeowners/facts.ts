import type { Ranged, TextRange } from '../../text.ts';

export interface CodeownersFacts {
  readonly entries: readonly CodeownersEntry[];
  readonly end: number;
  /** It has GitLab's `[Section]` headers, so its patterns are read as GitLab reads them. */
  readonly sections: boolean;
}

export interface CodeownersEntry {
  /** Without the backslashes before blanks. */
  readonly pattern: Ranged<string>;
  /** Without owners, an entry takes ownership away. In a GitLab section, the section's own owners where it has none. */
  readonly owners: readonly Ranged<string>[];
  readonly range: TextRange;
  /** GitLab: the last match of every section counts. Lower case, as sections of one name are one. */
  readonly section?: string;
}

/** A Backstage catalog-info.yaml. */
export interface CatalogFacts {
  readonly components: readonly {
    readonly name: Ranged<string>;
    readonly kind: string;
    readonly owner?: Ranged<string>;
  }[];
}

/** An OWNERS or OWNERS_ALIASES file of a folder. */
export interface OwnersFileFacts {
  /** Who must approve what is in the folder: users, or names of aliases. */
  readonly approvers: readonly Ranged<string>[];
  readonly aliases: readonly { readonly name: string; readonly members: readonly string[] }[];
  /** Owners of the folders above do not own this one. */
  readonly alone?: true;
}

import type { TextRange } from '../../text.ts';

/** A file of SQL, or of a framework's code, that changes a schema. */
export interface MigrationFacts {
  /** The database it is written for, where its words are one database's alone. */
  readonly dialect?: 'postgres' | 'mysql' | 'sqlite' | 'other';
  /** ISO date, where the file says it and its name does not. */
  readonly created?: string;
  /** In the order they stand; what a file does to tables it makes itself is left out. */
  readonly changes: readonly SchemaChange[];
}

export interface SchemaChange {
  readonly kind:
    | 'column-dropped'
    | 'column-renamed'
    | 'table-dropped'
    | 'table-renamed'
    | 'required-column'
    | 'index-locked';
  readonly table: string;
  readonly column?: string;
  /** Of the words that do it. */
  readonly range: TextRange;
}

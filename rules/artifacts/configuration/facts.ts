import type { TextRange } from '../../text.ts';

/** error: will hurt in production. warning: should be fixed before scaling. info: a practice worth having. */
export type Severity = 'error' | 'warning' | 'info';
/** What configuration can make of a rule. */
export type Level = Severity | 'off';

/** `.scaleready.yaml`, read and checked against its schema. */
export interface Configuration {
  /** Rule ids or globs (`containers/*`) to levels; a later entry wins. */
  readonly rules: readonly {
    readonly pattern: string;
    readonly level: Level;
    /** Of the pattern. */
    readonly range: TextRange;
  }[];
  /** Globs of paths that are not looked at. */
  readonly exclude: readonly string[];
  /** What is asked of whom; what is not said is found out. */
  readonly profile: {
    readonly stage?: 'startup' | 'growing' | 'at-scale';
    readonly kind?: 'service' | 'library' | 'platform';
  };
  /** Services the model cannot guess, or more about ones it can. */
  readonly services: readonly ServiceConfiguration[];
  readonly runbooks: {
    /** Folders that hold runbooks, besides the usual ones. */
    readonly folders: readonly string[];
    /** Base URL → folder in the repository: what the runbook_urls of alerts stand for. */
    readonly urls: Readonly<Record<string, string>>;
    /** After how many days a page is to be reviewed again. */
    readonly reviewDays?: number;
    /** More words for the headings of a section, by the section's name. */
    readonly sections: Readonly<Record<string, readonly string[]>>;
  };
  readonly flags: {
    /** Functions of the team's own wrapper, read as a flag read with the key as first argument. */
    readonly functions: readonly string[];
  };
}

export interface ServiceConfiguration {
  readonly name: string;
  readonly root?: string;
  /** Workloads, compose services or images that are this service. */
  readonly aliases: readonly string[];
  /** Paths it serves, for code that is not here or cannot be read. */
  readonly routes: readonly string[];
  readonly owner?: string;
}

export const defaultConfiguration: Configuration = {
  rules: [],
  exclude: [],
  profile: {},
  services: [],
  runbooks: { folders: [], urls: {}, sections: {} },
  flags: { functions: [] },
};

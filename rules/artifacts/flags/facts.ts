import type { Ranged, TextRange } from '../../text.ts';

/** `manifest`: OpenFeature's, from which accessors are generated. */
export type FlagFormat =
  'flagd' | 'unleash' | 'plain' | 'growthbook' | 'configcat' | 'manifest' | TerraformFormat;

/** Made by Terraform in the flag tool of this name. */
export type TerraformFormat = 'launchdarkly' | 'flagsmith';

/** What kind of flag it is, in Unleash's words; it decides how long the flag may live when no date is given. */
export type FlagKind = 'release' | 'experiment' | 'operational' | 'kill-switch' | 'permission';

export interface FlagDefinitionsFacts {
  readonly format: FlagFormat;
  readonly flags: readonly FlagDefinitionFacts[];
  /** False: the text alone does not prove that these are feature flags, so the file's name must say so too. */
  readonly certain: boolean;
  /** Part of the file could not be read (it is broken, or a template), so it may define more. */
  readonly partial: boolean;
}

export interface FlagDefinitionFacts {
  readonly key: Ranged<string>;
  /** The whole definition, so that it can be removed. */
  readonly range: TextRange;
  /** The mapping that holds its properties; empty at the definition's end where there is none. */
  readonly bodyRange: TextRange;
  /** The mapping inside it that owner and dates belong in, where the format has one and it is there. */
  readonly metadataRange?: TextRange;
  /** Everything else in the file that is about this flag alone and goes with it. */
  readonly parts?: readonly TextRange[];
  readonly owner?: Ranged<string>;
  /** ISO date. */
  readonly expires?: Ranged<string>;
  /** What stands where the expiry should, when it is no date. */
  readonly unreadableExpiry?: TextRange;
  /** ISO date. */
  readonly created?: Ranged<string>;
  readonly kind?: Ranged<FlagKind>;
  /** It says itself that it has no end (`expires: never`). */
  readonly permanent?: boolean;
  readonly enabled?: boolean;
  /** The one value everybody gets, where the definition leaves no other: fully rolled out. */
  readonly constant?: Ranged<string | number | boolean>;
  /** The type of its values. */
  readonly type?: 'boolean' | 'string' | 'number' | 'object';
  /** The flag tool has marked it as past its time. */
  readonly stale?: Ranged<boolean>;
  readonly archived: boolean;
}

/** Where a file of tests switches flags. */
export interface FlagTestFacts {
  /** By key, or by the last name of a constant that holds it. */
  readonly settings: readonly { readonly name: string; readonly on: boolean; readonly range: TextRange }[];
}

/** Keys that code in a language that is not read yet, or a generator of accessors, may ask for. */
export interface FlagMentionsFacts {
  /** null: the key is computed, so any flag may be meant. */
  readonly keys: readonly (Ranged<string> | null)[];
}

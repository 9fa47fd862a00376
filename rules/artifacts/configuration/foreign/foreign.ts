/**
 * Configurations of other linters, read for `scaleready init --from`. A reader turns the text of one file into levels of
 * checks, named as equivalents are. It must never know which rules there are. A tool is added by one file and one line
 * in `foreignConfigurations`.
 */
import type { Level } from '../facts.ts';
import { hadolint } from './hadolint.ts';
import { kubeLinter } from './kubeLinter.ts';
import { pint } from './pint.ts';
import { polaris } from './polaris.ts';

export interface ForeignConfiguration {
  /** Where the tool looks for it below a repository's root; the first one that is there counts. */
  readonly files: readonly string[];
  /** @throws Error with a full sentence where the text is no such configuration */
  read(text: string): ForeignSettings;
}

export interface ForeignSettings {
  /** Of checks as equivalents name them, `hadolint/DL3006`; `hadolint/*` for all of a tool. Later ones win. */
  readonly levels: readonly { readonly check: string; readonly level: Level }[];
  /** Globs of paths that it leaves out. */
  readonly exclude: readonly string[];
  /** What it says besides that cannot be carried over, in full sentences. */
  readonly left: readonly string[];
}

/** By the name that `--from` takes. */
export const foreignConfigurations: Readonly<Record<string, ForeignConfiguration>> = {
  hadolint,
  'kube-linter': kubeLinter,
  pint,
  polaris,
};

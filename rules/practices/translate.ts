/** Says in our configuration what another linter's says, as far as the same verdicts are given here. */
import { foreignConfigurations, type ForeignSettings } from '../artifacts/configuration/foreign/foreign.ts';
import type { Level } from '../artifacts/configuration/facts.ts';
import { matchesRule } from './levels.ts';
import { rules } from './registry.generated.ts';
import type { Rule } from './rule.ts';

export interface Translation {
  /** Entries of `rules`, each with the check that it stands for. */
  readonly rules: readonly { readonly pattern: string; readonly level: Level; readonly check: string }[];
  readonly exclude: readonly string[];
  /** Checks that nothing here is equivalent to. */
  readonly unknown: readonly string[];
  readonly left: readonly string[];
}

/** The tools whose configuration can be read, and where each looks for it below a repository's root, nearest first. */
export const importedFiles: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries(foreignConfigurations).map(([tool, { files }]) => [tool, files]),
);

/**
 * @param tool one of `importedFiles`
 * @throws Error with a full sentence where the text is no configuration of this tool
 */
export function importConfiguration(tool: string, text: string): Translation {
  return translate(foreignConfigurations[tool]!.read(text), rules);
}

/** @param rules those to choose from */
function translate(settings: ForeignSettings, rules: readonly Rule[]): Translation {
  const entries = new Map<string, Translation['rules'][number]>();
  const unknown = new Set<string>();
  for (const { check, level } of settings.levels) {
    const patterns = patternsOf(check, rules);
    if (patterns.length === 0) unknown.add(check);
    for (const pattern of patterns) {
      entries.delete(pattern);
      entries.set(pattern, { pattern, level, check });
    }
  }
  return {
    rules: [...entries.values()],
    exclude: settings.exclude,
    unknown: [...unknown],
    left: settings.left,
  };
}

/** `rule[message]` for every message that gives the verdict of this check. */
function patternsOf(check: string, rules: readonly Rule[]): string[] {
  return rules.flatMap(({ id, messages }) =>
    Object.entries(messages)
      .filter(([, { equivalents = [] }]) => equivalents.some((one) => matchesRule(check, one)))
      .map(([key]) => `${id}[${key}]`),
  );
}

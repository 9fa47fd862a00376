/** The configuration that is in force: of a workspace, or given instead of the workspace's own. */
import type { Problem } from './artifacts/artifact.ts';
import {
  configuration as configurationKind,
  configurationPaths,
} from './artifacts/configuration/configuration.ts';
import { defaultConfiguration, type Configuration } from './artifacts/configuration/facts.ts';
import { configurationInvalid, faults } from './practices/faults.ts';
import { matchesRule, type LevelOf } from './practices/levels.ts';
import { rules } from './practices/registry.generated.ts';
import type { Finding, Rule } from './practices/rule.ts';
import { toFinding } from './practices/run.ts';
import { hintFor } from './practices/suppress.ts';
import { pathMatcher } from './workspace/pathMatcher.ts';
import { textFile } from './workspace/textFile.ts';
import type { Workspace } from './workspace/workspace.ts';

export interface Configured {
  readonly value: Configuration;
  /** undefined: there is none, and the defaults hold. */
  readonly path?: string;
  readonly problems: readonly Problem[];
  excludes(path: string): boolean;
}

/** @param file undefined: the defaults */
export function configured(file: { readonly path: string; readonly text: string } | undefined): Configured {
  if (!file) return { value: defaultConfiguration, problems: [], excludes: () => false };
  const { facts = defaultConfiguration, problems } = configurationKind.parse(textFile(file.path, file.text));
  return { value: facts, path: file.path, problems, excludes: pathMatcher(facts.exclude) };
}

/** The workspace's own; one that cannot be read is not in force, and says so. */
export function configurationOf(workspace: Workspace): Configured {
  for (const path of configurationPaths) {
    const reading = workspace.read(path);
    if (reading.kind === 'text') return configured({ path, text: reading.text });
    if (reading.kind === 'unreadable') {
      const message = `This configuration is not in force, because ${reading.reason}.`;
      return { ...configured(undefined), path, problems: [{ message, range: { start: 0, end: 0 } }] };
    }
  }
  return configured(undefined);
}

/** What is wrong with it, names of rules that do not exist among it. */
export function configurationFaults({ path, problems, value }: Configured, levelOf: LevelOf): Finding[] {
  if (path === undefined) return [];
  const invalid = problems.map(({ message, range }) => {
    const at = { file: path, range };
    return toFinding(configurationInvalid, { message: 'problem', data: { problem: message }, at }, levelOf);
  });
  const known: readonly Rule[] = [...rules, ...faults];
  const unknown = value.rules
    .filter(({ pattern }) => !known.some(({ id }) => matchesRule(pattern, id)))
    .map(({ pattern, range }) => {
      const data = { pattern, hint: hintFor(pattern, known) };
      const at = { file: path, range };
      return toFinding(configurationInvalid, { message: 'unknown-rule', data, at }, levelOf);
    });
  return [...invalid, ...unknown].filter((finding) => finding !== undefined);
}

/** Ignore rules and the configuration say which files are looked at. */
export function decidesListing(path: string): boolean {
  return /(?:^|\/)\.gitignore$/.test(path) || configurationPaths.includes(path);
}

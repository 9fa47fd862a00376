/** Adds packages to a package.json, for fixes that write code which needs them, and says what has to be run then. */
import type { TextFile } from '../../artifacts/artifact.ts';
import type { PackageFacts } from '../../artifacts/packages/facts.ts';
import type { Model } from '../../model/model.ts';
import { foldersUp, join } from '../../model/paths.ts';
import type { Change } from '../rule.ts';
import { insertProperties, insertProperty } from './json.ts';

/**
 * @param versions the lower end of each package's caret range, such as `2.1.0`; packages that are there stay as they are
 * @returns undefined where the file cannot be edited safely
 */
export function addDependencies(
  file: TextFile,
  { dependencies, dependenciesRange }: PackageFacts,
  versions: Readonly<Record<string, string>>,
): readonly Change[] | undefined {
  const missing = Object.entries(versions).filter(([name]) => !Object.hasOwn(dependencies, name));
  if (missing.length === 0) return [];
  const added = Object.fromEntries(missing.map(([name, version]) => [name, `^${version}`]));
  if (dependenciesRange) return insertProperties(file, dependenciesRange, added);
  const start = file.text.indexOf('{');
  if (start === -1) return undefined;
  const change = insertProperty(file, { start, end: file.text.length }, 'dependencies', added);
  return change && [change];
}

/** What brings each lockfile up to date with its manifest. */
const updates: Readonly<Record<string, string>> = {
  'package-lock.json': 'npm install',
  'npm-shrinkwrap.json': 'npm install',
  'yarn.lock': 'yarn install',
  'pnpm-lock.yaml': 'pnpm install',
  'bun.lock': 'bun install',
  'bun.lockb': 'bun install',
};

/**
 * Ends the title of a fix that adds packages: no fix can write a lockfile, and an install that holds to one fails until it
 * is brought up to date.
 * @param manifest the package.json that the packages are added to
 * @returns nothing where no lockfile stands beside the manifest, or above it as in a workspace
 */
export function lockfileNote({ files }: Model, manifest: string): string {
  for (const folder of foldersUp(manifest)) {
    const found = Object.entries(updates).find(([lock]) => files.lists(join(folder, lock)));
    if (found) return `; ${found[1]} must follow, for ${found[0]}`;
  }
  return '';
}

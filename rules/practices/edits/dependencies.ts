/** Adds packages to a package.json, for fixes that write code which needs them. */
import type { TextFile } from '../../artifacts/artifact.ts';
import type { PackageFacts } from '../../artifacts/packages/facts.ts';
import type { Change } from '../rule.ts';
import { insertProperty } from './json.ts';

/**
 * @param version the caret range's lower end, such as `2.1.0`
 * @returns undefined where the package is there already or the file cannot be edited safely
 */
export function addDependency(
  file: TextFile,
  facts: PackageFacts,
  name: string,
  version: string,
): Change | undefined {
  if (Object.hasOwn(facts.dependencies, name)) return undefined;
  if (facts.dependenciesRange) return insertProperty(file, facts.dependenciesRange, name, `^${version}`);
  const start = file.text.indexOf('{');
  if (start === -1) return undefined;
  return insertProperty(file, { start, end: file.text.length }, 'dependencies', { [name]: `^${version}` });
}

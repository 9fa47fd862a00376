/** Small questions to a configuration that is a mapping of settings in YAML. */
import { parseYaml } from '../../artifact.ts';

/** @throws Error with a full sentence where the text of a file is no mapping */
export function settingsIn(text: string): Readonly<Record<string, unknown>> {
  const [document] = parseYaml(text);
  const problem = document?.errors[0];
  if (problem) throw new Error(`It is not valid YAML: ${problem.message.split('\n', 1)[0]}.`);
  const settings: unknown = document?.toJS({ maxAliasCount: 100 }) ?? {};
  if (!isObject(settings)) throw new Error('It is no mapping of settings.');
  return settings;
}

/** What stands under a key as a mapping; an empty one for anything else. */
export function mappingIn(value: unknown): Readonly<Record<string, unknown>> {
  return isObject(value) ? value : {};
}

/** The texts of a list; none for anything else. */
export function namesIn(list: unknown): string[] {
  return Array.isArray(list) ? list.filter((name) => typeof name === 'string') : [];
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

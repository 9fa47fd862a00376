/** hadolint's configuration. Source: https://github.com/hadolint/hadolint#configure */
import { parseYaml } from '../../artifact.ts';
import type { Level } from '../facts.ts';
import type { ForeignConfiguration } from './foreign.ts';

export const hadolint: ForeignConfiguration = {
  files: ['.hadolint.yaml', '.hadolint.yml', 'hadolint.yaml', 'hadolint.yml'],
  read(text) {
    const [document] = parseYaml(text);
    const problem = document?.errors[0];
    if (problem) throw new Error(`It is not valid YAML: ${problem.message.split('\n', 1)[0]}.`);
    const settings: unknown = document?.toJS({ maxAliasCount: 100 }) ?? {};
    if (!isObject(settings)) throw new Error('It is no mapping of settings.');
    const override = isObject(settings['override']) ? settings['override'] : {};
    const overridden = Object.entries(levels).flatMap(([severity, level]) =>
      checksIn(override[severity]).map((check) => ({ check, level })),
    );
    // What is ignored is so whatever its severity.
    const ignored = checksIn(settings['ignored']).map((check) => ({ check, level: 'off' as const }));
    const left = Object.entries(notCarriedOver).filter(([key]) => settings[key] !== undefined);
    return { levels: [...overridden, ...ignored], exclude: [], left: left.map(([, why]) => why) };
  },
};

const levels: Readonly<Record<string, Level>> = {
  error: 'error',
  warning: 'warning',
  info: 'info',
  style: 'info',
  ignore: 'off',
};

const notCarriedOver: Readonly<Record<string, string>> = {
  'failure-threshold': 'failure-threshold is --fail-on of scaleready audit.',
  'no-fail': 'no-fail is --fail-on never of scaleready audit.',
  trustedRegistries: 'trustedRegistries has no counterpart: no rule judges registries.',
  'label-schema': 'label-schema has no counterpart: no rule judges labels.',
  'strict-labels': 'strict-labels has no counterpart: no rule judges labels.',
  'disable-ignore-pragma': 'disable-ignore-pragma has no counterpart: comments for hadolint are honoured.',
};

function checksIn(list: unknown): string[] {
  if (!Array.isArray(list)) return [];
  return list.filter((check) => typeof check === 'string').map((check) => `hadolint/${check}`);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

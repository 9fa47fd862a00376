/** hadolint's configuration. Source: https://github.com/hadolint/hadolint#configure */
import type { Level } from '../facts.ts';
import type { ForeignConfiguration } from './foreign.ts';
import { mappingIn, namesIn, settingsIn } from './settings.ts';

export const hadolint: ForeignConfiguration = {
  files: ['.hadolint.yaml', '.hadolint.yml', 'hadolint.yaml', 'hadolint.yml'],
  read(text) {
    const settings = settingsIn(text);
    const override = mappingIn(settings['override']);
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
  return namesIn(list).map((check) => `hadolint/${check}`);
}

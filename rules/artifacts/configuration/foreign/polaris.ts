/** Polaris' configuration. Source: https://polaris.docs.fairwinds.com/customization/checks/ */
import type { Level } from '../facts.ts';
import type { ForeignConfiguration } from './foreign.ts';
import { mappingIn, settingsIn } from './settings.ts';

export const polaris: ForeignConfiguration = {
  files: ['polaris.yaml', 'polaris.yml', '.polaris.yaml', '.polaris.yml'],
  read(text) {
    const settings = settingsIn(text);
    const left = Object.entries(notCarriedOver).filter(([key]) => settings[key] !== undefined);
    return {
      levels: Object.entries(mappingIn(settings['checks'])).flatMap(([name, severity]) => {
        const level = levels[String(severity)];
        return level ? [{ check: `polaris/${name}`, level }] : [];
      }),
      exclude: [],
      left: left.map(([, why]) => why),
    };
  },
};

const levels: Readonly<Record<string, Level>> = { danger: 'error', warning: 'warning', ignore: 'off' };

const notCarriedOver: Readonly<Record<string, string>> = {
  exemptions: 'exemptions has no counterpart by name: the annotations of Polaris are honoured instead.',
  customChecks: 'customChecks has no counterpart: checks of one’s own are not read.',
  mutations: 'mutations has no counterpart: fixes are offered for each finding.',
};

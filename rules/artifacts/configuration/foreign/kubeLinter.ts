/** kube-linter's configuration. Source: https://docs.kubelinter.io/#/configuring-kubelinter */
import type { ForeignConfiguration } from './foreign.ts';
import { mappingIn, namesIn, settingsIn } from './settings.ts';

export const kubeLinter: ForeignConfiguration = {
  files: ['.kube-linter.yaml', '.kube-linter.yml'],
  read(text) {
    const settings = settingsIn(text);
    const checks = mappingIn(settings['checks']);
    const paths = namesIn(checks['ignorePaths']);
    // Defaults are not known here, so what a configuration leaves to them stays as it is.
    const all = checks['addAllBuiltIn'] === true;
    const none = checks['doNotAutoAddDefaults'] === true && !all;
    return {
      levels: [
        ...(all || none
          ? [{ check: 'kube-linter/*', level: all ? ('warning' as const) : ('off' as const) }]
          : []),
        ...namesIn(checks['include']).map((name) => ({
          check: `kube-linter/${name}`,
          level: 'warning' as const,
        })),
        ...namesIn(checks['exclude']).map((name) => ({
          check: `kube-linter/${name}`,
          level: 'off' as const,
        })),
      ],
      exclude: paths.filter((path) => !outside.test(path)),
      left: [
        ...(settings['customChecks'] === undefined
          ? []
          : ['customChecks has no counterpart: checks of one’s own are not read.']),
        ...paths.filter((path) => outside.test(path)).map((path) => `${path} is no path in the repository.`),
      ],
    };
  },
};

/** Paths from the root, the home or the folder above; `/**` before a glob is anywhere. */
const outside = /^(?:~|\.\.|\/(?!\*\*))/;

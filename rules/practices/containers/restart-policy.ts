/** A service of a production compose file that stays down once it has failed. */
import type { ComposeService, Model } from '../../model/model.ts';
import { place } from '../../model/model.ts';
import { baseOf } from '../../model/paths.ts';
import { insertEntry } from '../edits/yaml.ts';
import { defineRule } from '../rule.ts';

export default defineRule({
  id: 'containers/restart-policy',
  title: 'A service of a production compose file has no restart policy.',
  area: 'containers',
  section: '§4',
  level: 'info',
  joins: true,
  fix: 'safe',
  messages: {
    missing: {
      text: '{service} has no restart policy: after its first crash, or a restart of the machine, it stays down.',
    },
  },
  check(model, report) {
    const production = productionFiles(model);
    for (const compose of model.composeServices) {
      const { file, facts, oneShot, role } = compose;
      // An override without image completes a service of another file.
      if (oneShot || role !== 'production' || !production.has(file) || !(facts.image ?? facts.build))
        continue;
      const service = model.serviceRunning(compose);
      const at = place(file, facts.name);
      if (
        isRestarted(compose) ||
        model.composeServices.some((one) => completes(one, compose) && isRestarted(one))
      ) {
        report.met(service, {
          at: facts.restart ? place(file, facts.restart) : at,
          message: 'It is restarted.',
        });
        continue;
      }
      report.gap({
        message: 'missing',
        data: { service: facts.name.value },
        at,
        service,
        fixes: [
          {
            title: 'Restart it unless it is stopped',
            safety: 'safe',
            changes: ({ read }) => {
              const change = insertEntry(read(file), facts.range, 'restart', 'unless-stopped');
              return change ? [change] : [];
            },
          },
        ],
      });
    }
  },
});

function isRestarted({ facts }: ComposeService): boolean {
  return facts.restartPolicy || (facts.restart !== undefined && facts.restart.value !== 'no');
}

/** Several files may be one project, in which each adds to the service of that name. */
function completes(one: ComposeService, { project, facts }: ComposeService): boolean {
  return one.facts.name.value === facts.name.value && one.project === project;
}

/** Files that say so by their name, or in which somebody thought of restarts: others are for a developer's machine. */
function productionFiles({ composeServices }: Model): ReadonlySet<string> {
  const named =
    /(?:^|[._-])(?:prod|production|deploy|deployment|swarm|stack|self-?hosted|release)(?:[._-]|$)/i;
  return new Set(
    composeServices
      .filter((service) => named.test(baseOf(service.file)) || isRestarted(service))
      .map(({ file }) => file),
  );
}

import type { Model, Service } from '../../model/model.ts';
import { join } from '../../model/paths.ts';
import { defineRule, type LazyFix } from '../rule.ts';
import { runbookFolder } from './place.ts';
import { writePage } from './write.ts';

export default defineRule({
  id: 'runbooks/missing',
  title: 'There are services but no runbooks.',
  area: 'runbooks',
  section: '§3',
  level: 'warning',
  joins: true,
  fix: 'suggested',
  messages: {
    missing: {
      text: 'No runbook says what to do when {service} fails, so only those who built it can run it.',
    },
    'all-missing': {
      text: 'No runbook says what to do when one of the {count} services fails, so only those who built them can run them.',
    },
  },
  check(model, report) {
    const services = model.services.filter(({ role }) => role === 'production');
    const runbooks = model.runbooks.filter(({ index }) => !index);
    const [first] = runbooks;
    if (first) {
      report.met(undefined, { at: { file: first.file }, message: `There is a runbook: ${first.title}` });
      for (const runbook of runbooks) {
        for (const service of runbook.services) {
          report.met(service, {
            at: { file: runbook.file },
            message: `The runbook ${runbook.title} is about it`,
          });
        }
      }
      return;
    }
    if (services.length === 0) return;
    const why = whyUnknown(model);
    if (why !== undefined) return report.unknown(undefined, why);
    const [only] = services;
    report.gap({
      message: services.length === 1 ? 'missing' : 'all-missing',
      data: services.length === 1 ? { service: only!.name } : { count: services.length },
      at: model.root,
      related: services.slice(0, 5).map(({ name, at }) => ({ at, message: `The service ${name}` })),
      fixes: [fixFor(mostWatched(services, model), model)],
    });
  },
});

const operations =
  /(?:^|\/)(?:operations|operating|troubleshooting|incidents?|incident-response|on-?call|support|sre)(?:\/|\.mdx?$)/i;

/** Runbooks may be kept somewhere else, or under another name. */
function whyUnknown({ alerts, pages }: Model): string | undefined {
  if (alerts.some(({ runbook }) => runbook?.leads === 'elsewhere')) {
    return 'Alerts lead to runbooks outside of this repository.';
  }
  const page = [...pages.keys()].find((path) => operations.test(path) && !/(?:^|\/)\./.test(path));
  return page === undefined ? undefined : `${page} may be a runbook under another name.`;
}

/** The service that most alerts are about, else the one that serves most. */
function mostWatched(services: readonly Service[], { alerts }: Model): Service {
  const weight = (service: Service): number =>
    alerts.filter((alert) => alert.services.includes(service)).length * 1000 +
    (service.code?.routes.length ?? 0);
  return services.reduce((best, service) => (weight(service) > weight(best) ? service : best));
}

function fixFor(service: Service, model: Model): LazyFix {
  const folder = runbookFolder(model, service.at.file);
  const name = service.name.replace(/[^\w.-]+/g, '-');
  const page = join(folder, `${name}.md`);
  const index = join(folder, 'README.md');
  return {
    title: `Write ${page} and an index of runbooks`,
    safety: 'suggested',
    async changes(context) {
      const subject = { page, title: service.name, alerts: [], services: [service] };
      const text = await writePage(subject, context.model);
      const list = `# Runbooks\n\nOne page per alert or service, named after it. Alerts lead here by their \`runbook_url\`.\n\n- [${service.name}](${name}.md)\n`;
      const changes = [{ kind: 'create', file: page, text } as const];
      return context.model.files.has(index)
        ? changes
        : [...changes, { kind: 'create', file: index, text: list }];
    },
  };
}

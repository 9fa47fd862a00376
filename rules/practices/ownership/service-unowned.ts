/** Joins services with CODEOWNERS, catalogs and labels: a service that belongs to nobody. */
import type { Model, Service } from '../../model/model.ts';
import { ownershipOf } from '../../model/serviceOwners.ts';
import { defineRule, type Change, type LazyFix } from '../rule.ts';
import { candidateOwners } from './candidates.ts';

export default defineRule({
  id: 'ownership/service-unowned',
  title: 'A service belongs to nobody.',
  area: 'ownership',
  section: '§3',
  level: 'warning',
  joins: true,
  fix: 'suggested',
  messages: {
    unowned: {
      text: 'Nobody owns the service {service}: no CODEOWNERS entry, catalog owner or owner label names a team. Its reviews and incidents are left to whoever has time.',
    },
    'nobody-owns': {
      text: 'Nobody owns {what}: no entry of a CODEOWNERS or OWNERS file, catalog or owner label names anybody. Reviews and incidents are left to whoever has time.',
      level: 'info',
    },
  },
  check(model, report) {
    const services = model.services.filter(({ role, runs }) => role === 'production' && !runs);
    const owned = new Map(services.map((service) => [service, ownershipOf(service, model)]));
    const { entries, folders } = model.owners;
    const anybody = entries.length + folders.length > 0 || [...owned.values()].some(Boolean);
    const [only] = services;
    if (only && !anybody) {
      report.gap({
        message: 'nobody-owns',
        data: {
          what: services.length === 1 ? `the service ${only.name}` : `any of the ${services.length} services`,
        },
        at: model.root,
        related: services.slice(0, 5).map(({ name, at }) => ({ at, message: `The service ${name}` })),
        fixes: firstOwners(services, model),
      });
      return;
    }
    for (const service of services) {
      const ownership = owned.get(service);
      if (ownership) report.met(service, ownership);
      else {
        report.gap({
          message: 'unowned',
          data: { service: service.name },
          at: service.at,
          service,
          related:
            model.owners.file === undefined
              ? []
              : [{ at: { file: model.owners.file }, message: 'no line here covers it' }],
          fixes: fixesFor(service, model, services),
        });
      }
    }
  },
});

/** A first CODEOWNERS, where an owner is known for each service; else some owner would be invented. */
function firstOwners(services: readonly Service[], model: Model): LazyFix[] {
  const lines = services.map((service) => {
    const [owner] = candidateOwners(service, model, services);
    return owner && service.root ? `${patternOf(service.root)} ${owner}` : undefined;
  });
  if (lines.includes(undefined) || model.owners.file !== undefined) return [];
  const file = newFile(model);
  return [
    {
      title: `Write ${file} with the owners that runbooks name`,
      safety: 'suggested',
      changes: () => [{ kind: 'create', file, text: `${lines.join('\n')}\n` }],
    },
  ];
}

/** One fix for each owner that is known nearby; without any, an owner would be invented, so there is none. */
function fixesFor(service: Service, model: Model, services: readonly Service[]): LazyFix[] {
  const { root } = service;
  if (!root) return [];
  return candidateOwners(service, model, services).map((owner) => ({
    title: `Make ${owner} the owner of ${root} in ${model.owners.file ?? newFile(model)}`,
    safety: 'suggested' as const,
    changes: ({ read }) => addEntry(model, owner, root, (file) => read(file).text),
  }));
}

function newFile(model: Model): string {
  return model.files.hasFolder('.github') ? '.github/CODEOWNERS' : 'CODEOWNERS';
}

function patternOf(root: string): string {
  return `/${root.replaceAll(' ', '\\ ')}/`;
}

/** At the end, where no later line can take it away again. */
function addEntry(
  model: Model,
  owner: string,
  root: string,
  textOf: (file: string) => string,
): readonly Change[] {
  const { file, entries } = model.owners;
  const pattern = patternOf(root);
  if (file === undefined) return [{ kind: 'create', file: newFile(model), text: `${pattern} ${owner}\n` }];
  const text = textOf(file);
  const line = `${pattern.padEnd(columnOfOwners(text, entries.at(-1)?.range.start ?? 0))} ${owner}`;
  const start = text === '' || text.endsWith('\n') ? '' : '\n';
  return [{ kind: 'edit', file, range: { start: text.length, end: text.length }, text: `${start}${line}\n` }];
}

/** Length that patterns are padded to, where the last line is. */
function columnOfOwners(text: string, lineStart: number): number {
  const [, padded = ''] = /^(\S+[ \t]+)\S/.exec(text.slice(lineStart)) ?? [];
  return Math.max(0, padded.length - 1);
}

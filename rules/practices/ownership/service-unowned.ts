/** Joins services with CODEOWNERS, catalogs and labels: a service that belongs to nobody. */
import { place, type Model, type Service } from '../../model/model.ts';
import { folderOf, isWithin } from '../../model/paths.ts';
import type { Evidence } from '../../text.ts';
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
      text: 'Nobody owns the service {service}, or anything else here: there is no CODEOWNERS file, catalog or owner label.',
      level: 'info',
    },
  },
  check(model, report) {
    const services = model.services.filter(({ role, runs }) => role === 'production' && !runs);
    const owned = new Map(services.map((service) => [service, ownershipOf(service, model)]));
    const anybody = model.owners.entries.length > 0 || [...owned.values()].some(Boolean);
    for (const service of services) {
      const ownership = owned.get(service);
      if (ownership) report.met(service, ownership);
      else {
        report.gap({
          message: anybody ? 'unowned' : 'nobody-owns',
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

/** Keys of labels and annotations that name who is responsible. */
const ownerKey = /(?:^|[./-])(?:owner|owned-by|owning-team|team|squad|maintainer|contact)$/i;

/** Where somebody is said to own the service. */
function ownershipOf(service: Service, model: Model): Evidence | undefined {
  const { configuration, workloads, composeServices } = service;
  if (configuration?.owner !== undefined) {
    return { at: service.at, message: `the configuration names ${configuration.owner} as owner` };
  }
  for (const file of filesOf(service)) {
    const found = model.owners.of(file);
    if (found) return { at: found.at, message: `belongs to ${found.owners.join(', ')}` };
  }
  for (const { file, facts } of model.owners.catalogs) {
    const inFolder = service.root && folderOf(file) === service.root;
    const component = facts.components.find(
      ({ name, owner }) => owner && (inFolder || service.names.includes(name.value)),
    );
    if (component?.owner)
      return { at: place(file, component.owner), message: `belongs to ${component.owner.value}` };
  }
  for (const { file, object, facts } of workloads) {
    const labels = [object.labels, object.annotations, facts.podLabels, facts.podAnnotations];
    if (labels.some(namesOwner))
      return { at: place(file, { range: object.kindRange }), message: 'a label names its owner' };
  }
  const labelled = composeServices.find(({ facts }) => namesOwner(facts.labels));
  return labelled && { at: place(labelled.file, labelled.facts.name), message: 'a label names its owner' };
}

/** Files whose owner owns the service: its code where it is here, else its manifests. */
function filesOf({ root, at, dockerfiles, package: manifest, code, workloads }: Service): readonly string[] {
  const own = [at.file, manifest?.file, ...dockerfiles.map(({ file }) => file), ...(code?.entryPoints ?? [])];
  const inside = own
    .filter((file) => file !== undefined)
    .filter((file) => root === undefined || isWithin(file, root));
  return inside.length > 0 ? inside : [at.file, ...workloads.map(({ file }) => file)];
}

function namesOwner(labels: Readonly<Record<string, string>>): boolean {
  return Object.entries(labels).some(([key, value]) => ownerKey.test(key) && value.trim() !== '');
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

/** At the end, where no later line can take it away again. */
function addEntry(
  model: Model,
  owner: string,
  root: string,
  textOf: (file: string) => string,
): readonly Change[] {
  const { file, entries } = model.owners;
  const pattern = `/${root.replaceAll(' ', '\\ ')}/`;
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

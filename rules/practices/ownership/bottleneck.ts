/** Joins owners with services: one person without whom nothing moves. */
import type { Model, Service } from '../../model/model.ts';
import { ownershipOf, type Ownership } from '../../model/serviceOwners.ts';
import { defineRule } from '../rule.ts';

/** With fewer services than this, one person who knows them all is what to expect. */
const enoughServices = 3;

export default defineRule({
  id: 'ownership/bottleneck',
  title: 'One person must approve most of the repository.',
  area: 'ownership',
  section: '§9',
  level: 'info',
  joins: true,
  fix: 'none',
  messages: {
    person: {
      text: '{person} alone must approve changes to {count} of {all} services: they wait whenever one person is away.',
    },
  },
  check(model, report) {
    const services = model.services.filter(({ role, runs }) => role === 'production' && !runs);
    if (services.length < enoughServices) return;
    const owned = services.flatMap((service) => {
      const ownership = ownershipOf(service, model);
      return ownership ? [{ service, ownership }] : [];
    });
    const persons = new Map<string, { service: Service; ownership: Ownership }[]>();
    for (const one of owned) {
      const person = onlyPerson(one.ownership, model);
      if (person === undefined) report.met(one.service, one.ownership);
      else persons.set(person, [...(persons.get(person) ?? []), one]);
    }
    for (const [person, theirs] of persons) {
      if (theirs.length * 2 <= services.length) {
        for (const { service, ownership } of theirs) report.met(service, ownership);
        continue;
      }
      report.gap({
        message: 'person',
        data: { person, count: theirs.length, all: services.length },
        at: theirs[0]!.ownership.at,
        related: theirs
          .slice(0, 5)
          .map(({ service }) => ({ at: service.at, message: `The service ${service.name}` })),
      });
    }
  },
});

/** Who approves alone. What `@name` is on GitLab, a person or a group, cannot be told. */
function onlyPerson({ owners, at }: Ownership, model: Model): string | undefined {
  const [owner, ...others] = owners;
  if (owner === undefined || others.length > 0) return undefined;
  if (at.file === model.owners.file) {
    if (model.owners.dialect === 'gitlab') return undefined;
    return /^@[\w.-]+$/.test(owner) || /^[^@\s]+@[^@\s]+$/.test(owner) ? owner : undefined;
  }
  const folder = model.owners.folders.find(({ file }) => file === at.file);
  const aliases = model.owners.folders.flatMap(({ facts }) => facts.aliases);
  if (!folder || aliases.some(({ name, members }) => name === owner && members.length > 1)) return undefined;
  return owner;
}

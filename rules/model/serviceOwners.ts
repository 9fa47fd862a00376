/** Whom a service belongs to, wherever that is said. It must never know whether that is enough. */
import { place, type Model, type Service } from './model.ts';
import { folderOf, isWithin, join } from './paths.ts';
import type { Evidence } from '../text.ts';

export interface Ownership extends Evidence {
  readonly owners: readonly string[];
}

/** Keys of labels and annotations that name who is responsible. */
const ownerKey = /(?:^|[./-])(?:owner|owned-by|owning-team|team|squad|maintainer|contact)$/i;

/**
 * Where somebody is said to own the service: the configuration, CODEOWNERS or an OWNERS file, a Backstage catalog, a label
 * of its workload or compose service.
 */
export function ownershipOf(service: Service, model: Model): Ownership | undefined {
  const { configuration, workloads, composeServices } = service;
  if (configuration?.owner !== undefined) {
    const { owner } = configuration;
    return { owners: [owner], at: service.at, message: `the configuration names ${owner} as owner` };
  }
  for (const file of filesOf(service)) {
    const found = model.owners.of(file);
    if (found) return { ...found, message: `belongs to ${found.owners.join(', ')}` };
  }
  const most = ownerOfMost(service.code?.files ?? [], model);
  if (most) return most;
  for (const { file, facts } of model.owners.catalogs) {
    const inFolder = service.root && folderOf(file) === service.root;
    const component = facts.components.find(
      ({ name, owner, kind }) =>
        owner && kind === 'Component' && (inFolder || service.names.includes(name.value)),
    );
    if (component?.owner) {
      const { value } = component.owner;
      return { owners: [value], at: place(file, component.owner), message: `belongs to ${value}` };
    }
  }
  for (const { file, object, facts } of workloads) {
    const labels = [object.labels, object.annotations, facts.podLabels, facts.podAnnotations];
    const owner = labels.map(ownerIn).find((found) => found !== undefined);
    if (owner !== undefined)
      return {
        owners: [owner],
        at: place(file, { range: object.kindRange }),
        message: 'a label names its owner',
      };
  }
  for (const { file, facts } of composeServices) {
    const owner = ownerIn(facts.labels);
    if (owner !== undefined)
      return { owners: [owner], at: place(file, facts.name), message: 'a label names its owner' };
  }
  return undefined;
}

/** Where its folders have owners of their own, and those have most of its code. */
function ownerOfMost(files: readonly string[], { owners }: Model): Ownership | undefined {
  if (owners.entries.length + owners.folders.length === 0) return undefined;
  const owned = files.flatMap((file) => owners.of(file) ?? []);
  const [first] = owned;
  return first && owned.length * 2 > files.length
    ? { ...first, message: `most of its code belongs to ${first.owners.join(', ')}` }
    : undefined;
}

/** The value of a label or annotation that names who is responsible. */
export function ownerIn(labels: Readonly<Record<string, string>>): string | undefined {
  return Object.entries(labels).find(([key, value]) => ownerKey.test(key) && value.trim() !== '')?.[1];
}

/** Files whose owner owns the service: its code where it is here, else its manifests. */
function filesOf({ root, at, dockerfiles, package: manifest, code, workloads }: Service): readonly string[] {
  const own = [at.file, manifest?.file, ...dockerfiles.map(({ file }) => file), ...(code?.entryPoints ?? [])];
  const inside = own
    .filter((file) => file !== undefined)
    .filter((file) => root === undefined || isWithin(file, root));
  if (inside.length > 0) return inside;
  return root ? [join(root, 'x')] : [at.file, ...workloads.map(({ file }) => file)];
}

/**
 * What Compose files take from each other: services that extend one of another file, and files that are included. It
 * must never know what a service runs.
 */
import type { ComposeFacts, ComposeServiceFacts } from '../artifacts/compose/facts.ts';
import { inherit, writtenIn } from '../artifacts/compose/inherit.ts';
import { push } from '../groups.ts';
import { folderOf, resolve } from './paths.ts';

type ByFile = ReadonlyMap<string, ComposeFacts>;

/** `extends` of `extends` beyond this is a mistake, if it is not a ring. */
const maxExtends = 10;

/**
 * Every file with what its services take over; what of that cannot be found, is open.
 * @param parts files that are not named like Compose's: of these, the ones that are included count as well
 */
export function withExtended(compose: ByFile, parts: ByFile): ByFile {
  // The model is built at every keystroke, and few files take anything over.
  if (
    [...compose.values()].every(
      ({ includes, services }) => !includes && services.every((one) => !one.extends),
    )
  )
    return compose;
  const known = new Map([...parts, ...compose]);
  const all = new Map(compose);
  // A Map goes on with what is added to it meanwhile.
  for (const [file, facts] of all) {
    const included = includedBy(file, facts);
    for (const path of included) {
      const part = path === undefined || all.has(path) ? undefined : parts.get(path);
      if (part) all.set(path!, part);
    }
    const isOpen = included.some((path) => path === undefined || !known.has(path));
    const services = facts.services.map((service) => {
      const whole = service.extends ? extended(known, file, service) : service;
      return isOpen ? { ...whole, openNetwork: true as const } : whole;
    });
    all.set(file, { ...facts, services });
  }
  return all;
}

function extended(
  compose: ByFile,
  file: string,
  service: ComposeServiceFacts,
  depth = 0,
): ComposeServiceFacts {
  if (!service.extends) return service;
  const from = resolve(folderOf(file), service.extends.file);
  const base =
    from === undefined || depth >= maxExtends
      ? undefined
      : compose.get(from)?.services.find(({ name }) => name.value === service.extends?.service);
  if (from === undefined || !base) return { ...service, environmentFiles: true, openNetwork: true };
  return inherit(service, writtenIn(from, extended(compose, from, base, depth + 1)));
}

/**
 * The folder of the project that a file's services run in: its own, or that of the file which includes it, as far as
 * that is one.
 */
export function projectsOf(compose: ByFile): (file: string) => string {
  const includers = new Map<string, string[]>();
  for (const [file, facts] of compose)
    for (const path of new Set(includedBy(file, facts))) if (path !== undefined) push(includers, path, file);
  const projectOf = (file: string, depth = 0): string => {
    const [includer, ...others] = includers.get(file) ?? [];
    return includer === undefined || others.length > 0 || depth >= maxExtends
      ? folderOf(file)
      : projectOf(includer, depth + 1);
  };
  return (file) => projectOf(file);
}

function includedBy(file: string, { includes = [] }: ComposeFacts): (string | undefined)[] {
  return includes.map((path) => (/[$:]/.test(path) ? undefined : resolve(folderOf(file), path)));
}

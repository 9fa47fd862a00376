/**
 * One image that is deployed under several names, or started with several commands, is several services; the code is
 * the first one's. It reads no code.
 */
import { builtStage, chain, startCommands } from './dockerfiles.ts';
import { bareName } from './images.ts';
import type { ComposeService, Service, Workload } from './model.ts';
import { baseOf } from './paths.ts';
import type { ServiceDraft } from './serviceDraft.ts';

/** What is deployed of a service under another name than its own. */
export interface Part {
  readonly name: string;
  readonly workloads: readonly Workload[];
  readonly composeServices: readonly ComposeService[];
}

/** Takes out of a service what is one of its own, which it runs with the same image. */
export function partsOf(draft: ServiceDraft): Part[] {
  const isOwn = ownNames(draft);
  const parts = new Map<string, { name: string; workloads: Workload[]; composeServices: ComposeService[] }>();
  const part = (name: string) => {
    const key = bareName(name);
    let found = parts.get(key);
    if (!found) parts.set(key, (found = { name, workloads: [], composeServices: [] }));
    return found;
  };
  if (draft.workloads.some((workload) => isOwn(workload) && !workload.batch))
    for (const workload of take(draft.workloads, (one) => !isOwn(one)))
      part(workload.name!).workloads.push(workload);
  const others = otherPrograms(draft);
  for (const service of take(
    draft.composeServices,
    ({ facts }) => parts.has(bareName(facts.name.value)) || others.has(bareName(facts.name.value)),
  ))
    part(service.facts.name.value).composeServices.push(service);
  return [...parts.values()];
}

/** Whether a workload bears a name of the service itself, as far as folders, packages and images give it one. */
function ownNames(draft: ServiceDraft): (workload: Workload) => boolean {
  const own = new Set([...draft.names.filter((name) => !draft.learned.has(name)), draft.name].map(bareName));
  return ({ name, batch, containers }) => {
    if (name === undefined || batch || own.has(bareName(name))) return true;
    if (own.has(bareName(name.replace(/[._-]v\d+$/i, '')))) return true;
    // A release stands before it: `shop-api` runs the container `api`.
    return containers.some(
      (container) =>
        container.name.known &&
        own.has(bareName(container.name.value)) &&
        name.toLowerCase().endsWith(`-${container.name.value.toLowerCase()}`),
    );
  };
}

/** The bare names of compose services that are started with another command than the one that bears its name. */
function otherPrograms(draft: ServiceDraft): ReadonlySet<string> {
  const others = new Set<string>();
  const own = new Set([...draft.names.filter((name) => !draft.learned.has(name)), draft.name].map(bareName));
  const started = draft.composeServices.filter(({ oneShot, role }) => !oneShot && role === 'production');
  for (const main of started) {
    if (!own.has(bareName(main.facts.name.value))) continue;
    for (const service of started)
      if (
        service.file === main.file &&
        !own.has(bareName(service.facts.name.value)) &&
        programOf(service) !== programOf(main)
      )
        others.add(bareName(service.facts.name.value));
  }
  return others;
}

function programOf({ facts: { entrypoint, command, build } }: ComposeService): string {
  return [entrypoint?.value, command?.value, build?.target].map((part) => part ?? '').join('\0');
}

/** Whether a service that runs another one's image starts the image's own program, with other flags at most. */
export function startsSameProgram({ runs, workloads, composeServices }: Service): boolean {
  const programs = new Set(
    runs?.dockerfiles.flatMap(({ facts }) => {
      const [first] = startCommands(chain(facts, builtStage(facts)));
      return first?.words[0] === undefined ? [] : [baseOf(first.words[0])];
    }),
  );
  const isSame = (command: readonly string[], args: readonly string[]): boolean => {
    const [program, ...rest] = command;
    if (program !== undefined && !programs.has(baseOf(program))) return false;
    return [...rest, ...args].every((word) => word.startsWith('-'));
  };
  return (
    programs.size > 0 &&
    workloads.every(({ containers }) => {
      const main = containers.find(({ init }) => !init);
      return main !== undefined && isSame(main.command, main.args);
    }) &&
    composeServices.every(
      ({ facts: { build, entrypoint, command } }) =>
        build?.target === undefined && entrypoint === undefined && isSame(words(command?.value), []),
    )
  );
}

function words(command = ''): readonly string[] {
  return command.split(/\s+/).filter((word) => word !== '');
}

/** Removes from a list what fits, and returns it. */
function take<T>(list: T[], fits: (one: T) => boolean): T[] {
  const taken = list.filter(fits);
  list.splice(0, list.length, ...list.filter((one) => !fits(one)));
  return taken;
}

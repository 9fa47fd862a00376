/** The ports that a service's code listens on once its environment has had its say. It knows nothing of who asks. */
import type { SourceFacts } from '../artifacts/source/facts.ts';
import type { Ranged } from '../text.ts';
import { builtStage, chain, startCommands } from './dockerfiles.ts';
import { located, place, type Listen, type Located, type Model, type Service } from './model.ts';
import { runsOf } from './runs.ts';

export interface ListenedPorts {
  readonly ports: readonly Located<number>[];
  /** No port was left open: none of another number is listened on. */
  readonly complete: boolean;
}

/** Packages that listen on a port of their own: for probes, or for metrics to be scraped from. */
const listeningPackage =
  /^(?:lightship|@promster\/server|@opentelemetry\/exporter-prometheus|@bull-board\/.*)$|probe|health|metrics|scrape/;

type Environment = Readonly<Record<string, Ranged<string> | null>>;

/**
 * @param sources of the workspace, whose imports tell what else may listen
 * @param environment of the container that runs it, which goes before the image's own; null: set, but not plainly
 * @param isClosed nothing else can set variables: their defaults in code count
 */
export function listenedPorts(
  service: Service,
  sources: ReadonlyMap<string, SourceFacts>,
  environment: Environment,
  isClosed: boolean,
): ListenedPorts {
  const code = service.code ?? service.runs?.code;
  if (!code || code.listens.length === 0) return { ports: [], complete: false };
  // In Python not every way to listen is read.
  if ((service.runs ?? service).language === 'python') return { ports: [], complete: false };
  const image = imageEnvironment(service.runs ?? service);
  const commands = commandsOf(service);
  const found = code.listens.map((listen) => {
    const said = flagged(listen, commands);
    return said ? only(said) : portOf(listen, environment, image, isClosed);
  });
  const ports = found.filter((port) => port !== undefined);
  const listensElsewhere = code.files.some((file) =>
    sources
      .get(file)
      ?.imports.some(({ specifier }) => !/^[./]/.test(specifier) && listeningPackage.test(specifier)),
  );
  return { ports, complete: ports.length === found.length && !listensElsewhere };
}

/**
 * The ports that a listener has in the ways its service is run, each once: what commands and variables set, else what the
 * code says.
 */
export function portsOf(model: Model, service: Service, listen: Listen): readonly Located<number>[] {
  const said = flagged(listen, commandsOf(service));
  const names = [...(listen.overrides ?? []), ...(listen.portVariable ? [listen.portVariable] : [])];
  const runs = names.length > 0 ? runsOf(model, service) : [];
  const image = Object.entries(imageEnvironment(service.runs ?? service));
  const environments =
    runs.length > 0
      ? runs.map(({ variables }) => [...variables])
      : [image.map(([name, value]) => [name, { value: value?.value ?? '', at: listen.at }] as const)];
  const found = new Map<number, Located<number>>();
  for (const port of said ?? environments.map((variables) => setIn(new Map(variables), names) ?? listen.port))
    if (port && !found.has(port.value)) found.set(port.value, port);
  return [...found.values()];
}

function setIn(
  variables: ReadonlyMap<string, Located<string> | null>,
  names: readonly string[],
): Located<number> | undefined {
  for (const name of names) {
    const set = variables.get(name);
    const value = portIn(set?.value);
    if (set && Number.isInteger(value) && value > 0) return { value, at: set.at };
  }
  return undefined;
}

/** What commands give as the flag that sets the port; undefined where none does. */
function flagged({ portFlag }: Listen, commands: readonly Located<string>[]): Located<number>[] | undefined {
  if (portFlag === undefined) return undefined;
  const found: Located<number>[] = [];
  for (const { value, at } of commands) {
    const words = value.split(/[\s="']+/);
    const index = words.findIndex((word) => /^-/.test(word) && word.replace(/^--?/, '') === portFlag);
    if (index < 0) continue;
    const port = Number(/(?:^|:)(\d{1,5})$/.exec(words[index + 1] ?? '')?.[1] ?? NaN);
    found.push({ value: port, at });
  }
  return found.length > 0 ? found : undefined;
}

/** The port where all say the same one. */
function only(ports: readonly Located<number>[]): Located<number> | undefined {
  return new Set(ports.map(({ value }) => value)).size === 1 && Number.isInteger(ports[0]!.value)
    ? ports[0]
    : undefined;
}

/** What its image, compose files and manifests start it with. */
function commandsOf(service: Service): Located<string>[] {
  const { dockerfiles, composeServices, workloads } = service;
  const run = [
    ...composeServices.flatMap(({ file, facts }) =>
      [facts.entrypoint, facts.command].flatMap((text) => (text ? [located(file, text)] : [])),
    ),
    ...workloads.flatMap(({ file, containers }) =>
      containers
        .filter(({ command, args }) => command.length + args.length > 0)
        .map(({ command, args, range }) => ({
          value: [...command, ...args].join(' '),
          at: place(file, { range }),
        })),
    ),
  ];
  const built = (service.runs ?? service).dockerfiles.flatMap(({ file, facts }) =>
    startCommands(chain(facts, builtStage(facts))).map((command) => ({
      value: command.words.join(' '),
      at: place(file, { range: command.argumentsRange }),
    })),
  );
  return dockerfiles.length > 0 || service.runs ? [...run, ...built] : run;
}

function portOf(
  { port, portVariable, overrides = [], at }: Listen,
  environment: Environment,
  image: Environment,
  isClosed: boolean,
): Located<number> | undefined {
  if (portVariable === undefined) return port;
  for (const set of [environment, image]) {
    const [name, ...others] = [...overrides, portVariable].filter((one) => Object.hasOwn(set, one));
    if (name === undefined) continue;
    // Which of several variables goes first is the framework's business.
    const value = others.length > 0 ? NaN : portIn(set[name]?.value);
    return Number.isInteger(value) && value > 0 ? { value, at } : undefined;
  }
  return isClosed ? port : undefined;
}

/** The port of `8080` or `http://+:8080`. */
function portIn(text: string | undefined): number {
  return Number(/^(?:https?:\/\/[^:/;]+:)?(\d{1,5})\/?$/.exec(text?.trim() ?? '')?.[1] ?? NaN);
}

function imageEnvironment(service: Service): Environment {
  const environment: Record<string, Ranged<string>> = {};
  for (const { facts } of service.dockerfiles)
    for (const stage of chain(facts, builtStage(facts)))
      for (const [name, value] of Object.entries(stage.environment)) environment[name] ??= value;
  return environment;
}

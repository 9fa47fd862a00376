/** The ports that a service's code listens on once its environment has had its say. It knows nothing of who asks. */
import type { SourceFacts } from '../artifacts/source/facts.ts';
import type { Ranged } from '../text.ts';
import { builtStage, chain } from './dockerfiles.ts';
import type { Listen, Located, Service } from './model.ts';

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
  const found = code.listens.map((listen) => portOf(listen, environment, image, isClosed));
  const ports = found.filter((port) => port !== undefined);
  const listensElsewhere = code.files.some((file) =>
    sources
      .get(file)
      ?.imports.some(({ specifier }) => !/^[./]/.test(specifier) && listeningPackage.test(specifier)),
  );
  return { ports, complete: ports.length === found.length && !listensElsewhere };
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

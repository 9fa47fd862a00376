/**
 * What is known of the environment in which a service runs: what its image, compose files and manifests set, and whether
 * that is all. It must never know what a variable means.
 */
import type { ContainerFacts } from '../artifacts/kubernetes/facts.ts';
import type { Place, Ranged } from '../text.ts';
import type { Pods } from './cluster.ts';
import { builtStage, chain, startCommands } from './dockerfiles.ts';
import {
  located,
  place,
  type ComposeService,
  type Located,
  type Model,
  type Service,
  type Workload,
} from './model.ts';
import { join } from './paths.ts';
import { push } from '../groups.ts';

/** One way in which a service is run, and the variables that it finds there. */
export interface Run {
  /** The container's or compose service's name. */
  readonly at: Place;
  readonly workload?: Workload;
  readonly compose?: ComposeService;
  /** Nothing that is not in sight sets variables: no template, no file of variables, no whole ConfigMap or Secret. */
  readonly complete: boolean;
  /** It runs another command than its image does by itself. */
  readonly ownCommand: boolean;
  /** Of image and deployment; null: set, but not to a plain value. */
  readonly variables: ReadonlyMap<string, Located<string> | null>;
}

/** What a variable is for a service, over all of its runs. */
export type Variable =
  | { readonly standing: 'set'; readonly values: readonly Located<string>[] }
  | { readonly standing: 'unset' }
  /** It is deployed from elsewhere, or something that is not in sight may set it. */
  | { readonly standing: 'unknown' };

/** How a service is run; tests, and jobs that run its image for a while, are left out. */
export function runsOf(model: Model, service: Service): readonly Run[] {
  let runs = known.get(service);
  if (!runs) known.set(service, (runs = findRuns(model, service)));
  return runs;
}

/** Several rules ask after several variables of the same service; the next model has services of its own. */
const known = new WeakMap<Service, readonly Run[]>();

function findRuns(model: Model, service: Service): readonly Run[] {
  const image = imageVariables(service.runs ?? service);
  const root = (service.runs ?? service).root;
  // Read into the environment by whatever starts it.
  const hasFile = root !== undefined && model.files.lists(join(root, '.env'));
  const runs = [
    ...service.workloads.filter(({ role, batch }) => role !== 'test' && !batch),
    ...service.composeServices.filter(({ role, oneShot }) => role !== 'test' && !oneShot),
  ].map((part) => ('object' in part ? runOfWorkload(model, part) : runOfCompose(model, part)));
  return runs.map(({ variables, complete, ...run }) => ({
    ...run,
    complete: complete && image.complete && !hasFile,
    variables: new Map([...image.variables, ...variables]),
  }));
}

/**
 * @param names the variable, and others that would do as well
 * @returns `set` where one run at least has it: what one environment lacks on purpose, another may have
 */
export function variableOf(model: Model, service: Service, ...names: readonly string[]): Variable {
  const runs = runsOf(model, service);
  const inline = commandsOf(service).some((text) => names.some((name) => text.includes(`${name}=`)));
  const found = runs.flatMap(({ variables }) =>
    names.filter((name) => variables.has(name)).map((name) => variables.get(name)!),
  );
  if (found.length > 0 || inline) return { standing: 'set', values: found.filter((one) => one !== null) };
  return { standing: runs.length > 0 && runs.every(({ complete }) => complete) ? 'unset' : 'unknown' };
}

type Variables = [string, Located<string> | null][];

function imageVariables({ dockerfiles }: Service): { variables: Variables; complete: boolean } {
  const stages = dockerfiles.flatMap(({ file, facts }) =>
    chain(facts, builtStage(facts)).map((stage) => ({ file, stage })),
  );
  // What a script of its own exports is not read.
  const complete = dockerfiles.every(({ facts }) =>
    startCommands(chain(facts, builtStage(facts))).every(({ words }) => !/\.sh\b/.test(words.join(' '))),
  );
  return { variables: stages.flatMap(({ file, stage }) => variablesIn(file, stage.environment)), complete };
}

function variablesIn(file: string, environment: Readonly<Record<string, Ranged<string> | null>>): Variables {
  return Object.entries(environment).map(([name, value]) => [
    name,
    // What is put together when it is deployed is no plain value.
    value && !value.value.includes('$') ? located(file, value) : null,
  ]);
}

function commandsOf({ dockerfiles, composeServices, workloads, package: pkg }: Service): string[] {
  return [
    ...dockerfiles.flatMap(({ facts }) =>
      startCommands(chain(facts, builtStage(facts))).map(({ words }) => words.join(' ')),
    ),
    ...composeServices.flatMap(({ facts }) => [facts.command?.value ?? '', facts.entrypoint?.value ?? '']),
    ...workloads.flatMap(({ containers }) =>
      containers.map(({ command, args }) => [...command, ...args].join(' ')),
    ),
    ...Object.values(pkg?.facts.scripts ?? {}).map(({ value }) => value),
  ];
}

/** Annotations of what puts variables into pods at run time. */
const injecting =
  /vault|secrets-store|infisical|doppler|external-secrets|bank-vaults|dapr|instrumentation\.opentelemetry\.io\/inject/i;

function runOfWorkload(model: Model, workload: Workload): Omit<Run, 'variables'> & { variables: Variables } {
  const [container] = workload.containers;
  // Patches and copies of it, which may set more.
  const all = (podsByName(model).get(workload.name ?? '') ?? []).filter(
    ({ object }) => object.kind === workload.kind,
  );
  const pods: readonly Pick<Pods, 'file' | 'facts'>[] = all.length > 0 ? all : [workload];
  const containers = pods.flatMap(({ file, facts }) =>
    facts.containers.filter(({ init }) => !init).map((one) => ({ file, one })),
  );
  const isInjected = pods.some(({ facts }) =>
    Object.keys(facts.podAnnotations).some((name) => injecting.test(name)),
  );
  const allContainers = [...containers.map(({ one }) => one), ...workload.containers];
  return {
    at: place(workload.file, container?.name),
    workload,
    complete:
      !workload.template && !isInjected && workload.containers.length === 1 && !allContainers.some(isOpen),
    ownCommand: allContainers.some(({ command, args }) => command.length + args.length > 0),
    variables: containers.flatMap(({ file, one }) => variablesIn(file, one.environment)),
  };
}

/** Everything of a ConfigMap or Secret, or a template. */
function isOpen({ templated, references }: ContainerFacts): boolean {
  return templated || references.some(({ key }) => !key);
}

const podsOfModel = new WeakMap<Model, ReadonlyMap<string, readonly Pods[]>>();

function podsByName(model: Model): ReadonlyMap<string, readonly Pods[]> {
  let known = podsOfModel.get(model);
  if (known) return known;
  const byName = new Map<string, Pods[]>();
  for (const pods of model.cluster.pods) {
    const { name } = pods.object;
    if (!name.known) continue;
    push(byName, name.value, pods);
  }
  podsOfModel.set(model, (known = byName));
  return known;
}

function runOfCompose(
  model: Model,
  compose: ComposeService,
): Omit<Run, 'variables'> & { variables: Variables } {
  const { facts, file } = compose;
  // Of several files of a project the later ones complete the first.
  const all = model.composeServices.filter(
    (one) => one.facts.name.value === facts.name.value && one.project === compose.project,
  );
  return {
    at: place(file, facts.name),
    compose,
    complete: !all.some((one) => one.facts.environmentFiles),
    ownCommand: all.some((one) => one.facts.command !== undefined || one.facts.entrypoint !== undefined),
    variables: all.flatMap((one) => variablesIn(one.file, one.facts.environment)),
  };
}

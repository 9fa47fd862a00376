/**
 * Everything that asks a service whether it works: probes, HEALTHCHECK, Compose health checks and load balancers; with
 * the service that is asked. It must never decide whether the answer is right.
 */
import type { ContainerFacts, ProbeFacts } from '../artifacts/kubernetes/facts.ts';
import type { Place } from '../text.ts';
import { isKnownProduct, normalName, parseImage } from './images.ts';
import { builtStage, chain } from './dockerfiles.ts';
import {
  place,
  type ComposeService,
  type Dockerfile,
  type Model,
  type Role,
  type Service,
  type Workload,
} from './model.ts';

export interface HealthCheck {
  readonly by: ProbeFacts['kind'] | 'image' | 'compose' | 'balancer';
  /** What is asked; undefined when nothing here says what runs there. */
  readonly service?: Service;
  readonly role: Role;
  /** The check as a whole. */
  readonly at: Place;
  readonly http?: HttpQuestion;
  /** Of a probe that is no command: a number, or the name of a container port. */
  readonly port?: { readonly value: number | string; readonly at: Place };
  /** A path or port that is written but not known. */
  readonly unknown: boolean;
  readonly workload?: Workload;
  readonly container?: ContainerFacts;
  readonly dockerfile?: Dockerfile;
  readonly compose?: ComposeService;
}

/** What is asked over HTTP. */
export interface HttpQuestion {
  readonly path: string;
  /** undefined: a variable, or another host's. */
  readonly port?: number;
  readonly at: Place;
  /** The place is the path's own; otherwise `command` is where a command stands that holds it. */
  readonly exact: boolean;
  readonly command: Place;
}

/** Several rules ask for the same ones. */
const checksOf = new WeakMap<Model, readonly HealthCheck[]>();

/** All health checks of the workspace; copies of workloads and one-shot jobs are left out. */
export function healthChecks(model: Model): readonly HealthCheck[] {
  let checks = checksOf.get(model);
  if (!checks) checksOf.set(model, (checks = findChecks(model)));
  return checks;
}

function findChecks(model: Model): readonly HealthCheck[] {
  return [
    ...model.workloads.flatMap((workload) => probesOf(workload, model)),
    ...model.dockerfiles.flatMap((dockerfile) => imageCheck(dockerfile, model) ?? []),
    ...model.composeServices.flatMap((compose) => composeCheck(compose, model) ?? []),
    ...balancerChecks(model),
  ];
}

function probesOf(workload: Workload, model: Model): HealthCheck[] {
  if (workload.batch || workload.role === 'test') return [];
  const service = model.serviceRunning(workload);
  return workload.containers.flatMap((container) =>
    [container.startup, container.readiness, container.liveness].flatMap((probe): HealthCheck[] => {
      if (!probe) return [];
      const file = probe.file ?? workload.file;
      const at = place(file, probe);
      const common = {
        by: probe.kind,
        service: service && runsIn(container, workload, service) ? service : undefined,
        role: workload.role,
        at,
        workload,
        container,
      };
      if (probe.handler === 'exec')
        return [
          {
            ...common,
            http: askedBy(probe.command.join(' '), at, { file, range: probe.value }),
            unknown: false,
          },
        ];
      const { path, port } = probe;
      const portAt = port && { file: port.known ? (port.file ?? file) : file, range: port.range };
      return [
        {
          ...common,
          http:
            probe.handler !== 'http' || (path && !path.known)
              ? undefined
              : {
                  path: path?.value ?? '/',
                  at: path ? { file: path.file ?? file, range: path.range } : at,
                  exact: path !== undefined,
                  command: at,
                },
          port: port?.known ? { value: port.value, at: portAt! } : undefined,
          unknown: probe.handler === 'unknown' || path?.known === false || port?.known === false,
        },
      ];
    }),
  );
}

/** Whether this container, rather than one beside it, runs the service. */
export function runsIn(container: ContainerFacts, workload: Workload, service: Service): boolean {
  if (workload.containers.length === 1) return true;
  const names = new Set([...service.names, ...(service.runs?.names ?? []), service.name].map(normalName));
  const isNamed = ({ name, image }: ContainerFacts) =>
    (image?.known && names.has(parseImage(image.value)?.name.replace(/[^a-z0-9]/g, '') ?? '')) ||
    (name.known && names.has(normalName(name.value)));
  if (workload.containers.some(isNamed)) return isNamed(container);
  const own = workload.containers.filter(({ image }) => {
    const parsed = image?.known ? parseImage(image.value) : undefined;
    return !parsed || !isKnownProduct(parsed);
  });
  return own.length === 1 && own[0] === container;
}

function imageCheck(dockerfile: Dockerfile, model: Model): HealthCheck | undefined {
  const service = model.serviceRunning(dockerfile);
  if (!service) return undefined;
  const stages = chain(dockerfile.facts, builtStage(dockerfile.facts));
  const check = stages.find(({ healthcheck }) => healthcheck)?.healthcheck;
  if (!check || check.none || !check.command) return undefined;
  const at = { file: dockerfile.file, range: check.command.argumentsRange };
  const http = askedBy(check.command.words.join(' '), at);
  return { by: 'image', service, role: dockerfile.role, at, http, unknown: false, dockerfile };
}

function composeCheck(compose: ComposeService, model: Model): HealthCheck | undefined {
  const service = model.serviceRunning(compose);
  const test = compose.facts.healthcheck?.test;
  if (!service || !test || compose.facts.healthcheck?.disabled) return undefined;
  const at = place(compose.file, test);
  return {
    by: 'compose',
    service,
    role: compose.role,
    at,
    http: askedBy(test.value, at),
    unknown: false,
    compose,
  };
}

/** Ingress controllers and cloud load balancers ask every service behind them for one path. */
function balancerChecks(model: Model): HealthCheck[] {
  const byName = new Map<string, Workload[]>();
  const behind = new Map<string, Workload[]>();
  for (const workload of model.workloads)
    for (const { name, file } of workload.services) {
      if (name !== undefined) byName.set(name, [...(byName.get(name) ?? []), workload]);
      behind.set(`${file} ${name}`, [...(behind.get(`${file} ${name}`) ?? []), workload]);
    }
  const checks: HealthCheck[] = [];
  const add = (
    file: string,
    path: { value: string; range: Place['range'] },
    workloads: readonly Workload[],
  ) => {
    const at = { file, range: path.range };
    for (const workload of workloads) {
      const service = model.serviceRunning(workload);
      const http = { path: path.value, at, exact: true, command: at };
      if (service)
        checks.push({ by: 'balancer', service, role: model.role(file), at, http, unknown: false, workload });
    }
  };
  for (const { file, facts } of model.ingresses) {
    if (!facts.healthPath?.value.startsWith('/')) continue;
    const names = new Set(facts.backends.map(({ service }) => (service.known ? service.value : undefined)));
    const [name] = names;
    // With several services behind it, some controllers ask only one of them.
    if (names.size === 1 && name !== undefined) add(file, facts.healthPath, byName.get(name) ?? []);
  }
  for (const { file, facts, name } of model.kubernetesServices)
    if (facts.healthPath?.value.startsWith('/'))
      add(file, facts.healthPath, behind.get(`${file} ${name}`) ?? []);
  return checks;
}

const localUrl =
  /(https?:\/\/)?(?:localhost|127\.0\.0\.1|0\.0\.0\.0|\[::1?\]|\$\{?HOSTNAME\}?|\$\(hostname\))(?::(\d{1,5}|\$\{?\w+[^}\s/"']{0,20}\}?))?(\/[\w\-./~%:@+]*)?/;

/**
 * The question that a command asks its own host, when it fails on an answer that is none.
 * @param written where the command's text is
 */
export function askedBy(command: string, at: Place, written = at): HttpQuestion | undefined {
  if (command.length > 4000 || !failsWithoutAnswer(command)) return undefined;
  const found = localUrl.exec(command);
  if (!found) return undefined;
  const [, scheme, port, path = '/'] = found;
  // Without a scheme, a port or a path it may be any word, such as the host of a database client.
  if (scheme === undefined && port === undefined) return undefined;
  const number = port === undefined ? (scheme === 'https://' ? 443 : 80) : Number(port);
  return { path, port: Number.isInteger(number) ? number : undefined, at, exact: false, command: written };
}

/** curl takes 404 for an answer unless it is told otherwise; so does fetch. */
function failsWithoutAnswer(command: string): boolean {
  if (/\bcurl\b/.test(command))
    return /\s(?:-[a-zA-Z]*f[a-zA-Z]*|--fail(?:-with-body)?)(?=\s|$)/.test(command);
  if (/\b(?:node|bun|deno)\b/.test(command)) return /\.ok\b|\bstatus(?:Code)?\b/.test(command);
  return /\b(?:wget|podcli check http|urlopen|raise_for_status|http|httpie)\b/.test(command);
}

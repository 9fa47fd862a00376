/**
 * What the engine believes about a repository, and why: services, what each serves, is asked, emits and is owned by; every
 * join with both of its ends. It judges nothing; that is what rules are for.
 */
import { findRoute } from '../model/routes.ts';
import { healthChecks, type HealthCheck } from '../model/healthChecks.ts';
import { located, place, type Alert, type Model, type Role, type Service } from '../model/model.ts';
import { portsOf } from '../model/ports.ts';
import { ownershipOf } from '../model/serviceOwners.ts';
import type { Evidence, Place } from '../text.ts';
import { groupBy } from '../groups.ts';

export interface ServiceBelief {
  readonly name: string;
  /** Whatever else it is called. */
  readonly names: readonly string[];
  readonly role: Role;
  readonly root?: string;
  readonly language?: string;
  /** The service whose image it runs under another name. */
  readonly runs?: string;
  readonly at: Place;
  /** Why these artifacts were taken as one service. */
  readonly evidence: readonly Evidence[];
  readonly images: readonly { readonly context: string; readonly at: Place }[];
  readonly composeServices: readonly Named[];
  readonly workloads: readonly (Named & { readonly kind: string })[];
  /** undefined: its code is not here, or not read. */
  readonly code?: {
    readonly files: number;
    readonly entryPoints: readonly string[];
    /** False: some route could not be read, so no path is said to be unserved. */
    readonly routesComplete: boolean;
  };
  readonly listens: readonly {
    readonly protocol: 'http' | 'grpc';
    readonly framework: string;
    readonly port?: number;
    /** The environment variable that may set another port. */
    readonly variable?: string;
    readonly at: Place;
  }[];
  readonly routes: readonly {
    readonly method: string;
    readonly path: string;
    readonly framework: string;
    readonly at: Place;
  }[];
  readonly grpcServices: readonly Named[];
  readonly checks: readonly Check[];
  readonly tracing: readonly { readonly vendor: string; readonly by: string; readonly at: Place }[];
  /** Services that it calls, and where their address is given to it. */
  readonly dependsOn: readonly (Named & { readonly variable?: string })[];
  readonly owners?: { readonly names: readonly string[]; readonly at: Place };
  readonly alerts: readonly (Named & { readonly runbook?: Lead })[];
  readonly runbooks: readonly Named[];
  readonly flags: readonly (Named & { readonly defined?: Place })[];
}

export interface Named {
  readonly name: string;
  readonly at: Place;
}

/** Somebody asks the service whether it works. */
export interface Check {
  readonly by: HealthCheck['by'];
  readonly path?: string;
  readonly port?: number | string;
  readonly at: Place;
  /** Whether the code answers that path, where one is asked for. */
  readonly answered?: Lead;
}

/** The other end of a join; `unknown`: it may be there, but that cannot be said for certain. */
export type Lead =
  { readonly found: 'yes'; readonly at: Place } | { readonly found: 'no' } | { readonly found: 'unknown' };

/** The services of a model, in the order in which they were found. */
export function beliefs(model: Model): readonly ServiceBelief[] {
  const checks = groupBy(healthChecks(model), ({ service }) => service);
  const calls = groupBy(model.dependencies, ({ from }) => from);
  const reads = groupBy(model.flags.reads, ({ file }) => model.serviceOf(file));
  return model.services.map((service) => ({
    name: service.name,
    names: service.names.filter((name) => name !== service.name),
    role: service.role,
    ...(service.root !== undefined && { root: service.root }),
    ...(service.language !== undefined && { language: service.language }),
    ...(service.runs && { runs: service.runs.name }),
    at: service.at,
    evidence: service.evidence,
    images: service.dockerfiles.map(({ file, context }) => ({ context, at: { file } })),
    composeServices: service.composeServices.map(({ file, facts }) => named(file, facts.name)),
    workloads: service.workloads.map(({ file, kind, name, object }) => ({
      kind,
      name: name ?? 'named by a template',
      at: { file, range: object.kindRange },
    })),
    ...codeOf(service, model),
    checks: (checks.get(service) ?? []).map((check) => checkOf(check, service)),
    tracing: service.tracing.map(({ vendor, by, at }) => ({ vendor, by, at })),
    dependsOn: (calls.get(service) ?? []).map(({ on, variable, at }) => ({
      name: on.name,
      ...(variable !== undefined && { variable }),
      at,
    })),
    ...ownersOf(service, model),
    alerts: model.alerts
      .filter(({ services }) => services.includes(service))
      .map((alert) => ({ ...named(alert.file, alert.facts.name), ...runbookOf(alert) })),
    runbooks: model.runbooks
      .filter(({ services, index }) => !index && services.includes(service))
      .map(({ title, file }) => ({ name: title, at: { file } })),
    flags: flagsOf(reads.get(service) ?? [], model),
  }));
}

function codeOf(
  service: Service,
  model: Model,
): Pick<ServiceBelief, 'code' | 'listens' | 'routes' | 'grpcServices'> {
  const { code } = service;
  if (!code) return { listens: [], routes: [], grpcServices: [] };
  const { files, entryPoints, routesComplete, listens, routes, grpcServices } = code;
  return {
    code: { files: files.length, entryPoints, routesComplete },
    listens: listens.flatMap((listen) => {
      const { protocol, framework, portVariable } = listen;
      const said = { protocol, framework, ...(portVariable !== undefined && { variable: portVariable }) };
      const ports = portsOf(model, service, listen);
      return ports.length > 0
        ? ports.map(({ value, at }) => ({ ...said, port: value, at }))
        : [{ ...said, at: listen.at }];
    }),
    routes: routes.map(({ method, path, framework, at }) => ({ method, path, framework, at })),
    grpcServices: grpcServices.map(({ value, at }) => ({ name: value, at })),
  };
}

function checkOf({ by, http, port, at }: HealthCheck, { code }: Service): Check {
  const served = http && code && findRoute(code, http.path);
  const asked = port?.value ?? http?.port;
  return {
    by,
    ...(http && { path: http.path }),
    ...(asked !== undefined && { port: asked }),
    at: http?.at ?? at,
    ...(http && {
      answered:
        served?.served === 'yes'
          ? { found: 'yes' as const, at: served.by }
          : { found: served?.served ?? ('unknown' as const) },
    }),
  };
}

function ownersOf(service: Service, model: Model): Pick<ServiceBelief, 'owners'> {
  const owned = ownershipOf(service, model);
  return owned ? { owners: { names: owned.owners, at: owned.at } } : {};
}

function runbookOf({ runbook }: Alert): { readonly runbook?: Lead } {
  if (!runbook) return {};
  if (runbook.leads === 'page') return { runbook: { found: 'yes', at: { file: runbook.page } } };
  return { runbook: { found: runbook.leads === 'nowhere' ? 'no' : 'unknown' } };
}

function flagsOf(reads: Model['flags']['reads'], { flags }: Model): ServiceBelief['flags'] {
  const first = new Map<string, (typeof reads)[number]>();
  for (const read of reads) if (read.key !== undefined && !first.has(read.key)) first.set(read.key, read);
  return [...first].map(([name, read]) => {
    const definition = flags.definitions.find((one) => one.reads.some((other) => other.key === name));
    return {
      name,
      at: { file: read.file, range: read.facts.range },
      ...(definition && { defined: place(definition.file, definition.facts.key) }),
    };
  });
}

function named(file: string, name: Parameters<typeof located<string>>[1]): Named {
  const { value, at } = located(file, name);
  return { name: value, at };
}

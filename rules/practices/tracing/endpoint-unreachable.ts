/** Spans that are sent to a host that is not there, or in words that the other side does not understand. */
import { runsOf, type Run } from '../../model/runs.ts';
import { place, type Located, type Model, type Service } from '../../model/model.ts';
import { nearest } from '../../nearest.ts';
import type { Evidence } from '../../text.ts';
import { defineRule, type Report } from '../rule.ts';
import type { Setup } from './traced.ts';

export default defineRule({
  id: 'tracing/endpoint-unreachable',
  title: 'Traces are sent to a host that nothing deploys, or to a port that speaks another protocol.',
  area: 'tracing',
  section: '§4',
  level: 'warning',
  joins: true,
  fix: 'none',
  messages: {
    host: {
      text: '{service} sends its traces to {host}, and nothing here deploys a service of that name beside it: every span is lost.{hint}',
    },
    port: {
      text: '{service} sends its traces over {protocol} to port {port}, which is for OTLP over {other}: every span is refused.',
    },
  },
  check(model, report) {
    const reported = new Set<string>();
    for (const service of model.services) {
      if (service.role !== 'production') continue;
      const seen = (at: Located<string>['at']): boolean => {
        const key = `${at.file}\0${at.range?.start}`;
        return reported.has(key) || !reported.add(key);
      };
      for (const setup of (service.code?.tracing ?? []) as readonly Setup[]) {
        const { endpoint, protocol } = setup.setup ?? {};
        if (!endpoint || endpoint === 'standard' || !protocol) continue;
        const literal = { value: endpoint.value, at: place(setup.at.file, endpoint) };
        if (!seen(literal.at)) checkPort(service, literal, protocol, setup, report);
      }
      for (const run of runsOf(model, service)) {
        const endpoint = plain(run, 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT', 'OTEL_EXPORTER_OTLP_ENDPOINT');
        if (!endpoint || seen(endpoint.at)) continue;
        if (checkHost(model, service, run, endpoint, report)) continue;
        const spoken = protocolOf(service.runs ?? service, run);
        if (spoken) checkPort(service, endpoint, spoken.protocol, spoken.by, report);
      }
    }
  },
});

type Key = 'host' | 'port';
type Protocol = 'grpc' | 'http';

/** The first of these variables that is set, where its value is plain. */
function plain({ variables }: Run, ...names: readonly string[]): Located<string> | undefined {
  const name = names.find((one) => variables.has(one));
  return (name === undefined ? undefined : variables.get(name)) ?? undefined;
}

interface Address {
  readonly host: string;
  readonly port?: number;
}

function addressOf(text: string): Address | undefined {
  const [, host, port] =
    /^(?:https?:\/\/|grpcs?:\/\/)?([a-z\d][a-z\d.-]*)(?::(\d{1,5}))?(?:\/|$)/i.exec(text.trim()) ?? [];
  return host === undefined ? undefined : { host, ...(port !== undefined && { port: Number(port) }) };
}

/** @returns whether the host is missing */
function checkHost(
  model: Model,
  service: Service,
  run: Run,
  endpoint: Located<string>,
  report: Report<Key>,
): boolean {
  const host = addressOf(endpoint.value)?.host;
  if (host === undefined) return false;
  const found = run.compose
    ? composeHost(model, run, host, endpoint)
    : clusterHost(model, run, host, endpoint);
  if (found === undefined) return false;
  if ('message' in found) {
    report.met(service, found);
    return false;
  }
  const near = nearest(host.split('.')[0]!, found.others);
  report.gap({
    message: 'host',
    data: { service: service.name, host, hint: near === undefined ? '' : ` Did you mean ${near}?` },
    at: endpoint.at,
    service,
    related: [{ at: run.at, message: 'deployed here' }],
  });
  return true;
}

/** What answers to the host, or the names that are there instead; undefined where that cannot be known. */
type Host = Evidence | { readonly others: readonly string[] } | undefined;

function composeHost(model: Model, run: Run, host: string, { at }: Located<string>): Host {
  if (host.includes('.') || host === 'localhost' || at.file !== run.at.file) return undefined;
  const beside = model.composeServices.filter(({ project }) => project === run.compose?.project);
  const found = beside.find(({ facts }) => facts.name.value === host || facts.aliases.includes(host));
  if (found) return { at: place(found.file, found.facts.name), message: `${host} receives its traces.` };
  const others = beside.map(({ facts }) => facts.name.value);
  const isOpen = beside.some(({ facts }) => facts.openNetwork || facts.environmentFiles);
  return isOpen || others.length < 3 ? undefined : { others };
}

/** Objects from which an operator or a package manager makes Services that are not written here. */
const making =
  /Collector|Jaeger|Tempo|Helm|Application|Kustomization|ServiceEntry|Release|Stack|Endpoint|Package/i;

function clusterHost(model: Model, { workload }: Run, host: string, { at }: Located<string>): Host {
  const [name, namespace, kind] = host.split('.');
  const own = workload!.object.namespace;
  if (name === 'localhost' || (kind !== undefined && kind !== 'svc') || /^\d/.test(name!)) return undefined;
  const { services } = model.cluster;
  const found = services.find(({ object }) => object.name.known && object.name.value === name);
  if (found)
    return {
      at: place(found.file, { range: found.object.kindRange }),
      message: `${host} receives its traces.`,
    };
  // Other namespaces belong to other repositories, and so may a collector whose configuration alone is here.
  if ((namespace !== undefined && namespace !== own) || at.file !== workload!.file) return undefined;
  if (model.kubernetesObjects.some(({ facts }) => making.test(facts.kind))) return undefined;
  if (model.collectors.length > 0 || services.some(({ object, template }) => template || !object.name.known))
    return undefined;
  const others = services.flatMap(({ object }) => (object.name.known ? [object.name.value] : []));
  // Of a stack that is deployed as a whole, each service finds its neighbours here.
  return new Set(others).size < 3 ? undefined : { others };
}

/**
 * What the service speaks over a standard endpoint. A module that is one protocol's speaks that one; elsewhere the
 * environment decides, then the default: HTTP for Node.js and its agent, gRPC for opentelemetry-instrument.
 */
function protocolOf(
  service: Service,
  run: Run,
): { protocol: Protocol; by: Pick<Evidence, 'at'> } | undefined {
  const setups = service.tracing.filter((one): one is Setup => one.setup?.endpoint === 'standard');
  const fixed = setups.filter(({ setup }) => setup.protocol);
  const [first] = fixed;
  if (
    first &&
    fixed.length === setups.length &&
    fixed.every(({ setup }) => setup.protocol === first.setup.protocol)
  )
    return { protocol: first.setup.protocol!, by: first };
  if (fixed.length > 0) return undefined;
  const names = ['OTEL_EXPORTER_OTLP_TRACES_PROTOCOL', 'OTEL_EXPORTER_OTLP_PROTOCOL'];
  const isSet = names.some((name) => run.variables.has(name));
  const set = plain(run, ...names);
  const spoken = /^(grpc|http)/.exec(set?.value ?? '')?.[1] as Protocol | undefined;
  if (set && spoken && service.tracing.every(({ vendor }) => vendor === 'opentelemetry'))
    return setups.length + service.tracing.filter(({ by }) => by !== 'code').length > 0
      ? { protocol: spoken, by: set }
      : undefined;
  if (isSet || !run.complete) return undefined;
  const [asking] = setups;
  if (asking) return { protocol: 'http', by: asking };
  const agents = service.tracing.filter(({ by, vendor }) => by !== 'code' && vendor === 'opentelemetry');
  const [agent] = agents;
  if (!agent || agents.length !== service.tracing.length) return undefined;
  if (agent.by === 'preload') return { protocol: 'http', by: agent };
  return agent.by === 'agent' && service.language === 'python' ? { protocol: 'grpc', by: agent } : undefined;
}

/** Ports of OTLP: 4317 for gRPC, 4318 for HTTP (https://opentelemetry.io/docs/specs/otlp/). */
const ports: Readonly<Record<number, Protocol>> = { 4317: 'grpc', 4318: 'http' };
const words: Readonly<Record<Protocol, string>> = { grpc: 'gRPC', http: 'HTTP' };

function checkPort(
  service: Service,
  endpoint: Located<string>,
  protocol: Protocol,
  by: Pick<Evidence, 'at'>,
  report: Report<Key>,
): void {
  const port = addressOf(endpoint.value)?.port;
  const other = port === undefined ? undefined : ports[port];
  if (other === undefined) return;
  if (other === protocol)
    return report.met(service, {
      at: endpoint.at,
      message: `Port ${port} is for OTLP over ${words[other]}.`,
    });
  report.gap({
    message: 'port',
    data: { service: service.name, protocol: words[protocol], port: port!, other: words[other] },
    at: endpoint.at,
    service,
    related: [{ at: by.at, message: `it speaks ${words[protocol]} by this` }],
  });
}

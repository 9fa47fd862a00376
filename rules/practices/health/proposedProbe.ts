/** The probe that a container most likely wants, from what its code, its ports and its other probes say. */
import type { ContainerFacts, ProbeFacts } from '../../artifacts/kubernetes/facts.ts';
import type { Service, Workload } from '../../model/model.ts';
import type { YamlValue } from '../edits/yaml.ts';

export interface ProposedProbe {
  /** What it does, after "Add a readinessProbe". */
  readonly title: string;
  readonly probe: YamlValue;
}

type Kind = 'readiness' | 'liveness';
type Port = number | string;

/** Paths by which health routes go, the more particular ones first. */
const paths: Readonly<Record<Kind, RegExp[]>> = {
  readiness: [
    /\/_?ready(?:z|ness)?$/i,
    /\/_?health(?:z|check)?$/i,
    /\/_?(?:live(?:z|ness)?|ping|status|up)$/i,
  ],
  liveness: [/\/_?live(?:z|ness)?$/i, /\/_?health(?:z|check)?$/i, /\/_?(?:ping|status|up)$/i],
};

/** @returns undefined where not even a port is known */
export function proposeProbe(
  kind: Kind,
  container: ContainerFacts,
  workload: Workload,
  service: Service | undefined,
): ProposedProbe | undefined {
  const other = container[kind === 'readiness' ? 'liveness' : 'readiness'];
  return (
    fromCode(kind, container, service) ??
    likeOther(kind, other) ??
    connecting(kind, container, workload, service)
  );
}

/** The route or health service that the code has. */
function fromCode(
  kind: Kind,
  container: ContainerFacts,
  service: Service | undefined,
): ProposedProbe | undefined {
  const code = service?.code;
  if (!code) return undefined;
  const listens = (protocol: 'http' | 'grpc') => code.listens.find((listen) => listen.protocol === protocol);
  const grpc = listens('grpc');
  if (grpc && code.grpcServices.some(({ value }) => value === 'grpc.health.v1.Health')) {
    const port = portOf(container, grpc.port?.value);
    if (typeof port === 'number') return onGrpc(kind, port);
  }
  const http = listens('http');
  const port = http && portOf(container, http.port?.value);
  const served = code.routes
    .filter(({ method }) => method === 'GET' || method === 'ALL')
    .map(({ path }) => path);
  for (const pattern of paths[kind]) {
    const path = served.find((route) => pattern.test(route) && !/[:*{]/.test(route));
    if (path !== undefined && port !== undefined) return onHttp(kind, path, port);
  }
  return undefined;
}

/** What the other probe asks is known to be answered. */
function likeOther(kind: Kind, other: ProbeFacts | undefined): ProposedProbe | undefined {
  if (!other?.port?.known) return undefined;
  const port = other.port.value;
  if (other.handler === 'http' && other.path?.known) return onHttp(kind, other.path.value, port);
  if (other.handler === 'grpc' && typeof port === 'number') return onGrpc(kind, port);
  return other.handler === 'tcp' ? onTcp(kind, port) : undefined;
}

/** A connection to the port, which says that the process listens and no more. */
function connecting(
  kind: Kind,
  container: ContainerFacts,
  workload: Workload,
  service: Service | undefined,
): ProposedProbe | undefined {
  const targets = workload.services.flatMap(({ facts }) =>
    facts.ports.map(({ port, targetPort = port }) => targetPort),
  );
  const sent = targets.flatMap((port) => (port.known && port.file === undefined ? [port.value] : []));
  const declared = container.ports.flatMap(({ port, name }) => [port.known ? port.value : undefined, name]);
  const receives = sent.find((port) => declared.includes(port));
  const only = workload.containers.length === 1 ? sent[0] : undefined;
  const port = receives ?? portOf(container, service?.code?.listens[0]?.port?.value) ?? only;
  return port === undefined ? undefined : onTcp(kind, port);
}

/** The port that the code listens on, unless the container declares others; a declared one by number, else by name. */
function portOf({ ports }: ContainerFacts, listened: number | undefined): Port | undefined {
  const declared = ports.map(({ port, name }) => (port.known && port.file === undefined ? port.value : name));
  if (listened !== undefined && (declared.length === 0 || declared.includes(listened))) return listened;
  return declared.find((port) => port !== undefined);
}

/** A liveness probe gives up later than a readiness probe: traffic is taken away before the container is restarted. */
function withThreshold(kind: Kind, handler: { readonly [key: string]: YamlValue }): YamlValue {
  return kind === 'liveness' ? { ...handler, failureThreshold: 6 } : handler;
}

function onHttp(kind: Kind, path: string, port: Port): ProposedProbe {
  return { title: `for ${path} on port ${port}`, probe: withThreshold(kind, { httpGet: { path, port } }) };
}

function onGrpc(kind: Kind, port: number): ProposedProbe {
  return { title: `for gRPC on port ${port}`, probe: withThreshold(kind, { grpc: { port } }) };
}

function onTcp(kind: Kind, port: Port): ProposedProbe {
  return { title: `that connects to port ${port}`, probe: withThreshold(kind, { tcpSocket: { port } }) };
}

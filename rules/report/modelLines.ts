/** What is believed of a service, line by line: the same words at a terminal and in the editor. */
import type { Place } from '../text.ts';
import type { Check, Lead, ServiceBelief } from './model.ts';

export type LineKind =
  | 'because'
  | 'built'
  | 'runs'
  | 'listens'
  | 'serves'
  | 'asked'
  | 'traced'
  | 'calls'
  | 'owned'
  | 'alerts'
  | 'runbooks'
  | 'flags';

export interface Line {
  readonly text: string;
  readonly at: Place;
  readonly lead?: Lead;
  /** Words for the other end, before its place. */
  readonly then?: string;
}

/** Every kind of line, in the order of showing; a kind may be empty. */
export function linesOf(belief: ServiceBelief): Readonly<Record<LineKind, readonly Line[]>> {
  const { evidence, images, composeServices, workloads, listens, routes, grpcServices } = belief;
  const { checks, tracing, dependsOn, owners, alerts, runbooks, flags } = belief;
  return {
    because: evidence.map(({ at, message }) => ({ text: message, at })),
    built: images.map(({ context, at }) => ({ text: `from ${context === '' ? '.' : context}`, at })),
    runs: [
      ...workloads.map(({ kind, name, at }) => ({ text: `${kind} ${name}`, at })),
      ...composeServices.map(({ name, at }) => ({ text: `compose service ${name}`, at })),
    ],
    listens: listens.map(({ protocol, framework, port, variable, at }) => {
      const ports = [port, variable].filter((one) => one !== undefined).join(', or ');
      return { text: `${protocol}${ports && ` on ${ports}`} (${framework})`, at };
    }),
    serves: [
      ...routes.map(({ method, path, at }) => ({ text: `${method} ${path}`, at })),
      ...grpcServices.map(({ name, at }) => ({ text: `gRPC ${name}`, at })),
    ],
    asked: checks.map((check) => ({
      text: checkInWords(check),
      at: check.at,
      ...(check.answered && { lead: check.answered, then: 'served' }),
    })),
    traced: tracing.map(({ vendor, by, at }) => ({ text: `${vendor}, by ${by}`, at })),
    calls: dependsOn.map(({ name, variable, at }) => ({
      text: variable === undefined ? name : `${name}, by ${variable}`,
      at,
    })),
    owned: owners ? [{ text: owners.names.join(' '), at: owners.at }] : [],
    alerts: alerts.map(({ name, at, runbook }) => ({
      text: name,
      at,
      ...(runbook && { lead: runbook, then: 'explained' }),
    })),
    runbooks: runbooks.map(({ name, at }) => ({ text: name, at })),
    flags: flags.map(({ name, at, defined }) => ({
      text: name,
      at,
      ...(defined && { lead: { found: 'yes' as const, at: defined }, then: 'defined' }),
    })),
  };
}

/** What asks a service whether it works, in words. */
export const askers: Readonly<Record<Check['by'], string>> = {
  startup: 'startup probe',
  readiness: 'readiness probe',
  liveness: 'liveness probe',
  image: 'HEALTHCHECK',
  compose: 'compose health check',
  balancer: 'load balancer',
};

function checkInWords({ by, path, port }: Check): string {
  const what = path ?? (port === undefined ? 'by command' : '');
  return [askers[by], what, port === undefined ? '' : `on ${port}`].filter((word) => word !== '').join(' ');
}

/** What is worth saying beside the name of a service that is no usual one. */
export function roleInWords({ role, code, runs }: ServiceBelief): string | undefined {
  if (role !== 'production') return role;
  if (runs !== undefined) return `runs the image of ${runs}`;
  return code ? undefined : 'its code is not here, or not read';
}

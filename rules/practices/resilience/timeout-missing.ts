/** A call without a time limit waits as long as the other side hangs, and takes the caller down with it. */
import type { Model, Service } from '../../model/model.ts';
import { addArgument, addProperty, nodeAt, parseCode } from '../edits/typescript.ts';
import { defineRule, type Change, type FixContext, type LazyFix } from '../rule.ts';

export default defineRule({
  id: 'resilience/timeout-missing',
  title: 'An outgoing call has no time limit.',
  area: 'resilience',
  section: '§4',
  level: 'warning',
  joins: false,
  fix: 'suggested',
  messages: {
    missing: {
      text: '{callee} has no timeout: when the other side hangs, this waits with it, and so does everybody who waits for {service}.',
    },
  },
  check(model, report) {
    for (const service of model.services) {
      for (const call of callsOf(model, service)) {
        if (call.timeout === 'set')
          report.met(service, { at: call.at, message: `${call.callee} has a timeout.` });
        if (call.timeout !== 'missing') continue;
        report.gap({
          message: 'missing',
          data: { service: service.name, callee: call.callee },
          at: call.at,
          service,
          fixes: fixes(call),
        });
      }
    }
  },
});

type Call = NonNullable<Service['code']>['calls'][number];

/** Calls that no default of their client covers. */
function callsOf(model: Model, service: Service): readonly Call[] {
  if (!service.code || service.runs || service.role !== 'production') return [];
  const calls = service.code.calls.filter(({ at }) => model.role(at.file) === 'production');
  const covered = new Set(calls.filter((call) => call.coversClient).map(({ client }) => client));
  return calls.filter((call) => call.timeout === 'set' || !covered.has(call.client));
}

/** Seconds that a fix gives a call: longer than a healthy answer takes, shorter than a user waits. */
const seconds = 10;

/** The option that limits a call, by client, and the argument that holds options. */
const options: Readonly<
  Record<string, { readonly property: string; readonly argument: (method: string) => number }>
> = {
  fetch: { property: `signal: AbortSignal.timeout(${seconds}_000)`, argument: () => 1 },
  'node-fetch': { property: `signal: AbortSignal.timeout(${seconds}_000)`, argument: () => 1 },
  undici: { property: `signal: AbortSignal.timeout(${seconds}_000)`, argument: () => 1 },
  axios: {
    property: `timeout: ${seconds}_000`,
    argument: (method) =>
      /^(?:post|put|patch|postForm|putForm|patchForm)$/.test(method)
        ? 2
        : method === 'axios' || method === 'request' || method === 'create'
          ? 0
          : 1,
  },
  got: { property: `timeout: { request: ${seconds}_000 }`, argument: () => 1 },
};

function fixes(call: Call): LazyFix[] {
  if (!call.at.range || !Object.hasOwn(options, call.client)) return [];
  const title = `Give ${call.callee} a timeout of ${seconds} seconds`;
  return [{ title, safety: 'suggested', changes: (context) => limit(context, call) }];
}

async function limit({ read }: FixContext, { at, client, callee }: Call): Promise<readonly Change[]> {
  const code = await parseCode(read(at.file));
  const { ts } = code;
  const call = nodeAt(code, { start: at.range!.start, end: at.range!.start + 1 }, ts.isCallExpression);
  if (!call) return [];
  const { property, argument } = options[client]!;
  const index = argument(callee.slice(callee.lastIndexOf('.') + 1));
  const given = call.arguments[index];
  if (given && ts.isObjectLiteralExpression(given)) return [addProperty(code, given, property)];
  if (given || call.arguments.length !== index) return [];
  return [addArgument(code, call, `{ ${property} }`)];
}

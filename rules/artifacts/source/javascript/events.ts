/**
 * Events of product analytics, where JavaScript sends them: on clients that come from the SDKs of PostHog, Segment,
 * RudderStack, Amplitude, Mixpanel and OpenTelemetry, or are called after them. It must never know a tracking plan.
 */
import type { EventFact } from '../facts.ts';
import type { Syntax } from '../syntax.ts';
import type { Code } from './code.ts';
import { stringConstant } from './constants.ts';
import {
  argumentsOf,
  calledName,
  calleeOf,
  functionName,
  functionTypes,
  propertyOf,
  receiverOf,
  unwrap,
} from './expressions.ts';

interface Tool {
  readonly tool: string;
  /** Modules its client comes from. */
  readonly module: RegExp;
  /** What a client that is made elsewhere is called. */
  readonly client: RegExp;
  readonly method: RegExp;
  /** The key that names the event, where it is sent as an object. */
  readonly key: string;
}

const tools: readonly Tool[] = [
  {
    tool: 'posthog',
    module: /^#?(?:posthog-|@posthog\/)/,
    client: /(?:^|\W)post_?hog(?:client)?\W*$/i,
    method: /^capture$/,
    key: 'event',
  },
  {
    tool: 'segment',
    module: /^#?(?:@segment\/|analytics-node)/,
    client: /(?:^|\W)(?:analytics|segment(?:client)?)\W*$/i,
    method: /^track$/,
    key: 'event',
  },
  {
    tool: 'rudderstack',
    module: /^#?(?:@rudderstack\/|rudder-sdk-)/,
    client: /(?:^|\W)rudder(?:analytics|stack|client)?\W*$/i,
    method: /^track$/,
    key: 'event',
  },
  {
    tool: 'amplitude',
    module: /^#?(?:@amplitude\/|amplitude-js)/,
    client: /(?:^|\W)amplitude(?:client)?\W*$/i,
    method: /^(?:track|logEvent)$/,
    key: 'event_type',
  },
  {
    tool: 'mixpanel',
    module: /^#?mixpanel/,
    client: /(?:^|\W)mixpanel(?:client)?\W*$/i,
    method: /^track$/,
    key: 'event',
  },
  {
    tool: 'opentelemetry',
    module: /^#?@opentelemetry\/api-(?:logs|events)/,
    client: /(?!)/,
    method: /^emit$/,
    key: 'eventName',
  },
];

/** Names under which teams hand an event on to one of the tools. */
export const wrapperName =
  /^(?:track|capture)(?!Exception|Error|Message|By)\w*$|^(?:log|record|send)\w*Event$/;

/** The event that a call sends; what may be one, if its function hands the name on, has the tool `function`. */
export function eventOf(call: Syntax, code: Code): EventFact | undefined {
  const name = calledName(call);
  const [first, second] = argumentsOf(call);
  if (name === undefined || !first) return undefined;
  if (name === 'gtag' && stringConstant(code, first)?.value === 'event' && second)
    return sent(call, 'google-analytics', second, code);
  const origin = code.origin(calleeOf(call)) ?? '';
  const isOurs = /^[.@~#:]|^$/.test(origin) && !tools.some(({ module }) => module.test(origin));
  const receiver = isOurs ? (receiverOf(call)?.text ?? '') : '';
  const found = tools.find(
    ({ module, client, method }) =>
      method.test(name) && (module.test(origin) || (receiver !== '' && client.test(receiver))),
  );
  if (found) {
    const object = unwrap(first).type === 'object' ? unwrap(first) : undefined;
    const key = object ? propertyOf(object, found.key) : first;
    // A log record without a name is no event.
    if (!key && found.tool === 'opentelemetry') return undefined;
    return sent(call, found.tool, key, code);
  }
  if (!isOurs || !wrapperName.test(name)) return undefined;
  const written = stringConstant(code, first);
  return {
    ...(written && { name: { value: written.value, range: written.range } }),
    tool: 'function',
    callee: name,
    range: call.range,
  };
}

function sent(call: Syntax, tool: string, key: Syntax | undefined, code: Code): EventFact {
  const written = stringConstant(code, key);
  if (written && key) {
    // A constant may be declared far away: what is sent here is named here.
    const range = unwrap(key).type === 'string' ? written.range : key.range;
    return { name: { value: written.value, range }, tool, range: call.range };
  }
  const forwardedBy = key && functionGiven(key, code);
  return { tool, ...(forwardedBy !== undefined && { forwardedBy }), range: call.range };
}

/** The name of the function around whose parameter this is. */
function functionGiven(key: Syntax, code: Code): string | undefined {
  const bare = unwrap(key);
  const root = bare.type === 'member_expression' ? bare.children[0]! : bare;
  if (!/identifier$/.test(root.type)) return undefined;
  const declared = code.declaration(root.text, root);
  if (declared?.kind !== 'parameter') return undefined;
  const around = functionTypes.has(declared.function.type) ? declared.function : undefined;
  return around && functionName(around)?.replace(/^.*\./, '');
}

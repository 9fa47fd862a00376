/** Events of product analytics, where Python sends them. It must never know a tracking plan. */
import type { EventFact } from '../facts.ts';
import type { Syntax } from '../syntax.ts';
import { argumentsOf, calledName, keyword, receiverOf, type Code } from './code.ts';

/** Each by what its module or client is called; all take the user first, and the event after it. */
const tools: readonly { tool: string; origin: RegExp; client: RegExp; method: string }[] = [
  { tool: 'posthog', origin: /^posthog\b/, client: /(?:^|\.)posthog(?:_client)?$/i, method: 'capture' },
  {
    tool: 'segment',
    origin: /^(?:segment\.analytics|analytics)\b/,
    client: /(?:^|\.)(?:segment|analytics)(?:_client)?$/i,
    method: 'track',
  },
  { tool: 'rudderstack', origin: /^rudder(?:stack|_analytics)/, client: /(?!)/, method: 'track' },
  { tool: 'mixpanel', origin: /^mixpanel\b/, client: /(?:^|\.)(?:mixpanel|mp)$/i, method: 'track' },
  { tool: 'amplitude', origin: /^amplitude\b/, client: /(?:^|\.)amplitude(?:_client)?$/i, method: 'track' },
];

export function eventOf(call: Syntax, code: Code): EventFact | undefined {
  const name = calledName(call);
  if (name !== 'capture' && name !== 'track') return undefined;
  const origin = code.origin(call) ?? '';
  const receiver = receiverOf(call)?.text ?? '';
  const found = tools.find(
    (one) =>
      one.method === name && (one.origin.test(origin) || (receiver !== '' && one.client.test(receiver))),
  );
  if (!found) return undefined;
  const text = code.string(eventArgument(call, found.tool));
  return { ...(text && { name: text }), tool: found.tool, range: call.range };
}

function eventArgument(call: Syntax, tool: string): Syntax | undefined {
  const args = argumentsOf(call);
  const event = keyword(call, 'event') ?? keyword(call, 'event_name');
  if (event) return event;
  // `client.track(BaseEvent(event_type='Order Completed', user_id=user))`
  if (tool === 'amplitude') return args[0]?.type === 'call' ? keyword(args[0], 'event_type') : undefined;
  // PostHog's SDK takes the event first from version 6 on, and names the user.
  return keyword(call, 'distinct_id') || args.length === 1 ? args[0] : args[1];
}

/** Calls over the network, and whether each has a time limit. It must never know what is called. */
import type { OutgoingCallFact } from '../facts.ts';
import type { Syntax } from '../syntax.ts';
import { chainOf, functionAround, functionOf, outermost, type Code } from './code.ts';

/**
 * reqwest has no total time limit unless it is given one
 * (https://docs.rs/reqwest/latest/reqwest/struct.ClientBuilder.html#method.timeout: "Default is no timeout").
 */
export function outgoingCallOf(call: Syntax, code: Code): OutgoingCallFact | undefined {
  const callee = functionOf(call);
  const origin = code.origin(callee);
  // The blocking client gives up after 30 seconds.
  if (
    !/^reqwest::(?:get|(?:Client|ClientBuilder)::(?:new|builder|default))$/.test(origin) ||
    !functionAround(call)
  )
    return undefined;
  const fact = { client: 'reqwest', callee: callee!.text, range: call.range };
  if (origin === 'reqwest::get') return { ...fact, timeout: 'missing' };
  const { links } = chainOf(outermost(call));
  if (links.some(({ name }) => /^(?:timeout|read_timeout)$/.test(name))) return { ...fact, timeout: 'set' };
  // Each request may bring a limit of its own, and a builder that is kept may be given one later.
  const elsewhere = /\btimeout\b/i.test(code.root.text);
  const built = /::new$|::default$/.test(origin)
    ? !origin.includes('Builder')
    : links.some(({ name }) => name === 'build');
  return { ...fact, timeout: elsewhere || !built ? 'unknown' : 'missing' };
}

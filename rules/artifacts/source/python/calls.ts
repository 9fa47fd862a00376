/** Calls over the network, and whether each has a time limit. It must never know what is called. */
import type { OutgoingCallFact } from '../facts.ts';
import type { Syntax } from '../syntax.ts';
import { argumentsOf, functionAround, hasSplat, keyword, receiverOf, type Code } from './code.ts';

/**
 * requests waits for ever (https://requests.readthedocs.io/en/latest/user/advanced/#timeouts), urllib as well; httpx
 * gives up after five seconds and aiohttp after five minutes unless told otherwise.
 */
const requests = /^requests(?:\.[sS]ession\(\))?\.(?:get|options|head|post|put|patch|delete|request)\(\)$/;
const httpx = /^httpx\.(?:get|options|head|post|put|patch|delete|request|stream|Client|AsyncClient)\(\)$/;

export function outgoingCallOf(call: Syntax, code: Code): OutgoingCallFact | undefined {
  const origin = code.origin(call) ?? '';
  const client = requests.test(origin)
    ? 'requests'
    : httpx.test(origin)
      ? 'httpx'
      : origin === 'urllib.request.urlopen()'
        ? 'urllib'
        : undefined;
  // What runs while a module is loaded belongs to a script.
  if (client === undefined || !functionAround(call)) return undefined;
  const callee = call.field('function')?.text ?? client;
  return {
    client,
    range: call.range,
    callee: callee.length > 60 ? client : callee,
    timeout: timeoutOf(call, client, code),
  };
}

function timeoutOf(call: Syntax, client: string, code: Code): OutgoingCallFact['timeout'] {
  const given = keyword(call, 'timeout') ?? (client === 'urllib' ? argumentsOf(call)[2] : undefined);
  if (given) return given.type === 'none' ? 'missing' : 'set';
  if (client === 'httpx') return hasSplat(call) ? 'unknown' : 'set';
  const session = client === 'requests' ? receiverOf(call)?.text : undefined;
  // An adapter may bring a limit of its own, a session one that was set on it.
  const adapted =
    session !== undefined &&
    session !== 'requests' &&
    /\.(?:mount|request|send)\b\s*[(=]/.test(code.root.text);
  return hasSplat(call) || adapted ? 'unknown' : 'missing';
}

/** `socket.setdefaulttimeout(5)` */
export function defaultTimeoutOf(call: Syntax, code: Code): OutgoingCallFact | undefined {
  if (code.origin(call) !== 'socket.setdefaulttimeout()') return undefined;
  const callee = 'socket.setdefaulttimeout';
  return { client: 'urllib', range: call.range, callee, timeout: 'set', coversClient: true };
}

/** Calls over the network that one request makes at once, as many as it asks for. It must never know what is called. */
import type { FanOutFact } from '../facts.ts';
import { visitAll, type Syntax } from '../syntax.ts';
import { outgoingCallOf } from './calls.ts';
import type { Code } from './code.ts';
import {
  argumentsOf,
  bodyOf,
  calledName,
  calleeOf,
  functionTypes,
  receiverOf,
  unwrap,
} from './expressions.ts';

/** What a client sends: `req.body`, `ctx.request.body`, `request.query.ids`. */
const sent = /^(?:req|request|_req|ctx\.request|ctx|context|c\.req|event)\.(?:body|query|queries|params)\b/;

/** Steps that change no number: `.split(',')`, `.filter(Boolean)`. */
const passing = /^(?:split|filter|flat|flatMap|map|concat|values|keys|entries|trim|toString|replace)$/;
const bounding =
  /\.(?:slice|splice|limit|take|max)\(|\.length\s*(?:>|>=|<=)|\b(?:limit|max|chunk|batch|pLimit|Joi|z\.)\w*/i;

/** `Promise.all(req.body.ids.map((id) => fetch(…)))` */
export function fanOutOf(call: Syntax, code: Code): FanOutFact | undefined {
  const callee = calleeOf(call).text;
  if (!/^Promise\.(?:all|allSettled)$/.test(callee)) return undefined;
  const given = code.definition(argumentsOf(call)[0]);
  if (given?.type !== 'call_expression' || calledName(given) !== 'map') return undefined;
  const fn = code.definition(argumentsOf(given)[0]);
  if (!fn || !functionTypes.has(fn.type) || !asks(fn, code)) return undefined;
  const input = inputOf(receiverOf(given), code);
  if (input === undefined) return undefined;
  const around = call.closest(functionTypes);
  return around && !bounding.test(around.text) ? { what: callee, input, range: call.range } : undefined;
}

/** It makes a call itself, and hands it to nobody who may hold it back. */
function asks(fn: Syntax, code: Code): boolean {
  let found = false;
  const body = bodyOf(fn);
  if (!body) return false;
  visitAll(body, (node) => {
    if (found || functionTypes.has(node.type)) return false;
    if (node.type === 'call_expression' && outgoingCallOf(node, code)) found = true;
    return !found;
  });
  return found;
}

/** What of a request an expression is, as it is written; undefined for everything else. */
function inputOf(node: Syntax | undefined, code: Code, steps = 0): string | undefined {
  if (!node || steps > 8) return undefined;
  const bare = unwrap(node);
  if (bare.type === 'call_expression') {
    if (calleeOf(bare).text === 'String') return inputOf(argumentsOf(bare)[0], code, steps + 1);
    return passing.test(calledName(bare) ?? '') ? inputOf(receiverOf(bare), code, steps + 1) : undefined;
  }
  if (bare.type === 'member_expression')
    return sent.test(bare.text) && bare.text.length < 60 ? bare.text : undefined;
  if (bare.type === 'binary_expression') return inputOf(bare.children[0], code, steps + 1);
  if (bare.type !== 'identifier') return undefined;
  const found = code.declaration(bare.text, bare);
  if (found?.kind !== 'variable') return undefined;
  const value = inputOf(found.value, code, steps + 1);
  return value === undefined ? undefined : [value, ...found.path].join('.');
}

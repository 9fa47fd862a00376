/** Handlers of uncaught errors that let the process go on. */
import type { SwallowedErrorFact } from '../facts.ts';
import { visitAll, type Syntax } from '../syntax.ts';
import type { Code } from './code.ts';
import {
  argumentsOf,
  calledName,
  calleeOf,
  functionTypes,
  receiverOf,
  stringContent,
} from './expressions.ts';

/** What only tells of the error. */
const telling = /^(?:console|logger|log|winston|pino|\w*[lL]og(?:ger)?|(?:this\.)?\w*[lL]ogger)\.\w+$/;
/** Parts of what is told. */
const harmless =
  /^(?:String|JSON\.stringify|util\.(?:inspect|format)|Error|Date|Date\.now|\w+\.(?:toString|toISOString))$/;

/**
 * `process.on('uncaughtException', …)` with a handler that tells of the error and does nothing else: after it, the
 * process is in an undefined state (https://nodejs.org/api/process.html#warning-using-uncaughtexception-correctly).
 */
export function swallowedOf(call: Syntax, code: Code): SwallowedErrorFact | undefined {
  if (!/^(?:on|addListener|prependListener)$/.test(calledName(call) ?? '')) return undefined;
  const receiver = receiverOf(call);
  if (!receiver || !/^:process$|^process$/.test(code.origin(receiver) ?? '')) return undefined;
  const [event, handler] = argumentsOf(call);
  if (event?.type !== 'string' || stringContent(event) !== 'uncaughtException' || !handler) return undefined;
  const fn = code.definition(handler);
  if (!fn || !functionTypes.has(fn.type)) return undefined;
  return onlyTells(fn) ? { what: 'uncaughtException', range: call.range } : undefined;
}

function onlyTells(fn: Syntax): boolean {
  let only = true;
  visitAll(fn, (node) => {
    if (/^(?:throw_statement|assignment_expression|await_expression)$/.test(node.type)) only = false;
    if (node.type !== 'call_expression' && node.type !== 'new_expression') return only;
    const { text } = calleeOf(node);
    if (!telling.test(text) && !harmless.test(text)) only = false;
    return only;
  });
  return only;
}

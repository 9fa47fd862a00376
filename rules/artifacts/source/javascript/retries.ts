/** What JavaScript tries again without a limit or without a pause. It must never know what is tried. */
import type { RetryFact } from '../facts.ts';
import { visitAll, type Syntax } from '../syntax.ts';
import { outgoingCallOf } from './calls.ts';
import type { Code } from './code.ts';
import { argumentsOf, calleeOf, functionTypes, hasSpread, propertyOf } from './expressions.ts';

/** Libraries that try for ever when told so: async-retry, p-retry and retry by `forever`, all by infinitely many retries. */
const libraries = /^(?:async-retry|p-retry|retry\.operation|axios-retry)\(\)$/;

export function retryOf(call: Syntax, code: Code): RetryFact | undefined {
  const origin = code.origin(call) ?? '';
  if (!libraries.test(origin)) return undefined;
  const what = calleeOf(call).text;
  const { range } = call;
  const args = argumentsOf(call);
  const given = origin === 'retry.operation()' ? args[0] : args[1];
  const options = given && code.definition(given);
  if (given && options?.type !== 'object') return undefined;
  if (options && hasSpread(options)) return undefined;
  const value = (name: string): string | undefined => options && propertyOf(options, name)?.text;
  if (value('forever') === 'true' || value('retries') === 'Infinity') return { kind: 'forever', what, range };
  // Without `retryDelay` it makes no pause: https://github.com/softonic/axios-retry#options
  const isImmediate =
    origin === 'axios-retry()' && value('retryDelay') === undefined && !/^[01]$/.test(value('retries') ?? '');
  return isImmediate ? { kind: 'immediate', what, range } : undefined;
}

/** Words by which a loop counts, waits or ends. */
const bounded =
  /setTimeout|sleep|delay|wait\w*\(|timeout|backoff|back_off|pause|attempt|retr(?:y|ies)|tries|count|max|\+\+|--|[-+]=|process\.exit|signal|abort|throw\b/i;

/** `while (true) { try { await fetch(…); break } catch {} }`: while the other side is down, it asks without end. */
export function retryOfLoop(loop: Syntax, code: Code): RetryFact | undefined {
  const { text } = loop;
  if (!/^(?:while\s*\(\s*true\s*\)|for\s*\(\s*;\s*;\s*\))/.test(text) || bounded.test(text)) return undefined;
  let isAsked = false;
  visitAll(loop, (node) => {
    if (isAsked || functionTypes.has(node.type)) return false;
    if (node.type !== 'try_statement') return undefined;
    const [body] = node.children;
    const caught = node.child('catch_clause');
    if (!body || !caught || /\b(?:return|break)\b/.test(caught.text)) return undefined;
    visitAll(body, (inner) => {
      if (functionTypes.has(inner.type)) return false;
      if (inner.type === 'call_expression' && outgoingCallOf(inner, code)) isAsked = true;
      return !isAsked;
    });
    return undefined;
  });
  const end = text.indexOf(')') + 1;
  return isAsked
    ? { kind: 'forever', what: 'this loop', range: { start: loop.start, end: loop.start + end } }
    : undefined;
}

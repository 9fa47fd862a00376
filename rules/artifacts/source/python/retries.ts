/** What Python tries again without a limit or without a pause. It must never know what is tried. */
import type { RetryFact } from '../facts.ts';
import { visitAll, type Syntax } from '../syntax.ts';
import { outgoingCallOf } from './calls.ts';
import { argumentsOf, hasSplat, keyword, type Code } from './code.ts';

/**
 * tenacity tries for ever and at once unless told otherwise (https://tenacity.readthedocs.io/en/latest/#basic-retry), as
 * retrying does; backoff waits, but for ever (https://github.com/litl/backoff#backoffon_exception); urllib3 makes no
 * pause without `backoff_factor` (https://urllib3.readthedocs.io/en/stable/reference/urllib3.util.html).
 */
export function retryOf(call: Syntax, code: Code): RetryFact | undefined {
  const origin = code.origin(call) ?? '';
  if (!/retry|backoff/i.test(origin) || hasSplat(call)) return undefined;
  const what = `${call.parent?.type === 'decorator' ? '@' : ''}${call.field('function')!.text}`;
  const fact = { what, range: call.range };
  const has = (...names: readonly string[]): boolean =>
    names.some((name) => keyword(call, name) !== undefined);
  if (/^tenacity\.(?:retry|Retrying|AsyncRetrying)\(\)$/.test(origin)) {
    if (argumentsOf(call).length > 0) return undefined;
    if (!has('stop')) return { ...fact, kind: 'forever' };
    // What is told which errors to try again on may mean errors of its own making.
    return has('wait', 'retry') ? undefined : { ...fact, kind: 'immediate' };
  }
  if (origin === 'retrying.retry()') {
    const ends = has('stop_max_attempt_number', 'stop_max_delay', 'stop', 'stop_func');
    return ends ? undefined : { ...fact, kind: 'forever' };
  }
  if (origin === 'backoff.on_exception()')
    return has('max_tries', 'max_time') ? undefined : { ...fact, kind: 'forever' };
  if (!/^(?:requests\.packages\.)?urllib3\.(?:util\.)?(?:retry\.)?Retry\(\)$/.test(origin)) return undefined;
  const total = keyword(call, 'total') ?? argumentsOf(call)[0];
  const isSeveral = total?.type === 'integer' && Number(total.text) > 1;
  return isSeveral && !has('backoff_factor') ? { ...fact, kind: 'immediate' } : undefined;
}

/** `@retry` of tenacity or retrying, with nothing said. */
export function retryOfDecorator(decorator: Syntax, code: Code): RetryFact | undefined {
  const [name] = decorator.children;
  if (name?.type !== 'identifier' && name?.type !== 'attribute') return undefined;
  if (!/^(?:tenacity|retrying)\.retry$/.test(code.origin(name) ?? '')) return undefined;
  return { kind: 'forever', what: `@${name.text}`, range: decorator.range };
}

/** Words by which a loop counts, waits or ends. */
const bounded =
  /sleep|wait|timeout\b(?!=)|backoff|pause|attempt|retr(?:y|ies)|tries|count|max|[-+]=|exit|raise\b/i;

/** `while True: try: requests.get(…); break except: pass` */
export function retryOfLoop(loop: Syntax, code: Code): RetryFact | undefined {
  const condition = loop.field('condition');
  if (!/^(?:True|1)$/.test(condition?.text ?? '') || bounded.test(loop.text)) return undefined;
  let isAsked = false;
  visitAll(loop, (node) => {
    if (isAsked || node.type === 'function_definition') return false;
    if (node.type !== 'try_statement') return undefined;
    const caught = node.children.filter(({ type }) => type === 'except_clause');
    if (caught.length === 0 || caught.some(({ text }) => /\b(?:return|break)\b/.test(text))) return undefined;
    const body = node.field('body');
    if (body)
      visitAll(body, (inner) => {
        if (inner.type === 'call' && outgoingCallOf(inner, code)) isAsked = true;
        return !isAsked;
      });
    return undefined;
  });
  return isAsked
    ? { kind: 'forever', what: 'this loop', range: { start: loop.start, end: condition!.end } }
    : undefined;
}

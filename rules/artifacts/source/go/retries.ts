/** What Go tries again without a limit or without a pause, and what it starts at once. It must never know what is called. */
import type { FanOutFact, RetryFact } from '../facts.ts';
import { visitAll, type Syntax } from '../syntax.ts';
import { outgoingCallOf } from './calls.ts';
import { argumentsOf, calledName, receiverOf, type Code } from './code.ts';

/**
 * https://pkg.go.dev/github.com/cenkalti/backoff/v4#ConstantBackOff never stops, nor does ZeroBackOff; retry-go tries for
 * ever with `Attempts(0)` (https://pkg.go.dev/github.com/avast/retry-go/v4#Attempts).
 */
export function retryOf(call: Syntax, code: Code): RetryFact | undefined {
  const origin = code.origin(call) ?? '';
  const what = call.field('function')?.text ?? '';
  const { range } = call;
  if (/^github\.com\/cenkalti\/backoff\.(?:Retry|RetryNotify|RetryWithData)$/.test(origin)) {
    const policy = argumentsOf(call)[1]?.text ?? '';
    const isEndless = /^(?:&?backoff\.ZeroBackOff\{\}|backoff\.NewConstantBackOff\([^()]*\))$/.test(policy);
    return isEndless ? { kind: 'forever', what, range } : undefined;
  }
  if (origin !== 'github.com/avast/retry-go.Do') return undefined;
  const options = argumentsOf(call).slice(1);
  const isEndless = options.some(({ text }) => /^retry\.(?:Attempts\(0\)|UntilSucceeded\(\))$/.test(text));
  return isEndless && !options.some(({ text }) => /Context\(/.test(text))
    ? { kind: 'forever', what, range }
    : undefined;
}

/** What a request was read into: `json.NewDecoder(r.Body).Decode(&order)`, `c.ShouldBindJSON(&order)`. */
const reading = /^(?:Decode|BindJSON|ShouldBindJSON|Bind|ShouldBind|BodyParser|Unmarshal)$/;
const bounding = /SetLimit|[sS]emaphore|\bsem\b|<-|\blimit|\bmax|len\(\w+(?:\.\w+)*\) *>|worker/i;

/** `for _, id := range order.Lines { go func() { http.Get(…) }() }` */
export function fanOutOf(loop: Syntax, code: Code): FanOutFact | undefined {
  if (!/\bgo\s|\.Go\(/.test(loop.text)) return undefined;
  const range = loop.child('range_clause');
  const input = range?.field('right')?.text;
  const fn = code.topFunction(loop);
  if (!range || input === undefined || !/^\w+(?:\.\w+){0,4}$/.test(input) || !fn) return undefined;
  const isSent = code.calls.some((call) => {
    if (!reading.test(calledName(call) ?? '') || !fn.contains(call)) return false;
    const target = argumentsOf(call).at(-1)?.text ?? '';
    return target === `&${input.split('.')[0]!}`;
  });
  if (!isSent || bounding.test(fn.text)) return undefined;
  const started = loop.child('block');
  let found: Syntax | undefined;
  if (started)
    visitAll(started, (node) => {
      if (found) return false;
      const isGoroutine =
        node.type === 'go_statement' ||
        (node.type === 'call_expression' && calledName(node) === 'Go' && receiverOf(node) !== undefined);
      if (isGoroutine && code.calls.some((call) => node.contains(call) && outgoingCallOf(call, code)))
        found = node;
      return !found;
    });
  return found && { what: 'A goroutine for each', input, range: { start: loop.start, end: range.end } };
}

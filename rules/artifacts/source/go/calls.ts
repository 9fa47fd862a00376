/** Calls over the network in Go, and whether each has a time limit. It must never know what is called. */
import type { OutgoingCallFact } from '../facts.ts';
import type { Syntax } from '../syntax.ts';
import { argumentsOf, keyOf, unwrap, type Code } from './code.ts';
import { valueOf } from './values.ts';

/** Only what waits for ever: net/http has no limit of its own. */
export function outgoingCallOf(call: Syntax, code: Code): OutgoingCallFact | undefined {
  const callee = call.field('function')?.text ?? '';
  const origin = code.origin(call) ?? '';
  if (/^google\.golang\.org\/grpc\.(?:Dial|DialContext|NewClient)$/.test(origin))
    return { client: 'grpc-go', range: call.range, callee, timeout: 'unknown' };
  const viaDefault = code.origin(call.field('function')?.children[0]) === 'net/http.DefaultClient';
  if (
    !/^net\/http\.(?:Get|Head|Post|PostForm)$/.test(origin) &&
    !(viaDefault && /\.(?:Get|Head|Post|PostForm|Do)$/.test(callee))
  )
    return undefined;
  // The process asks itself.
  if (/^https?:\/\/(?:localhost|127\.)/.test(valueOf(argumentsOf(call)[0], code).text)) return undefined;
  // A request may carry a deadline of its own.
  const timeout = callee.endsWith('.Do') && /WithContext\b/.test(code.text) ? 'unknown' : 'missing';
  return { client: 'net/http', range: call.range, callee, timeout };
}

/** `http.Client{…}`: its limit covers each of its calls. */
export function clientOf(literal: Syntax, code: Code): OutgoingCallFact | undefined {
  if (code.origin(literal) !== 'net/http.Client') return undefined;
  const fact = { client: 'net/http', range: literal.range, callee: 'http.Client' };
  if (keyOf(literal, 'Timeout')) return { ...fact, timeout: 'set' };
  const isKnown =
    !keyOf(literal, 'Transport') &&
    !/WithContext\b|\.Timeout\s*=|context\.WithTimeout|context\.WithDeadline/.test(code.text) &&
    usedHere(literal, code);
  return { ...fact, timeout: isKnown ? 'missing' : 'unknown' };
}

/** `http.DefaultClient.Timeout = …` */
export function defaultTimeoutOf(target: Syntax, code: Code): OutgoingCallFact | undefined {
  if (target.children[1]?.text !== 'Timeout') return undefined;
  if (code.origin(target.children[0]) !== 'net/http.DefaultClient') return undefined;
  return { client: 'net/http', range: target.range, callee: target.text, timeout: 'set', coversClient: true };
}

/** A local variable that is asked in the same file: nobody else decides how long. */
function usedHere(literal: Syntax, code: Code): boolean {
  const list = literal.parent?.type === 'unary_expression' ? literal.parent.parent : literal.parent;
  const name =
    list?.parent?.type === 'short_var_declaration' ? list.parent.children[0]?.children[0] : undefined;
  if (name?.type !== 'identifier') return false;
  return code.calls.some((call) => {
    const callee = call.field('function');
    if (
      callee?.type !== 'selector_expression' ||
      !/^(?:Get|Head|Post|PostForm|Do)$/.test(callee.children[1]?.text ?? '')
    )
      return false;
    const receiver = unwrap(callee.children[0]!);
    return (
      receiver.text === name.text &&
      code.declarations(receiver)?.some(({ value }) => value && unwrap(value).start === literal.start)
    );
  });
}

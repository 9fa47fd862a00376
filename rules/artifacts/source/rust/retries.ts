/** What Rust tries again without a limit. It must never know what is tried. */
import type { RetryFact } from '../facts.ts';
import type { Syntax } from '../syntax.ts';
import { argumentsOf, functionOf, type Code } from './code.ts';

/** The strategies of tokio-retry are endless until one takes so many: https://docs.rs/tokio-retry/latest/tokio_retry/ */
export function retryOf(call: Syntax, code: Code): RetryFact | undefined {
  if (!/^tokio_retry2?::Retry::(?:spawn|start)$/.test(code.origin(functionOf(call)))) return undefined;
  const [given] = argumentsOf(call);
  const strategy = given?.type === 'identifier' ? code.value(given) : given;
  const isPlain = /\b(?:ExponentialBackoff|FixedInterval|FibonacciBackoff)::/.test(strategy?.text ?? '');
  if (!isPlain || /\btake(?:_while)?\(/.test(strategy!.text)) return undefined;
  return { kind: 'forever', what: functionOf(call)!.text, range: call.range };
}

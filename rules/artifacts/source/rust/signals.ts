/** What Rust code does on SIGTERM. A runtime's `ctrl_c` hears SIGINT alone, which no orchestrator sends. */
import type { SignalFact } from '../facts.ts';
import type { Syntax } from '../syntax.ts';
import { argumentsOf, chainOf, functionOf, methodOf, type Code } from './code.ts';

/** Crates whose use is a handler. */
export function signalsByImport(specifier: string): boolean {
  return /^(?:signal_hook\w*|tokio_graceful_shutdown|tokio_shutdown|async_signals|ctrlc)\b/.test(specifier);
}

export function signalOf(call: Syntax, code: Code): SignalFact | undefined {
  const { range } = call;
  const origin = code.origin(functionOf(call));
  if (/(?:^|::)SignalKind::terminate$/.test(origin)) return { signal: 'SIGTERM', range, drains: true };
  if (/(?:^|::)signal::ctrl_c$|^ctrl_c$/.test(origin)) return { signal: 'SIGINT', range, drains: true };
  if (/^(?:signal_hook|ctrlc|tokio_graceful_shutdown)\w*::/.test(origin))
    return { signal: 'SIGTERM', range, drains: true };
  const name = methodOf(call) ?? '';
  if (
    !/^(?:with_graceful_shutdown|serve_with_shutdown|serve_with_incoming_shutdown|bind_with_graceful_shutdown|run_with_graceful_shutdown|graceful_shutdown|catch_signals)$/.test(
      name,
    )
  )
    return undefined;
  return waitsForInterruptOnly(call, code) ? undefined : { signal: 'SIGTERM', range, drains: true };
}

/** Whether what ends the server is in this file, and is `ctrl_c` and nothing else. */
function waitsForInterruptOnly(call: Syntax, code: Code): boolean {
  const given = argumentsOf(call).at(-1);
  if (!given) return false;
  const { head } = chainOf(given);
  const fn = code.functions.get(functionOf(head)?.text ?? '');
  const text = fn?.text ?? (head.type === 'identifier' ? (code.value(head)?.text ?? '') : given.text);
  return /\bctrl_c\b/.test(text) && !/terminate|SIGTERM|SignalKind/i.test(text);
}

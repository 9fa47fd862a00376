/** Handlers of termination signals, and helpers that install them. */
import type { SignalFact } from '../facts.ts';
import { visitAll, type Syntax } from '../syntax.ts';
import type { Code } from './code.ts';
import { constant } from './constants.ts';
import {
  argumentsOf,
  calledName,
  calleeOf,
  functionTypes,
  propertyOf,
  receiverOf,
  stringContent,
  unwrap,
} from './expressions.ts';

/** Libraries that drain on SIGTERM once they are set up. */
const helpers =
  /^(?:@godaddy\/terminus(?:\.createTerminus)?|lightship\.createLightship|close-with-grace|http-graceful-shutdown|fastify-graceful-shutdown|node-graceful\.on|async-exit-hook|exit-hook\.asyncExitHook|express-graceful-shutdown|@moebius\/http-graceful-shutdown)\(\)$/;

/** What ends work in an orderly way. `end` and `exit` of a process are not among them. */
const closing =
  /^(?:close|closeAsync|closeAll\w*|shutdown|gracefulShutdown|tryShutdown|stop|stopAsync|drain|terminate|disconnect|\$disconnect|destroy|quit|closeIdleConnections|beginShutdown|unsubscribe|pause)$/;

const exiting = /^(?:process\.(?:exit|abort|kill)|console\.\w+|(?:this\.)?(?:logger|log)(?:\.\w+)?)$/;

const signalName = /^SIG[A-Z0-9]+$/;

export function signalsOf(call: Syntax, code: Code): SignalFact[] {
  const origin = code.origin(call) ?? '';
  const range = call.range;
  if (helpers.test(origin)) {
    const options = argumentsOf(call).map((argument) => code.definition(argument));
    const named = options.find((node) => node?.type === 'object' && propertyOf(node, 'signals'));
    const signals = named ? signalsIn(propertyOf(named, 'signals')!, code) : ['SIGTERM'];
    return (signals.length > 0 ? signals : ['SIGTERM']).map((signal) => ({ signal, range, drains: true }));
  }
  if (calledName(call) === 'enableShutdownHooks') return [{ signal: 'SIGTERM', range, drains: true }];
  if (!/^(?:on|once|addListener|prependListener)$/.test(calledName(call) ?? '')) return [];
  const receiver = receiverOf(call);
  if (!receiver || !/^:process$|^process$/.test(code.origin(receiver) ?? '')) return [];
  const [event, handler] = argumentsOf(call);
  if (!event || !handler) return [];
  const signals = signalsIn(event, code);
  if (signals.length === 0) return [];
  const drains = handlerDrains(handler, code);
  const drainSeconds = givesUpAfter(handler, code);
  return signals.map((signal) => ({ signal, range, drains, ...(drainSeconds && { drainSeconds }) }));
}

/** `setTimeout(() => process.exit(1), 10_000)` in the handler itself. */
function givesUpAfter(handler: Syntax, code: Code): SignalFact['drainSeconds'] {
  const fn = code.definition(unwrap(handler));
  let found: SignalFact['drainSeconds'];
  if (!fn || !functionTypes.has(fn.type)) return undefined;
  visitAll(fn, (node) => {
    if (node.type !== 'call_expression' || calledName(node) !== 'setTimeout') return;
    const [then, after] = argumentsOf(node);
    const milliseconds =
      after && /\bprocess\.exit\b/.test(then?.text ?? '') ? constant(code, after) : undefined;
    if (typeof milliseconds?.value !== 'number' || milliseconds.variable !== undefined) return;
    found = { value: milliseconds.value / 1000, range: after!.range };
  });
  return found;
}

/** The signals an argument stands for: a literal, or the variable of a loop over literals. */
function signalsIn(node: Syntax, code: Code, steps = 0): string[] {
  if (steps > 8) return [];
  const next = steps + 1;
  const bare = unwrap(node);
  if (bare.type === 'string') return [stringContent(bare)].filter((name) => signalName.test(name));
  if (bare.type === 'array') return bare.children.flatMap((item) => signalsIn(item, code, next));
  if (bare.type !== 'identifier') return [];
  const declared = code.declaration(bare.text, bare);
  if (declared?.kind === 'variable' && declared.value) return signalsIn(declared.value, code, next);
  const loop = bare.closest(loops);
  const list = declared?.kind === 'parameter' ? listOfCallback(declared.function) : loop?.children.at(-2);
  const values = list && code.definition(list);
  return values?.type === 'array' ? values.children.flatMap((item) => signalsIn(item, code, next)) : [];
}

const loops: ReadonlySet<string> = new Set(['for_in_statement']);

/** `['SIGTERM'].forEach((signal) => …)` */
function listOfCallback(fn: Syntax): Syntax | undefined {
  const call = fn.parent?.type === 'arguments' ? fn.parent.parent : undefined;
  return call && /^(?:forEach|map)$/.test(calledName(call) ?? '') ? receiverOf(call) : undefined;
}

function handlerDrains(node: Syntax, code: Code, steps = 0): boolean {
  const bare = unwrap(node);
  const fn = code.definition(bare);
  if (!fn || steps > 4) return true;
  if (functionTypes.has(fn.type)) return bodyDrains(fn, code, steps);
  if (fn.type === 'call_expression') {
    // `shutdown('SIGTERM')`, `shutdown.bind(null)`: what the function inside does.
    const name = calledName(fn);
    const inner = name === 'bind' ? receiverOf(fn)! : calleeOf(fn);
    return exiting.test(inner.text) ? false : handlerDrains(inner, code, steps + 1);
  }
  if (fn.type === 'member_expression') return !exiting.test(fn.text);
  return true;
}

/** Whether a function does more than to log and exit; what is in other files is taken to drain. */
function bodyDrains(fn: Syntax, code: Code, steps: number): boolean {
  let drains = false;
  visitAll(fn, (node) => {
    if (drains) return false;
    if (node.type !== 'call_expression') return true;
    const name = calledName(node) ?? '';
    const callee = calleeOf(node);
    if (exiting.test(callee.text)) return true;
    if (callee.type === 'member_expression') {
      // Flushing telemetry keeps the last spans, not the requests under way.
      const from = code.origin(receiverOf(node)) ?? '';
      drains = closing.test(name) && !/^(?:@opentelemetry|@sentry|dd-trace|elastic-apm|newrelic)/.test(from);
      if (!drains && /^this\.\w+$/.test(callee.text)) drains = true;
    } else if (callee.type === 'identifier') {
      const declared = code.declaration(callee.text, callee);
      if (declared?.kind === 'import') drains = true;
      else if (declared?.kind === 'function' || declared?.kind === 'variable') {
        const called = code.definition(callee);
        drains = called === undefined || called === fn ? false : handlerDrains(callee, code, steps + 1);
      }
    }
    return true;
  });
  return drains;
}

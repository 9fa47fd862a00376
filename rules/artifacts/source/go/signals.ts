/** Handlers of termination signals in Go, and whether anything but an exit may follow. */
import type { SignalFact } from '../facts.ts';
import { visitAll, type Syntax } from '../syntax.ts';
import { argumentsOf, calledName, receiverOf, type Code } from './code.ts';

/** Packages that handle signals for those who use them. */
const helpers =
  /graceful|endless|manners|shutdown|signals?$|lifecycle|oklog\/run|go\.uber\.org\/fx|controller-runtime|kratos|go-zero|go-micro|weaveworks\/common\/server|dskit\/(?:server|services|modules)|k8s\.io\/apiserver|oklog\/run|nhooyr|thejerf\/suture|facebookgo|tylerb|ory\/graceful|cmdutil|goframe|beego|caddy/i;

const closing = /^(?:Shutdown\w*|GracefulS\w+|Graceful|Stop\w*|Drain\w*|Close|CloseServer|Quit|Terminate)$/;
const telemetry =
  /trac|provider|exporter|otel|^tp$|meter|log|sentry|conn|db|client|file|body|signal|ticker|timer|profil/i;
/** What only says that the process ends. */
const ending =
  /^(?:log\w*|fmt|os|errors|time|signal|syscall|zap|slog|\w*[lL]og(?:ger)?|zerolog|logrus|klog|glog|sugar)$/;

export function signalsByImport(specifier: string): boolean {
  return specifier !== 'os/signal' && helpers.test(specifier);
}

export function signalsOf(call: Syntax, code: Code): SignalFact[] {
  const origin = code.origin(call) ?? '';
  const { range } = call;
  if (!/^os\/signal\.(?:Notify|NotifyContext)$/.test(origin)) {
    const helps =
      /SignalHandler|SignalContext|HandleSignal|Graceful(?:ly)?|ShutdownHook|WaitForSignal|OnShutdown/i.test(
        calledName(call) ?? '',
      );
    return helps ? [{ signal: 'SIGTERM', range, drains: true }] : [];
  }
  const named = argumentsOf(call).slice(1).map(signalOf);
  const signals = named.length === 0 || named.includes(undefined) ? ['SIGTERM'] : named.map((name) => name!);
  const drains = named.includes(undefined) || mayDrain(call, code);
  const drainSeconds = givesUpAfter(call, code);
  return [...new Set(signals)].map((signal) => ({
    signal,
    range,
    drains,
    ...(drainSeconds && { drainSeconds }),
  }));
}

/** `ctx, cancel := context.WithTimeout(…, 10*time.Second)` in the same function, and `server.Shutdown(ctx)`. */
function givesUpAfter(call: Syntax, code: Code): SignalFact['drainSeconds'] {
  const fn = code.topFunction(call);
  const limit =
    /\b(\w+), *\w+ *:?= *context\.WithTimeout\([^,\n]{1,80}, *(?:(\d+) *\* *time\.Second|time\.Second *\* *(\d+))\)/.exec(
      fn?.text ?? '',
    );
  if (!fn || !limit || !new RegExp(`\\.Shutdown\\(${limit[1]}\\)`).test(fn.text)) return undefined;
  const start = fn.start + limit.index;
  return { value: Number(limit[2] ?? limit[3]), range: { start, end: start + limit[0].length } };
}

function signalOf(node: Syntax): string | undefined {
  if (/^os\.Interrupt$/.test(node.text)) return 'SIGINT';
  if (/^os\.Kill$/.test(node.text)) return 'SIGKILL';
  return /^(?:syscall|unix)\.(SIG[A-Z0-9]+)$/.exec(node.text)?.[1];
}

/** False only where everything after the signal is in sight and does no more than to log and to exit. */
function mayDrain(call: Syntax, code: Code): boolean {
  for (const other of code.calls) {
    if (!closing.test(calledName(other) ?? '')) continue;
    const receiver = receiverOf(other)?.text ?? '';
    if (!telemetry.test(receiver)) return true;
  }
  const fn = code.topFunction(call);
  if (!fn || fn.field('name')?.text !== 'main') return true;
  let beyond = false;
  visitAll(fn, (node) => {
    if (beyond || node.end <= call.end) return false;
    if (node.type !== 'call_expression' || node.start <= call.end) return true;
    const receiver = receiverOf(node)?.text;
    const known = receiver === undefined ? /^(?:panic|make|close|print\w*|cancel|stop)$/ : ending;
    const word = receiver === undefined ? (calledName(node) ?? '') : receiver.replace(/^.*\./, '');
    if (node.field('function')?.type !== 'func_literal' && !known.test(word)) beyond = true;
    return true;
  });
  return beyond;
}

/** Rust. Files that name no library that facts are about, and join no modules, are not parsed. */
import type { TextFile } from '../../artifact.ts';
import type { SourceFacts } from '../facts.ts';
import { noFacts, type Language } from '../language.ts';
import { isAuxiliary } from '../auxiliary.ts';
import { Syntax } from '../syntax.ts';
import { outgoingCallOf } from './calls.ts';
import { argumentsOf, Code, functionOf } from './code.ts';
import { flagKeysIn, flagReadOfCall, mayReadFlags } from './flags.ts';
import { grpcOf, listenOf } from './listens.ts';
import { retryOf } from './retries.ts';
import { Routers } from './routers.ts';
import { signalOf, signalsByImport } from './signals.ts';
import { tracingOf } from './tracing.ts';

export const rust: Language = {
  id: 'rust',
  extensions: ['.rs'],
  grammar: () => 'rust',
  mayHold: (text) => holding.test(text) || mayReadFlags.test(text),
  extract,
};

const holding =
  /\b(?:axum|axum_server|actix_web|actix_files|rocket|warp|tonic|tonic_health|hyper|poem|salvo|tide|reqwest|tokio_retry|opentelemetry\w*|tracing_opentelemetry|init_tracing_opentelemetry|logfire|signal_hook\w*|ctrlc|tokio_graceful_shutdown|tokio_shutdown)::|\bsignal::(?:unix|ctrl_c)|#\[(?:get|post|put|patch|delete|head|route|launch)\b|\bServiceConfig\b|\bRouter\b|^(?:pub )?(?:async )?fn main\(|^[ \t]*pub use (?:self|super|crate|\w+)::(?:\w+::){0,4}\{?\w*(?:route|router|config|handler|api|app|health|telemetry|trac)/m;

function extract(file: TextFile): SourceFacts {
  const facts = noFacts();
  const code = new Code(new Syntax(file.tree('rust').rootNode, file.text));
  facts.imports.push(...code.imports);
  for (const { specifier, range } of code.imports)
    if (signalsByImport(specifier)) facts.signals.push({ signal: 'SIGTERM', range, drains: true });
  for (const { name, path } of code.reexports) {
    if (path.length > 1)
      facts.exports.push({ name, from: path.slice(0, -1).join('::'), local: path.at(-1)! });
  }
  if (code.functions.has('main')) facts.exports.push({ name: 'main', local: 'main' });
  const readsFlags = mayReadFlags.test(file.text);
  if (readsFlags) facts.flagKeys.push(...flagKeysIn(code));
  const routers = new Routers(code);
  for (const call of code.calls) {
    const listen = listenOf(call, code, routers);
    if (listen) facts.listens.push(listen);
    const grpc = grpcOf(call, code);
    if (grpc) facts.grpc.push(grpc);
    const tracing = tracingOf(call, code);
    if (tracing) facts.tracing.push(tracing);
    const signal = signalOf(call, code);
    if (signal) facts.signals.push(signal);
    const retry = retryOf(call, code);
    if (retry) facts.retries.push(retry);
    const outgoing = outgoingCallOf(call, code);
    if (outgoing) facts.calls.push(outgoing);
    const flag = readsFlags ? flagReadOfCall(call, code) : undefined;
    if (flag) facts.flags.push(flag);
    const variable = /(?:^|::)env::var(?:_os)?$/.test(code.origin(functionOf(call)))
      ? code.string(argumentsOf(call)[0])
      : undefined;
    if (variable) facts.environment.push({ value: variable.text.slice(1, -1), range: variable.range });
  }
  facts.routers.push(...routers.found);
  const forOperators = new Set(facts.routers.filter(isAuxiliary).map(({ local }) => local));
  const listens = facts.listens.filter(({ router }) => router === undefined || !forOperators.has(router));
  return { language: 'rust', ...facts, listens };
}

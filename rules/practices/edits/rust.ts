/** Small changes of Rust by range, laid out as rustfmt has them. */
import type { TextRange } from '../../text.ts';
import type { Change } from '../rule.ts';
import { newlineOf } from './lines.ts';

interface Source {
  readonly path: string;
  readonly text: string;
}

/** https://github.com/tokio-rs/axum/tree/main/examples/graceful-shutdown */
const terminated = [
  '',
  '/// Ends when the process is told to: by an orchestrator, or by a person at its terminal.',
  'async fn terminated() {',
  '    use tokio::signal::unix::{signal, SignalKind};',
  '    let mut terminate = signal(SignalKind::terminate()).expect("SIGTERM can be handled");',
  '    tokio::select! {',
  '        _ = terminate.recv() => {}',
  '        _ = tokio::signal::ctrl_c() => {}',
  '    }',
  '}',
  '',
];

/**
 * Has axum answer what it has begun once the process is told to end.
 * @param serve the range of `axum::serve(listener, app)`
 */
export function drainAxum({ path: file, text }: Source, serve: TextRange): Change[] {
  if (/\bterminated\b/.test(text) || /^\s*\.with_graceful_shutdown\b/.test(text.slice(serve.end))) return [];
  const newline = newlineOf(text);
  const gap = text.endsWith('\n') ? '' : newline;
  const edit = (at: number, added: string): Change => ({
    kind: 'edit',
    file,
    range: { start: at, end: at },
    text: added,
  });
  return [
    edit(serve.end, '.with_graceful_shutdown(terminated())'),
    edit(text.length, gap + terminated.join(newline)),
  ];
}

/**
 * Limits the time of a client of reqwest, made by `Client::new()` or by a builder.
 * @param call the range of the call that makes it
 */
export function limitReqwest({ path: file, text }: Source, call: TextRange, seconds: number): Change[] {
  const written = text.slice(call.start, call.end);
  const timeout = `.timeout(std::time::Duration::from_secs(${seconds}))`;
  const made = /^((?:\w+::)*Client)::(?:new|default)\(\)$/.exec(written);
  if (made) {
    const build = `${made[1]!}::builder()${timeout}.build().expect("the client can be made")`;
    return [{ kind: 'edit', file, range: call, text: build }];
  }
  return /^(?:\w+::)*(?:Client::builder|ClientBuilder::new)\(\)$/.test(written)
    ? [{ kind: 'edit', file, range: { start: call.end, end: call.end }, text: timeout }]
    : [];
}

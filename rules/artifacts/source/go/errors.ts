/** Where Go catches what went wrong, and goes on as a process that no longer does its work. */
import type { SwallowedErrorFact } from '../facts.ts';
import { visitAll, type Syntax } from '../syntax.ts';
import { calledName, receiverOf, type Code } from './code.ts';

/** What only tells of the error. */
const telling = /^(?:log|fmt|slog|logger|\w*[lL]og(?:ger)?|logrus|zap|sugar|debug)$/;
const functions: ReadonlySet<string> = new Set([
  'func_literal',
  'function_declaration',
  'method_declaration',
]);

/**
 * `go func() { defer func() { recover() … }(); for { … } }()`: after a panic the loop is over and the process lives on
 * without it (https://go.dev/ref/spec#Handling_panics: the function that deferred it returns).
 */
export function swallowedPanic(statement: Syntax): SwallowedErrorFact | undefined {
  const fn = statement.children[0]?.field('function');
  if (fn?.type !== 'func_literal') return undefined;
  const statements = statementsOf(fn);
  const deferred = statements.find(
    ({ type, text }) => type === 'defer_statement' && /\brecover\(\)/.test(text),
  );
  const handler = deferred?.children[0]?.field('function');
  if (!deferred || handler?.type !== 'func_literal' || !onlyTells(handler)) return undefined;
  const isEndless = statements.some(
    ({ type, text }) =>
      type === 'for_statement' &&
      /^for\s*\{|^for\s+(?:\w+(?:,\s*\w+)?\s*:?=\s*)?range\s+\w*(?:[cC]h(?:an)?|[mM]essages|[jJ]obs|[eE]vents|[qQ]ueue)\b/.test(
        text,
      ),
  );
  return isEndless
    ? {
        what: 'a panic in this goroutine',
        range: { start: statement.start, end: fn.start + 'func()'.length },
      }
    : undefined;
}

/** `go func() { if err := server.ListenAndServe(); err != nil { log.Println(err) } }()`: it runs on and serves nobody. */
export function swallowedListen(call: Syntax, code: Code): SwallowedErrorFact | undefined {
  if (!/^(?:ListenAndServe|ListenAndServeTLS|Serve|ServeTLS)$/.test(calledName(call) ?? '')) return undefined;
  const around = call.closest(functions);
  if (around?.type !== 'func_literal' || around.parent?.parent?.type !== 'go_statement') return undefined;
  const conditions: ReadonlySet<string> = new Set(['if_statement']);
  const condition = call.closest(conditions);
  if (!condition || !around.contains(condition)) return undefined;
  const init = condition.field('initializer');
  if (!init?.contains(call) || statementsOf(around).length !== 1) return undefined;
  // Whoever waits for a signal in `main` waits whether or not there is a server.
  if (!onlyTells(condition, call) || !/\bsignal\.Notify/.test(code.text)) return undefined;
  if (condition.child('else_clause') || condition.field('alternative')) return undefined;
  return { what: `an error of ${call.field('function')!.text}`, range: call.range };
}

function statementsOf(fn: Syntax): readonly Syntax[] {
  const body = fn.child('block');
  return body?.children.flatMap((one) => (one.type === 'statement_list' ? one.children : [one])) ?? [];
}

/** @param besides a call that is no part of what is done about it */
function onlyTells(node: Syntax, besides?: Syntax): boolean {
  let only = true;
  let tells = false;
  visitAll(node, (inner) => {
    if (/^(?:send_statement|assignment_statement|return_statement|go_statement)$/.test(inner.type))
      only = false;
    if (inner.type !== 'call_expression' || inner === besides) return only;
    const name = calledName(inner) ?? '';
    const receiver = receiverOf(inner)?.text.replace(/\(.*$/, '').split('.').at(-1);
    if (
      name === 'recover' ||
      /^(?:Is|Error|Stack|String|Sprintf|Sprint|Errorf|As|string|PrintStack|Any|Err)$/.test(name)
    )
      return only;
    if (/[fF]atal|[pP]anic|Exit/.test(name) || receiver === undefined || !telling.test(receiver))
      only = false;
    else tells = true;
    return only;
  });
  return only && tells;
}

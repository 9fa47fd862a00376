/**
 * Adds a health route in Go, Python, Ruby, Rust and Kotlin, beside a route that is there: in the same way, with the same
 * margin, and before it. It must never know why one is missing.
 */
import type { TextRange } from '../../text.ts';
import type { Change } from '../rule.ts';
import { marginOf, newlineOf, startOfLine } from './lines.ts';

interface Source {
  readonly path: string;
  readonly text: string;
}

/** What stands around a route: `line` from its first character that is no blank. */
interface Beside {
  readonly line: string;
  readonly text: string;
  readonly quote: string;
  readonly path: string;
  /** It stands inside a function or class. */
  readonly nested: boolean;
}

/** Lines to be written before a route; undefined where it is written in a way that is not known. */
type Writer = (beside: Beside) => readonly string[] | undefined;

const answering = (call: string) => [
  `${call}, func(w http.ResponseWriter, _ *http.Request) {`,
  '\tw.WriteHeader(http.StatusOK)',
  '})',
];

/** The variable that a route is added to; nothing for routes in groups of their own or in chains. */
function receiver({ line }: Beside, method: RegExp): string | undefined {
  const [, name, called] = /^(\w+)\.(\w+)\(["`']/.exec(line) ?? [];
  return name !== undefined && method.test(called!) ? name : undefined;
}

function goWriter(write: (name: string, beside: Beside) => readonly string[] | undefined): Writer {
  return (beside) => {
    const name = receiver(
      beside,
      /^(?:Handle|HandleFunc|Get|GET|Post|POST|Put|PUT|Patch|PATCH|Delete|DELETE|Any|All)$/,
    );
    return name === undefined ? undefined : write(name, beside);
  };
}

const python: Writer = ({ line, text, quote, path, nested }) => {
  const [, app, verb] = /^@(\w+)\.(\w+)\(/.exec(line) ?? [];
  if (app === undefined || /^def healthz\b/m.test(text)) return undefined;
  const isFlask = verb === 'route';
  return [
    `@${app}.${isFlask ? 'route' : 'get'}(${quote}${path}${quote})`,
    'def healthz():',
    `    return {${quote}status${quote}: ${quote}ok${quote}}`,
    // Source: https://peps.python.org/pep-0008/#blank-lines
    ...(nested ? [''] : ['', '']),
  ];
};

const writers: Readonly<Record<string, Writer>> = {
  'net/http': goWriter((name, { line, path }) => {
    const verb = /\(["`][A-Z]+ \//.test(line) ? 'GET ' : '';
    return answering(`${name}.HandleFunc("${verb}${path}"`);
  }),
  chi: goWriter((name, { text, path }) =>
    text.includes('"net/http"') ? answering(`${name}.Get("${path}"`) : undefined,
  ),
  'gorilla/mux': goWriter((name, { text, path }) =>
    text.includes('"net/http"') ? answering(`${name}.HandleFunc("${path}"`) : undefined,
  ),
  gin: goWriter((name, { path }) => [
    `${name}.GET("${path}", func(c *gin.Context) {`,
    '\tc.String(200, "ok")',
    '})',
  ]),
  echo: goWriter((name, { path }) => [
    `${name}.GET("${path}", func(c echo.Context) error {`,
    '\treturn c.String(200, "ok")',
    '})',
  ]),
  fiber: goWriter((name, { text, path }) => [
    `${name}.Get("${path}", func(c ${/\bc fiber\.Ctx\b/.test(text) ? 'fiber.Ctx' : '*fiber.Ctx'}) error {`,
    '\treturn c.SendString("ok")',
    '})',
  ]),
  flask: python,
  fastapi: python,
  sinatra: ({ line, quote, path }) =>
    /^(?:get|post|put|patch|delete)[ (]["']/.test(line)
      ? [`get ${quote}${path}${quote} do`, `  ${quote}ok${quote}`, 'end', '']
      : undefined,
  ktor: ({ line, text, path }) =>
    /^(?:get|post|put|patch|delete)\("/.test(line) &&
    !/\bauthenticate\b/.test(text) &&
    /^import io\.ktor\.server\.response\.(?:\*|respondText)$/m.test(text)
      ? [`get("${path}") { call.respondText("ok") }`]
      : undefined,
};

/** Routes of Rust are links of a chain that begins with a new router. */
const chains: Readonly<Record<string, { readonly start: RegExp; readonly handler: string }>> = {
  axum: { start: /\bRouter::new\(\)/g, handler: 'axum::routing::get(|| async { "ok" })' },
  'actix-web': { start: /\bApp::new\(\)/g, handler: 'actix_web::web::get().to(|| async { "ok" })' },
};

export function knowsHealthRoute(framework: string): boolean {
  return Object.hasOwn(writers, framework) || Object.hasOwn(chains, framework) || framework === 'rails';
}

/**
 * @param beside the path of a route that stands in no group
 * @param path of the route to be added
 */
export function addHealthRoute(
  { path: file, text }: Source,
  beside: TextRange,
  framework: string,
  path: string,
): readonly Change[] {
  if (framework === 'rails') return inRails({ path: file, text }, path);
  if (Object.hasOwn(chains, framework)) return inChain({ path: file, text }, beside, framework, path);
  let start = startOfLine(text, beside.start);
  const margin = marginOf(text, beside.start);
  const line = text.slice(start + margin.length, beside.end + 1);
  // Other decorators of the same function stand above.
  for (let above = start; line.startsWith('@') && above > 0;) {
    above = startOfLine(text, above - 1);
    if (text[above] !== '@') break;
    start = above;
  }
  const quote = /['"]/.exec(line)?.[0] ?? '"';
  const lines = writers[framework]?.({ line, text, quote, path, nested: margin !== '' });
  if (!lines) return [];
  const newline = newlineOf(text);
  const written = lines.map((one) => (one === '' ? newline : `${margin}${one}${newline}`)).join('');
  return [{ kind: 'edit', file, range: { start, end: start }, text: written }];
}

/** The first link of the chain that the route is in, or of the only one there is. */
function inChain(
  { path: file, text }: Source,
  beside: TextRange,
  framework: string,
  path: string,
): readonly Change[] {
  const { start, handler } = chains[framework]!;
  const starts = [...text.matchAll(start)];
  const own = starts.findLast(
    ({ index }) => index < beside.start && !text.slice(index, beside.start).includes(';'),
  );
  const chain = own ?? (starts.length === 1 ? starts[0] : undefined);
  // What stands before a route_layer is behind it, be it for those who are signed in.
  if (!chain || /\broute_layer\b/.test(text)) return [];
  const at = chain.index + chain[0].length;
  const gap = /^\r?\n[ \t]*(?=\.|\/\/)/.exec(text.slice(at))?.[0] ?? '';
  return [{ kind: 'edit', file, range: { start: at, end: at }, text: `${gap}.route("${path}", ${handler})` }];
}

/** A route of its own, since the controller that answers `/up` is there from Rails 7.1 on alone. */
function inRails({ path: file, text }: Source, path: string): readonly Change[] {
  const drawn = /^Rails\.application\.routes\.draw do[ \t]*\r?\n/m.exec(text);
  if (!drawn) return [];
  const at = drawn.index + drawn[0].length;
  const newline = newlineOf(text);
  const quote = /^[ \t]*\w+[ (]'/m.test(text) ? "'" : '"';
  const line = `  get ${quote}${path}${quote}, to: ->(_env) { [200, {}, [${quote}ok${quote}]] }`;
  return [{ kind: 'edit', file, range: { start: at, end: at }, text: `${line}${newline}` }];
}

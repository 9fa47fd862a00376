/**
 * Small changes of TypeScript and JavaScript in the style of the file. The compiler is loaded when a fix is asked for;
 * edits are by range, so that whatever is not changed stays as it is written.
 */
import type { Node, SourceFile, ts as typescript } from 'ts-morph';
import type { TextFile } from '../../artifacts/artifact.ts';
import type { TextRange } from '../../text.ts';
import type { Change } from '../rule.ts';
import { marginOf, newlineOf, startOfLine, startsItsLine } from './lines.ts';

export interface Code {
  readonly file: TextFile;
  readonly source: typescript.SourceFile;
  readonly ts: typeof typescript;
  readonly style: Style;
}

export interface Style {
  readonly quote: "'" | '"';
  /** `;` or nothing. */
  readonly semicolon: ';' | '';
  /** One step of indentation. */
  readonly indent: string;
  /** `import` rather than `require`. */
  readonly modules: boolean;
  readonly typescript: boolean;
}

export type { Node, SourceFile };

/** Parses a file for a fix; half-typed code is read as far as it goes. */
export async function parseCode(file: TextFile): Promise<Code> {
  const { ts } = await import('./compiler.ts');
  const kind = /\.[cm]?tsx?$/.test(file.path) ? scriptKind(ts, file.path) : ts.ScriptKind.JSX;
  const source = ts.createSourceFile(file.path, file.text, ts.ScriptTarget.Latest, true, kind);
  return { file, source, ts, style: styleOf(file) };
}

function scriptKind(ts: typeof typescript, path: string): typescript.ScriptKind {
  return path.endsWith('x') ? ts.ScriptKind.TSX : ts.ScriptKind.TS;
}

function styleOf({ path, text }: TextFile): Style {
  const count = (pattern: RegExp): number => text.match(pattern)?.length ?? 0;
  const modules = /^[ \t]*(?:import\b(?!\s*\()|export\b)/m.test(text) || /\.m[jt]s$/.test(path);
  return {
    quote: count(/"(?=[^"\n]*")/g) > count(/'(?=[^'\n]*')/g) ? '"' : "'",
    semicolon: count(/;[ \t]*$/gm) >= count(/[\w)\]'"`][ \t]*$/gm) / 2 || count(/\n/g) < 2 ? ';' : '',
    indent: indentOf(text),
    modules,
    typescript: /\.[cm]?tsx?$/.test(path),
  };
}

/** The step that most blocks at the margin have. */
function indentOf(text: string): string {
  const counts = new Map<string, number>();
  for (const [, indent = ''] of text.matchAll(/^\S.*[{(]\r?\n(\t| {2,8})\S/gm))
    counts.set(indent, (counts.get(indent) ?? 0) + 1);
  const [most] = [...counts].sort(([, a], [, b]) => b - a);
  return most?.[0] ?? /^(\t| {2,8})\S/m.exec(text)?.[1] ?? '  ';
}

/** The innermost node of a kind that holds the range. */
export function nodeAt<T extends typescript.Node>(
  { source, ts }: Code,
  range: TextRange,
  is: (node: typescript.Node) => node is T,
): T | undefined {
  let found: T | undefined;
  const visit = (node: typescript.Node): void => {
    if (node.getStart(source) > range.start || node.getEnd() < range.end) return;
    if (is(node)) found = node;
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/** All nodes of a kind, in order. */
export function nodesIn<T extends typescript.Node>(
  { source, ts }: Code,
  is: (node: typescript.Node) => node is T,
): readonly T[] {
  const found: T[] = [];
  const visit = (node: typescript.Node): void => {
    if (is(node)) found.push(node);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/** The statement that holds the range: the innermost one, which is a line of a block or of the file. */
export function statementAt(code: Code, range: TextRange): typescript.Statement | undefined {
  const { ts } = code;
  return nodeAt(
    code,
    range,
    (node): node is typescript.Statement =>
      ts.isStatement(node) &&
      (ts.isSourceFile(node.parent) || ts.isBlock(node.parent) || ts.isModuleBlock(node.parent)),
  );
}

/** Lines before a statement, above the comments that belong to it, with its indentation. */
export function insertBefore(
  { file, source }: Code,
  statement: typescript.Node,
  lines: readonly string[],
): Change {
  const own = statement.getStart(source);
  const start = startOfLine(file.text, own);
  const margin = marginOf(file.text, own);
  const newline = newlineOf(file.text);
  const text = lines.map((line) => (line === '' ? newline : `${margin}${line}${newline}`)).join('');
  return { kind: 'edit', file: file.path, range: { start, end: start }, text };
}

/** Lines after a statement, with its indentation. */
export function insertAfter(
  { file, source }: Code,
  statement: typescript.Node,
  lines: readonly string[],
): Change {
  const margin = marginOf(file.text, statement.getStart(source));
  const newline = newlineOf(file.text);
  const end = endOfStatementLine(file.text, statement.getEnd());
  const text = lines.map((line) => (line === '' ? newline : `${newline}${margin}${line}`)).join('');
  return { kind: 'edit', file: file.path, range: { start: end, end }, text };
}

/** After a comment that stands on the statement's last line. */
function endOfStatementLine(text: string, end: number): number {
  const rest = /^[ \t]*(?:\/\/[^\r\n]*)?(?=\r?\n|$)/.exec(text.slice(end));
  return end + (rest?.[0].length ?? 0);
}

/** An import or require at the top of the file, after the shebang, directives and comments that lead it. */
export function insertImport(code: Code, names: string, specifier: string): Change {
  const { file, source, style } = code;
  const { quote, semicolon } = style;
  const from = `${quote}${specifier}${quote}`;
  const line = style.modules
    ? `import ${names} from ${from}${semicolon}`
    : `const ${names} = require(${from})${semicolon}`;
  const first = source.statements.find((statement) => !isDirective(code, statement));
  if (first) return insertBefore(code, first, [line]);
  return {
    kind: 'edit',
    file: file.path,
    range: { start: 0, end: 0 },
    text: `${line}${newlineOf(file.text)}`,
  };
}

function isDirective({ ts }: Code, statement: typescript.Statement): boolean {
  return ts.isExpressionStatement(statement) && ts.isStringLiteral(statement.expression);
}

/** Whether the file uses this name already, for whatever. */
export function hasName({ source }: Code, name: string): boolean {
  return new RegExp(`\\b${name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}\\b`).test(source.text);
}

/** Adds a property to an object literal, at its end, in the way its properties are laid out. */
export function addProperty(
  { file, source }: Code,
  object: typescript.ObjectLiteralExpression,
  property: string,
): Change {
  const { text, path } = file;
  const last = object.properties.at(-1);
  if (!last) {
    const range = { start: object.getStart(source), end: object.getEnd() };
    return { kind: 'edit', file: path, range, text: `{ ${property} }` };
  }
  const end = object.properties.hasTrailingComma ? text.indexOf(',', last.getEnd()) + 1 : last.getEnd();
  const comma = object.properties.hasTrailingComma ? '' : ',';
  const multiline = text.slice(object.getStart(source), object.getEnd()).includes('\n');
  const margin = marginOf(text, last.getStart(source));
  const after = object.properties.hasTrailingComma ? ',' : '';
  const inserted = multiline
    ? `${comma}${newlineOf(text)}${margin}${property}${after}`
    : `${comma} ${property}${after}`;
  return { kind: 'edit', file: path, range: { start: end, end }, text: inserted };
}

/** Adds an argument to a call, before the one that is at this index now. */
export function insertArgument(
  { file, source }: Code,
  call: typescript.CallExpression | typescript.NewExpression,
  index: number,
  argument: string,
): Change {
  const given = call.arguments ?? [];
  const next = given[index];
  const last = given.at(-1);
  // Arguments in lines of their own stay so.
  const at = last?.getStart(source) ?? 0;
  const isSpread = last !== undefined && startsItsLine(file.text, at);
  const space = isSpread ? newlineOf(file.text) + marginOf(file.text, at) : ' ';
  if (next) {
    const start = next.getStart(source);
    return { kind: 'edit', file: file.path, range: { start, end: start }, text: `${argument},${space}` };
  }
  const end = last ? last.getEnd() : file.text.lastIndexOf(')', call.getEnd() - 1);
  return {
    kind: 'edit',
    file: file.path,
    range: { start: end, end },
    text: last ? `,${space}${argument}` : argument,
  };
}

/** Adds an annotation to an alert wherever rules are written: YAML, YAML inside a ConfigMap, Prometheus 1's language. */
import type { TextFile } from '../../artifacts/artifact.ts';
import type { AlertFacts } from '../../artifacts/prometheus/facts.ts';
import { columnOf, endOfLine, newlineOf } from '../edits/lines.ts';
import { insertEntry } from '../edits/yaml.ts';
import type { Change } from '../rule.ts';

/** @returns nothing where it cannot be done surely */
export function annotate(file: TextFile, alert: AlertFacts, name: string, value: string): readonly Change[] {
  const edit =
    alert.style === 'legacy' ? inLegacy(file, alert, name, value) : inYaml(file, alert, name, value);
  return edit ? [edit] : [];
}

function inYaml(file: TextFile, alert: AlertFacts, name: string, value: string): Change | undefined {
  const { annotationsRange, range } = alert;
  const known = annotationsRange
    ? insertEntry(file, annotationsRange, name, value)
    : Object.keys(alert.annotations).length === 0
      ? insertEntry(file, range, 'annotations', { [name]: value })
      : undefined;
  return known ?? (alert.style === 'block' ? inEmbedded(file, alert, name, value) : undefined);
}

/** Rules inside a string are no nodes of the file, so they are edited as lines. */
function inEmbedded(
  { path, text }: TextFile,
  { annotationsRange, annotations, range }: AlertFacts,
  name: string,
  value: string,
): Change | undefined {
  const newline = newlineOf(text);
  if (annotationsRange) {
    const margin = ' '.repeat(columnOf(text, annotationsRange.start));
    return insert(path, annotationsRange.start, `${name}: ${value}${newline}${margin}`);
  }
  if (Object.keys(annotations).length > 0 || /\bannotations[ \t]*:/.test(text.slice(range.start, range.end)))
    return undefined;
  const margin = ' '.repeat(columnOf(text, range.start));
  const end = range.start + text.slice(range.start, range.end).trimEnd().length;
  const lines = ['annotations:', `  ${name}: ${value}`].map((line) => newline + margin + line).join('');
  return insert(path, endOfLine(text, end), lines);
}

function inLegacy(
  { path, text }: TextFile,
  { range }: AlertFacts,
  name: string,
  value: string,
): Change | undefined {
  const entry = `${name} = ${JSON.stringify(value)}`;
  const source = text.slice(range.start, range.end);
  const block = /^([ \t]*)ANNOTATIONS[ \t]*\{/m.exec(source);
  const newline = newlineOf(text);
  if (!block) {
    const margin = /\n([ \t]*)(?:IF|FOR|LABELS)\b/.exec(source)?.[1] ?? '  ';
    return insert(path, range.end, `${newline}${margin}ANNOTATIONS { ${entry} }`);
  }
  const at = range.start + block.index + block[0].length;
  const multiline = /^[ \t]*\r?\n([ \t]*)/.exec(text.slice(at, range.end));
  return insert(path, at, multiline ? `${newline}${multiline[1]!}${entry},` : ` ${entry},`);
}

function insert(file: string, at: number, text: string): Change {
  return { kind: 'edit', file, range: { start: at, end: at }, text };
}

/** Adds to an alert wherever rules are written: YAML, YAML inside a ConfigMap, Prometheus 1's language. */
import type { TextFile } from '../../artifacts/artifact.ts';
import type { AlertFacts } from '../../artifacts/prometheus/facts.ts';
import type { TextRange } from '../../text.ts';
import { columnOf, endOfLine, newlineOf } from '../edits/lines.ts';
import { fillEntry, insertEntry } from '../edits/yaml.ts';
import type { Change } from '../rule.ts';

/** @returns nothing where it cannot be done surely */
export function annotate(file: TextFile, alert: AlertFacts, name: string, value: string): readonly Change[] {
  const edit =
    alert.style === 'legacy' ? inLegacy(file, alert, name, value) : inYaml(file, alert, name, value);
  return edit ? [edit] : [];
}

/**
 * Adds a label, or another key beside `expr`.
 * @returns nothing where it cannot be done surely
 */
export function addTo(
  file: TextFile,
  alert: AlertFacts,
  where: 'labels' | 'rule',
  name: string,
  value: string,
): readonly Change[] {
  if (alert.style === 'legacy') return [];
  if (where === 'labels') {
    const parts = { entries: alert.labelsRange, isEmpty: !/\blabels["']?[ \t]*:/.test(written(file, alert)) };
    const edit = addEntry(file, alert, 'labels', parts, name, value);
    return edit ? [edit] : [];
  }
  const known = insertEntry(file, alert.range, name, value);
  if (known || alert.style === 'flow') return known ? [known] : [];
  const { text, path } = file;
  const end = alert.range.start + written(file, alert).trimEnd().length;
  const margin = ' '.repeat(columnOf(text, alert.range.start));
  return [insert(path, endOfLine(text, end), `${newlineOf(text)}${margin}${name}: ${value}`)];
}

/** To the end of its last line: a key without value ends before its colon. */
function written({ text }: TextFile, { range }: AlertFacts): string {
  return text.slice(range.start, endOfLine(text, range.end));
}

function inYaml(file: TextFile, alert: AlertFacts, name: string, value: string): Change | undefined {
  const isEmpty =
    Object.keys(alert.annotations).length === 0 && !/\bannotations["']?[ \t]*:/.test(written(file, alert));
  return addEntry(file, alert, 'annotations', { entries: alert.annotationsRange, isEmpty }, name, value);
}

/** @param parts the mapping's entries, where it has some, and whether there is no such mapping at all */
function addEntry(
  file: TextFile,
  alert: AlertFacts,
  key: 'annotations' | 'labels',
  { entries, isEmpty }: { entries: TextRange | undefined; isEmpty: boolean },
  name: string,
  value: string,
): Change | undefined {
  const known = entries
    ? insertEntry(file, entries, name, value)
    : isEmpty
      ? insertEntry(file, alert.range, key, { [name]: value })
      : fillEmpty(file, alert, key, { [name]: value });
  if (known || alert.style !== 'block') return known;
  // Rules inside a string are no nodes of the file, so they are edited as lines.
  const { path, text } = file;
  const newline = newlineOf(text);
  if (entries) {
    const margin = ' '.repeat(columnOf(text, entries.start));
    return insert(path, entries.start, `${name}: ${value}${newline}${margin}`);
  }
  if (!isEmpty) return undefined;
  const margin = ' '.repeat(columnOf(text, alert.range.start));
  const end = alert.range.start + written(file, alert).trimEnd().length;
  const lines = [`${key}:`, `  ${name}: ${value}`].map((line) => newline + margin + line).join('');
  return insert(path, endOfLine(text, end), lines);
}

/** Gives entries to a key that stands there with nothing under it. */
function fillEmpty(
  file: TextFile,
  alert: AlertFacts,
  key: string,
  value: Readonly<Record<string, string>>,
): Change | undefined {
  const found = new RegExp(`^[ \\t]*(${key})[ \\t]*:[ \\t]*(?:#.*)?\\r?$`, 'm').exec(written(file, alert));
  if (!found) return undefined;
  const start = alert.range.start + found.index + found[0].indexOf(key);
  return fillEntry(file, { start, end: start + key.length }, value);
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

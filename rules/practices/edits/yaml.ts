/**
 * Edits of YAML by range, so that comments, quotes and indentation stay: entries added, empty ones filled, scalars set,
 * entries removed. JSON texts and YAML in JSON's style are edited too. Where an edit cannot be made surely, as inside a
 * condition of a Helm template, undefined is returned. It must never know what a key means.
 */
import { isMap, isScalar, isSeq, stringify, type Node, type Scalar, type YAMLMap, type YAMLSeq } from 'yaml';
import type { TextFile } from '../../artifacts/artifact.ts';
import { rangeOf } from '../../artifacts/nodes.ts';
import type { TextRange } from '../../text.ts';
import type { Change } from '../rule.ts';
import {
  insertProperty,
  removeEntry as removeJsonEntry,
  setValue as setJsonValue,
  type JsonValue,
} from './json.ts';
import { columnOf, endOfLine, newlineOf } from './lines.ts';
import { YamlTree } from './yamlTree.ts';

type Source = Pick<TextFile, 'path' | 'text'>;

export type YamlValue = JsonValue;

/**
 * Adds an entry to a mapping; where the mapping has the key already, nothing is done.
 * @param mapping a range that starts where the mapping does
 * @param where before the first entry, after the last one, or behind the one of a key: before the first where that one is
 *   not there or takes more than a line
 */
export function insertEntry(
  file: Source,
  mapping: TextRange,
  key: string,
  value: YamlValue,
  where: 'start' | 'end' | { readonly after: string } = 'end',
): Change | undefined {
  const { text } = file;
  const tree = new YamlTree(text);
  const map = tree.find(mapping.start, isMap);
  if (!map || map.has(key)) return undefined;
  if (map.flow) {
    if (map.items.length === 0) return fillMap(file, tree, map, { [key]: value });
    return insertIntoFlow(file, map, key, value);
  }
  const column = columnOf(text, mapping.start);
  const lines = tree.render({ [key]: value }, column);
  const newline = newlineOf(text);
  if (where === 'end') {
    const at = tree.endToExtend(map);
    if (at !== undefined) return edit(file, at, at, lines.map((line) => newline + line).join(''));
  }
  if (typeof where === 'object') {
    const other = map.items.find((item) => isScalar(item.key) && item.key.value === where.after);
    if (other && isScalar(other.value)) {
      const at = endOfLine(text, rangeOf(other.key as Node).start);
      if (rangeOf(other.value).end <= at)
        return edit(file, at, at, lines.map((line) => newline + line).join(''));
    }
  }
  const [first = '', ...others] = lines;
  const block = [first.slice(column), ...others].join(newline);
  return edit(file, mapping.start, mapping.start, `${block}${newline}${' '.repeat(column)}`);
}

/**
 * Gives a value to a key that has none: nothing, `{}`, `[]` or `null` stands after it.
 * @param key a range that starts at the key
 */
export function fillEntry(file: Source, key: TextRange, value: YamlValue): Change | undefined {
  const { text } = file;
  const tree = new YamlTree(text);
  const pair = tree.pairAt(key.start);
  if (!pair) return undefined;
  const { value: node } = pair;
  if ((isMap(node) || isSeq(node)) && node.flow && node.items.length === 0)
    return fillMap(file, tree, node, value);
  if (!isScalar(node) || node.value !== null) return undefined;
  if (tree.isInFlow(pair)) return undefined;
  const colon = text.indexOf(':', rangeOf(pair.key).end) + 1;
  if (colon === 0) return undefined;
  const written = node.source !== undefined && node.source !== '';
  return putAfterKey(
    file,
    colon,
    written ? rangeOf(node).end : colon,
    tree.valueAfterKey(value, columnOf(text, key.start)),
  );
}

/**
 * Adds what a mapping lacks of a tree of mappings; what it has already is kept.
 * @param mapping a range that starts where the mapping does
 * @returns no change where nothing is lacking; undefined where a part cannot be added
 */
export function mergeEntries(
  file: Source,
  mapping: TextRange,
  value: { readonly [key: string]: YamlValue },
): Change[] | undefined {
  const tree = new YamlTree(file.text);
  const map = tree.find(mapping.start, isMap);
  if (!map) return undefined;
  if (map.items.length === 0) {
    const filled = fillMap(file, tree, map, value);
    return filled && [filled];
  }
  const changes: (Change | undefined)[] = [];
  const lacking: (Change | undefined)[] = [];
  for (const [key, wanted] of Object.entries(value)) {
    const pair = map.items.find((item) => isScalar(item.key) && item.key.value === key);
    const node = pair?.value as Node | null | undefined;
    if (!pair) lacking.push(insertEntry(file, mapping, key, wanted));
    else if (typeof wanted !== 'object' || wanted === null || Array.isArray(wanted)) continue;
    else if (isMap(node) && node.items.length > 0) {
      const inner = mergeEntries(file, rangeOf(node), wanted as { readonly [key: string]: YamlValue });
      changes.push(...(inner ?? [undefined]));
    } else changes.push(fillEntry(file, rangeOf(pair.key as Node), wanted));
  }
  // Further in comes first: both may be put at the same place.
  const all = [...changes, ...lacking];
  return all.every((change) => change !== undefined) ? all : undefined;
}

/**
 * Sets a scalar, keeping its quotes where it has some.
 * @param range the scalar's own
 */
export function setScalar(
  file: Source,
  range: TextRange,
  value: string | number | boolean,
): Change | undefined {
  const tree = new YamlTree(file.text);
  const scalar = tree.find(range.start, isScalar);
  if (!scalar || scalar.type === 'BLOCK_LITERAL' || scalar.type === 'BLOCK_FOLDED') return undefined;
  const { start, end } = rangeOf(scalar);
  return edit(file, start, end, scalarText(value, scalar.type));
}

/**
 * Removes an entry of a mapping or an item of a sequence, with the comments that stand on its line and right above it.
 * @param entry the range of the key, or one that starts at the item
 */
export function removeEntry(file: Source, entry: TextRange): Change | undefined {
  const tree = new YamlTree(file.text);
  const holder = tree.holderOf(entry);
  if (!holder) return undefined;
  if (holder.node.flow) return removeJsonEntry(file, rangeOf(holder.node), entry);
  const { start, end } = tree.entryRange(holder.node, holder.index);
  if (holder.node.items.length > 1) return edit(file, start, end, '');
  const empty = isMap(holder.node) ? '{}' : '[]';
  const whole = tree.pairOf(holder.node);
  if (whole) return edit(file, rangeOf(whole.key).end, end, `: ${empty}${newlineOf(file.text)}`);
  return undefined;
}

function edit({ path }: Source, start: number, end: number, text: string): Change {
  return { kind: 'edit', file: path, range: { start, end }, text };
}

function fillMap(
  file: Source,
  tree: YamlTree,
  node: YAMLMap | YAMLSeq,
  value: YamlValue,
): Change | undefined {
  const { start, end } = rangeOf(node);
  const pair = tree.pairOf(node);
  const json = /^\s*[{[]/.test(file.text);
  if (json) return setJsonValue(file, { start, end }, value);
  if (!pair || tree.isInFlow(pair)) return undefined;
  const column = columnOf(file.text, rangeOf(pair.key).start);
  const blanks = /[ \t]*$/.exec(file.text.slice(0, start))![0].length;
  return putAfterKey(file, start - blanks, end, tree.valueAfterKey(value, column));
}

/** Puts a value in place of an empty one; a comment on the key's line stays there. */
function putAfterKey(file: Source, start: number, end: number, value: string): Change {
  const rest = file.text.slice(end, endOfLine(file.text, end));
  const comment = /^\s*#/.test(rest) && /^\r?\n/.test(value) ? rest : '';
  return edit(file, start, end + comment.length, `${comment}${value}`);
}

function insertIntoFlow(file: Source, map: YAMLMap, key: string, value: YamlValue): Change | undefined {
  const { start, end } = rangeOf(map);
  const written = file.text.slice(start, end);
  const json = insertProperty(file, { start, end }, key, value);
  if (json || written.includes('\n') || written.includes('#')) return json;
  const padding = /\s*$/.exec(written.slice(0, -1))![0].length;
  const at = end - 1 - padding;
  const flow = stringify(
    { [key]: value },
    { collectionStyle: 'flow', lineWidth: 0, flowCollectionPadding: false, compat: 'yaml-1.1' },
  ).trim();
  return edit(
    file,
    at,
    at,
    `${written.slice(0, -1).trimEnd().endsWith(',') ? ' ' : ', '}${flow.slice(1, -1)}`,
  );
}

function scalarText(value: string | number | boolean, type: Scalar['type']): string {
  if (type === 'QUOTE_DOUBLE') return JSON.stringify(String(value));
  if (type === 'QUOTE_SINGLE' && !String(value).includes('\n'))
    return `'${String(value).replace(/'/g, "''")}'`;
  return stringify(value, {
    compat: 'yaml-1.1',
    lineWidth: 0,
    ...(typeof value === 'string' && value.includes('\n') && { defaultStringType: 'QUOTE_DOUBLE' as const }),
  }).trimEnd();
}

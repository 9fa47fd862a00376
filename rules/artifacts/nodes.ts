/**
 * Small questions to the nodes of a parsed YAML or JSON text, for kinds that read maps of plain values. It must never
 * know what the maps mean.
 */
import {
  isMap,
  isNode,
  isPair,
  isScalar,
  isSeq,
  type Node,
  type Pair,
  type Scalar,
  type YAMLMap,
} from 'yaml';
import type { Ranged, TextRange } from '../text.ts';

/** A key of a map that is a plain scalar, and what stands under it. */
export interface Entry {
  readonly key: string;
  readonly keyNode: Scalar;
  /** null or a null scalar where nothing is written. */
  readonly value: unknown;
  /** From the key to the end of the value. */
  readonly range: TextRange;
}

/** The entries of a map with scalar keys, in order; no entries for anything else. */
export function entriesOf(node: unknown): Entry[] {
  if (!isMap(node)) return [];
  const entries: Entry[] = [];
  for (const pair of node.items as Pair<unknown, unknown>[]) {
    const { key, value } = pair;
    if (!isScalar(key) || !key.range || key.value === null) continue;
    const end = Math.max(key.range[1], isWritten(value) ? endOf(value) : 0);
    entries.push({ key: String(key.value), keyNode: key, value, range: { start: key.range[0], end } });
  }
  return entries;
}

/** The node under the first of these keys that the map has. */
export function valueAt(map: unknown, ...keys: readonly string[]): unknown {
  if (!isMap(map)) return undefined;
  for (const key of keys) {
    const node: unknown = (map as YAMLMap).get(key, true);
    if (node !== undefined) return node;
  }
  return undefined;
}

/** A string, number or boolean with its range; undefined for anything else and for nothing. */
export function scalarOf(node: unknown): Ranged<string | number | boolean> | undefined {
  if (!isScalar(node) || !node.range) return undefined;
  const { value } = node;
  if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') return undefined;
  return { value, range: rangeOf(node) };
}

/** A scalar's text with its range; undefined where it is empty. */
export function textOf(node: unknown): Ranged<string> | undefined {
  const scalar = scalarOf(node);
  const text = scalar === undefined ? '' : String(scalar.value).trim();
  return scalar && text !== '' ? { value: text, range: scalar.range } : undefined;
}

/** The node's range without the blank lines and comments after it. */
export function rangeOf(node: Node): TextRange {
  return { start: node.range?.[0] ?? 0, end: endOf(node) };
}

/** Block collections end in the parser's eyes where the next thing starts; here they end with their last value. */
function endOf(node: Node): number {
  let last: unknown = node;
  for (let depth = 0; depth < 200; depth++) {
    if (!(isMap(last) || isSeq(last)) || last.flow || last.items.length === 0) break;
    const item: unknown = last.items.at(-1);
    const inner: unknown = isPair(item) ? (isWritten(item.value) ? item.value : item.key) : item;
    if (!isNode(inner) || !inner.range) break;
    last = inner;
  }
  return (last as Node).range?.[1] ?? 0;
}

/** Something stands there in the text: an absent value has an empty range, which may lie past comments. */
function isWritten(node: unknown): node is Node {
  return isNode(node) && !!node.range && node.range[1] > node.range[0];
}

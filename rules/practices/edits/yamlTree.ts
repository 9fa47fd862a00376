/**
 * The nodes of a YAML text for edits: found again by where they start, with the lines that belong to them and the style
 * they are written in. It must never know what a key means.
 */
import {
  isMap,
  isScalar,
  isSeq,
  stringify,
  visit,
  type Node,
  type Pair,
  type Scalar,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml';
import { parseYaml } from '../../artifacts/artifact.ts';
import { rangeOf } from '../../artifacts/nodes.ts';
import { isTemplate, maskTemplate, type Masked } from '../../artifacts/template.ts';
import type { TextRange } from '../../text.ts';
import type { JsonValue } from './json.ts';
import { columnOf, endOfLine, newlineOf, nextLine, startOfLine } from './lines.ts';

/** The nodes of a text, masked where it is a template. */
export class YamlTree {
  readonly #text: string;
  readonly #masked: Masked | undefined;
  readonly #pairs = new Map<number, { pair: FoundPair; map: YAMLMap; index: number }>();
  readonly #items = new Map<number, { seq: YAMLSeq; index: number }>();
  readonly #nodes = new Map<number, Node[]>();
  readonly #byValue = new Map<unknown, FoundPair>();
  readonly #inFlow = new Set<unknown>();
  #step: number | undefined;
  #dash: number | undefined;

  constructor(text: string) {
    this.#text = text;
    this.#masked = text.includes('{{') && isTemplate(text) ? maskTemplate(text) : undefined;
    for (const document of parseYaml(this.#masked?.text ?? text)) {
      visit(document, {
        Pair: (_, pair, path) => {
          const map = path.at(-1);
          if (!isScalar(pair.key) || !pair.key.range || !isMap(map)) return;
          const found = { key: pair.key, value: pair.value as Node | null };
          this.#pairs.set(rangeOf(pair.key).start, {
            pair: found,
            map,
            index: map.items.indexOf(pair as Pair<never>),
          });
          this.#byValue.set(pair.value, found);
          if (path.some((node) => isMap(node) && node.flow) || path.some((node) => isSeq(node) && node.flow))
            this.#inFlow.add(pair.key);
          this.#learnStyle(pair.key, pair.value);
        },
        Node: (_, node, path) => {
          if (!node.range) return;
          const { start } = rangeOf(node);
          this.#nodes.set(start, [...(this.#nodes.get(start) ?? []), node]);
          const seq = path.at(-1);
          if (isSeq(seq)) this.#items.set(start, { seq, index: seq.items.indexOf(node) });
        },
      });
    }
  }

  find<T extends Node>(start: number, is: (node: unknown) => node is T): T | undefined {
    return this.#nodes.get(start)?.find(is);
  }

  pairAt(start: number): FoundPair | undefined {
    return this.#pairs.get(start)?.pair;
  }

  /** The pair whose value a node is. */
  pairOf(node: Node): FoundPair | undefined {
    return this.#byValue.get(node);
  }

  isInFlow(pair: FoundPair): boolean {
    return this.#inFlow.has(pair.key);
  }

  holderOf({ start, end }: TextRange): { node: YAMLMap | YAMLSeq; index: number } | undefined {
    const item = this.#items.get(start);
    const pair = this.#pairs.get(start);
    // An item that is a mapping starts where its first key does.
    if (pair && (!item || end <= rangeOf(pair.pair.key).end)) return { node: pair.map, index: pair.index };
    return item && { node: item.seq, index: item.index };
  }

  /** The lines of a mapping's entries at a column, in the style of the text. */
  render(value: JsonValue, column: number): string[] {
    const margin = ' '.repeat(column);
    const block = stringify(value, {
      indent: this.#step ?? 2,
      indentSeq: this.#dash !== 0,
      lineWidth: 0,
      singleQuote: prefersSingleQuotes(this.#text),
      // Most tools still read YAML 1.1, where `on` is a boolean.
      compat: 'yaml-1.1',
      aliasDuplicateObjects: false,
    });
    return block
      .trimEnd()
      .split('\n')
      .map((line) => (line === '' ? '' : margin + line));
  }

  /** What follows a key's colon: a scalar on its line, anything else on lines of its own. */
  valueAfterKey(value: JsonValue, column: number): string {
    const scalar = typeof value !== 'object' || value === null || Object.keys(value).length === 0;
    const step = Array.isArray(value) ? (this.#dash ?? 2) : (this.#step ?? 2);
    const lines = this.render(value, scalar ? 0 : column + step);
    return scalar
      ? ` ${lines.join(newlineOf(this.#text))}`
      : lines.map((line) => newlineOf(this.#text) + line).join('');
  }

  /** Where a line can be added after an entry of the mapping: the last one, unless a template or block scalar is in the way. */
  endToExtend(map: YAMLMap): number | undefined {
    const start = rangeOf(map).start;
    for (const { key, value } of map.items.toReversed()) {
      if (!isScalar(key) || keepsBlankLines(value, this.#text)) continue;
      const node =
        (value as Node | null)?.range && rangeOf(value as Node).end > rangeOf(key).end
          ? (value as Node)
          : key;
      const content = this.#text.slice(0, rangeOf(node).end).trimEnd().length;
      const at = endOfLine(this.#text, content);
      if (this.#isUnconditional(start, at)) return at;
    }
    return undefined;
  }

  /** All lines of an entry, with comments on its line and right above it; a first entry leaves the dash before it. */
  entryRange(holder: YAMLMap | YAMLSeq, index: number): TextRange {
    const text = this.#text;
    const at = startOf(holder.items[index]);
    const next = holder.items[index + 1];
    const item = holder.items[index];
    let end = nextLine(text, endOf(item, text));
    if (keepsBlankLines(isScalarPair(item) ? item.value : item, text))
      end += /^(?:[ \t]*\r?\n)*/.exec(text.slice(end))![0].length;
    const line = startOfLine(text, at);
    const before = text.slice(line, at);
    const dash = isSeq(holder) ? before.replace(/-[ \t]*$/, '') : before;
    if (dash.trim() !== '') return { start: at, end: next ? this.#startOfNext(end, startOf(next)) : end };
    return { start: commentsAbove(text, line, dash.length), end };
  }

  #startOfNext(end: number, next: number): number {
    const blanks = /^[ \t]*/.exec(this.#text.slice(end, next))![0].length;
    return end + blanks;
  }

  /** Nothing between two offsets opens or closes a condition or loop of a template that the other does not. */
  #isUnconditional(start: number, end: number): boolean {
    let depth = 0;
    for (const action of this.#masked?.actions ?? []) {
      if (action.start < start || action.start >= end) continue;
      if (/^(?:if|range|with|define|block)\b/.test(action.text)) depth += 1;
      else if (/^end\b/.test(action.text)) depth -= 1;
      if (depth < 0) return false;
    }
    return depth === 0;
  }

  #learnStyle(key: Scalar, value: unknown): void {
    if (!(isMap(value) || isSeq(value)) || value.flow || !value.range) return;
    const distance = columnOf(this.#text, rangeOf(value).start) - columnOf(this.#text, rangeOf(key).start);
    if (isMap(value) && distance > 0 && distance <= 8) this.#step ??= distance;
    if (isSeq(value) && distance >= 0 && distance <= 8) this.#dash ??= distance;
  }
}

export interface FoundPair {
  readonly key: Scalar;
  readonly value: Node | null;
}

/** A block scalar that keeps its blank lines, at the end of a value, would take what follows them. */
function keepsBlankLines(value: unknown, text: string): boolean {
  let last = value;
  while ((isMap(last) || isSeq(last)) && last.items.length > 0) {
    const item: unknown = last.items.at(-1);
    last = isScalarPair(item) ? item.value : item;
  }
  if (!isScalar(last) || (last.type !== 'BLOCK_LITERAL' && last.type !== 'BLOCK_FOLDED')) return false;
  const { start } = rangeOf(last);
  return /^[|>][1-9]?\+/.test(text.slice(start, start + 3));
}

function prefersSingleQuotes(text: string): boolean {
  return (text.match(/[:-] '/g)?.length ?? 0) > (text.match(/[:-] "/g)?.length ?? 0);
}

function startOf(entry: unknown): number {
  const node = (isScalarPair(entry) ? entry.key : entry) as Node;
  return rangeOf(node).start;
}

function endOf(entry: unknown, text: string): number {
  const node = isScalarPair(entry) ? (entry.value as Node | null) : (entry as Node);
  const key = isScalarPair(entry) ? rangeOf(entry.key).end : 0;
  const end = node?.range ? Math.max(rangeOf(node).end, key) : key;
  return Math.max(text.slice(0, end).trimEnd().length, key);
}

function isScalarPair(entry: unknown): entry is { key: Scalar; value: unknown } {
  return typeof entry === 'object' && entry !== null && 'key' in entry;
}

/** The start of the comment lines that stand right above a line, at its column. */
function commentsAbove(text: string, line: number, column: number): number {
  let start = line;
  while (start > 0) {
    const above = startOfLine(text, start - 1);
    const comment = /^([ \t]*)#/.exec(text.slice(above, start));
    if (!comment || comment[1]!.length !== column) break;
    start = above;
  }
  return start;
}

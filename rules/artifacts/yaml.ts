/**
 * Reading YAML documents without surprises: aliases and merge keys followed with limits, and no nesting that would exhaust
 * the stack. It must never know what a key means.
 */
import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  visit,
  type Alias,
  type Document,
  type Node,
  type Scalar,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml';
import type { TextRange } from '../text.ts';
import { push } from '../groups.ts';
import { maxProblems } from './artifact.ts';

/** Levels of nesting that no hand-written file reaches, and that the YAML parser still survives. */
const maxNesting = 500;

/** Whether a text is nested so deeply that parsing it would exhaust the stack: known from its brackets and margins. */
export function nestsTooDeeply(text: string): boolean {
  if (/^[ \t?:-]{1000}/m.test(text)) return true;
  let depth = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === openBracket || code === openBrace) depth += 1;
    else if (code === closeBracket || code === closeBrace) depth = Math.max(0, depth - 1);
    if (depth > maxNesting) return true;
  }
  return false;
}

/**
 * The text with the line breaks of badly indented quoted scalars made blanks, so that every range holds; undefined where
 * there are none. Kubernetes' own parser does not mind how the lines of a quoted scalar are indented, YAML 1.2 does.
 */
export function mendQuotes(text: string, documents: readonly Document[]): string | undefined {
  let mended = text;
  let left = maxMended;
  for (const document of documents) {
    if (!document.errors.some(({ message }) => /^Missing closing .quote/.test(message))) continue;
    visit(document, {
      Scalar: (_, { type, range }) => {
        if (!range || (type !== 'QUOTE_DOUBLE' && type !== 'QUOTE_SINGLE')) return undefined;
        const quoted = type === 'QUOTE_DOUBLE' ? /"(?:[^"\\]|\\.)*"/sy : /'(?:[^']|'')*'/y;
        quoted.lastIndex = range[0];
        const end = quoted.exec(text) ? quoted.lastIndex : 0;
        if (end <= range[1]) return undefined;
        left -= 1;
        if (left < 0) return visit.BREAK;
        mended = mended.slice(0, range[0]) + oneLine(text.slice(range[0], end)) + mended.slice(end);
        return undefined;
      },
    });
  }
  return mended === text ? undefined : mended;
}

/** Files with more of them are broken in another way. */
const maxMended = 20;

function oneLine(text: string): string {
  return text.replace(/[\r\n]/g, ' ');
}

/** The first errors of a document as problems: ranges within the text, messages without the text they quote. */
export function problemsOf(document: Document, length: number): { message: string; range: TextRange }[] {
  return document.errors.slice(0, maxProblems).map(({ message, pos: [start, end] }) => ({
    message: message.replace(/: "[^]{60,}$/, '.'),
    range: { start: Math.min(start, length), end: Math.min(end, length) },
  }));
}

const openBracket = '['.charCodeAt(0);
const closeBracket = ']'.charCodeAt(0);
const openBrace = '{'.charCodeAt(0);
const closeBrace = '}'.charCodeAt(0);

/** Reads the nodes of one document. */
export class YamlReader {
  readonly #document: Document;
  #anchors: Map<string, Node[]> | undefined;

  constructor(document: Document) {
    this.#document = document;
  }

  map(node: unknown): YAMLMap | undefined {
    const found = this.resolve(node);
    return isMap(found) && found.range ? found : undefined;
  }

  seq(node: unknown): YAMLSeq | undefined {
    const found = this.resolve(node);
    return isSeq(found) && found.range ? found : undefined;
  }

  /** The items of a sequence; none for anything else. */
  items(node: unknown): readonly unknown[] {
    return this.seq(node)?.items ?? [];
  }

  /** A scalar that holds something. */
  scalar(node: unknown): Scalar | undefined {
    const found = this.resolve(node);
    if (!isScalar(found) || !found.range) return undefined;
    return found.value === null || found.value === undefined ? undefined : found;
  }

  /** The value under a path of keys, aliases and merge keys followed. */
  get(node: unknown, ...path: readonly string[]): Node | undefined {
    let found = this.resolve(node);
    for (const key of path) found = isMap(found) ? this.resolve(this.#value(found, key)) : undefined;
    return found;
  }

  /** The key itself, for its range. */
  key(map: YAMLMap, key: string): Scalar | undefined {
    const found = map.items.find((pair) => isScalar(pair.key) && pair.key.value === key)?.key;
    return isScalar(found) && found.range ? found : undefined;
  }

  /** What a node stands for: an alias's anchor; nothing for an alias that leads nowhere or in a circle. */
  resolve(node: unknown): Node | undefined {
    let found = node;
    for (let hops = 0; isAlias(found); hops += 1) {
      if (hops > 10) return undefined;
      found = this.#anchor(found);
    }
    return isMap(found) || isSeq(found) || isScalar(found) ? found : undefined;
  }

  #value(map: YAMLMap, key: string, merges = { left: 50 }): unknown {
    let merged: unknown;
    for (const pair of map.items) {
      if (!isScalar(pair.key)) continue;
      if (pair.key.value === key) return pair.value;
      if (pair.key.value === '<<' || typeof pair.key.value === 'symbol') merged ??= pair.value;
    }
    if (merged === undefined) return undefined;
    const source = this.resolve(merged);
    for (const from of isSeq(source) ? source.items : [source]) {
      merges.left -= 1;
      if (merges.left < 0) return undefined;
      const base = this.resolve(from);
      const found = isMap(base) ? this.#value(base, key, merges) : undefined;
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** The last node with this anchor before the alias. */
  #anchor(alias: Alias): Node | undefined {
    if (!this.#anchors) {
      const anchors = (this.#anchors = new Map<string, Node[]>());
      visit(this.#document, {
        Node: (_, node) => {
          if ('anchor' in node && node.anchor) {
            push(anchors, node.anchor, node);
          }
        },
      });
    }
    const start = alias.range?.[0] ?? 0;
    return this.#anchors.get(alias.source)?.findLast((node) => (node.range?.[0] ?? 0) < start);
  }
}

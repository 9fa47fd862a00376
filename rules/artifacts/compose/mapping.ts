/**
 * YAML mappings as Compose reads them: aliases followed, `<<` merged. It must never know what a key means.
 * Every key is looked up where it stands, so nothing is copied and aliases cannot multiply.
 */
import { isAlias, isMap, isScalar, isSeq, type Alias, type Document, type Node, type YAMLMap } from 'yaml';
import type { Ranged, TextRange } from '../../text.ts';

/** Merges of merges beyond this are not followed. */
const maxDepth = 20;
/** More merged keys than this in one document are a bomb, not a configuration. */
const maxMerged = 50_000;

export class YamlReader {
  readonly #document: Document;
  #targets: ReadonlyMap<Alias, unknown> | undefined;
  readonly #merged = new Map<YAMLMap, ReadonlyMap<string, Entry>>();
  #budget = maxMerged;

  constructor(document: Document) {
    this.#document = document;
  }

  /** The node an alias stands for. */
  follow(node: unknown): unknown {
    if (!isAlias(node)) return node;
    this.#targets ??= aliasTargets(this.#document);
    return this.#targets.get(node);
  }

  mapping(node: unknown): Mapping | undefined {
    const target = this.follow(node);
    const range = isMap(target) ? rangeOf(target) : undefined;
    return isMap(target) && range ? new Mapping(this, this.#entries(target, 0), range) : undefined;
  }

  #entries(map: YAMLMap, depth: number): ReadonlyMap<string, Entry> {
    const known = this.#merged.get(map);
    if (known) return known;
    const entries = new Map<string, Entry>();
    this.#merged.set(map, entries);
    for (const { key, value } of map.items) {
      if (!isScalar(key) || key.value === null || --this.#budget < 0) continue;
      if (key.value === '<<') this.#merge(value, entries, depth);
      else entries.set(String(key.value), { key, value });
    }
    return entries;
  }

  /** Own keys win, and among merged mappings the earlier one. */
  #merge(node: unknown, into: Map<string, Entry>, depth: number): void {
    if (depth >= maxDepth) return;
    const target = this.follow(node);
    for (const source of isSeq(target) ? target.items : [target]) {
      const map = this.follow(source);
      if (!isMap(map)) continue;
      for (const [key, entry] of this.#entries(map, depth + 1)) {
        if (--this.#budget < 0) return;
        if (!into.has(key)) into.set(key, entry);
      }
    }
  }
}

/** Looked up all at once: the library searches the whole document for each alias. */
function aliasTargets(document: Document): ReadonlyMap<Alias, unknown> {
  const anchors = new Map<string, unknown>();
  const targets = new Map<Alias, unknown>();
  const ahead: unknown[] = [document.contents];
  while (ahead.length > 0) {
    const node = ahead.pop();
    if (isAlias(node)) targets.set(node, anchors.get(node.source));
    else if (isScalar(node) || isSeq(node) || isMap(node)) {
      if (node.anchor) anchors.set(node.anchor, node);
      if (isSeq(node)) for (const item of node.items.toReversed()) ahead.push(item);
      if (isMap(node)) for (const { key, value } of node.items.toReversed()) ahead.push(value, key);
    }
  }
  return targets;
}

interface Entry {
  readonly key: unknown;
  readonly value: unknown;
}

export class Mapping {
  readonly range: TextRange;
  readonly #reader: YamlReader;
  readonly #entries: ReadonlyMap<string, Entry>;

  constructor(reader: YamlReader, entries: ReadonlyMap<string, Entry>, range: TextRange) {
    this.#reader = reader;
    this.#entries = entries;
    this.range = range;
  }

  has(key: string): boolean {
    return this.#entries.has(key);
  }

  keys(): Ranged<string>[] {
    return [...this.#entries].flatMap(([value, { key }]) => {
      const range = rangeOf(key);
      return range ? [{ value, range }] : [];
    });
  }

  mapping(key: string): Mapping | undefined {
    return this.#reader.mapping(this.#entries.get(key)?.value);
  }

  /** A scalar that is not empty, as text. */
  scalar(key: string): Ranged<string> | undefined {
    const node = this.#reader.follow(this.#entries.get(key)?.value);
    const range = rangeOf(node);
    if (!isScalar(node) || !range || node.value === null || node.value === undefined) return undefined;
    return { value: String(node.value), range };
  }

  /** The items of a list, aliases followed; none when it is no list. */
  items(key: string): unknown[] {
    const node = this.#reader.follow(this.#entries.get(key)?.value);
    return isSeq(node) ? node.items.map((item) => this.#reader.follow(item)) : [];
  }

  /** A list's items that are mappings. */
  mappings(key: string): Mapping[] {
    return this.items(key).flatMap((item) => this.#reader.mapping(item) ?? []);
  }

  rangeOf(key: string): TextRange | undefined {
    return rangeOf(this.#reader.follow(this.#entries.get(key)?.value));
  }
}

/** The node itself, without the blank space and comments after it. */
export function rangeOf(node: unknown): TextRange | undefined {
  const range = (node as Node | null | undefined)?.range;
  return range ? { start: range[0], end: range[1] } : undefined;
}

/** What the YAML of all pipelines has in common. It must never know a system's own words. */
import { isMap, isScalar, isSeq, type Document, type ParsedNode } from 'yaml';
import type { Ranged, TextRange } from '../../text.ts';
import { entriesOf, rangeOf, textOf, type Entry } from '../nodes.ts';
import { YamlReader } from '../yaml.ts';
import { withoutExpressions } from './script.ts';

/** Reads one pipeline's document; aliases and merge keys are followed. */
export class PipelineReader {
  readonly #yaml: YamlReader;
  readonly root: unknown;

  constructor(document: Document.Parsed<ParsedNode>) {
    this.#yaml = new YamlReader(document);
    this.root = document.contents;
  }

  get(node: unknown, ...path: readonly string[]): unknown {
    return this.#yaml.get(node, ...path);
  }

  has(node: unknown, key: string): boolean {
    return this.get(node, key) !== undefined;
  }

  /** A scalar's text. */
  text(node: unknown, ...path: readonly string[]): Ranged<string> | undefined {
    return textOf(this.get(node, ...path));
  }

  entries(node: unknown, ...path: readonly string[]): Entry[] {
    return entriesOf(this.get(node, ...path));
  }

  items(node: unknown, ...path: readonly string[]): readonly unknown[] {
    return this.#yaml.items(this.get(node, ...path));
  }

  /** A script: a text, or a list of lines that may hold further lists. */
  script(node: unknown, depth = 0): string {
    const found = this.#yaml.resolve(node);
    if (isScalar(found)) return typeof found.value === 'string' ? found.value : '';
    if (!isSeq(found) || depth > 5) return '';
    return found.items.map((item) => this.script(item, depth + 1)).join('\n');
  }

  /** The scalars of a list, or the one scalar that stands in its place. */
  texts(node: unknown): string[] {
    const found = this.#yaml.resolve(node);
    const items = isSeq(found) ? found.items : [found];
    return items.flatMap((item) => textOf(this.#yaml.resolve(item))?.value ?? []);
  }

  /** Scalar values of a mapping. */
  scalars(node: unknown): Record<string, string> | undefined {
    const entries = this.entries(node).flatMap(({ key, value }) => {
      const text = textOf(this.#yaml.resolve(value));
      return text ? [[key, withoutExpressions(text.value)] as const] : [];
    });
    return entries.length > 0 ? Object.fromEntries(entries) : undefined;
  }

  /** The range of a mapping's key. */
  keyRange(map: unknown, key: string): TextRange | undefined {
    const entry = this.entries(map).find((one) => one.key === key);
    return entry && rangeOf(entry.keyNode);
  }

  isMap(node: unknown): boolean {
    return isMap(this.#yaml.resolve(node));
  }
}

/**
 * A tolerant JSON reader that keeps ranges: half-typed text, comments and trailing commas are read as far as they go.
 * The YAML parser would do, at a hundred times the time, and every package of a monorepo is read.
 */
import type { TextRange } from '../../text.ts';

export type JsonNode =
  | { readonly kind: 'object'; readonly range: TextRange; readonly entries: readonly JsonEntry[] }
  | { readonly kind: 'array'; readonly range: TextRange; readonly items: readonly JsonNode[] }
  /** The range is that of the characters between the quotes. */
  | { readonly kind: 'string'; readonly range: TextRange; readonly value: string }
  | { readonly kind: 'other'; readonly range: TextRange; readonly value: number | boolean | null };

export interface JsonEntry {
  readonly key: string;
  readonly keyRange: TextRange;
  readonly value: JsonNode;
}

/** Nesting beyond this is no manifest; it keeps recursion within the stack. */
const maxDepth = 100;

/** Reads the first value of the text; `broken` is the first place where it is not JSON. */
export function readJson(text: string): { readonly root?: JsonNode; readonly broken?: TextRange } {
  const reader = new Reader(text);
  const root = reader.value(0);
  reader.blank();
  if (reader.at < text.length) reader.fail();
  return { ...(root && { root }), ...(reader.broken && { broken: reader.broken }) };
}

/** The value under a key of an object. */
export function entryOf(node: JsonNode | undefined, key: string): JsonNode | undefined {
  if (node?.kind !== 'object') return undefined;
  return node.entries.find((entry) => entry.key === key)?.value;
}

const blank = /(?:[\s\uFEFF]+|\/\/[^\n]*|\/\*[^]*?\*\/)*/y;
const string = /"((?:[^"\\\r\n]|\\[^\r\n])*)("?)/y;
const literal = /-?\d[\d.eE+-]*|true|false|null/y;

class Reader {
  at = 0;
  broken: TextRange | undefined;
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  fail(): void {
    this.broken ??= {
      start: Math.min(this.at, this.#text.length),
      end: Math.min(this.at + 1, this.#text.length),
    };
  }

  blank(): void {
    this.#match(blank);
  }

  value(depth: number): JsonNode | undefined {
    this.blank();
    const start = this.at;
    const character = this.#text[start];
    if (depth < maxDepth && character === '{') return this.#object(depth);
    if (depth < maxDepth && character === '[') return this.#array(depth);
    if (character === '"') {
      const { value, range } = this.#string();
      return { kind: 'string', value, range };
    }
    const match = this.#match(literal);
    if (!match) {
      this.fail();
      return undefined;
    }
    const word = match[0];
    const value = word === 'null' ? null : word === 'true' ? true : word === 'false' ? false : Number(word);
    return { kind: 'other', value, range: { start, end: this.at } };
  }

  #object(depth: number): JsonNode {
    const start = this.at++;
    const entries: JsonEntry[] = [];
    for (this.blank(); this.at < this.#text.length && !this.#eat('}'); this.blank()) {
      if (this.#eat(',')) continue;
      if (this.#text[this.at] !== '"') {
        this.fail();
        if (/[\]{[]/.test(this.#text[this.at]!)) break;
        this.at++;
        continue;
      }
      const { value: key, range: keyRange } = this.#string();
      this.blank();
      if (!this.#eat(':')) {
        this.fail();
        continue;
      }
      const value = this.value(depth + 1);
      if (value) entries.push({ key, keyRange, value });
    }
    if (this.#text[this.at - 1] !== '}') this.fail();
    return { kind: 'object', entries, range: { start, end: this.at } };
  }

  #array(depth: number): JsonNode {
    const start = this.at++;
    const items: JsonNode[] = [];
    for (this.blank(); this.at < this.#text.length && !this.#eat(']'); this.blank()) {
      if (this.#eat(',')) continue;
      const item = this.value(depth + 1);
      if (!item) break;
      items.push(item);
    }
    if (this.#text[this.at - 1] !== ']') this.fail();
    return { kind: 'array', items, range: { start, end: this.at } };
  }

  #string(): { readonly value: string; readonly range: TextRange } {
    const start = this.at + 1;
    const match = this.#match(string)!;
    if (match[2] === '') this.fail();
    return { value: unescape(match[1]!), range: { start, end: start + match[1]!.length } };
  }

  #eat(character: string): boolean {
    if (this.#text[this.at] !== character) return false;
    this.at++;
    return true;
  }

  #match(expression: RegExp): RegExpExecArray | null {
    expression.lastIndex = this.at;
    const match = expression.exec(this.#text);
    if (match) this.at = expression.lastIndex;
    return match;
  }
}

function unescape(raw: string): string {
  if (!raw.includes('\\')) return raw;
  try {
    return JSON.parse(`"${raw}"`) as string;
  } catch {
    return raw;
  }
}

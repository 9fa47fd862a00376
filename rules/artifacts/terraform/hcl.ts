/**
 * HCL: blocks, their labels, and their attributes as they are written. Expressions are not evaluated: a literal can be
 * told from its text.
 *
 * Source: https://github.com/hashicorp/hcl/blob/main/hclsyntax/spec.md
 */
import type { Ranged, TextRange } from '../../text.ts';
import type { TerraformBlock } from './facts.ts';

/** The blocks of a text; what cannot be understood is passed over. */
export function readBlocks(text: string): TerraformBlock[] {
  return new HclReader(text).blocks();
}

/** Deeper blocks are not written by people. */
const maxDepth = 20;
/** Characters of an expression that are kept. */
const maxExpression = 500;

const blank = /(?:[\s,;]|#[^\n]*|\/\/[^\n]*|\/\*[^]*?(?:\*\/|$))+/y;
const identifier = /[A-Za-z_][\w-]*/y;
const label = /[ \t]*(?:"((?:[^"\\\n]|\\.)*)"|([A-Za-z_][\w-]*))/y;
const heredoc = /<<-?([A-Za-z_]\w*)[^\n]*\n/y;

class HclReader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  blocks(): TerraformBlock[] {
    return this.#body(0).blocks;
  }

  /** Reads up to the brace that closes the body, or the end. */
  #body(depth: number): { attributes: Record<string, Ranged<string>>; blocks: TerraformBlock[] } {
    const attributes: Record<string, Ranged<string>> = {};
    const blocks: TerraformBlock[] = [];
    while (this.#at < this.#text.length) {
      this.#match(blank);
      if (this.#text[this.#at] === '}' || this.#at >= this.#text.length) break;
      const start = this.#at;
      const name = this.#match(identifier)?.[0];
      if (name === undefined) {
        this.#skip();
        continue;
      }
      const attribute = this.#match(/[ \t]*=(?!=)[ \t]*/y);
      if (attribute) {
        attributes[name] = this.#expression();
        continue;
      }
      const labels: string[] = [];
      for (let found = this.#match(label); found; found = this.#match(label))
        labels.push(found[1] ?? found[2]!);
      const header = { start, end: this.#at };
      if (!this.#match(/[ \t]*\{/y)) continue;
      const from = this.#at;
      if (depth >= maxDepth) {
        this.#toClosing();
        continue;
      }
      const inner = this.#body(depth + 1);
      const body: TextRange = { start: from, end: this.#at };
      if (this.#text[this.#at] === '}') this.#at += 1;
      blocks.push({ type: name, labels, header, body, ...inner });
    }
    return { attributes, blocks };
  }

  /** An expression ends with its line, unless a bracket or a here-document is open. */
  #expression(): Ranged<string> {
    const start = this.#at;
    let open = 0;
    while (this.#at < this.#text.length) {
      const character = this.#text[this.#at]!;
      if (open === 0 && (character === '\n' || character === '}' || character === ',')) break;
      if ('([{'.includes(character)) open += 1;
      else if (')]}'.includes(character)) open = Math.max(0, open - 1);
      if (open === 0 && /^(?:#|\/\/)/.test(this.#text.slice(this.#at, this.#at + 2))) break;
      this.#skip();
    }
    const raw = this.#text.slice(start, this.#at).trimEnd();
    const value = raw.slice(0, maxExpression).replace(/\s+/g, ' ');
    return { value, range: { start, end: start + raw.length } };
  }

  #toClosing(): void {
    let open = 1;
    while (this.#at < this.#text.length && open > 0) {
      if (this.#text[this.#at] === '{') open += 1;
      else if (this.#text[this.#at] === '}') open -= 1;
      this.#skip();
    }
  }

  /** One character, or a whole string, comment or here-document. */
  #skip(): void {
    if (this.#text[this.#at] === '"') {
      this.#string();
      return;
    }
    if (this.#match(/#[^\n]*|\/\/[^\n]*|\/\*[^]*?(?:\*\/|$)/y)) return;
    const opened = this.#match(heredoc);
    if (!opened) {
      this.#at += 1;
      return;
    }
    const end = new RegExp(`^[ \\t]*${opened[1]!}[ \\t]*$`, 'gm');
    end.lastIndex = this.#at;
    this.#at = end.exec(this.#text) ? end.lastIndex : this.#text.length;
  }

  /** A string may hold templates with strings of their own: `"${lookup(a, "b")}"`. */
  #string(): void {
    this.#at += 1;
    let templates = 0;
    while (this.#at < this.#text.length) {
      const character = this.#text[this.#at]!;
      if (character === '\n') return;
      if (character === '\\') this.#at += 1;
      else if (/^[$%]\{/.test(this.#text.slice(this.#at, this.#at + 2))) {
        templates += 1;
        this.#at += 1;
      } else if (templates > 0 && character === '}') templates -= 1;
      else if (templates === 0 && character === '"') {
        this.#at += 1;
        return;
      }
      this.#at += 1;
    }
  }

  #match(expression: RegExp): RegExpExecArray | undefined {
    expression.lastIndex = this.#at;
    const found = expression.exec(this.#text);
    if (!found) return undefined;
    this.#at = expression.lastIndex;
    return found;
  }
}

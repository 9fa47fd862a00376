/**
 * The block structure of a Markdown text: which lines are headings, paragraphs, code and HTML, inside quotes and lists
 * as well. CommonMark's own algorithm (spec 0.31, appendix "A parsing strategy"), one line after the other, so that the
 * time is linear in the text. It must never know what is written inside a block.
 */
import type { TextRange } from '../../text.ts';

export type Block =
  | {
      readonly kind: 'heading';
      readonly depth: number;
      readonly range: TextRange;
      readonly content: TextRange;
    }
  | { readonly kind: 'paragraph' | 'html'; readonly range: TextRange }
  | {
      readonly kind: 'code';
      readonly language?: string;
      readonly info?: string;
      readonly range: TextRange;
      readonly fence?: TextRange;
    };

/** A block quote, or a list item whose text is indented by `indent` columns. */
type Container = 'quote' | { readonly indent: number };

interface OpenFence {
  readonly kind: 'fence';
  readonly marker: string;
  readonly language?: string;
  readonly info?: string;
  /** Where the opening line's marker stands. */
  readonly open: number;
  readonly start: number;
}
interface OpenIndented {
  readonly kind: 'indented';
  readonly start: number;
  end: number;
}
interface OpenHtml {
  readonly kind: 'html';
  readonly start: number;
  end: number;
  /** What its last line holds; undefined: it ends before a blank line. */
  readonly until?: RegExp;
}
interface OpenParagraph {
  readonly kind: 'paragraph';
  readonly start: number;
  end: number;
}
type Leaf = OpenFence | OpenIndented | OpenHtml | OpenParagraph;

/** Deeper nesting is no page that somebody wrote; what is beyond is read as text. */
const maxDepth = 50;

const fenceStart = /(?:`{3,}(?=[^`\r\n]*$)|~{3,})/my;
const listMarker = /(?:[-+*]|(\d{1,9})[.)])(?=[ \t]|$)/my;
const thematicBreak = /(?:(?:\*[ \t]*){3,}|(?:-[ \t]*){3,}|(?:_[ \t]*){3,})$/my;
const atxHeading = /(#{1,6})(?:[ \t]+|$)/my;
const setextUnderline = /(?:=+|-+)[ \t]*$/my;

/** The seven kinds of HTML block of CommonMark and what ends them. */
const htmlStarts: readonly {
  readonly start: RegExp;
  readonly until?: RegExp;
  readonly interrupts: boolean;
}[] = [
  {
    start: /<(?:script|pre|style|textarea)(?=[\s>]|$)/imy,
    until: /<\/(?:script|pre|style|textarea)>/i,
    interrupts: true,
  },
  { start: /<!--/y, until: /-->/, interrupts: true },
  { start: /<\?/y, until: /\?>/, interrupts: true },
  { start: /<![A-Za-z]/y, until: />/, interrupts: true },
  { start: /<!\[CDATA\[/y, until: /\]\]>/, interrupts: true },
  {
    start:
      /<\/?(?:address|article|aside|base|basefont|blockquote|body|caption|center|col|colgroup|dd|details|dialog|dir|div|dl|dt|fieldset|figcaption|figure|footer|form|frame|frameset|h[1-6]|head|header|hr|html|iframe|legend|li|link|main|menu|menuitem|nav|noframes|ol|optgroup|option|p|param|search|section|summary|table|tbody|td|tfoot|th|thead|title|tr|track|ul)(?=[\s>]|\/>|$)/imy,
    interrupts: true,
  },
  { start: /<\/?[A-Za-z][\w-]*(?:\s[^<>\n]*)?\/?>[ \t]*$/my, interrupts: false },
];

/** The blocks of the text from `start` on, in order. */
export function readBlocks(text: string, start: number): Block[] {
  const reader = new BlockReader(text);
  let at = start;
  while (at < text.length) {
    const next = nextLine(text, at);
    reader.line(at, endOfLine(text, at, next));
    at = next;
  }
  reader.close();
  return reader.blocks;
}

/** The offset at which the line after this one starts. */
export function nextLine(text: string, at: number): number {
  const newline = text.indexOf('\n', at);
  return newline < 0 ? text.length : newline + 1;
}

function endOfLine(text: string, at: number, next: number): number {
  let end = next;
  if (end > at && text[end - 1] === '\n') end--;
  if (end > at && text[end - 1] === '\r') end--;
  return end;
}

class BlockReader {
  readonly blocks: Block[] = [];
  readonly #text: string;
  readonly #containers: Container[] = [];
  #leaf: Leaf | undefined;
  /** The cursor in the line: an offset, its column, and columns of a tab that is only half used. */
  #at = 0;
  #column = 0;
  #rest = 0;
  #end = 0;

  constructor(text: string) {
    this.#text = text;
  }

  line(start: number, end: number): void {
    this.#at = start;
    this.#column = this.#rest = 0;
    this.#end = end;
    const matched = this.#matchContainers();
    const all = matched === this.#containers.length;
    const leaf = this.#leaf;
    if (all && leaf?.kind === 'fence') return this.#continueFence(leaf, start);
    if (all && leaf?.kind === 'html') return this.#continueHtml(leaf);
    if (!all && leaf && leaf.kind !== 'paragraph') this.close();
    if (this.#openContainers(matched)) this.#readLeaf(true);
    else if (all) this.#readLeaf(true);
    else this.#readUnmatched(matched);
  }

  close(): void {
    const leaf = this.#leaf;
    this.#leaf = undefined;
    if (!leaf) return;
    if (leaf.kind === 'fence') {
      const { language, info, open } = leaf;
      const range = { start: Math.min(leaf.start, this.#text.length), end: this.#fenceEnd ?? leaf.start };
      this.blocks.push({
        kind: 'code',
        ...(language && { language }),
        ...(info && { info }),
        range,
        fence: { start: open, end: this.#fenceClose ?? range.end },
      });
      this.#fenceEnd = this.#fenceClose = undefined;
    } else if (leaf.kind === 'indented')
      this.blocks.push({ kind: 'code', range: { start: leaf.start, end: leaf.end } });
    else this.blocks.push({ kind: leaf.kind, range: { start: leaf.start, end: leaf.end } });
  }

  /** The end of the last line inside the open fence. */
  #fenceEnd: number | undefined;

  /** The end of the line that closes it. */
  #fenceClose: number | undefined;

  #matchContainers(): number {
    let matched = 0;
    for (const container of this.#containers) {
      const { indent, first } = this.#indent();
      if (container === 'quote') {
        if (indent > 3 || this.#text[first] !== '>' || first >= this.#end) break;
        this.#skipQuote(first);
      } else if (first < this.#end) {
        if (indent < container.indent) break;
        this.#skipColumns(container.indent);
      }
      matched++;
    }
    return matched;
  }

  /** Opens quotes and list items that start here; true when one did. */
  #openContainers(matched: number): boolean {
    let opened = false;
    while (matched < maxDepth && this.#containers.length < maxDepth + matched) {
      const { indent, first } = this.#indent();
      if (indent > 3 || first >= this.#end) break;
      if (this.#text[first] === '>') {
        this.#open(matched, opened, 'quote');
        this.#skipQuote(first);
      } else {
        const item = this.#listItem(
          indent,
          first,
          !opened && this.#leaf?.kind === 'paragraph' && matched === this.#containers.length,
        );
        if (!item) break;
        this.#open(matched, opened, item);
      }
      opened = true;
    }
    return opened;
  }

  #open(matched: number, opened: boolean, container: Container): void {
    if (!opened) {
      this.close();
      this.#containers.length = matched;
    }
    this.#containers.push(container);
  }

  /** Reads a list marker and moves behind it. Inside a paragraph, only a filled item that is a bullet or starts at 1. */
  #listItem(indent: number, first: number, inParagraph: boolean): Container | undefined {
    if (this.#matches(thematicBreak, first)) return undefined;
    const marker = this.#matches(listMarker, first);
    if (!marker) return undefined;
    if (inParagraph && this.#matches(setextUnderline, first)) return undefined;
    const width = marker[0].length;
    this.#skipColumns(indent);
    this.#at += width;
    this.#column += width;
    const after = this.#indent();
    const blank = after.first >= this.#end;
    if (inParagraph && (blank || (marker[1] !== undefined && Number(marker[1]) !== 1))) {
      this.#at -= width;
      this.#column -= width;
      return undefined;
    }
    const padding = blank || after.indent > 4 ? 1 : after.indent;
    this.#skipColumns(Math.min(padding, after.indent));
    return { indent: indent + width + padding };
  }

  /** A line that does not belong to every open container: it goes on a paragraph by laziness, or closes them. */
  #readUnmatched(matched: number): void {
    const { first } = this.#indent();
    const leaf = this.#leaf;
    if (leaf?.kind === 'paragraph' && first < this.#end && !this.#interruptsParagraph()) {
      leaf.end = this.#end;
      return;
    }
    this.close();
    this.#containers.length = matched;
    this.#readLeaf(false);
  }

  #interruptsParagraph(): boolean {
    const { indent, first } = this.#indent();
    if (indent > 3) return false;
    return Boolean(
      this.#matches(atxHeading, first) ||
      this.#matches(fenceStart, first) ||
      this.#matches(thematicBreak, first) ||
      htmlStarts.some(({ start, interrupts }) => interrupts && this.#matches(start, first)),
    );
  }

  #readLeaf(setext: boolean): void {
    const { indent, first } = this.#indent();
    const leaf = this.#leaf;
    if (first >= this.#end) {
      if (leaf?.kind === 'paragraph') this.close();
      return;
    }
    if (indent > 3 && leaf?.kind !== 'paragraph') {
      if (leaf?.kind === 'indented') leaf.end = this.#end;
      else this.#leaf = { kind: 'indented', start: first, end: this.#end };
      return;
    }
    if (leaf?.kind === 'indented') this.close();
    if (indent > 3) return this.#paragraph(first);
    if (this.#heading(first) || this.#fence(first) || this.#html(first)) return;
    const paragraph = this.#leaf;
    if (setext && paragraph?.kind === 'paragraph' && this.#matches(setextUnderline, first)) {
      this.#leaf = undefined;
      const depth = this.#text[first] === '=' ? 1 : 2;
      const content = { start: paragraph.start, end: paragraph.end };
      this.blocks.push({
        kind: 'heading',
        depth,
        range: { start: paragraph.start, end: this.#end },
        content,
      });
      return;
    }
    if (this.#matches(thematicBreak, first)) return this.close();
    this.#paragraph(first);
  }

  #paragraph(first: number): void {
    if (this.#leaf?.kind === 'paragraph') this.#leaf.end = this.#end;
    else this.#leaf = { kind: 'paragraph', start: first, end: this.#end };
  }

  #heading(first: number): boolean {
    const match = this.#matches(atxHeading, first);
    if (!match) return false;
    this.close();
    const line = this.#text.slice(first, this.#end).trimEnd();
    const open = Math.min(match[0].length, line.length);
    const closed = line
      .slice(open)
      .replace(/(?:^|[ \t])#+$/, '')
      .trimEnd();
    const start = first + open;
    this.blocks.push({
      kind: 'heading',
      depth: match[1]!.length,
      range: { start: first, end: first + line.length },
      content: { start, end: start + closed.length },
    });
    return true;
  }

  #fence(first: number): boolean {
    const match = this.#matches(fenceStart, first);
    if (!match) return false;
    this.close();
    const info = this.#text.slice(first + match[0].length, this.#end).trim();
    const name = /^[^\s{,:]+/.exec(info)?.[0] ?? '';
    const rest = info.slice(name.length).trim();
    const start = nextLine(this.#text, this.#end);
    this.#fenceEnd = start;
    this.#leaf = {
      kind: 'fence',
      marker: match[0],
      ...(name && { language: name.toLowerCase() }),
      ...(rest && { info: rest }),
      open: first,
      start,
    };
    return true;
  }

  #continueFence(leaf: OpenFence, start: number): void {
    const { indent, first } = this.#indent();
    const line = this.#text.slice(first, this.#end).trimEnd();
    const closes =
      indent <= 3 && line.length >= leaf.marker.length && line === leaf.marker[0]!.repeat(line.length);
    if (closes) {
      this.#fenceEnd = Math.max(leaf.start, start);
      this.#fenceClose = this.#end;
    } else this.#fenceEnd = nextLine(this.#text, this.#end);
    if (closes) this.close();
  }

  #html(first: number): boolean {
    const inParagraph = this.#leaf?.kind === 'paragraph';
    const kind = htmlStarts.find(
      ({ start, interrupts }) => (interrupts || !inParagraph) && this.#matches(start, first),
    );
    if (!kind) return false;
    this.close();
    const leaf: OpenHtml = {
      kind: 'html',
      start: first,
      end: this.#end,
      ...(kind.until && { until: kind.until }),
    };
    this.#leaf = leaf;
    if (leaf.until?.test(this.#text.slice(first + 2, this.#end))) this.close();
    return true;
  }

  #continueHtml(leaf: OpenHtml): void {
    const { first } = this.#indent();
    if (!leaf.until && first >= this.#end) return this.close();
    leaf.end = this.#end;
    if (leaf.until?.test(this.#text.slice(first, this.#end))) this.close();
  }

  /** Runs a sticky expression at an offset; `$` in it is the end of the line. */
  #matches(expression: RegExp, at: number): RegExpExecArray | null {
    expression.lastIndex = at;
    const match = expression.exec(this.#text);
    return match && match.index + match[0].length <= this.#end ? match : null;
  }

  /** Columns of blank space before the first other character, and its offset. */
  #indent(): { readonly indent: number; readonly first: number } {
    let column = this.#column;
    let first = this.#at;
    for (; first < this.#end; first++) {
      const character = this.#text[first];
      if (character === ' ') column++;
      else if (character === '\t') column += 4 - (column % 4);
      else break;
    }
    return { indent: this.#rest + column - this.#column, first };
  }

  #skipQuote(first: number): void {
    this.#skipColumns(this.#indent().indent);
    this.#at = first + 1;
    this.#column++;
    if (this.#at < this.#end && /[ \t]/.test(this.#text[this.#at]!)) this.#skipColumns(1);
  }

  #skipColumns(count: number): void {
    let left = count - Math.min(count, this.#rest);
    this.#rest -= count - left;
    for (; left > 0 && this.#at < this.#end; this.#at++) {
      const width = this.#text[this.#at] === '\t' ? 4 - (this.#column % 4) : 1;
      this.#column += width;
      if (width > left) this.#rest = width - left;
      left -= width;
    }
  }
}

/**
 * Where the lines that a template puts out belong. YAML knows nothing of them: their column and the lines around them
 * are all there is to go by. Works on masked text.
 */
import type { Action } from '../template.ts';

interface ContentLine {
  readonly start: number;
  /** Of its first character. */
  readonly indent: number;
  /** Of its first key or value, after the dashes of list items. */
  readonly column: number;
  /** It ends with a key that has no value yet. */
  readonly open: boolean;
}

export class ContentLines {
  readonly #text: string;
  readonly #lines: ContentLine[] = [];

  /** @param text with its actions masked */
  constructor(text: string) {
    this.#text = text;
    const line = /^([ \t]*)((?:- +)*)(?![ \t\r]*$|#)(.*)$/gm;
    for (let match = line.exec(text); match; match = line.exec(text)) {
      const indent = match[1]!.length;
      const code = match[3]!.replace(/\s#.*$/, '').trimEnd();
      this.#lines.push({
        start: match.index,
        indent,
        column: indent + match[2]!.length,
        open: code.endsWith(':'),
      });
      if (match[0] === '') line.lastIndex += 1;
    }
  }

  /** The column of an offset in its line. */
  column(offset: number): number {
    return offset - (this.#text.lastIndexOf('\n', offset - 1) + 1);
  }

  /** Where the block ends whose lines start no further left than this column; the line of the offset itself belongs to it. */
  endOfBlock(offset: number, column: number): number {
    for (let at = this.#after(offset); at < this.#lines.length; at += 1) {
      const line = this.#lines[at]!;
      if (line.indent < column) return line.start;
    }
    return this.#text.length;
  }

  /** The column at which an action's lines come out. */
  columnOf(action: Action): number {
    return action.indent ?? this.column(action.start);
  }

  /** No content stands between the offset's line and the action. */
  follows(action: Action, offset: number): boolean {
    return this.#after(offset) === this.#after(action.start);
  }

  /**
   * Whether lines put out at this place are further keys of a mapping rather than the value of the key before them.
   * @param before the action before it that puts out lines: it may be what gives that key its value
   */
  addsKeys(action: Action, before?: Action): boolean {
    const column = this.columnOf(action);
    let at = this.#after(action.start) - 1;
    const key = this.#lines[at];
    const hasValue =
      before !== undefined && this.follows(before, action.start) && this.columnOf(before) > column;
    if (key?.open && key.column <= column && !hasValue) return false;
    while (at >= 0 && this.#lines[at]!.indent > column) at -= 1;
    const line = this.#lines[at];
    const listItem = line !== undefined && line.indent === column && line.column > column;
    return !listItem || !listed.test(action.text);
  }

  /** Index of the first content line that starts after the offset. */
  #after(offset: number): number {
    let low = 0;
    let high = this.#lines.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#lines[middle]!.start <= offset) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** What charts put at the end of a list of a container, by the words for it; in doubt, it may be keys. */
const listed = /env|arg|mount|port|command|volume/i;

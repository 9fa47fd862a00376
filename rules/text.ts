/**
 * Where things stand in a text. Value types only; everything else in the engine is built on them.
 */

/** A half-open range of UTF-16 offsets in a file's text, as JavaScript strings and LSP count. */
export interface TextRange {
  readonly start: number;
  readonly end: number;
}

/** A value together with the range it was written at. Facts use it: a fact knows its range, but never its file. */
export interface Ranged<T> {
  readonly value: T;
  readonly range: TextRange;
}

/** A range in a file of the workspace; without a range, the file as a whole. Paths are relative, with `/`. */
export interface Place {
  readonly file: string;
  readonly range?: TextRange;
}

/** A piece of evidence: a place and the few words that say what stands there. */
export interface Evidence {
  readonly at: Place;
  readonly message: string;
}

/** A zero-based line and character (UTF-16), as in LSP. */
export interface Position {
  readonly line: number;
  readonly character: number;
}

/** Translates between offsets and lines of one text; `\n`, `\r\n` and `\r` end a line. */
export class LineIndex {
  readonly #starts: number[] = [0];
  readonly #length: number;

  constructor(text: string) {
    this.#length = text.length;
    const ends = /\r\n?|\n/g;
    while (ends.exec(text)) this.#starts.push(ends.lastIndex);
  }

  get lineCount(): number {
    return this.#starts.length;
  }

  /** The position of an offset; offsets outside the text are clamped to it. */
  position(offset: number): Position {
    const at = Math.max(0, Math.min(offset, this.#length));
    let low = 0;
    let high = this.#starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.#starts[middle]! <= at) low = middle;
      else high = middle - 1;
    }
    return { line: low, character: at - this.#starts[low]! };
  }

  /** The offset of a position; lines and characters outside the text are clamped to it. */
  offset(position: Position): number {
    const start = this.#starts[Math.min(position.line, this.lineCount - 1)]!;
    return Math.min(start + position.character, this.#length);
  }

  /** The offset at which a zero-based line starts; past the last line, the end of the text. */
  lineStart(line: number): number {
    return line < this.lineCount ? this.#starts[line]! : this.#length;
  }
}

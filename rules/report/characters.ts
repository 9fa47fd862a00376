/**
 * Text of unknown origin, made safe and measurable for a terminal. What an audited repository holds must not move the
 * cursor, colour the screen or reverse the reading order.
 */

/** One character as shown, and the columns it takes. */
export interface Cell {
  readonly text: string;
  readonly width: number;
}

const tabWidth = 4;

// Two columns wide: the W and F classes of Unicode's EastAsianWidth.txt, and emoji shown as pictures.
const wide =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}/u;
const combining = /\p{Mn}|\p{Me}|\u200d/u;
// Control and formatting characters, lone surrogates: nothing a line of text needs to be read.
const unsafe = /\p{Cc}|\p{Cf}|\p{Zl}|\p{Zp}|\p{Cs}/u;

/** A line as cells, and the cell column at which each UTF-16 unit starts (with one entry more for the line's end). */
export function layOut(line: string): {
  readonly cells: readonly Cell[];
  readonly columns: readonly number[];
} {
  const cells: Cell[] = [];
  const columns: number[] = [];
  let column = 0;
  for (const character of line) {
    const cell = cellOf(character, column);
    for (let unit = 0; unit < character.length; unit++) columns.push(column);
    cells.push(cell);
    column += cell.width;
  }
  columns.push(column);
  return { cells, columns };
}

function cellOf(character: string, column: number): Cell {
  if (character >= ' ' && character <= '~') return { text: character, width: 1 };
  if (character === '\t') {
    const width = tabWidth - (column % tabWidth);
    return { text: ' '.repeat(width), width };
  }
  if (combining.test(character)) return { text: character, width: 0 };
  if (unsafe.test(character)) return { text: '\ufffd', width: 1 };
  return { text: character, width: wide.test(character) ? 2 : 1 };
}

/** A one-line text with nothing left in it that a terminal would act on. */
export function printable(text: string): string {
  return /^[ -~]*$/.test(text)
    ? text
    : layOut(text)
        .cells.map((cell) => cell.text)
        .join('');
}

/** The columns a text takes in a terminal; it must be free of escape sequences. */
export function widthOf(text: string): number {
  return layOut(text).columns.at(-1)!;
}

/** Breaks a text at spaces so that no line is wider than `width`, single words apart. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  let taken = 0;
  for (const word of text.split(' ')) {
    const needed = widthOf(word);
    if (line !== '' && taken + 1 + needed > width) {
      lines.push(line);
      line = '';
      taken = 0;
    }
    taken += line === '' ? needed : needed + 1;
    line = line === '' ? word : `${line} ${word}`;
  }
  lines.push(line);
  return lines;
}

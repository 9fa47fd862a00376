/** How output may look: what the place it is written to can show. Who asks the terminal is not this room's business. */

export interface Look {
  readonly color: boolean;
  /** Box drawing and the like; else plain ASCII. */
  readonly unicode: boolean;
  /** Turns a shown path into a link target; undefined where links are not shown. */
  readonly link?: (path: string) => string;
  /** Columns of the terminal; undefined where there is none, and then nothing is wrapped. */
  readonly width?: number;
}

const codes = {
  bold: [1, 22],
  dim: [2, 22],
  underline: [4, 24],
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
  blue: [34, 39],
  cyan: [36, 39],
} as const;

export type Style = keyof typeof codes;
export type Paint = (text: string, ...styles: readonly Style[]) => string;

/** Colours text, or leaves it as it is. */
export function painter(look: Pick<Look, 'color'>): Paint {
  if (!look.color) return (text) => text;
  return (text, ...styles) =>
    styles.reduce((inner, style) => `\u001b[${codes[style][0]}m${inner}\u001b[${codes[style][1]}m`, text);
}

/** Makes text a link (OSC 8). */
export function hyperlink(target: string, text: string): string {
  return `\u001b]8;;${target}\u001b\\${text}\u001b]8;;\u001b\\`;
}

/** Lines and marks the output is drawn with. */
export function glyphs(look: Pick<Look, 'unicode'>): Glyphs {
  return look.unicode ? unicodeGlyphs : asciiGlyphs;
}

export interface Glyphs {
  readonly top: string;
  readonly side: string;
  readonly branch: string;
  readonly bottom: string;
  readonly primary: string;
  readonly secondary: string;
  readonly cut: string;
  readonly full: string;
  readonly empty: string;
  readonly rule: string;
}

const unicodeGlyphs: Glyphs = {
  top: '╭─',
  side: '│',
  branch: '├─',
  bottom: '╰─',
  primary: '━',
  secondary: '─',
  cut: '…',
  full: '█',
  empty: '░',
  rule: '─',
};

const asciiGlyphs: Glyphs = {
  top: '-->',
  side: '|',
  branch: '-->',
  bottom: '=',
  primary: '^',
  secondary: '-',
  cut: '...',
  full: '#',
  empty: '.',
  rule: '-',
};

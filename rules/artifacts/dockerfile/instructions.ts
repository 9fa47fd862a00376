/**
 * Cuts the text of a Dockerfile into instructions as BuildKit's parser does: continuations, comments and blank lines
 * within them, here-documents, and the escape directive. It must never know what an instruction means.
 *
 * Source: https://docs.docker.com/reference/dockerfile/ (sections Format, Parser directives, Here-Documents). Written
 * here because dockerfile-ast reads the body of `3<<EOF` as instructions, takes `\\` at the end of a line for a
 * continuation, and keeps comments that stand inside one.
 */
import type { Ranged, TextRange } from '../../text.ts';

export interface Instruction {
  /** Upper case. */
  readonly keyword: string;
  readonly keywordRange: TextRange;
  /** From the keyword to the last argument, or to the end of the last here-document. */
  readonly range: TextRange;
  /** The arguments on one line, with comments and continuations taken out. */
  readonly arguments: JoinedText;
  readonly heredocs: readonly Heredoc[];
}

export interface Heredoc {
  readonly body: string;
  /** Variables in it are left alone, as its name stands in quotes. */
  readonly quoted: boolean;
  readonly terminated: boolean;
  /** From the line after the instruction to the end of the terminator. */
  readonly range: TextRange;
}

/** Text put together from pieces of the file, which still knows where each character came from. */
export class JoinedText {
  readonly text: string;
  readonly #pieces: readonly Piece[];

  constructor(text: string, pieces: readonly Piece[]) {
    this.text = text;
    this.#pieces = pieces;
  }

  /** The range in the file of a range in `text`; whatever was taken out between its ends is part of it. */
  range(start: number, end: number): TextRange {
    if (end <= start) return { start: this.#source(start), end: this.#source(start) };
    return { start: this.#source(start), end: this.#source(end - 1) + 1 };
  }

  /** A part of the text, without the blank space around it. */
  slice(start: number, end = this.text.length): JoinedText {
    while (start < end && isBlank(this.text[start]!)) start++;
    while (end > start && isBlank(this.text[end - 1]!)) end--;
    const pieces = this.#pieces.map(({ at, source }) => ({ at: at - start, source }));
    return new JoinedText(this.text.slice(start, end), pieces);
  }

  /** This text with another part of the file after it. */
  followedBy(text: string, source: number): JoinedText {
    return new JoinedText(this.text + text, [...this.#pieces, { at: this.text.length, source }]);
  }

  #source(offset: number): number {
    let low = 0;
    let high = this.#pieces.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.#pieces[middle]!.at <= offset) low = middle;
      else high = middle - 1;
    }
    const piece = this.#pieces[low];
    return piece ? piece.source + offset - piece.at : 0;
  }
}

interface Piece {
  /** Offset in the joined text, and the offset in the file that stands there. */
  readonly at: number;
  readonly source: number;
}

export interface SplitDockerfile {
  readonly escape: string;
  /** `# syntax=`: another frontend may know other instructions. */
  readonly syntax?: string;
  /** `# check=`: what Docker's build checks are told. */
  readonly check?: Ranged<string>;
  readonly instructions: readonly Instruction[];
}

/** Splits the text of a Dockerfile; never fails. */
export function splitInstructions(text: string): SplitDockerfile {
  const lines = physicalLines(text);
  const { escape, syntax, check } = directives(text, lines);
  const instructions: Instruction[] = [];
  let next = 0;
  while (next < lines.length) {
    const logical = logicalLine(text, lines, next, escape);
    next = logical.next;
    if (logical.line.text === '') continue;
    const instruction = instructionOf(logical.line);
    const names = hasHeredocs(instruction) ? heredocNames(instruction.arguments.text) : [];
    const heredocs: Heredoc[] = [];
    let { end } = instruction.range;
    for (const name of names) {
      const heredoc = readHeredoc(text, lines, next, name, end);
      next = heredoc.next;
      end = heredoc.range.end;
      heredocs.push(heredoc);
    }
    instructions.push({ ...instruction, range: { start: instruction.range.start, end }, heredocs });
  }
  return { escape, syntax, check, instructions };
}

function isBlank(character: string): boolean {
  return character === ' ' || character === '\t' || character === '\r' || character === '\n';
}

function physicalLines(text: string): TextRange[] {
  const lines: TextRange[] = [];
  let start = text.startsWith('\uFEFF') ? 1 : 0;
  while (start <= text.length) {
    const newline = text.indexOf('\n', start);
    const stop = newline === -1 ? text.length : newline;
    lines.push({ start, end: stop > start && text[stop - 1] === '\r' ? stop - 1 : stop });
    start = stop + 1;
  }
  return lines;
}

const maxDirective = 1000;

/** Directives stand at the very top; the first other line, be it blank or a comment, ends them. */
function directives(
  text: string,
  lines: readonly TextRange[],
): Pick<SplitDockerfile, 'escape' | 'syntax' | 'check'> {
  let escape = '\\';
  let syntax: string | undefined;
  let check: Ranged<string> | undefined;
  for (const { start, end } of lines) {
    const match = /^\s*#\s*(escape|syntax|check)\s*=\s*(\S[^\r\n]*)/i.exec(
      text.slice(start, Math.min(end, start + maxDirective)),
    );
    if (!match) break;
    const value = match[2]!.trimEnd();
    const name = match[1]!.toLowerCase();
    if (name === 'syntax') syntax = value.split(/\s/, 1)[0];
    else if (name === 'check') check = { value, range: { start, end } };
    else if (value === '`') escape = '`';
  }
  return { escape, syntax, check };
}

function logicalLine(
  text: string,
  lines: readonly TextRange[],
  first: number,
  escape: string,
): { line: JoinedText; next: number } {
  let joined = '';
  const pieces: Piece[] = [];
  let next = first;
  for (; next < lines.length; next++) {
    const { start, end } = lines[next]!;
    const content = text.slice(start, end);
    const trimmed = content.trimStart();
    if (trimmed === '' || trimmed.startsWith('#')) {
      if (joined === '' && pieces.length === 0) return { line: new JoinedText('', []), next: next + 1 };
      continue;
    }
    const stop = continuation(content, escape);
    pieces.push({ at: joined.length, source: start });
    joined += content.slice(0, stop);
    if (stop === undefined) {
      next++;
      break;
    }
  }
  return { line: new JoinedText(joined, pieces).slice(0), next };
}

/** Where the escape character stands that continues this line; an escaped one does not continue it. */
function continuation(line: string, escape: string): number | undefined {
  const end = line.trimEnd().length - 1;
  if (line[end] !== escape || line[end - 1] === escape) return undefined;
  return end;
}

function instructionOf(line: JoinedText): Omit<Instruction, 'heredocs'> {
  let end = 0;
  while (end < line.text.length && !isBlank(line.text[end]!)) end++;
  return {
    keyword: line.text.slice(0, end).toUpperCase(),
    keywordRange: line.range(0, end),
    range: line.range(0, line.text.length),
    arguments: line.slice(end),
  };
}

function hasHeredocs({ keyword, arguments: { text } }: Omit<Instruction, 'heredocs'>): boolean {
  if (!text.includes('<<')) return false;
  const triggered = keyword === 'ONBUILD' ? (text.split(/\s/, 1)[0]?.toUpperCase() ?? '') : keyword;
  return ['RUN', 'COPY', 'ADD'].includes(triggered) && !/^(?:ONBUILD\s+)?\[/.test(text);
}

interface HeredocName {
  readonly name: string;
  readonly quoted: boolean;
  readonly chomp: boolean;
}

function heredocNames(text: string): HeredocName[] {
  const names: HeredocName[] = [];
  for (const word of shellWords(text)) {
    const match = /^\d*<<(-?)([^<]+)$/.exec(word);
    const name = match?.[2]?.replace(/["']/g, '');
    if (match && name && !/\s/.test(name)) {
      names.push({ name, quoted: name !== match[2], chomp: match[1] === '-' });
    }
  }
  return names;
}

/** Words as written, quotes kept. */
function shellWords(text: string): string[] {
  return text.match(/(?:[^\s"'\\]|\\.|"(?:[^"\\]|\\.)*"|'[^']*'|["'\\])+/g) ?? [];
}

function readHeredoc(
  text: string,
  lines: readonly TextRange[],
  first: number,
  { name, quoted, chomp }: HeredocName,
  before: number,
): Heredoc & { next: number } {
  const from = lines[first]?.start ?? before;
  for (let next = first; next < lines.length; next++) {
    const { start, end } = lines[next]!;
    const content = text.slice(start, end);
    if ((chomp ? content.replace(/^\t+/, '') : content) !== name) continue;
    const range = { start: from, end };
    return { body: text.slice(from, start), quoted, terminated: true, range, next: next + 1 };
  }
  const end = first < lines.length ? text.length : before;
  const range = { start: from, end };
  return { body: text.slice(from, end), quoted, terminated: false, range, next: lines.length };
}

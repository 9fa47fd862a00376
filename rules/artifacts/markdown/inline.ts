/**
 * What stands inside paragraphs and headings: links, code spans, anchors, and a heading's plain words. It must never
 * know what a link leads to.
 */
import type { Ranged, TextRange } from '../../text.ts';
import type { CodeBlock, Link } from './facts.ts';

export interface Inline {
  readonly links: Link[];
  readonly code: CodeBlock[];
}

const definition =
  /^[ \t>]*\[((?:[^[\]\\\n]|\\.)+)\]:[ \t]*(?:\r?\n[ \t>]*)?(?:<([^<>\n]*)>|(\S+))(?=[ \t]*$|[ \t]+["'(])/gm;
const special = /[\\`[\]<]/g;

/** Reads the links and code spans of one paragraph or heading. */
export function readInline(text: string, range: TextRange, into: Inline): void {
  const source = text.slice(range.start, range.end);
  const brackets: number[] = [];
  special.lastIndex = 0;
  for (let match = special.exec(source); match; match = special.exec(source)) {
    const at = match.index;
    switch (source[at]) {
      case '\\':
        special.lastIndex = at + 2;
        break;
      case '`':
        special.lastIndex = readCodeSpan(source, at, range.start, into);
        break;
      case '<':
        special.lastIndex = readAngle(source, at, range.start, into);
        break;
      case '[':
        brackets.push(at);
        break;
      default: {
        const open = brackets.pop();
        if (open === undefined || source[at + 1] !== '(') break;
        const target = readDestination(source, at + 2);
        if (!target) break;
        into.links.push({
          target: { value: target.value, range: shift(target.range, range.start) },
          text: plainText(source.slice(open + 1, at)),
          image: source[open - 1] === '!',
        });
        special.lastIndex = target.after;
      }
    }
  }
  if (source.includes(']:')) readDefinitions(source, range.start, into);
}

function readDefinitions(source: string, offset: number, into: Inline): void {
  for (const match of source.matchAll(definition)) {
    const value = match[2] ?? match[3] ?? '';
    const end = match.index + match[0].length - (match[2] === undefined ? 0 : 1);
    // A footnote is written like a definition.
    if (match[1]!.startsWith('^') || value === '') continue;
    const target = { value, range: shift({ start: end - value.length, end }, offset) };
    into.links.push({ target, text: match[1]!, image: false });
  }
}

/** Returns where to go on: behind the span, or behind the back-ticks when nothing closes them. */
function readCodeSpan(source: string, at: number, offset: number, into: Inline): number {
  let start = at;
  while (source[start] === '`') start++;
  const marker = source.slice(at, start);
  let close = source.indexOf(marker, start);
  while (close >= 0 && source[close + marker.length] === '`') {
    let next = close + marker.length;
    while (source[next] === '`') next++;
    close = source.indexOf(marker, next);
  }
  if (close < 0) return start;
  const range = shift({ start, end: close }, offset);
  into.code.push({ text: source.slice(start, close), range, inline: true });
  return close + marker.length;
}

const autolink = /<((?:https?|mailto|ftp):[^\s<>]*)>/y;

/** Passes over a comment, and reads an autolink. */
function readAngle(source: string, at: number, offset: number, into: Inline): number {
  if (source.startsWith('<!--', at)) {
    const close = source.indexOf('-->', at);
    return close < 0 ? source.length : close + 3;
  }
  autolink.lastIndex = at;
  const link = autolink.exec(source);
  if (!link) return at + 1;
  const range = shift({ start: at + 1, end: at + 1 + link[1]!.length }, offset);
  into.links.push({ target: { value: link[1]!, range }, text: link[1]!, image: false });
  return autolink.lastIndex;
}

const pointed = /<([^<>\n]*)>/y;
const closing =
  /(?:[ \t\r\n]+(?:"(?:[^"\\]|\\[^])*"|'(?:[^'\\]|\\[^])*'|\((?:[^()\\]|\\[^])*\)))?[ \t\r\n]*\)/y;

/** Reads `dest "title")` as CommonMark has it: brackets balanced, blank space only before the title. */
function readDestination(
  source: string,
  from: number,
): (Ranged<string> & { readonly after: number }) | undefined {
  let start = from;
  while (/[ \t\r\n]/.test(source[start] ?? '')) start++;
  pointed.lastIndex = start;
  const brackets = pointed.exec(source);
  if (!brackets && source[start] === '<') return undefined;
  if (brackets) start++;
  const end = brackets ? start + brackets[1]!.length : endOfDestination(source, start);
  closing.lastIndex = brackets ? end + 1 : end;
  if (!closing.test(source)) return undefined;
  return { value: source.slice(start, end), range: { start, end }, after: closing.lastIndex };
}

/** CommonMark asks for at least as many levels; a limit keeps the time linear. */
const maxBrackets = 32;

function endOfDestination(source: string, start: number): number {
  let end = start;
  for (let depth = 0; end < source.length && !/\s/.test(source[end]!); end++) {
    if (source[end] === '\\') end++;
    else if (source[end] === '(' && ++depth > maxBrackets) break;
    else if (source[end] === ')' && --depth < 0) break;
  }
  return Math.min(end, source.length);
}

const entities: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  nbsp: ' ',
  '#39': "'",
};

/** No line of words is longer; it bounds what backtracking can cost. */
const maxWords = 1000;

/** The words a reader sees of a line: without emphasis, code and link marks, images and tags. */
export function plainText(markdown: string): string {
  return markdown
    .slice(0, maxWords)
    .replace(/(`+)([^`]+)\1|!\[[^[\]]*\]\([^()\n]*\)/g, (_, marks?: string, code?: string) =>
      marks ? code!.trim() : '',
    )
    .replace(/\[([^[\]]*)\](?:\([^()\n]*\)|\[[^[\]\n]*\])/g, '$1')
    .replace(/<\/?[A-Za-z][^<>]*>/g, '')
    .replace(/\*+|~~/g, '')
    .replace(/(?<![\p{L}\p{N}_])_+|_+(?![\p{L}\p{N}_])/gu, '')
    .replace(/\\([!-/:-@[-`{-~])/g, '$1')
    .replace(/&(amp|lt|gt|quot|nbsp|#39);/g, (_, name: string) => entities[name]!)
    .replace(/\s+/g, ' ')
    .trim();
}

const anchor = /<[A-Za-z][\w-]*\s(?:[^<>]*\s)?(?:id|name)\s*=\s*(?:"([^"<>]*)"|'([^'<>]*)')/g;
const reference = /<(a|img|source)\s(?:[^<>]*\s)?(href|src)\s*=\s*(?:"([^"<>]*)"|'([^'<>]*)')/gi;

/** Names that `#name` can lead to, given as attributes of HTML tags. */
export function readAnchors(text: string): string[] {
  return [...text.matchAll(anchor)].map((match) => match[1] ?? match[2] ?? '');
}

/** Links and images written as HTML tags. */
export function readHtmlLinks(text: string, range: TextRange, into: Inline): void {
  const source = text.slice(range.start, range.end);
  for (const match of source.matchAll(reference)) {
    const value = match[3] ?? match[4] ?? '';
    const end = range.start + match.index + match[0].length - 1;
    const target = { value, range: { start: end - value.length, end } };
    into.links.push({ target, text: '', image: match[2]!.toLowerCase() === 'src' });
  }
}

function shift({ start, end }: TextRange, by: number): TextRange {
  return { start: start + by, end: end + by };
}

/**
 * The words of an instruction's arguments: where they stand, what build arguments and environment make of them, and
 * what an image reference consists of. It must never know which instruction they belong to.
 */
import type { TextRange } from '../../text.ts';
import type { ImageReference } from './facts.ts';
import type { JoinedText } from './instructions.ts';

export interface Word {
  readonly text: string;
  /** Offset in the joined text. */
  readonly at: number;
  readonly range: TextRange;
}

/** Words divided by blank space; blank space within quotes or after the escape character does not divide. */
export function wordsOf(source: JoinedText, escape: string): Word[] {
  const { text } = source;
  const words: Word[] = [];
  let start = -1;
  let quote = '';
  for (let at = 0; at <= text.length; at++) {
    const character = text[at];
    const divides = character === undefined || (quote === '' && (character === ' ' || character === '\t'));
    if (divides) {
      if (start >= 0) words.push({ text: text.slice(start, at), at: start, range: source.range(start, at) });
      start = -1;
      continue;
    }
    if (start < 0) start = at;
    if (character === escape && quote !== "'") at++;
    else if (quote === '' && (character === '"' || character === "'")) quote = character;
    else if (character === quote) quote = '';
  }
  return words;
}

/** The elements of an argument in JSON form; undefined when it is not exactly an array of strings, as for Docker. */
export function jsonWords(text: string): string[] | undefined {
  if (!text.startsWith('[')) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) && value.every((word) => typeof word === 'string') ? value : undefined;
  } catch {
    return undefined;
  }
}

/** What variables are worth at one point of the file. */
export interface Scope {
  /** undefined: not known here, be it for want of a default or because the base image may set it. */
  lookup(name: string): string | undefined;
  /** Nothing from outside can set what `lookup` does not know: such a variable is empty. */
  readonly closed?: true;
}

/** Stands for a value that is not known, in expanded text. */
export const unknownValue = '\0';

/** A value longer than this is no longer followed: variables that double each other must not fill the memory. */
const maxLength = 4096;
/** `${a:-${b:-…}}` deeper than this is not followed, nor are braces that hold more than this. */
const maxDepth = 10;
const maxBraces = 1000;
/** Uses are looked for in as much of one text. */
const maxUsesIn = 20_000;

/** Replaces variables and takes quotes away; an unknown variable becomes `unknownValue`. */
export function expand(text: string, scope: Scope, escape: string, depth = 0): string {
  let value = '';
  let quote = '';
  for (let at = 0; at < text.length; at++) {
    if (value.length > maxLength) return unknownValue;
    const character = text[at]!;
    if (character === escape && quote !== "'") value += text[++at] ?? '';
    else if (character === quote) quote = '';
    else if (quote === '' && (character === '"' || character === "'")) quote = character;
    else if (character === '$' && quote !== "'") {
      const variable = variableAt(text, at);
      value += variable ? valueOf(variable, scope, escape, depth) : character;
      at = variable ? variable.end - 1 : at;
    } else value += character;
  }
  return value.length > maxLength ? unknownValue : value;
}

interface VariableUse {
  readonly name: string;
  /** What stands after the name within braces: `:-default`. */
  readonly modifier: string;
  readonly end: number;
}

function variableAt(text: string, at: number): VariableUse | undefined {
  if (text[at + 1] !== '{') {
    const name = /^[A-Za-z_]\w*/.exec(text.slice(at + 1, at + 200))?.[0];
    return name === undefined ? undefined : { name, modifier: '', end: at + 1 + name.length };
  }
  let open = 0;
  for (let end = at + 1; end < Math.min(text.length, at + maxBraces); end++) {
    if (text[end] === '{') open++;
    if (text[end] === '}' && --open === 0) {
      const inner = text.slice(at + 2, end);
      const name = /^[A-Za-z_]\w*/.exec(inner)?.[0] ?? '';
      return { name, modifier: inner.slice(name.length), end: end + 1 };
    }
  }
  return undefined;
}

/** Source: https://docs.docker.com/reference/dockerfile/#environment-replacement */
function valueOf({ name, modifier }: VariableUse, scope: Scope, escape: string, depth: number): string {
  const value = scope.lookup(name) ?? (scope.closed ? undefined : unknownValue);
  if (modifier === '') return value ?? '';
  if (depth >= maxDepth || value === unknownValue) {
    // Whatever it is worth, the default counts where it is not set, and nothing says that it is.
    const [, fallback] = /^:?-([^]*)$/.exec(modifier) ?? [];
    return fallback === undefined || depth >= maxDepth
      ? unknownValue
      : expand(fallback, scope, escape, depth + 1);
  }
  const [, sign, word = ''] = /^(:?[-+?]|##?|%%?|\/\/?)([^]*)$/.exec(modifier) ?? [];
  const isSet = value !== undefined && !(sign?.startsWith(':') && value === '');
  switch (sign?.at(-1)) {
    case '-':
      return isSet ? value : expand(word, scope, escape, depth + 1);
    case '+':
      return isSet ? expand(word, scope, escape, depth + 1) : '';
    case '?':
      return isSet ? value : unknownValue;
    case '#':
    case '%':
      return value?.includes(unknownValue) ? unknownValue : trimmed(value ?? '', sign!, word);
    case '/':
      return value?.includes(unknownValue) ? unknownValue : substituted(value ?? '', sign!, word);
    default:
      return unknownValue;
  }
}

/** `${name#pattern}`, `##`, `%`, `%%`; patterns with more than a single `*` at their far end are not followed. */
function trimmed(value: string, sign: string, pattern: string): string {
  const fromStart = sign.startsWith('#');
  const literal = fromStart ? pattern.replace(/^\*/, '') : pattern.replace(/\*$/, '');
  if (/[*?[\\$'"]/.test(literal)) return unknownValue;
  const starred = literal !== pattern;
  if (!starred) {
    if (fromStart) return value.startsWith(literal) ? value.slice(literal.length) : value;
    return value.endsWith(literal) ? value.slice(0, value.length - literal.length) : value;
  }
  if (literal === '') return sign.length === 2 ? '' : value;
  const greedy = sign.length === 2;
  if (fromStart) {
    const at = greedy ? value.lastIndexOf(literal) : value.indexOf(literal);
    return at === -1 ? value : value.slice(at + literal.length);
  }
  const at = greedy ? value.indexOf(literal) : value.lastIndexOf(literal);
  return at === -1 ? value : value.slice(0, at);
}

/** `${name/pattern/replacement}` and `//`, for patterns that are plain text. */
function substituted(value: string, sign: string, word: string): string {
  const slash = word.indexOf('/');
  const [pattern, replacement] = slash === -1 ? [word, ''] : [word.slice(0, slash), word.slice(slash + 1)];
  if (pattern === '' || /[*?[\\$'"]/.test(pattern + replacement)) return unknownValue;
  return sign === '//'
    ? value.replaceAll(pattern, () => replacement)
    : value.replace(pattern, () => replacement);
}

/** A use of a variable in a text. */
export interface NamedUse {
  readonly name: string;
  readonly start: number;
  readonly end: number;
  readonly hasDefault: boolean;
}

/**
 * The variables that `expand` would look up, those in defaults included.
 * @param quotes whether quotes keep variables from being replaced, as they do but in here-documents
 */
export function usesIn(text: string, escape: string, quotes = true, depth = 0): NamedUse[] {
  const uses: NamedUse[] = [];
  const length = Math.min(text.length, maxUsesIn);
  let quote = '';
  for (let at = 0; at < length; at++) {
    const character = text[at]!;
    if (character === escape && quote !== "'") at++;
    else if (quotes && character === quote) quote = '';
    else if (quotes && quote === '' && (character === '"' || character === "'")) quote = character;
    else if (character === '$' && quote !== "'") {
      const use = variableAt(text, at);
      if (!use) continue;
      const { name, modifier, end } = use;
      if (name !== '') uses.push({ name, start: at, end, hasDefault: /^:?-/.test(modifier) });
      if (/^:?[-+]/.test(modifier) && depth < maxDepth) {
        const from = end - 1 - modifier.length;
        const inner = usesIn(modifier, escape, quotes, depth + 1);
        uses.push(...inner.map((one) => ({ ...one, start: one.start + from, end: one.end + from })));
      }
      at = end - 1;
    }
  }
  return uses;
}

/** Reads an image reference. Source: https://docs.docker.com/reference/cli/docker/image/tag/#description */
export function imageReference(text: string, scope: Scope, escape: string): ImageReference {
  const value = expand(text, scope, escape);
  const resolved = /^[\w./:@-]*\w$/.test(value) ? value : undefined;
  const at = value.indexOf('@');
  const digest = at === -1 ? undefined : value.slice(at + 1);
  const reference = at === -1 ? value : value.slice(0, at);
  const colon = reference.lastIndexOf(':');
  const tagged = colon > reference.lastIndexOf('/');
  const known = (part: string | undefined): string | undefined =>
    part === undefined || part === '' || part.includes(unknownValue) ? undefined : part;
  return {
    text,
    resolved,
    name: known(tagged ? reference.slice(0, colon) : reference),
    tag: tagged ? known(reference.slice(colon + 1)) : undefined,
    digest: known(digest),
  };
}

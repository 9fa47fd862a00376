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
}

/** Stands for a value that is not known, in expanded text. */
export const unknownValue = '\0';

/** A value longer than this is no longer followed: variables that double each other must not fill the memory. */
const maxLength = 4096;
/** `${a:-${b:-…}}` deeper than this is not followed, nor are braces that hold more than this. */
const maxDepth = 10;
const maxBraces = 1000;

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

function valueOf({ name, modifier }: VariableUse, scope: Scope, escape: string, depth: number): string {
  const known = scope.lookup(name);
  const match = /^(:?[-+])([^]*)$/.exec(modifier);
  if (!match) return modifier === '' && known !== undefined ? known : unknownValue;
  if (depth >= maxDepth) return unknownValue;
  if (match[1]!.endsWith('+')) return unknownValue;
  if (known !== undefined && (known !== '' || match[1] === '-')) return known;
  return expand(match[2]!, scope, escape, depth + 1);
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

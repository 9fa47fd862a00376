/**
 * The block of metadata that a page may start with. Only what pages of every site generator share: top-level scalars
 * and lists of scalars; a full YAML parse of every page of a large documentation costs more than all the rest.
 */
import type { Ranged } from '../../text.ts';

export interface FrontMatter {
  readonly values: Readonly<Record<string, Ranged<string>>>;
  /** Where the page itself starts. */
  readonly end: number;
}

const yamlBlock = /^\uFEFF?---[ \t]*\r?\n(?:[^]*?\r?\n)??---[ \t]*(?:\r?\n|$)/;
const tomlBlock = /^\uFEFF?\+\+\+[ \t]*\r?\n(?:[^]*?\r?\n)??\+\+\+[ \t]*(?:\r?\n|$)/;
const entry = /^(?:([A-Za-z_][\w.-]*)[ \t]*:(?:[ \t]+|$)|[ \t]*-[ \t]+)(.*)$/gm;

/** Reads YAML front matter; TOML's is passed over without its values. */
export function readFrontMatter(text: string): FrontMatter {
  const end = yamlBlock.exec(text)?.[0].length;
  if (end === undefined) return { values: {}, end: tomlBlock.exec(text)?.[0].length ?? 0 };
  const values: Record<string, Ranged<string>> = {};
  let list: string | undefined;
  for (const match of text.slice(0, end).matchAll(entry)) {
    const raw = stripComment(match[2]!);
    const start = match.index + match[0].length - match[2]!.length;
    const scalar = unquote(raw, start);
    if (match[1] !== undefined) {
      list = raw === '' ? match[1] : undefined;
      if (!/^[|>{&*!]/.test(raw)) define(values, match[1], scalar);
    } else if (list !== undefined && raw !== '' && !/^[^"'\s]+:(?:\s|$)/.test(raw)) {
      const before = Object.hasOwn(values, list) ? values[list]! : scalar;
      const joined = before.value === '' ? scalar.value : `${before.value}, ${scalar.value}`;
      const first = before.value === '' ? scalar.range.start : before.range.start;
      define(values, list, { value: joined, range: { start: first, end: scalar.range.end } });
    }
  }
  return { values, end };
}

/** Own properties alone, whatever the key: a page may name one `__proto__`. */
function define(values: Record<string, Ranged<string>>, key: string, value: Ranged<string>): void {
  Object.defineProperty(values, key, { value, enumerable: true, configurable: true, writable: true });
}

function stripComment(raw: string): string {
  const trimmed = raw.trimEnd();
  if (/^["']/.test(trimmed)) return /^(?:"(?:[^"\\]|\\.)*"|'(?:[^']|'')*')/.exec(trimmed)?.[0] ?? trimmed;
  if (trimmed.startsWith('#')) return '';
  const at = trimmed.search(/\s#/);
  return at < 0 ? trimmed : trimmed.slice(0, at).trimEnd();
}

function unquote(raw: string, start: number): Ranged<string> {
  const flow = /^\[(.*)\]$/.exec(raw);
  if (flow) {
    const value = flow[1]!
      .split(',')
      .map((item) => item.trim().replace(/^(["'])(.*)\1$/, '$2'))
      .filter(Boolean)
      .join(', ');
    return { value, range: { start, end: start + raw.length } };
  }
  const quoted = /^(["'])(.*)\1$/.exec(raw);
  if (!quoted) return { value: raw, range: { start, end: start + raw.length } };
  return { value: quoted[2]!, range: { start: start + 1, end: start + raw.length - 1 } };
}

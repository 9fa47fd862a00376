/** Renames a flag wherever its key is written: in code, and in every file that defines it. It changes nothing itself. */
import type { FlagDefinition, FlagRead, Model } from '../model/model.ts';
import type { Change } from '../practices/rule.ts';
import type { TextRange } from '../text.ts';

export interface RenamableFlag {
  readonly key: string;
  /** What the caret is in, without quotes. */
  readonly range: TextRange;
}

/** The flag whose key is read or defined at a caret. @param text of the file as it is now */
export function flagAt(model: Model, file: string, text: string, offset: number): RenamableFlag | undefined {
  const { definitions, reads } = model.flags;
  const keys = [
    ...definitions.filter((one) => one.file === file).map(({ facts }) => facts.key),
    ...reads.flatMap(({ file: other, facts, key }) =>
      other === file && facts.key && key !== undefined ? [{ value: key, range: facts.key.range }] : [],
    ),
  ];
  const found = keys.find(({ range }) => range.start <= offset && offset <= range.end);
  return found && { key: found.value, range: withoutQuotes(text, found.range) };
}

export type Renaming =
  | {
      readonly changes: readonly Change[];
      /** Code may ask for it in ways that cannot be seen. */
      readonly mayBeMore: boolean;
    }
  /** A full sentence. */
  | { readonly refused: string };

/** Keys that are text in every format, without quotes too. */
const plainKey = /^(?!(?:true|false|null|yes|no|on|off)$)[A-Za-z][\w./-]*$/i;

/**
 * @param read the text of a file as it is now
 * @returns why not, where some of it could not be renamed: a flag renamed by half is off
 */
export function renameFlag(
  { flags }: Model,
  key: string,
  to: string,
  read: (file: string) => string | undefined,
): Renaming {
  if (!plainKey.test(to)) {
    return { refused: `${to} cannot be the key of a flag: letters, digits and - _ . / are, after a letter.` };
  }
  const taken = flags.definitions.find(({ facts }) => facts.key.value === to);
  if (taken) return { refused: `A flag ${to} is defined already, in ${taken.file}.` };
  const definitions = flags.definitions.filter(({ facts }) => facts.key.value === key);
  const places = new Map<string, Change>();
  for (const one of [...definitions, ...flags.reads.filter((each) => each.key === key)]) {
    const text = read(one.file) ?? '';
    const ranges = 'readsAreKnown' in one ? keysOfDefinition(text, one) : keyOfRead(text, one);
    if (!ranges) return { refused: `${one.file} writes the key ${key} in a way that cannot be renamed.` };
    for (const range of ranges)
      places.set(`${one.file} ${range.start}`, { kind: 'edit', file: one.file, range, text: to });
  }
  return {
    changes: [...places.values()],
    mayBeMore: definitions.some(({ readsAreKnown }) => !readsAreKnown),
  };
}

/** The key, and where Unleash names it again. */
function keysOfDefinition(text: string, { facts }: FlagDefinition): TextRange[] | undefined {
  const { value } = facts.key;
  const own = withoutQuotes(text, facts.key.range);
  if (text.slice(own.start, own.end) !== value) return undefined;
  const again = (facts.parts ?? []).flatMap((part) =>
    [...text.slice(part.start, part.end).matchAll(/featureName["']?\s*:\s*["']?([^"'\s,}]+)/g)]
      .filter(([, name]) => name === value)
      .map((match) => {
        const end = part.start + match.index + match[0].length;
        return { start: end - value.length, end };
      }),
  );
  return [own, ...again];
}

/** The string itself, or the constant of the same file that holds it. */
function keyOfRead(text: string, { key, facts }: FlagRead): TextRange[] | undefined {
  const range = facts.key && withoutQuotes(text, facts.key.range);
  if (!range || key === undefined || facts.camelCase) return undefined;
  if (text.slice(range.start, range.end) === key) return [range];
  const constants = ['"', "'", '`'].flatMap((quote) => occurrences(text, `${quote}${key}${quote}`));
  const [only] = constants;
  return only !== undefined && constants.length === 1
    ? [{ start: only + 1, end: only + 1 + key.length }]
    : undefined;
}

function occurrences(text: string, wanted: string): number[] {
  const found: number[] = [];
  for (let at = text.indexOf(wanted); at >= 0; at = text.indexOf(wanted, at + 1)) found.push(at);
  return found;
}

function withoutQuotes(text: string, { start, end }: TextRange): TextRange {
  const quoted = end - start > 1 && /["'`]/.test(text[start]!) && text[end - 1] === text[start];
  return quoted ? { start: start + 1, end: end - 1 } : { start, end };
}

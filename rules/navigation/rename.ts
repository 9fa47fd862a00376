/** Renames a flag wherever its key is written: in code, and in every file that defines it. It changes nothing itself. */
import type { FlagKeyConstantFact } from '../artifacts/source/facts.ts';
import type { FlagDefinition, FlagRead, InFile, Model } from '../model/model.ts';
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
  { flags, sources }: Model,
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
  if (definitions.length === 0) return { refused: `The flag ${key} is not defined in this repository.` };
  const constants = [...sources].flatMap(([file, { flagKeys }]) =>
    flagKeys.filter((one) => one.key.value === key).map((facts) => ({ file, facts })),
  );
  const places = new Map<string, Change>();
  for (const one of [...definitions, ...flags.reads.filter((each) => each.key === key)]) {
    const written = 'readsAreKnown' in one ? keysOfDefinition(one, read) : keysOfRead(one, constants, read);
    if (!written) return { refused: `${one.file} writes the key ${key} in a way that cannot be renamed.` };
    for (const { file, range } of written)
      places.set(`${file} ${range.start}`, { kind: 'edit', file, range, text: to });
  }
  return {
    changes: [...places.values()],
    mayBeMore: definitions.some(({ readsAreKnown }) => !readsAreKnown),
  };
}

interface Written {
  readonly file: string;
  readonly range: TextRange;
}

type Read = (file: string) => string | undefined;

/** The key, and where Unleash names it again. */
function keysOfDefinition({ file, facts }: FlagDefinition, read: Read): Written[] | undefined {
  const text = read(file) ?? '';
  const { value } = facts.key;
  const own = literal(text, facts.key.range, value);
  if (!own) return undefined;
  const again = (facts.parts ?? []).flatMap((part) =>
    [...text.slice(part.start, part.end).matchAll(/featureName["']?\s*:\s*["']?([^"'\s,}]+)/g)]
      .filter(([, name]) => name === value)
      .map((match) => {
        const end = part.start + match.index + match[0].length;
        return { start: end - value.length, end };
      }),
  );
  return [own, ...again].map((range) => ({ file, range }));
}

/** The string itself, or the constants that hold it. */
function keysOfRead(
  { file, key = '', facts }: FlagRead,
  constants: readonly InFile<FlagKeyConstantFact>[],
  read: Read,
): Written[] | undefined {
  const text = read(file) ?? '';
  if (!facts.key || facts.camelCase) return undefined;
  const own = literal(text, facts.key.range, key);
  if (own) return [{ file, range: own }];
  const name = lastName(text.slice(facts.key.range.start, facts.key.range.end));
  const named = constants.filter((constant) => lastName(constant.facts.name) === name);
  const declared = named.map((constant) => {
    const range = literal(read(constant.file) ?? '', constant.facts.key.range, key);
    return range && { file: constant.file, range };
  });
  if (declared.length > 0) return declared.every((one) => one !== undefined) ? declared : undefined;
  const [only, ...others] = ['"', "'", '`'].flatMap((quote) => occurrences(text, `${quote}${key}${quote}`));
  if (only === undefined || others.length > 0) return undefined;
  return [{ file, range: { start: only + 1, end: only + 1 + key.length } }];
}

/** The inside of a string, where it is this value as it stands. */
function literal(text: string, range: TextRange, value: string): TextRange | undefined {
  const inside = withoutQuotes(text, range);
  return text.slice(inside.start, inside.end) === value ? inside : undefined;
}

/** `NewCheckout` of `Flags.NewCheckout`. */
function lastName(text: string): string {
  return /[\w$]*$/.exec(text)![0];
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

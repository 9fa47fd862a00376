/**
 * Which variables a Dockerfile declares and which it uses undeclared, by the scopes of ENV and ARG. It must never know
 * what a base image declares.
 *
 * Source: https://docs.docker.com/build/building/variables/#scoping and
 * https://docs.docker.com/reference/dockerfile/#environment-replacement
 */
import type { TextRange } from '../../text.ts';
import type { DockerVariable, UnsetVariable } from './facts.ts';
import type { Heredoc, Instruction, JoinedText } from './instructions.ts';
import { usesIn, wordsOf, type Word } from './words.ts';

/** What FROM knows without a declaration. Source: https://docs.docker.com/build/building/variables/#pre-defined-build-arguments */
export const platformArguments: ReadonlySet<string> = new Set(
  ['PLATFORM', 'OS', 'OSVERSION', 'ARCH', 'VARIANT', 'STAGE'].flatMap((part) => [
    `TARGET${part}`,
    ...(part === 'STAGE' ? [] : [`BUILD${part}`]),
  ]),
);

/** Collects declarations and undeclared uses, instruction after instruction. */
export class VariableReader {
  readonly declared: DockerVariable[] = [];
  readonly unset: UnsetVariable[] = [];
  readonly #escape: string;
  readonly #globals = new Set<string>(platformArguments);
  readonly #stages: Set<string>[] = [];
  /** Of a file without FROM. */
  readonly #fragment = new Set<string>(['PATH']);

  constructor(escape: string) {
    this.#escape = escape;
  }

  /** @param baseStage the stage that a FROM names */
  from({ arguments: joined }: Instruction, baseStage: number | undefined): void {
    const stage = this.#stages.length;
    const words = wordsOf(joined, this.#escape);
    const image = words.find(({ text }) => !text.startsWith('--'));
    for (const word of words.filter((one) => one === image || one.text.startsWith('--platform='))) {
      this.#use('FROM', stage, usesIn(word.text, this.#escape), this.#globals, (start, end) =>
        joined.range(word.at + start, word.at + end),
      );
    }
    // Docker sets PATH where the base image does not.
    this.#stages.push(new Set(baseStage === undefined ? ['PATH'] : this.#stages[baseStage]));
  }

  /** @param values what stands in the words of ENV and ARG */
  read({ keyword, range, arguments: joined, heredocs }: Instruction, isFragment: boolean): void {
    const stage = this.#stages.length - 1;
    const names = this.#stages.at(-1) ?? (isFragment ? this.#fragment : this.#globals);
    switch (keyword) {
      case 'ENV':
        this.#instruction(keyword, stage, joined, names);
        for (const one of assignments(joined, this.#escape)) this.#declare('ENV', one, stage, range, names);
        break;
      case 'ARG':
        for (const word of wordsOf(joined, this.#escape)) {
          // An argument sees those before it, of the same instruction too; a global one is not looked into.
          if (stage >= 0) this.#instruction(keyword, stage, joined, names, word);
          this.#declare('ARG', argument(word, joined), stage, range, names);
        }
        break;
      case 'ONBUILD': {
        const [, inner = ''] = /^(env|arg)\s/i.exec(joined.text) ?? [];
        const rest = joined.slice(inner.length);
        const found =
          inner === ''
            ? []
            : inner.toUpperCase() === 'ENV'
              ? assignments(rest, this.#escape)
              : wordsOf(rest, this.#escape).map((word) => argument(word, rest));
        for (const one of found) {
          const variable = { keyword: inner.toUpperCase() as 'ENV' | 'ARG', ...one, stage };
          if (this.declared.length < maxDeclarations)
            this.declared.push({ ...variable, onbuild: true, instruction: range.start });
        }
        break;
      }
      case 'COPY':
      case 'ADD':
        this.#copy(keyword, stage, joined, names, heredocs);
        break;
      case 'RUN':
        for (const word of leadingFlags(joined, this.#escape)) {
          if (word.text.startsWith('--mount=')) this.#instruction(keyword, stage, joined, names, word);
        }
        break;
      case 'LABEL':
      case 'STOPSIGNAL':
      case 'USER':
      case 'VOLUME':
      case 'WORKDIR':
        this.#instruction(keyword, stage, joined, names);
    }
  }

  #copy(
    keyword: string,
    stage: number,
    joined: JoinedText,
    names: ReadonlySet<string>,
    heredocs: readonly Heredoc[],
  ): void {
    for (const word of wordsOf(joined, this.#escape)) {
      const isFlag = word.text.startsWith('--') && !/^--(?:chown|chmod|checksum)=/.test(word.text);
      if (!isFlag && !/^\d*<</.test(word.text)) this.#instruction(keyword, stage, joined, names, word);
    }
    for (const { body, quoted, range } of heredocs) {
      if (quoted) continue;
      const at = (start: number, end: number): TextRange => ({
        start: range.start + start,
        end: range.start + end,
      });
      this.#use(keyword, stage, usesIn(body, '\\', false), names, at);
    }
  }

  #instruction(
    keyword: string,
    stage: number,
    joined: JoinedText,
    names: ReadonlySet<string>,
    { text, at }: Pick<Word, 'text' | 'at'> = { text: joined.text, at: 0 },
  ): void {
    const range = (start: number, end: number): TextRange => joined.range(at + start, at + end);
    this.#use(keyword, stage, usesIn(text, this.#escape), names, range);
  }

  #use(
    keyword: string,
    stage: number,
    uses: ReturnType<typeof usesIn>,
    names: ReadonlySet<string>,
    rangeOf: (start: number, end: number) => TextRange,
  ): void {
    for (const { name, start, end, hasDefault } of uses) {
      if (names.has(name) || this.unset.length >= maxUnset) continue;
      const range = rangeOf(start, end);
      const declared = [...names].slice(0, maxDeclared);
      this.unset.push({ value: name, range, keyword, stage, ...(hasDefault && { hasDefault }), declared });
    }
  }

  #declare(
    keyword: 'ENV' | 'ARG',
    one: Declaration,
    stage: number,
    { start }: TextRange,
    names: Set<string>,
  ): void {
    if (this.declared.length < maxDeclarations)
      this.declared.push({ keyword, ...one, stage, instruction: start });
    names.add(one.name);
  }
}

/** Nobody reads more of them than this. */
const maxUnset = 100;
const maxDeclared = 100;
const maxDeclarations = 3000;

type Declaration = Pick<DockerVariable, 'name' | 'nameRange' | 'value'>;

/** `ENV name=value name=value`, or `ENV name the rest is the value`. */
export function assignments(joined: JoinedText, escape: string): Declaration[] {
  const words = wordsOf(joined, escape);
  const [first] = words;
  if (!first) return [];
  if (!first.text.includes('=')) {
    const rest = joined.slice(first.text.length);
    const range =
      rest.text === '' ? { start: first.range.end, end: first.range.end } : rest.range(0, rest.text.length);
    return [{ name: first.text, nameRange: first.range, value: { value: rest.text, range } }];
  }
  return words.filter(({ text }) => text.indexOf('=') > 0).map((word) => argument(word, joined));
}

function argument({ text, at, range }: Word, joined: JoinedText): Declaration {
  const equals = text.indexOf('=');
  if (equals === -1) return { name: text, nameRange: range };
  return {
    name: text.slice(0, equals),
    nameRange: joined.range(at, at + equals),
    value: { value: text.slice(equals + 1), range: joined.range(at + equals + 1, at + text.length) },
  };
}

function leadingFlags(joined: JoinedText, escape: string): Word[] {
  if (!joined.text.startsWith('--')) return [];
  const words = wordsOf(joined, escape);
  const end = words.findIndex(({ text }) => !text.startsWith('--'));
  return end === -1 ? words : words.slice(0, end);
}

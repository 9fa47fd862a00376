/**
 * Removes a flag from a repository: its reads with the branch that nobody takes, the constant that holds its key, tests of
 * the other side, its definition and its line in a document. Whatever else mentions it is listed for people. It changes
 * nothing itself.
 */
import { Syntax } from '../../../artifacts/source/syntax.ts';
import type { FlagRead, InFile } from '../../../model/model.ts';
import { place } from '../../../model/model.ts';
import type { Place, TextRange } from '../../../text.ts';
import { editsBetween } from '../../edits/difference.ts';
import type { Change, FixContext } from '../../rule.ts';
import { removeDefinition } from '../definitions.ts';
import { constantNames, withoutConstant } from './constants.ts';
import { branchingLanguageOf } from './languages.ts';
import { isDocument, withoutMention } from './documents.ts';
import { callsOf, withoutFunction, type Hollow } from './hollow.ts';
import type { BranchingLanguage } from './language.ts';
import { withoutReads, type KnownRead, type WithTree } from './rewrite.ts';
import { isTest, withoutTests } from './tests.ts';
import { withoutUnused } from './unused.ts';

export interface Removal {
  readonly changes: readonly Change[];
  /** What needs a person, each place with the end of a sentence that starts with it. */
  readonly left: readonly Left[];
  readonly readsLeft: number;
}

export interface Left {
  readonly at: Place;
  readonly why: string;
}

/** Whether a read is of a kind that can be replaced by its value; whether it will be, its surroundings decide. */
export function canRemove({ file, facts, key }: FlagRead): boolean {
  return (
    key !== undefined &&
    (facts.type === undefined || facts.type === 'boolean') &&
    branchingLanguageOf(file) !== undefined
  );
}

/**
 * @param value what the flag is worth from now on
 */
export async function removeFlag(context: FixContext, key: string, value: boolean): Promise<Removal> {
  const { model } = context;
  const texts = new Texts(context);
  const left: Left[] = [];
  const reads = model.flags.reads.filter((read) => read.key === key);
  const about = new RegExp(
    `${escaped(key)}|\\b(?:feature[ _-]?flag|feature[ _-]?toggle|toggle|flag)\\b`,
    'i',
  );
  let readsLeft = 0;
  const hollow: InFile<Hollow>[] = [];
  for (const file of new Set(reads.map((read) => read.file))) {
    const own = reads.filter((read) => read.file === file);
    const language = branchingLanguageOf(file);
    const plain = language ? own.filter((read) => canRemove(read) && !givesMore(read, texts.read(file))) : [];
    for (const read of own.filter((one) => !plain.includes(one))) {
      const why = language
        ? 'gives a value, which is more than on or off'
        : 'is written in a language that branches are not taken out of yet';
      left.push({ at: place(file, read.facts), why });
      readsLeft += 1;
    }
    if (!language || plain.length === 0) continue;
    const withTree = await parserOf(context, language, file);
    const before = texts.read(file);
    const known = plain.map((read): KnownRead => ({
      range: read.facts.range,
      holds: holdsOf(read, before.slice(read.facts.range.start, read.facts.range.end)),
    }));
    const rewritten = withoutReads(file, before, known, value, language, withTree, about);
    const refused = rewritten.left;
    texts.set(file, rewritten.text);
    readsLeft += refused.length;
    hollow.push(...rewritten.hollow.map((facts) => ({ file, facts })));
    left.push(...refused.map(({ read, why }) => ({ at: { file, range: read.range }, why })));
  }
  for (const one of hollow) {
    const further = readsLeft === 0 ? await withoutHollow(context, texts, one, about) : undefined;
    if (further) hollow.push(...further);
    else left.push(leftHollow(texts, one));
  }
  if (readsLeft === 0) await withoutTheRest(context, texts, key, value, left, about);
  const definitions = model.flags.definitions.filter(({ facts }) => facts.key.value === key);
  const changes = texts.changes();
  for (const definition of definitions) {
    const at = place(definition.file, definition.facts.key);
    const gone = readsLeft === 0 ? removeDefinition(texts.original(definition.file), definition, model) : [];
    if (gone.length === 0 && readsLeft === 0)
      left.push({ at, why: 'is defined in a way that cannot be taken out' });
    if (!changes.some(({ file }) => file === definition.file)) changes.push(...gone);
  }
  const defined = new Set(definitions.map(({ file }) => file));
  return {
    changes,
    left: left.filter(({ at, why }) => why !== mentions || !defined.has(at.file)),
    readsLeft,
  };
}

const mentions = 'mentions it';

/**
 * Takes out a function that gives one value now, and its calls.
 * @returns functions that are hollow because of that; undefined where it must stay
 */
async function withoutHollow(
  context: FixContext,
  texts: Texts,
  { file, facts }: InFile<Hollow>,
  about: RegExp,
): Promise<readonly InFile<Hollow>[] | undefined> {
  const { name, owner, gives } = facts;
  if (gives === undefined) return undefined;
  const word = wordOf(name);
  const files = context.model.files
    .under('')
    .filter((path) => !unread.test(path) && !isDocument(path) && word.test(texts.read(path, true)));
  const names = new Set([owner, packageOf(file, texts.read(file))].filter((one) => one !== undefined));
  const now = new Map<string, string>();
  const further: InFile<Hollow>[] = [];
  for (const path of files) {
    const language = branchingLanguageOf(path);
    if (!language || isTest(path)) return undefined;
    const withTree = await parserOf(context, language, path);
    const text = texts.read(path);
    const own = path === file;
    const calls = withTree(text, (root) => callsOf(root, facts, own, names));
    if (!calls) return undefined;
    const reads = calls.map((range): KnownRead => ({ range, holds: 'value' }));
    const rewritten = withoutReads(path, text, reads, gives, language, withTree, about);
    if (rewritten.left.length > 0) return undefined;
    further.push(...rewritten.hollow.map((one) => ({ file: path, facts: one })));
    if (!own) now.set(path, rewritten.text);
    else {
      const without = withoutFunction(rewritten.text, name, language, withTree);
      now.set(path, withoutUnused(path, text, without, language, withTree));
    }
  }
  for (const [path, text] of now) texts.set(path, text);
  return further;
}

/** By what code elsewhere calls what a file declares: the package it is of, or the module it is. */
function packageOf(file: string, text: string): string | undefined {
  if (file.endsWith('.go')) return /^package (\w+)/m.exec(text)?.[1];
  return /(\w+)\.py$/.exec(file)?.[1];
}

function leftHollow(texts: Texts, { file, facts: { name, gives } }: InFile<Hollow>): Left {
  return {
    at: { file, range: rangeIn(texts.original(file), wordOf(name)) },
    why: gives === undefined ? 'does nothing any more' : `always gives ${gives} now`,
  };
}

/** The name of a function, wherever it stands alone. */
function wordOf(name: string): RegExp {
  return new RegExp(`(?<![\\w$])${escaped(name)}(?![\\w$])`);
}

/** What is about the flag besides its reads: constants, tests, lines of documents. */
async function withoutTheRest(
  context: FixContext,
  texts: Texts,
  key: string,
  value: boolean,
  left: Left[],
  about: RegExp,
): Promise<void> {
  const { model } = context;
  const names = constantNames(model.sources, key);
  const words = [key, ...names.map((name) => name.slice(name.lastIndexOf('.') + 1))];
  const word = new RegExp(`(?<![\\w.-]|\\w/)(?:${words.map(escaped).join('|')})(?![\\w-]|\\.\\w)`);
  const bare = new RegExp(`(?<![\\w-])(?:${words.map(escaped).join('|')})(?![\\w-])`);
  const files = model.files.under('').filter((file) => !unread.test(file));
  const mentioning = files.filter((file) => bare.test(texts.read(file, true)));
  const declaring = new Set<string>();
  for (const file of mentioning) {
    const language = branchingLanguageOf(file);
    if (isDocument(file)) texts.set(file, withoutMention(texts.read(file), key));
    else if (language && isTest(file)) {
      const withTree = await parserOf(context, language, file);
      texts.set(file, withoutTests(file, texts.read(file), words, value, language, withTree, about));
    }
    if (model.sources.get(file)?.flagKeys.some((one) => one.key.value === key)) declaring.add(file);
  }
  const elsewhere = mentioning.filter(
    (file) =>
      !declaring.has(file) &&
      !isDocument(file) &&
      names.length > 0 &&
      branchingLanguageOf(file) &&
      used(texts.read(file), names),
  );
  for (const file of declaring) {
    if (elsewhere.length > 0) break;
    const language = branchingLanguageOf(file);
    if (!language) continue;
    const withTree = await parserOf(context, language, file);
    texts.set(file, withoutConstant(file, texts.read(file), key, language, withTree, about));
  }
  for (const file of mentioning) {
    const text = texts.read(file);
    const found = word.exec(text);
    // Ranges are those of the text as it is now.
    if (found) left.push({ at: { file, range: rangeIn(texts.original(file), bare) }, why: mentions });
  }
}

function used(text: string, names: readonly string[]): boolean {
  return names.some((name) =>
    new RegExp(`\\b${escaped(name.slice(name.lastIndexOf('.') + 1))}\\b`).test(text),
  );
}

/** Nobody writes these by hand, or they say what once was. */
const unread =
  /(?:^|\/)(?:package-lock\.json|yarn\.lock|pnpm-lock\.yaml|CHANGELOG[^/]*|go\.sum|[^/]*\.(?:lock|map|svg|png|snap|min\.js|csv))$/i;

function rangeIn(text: string, pattern: RegExp): TextRange {
  const found = pattern.exec(text);
  return found ? { start: found.index, end: found.index + found[0].length } : { start: 0, end: 0 };
}

/** Calls that give more than the value. */
const wholes =
  /(?:Details?|Result|useFlag|useFeature|evalFeature|EvalFeature|eval_feature|useFeatureGate|useGate|getFeatureGate|get_feature_gate|variable|useVariable|getVariant|GetVariant|get_variant|useVariant)(?:Async|_async)?\s*(?:<[^>()]*>)?\($/;

/** PostHog gives the variant of an experiment for the flag itself. */
const variants =
  /(?:get\w*FeatureFlag|get_feature_flag|useFeatureFlag(?:VariantKey)?)\s*(?:<[^>()]*>)?\([^()]*$/;

function holdsOf({ facts }: FlagRead, text: string): KnownRead['holds'] {
  const call = text.slice(0, text.search(/["'`]|$/));
  if (facts.sdk !== 'function' && wholes.test(call.trimEnd()) && !/^(?:unleash|configcat)$/.test(facts.sdk))
    return 'object';
  if (facts.type === 'boolean') return 'value';
  return facts.sdk === 'posthog' && variants.test(call.trimEnd()) ? 'variant' : 'unknown';
}

/** What these are named for can be anything. */
const values = /(?:[a-z]Value|_value|Variant\w*|Treatment\w*|Payload)(?:_?[aA]sync)?\s*(?:<[^>()]*>)?\($/;

function givesMore({ facts }: FlagRead, text: string): boolean {
  if (facts.type === 'boolean' || facts.fallback?.value === 'boolean') return false;
  const call = text.slice(facts.range.start, facts.range.end);
  return values.test(call.slice(0, call.search(/["'`]|$/)).trimEnd());
}

async function parserOf(context: FixContext, language: BranchingLanguage, path: string): Promise<WithTree> {
  const parse = await context.parser(language.grammar(path));
  return (text, use) => {
    const tree = parse(text);
    try {
      return use(new Syntax(tree.rootNode, text));
    } finally {
      tree.delete();
    }
  };
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&');
}

/** Texts as they will be. */
class Texts {
  readonly #context: FixContext;
  readonly #originals = new Map<string, string>();
  readonly #now = new Map<string, string>();

  constructor(context: FixContext) {
    this.#context = context;
  }

  original(file: string): string {
    let text = this.#originals.get(file);
    if (text === undefined) this.#originals.set(file, (text = this.#context.read(file).text));
    return text;
  }

  /** @param tolerant whether a file that cannot be read is empty, and is not kept */
  read(file: string, tolerant = false): string {
    const now = this.#now.get(file) ?? this.#originals.get(file);
    if (now !== undefined) return now;
    if (!tolerant) return this.original(file);
    try {
      return this.#context.read(file).text;
    } catch {
      return '';
    }
  }

  set(file: string, text: string): void {
    if (text !== this.read(file)) this.#now.set(file, text);
  }

  changes(): Change[] {
    return [...this.#now].flatMap(([file, text]) =>
      editsBetween(this.original(file), text).map((edit): Change => ({ kind: 'edit', file, ...edit })),
    );
  }
}

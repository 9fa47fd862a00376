/**
 * Finds the reads of flags behind functions of the team's own: a function that hands a parameter on to an SDK reads the
 * flag that its callers name, and so does a function that hands one on to it. Names are followed through imports; a
 * method is known by its class. It must never know where flags are defined.
 */
import type { FactsByKind } from '../artifacts/kinds.ts';
import type { FlagForwardFact, FlagKeyFact, FlagReadFact } from '../artifacts/source/facts.ts';
import type { Ranged } from '../text.ts';
import type { InFile } from './model.ts';
import type { Modules } from './modules.ts';
import { push } from '../groups.ts';

/** A read with its key, as far as the files say together. */
export interface JoinedRead extends InFile<FlagReadFact> {
  readonly key?: Ranged<string>;
  /** The function called was found by its name alone. */
  readonly loose?: true;
}

/** Enough for any code that people wrote; what goes on for longer is a loop through names. */
const maxReads = 50_000;

/** @param configured whether a function was named in the configuration as one that reads flags */
export function readsOfFlags(
  sources: FactsByKind['source'],
  modules: Modules,
  configured: (callee: string | undefined) => boolean,
): readonly JoinedRead[] {
  const constants = new Map<string, Ranged<string>>();
  /** In languages whose imports lead to no file: by name, where one value has it. */
  const named = new Map<string, Ranged<string> | null>();
  for (const [file, { language, flagKeys }] of sources)
    for (const { name, key } of flagKeys) {
      constants.set(`${file}\0${name}`, key);
      if (byNameAlone.has(language))
        named.set(name, named.has(name) && named.get(name)?.value !== key.value ? null : key);
    }
  const keyOf = (file: string, { key, keyName }: FlagKeyFact): Ranged<string> | undefined => {
    if (key || !keyName) return key;
    const binding = modules.declaration(file, keyName.value);
    const value =
      (binding && constants.get(`${binding.file}\0${binding.local}`)?.value) ??
      (byNameAlone.has(sources.get(file)!.language)
        ? (named.get(keyName.value) ?? named.get(lastOf(keyName.value)))?.value
        : undefined);
    return value === undefined ? undefined : { value, range: keyName.range };
  };
  const calls = callsOfFunctions(sources, modules);
  const reads: JoinedRead[] = [];
  const handled = new Set<string>();
  /** What hands a parameter on, still to be followed to its callers. */
  const readers: Reader[] = [];
  const read = (file: string, facts: FlagReadFact, given: FlagKeyFact, loose?: true): boolean => {
    if (reads.length > maxReads) return false;
    if (given.forwards) {
      const id = `${file}\0${given.forwards.function}\0${given.forwards.argument}`;
      if (!handled.has(id)) {
        handled.add(id);
        readers.push({ file, facts, forwards: given.forwards, ...(loose && { loose }) });
      }
      return true;
    }
    const key = keyOf(file, given);
    reads.push({ file, facts: plain(facts), ...(key && { key }), ...(loose && { loose }) });
    return true;
  };
  for (const [file, { flags }] of sources)
    for (const fact of flags) {
      if (fact.sdk !== 'function') read(file, fact, fact);
      else if (configured(fact.callee)) read(file, fact, fact.arguments?.['0'] ?? fact);
    }
  for (const reader of readers) {
    let called = false;
    for (const call of calls(reader)) {
      if (configured(call.facts.callee)) continue;
      const given = givenFor(reader.forwards.argument, call.facts.arguments ?? {});
      // Without it, the function's own default is the key, or the call is not understood.
      if (!given) continue;
      const { sdk, type, camelCase } = reader.facts;
      const facts: FlagReadFact = {
        ...call.facts,
        sdk,
        ...(type && { type }),
        ...(camelCase && { camelCase }),
      };
      const loose = reader.loose ?? call.loose;
      called = read(call.file, facts, given, loose) || called;
    }
    // Nobody is seen to call it: somebody may, and for any flag.
    if (!called) reads.push({ file: reader.file, facts: plain(reader.facts) });
  }
  return reads;
}

/** Languages whose imports lead to no file. */
const byNameAlone: ReadonlySet<string> = new Set(['go', 'java', 'kotlin', 'csharp', 'ruby', 'php', 'rust']);

/** What a call gives for an argument, or for a property of one that is handed on whole. */
function givenFor(argument: string, given: NonNullable<FlagReadFact['arguments']>): FlagKeyFact | undefined {
  if (given[argument] || !argument.includes('.')) return given[argument];
  const [index, property] = argument.split('.');
  const forwards = (given[`${index}.*`] ?? given[index!])?.forwards;
  return forwards && !forwards.argument.includes('.')
    ? { forwards: { ...forwards, argument: `${forwards.argument}.${property}` } }
    : undefined;
}

interface Reader extends InFile<FlagReadFact> {
  readonly forwards: FlagForwardFact;
  readonly loose?: true;
}

interface Call extends InFile<FlagReadFact> {
  readonly loose?: true;
}

/** What only helped to find the key is left behind. */
function plain(facts: FlagReadFact): FlagReadFact {
  return { ...facts, arguments: undefined, forwards: undefined };
}

/** Calls of functions that may read flags, by what they call. */
function callsOfFunctions(
  sources: FactsByKind['source'],
  modules: Modules,
): (reader: Reader) => readonly Call[] {
  const byBinding = new Map<string, Call[]>();
  const byName = new Map<string, Call[]>();
  for (const [file, { flags }] of sources)
    for (const facts of flags) {
      if (facts.sdk !== 'function' || facts.callee === undefined) continue;
      const { callee } = facts;
      const binding = /^[\w$.]+$/.test(callee) ? modules.declaration(file, callee) : undefined;
      const imported = binding && binding.file !== file;
      if (binding) push(byBinding, `${binding.file}\0${lastOf(binding.local)}`, { file, facts });
      if (!imported && callee.includes('.')) push(byName, lastOf(callee), { file, facts, loose: true });
    }
  return ({ file, forwards }) => {
    const name = lastOf(forwards.function);
    const owner = forwards.function.includes('.') ? forwards.function.split('.')[0]! : undefined;
    const bound = (byBinding.get(`${file}\0${name}`) ?? []).filter(({ facts }) => isOf(facts.callee!, owner));
    const loose = (byName.get(name) ?? []).filter(
      ({ file: other, facts }) =>
        !bound.some((call) => call.facts === facts) &&
        (owner === undefined
          ? other !== file && telling.test(name)
          : isNamedAfter(facts.callee!, owner) ||
            telling.test(name) ||
            other === file ||
            modules.imported(other).includes(file)),
    );
    return [...bound, ...loose];
  };
}

/** A name that no other function is likely to have. */
const telling = /^(?=.{10}).*(?:[fF]lag|[fF]eature|[vV]ariation|[eE]xperiment)/;

/** A function without a class is called by its name, or as the member of an object that holds it. */
function isOf(callee: string, owner: string | undefined): boolean {
  return owner === undefined ? true : isNamedAfter(callee, owner);
}

/** `this.featureFlags.get`, `featureFlagsService.get` and `FeatureFlagsService.get` are methods of FeatureFlagsService. */
function isNamedAfter(callee: string, owner: string): boolean {
  const receiver = callee
    .split('.')
    .at(-2)
    ?.replace(/^[_#]+/, '')
    .toLowerCase();
  if (receiver === undefined || receiver.length < 4) return false;
  const name = owner.toLowerCase();
  return (
    receiver === name ||
    (name.startsWith(receiver) && /^(?:service|client|provider|impl)$/.test(name.slice(receiver.length)))
  );
}

function lastOf(name: string): string {
  return name.slice(name.lastIndexOf('.') + 1);
}

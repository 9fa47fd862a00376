/**
 * What an SDK of feature flags looks like in code, in words that fit every language: where its clients come from and
 * which calls read a flag. It must never know a syntax; each language has a table of its own beside this file.
 */
import type { FlagReadFact } from '../facts.ts';

export type FlagType = NonNullable<FlagReadFact['type']>;

export interface FlagSdk {
  /** As `FlagReadFact.sdk` has it. */
  readonly id: string;
  /** Packages of its clients, by the path the language's readers give an expression or an import. */
  readonly origin: RegExp;
  /** What a client is called where it comes from another file. */
  readonly receiver?: RegExp;
  readonly calls: readonly FlagCall[];
}

export interface FlagCall {
  /** The method or function; a group is a word for the type of the value. */
  readonly name: RegExp;
  /** Arguments that may be the key, the likeliest first; the first one by default. */
  readonly key?: readonly number[];
  /** The argument is a list of keys. */
  readonly list?: true;
  /** It gives all flags at once: any may be read. */
  readonly every?: true;
  /** Names of the argument, where it may be named, or of a field where an object is passed. */
  readonly named?: readonly string[];
  /** How many arguments after the key the default stands, where the call takes one. */
  readonly fallback?: number;
  /** Names of the default's argument, where it may be named. */
  readonly fallbackNamed?: readonly string[];
  readonly type?: FlagType;
  /** Nobody else has methods of this name: it counts wherever the client comes from. */
  readonly unique?: true;
  /** A function of a package, not a method: it counts by its origin alone. */
  readonly imported?: true;
}

export interface FlagCallMatch {
  readonly sdk: string;
  readonly call: FlagCall;
  readonly type?: FlagType;
}

/**
 * The SDK that a call belongs to.
 * @param name of the method or function
 * @param receiver the text the method is called on
 * @param from whether it comes from this SDK's packages: `no` where it surely comes from another one's
 */
export function flagCallOf(
  sdks: readonly FlagSdk[],
  { name, receiver }: { readonly name: string; readonly receiver: string },
  from: (sdk: FlagSdk) => 'yes' | 'unknown' | 'no',
): FlagCallMatch | undefined {
  const all = allFlags.name.test(name) ? allFlags : undefined;
  for (const sdk of sdks) {
    const call = sdk.calls.find(({ name: pattern }) => pattern.test(name)) ?? all;
    if (!call) continue;
    const origin = from(sdk);
    if (origin === 'no') continue;
    const known = origin === 'yes' || call.unique || (!call.imported && sdk.receiver?.test(receiver));
    if (!known) continue;
    const type = typeWords[call.name.exec(name)?.[1]?.toLowerCase() ?? ''] ?? call.type;
    return { sdk: sdk.id, call, ...(type && { type }) };
  }
  return undefined;
}

/** What SDKs call the method that hands out all flags, such as `allFlagsState`, `get_all_flags` and `getAllValuesAsync`. */
const allFlags: FlagCall = {
  name: /^(?:get_?)?all_?(?:flags|toggles|values)(?:_?state|_?and_?payloads|_?details?|_?async)*$/i,
  every: true,
};

const typeWords: Readonly<Record<string, FlagType>> = {
  bool: 'boolean',
  boolean: 'boolean',
  string: 'string',
  str: 'string',
  number: 'number',
  int: 'number',
  integer: 'number',
  long: 'number',
  float: 'number',
  float64: 'number',
  double: 'number',
  object: 'object',
  struct: 'object',
  json: 'object',
  jsonvalue: 'object',
};

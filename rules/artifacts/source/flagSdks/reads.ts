/**
 * Reads of flags in languages whose calls differ in syntax alone: what a call of an SDK says, and calls of functions that
 * may turn out to hand a key on to one. It must never know a language; what it needs of one is `CallView`.
 */
import type { FlagKeyFact, FlagReadFact } from '../facts.ts';
import type { Syntax } from '../syntax.ts';
import { flagCallOf, type FlagSdk, type FlagType } from './flagSdk.ts';

export interface CallView {
  readonly call: Syntax;
  readonly name: string;
  readonly receiver: string;
  /** What is called, as other files' facts name it: `Class.method` for a method of its own class. */
  readonly callee: string;
  readonly arguments: readonly Syntax[];
  /** Whether arguments are passed that cannot be read. */
  readonly spread?: boolean;
  named(name: string): Syntax | undefined;
  key(node: Syntax): FlagKeyFact;
  /** The type of a default, where it is plain. */
  typeOf(node: Syntax): FlagType | undefined;
}

/** Names that say a flag is read; whether such a function does, other files or the configuration decide. */
const wrapperName = /feature|flag|toggle|experiment/i;

export function flagReadOf(
  view: CallView,
  sdks: readonly FlagSdk[],
  from: (sdk: FlagSdk) => 'yes' | 'unknown' | 'no',
): FlagReadFact | undefined {
  const match = flagCallOf(sdks, view, from);
  if (!match) return callOfFunction(view);
  const { call, sdk, type } = match;
  const given = view.arguments;
  const named = first(call.named ?? [], (name) => view.named(name));
  const positions = (call.key ?? [0]).filter((index) => index < given.length);
  const index =
    positions.find((at) => view.key(given[at]!).key) ??
    positions.find((at) => Object.keys(view.key(given[at]!)).length > 0) ??
    positions.at(-1);
  const key = named ?? (index === undefined ? undefined : given[index]);
  if (!key) return undefined;
  const at = named || index === undefined ? undefined : index + (call.fallback ?? 0);
  const fallback =
    call.fallback === undefined || view.spread
      ? undefined
      : (first(call.fallbackNamed ?? [], (name) => view.named(name)) ??
        (at === undefined ? undefined : given[at]));
  const fallbackType = fallback && view.typeOf(fallback);
  return {
    ...view.key(key),
    sdk,
    range: view.call.range,
    ...(type && { type }),
    ...(fallback && fallbackType && { fallback: { value: fallbackType, range: fallback.range } }),
    ...(fallback && /^[tT]rue$/.test(fallback.text) && { defaultOn: true as const }),
  };
}

function callOfFunction(view: CallView): FlagReadFact | undefined {
  const likely = [view.name, view.receiver.slice(-80), ...view.arguments.slice(0, 3).map(nameOf)].some(
    (name) => wrapperName.test(name),
  );
  const onItself = view.callee !== view.name && /^(?:self|this)$/.test(view.receiver);
  if (!likely && !onItself) return undefined;
  const keys: Record<string, FlagKeyFact> = {};
  for (const [index, argument] of view.arguments.slice(0, 3).entries()) {
    const key = view.key(argument);
    const usable = key.key ? likely && /^[\w.:/-]+$/.test(key.key.value) : key.keyName || key.forwards;
    if (usable) keys[String(index)] = key;
  }
  if (Object.keys(keys).length === 0) return undefined;
  const { key } = keys['0'] ?? {};
  return {
    sdk: 'function',
    callee: view.callee,
    ...(key && { key }),
    arguments: keys,
    range: view.call.range,
  };
}

/** A name that is passed, such as `Flags.NEW_CHECKOUT`; the key itself says nothing of who reads it. */
function nameOf(argument: Syntax): string {
  return /^[\w.]{1,120}$/.test(argument.text.slice(0, 121)) ? argument.text : '';
}

function first<T, R>(items: readonly T[], find: (item: T) => R | undefined): R | undefined {
  for (const item of items) {
    const found = find(item);
    if (found !== undefined) return found;
  }
  return undefined;
}

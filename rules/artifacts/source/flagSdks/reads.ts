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

/** How a language with classes writes methods. */
export interface MethodSyntax {
  /** Types of nodes. */
  readonly methods: ReadonlySet<string>;
  readonly classes: ReadonlySet<string>;
  /** What a method calls its own object by. */
  readonly itself: RegExp;
  /** Names of the parameters, in order. */
  parametersOf(method: Syntax): readonly (string | undefined)[];
}

/**
 * What is called, and on what.
 * @param receiver as written; `''` where there is none
 */
export function calledOn(
  call: Syntax,
  { name, receiver }: { readonly name: string; readonly receiver: string },
  { classes, itself }: MethodSyntax,
): Pick<CallView, 'call' | 'name' | 'receiver' | 'callee'> & { readonly onItself: boolean } {
  const onItself = itself.test(receiver);
  const owner = onItself ? classAround(call, classes) : undefined;
  const shown = receiver.slice(-200);
  return {
    call,
    name,
    onItself,
    receiver: onItself ? 'this' : shown,
    callee: `${owner ?? shown}.${name}`,
  };
}

/** The parameter of the method around it that a name stands for. */
export function forwardsOf(
  name: Syntax,
  { methods, classes, parametersOf }: MethodSyntax,
): FlagKeyFact['forwards'] {
  const method = name.closest(methods);
  const own = method?.field('name')?.text;
  const index = method ? parametersOf(method).indexOf(name.text) : -1;
  if (!method || own === undefined || index < 0) return undefined;
  const owner = classAround(method, classes);
  return { function: owner === undefined ? own : `${owner}.${own}`, argument: String(index) };
}

/** The name of the class that a node stands in. */
export function classAround(node: Syntax, classes: ReadonlySet<string>): string | undefined {
  const around = node.closest(classes);
  return (around?.field('name') ?? around?.field('type') ?? around?.child('identifier'))?.text;
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
  if (call.every) return { sdk, range: view.call.range };
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

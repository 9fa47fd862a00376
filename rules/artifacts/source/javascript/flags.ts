/**
 * Where code reads a feature flag: calls, hooks and components of known SDKs, and calls of functions that may turn out to
 * hand a key on to one.
 */
import { flagCallOf, type FlagCall, type FlagType } from '../flagSdks/flagSdk.ts';
import { flagComponents, javascriptFlagSdks } from '../flagSdks/javascript.ts';
import type { FlagKeyFact, FlagReadFact } from '../facts.ts';
import type { Syntax } from '../syntax.ts';
import type { Code } from './code.ts';
import {
  argumentsOf,
  calledName,
  calleeOf,
  hasSpread,
  propertyName,
  propertyOf,
  receiverOf,
  unwrap,
} from './expressions.ts';
import { stringConstant } from './constants.ts';
import { classNameAround, flagKeyOf, forwardsOf, jsxValueOf, listedKeys } from './flagKeys.ts';
import { readsOfConsumer, readsOfFlagObject } from './flagObjects.ts';

const openFeature = /^#?@openfeature\//;

/** Names that say a flag is read; whether such a function does, other files or the configuration decide. */
const wrapperName = /feature|flag|toggle|experiment|posthog|growth_?book|statsig|unleash|launch_?darkly/i;
const keyName = /^\w*(?:[fF]lag|FLAG|[fF]eature|FEATURE|[tT]oggle|[eE]xperiment)\w*(?:\.\w+)?$/;

/** Not from a package: from another file of the workspace, global, or unknown. */
function isForeign(origin: string): boolean {
  return !/^[.@~#:]|^$/.test(origin);
}

export function flagReadsOf(call: Syntax, code: Code): FlagReadFact[] {
  const name = calledName(call);
  if (name === undefined) return [];
  const callee = calleeOf(call);
  const origin = code.origin(callee) ?? '';
  const receiver = receiverOf(call)?.text ?? '';
  if (/^#?(?:@launchdarkly\/|launchdarkly-)/.test(origin)) {
    if (name === 'useFlags') return readsOfFlagObject(call, 'launchdarkly', code);
    const given = name === 'withLDConsumer' && call.parent && argumentsOf(call.parent)[0];
    if (given) return readsOfConsumer(given, 'launchdarkly', code);
  }
  const match = flagCallOf(javascriptFlagSdks, { name, receiver }, (sdk) =>
    sdk.origin.test(origin) ? 'yes' : isForeign(origin) ? 'no' : 'unknown',
  );
  if (match) return readsBySdk(call, match.sdk, match.call, match.type, code);
  // A path such as `common/flags` may be one of this workspace, below a folder that modules are looked for in.
  const elsewhere = isForeign(origin) && !/[fF]lag|[fF]eature/.test(name);
  return elsewhere ? [] : callOfFunction(call, callee, name, code);
}

/** `@BooleanFeatureFlag({ flagKey: 'x' })` of OpenFeature's NestJS SDK. */
export function flagReadOfDecorator(decorator: Syntax, code: Code): FlagReadFact | undefined {
  const call = decorator.children[0];
  const match = /^(Boolean|String|Number|Object)FeatureFlag\b/.exec(call?.text ?? '');
  if (!call || !match || !openFeature.test(code.origin(call.children[0]) ?? '')) return undefined;
  const options = argumentsOf(call)[0];
  const object = options && code.definition(options);
  const key = object?.type === 'object' ? propertyOf(object, 'flagKey') : undefined;
  return {
    ...(key && flagKeyOf(key, code)),
    sdk: 'openfeature',
    range: call.range,
    type: match[1]!.toLowerCase() as FlagType,
  };
}

/** `<FeatureEnabled feature="x">`, and elements of the team's own that may read the flag an attribute names. */
export function flagReadOfElement(element: Syntax, code: Code): FlagReadFact[] {
  const name = element.children[0];
  if (!name || !/identifier|member_expression/.test(name.type)) return [];
  const origin = code.origin(name) ?? '';
  const known = Object.hasOwn(flagComponents, name.text) ? flagComponents[name.text] : undefined;
  if (known && javascriptFlagSdks.some(({ id, origin: from }) => id === known[0] && from.test(origin))) {
    const [sdk, attribute] = known;
    const value = jsxValueOf(element, attribute);
    if (!value) return [];
    const keys = listedKeys(value, code) ?? [value];
    return keys.map((key) => ({ ...flagKeyOf(key, code), sdk, range: key.range }));
  }
  if (isForeign(origin) || !/[fF]eature|[fF]lag|[tT]oggle|[gG]ate|[eE]xperiment/.test(name.text)) return [];
  const keys: Record<string, FlagKeyFact> = {};
  for (const child of element.children) {
    const attribute = child.type === 'jsx_attribute' ? child.children[0]?.text : undefined;
    const value = attribute === undefined ? undefined : jsxValueOf(element, attribute);
    const key = value && flagKeyOf(value, code);
    if (key && Object.keys(key).length > 0) keys[`0.${attribute}`] = key;
  }
  if (Object.keys(keys).length === 0) return [];
  return [{ sdk: 'function', callee: name.text, arguments: keys, range: element.range }];
}

function readsBySdk(
  call: Syntax,
  sdk: string,
  pattern: FlagCall,
  type: FlagType | undefined,
  code: Code,
): FlagReadFact[] {
  const given = argumentsOf(call);
  if (pattern.every) return [{ sdk, range: call.range }];
  const index = keyIndex(given, pattern, code);
  const written = index === undefined ? undefined : given[index];
  if (index === undefined || !written) return [];
  const base = { sdk, range: call.range, ...(type && { type }) };
  const named = pattern.named && propertyOfObject(written, pattern.named, code);
  const key = named ?? written;
  if (pattern.list) {
    const keys = listedKeys(key, code);
    if (keys) return keys.map((one) => ({ ...flagKeyOf(one, code), ...base }));
  }
  const fallback =
    pattern.fallback === undefined ? undefined : fallbackOf(call, index + pattern.fallback, code);
  const isOn =
    fallback?.value === 'boolean' && code.definition(given[index + pattern.fallback!]!)?.text === 'true';
  return [
    {
      ...flagKeyOf(key, code),
      ...base,
      ...(fallback && { fallback }),
      ...(isOn && { defaultOn: true as const }),
    },
  ];
}

/** Of the arguments that may be the key, the first that is a text, else one that reads like a key, else the last. */
function keyIndex(given: readonly Syntax[], { key = [0] }: FlagCall, code: Code): number | undefined {
  const present = key.filter((index) => index < given.length);
  return (
    present.find((index) => stringConstant(code, given[index]) !== undefined) ??
    present.find((index) => /key|flag|feature|gate|experiment|name/i.test(given[index]!.text)) ??
    present.toSorted((a, b) => a - b).at(-1)
  );
}

function propertyOfObject(node: Syntax, names: readonly string[], code: Code): Syntax | undefined {
  const object = code.definition(node);
  if (object?.type !== 'object') return undefined;
  for (const name of names) {
    const value = propertyOf(object, name);
    if (value) return value;
  }
  return undefined;
}

const fallbackTypes: Readonly<Record<string, FlagType>> = {
  true: 'boolean',
  false: 'boolean',
  string: 'string',
  template_string: 'string',
  number: 'number',
  object: 'object',
  array: 'object',
};

function fallbackOf(call: Syntax, index: number, code: Code): FlagReadFact['fallback'] {
  const given = argumentsOf(call);
  const list = call.child('arguments');
  if (list && hasSpread(list)) return undefined;
  const node = given[index];
  if (!node) return { value: 'missing', range: calleeOf(call).range };
  const type = fallbackTypes[code.definition(node)?.type ?? ''];
  return type && { value: type, range: node.range };
}

/** A call that reads a flag if the function called does. */
function callOfFunction(call: Syntax, callee: Syntax, name: string, code: Code): FlagReadFact[] {
  const given = argumentsOf(call);
  if (given.length === 0) return [];
  const own = receiverOf(call);
  const likely = wrapperName.test(name) || wrapperName.test(own?.text.slice(-80) ?? '');
  const onItself = own?.type === 'this';
  const onOwn = onItself || (own?.type === 'member_expression' && own.children[0]?.type === 'this');
  const keys: Record<string, FlagKeyFact> = {};
  for (const [index, argument] of given.slice(0, 3).entries()) {
    for (const [path, node] of keysIn(argument, String(index), code)) {
      if (!likely && !keyName.test(unwrap(node).text) && !(onOwn && forwardsOf(node, code))) continue;
      const key = flagKeyOf(node, code);
      if (key.key ? /^[\w.:/-]+$/.test(key.key.value) : key.keyName || key.forwards) keys[path] = key;
    }
  }
  if (Object.keys(keys).length === 0) return [];
  const inClass = onItself ? classNameAround(call) : undefined;
  const written = callee.text.length > 200 ? name : callee.text.replace(/\?\./g, '.');
  const calleeName = inClass === undefined ? written : `${inClass}.${name}`;
  const { key } = keys['0'] ?? {};
  return [{ sdk: 'function', callee: calleeName, ...(key && { key }), arguments: keys, range: call.range }];
}

/** An argument, or the properties of one that is an object or is made from one: `Command.create({ key })`. */
function keysIn(argument: Syntax, path: string, code: Code): (readonly [path: string, node: Syntax])[] {
  const bare = unwrap(argument);
  const made = bare.type === 'call_expression' || bare.type === 'new_expression' ? argumentsOf(bare) : [];
  const object = bare.type === 'object' ? bare : made.length === 1 ? code.definition(made[0]) : undefined;
  if (object?.type !== 'object') return bare.type === 'object' ? [] : [[path, argument]];
  return object.children.slice(0, 12).flatMap((pair): (readonly [string, Syntax])[] => {
    // What is spread hands on whatever it holds.
    if (pair.type === 'spread_element' && pair.children[0]) return [[`${path}.*`, pair.children[0]]];
    if (pair.type === 'shorthand_property_identifier') return [[`${path}.${pair.text}`, pair]];
    const name = pair.type === 'pair' ? propertyName(pair.children[0]) : undefined;
    const value = pair.children.at(-1);
    return name === undefined || !value ? [] : [[`${path}.${name}`, value]];
  });
}

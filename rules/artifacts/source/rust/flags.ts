/** Where Rust reads a feature flag, and constants and variants of enums by whose names flags are asked for. */
import type { Ranged } from '../../../text.ts';
import type { FlagType } from '../flagSdks/flagSdk.ts';
import { calledOn, classAround, flagReadOf, forwardsOf, type MethodSyntax } from '../flagSdks/reads.ts';
import { rustFlagSdks } from '../flagSdks/rust.ts';
import type { FlagKeyConstantFact, FlagKeyFact, FlagReadFact } from '../facts.ts';
import { visitAll, type Syntax } from '../syntax.ts';
import { argumentsOf, functionOf, methodOf, receiverOf, unwrap, type Code } from './code.ts';

/** Words without which a file reads no flag, and names none. */
export const mayReadFlags =
  /\b(?:open_feature|launchdarkly_server_sdk|unleash_(?:api_)?client|flagsmith|posthog_rs|growthbook_rust(?:_sdk)?|configcat|statsig(?:_rust)?)::|\b(?:bool|str|float|int|json)_variation(?:_detail)?\(|\b(?:unleash|flagsmith|posthog|configcat|statsig)\.|\b\w{0,60}(?:feature|flag)\w{0,60}\(\s*["&]?|\benum \w{0,60}(?:Feature|Flag|Toggle)/;

export function flagReadOfCall(call: Syntax, code: Code): FlagReadFact | undefined {
  const method = methodOf(call);
  const [name, ...owner] = method === undefined ? code.path(functionOf(call)).toReversed() : [method];
  if (name === undefined) return undefined;
  const receiver = method === undefined ? (owner[0] ?? '') : (receiverOf(call)?.text ?? '');
  const { onItself, ...called } = calledOn(call, { name, receiver }, syntax);
  const isFree = receiver === '' || /^(?:crate|super)$/.test(receiver);
  return flagReadOf(
    {
      ...called,
      ...(isFree && { callee: name }),
      arguments: argumentsOf(call),
      named: () => undefined,
      key: (node) => keyOf(node, code),
      typeOf: ({ type }) => types[type],
    },
    rustFlagSdks,
    ({ origin }) =>
      method !== undefined && !onItself && code.imports.some(({ specifier }) => origin.test(specifier))
        ? 'yes'
        : 'unknown',
  );
}

function keyOf(node: Syntax, code: Code): FlagKeyFact {
  const bare = unwrap(node);
  if (bare.type === 'call_expression') {
    const asText = /^(?:to_string|to_owned|into|as_str|as_ref)$/.test(methodOf(bare) ?? '')
      ? receiverOf(bare)
      : /(?:^|::)String::from$/.test(code.origin(functionOf(bare)))
        ? argumentsOf(bare)[0]
        : undefined;
    return asText ? keyOf(asText, code) : {};
  }
  const text = code.string(bare);
  if (text) return { key: keyText(text) };
  const forwards = bare.type === 'identifier' ? forwardsOf(bare, syntax) : undefined;
  if (forwards) return { forwards };
  const path = code.path(bare);
  return path.length > 0 && /^[A-Z]/.test(path.at(-1)!)
    ? { keyName: { value: path.slice(-2).join('.'), range: bare.range } }
    : {};
}

/** `const NEW_CHECKOUT: &str = "new-checkout"`, and variants of an enum that Unleash's client is made for. */
export function flagKeysIn(code: Code): FlagKeyConstantFact[] {
  const found: FlagKeyConstantFact[] = [];
  visitAll(code.root, (node) => {
    if (node.type === 'const_item' || node.type === 'static_item') found.push(...constantOf(node, code));
    else if (node.type === 'enum_item') found.push(...variantsOf(node));
    return !syntax.methods.has(node.type);
  });
  return found;
}

function constantOf(item: Syntax, code: Code): FlagKeyConstantFact[] {
  const name = item.field('name')?.text;
  const value = code.string(item.field('value'));
  if (name === undefined || !value) return [];
  const owner = classAround(item, syntax.classes);
  const key = keyText(value);
  return /^[\w.:/-]{1,100}$/.test(key.value) ? [{ name: owner ? `${owner}.${name}` : name, key }] : [];
}

/** By their own names, as serde writes them, or as an attribute renames one. */
function variantsOf(item: Syntax): FlagKeyConstantFact[] {
  const owner = item.field('name')?.text ?? '';
  if (!/Feature|Flag|Toggle/.test(owner)) return [];
  const children = item.field('body')?.children ?? [];
  return children.flatMap((variant, index) => {
    const name = variant.type === 'enum_variant' ? variant.field('name') : undefined;
    if (!name) return [];
    const before = children[index - 1];
    const renamed = before?.type === 'attribute_item' ? /\brename\s*=\s*"([^"]+)"/.exec(before.text) : null;
    const value = renamed?.[1] ?? name.text;
    return [{ name: `${owner}.${name.text}`, key: { value, range: (renamed ? before! : name).range } }];
  });
}

function keyText(literal: Syntax): Ranged<string> {
  return { value: literal.text.replace(/^r?#*"|"#*$/g, ''), range: literal.range };
}

const syntax: MethodSyntax = {
  methods: new Set(['function_item']),
  classes: new Set(['impl_item', 'trait_item']),
  itself: /^(?:self|Self)$/,
  parametersOf: (method) =>
    (method.field('parameters')?.children ?? [])
      .filter(({ type }) => type === 'parameter')
      .map((one) => one.field('pattern')?.text),
};

const types: Readonly<Record<string, FlagType>> = {
  boolean_literal: 'boolean',
  string_literal: 'string',
  integer_literal: 'number',
  float_literal: 'number',
};

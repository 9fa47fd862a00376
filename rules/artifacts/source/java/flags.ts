/** Where Java reads a feature flag. */
import type { FlagType } from '../flagSdks/flagSdk.ts';
import { javaFlagSdks } from '../flagSdks/java.ts';
import { calledOn, classAround, flagReadOf, forwardsOf, type MethodSyntax } from '../flagSdks/reads.ts';
import type { FlagKeyConstantFact, FlagKeyFact, FlagReadFact } from '../facts.ts';
import { visitAll, type Syntax } from '../syntax.ts';
import { argumentsOf, calledName, receiverOf, type Code } from './code.ts';

/** Words without which a file reads no flag and names none. */
export const mayReadFlags =
  /\bimport\s+(?:dev\.openfeature|com\.launchdarkly|io\.getunleash|no\.finn\.unleash|com\.flagsmith|com\.posthog|(?:com\.)?growthbook|com\.configcat|io\.split)\b|\b(?:bool|string|int|double)Variation\(|\b\w{0,60}(?:[fF]eature|[fF]lag)\w{0,60}\(\s*(?:"|\w{0,60}(?:Flag|Feature)\w{0,60}\.)|\bString\s+\w{0,60}(?:FLAG|FEATURE|Flag|Feature)\w{0,60}\s*=\s*"|\bclass\s+\w{0,60}(?:Flags|Features|FlagKeys|FeatureKeys)\b|\benum\s+\w{0,60}(?:Toggle|Flag|Feature)\w{0,60}\b|[fF]eature[tT]oggle\w{0,60}\.is[A-Z]/;

export function flagReadOfCall(call: Syntax, code: Code): FlagReadFact | undefined {
  const receiver = receiverOf(call)?.text ?? '';
  const { onItself, ...called } = calledOn(call, { name: calledName(call), receiver }, syntax);
  return flagReadOf(
    {
      ...called,
      arguments: argumentsOf(call),
      named: () => undefined,
      key: (node) => keyOf(node, code),
      typeOf,
    },
    javaFlagSdks,
    (sdk) => (code.uses(sdk.origin) && !onItself ? 'yes' : 'unknown'),
  );
}

/** Constants of a file that others may name as keys. */
export function flagKeysIn(root: Syntax, code: Code): FlagKeyConstantFact[] {
  const found: FlagKeyConstantFact[] = [];
  visitAll(root, (node) => {
    if (node.type === 'method_declaration') return false;
    const isField = node.type === 'variable_declarator' && node.parent?.type === 'field_declaration';
    if (!isField && node.type !== 'enum_constant') return true;
    const owner = classAround(node, syntax.classes) ?? '';
    const name = node.field('name')?.text ?? '';
    // `SMS("sms")`: what an enum's constant is made with is asked for by a getter.
    const key = code.value(isField ? node.field('value') : node.field('arguments')?.children[0]).text;
    if (key && /flag|feature|toggle|experiment/i.test(`${owner} ${name}`))
      found.push({ name: `${owner}.${name}`, key });
    return true;
  });
  return found;
}

function keyOf(node: Syntax, code: Code): FlagKeyFact {
  // `flag.getKey()` of an enum's constant, and of a parameter that is one.
  const object = node.type === 'method_invocation' ? node.field('object') : undefined;
  if (object && argumentsOf(node).length === 0 && /^(?:identifier|field_access)$/.test(object.type)) {
    const named = keyOf(object, code);
    return named.forwards || named.keyName ? named : {};
  }
  const { text, variable } = code.value(node);
  if (text && variable === undefined && !/^decimal_/.test(node.type)) return { key: text };
  if (node.type === 'identifier') {
    const forwards = forwardsOf(node, syntax);
    return forwards ? { forwards } : { keyName: { value: node.text, range: node.range } };
  }
  return node.type === 'field_access' ? { keyName: { value: node.text, range: node.range } } : {};
}

const syntax: MethodSyntax = {
  methods: new Set(['method_declaration', 'constructor_declaration']),
  classes: new Set(['class_declaration', 'interface_declaration', 'record_declaration', 'enum_declaration']),
  itself: /^(?:this)?$/,
  parametersOf: (method) =>
    (method.field('parameters')?.children ?? [])
      .filter(({ type }) => type !== 'receiver_parameter')
      .map((one) => one.field('name')?.text),
};

const types: Readonly<Record<string, FlagType>> = {
  true: 'boolean',
  false: 'boolean',
  string_literal: 'string',
  decimal_integer_literal: 'number',
  decimal_floating_point_literal: 'number',
};

function typeOf(node: Syntax): FlagType | undefined {
  return types[node.type];
}

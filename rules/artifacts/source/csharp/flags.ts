/** Where C# reads a feature flag. */
import { csharpFlagSdks } from '../flagSdks/csharp.ts';
import type { FlagType } from '../flagSdks/flagSdk.ts';
import { calledOn, classAround, flagReadOf, forwardsOf, type MethodSyntax } from '../flagSdks/reads.ts';
import type { FlagKeyConstantFact, FlagKeyFact, FlagReadFact } from '../facts.ts';
import { visitAll, type Syntax } from '../syntax.ts';
import { argumentsOf, calledName, functionTypes, namedArgument, receiverOf, type Code } from './code.ts';

/** Words without which a file reads no flag and names none. */
export const mayReadFlags =
  /\busing\s+(?:OpenFeature|LaunchDarkly|Unleash|Flagsmith|PostHog|GrowthBook|ConfigCat|Statsig|Splitio|DevCycle)\b|\b(?:Bool|String|Int|Float|Double|Json)Variation\(|\b\w{0,60}(?:[fF]eature|[fF]lag)\w{0,60}\(\s*(?:"|\w{0,60}(?:Flag|Feature)\w{0,60}\.)|\bclass\s+\w{0,60}(?:Flags|Features|FlagKeys|FeatureKeys)\b/;

export function flagReadOfCall(call: Syntax, code: Code): FlagReadFact | undefined {
  const receiver = receiverOf(call)?.text ?? '';
  // What a logger asks for is a level.
  if (/log(?:ger)?$/i.test(receiver)) return undefined;
  const { onItself, ...called } = calledOn(call, { name: calledName(call), receiver }, syntax);
  return flagReadOf(
    {
      ...called,
      arguments: argumentsOf(call),
      named: (argument) => namedArgument(call, argument),
      key: (node) => keyOf(node, code),
      typeOf: (node) => types[node.type],
    },
    csharpFlagSdks,
    ({ origin }) =>
      !onItself && code.imports.some(({ specifier }) => origin.test(specifier)) ? 'yes' : 'unknown',
  );
}

/** Constants of a file that others may name as keys. */
export function flagKeysIn(code: Code): FlagKeyConstantFact[] {
  const found: FlagKeyConstantFact[] = [];
  visitAll(code.root, (node) => {
    if (functionTypes.has(node.type)) return false;
    if (node.type !== 'variable_declarator') return true;
    const owner = classAround(node, syntax.classes) ?? '';
    const [name, value] = node.children;
    const key = code.string(value);
    if (name && key && /flag|feature|toggle|experiment/i.test(`${owner} ${name.text}`))
      found.push({ name: `${owner}.${name.text}`, key });
    return true;
  });
  return found;
}

function keyOf(node: Syntax, code: Code): FlagKeyFact {
  const key = code.string(node);
  if (key) return { key };
  if (node.type === 'identifier') {
    const forwards = forwardsOf(node, syntax);
    return forwards ? { forwards } : { keyName: { value: node.text, range: node.range } };
  }
  return node.type === 'member_access_expression' ? { keyName: { value: node.text, range: node.range } } : {};
}

const syntax: MethodSyntax = {
  methods: functionTypes,
  classes: new Set([
    'class_declaration',
    'interface_declaration',
    'record_declaration',
    'struct_declaration',
  ]),
  itself: /^(?:this)?$/,
  parametersOf: (method) =>
    (method.field('parameters')?.children ?? []).map((one) => one.field('name')?.text),
};

const types: Readonly<Record<string, FlagType>> = {
  boolean_literal: 'boolean',
  string_literal: 'string',
  verbatim_string_literal: 'string',
  integer_literal: 'number',
  real_literal: 'number',
};

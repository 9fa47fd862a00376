/** Where Kotlin reads a feature flag: by the SDKs of Java. */
import type { FlagType } from '../flagSdks/flagSdk.ts';
import { javaFlagSdks } from '../flagSdks/java.ts';
import { calledOn, flagReadOf, forwardsOf, type MethodSyntax } from '../flagSdks/reads.ts';
import type { FlagKeyFact, FlagReadFact } from '../facts.ts';
import type { Syntax } from '../syntax.ts';
import { argumentsOf, calledName, namedArgument, receiverOf, type Code } from './code.ts';

export function flagReadOfCall(call: Syntax, code: Code): FlagReadFact | undefined {
  const receiver = receiverOf(call)?.text ?? '';
  const { onItself, ...called } = calledOn(call, { name: calledName(call), receiver }, syntax);
  return flagReadOf(
    {
      ...called,
      arguments: argumentsOf(call),
      named: (argument) => namedArgument(call, argument),
      key: (node) => keyOf(node, code),
      typeOf,
    },
    javaFlagSdks,
    ({ origin }) =>
      !onItself && code.imports.some(({ specifier }) => origin.test(specifier)) ? 'yes' : 'unknown',
  );
}

function keyOf(node: Syntax, code: Code): FlagKeyFact {
  const { text, variable } = code.value(node);
  if (text && variable === undefined && node.type !== 'number_literal') return { key: text };
  if (node.type === 'identifier') {
    const forwards = forwardsOf(node, syntax);
    return forwards ? { forwards } : { keyName: { value: importedName(node.text, code), range: node.range } };
  }
  return node.type === 'navigation_expression' ? { keyName: { value: node.text, range: node.range } } : {};
}

/** `ToggleName.NEW_CHECKOUT`, where that is imported to be called `NEW_CHECKOUT`. */
function importedName(name: string, { imports }: Code): string {
  const imported = imports.find(({ specifier }) => specifier.endsWith(`.${name}`));
  return imported ? imported.specifier.split('.').slice(-2).join('.') : name;
}

const syntax: MethodSyntax = {
  methods: new Set(['function_declaration']),
  classes: new Set(['class_declaration', 'object_declaration']),
  itself: /^(?:this)?$/,
  parametersOf: (method) =>
    (method.child('function_value_parameters')?.children ?? [])
      .filter(({ type }) => type === 'parameter')
      .map((one) => one.child('identifier')?.text),
};

function typeOf({ type, text }: Syntax): FlagType | undefined {
  if (/^(?:true|false)$/.test(text)) return 'boolean';
  if (type === 'string_literal') return 'string';
  return type === 'number_literal' || type === 'float_literal' ? 'number' : undefined;
}

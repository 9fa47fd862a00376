/** Where Kotlin reads a feature flag: by the SDKs of Java. */
import type { FlagType } from '../flagSdks/flagSdk.ts';
import { javaFlagSdks } from '../flagSdks/java.ts';
import { flagReadOf } from '../flagSdks/reads.ts';
import type { FlagKeyFact, FlagReadFact } from '../facts.ts';
import type { Syntax } from '../syntax.ts';
import { argumentsOf, calledName, namedArgument, receiverOf, type Code } from './code.ts';

export function flagReadOfCall(call: Syntax, code: Code): FlagReadFact | undefined {
  const name = calledName(call);
  const receiver = receiverOf(call)?.text ?? '';
  const onItself = receiver === '' || receiver === 'this';
  const owner = onItself ? classNameAround(call) : undefined;
  return flagReadOf(
    {
      call,
      name,
      receiver: onItself ? 'this' : receiver.slice(-200),
      callee: owner === undefined ? `${receiver.slice(-200)}.${name}` : `${owner}.${name}`,
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
    const forwards = forwardsOf(node);
    return forwards ? { forwards } : { keyName: { value: importedName(node.text, code), range: node.range } };
  }
  return node.type === 'navigation_expression' ? { keyName: { value: node.text, range: node.range } } : {};
}

/** `ToggleName.NEW_CHECKOUT`, where that is imported to be called `NEW_CHECKOUT`. */
function importedName(name: string, { imports }: Code): string {
  const imported = imports.find(({ specifier }) => specifier.endsWith(`.${name}`));
  return imported ? imported.specifier.split('.').slice(-2).join('.') : name;
}

function forwardsOf(name: Syntax): FlagKeyFact['forwards'] {
  const method = name.closest(functions);
  const own = method?.field('name')?.text;
  const parameters = (method?.child('function_value_parameters')?.children ?? []).filter(
    ({ type }) => type === 'parameter',
  );
  const index = parameters.findIndex((parameter) => parameter.child('identifier')?.text === name.text);
  if (!method || own === undefined || index < 0) return undefined;
  const owner = classNameAround(method);
  return { function: owner === undefined ? own : `${owner}.${own}`, argument: String(index) };
}

const functions: ReadonlySet<string> = new Set(['function_declaration']);
const classes: ReadonlySet<string> = new Set(['class_declaration', 'object_declaration']);

function classNameAround(node: Syntax): string | undefined {
  const around = node.closest(classes);
  return (around?.field('name') ?? around?.child('identifier'))?.text;
}

function typeOf({ type, text }: Syntax): FlagType | undefined {
  if (/^(?:true|false)$/.test(text)) return 'boolean';
  if (type === 'string_literal') return 'string';
  return type === 'number_literal' || type === 'float_literal' ? 'number' : undefined;
}

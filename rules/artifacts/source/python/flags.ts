/** Where Python reads a feature flag. */
import { pythonFlagSdks } from '../flagSdks/python.ts';
import type { FlagType } from '../flagSdks/flagSdk.ts';
import { flagReadOf } from '../flagSdks/reads.ts';
import type { FlagForwardFact, FlagKeyConstantFact, FlagKeyFact, FlagReadFact } from '../facts.ts';
import type { Syntax } from '../syntax.ts';
import { argumentsOf, calledName, functionAround, hasSplat, keyword, receiverOf, type Code } from './code.ts';

/** Words without which a file reads no flag and names none. */
export const mayReadFlags =
  /\bget_(?:boolean|string|integer|float|object)_(?:value|details)|\.variation(?:_detail)?\(|\b(?:is_enabled|feature_enabled|is_feature_enabled|get_feature_flag|get_feature_value|is_on|check_gate|get_treatment)\(|\b\w{0,60}(?:feature|flag)\w{0,60}\(\s*["']|^[ \t]*\w{0,60}(?:FLAG|FEATURE)\w{0,60}[ \t]*(?::[ \t]*\w+[ \t]*)?=[ \t]*["']|^class[ \t]+\w{0,60}(?:Flag|Feature)\w{0,60}\b/m;

export function flagReadOfCall(call: Syntax, code: Code): FlagReadFact | undefined {
  const name = calledName(call);
  const receiver = receiverOf(call)?.text ?? '';
  const callee = call.field('function');
  const origin = (callee && code.origin(callee)) ?? '';
  const onItself = receiver === 'self' || receiver === 'cls';
  const owner = onItself ? classNameAround(call) : undefined;
  return flagReadOf(
    {
      call,
      name,
      receiver: onItself ? 'self' : receiver.slice(-200),
      callee: owner === undefined ? (callee?.text ?? name).slice(-200) : `${owner}.${name}`,
      arguments: argumentsOf(call),
      spread: hasSplat(call),
      named: (argument) => keyword(call, argument),
      key: (node) => keyOf(node, code),
      typeOf,
    },
    pythonFlagSdks,
    (sdk) => (sdk.origin.test(origin) ? 'yes' : 'unknown'),
  );
}

/** Constants of a file that others may name as keys. */
export function flagKeysIn(code: Code): FlagKeyConstantFact[] {
  return code.assignments.flatMap((assignment) => {
    const left = assignment.field('left');
    const key = left?.type === 'identifier' ? code.string(assignment.field('right')) : undefined;
    if (!left || !key || functionAround(assignment)) return [];
    const owner = classNameAround(assignment);
    const name = owner === undefined ? left.text : `${owner}.${left.text}`;
    return /flag|feature|toggle|experiment|gate/i.test(name) ? [{ name, key }] : [];
  });
}

function keyOf(node: Syntax, code: Code): FlagKeyFact {
  // `Flags.A.value` is what the member of an enum stands for.
  const written =
    node.type === 'attribute' && node.field('attribute')?.text === 'value' ? node.field('object')! : node;
  const text = code.string(written);
  if (text) return { key: text };
  if (written.type === 'identifier') {
    const forwards = forwardsOf(written);
    if (forwards) return { forwards };
    return code.isImported(written.text) ? { keyName: { value: written.text, range: written.range } } : {};
  }
  if (written.type !== 'attribute') return {};
  const object = written.field('object');
  const name = written.field('attribute')?.text ?? '';
  if (object?.type !== 'identifier') return {};
  if (code.isImported(object.text)) return { keyName: { value: written.text, range: written.range } };
  const values = code.values(name);
  const value = values.length === 1 ? code.string(values[0]) : undefined;
  return value ? { key: { value: value.value, range: written.range } } : {};
}

function forwardsOf(name: Syntax): FlagForwardFact | undefined {
  const around = functionAround(name);
  const own = around?.type === 'function_definition' ? around.field('name')?.text : undefined;
  if (!around || own === undefined) return undefined;
  const names = (around.field('parameters')?.children ?? []).map(
    (parameter) =>
      (parameter.type === 'identifier'
        ? parameter
        : (parameter.field('name') ?? parameter.child('identifier'))
      )?.text,
  );
  const owner = classNameAround(around);
  const bound = /^(?:self|cls)$/.test(names[0] ?? '') ? 1 : 0;
  const index = names.indexOf(name.text) - bound;
  if (index < 0) return undefined;
  return { function: owner === undefined ? own : `${owner}.${own}`, argument: String(index) };
}

const classes: ReadonlySet<string> = new Set(['class_definition']);

function classNameAround(node: Syntax): string | undefined {
  return node.closest(classes)?.field('name')?.text;
}

const types: Readonly<Record<string, FlagType>> = {
  true: 'boolean',
  false: 'boolean',
  string: 'string',
  integer: 'number',
  float: 'number',
  dictionary: 'object',
  list: 'object',
};

function typeOf(node: Syntax): FlagType | undefined {
  return types[node.type];
}

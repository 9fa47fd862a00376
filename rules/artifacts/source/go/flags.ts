/** Where Go reads a feature flag. */
import type { FlagType } from '../flagSdks/flagSdk.ts';
import { goFlagSdks } from '../flagSdks/go.ts';
import { flagReadOf } from '../flagSdks/reads.ts';
import type { FlagKeyConstantFact, FlagKeyFact, FlagReadFact, ImportFact } from '../facts.ts';
import { visitAll, type Syntax } from '../syntax.ts';
import { argumentsOf, calledName, keyOf as fieldOf, receiverOf, unwrap, type Code } from './code.ts';

/** Words without which a file reads no flag and names none. */
const mayReadFlags =
  /\b(?:Boolean|String|Int|Float|Object)Value(?:Details)?\(|\b(?:Bool|String|Int|Float64|JSON)Variation(?:Detail)?(?:Ctx)?\(|\b(?:IsFeatureEnabled|GetFeatureFlag|EvalFeature|GetFeatureValue)\(|unleash-client-go|\b\w{0,60}(?:[fF]eature|[fF]lag)\w{0,60}\(\s*(?:ctx,\s*)?"|^[ \t]*(?:const[ \t]+)?\w{0,60}(?:[fF]lag|[fF]eature)\w{0,60}[ \t]+(?:\w+[ \t]+)?=[ \t]*"/m;

/** What flags mostly are in Go: options of a command line. */
const commandLine = /(?:^|\/)(?:flag|pflag|cobra|cli|kingpin)$/;
const optionSet = /(?:Flags\(\)|[fF]lag[sS]et|(?:^|\.)flags?|(?:^|\.)fs)$/;

/** Whether a file may read flags or name them: one that defines options of a command line calls those flags. */
export function mayHoldFlags(imports: readonly ImportFact[], text: string): boolean {
  if (imports.some(({ specifier }) => goFlagSdks.some((sdk) => sdk.origin.test(specifier)))) return true;
  return !imports.some(({ specifier }) => commandLine.test(specifier)) && mayReadFlags.test(text);
}

export function flagReadOfCall(
  call: Syntax,
  code: Code,
  imports: readonly ImportFact[],
): FlagReadFact | undefined {
  const name = calledName(call);
  if (name === undefined) return undefined;
  const receiver = receiverOf(call);
  const path = receiver && code.package(receiver);
  if (path !== undefined && commandLine.test(path)) return undefined;
  if (
    receiver &&
    optionSet.test(receiver.text.slice(-200)) &&
    !/^(?:Boolean|String|Int|Float|Object)Value/.test(name)
  )
    return undefined;
  const given = argumentsOf(call);
  return flagReadOf(
    {
      call,
      name,
      receiver: (receiver?.text ?? '').slice(-200),
      callee: (call.field('function')?.text ?? name).slice(-200),
      arguments: given,
      named: (field) => {
        const literal = given.map(unwrap).find(({ type }) => type === 'composite_literal');
        return literal && fieldOf(literal, field);
      },
      key: (node) => keyOf(node, code),
      typeOf,
    },
    goFlagSdks,
    (sdk) =>
      path !== undefined
        ? sdk.origin.test(path)
          ? 'yes'
          : 'unknown'
        : imports.some(({ specifier }) => sdk.origin.test(specifier))
          ? 'yes'
          : 'unknown',
  );
}

/** Constants of a file that others may name as keys. */
export function flagKeysIn(root: Syntax): FlagKeyConstantFact[] {
  const found: FlagKeyConstantFact[] = [];
  visitAll(root, (node) => {
    if (node.type === 'function_declaration' || node.type === 'method_declaration') return false;
    if (node.type !== 'const_spec' && node.type !== 'var_spec') return true;
    const name = node.child('identifier');
    const value = node.field('value')?.children[0];
    const text = value && /string_literal$/.test(value.type) ? value.text.slice(1, -1) : undefined;
    if (
      name &&
      value &&
      text !== undefined &&
      /flag|feature|toggle|experiment/i.test(`${name.text} ${node.text}`)
    )
      found.push({ name: name.text, key: { value: text, range: value.range } });
    return true;
  });
  return found;
}

function keyOf(node: Syntax, code: Code): FlagKeyFact {
  const bare = unwrap(node);
  // `string(flag)`
  const converted = bare.type === 'call_expression' || bare.type === 'type_conversion_expression';
  if (converted && bare.text.startsWith('string(') && argumentsOf(bare)[0])
    return keyOf(argumentsOf(bare)[0]!, code);
  if (/string_literal$/.test(bare.type))
    return { key: { value: bare.text.slice(1, -1), range: { start: bare.start + 1, end: bare.end - 1 } } };
  if (bare.type === 'identifier') {
    const declared = code.declarations(bare);
    const given = declared?.length === 1 ? declared[0]!.value : undefined;
    if (given && /string_literal$/.test(given.type))
      return { key: { value: given.text.slice(1, -1), range: bare.range } };
    const parameter = declared?.length === 1 ? declared[0]!.parameterOf : undefined;
    const own = parameter?.function.field('name')?.text;
    if (parameter && own !== undefined)
      return {
        forwards: { function: methodName(parameter.function, own), argument: String(parameter.index) },
      };
    return declared ? {} : { keyName: { value: bare.text, range: bare.range } };
  }
  const operand = bare.type === 'selector_expression' ? bare.children[0] : undefined;
  return operand && code.package(operand) !== undefined
    ? { keyName: { value: bare.text, range: bare.range } }
    : {};
}

/** A method is told from others by the type it is of. */
function methodName(fn: Syntax, own: string): string {
  const type = /(\w+)(?:\[[^\]]*\])?\s*\)$/.exec(fn.field('receiver')?.text ?? '')?.[1];
  return type === undefined ? own : `${type}.${own}`;
}

const types: Readonly<Record<string, FlagType>> = {
  true: 'boolean',
  false: 'boolean',
  interpreted_string_literal: 'string',
  raw_string_literal: 'string',
  int_literal: 'number',
  float_literal: 'number',
};

function typeOf(node: Syntax): FlagType | undefined {
  return types[unwrap(node).type];
}

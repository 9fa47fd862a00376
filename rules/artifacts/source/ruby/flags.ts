/** Where Ruby reads a feature flag. Gems are loaded for all files at once, so an SDK is known by its module's name. */
import type { FlagType } from '../flagSdks/flagSdk.ts';
import { flagReadOf } from '../flagSdks/reads.ts';
import { rubyFlagSdks } from '../flagSdks/ruby.ts';
import type { FlagKeyFact, FlagReadFact } from '../facts.ts';
import type { Syntax } from '../syntax.ts';
import { argumentsOf, methodOf, option, receiverOf, textOf } from './code.ts';

/** Words without which a file reads no flag. */
export const mayReadFlags =
  /\b(?:OpenFeature|LaunchDarkly|Unleash|Flagsmith|PostHog|Growthbook|ConfigCat|Statsig|SplitIoClient|DevCycle)\b|\bfetch_(?:boolean|string|number|integer|float|object)_value\b|\b(?:UNLEASH|unleash|flagsmith|posthog|configcat|ld_client)\.|\b\w{0,60}(?:feature|flag)\w{0,60}\??[ (]["':]/;

/** @param text of the whole file */
export function flagReadOfCall(call: Syntax, text: string): FlagReadFact | undefined {
  const name = methodOf(call);
  const receiver = receiverOf(call)?.text ?? '';
  const onItself = receiver === '' || receiver === 'self';
  const owner = onItself ? classNameAround(call) : undefined;
  return flagReadOf(
    {
      call,
      name,
      receiver: onItself ? 'self' : receiver.slice(-200),
      callee: owner === undefined ? `${receiver.slice(-200)}.${name}` : `${owner}.${name}`,
      arguments: argumentsOf(call),
      named: (argument) => option(call, argument),
      key: keyOf,
      typeOf: ({ type }) => types[type],
    },
    rubyFlagSdks,
    ({ origin }) => (!onItself && origin.test(text) ? 'yes' : 'unknown'),
  );
}

function keyOf(node: Syntax): FlagKeyFact {
  const key = textOf(node);
  if (key) return { key };
  const forwards = node.type === 'identifier' ? forwardsOf(node) : undefined;
  return forwards ? { forwards } : {};
}

const methods: ReadonlySet<string> = new Set(['method', 'singleton_method']);

function forwardsOf(name: Syntax): FlagKeyFact['forwards'] {
  const method = name.closest(methods);
  const own = method?.field('name')?.text;
  const parameters = method?.field('parameters')?.children ?? [];
  const index = parameters.findIndex(
    (parameter) => (parameter.field('name') ?? parameter).text === name.text,
  );
  if (!method || own === undefined || index < 0) return undefined;
  const owner = classNameAround(method);
  return { function: owner === undefined ? own : `${owner}.${own}`, argument: String(index) };
}

const classes: ReadonlySet<string> = new Set(['class', 'module']);

function classNameAround(node: Syntax): string | undefined {
  return node.closest(classes)?.field('name')?.text;
}

const types: Readonly<Record<string, FlagType>> = {
  true: 'boolean',
  false: 'boolean',
  string: 'string',
  integer: 'number',
  float: 'number',
};

/** Where Ruby reads a feature flag. Gems are loaded for all files at once, so an SDK is known by its module's name. */
import type { FlagType } from '../flagSdks/flagSdk.ts';
import { calledOn, flagReadOf, forwardsOf, type MethodSyntax } from '../flagSdks/reads.ts';
import { rubyFlagSdks } from '../flagSdks/ruby.ts';
import type { FlagKeyFact, FlagReadFact } from '../facts.ts';
import type { Syntax } from '../syntax.ts';
import { argumentsOf, methodOf, option, receiverOf, textOf } from './code.ts';

/** Words without which a file reads no flag. */
export const mayReadFlags =
  /\b(?:OpenFeature|LaunchDarkly|Unleash|Flagsmith|PostHog|Growthbook|ConfigCat|Statsig|SplitIoClient|DevCycle)\b|\bfetch_(?:boolean|string|number|integer|float|object)_value\b|\b(?:UNLEASH|unleash|flagsmith|posthog|configcat|ld_client)\.|\b\w{0,60}(?:feature|flag)\w{0,60}\??[ (]["':]/;

/** @param text of the whole file */
export function flagReadOfCall(call: Syntax, text: string): FlagReadFact | undefined {
  const receiver = receiverOf(call)?.text ?? '';
  const { onItself, ...called } = calledOn(call, { name: methodOf(call), receiver }, syntax);
  return flagReadOf(
    {
      ...called,
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
  const forwards = node.type === 'identifier' ? forwardsOf(node, syntax) : undefined;
  return forwards ? { forwards } : {};
}

const syntax: MethodSyntax = {
  methods: new Set(['method', 'singleton_method']),
  classes: new Set(['class', 'module']),
  itself: /^(?:self)?$/,
  parametersOf: (method) =>
    (method.field('parameters')?.children ?? []).map((one) => (one.field('name') ?? one).text),
};

const types: Readonly<Record<string, FlagType>> = {
  true: 'boolean',
  false: 'boolean',
  string: 'string',
  integer: 'number',
  float: 'number',
};

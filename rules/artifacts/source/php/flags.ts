/** Where PHP reads a feature flag. */
import type { FlagType } from '../flagSdks/flagSdk.ts';
import { phpFlagSdks } from '../flagSdks/php.ts';
import { calledOn, flagReadOf, forwardsOf, type MethodSyntax } from '../flagSdks/reads.ts';
import type { FlagKeyFact, FlagReadFact } from '../facts.ts';
import type { Syntax } from '../syntax.ts';
import { argumentsOf, calledName, named, receiverOf, textOf } from './code.ts';

/** Words without which a file reads no flag. */
export const mayReadFlags =
  /\b(?:OpenFeature|LaunchDarkly|Unleash|Flagsmith|PostHog|Growthbook|ConfigCat|Statsig|SplitIO|DevCycle)\\|\b(?:unleash|flagsmith|posthog|configCat|ldClient|growthbook|statsig)->|\b\w{0,60}(?:[fF]eature|[fF]lag)\w{0,60}\(\s*['"]/;

/** @param text of the whole file */
export function flagReadOfCall(call: Syntax, text: string): FlagReadFact | undefined {
  const receiver = receiverOf(call)?.text ?? '';
  const { onItself, ...called } = calledOn(call, { name: calledName(call), receiver }, syntax);
  return flagReadOf(
    {
      ...called,
      arguments: argumentsOf(call),
      named: (argument) => named(call, argument),
      key: keyOf,
      typeOf: ({ type }) => types[type],
    },
    phpFlagSdks,
    ({ origin }) => (!onItself && receiver !== '' && origin.test(text) ? 'yes' : 'unknown'),
  );
}

function keyOf(node: Syntax): FlagKeyFact {
  const key = textOf(node);
  if (key) return { key };
  const forwards = node.type === 'variable_name' ? forwardsOf(node, syntax) : undefined;
  return forwards ? { forwards } : {};
}

const syntax: MethodSyntax = {
  methods: new Set(['method_declaration', 'function_definition']),
  classes: new Set(['class_declaration', 'trait_declaration']),
  itself: /^(?:\$this|self|static)$/,
  parametersOf: (method) =>
    (method.field('parameters')?.children ?? []).map((one) => one.field('name')?.text),
};

const types: Readonly<Record<string, FlagType>> = {
  boolean: 'boolean',
  string: 'string',
  encapsed_string: 'string',
  integer: 'number',
  float: 'number',
};

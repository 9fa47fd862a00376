/**
 * flagd's own format (https://flagd.dev/reference/flag-definitions/): a map `flags` of states, variants and targeting,
 * in a file of its own or in the FeatureFlag resource of the OpenFeature operator.
 */
import { isMap } from 'yaml';
import type { Problem } from '../artifact.ts';
import { entriesOf, rangeOf, scalarOf, textOf, valueAt, type Entry } from '../nodes.ts';
import type { FlagDefinitionFacts, FlagDefinitionsFacts } from './facts.ts';
import { readLifecycle, typeOf, type Lifecycle } from './properties.ts';

/** The definitions under `root`, or undefined where it is not flagd's. */
export function readFlagd(root: unknown, problems: Problem[]): FlagDefinitionsFacts | undefined {
  const set = flagSet(root);
  const entries = entriesOf(valueAt(set, 'flags'));
  const declared = /\bflagd\b/.test(String(scalarOf(valueAt(set, '$schema'))?.value ?? ''));
  if (!entries.some(({ value }) => isFlag(value)) && !(declared && isMap(valueAt(set, 'flags'))))
    return undefined;
  const inherited = readLifecycle(valueAt(set, 'metadata'), problems);
  return {
    format: 'flagd',
    certain: true,
    partial: false,
    flags: entries.map((entry) => readFlag(entry, inherited, problems)),
  };
}

/** The resource holds the same map in its spec; its older version names it differently. */
function flagSet(root: unknown): unknown {
  const kind = scalarOf(valueAt(root, 'kind'))?.value;
  if (kind !== 'FeatureFlag' && kind !== 'FeatureFlagConfiguration') return root;
  return valueAt(valueAt(root, 'spec'), 'flagSpec', 'featureFlagSpec');
}

function isFlag(node: unknown): boolean {
  const state = scalarOf(valueAt(node, 'state'))?.value;
  return isMap(valueAt(node, 'variants')) && (state === 'ENABLED' || state === 'DISABLED');
}

function readFlag(entry: Entry, inherited: Lifecycle, problems: Problem[]): FlagDefinitionFacts {
  const { keyNode, value } = entry;
  const enabled = scalarOf(valueAt(value, 'state'))?.value !== 'DISABLED';
  const type = typeOf(entriesOf(valueAt(value, 'variants')).map((variant) => variant.value));
  const metadata = valueAt(value, 'metadata');
  const constant = enabled ? constantOf(value) : undefined;
  return {
    key: { value: entry.key, range: rangeOf(keyNode) },
    range: entry.range,
    bodyRange: isMap(value) ? rangeOf(value) : { start: entry.range.end, end: entry.range.end },
    ...(isMap(metadata) && { metadataRange: rangeOf(metadata) }),
    ...readLifecycle(metadata, problems, inherited),
    enabled,
    ...(constant && { constant }),
    ...(type && { type }),
    archived: false,
  };
}

/** Without targeting, everybody gets the default variant; its range is that of `defaultVariant`. */
function constantOf(flag: unknown): FlagDefinitionFacts['constant'] {
  const targeting = valueAt(flag, 'targeting');
  if (targeting !== undefined && !(isMap(targeting) && targeting.items.length === 0)) return undefined;
  const variant = textOf(valueAt(flag, 'defaultVariant'));
  const value = variant && scalarOf(valueAt(valueAt(flag, 'variants'), variant.value))?.value;
  return variant && value !== undefined ? { value, range: variant.range } : undefined;
}

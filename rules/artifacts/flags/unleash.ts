/**
 * What Unleash exports and imports: a list `features`, with strategies inside each feature (state export, bootstrap
 * files) or in lists of their own (environment export).
 */
import { isMap, isSeq } from 'yaml';
import type { Ranged } from '../../text.ts';
import type { Problem } from '../artifact.ts';
import { rangeOf, scalarOf, textOf, valueAt } from '../nodes.ts';
import type { FlagDefinitionFacts, FlagDefinitionsFacts } from './facts.ts';
import { readLifecycle } from './properties.ts';
import { push } from '../../groups.ts';

const listsOfTheirOwn = ['featureStrategies', 'featureEnvironments'];

/** The definitions under `root`, or undefined where it is not Unleash's. */
export function readUnleash(root: unknown, problems: Problem[]): FlagDefinitionsFacts | undefined {
  const features = itemsOf(valueAt(root, 'features'));
  const apart = listsOfTheirOwn.some((list) => isSeq(valueAt(root, list)));
  const versioned = typeof scalarOf(valueAt(root, 'version'))?.value === 'number';
  if (!apart && !(versioned && features.some((feature) => isSeq(valueAt(feature, 'strategies')))))
    return undefined;
  const named = features.filter((feature) => textOf(valueAt(feature, 'name')));
  if (named.length === 0) return undefined;
  const tables = tablesOf(root);
  return {
    format: 'unleash',
    certain: true,
    partial: false,
    flags: named.map((feature) => readFeature(feature, tables, problems)),
  };
}

interface Tables {
  readonly apart: boolean;
  readonly strategies: ReadonlyMap<string, readonly unknown[]>;
  readonly environments: ReadonlyMap<string, readonly unknown[]>;
  readonly tags: ReadonlyMap<string, readonly unknown[]>;
}

function tablesOf(root: unknown): Tables {
  return {
    apart: listsOfTheirOwn.some((list) => isSeq(valueAt(root, list))),
    strategies: byFeature(valueAt(root, 'featureStrategies')),
    environments: byFeature(valueAt(root, 'featureEnvironments')),
    tags: byFeature(valueAt(root, 'featureTags')),
  };
}

function byFeature(list: unknown): ReadonlyMap<string, readonly unknown[]> {
  const groups = new Map<string, unknown[]>();
  for (const item of itemsOf(list)) {
    const feature = textOf(valueAt(item, 'featureName'))?.value;
    if (feature === undefined) continue;
    push(groups, feature, item);
  }
  return groups;
}

function readFeature(feature: unknown, tables: Tables, problems: Problem[]): FlagDefinitionFacts {
  const key = textOf(valueAt(feature, 'name'))!;
  const range = isMap(feature) ? rangeOf(feature) : key.range;
  const lifecycle = readLifecycle(feature, problems);
  const tags = tables.tags.get(key.value) ?? [];
  const owner = tags.map(ownerTag).find((tag) => tag !== undefined) ?? lifecycle.owner;
  const stale = scalarOf(valueAt(feature, 'stale'));
  const environments = tables.environments.get(key.value) ?? [];
  const apart = tables.strategies.get(key.value) ?? [];
  const parts = [...apart, ...environments, ...tags].filter(isMap).map(rangeOf);
  const enabled = environments.length
    ? environments.every((environment) => isTrue(valueAt(environment, 'enabled')))
    : isTrue(valueAt(feature, 'enabled'));
  const strategies = tables.apart ? apart : itemsOf(valueAt(feature, 'strategies'));
  const varied = [feature, ...environments, ...strategies].some(
    (item) => itemsOf(valueAt(item, 'variants')).length,
  );
  const constant = enabled && !varied && strategies.every(takesEverybody);
  return {
    key,
    range,
    bodyRange: range,
    ...(parts.length > 0 && { parts }),
    ...lifecycle,
    ...(owner && { owner }),
    enabled,
    ...(constant && { constant: { value: true, range: key.range } }),
    type: 'boolean',
    ...(stale?.value === true && { stale: { value: true, range: stale.range } }),
    archived: isTrue(valueAt(feature, 'archived')),
  };
}

/** Unleash has no owners; teams write them as tags. */
function ownerTag(tag: unknown): Ranged<string> | undefined {
  const type = textOf(valueAt(tag, 'tagType', 'type'))?.value ?? '';
  return /^(?:owner|team)$/i.test(type) ? textOf(valueAt(tag, 'tagValue', 'value')) : undefined;
}

/** No strategy at all, `default`, and a rollout of 100 % without constraints let everybody in. */
function takesEverybody(strategy: unknown): boolean {
  if (isTrue(valueAt(strategy, 'disabled'))) return false;
  if (itemsOf(valueAt(strategy, 'constraints')).length || itemsOf(valueAt(strategy, 'segments')).length)
    return false;
  const name = scalarOf(valueAt(strategy, 'name'))?.value;
  const rollout = scalarOf(valueAt(valueAt(strategy, 'parameters'), 'rollout'))?.value;
  return name === 'default' || (name === 'flexibleRollout' && String(rollout) === '100');
}

function itemsOf(node: unknown): readonly unknown[] {
  return isSeq(node) ? node.items : [];
}

function isTrue(node: unknown): boolean {
  return scalarOf(node)?.value === true;
}

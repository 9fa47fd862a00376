/**
 * What chooses other objects by their labels: selectors, and the disruption budgets, monitors and network policies that
 * have little else. It must never know what is chosen.
 */
import type { YAMLMap } from 'yaml';
import { rangeOf } from '../nodes.ts';
import type { DisruptionBudgetFacts, MonitorFacts, NetworkPolicyFacts, SelectorFacts } from './facts.ts';
import type { Manifest } from './manifest.ts';
import { readEndpoints } from './scraping.ts';

/**
 * @param holder the mapping that has the selector
 * @param plain a map of labels may stand there, without matchLabels
 */
export function readSelector(
  manifest: Manifest,
  holder: unknown,
  key = 'selector',
  plain = false,
): SelectorFacts | undefined {
  const map = manifest.map(holder);
  const keyNode = map && manifest.key(map, key);
  const value = map && manifest.get(map, key);
  if (!map || !keyNode) return undefined;
  const labels = plain ? manifest.record(map, key) : manifest.record(value, 'matchLabels');
  const expressions = manifest.items(manifest.get(value, 'matchExpressions')).flatMap((item) => {
    const name = manifest.plain(manifest.get(item, 'key'));
    const operator = manifest.plain(manifest.get(item, 'operator'));
    const values = manifest.texts(manifest.get(item, 'values'));
    return name !== undefined && operator !== undefined ? [{ key: name, operator, values }] : [];
  });
  return {
    range: rangeOf(keyNode),
    labels: labels.values,
    expressions,
    templated: labels.templated || manifest.outputUnder(map, key).length > 0,
  };
}

export function readDisruptionBudget(
  manifest: Manifest,
  root: YAMLMap,
  object: number,
): DisruptionBudgetFacts {
  const spec = manifest.map(manifest.get(root, 'spec'));
  const selector = readSelector(manifest, spec);
  const minAvailable = manifest.text(manifest.get(spec, 'minAvailable'));
  const maxUnavailable = manifest.text(manifest.get(spec, 'maxUnavailable'));
  const evictionPolicy = manifest.text(manifest.get(spec, 'unhealthyPodEvictionPolicy'));
  return {
    object,
    ...(selector && { selector }),
    ...(minAvailable && { minAvailable }),
    ...(maxUnavailable && { maxUnavailable }),
    ...(evictionPolicy && { evictionPolicy }),
    ...(spec && { range: rangeOf(spec) }),
    templated: spec !== undefined && manifest.filled(spec),
  };
}

export function readMonitor(manifest: Manifest, root: YAMLMap, object: number): MonitorFacts {
  const spec = manifest.get(root, 'spec');
  const selector = readSelector(manifest, spec);
  const space = manifest.get(spec, 'namespaceSelector');
  const isAny = manifest.plain(manifest.get(space, 'any')) === 'true';
  const names = manifest.texts(manifest.get(space, 'matchNames'));
  return {
    object,
    ...(selector && { selector }),
    ...(isAny ? { namespaces: 'any' } : names.length > 0 && { namespaces: names }),
    endpoints: readEndpoints(manifest, root),
  };
}

export function readNetworkPolicy(manifest: Manifest, root: YAMLMap, object: number): NetworkPolicyFacts {
  const spec = manifest.get(root, 'spec');
  const selector = readSelector(manifest, spec, 'podSelector');
  const rules = [
    ...manifest.items(manifest.get(spec, 'ingress')).map((rule) => manifest.get(rule, 'from')),
    ...manifest.items(manifest.get(spec, 'egress')).map((rule) => manifest.get(rule, 'to')),
  ];
  const peers = rules.flatMap((rule) =>
    manifest.items(rule).flatMap((peer) => {
      const isElsewhere = ['namespaceSelector', 'ipBlock'].some((key) => manifest.get(peer, key));
      return (isElsewhere ? undefined : readSelector(manifest, peer, 'podSelector')) ?? [];
    }),
  );
  return { object, ...(selector && { selector }), peers };
}

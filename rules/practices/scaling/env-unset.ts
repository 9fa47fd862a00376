/** A variable that a container's environment lacks, or that is taken from a ConfigMap or Secret which does not hold it. */
import type { SettingsReference } from '../../artifacts/kubernetes/facts.ts';
import { isIn, type Pods } from '../../model/cluster.ts';
import { place, type Model } from '../../model/model.ts';
import { nearest } from '../../nearest.ts';
import { setScalar } from '../edits/yaml.ts';
import { describe, mildly, nameOf, valueOf } from '../objects.ts';
import { defineRule, type Report } from '../rule.ts';
import { checkRequired } from './requiredVariables.ts';

export default defineRule({
  id: 'scaling/env-unset',
  title: 'A variable that a container needs is set nowhere.',
  area: 'scaling',
  section: '§4',
  level: 'warning',
  joins: true,
  fix: 'suggested',
  messages: {
    key: {
      text: '{workload} takes {key} from {kind} {name}, which has no such key: its pods do not start.',
      equivalents: ['kube-linter/env-value-from'],
    },
    unset: {
      text: '{container} does not set {variables}, without which its code does not start.',
    },
    'source-elsewhere': {
      text: '{workload} takes its environment from {kind} {name}, which is not in this repository.',
      level: 'off',
      equivalents: ['kube-linter/env-value-from'],
    },
    'all-elsewhere': {
      text: '{workload} takes all of {kind} {name} into its environment, which is not in this repository.',
      level: 'off',
    },
  },
  check(model, report) {
    checkRequired(model, report);
    for (const pods of model.cluster.pods) {
      if (pods.template || !model.cluster.isWhole(pods)) continue;
      for (const container of pods.facts.containers)
        for (const reference of container.references) checkReference(model, pods, reference, report);
    }
  },
});

type Key = 'key' | 'source-elsewhere' | 'all-elsewhere';

function checkReference(
  model: Model,
  pods: Pods,
  { kind, name, key, optional }: SettingsReference,
  report: Report<Key>,
): void {
  if (optional || !name.known || (key && !key.known)) return;
  const named = model.cluster.settings.filter(
    (one) => one.facts.kind === kind && valueOf(one.facts.name) === name.value,
  );
  const own = named.filter(
    (one) => one.object.kind === kind && isIn(one.object.namespace, pods.object.namespace, 'exact'),
  );
  const has = (one: (typeof named)[number]): boolean =>
    key?.known !== true || one.facts.keys.includes(key.value);
  if (own.some((one) => has(one))) return;
  // Kube-linter knows no namespaces.
  const byKubeLinter = !named.some((one) => one.object.kind === kind && has(one));
  const data = { workload: describe(pods.object), kind, name: name.value };
  const possible = named.filter((one) => isIn(one.object.namespace, pods.object.namespace, 'possible'));
  const isOpen =
    possible.some((one) => has(one) || !one.facts.complete) || model.cluster.generated.has(name.value);
  const isTest = model.role(pods.file) === 'test';
  if (own.length === 0 || isOpen || isTest || !key?.known || !byKubeLinter) {
    if (!key || byKubeLinter)
      report.gap({ message: key ? 'source-elsewhere' : 'all-elsewhere', data, at: place(pods.file, name) });
    return;
  }
  const at = place(pods.file, key);
  const meant = nearest(
    key.value,
    own.flatMap((one) => one.facts.keys),
  );
  report.gap({
    message: 'key',
    data: { ...data, key: key.value },
    at,
    related: own.map((one) => ({ at: nameOf(one), message: `${kind} ${name.value} is here` })),
    level: mildly(model, at),
    fixes:
      meant === undefined
        ? []
        : [
            {
              title: `Take ${meant}`,
              safety: 'suggested',
              changes: ({ read }) => {
                const change = setScalar(read(at.file), key.range, meant);
                return change ? [change] : [];
              },
            },
          ],
  });
}

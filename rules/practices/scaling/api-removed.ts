/** A manifest in an API version that clusters no longer have. */
import type { KubernetesObjectInFile, Model } from '../../model/model.ts';
import { insertEntry, setScalar } from '../edits/yaml.ts';
import { defineRule, type Change, type LazyFix } from '../rule.ts';
import { removedApi, type RemovedApi } from './removedApis.ts';

export default defineRule({
  id: 'scaling/api-removed',
  title: 'A manifest uses an API version that Kubernetes has removed.',
  area: 'scaling',
  section: '§4',
  level: 'error',
  fix: 'suggested',
  joins: false,
  messages: {
    removed: {
      text: '{object} is written for {version}, which Kubernetes {removed} removed: current clusters refuse it.{use}',
    },
    'removed-extension': {
      text: '{object} is written for {version}, which Kubernetes {removed} removed: current clusters refuse it.{use}',
      equivalents: ['kube-linter/no-extensions-v1beta'],
    },
    'removed-stable': {
      text: '{object} is written for {version}, which Kubernetes {removed} removed: current clusters refuse it.{use}',
      equivalents: ['kube-score/stable-version'],
    },
    'removed-extension-stable': {
      text: '{object} is written for {version}, which Kubernetes {removed} removed: current clusters refuse it.{use}',
      equivalents: ['kube-linter/no-extensions-v1beta', 'kube-score/stable-version'],
    },
    extension: {
      text: '{object} is written for {version}.',
      level: 'off',
      equivalents: ['kube-linter/no-extensions-v1beta'],
    },
    stable: {
      text: '{object} is written for {version}; it is a tool or test.',
      level: 'off',
      equivalents: ['kube-score/stable-version'],
    },
    'extension-stable': {
      text: '{object} is written for {version}; it is a tool or test.',
      level: 'off',
      equivalents: ['kube-linter/no-extensions-v1beta', 'kube-score/stable-version'],
    },
  },
  check(model, report) {
    for (const object of model.kubernetesObjects) {
      const { facts, file } = object;
      // A template that asks which versions there are has the others too.
      if (facts.versionDepends) continue;
      const api = removedApi(facts.apiVersion, facts.kind);
      const at = { file, range: facts.apiVersionRange };
      const data = {
        object: facts.name.known ? `${facts.kind} ${facts.name.value}` : `The ${facts.kind}`,
        version: facts.apiVersion,
      };
      const extension = facts.apiVersion.startsWith('extensions/v1beta');
      const replaced = stable.has(`${facts.apiVersion} ${facts.kind}`);
      const role = model.role(file);
      if (api && (role === 'production' || role === 'example')) {
        const key = `removed${extension ? '-extension' : ''}${replaced ? '-stable' : ''}` as const;
        report.gap({
          message: key,
          data: {
            ...data,
            removed: api.removed,
            use: api.use === undefined ? '' : ` Use ${api.use}.`,
          },
          at,
          // A chart may have it for old clusters alone.
          ...((role === 'example' || object.template) && { level: 'info' }),
          fixes: fixesFor(model, object, api),
        });
      } else if (extension) report.gap({ message: replaced ? 'extension-stable' : 'extension', data, at });
      else if (replaced) report.gap({ message: 'stable', data, at });
      else if (role === 'production' && current.has(facts.apiVersion) && facts.kind !== 'List')
        report.met(undefined, { at, message: 'Clusters serve this version.' });
    }
  },
});

/** Stable since 1.14 at the latest, so that a tool which assumes 1.18 recommends what took their place. */
const stable = new Set([
  ...['Deployment', 'DaemonSet'].map((kind) => `extensions/v1beta1 ${kind}`),
  ...['Deployment', 'StatefulSet'].map((kind) => `apps/v1beta1 ${kind}`),
  ...['Deployment', 'StatefulSet', 'DaemonSet'].map((kind) => `apps/v1beta2 ${kind}`),
]);

/** Versions that took the place of removed ones. */
const current = new Set(['apps/v1', 'batch/v1', 'networking.k8s.io/v1', 'policy/v1', 'autoscaling/v2']);

const controllers = /^(?:Deployment|DaemonSet|ReplicaSet|StatefulSet)$/;

function fixesFor(model: Model, { file, facts }: KubernetesObjectInFile, api: RemovedApi): LazyFix[] {
  const { use, reshaped } = api;
  if (use === undefined || reshaped) return [];
  const workload = model.workloads.find((one) => one.object === facts);
  const labels = workload?.facts.podLabels ?? {};
  const spec = workload?.facts.spec;
  // apps/v1 takes no selector for granted any more.
  const needsSelector = controllers.test(facts.kind);
  if (needsSelector && (!workload || !spec || workload.template || Object.keys(labels).length === 0))
    return [];
  return [
    {
      title: `Use ${use}`,
      safety: 'suggested',
      changes({ read }) {
        const text = read(file);
        const selector =
          needsSelector &&
          insertEntry(text, spec!.range, 'selector', { matchLabels: { ...labels } }, 'start');
        return [setScalar(text, facts.apiVersionRange, use), selector || undefined].filter(
          (change): change is Change => change !== undefined,
        );
      },
    },
  ];
}

/** Canaries beside a Deployment, in the tool that a repository uses already. */
import type { Model, Workload } from '../../model/model.ts';
import { appendDocument, takesDocuments } from '../edits/documents.ts';
import type { YamlValue } from '../edits/yaml.ts';
import type { LazyFix } from '../rule.ts';

/** @returns nothing where no tool is used yet: to choose one is no edit */
export function canaryFixes({ rollouts }: Model, workload: Workload): readonly LazyFix[] {
  const { kind, file, template, name } = workload;
  if (kind !== 'Deployment' || name === undefined || !takesDocuments(file, template)) return [];
  const tools = new Set(rollouts.map(({ facts }) => facts.tool));
  const canary = tools.has('Flagger') ? flaggerCanary(workload) : undefined;
  const rollout = tools.has('Argo Rollouts') ? argoRollout(workload) : undefined;
  return [
    ...(canary ? [fix(`Add a Canary of Flagger for ${name}`, canary)] : []),
    ...(rollout ? [fix(`Add a Rollout of Argo for ${name}, which waits for a person at 10 %`, rollout)] : []),
  ];

  function fix(title: string, document: YamlValue): LazyFix {
    const changes: LazyFix['changes'] = ({ read }) => {
      const added = appendDocument(read(file), document);
      return added ? [added] : [];
    };
    return { title, safety: 'suggested', changes };
  }
}

/**
 * With the checks that Flagger brings along, and the numbers of its own example.
 * Source: https://docs.flagger.app/usage/how-it-works
 */
function flaggerCanary(workload: Workload): YamlValue | undefined {
  const [service] = workload.services;
  const port = service?.facts.ports[0]?.port;
  if (!port?.known) return undefined;
  return {
    apiVersion: 'flagger.app/v1beta1',
    kind: 'Canary',
    metadata: metadataOf(workload),
    spec: {
      targetRef: referenceTo(workload),
      service: { port: port.value },
      analysis: {
        interval: '1m',
        threshold: 10,
        maxWeight: 50,
        stepWeight: 5,
        metrics: [
          { name: 'request-success-rate', thresholdRange: { min: 99 }, interval: '1m' },
          { name: 'request-duration', thresholdRange: { max: 500 }, interval: '1m' },
        ],
      },
    },
  };
}

/**
 * Takes its pods from the Deployment, which it scales down as it scales up. What scales the Deployment would have to
 * scale the Rollout instead, so there is none where something does.
 * Source: https://argoproj.github.io/argo-rollouts/migrating/
 */
function argoRollout(workload: Workload): YamlValue | undefined {
  const { autoscaler, facts } = workload;
  const { replicas, selector } = facts;
  const isPlain = selector && !selector.templated && selector.expressions.length === 0;
  if (!isPlain || autoscaler || (replicas && !replicas.known)) return undefined;
  return {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Rollout',
    metadata: metadataOf(workload),
    spec: {
      ...(replicas?.known && { replicas: replicas.value }),
      selector: { matchLabels: selector.labels },
      workloadRef: { ...referenceTo(workload), scaleDown: 'progressively' },
      strategy: {
        canary: {
          steps: [{ setWeight: 10 }, { pause: {} }, { setWeight: 50 }, { pause: { duration: '10m' } }],
        },
      },
    },
  };
}

function metadataOf({ name, object: { namespace } }: Workload): Record<string, string> {
  return { name: name!, ...(namespace !== undefined && { namespace }) };
}

function referenceTo({ name, kind, object: { apiVersion } }: Workload): Record<string, string> {
  return { apiVersion, kind, name: name! };
}

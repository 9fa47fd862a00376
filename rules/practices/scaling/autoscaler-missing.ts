/** A replicated, stateless workload that users call, and that nothing scales. */
import { place, type Model, type Workload } from '../../model/model.ts';
import { appendDocument, takesDocuments } from '../edits/documents.ts';
import { removeEntry } from '../edits/yaml.ts';
import { defineRule, type LazyFix } from '../rule.ts';
import { isIn } from '../../model/cluster.ts';
import { entryKey, mildly, valueOf } from '../objects.ts';

export default defineRule({
  id: 'scaling/autoscaler-missing',
  title: 'A replicated, stateless workload that users call has no autoscaler.',
  area: 'scaling',
  section: '§2',
  level: 'info',
  joins: true,
  fix: 'suggested',
  messages: {
    missing: {
      text: '{workload} always runs {replicas} replicas: users call it, and when more of them come nothing adds any.',
    },
  },
  check(model, report) {
    const called = calledByUsers(model);
    for (const workload of model.workloads) {
      if (!isScalable(workload) || !called(workload)) continue;
      const service = model.serviceRunning(workload);
      const { autoscaler, facts, file } = workload;
      const at = place(file, facts.replicas ?? { range: workload.object.kindRange });
      if (autoscaler) {
        report.met(service, { at, message: 'An autoscaler scales it.' });
        continue;
      }
      const replicas = valueOf(facts.replicas);
      if (workload.template || mayBeScaled(model, workload)) {
        report.unknown(service, 'Whether an autoscaler is deployed is not known from the repository.', at);
        continue;
      }
      if (replicas === undefined || replicas < 2) continue;
      report.gap({
        message: 'missing',
        data: { workload: `${workload.kind} ${workload.name ?? ''}`.trimEnd(), replicas },
        at,
        service,
        level: mildly(model, at),
        fixes: fixes(workload, replicas),
      });
    }
  },
});

/** Kinds that an autoscaler can scale and that keep nothing. */
function isScalable({ kind, facts, batch, thirdParty, role }: Workload): boolean {
  return (
    /^(?:Deployment|Rollout)$/.test(kind) && !facts.keepsData && !batch && !thirdParty && role !== 'test'
  );
}

/** Whether a way in from outside the cluster leads to it: an ingress, a gateway's route, a load balancer. */
function calledByUsers({ ingresses, kubernetesServices }: Model): (workload: Workload) => boolean {
  const open = new Set(
    ingresses.flatMap(({ facts }) => facts.backends.flatMap(({ service }) => valueOf(service) ?? [])),
  );
  for (const { name, facts } of kubernetesServices)
    if (facts.type === 'LoadBalancer' && name !== undefined) open.add(name);
  return ({ services }) => services.some(({ name }) => name !== undefined && open.has(name));
}

/** An autoscaler whose target a template names may scale anything of its namespace. */
function mayBeScaled({ cluster }: Model, { object }: Workload): boolean {
  return cluster.autoscalers.some(
    (one) => !one.facts.target.name.known && isIn(one.object.namespace, object.namespace, 'possible'),
  );
}

/** An autoscaler at the end of the file; only where it would have a request to measure against. */
function fixes(workload: Workload, replicas: number): LazyFix[] {
  const { file, name, object, containers, template } = workload;
  const measures = containers.every(({ requests, limits }) => requests.cpu ?? limits.cpu);
  if (name === undefined || !measures || !takesDocuments(file, template)) return [];
  return [
    {
      title: `Add a HorizontalPodAutoscaler of ${replicas} to ${replicas * 5} replicas`,
      safety: 'suggested',
      changes: ({ read }) => {
        const text = read(file);
        const key = entryKey(text.text, workload.facts.replicas!.range.start, 'replicas');
        const removed = key && removeEntry(text, key);
        const added = appendDocument(text, autoscaler(workload, replicas));
        return removed && added ? [removed, added] : [];
      },
    },
  ];

  function autoscaler({ kind }: Workload, min: number) {
    return {
      apiVersion: 'autoscaling/v2',
      kind: 'HorizontalPodAutoscaler',
      metadata: { name: name!, ...(object.namespace !== undefined && { namespace: object.namespace }) },
      spec: {
        scaleTargetRef: { apiVersion: object.apiVersion, kind, name: name! },
        minReplicas: min,
        maxReplicas: min * 5,
        metrics: [
          {
            type: 'Resource',
            resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 70 } },
          },
        ],
      },
    };
  }
}

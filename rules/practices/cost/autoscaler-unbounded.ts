/** Something that adds pods or nodes for as long as there is load, whatever it costs. */
import { place } from '../../model/model.ts';
import { insertEntry } from '../edits/yaml.ts';
import { defineRule, type LazyFix } from '../rule.ts';
import { describe, mildly, nameOf } from '../objects.ts';

export default defineRule({
  id: 'cost/autoscaler-unbounded',
  title: 'An autoscaler adds pods or nodes without a bound of its own.',
  area: 'cost',
  section: '§4',
  level: 'warning',
  joins: true,
  fix: 'suggested',
  messages: {
    pods: {
      text: '{autoscaler} sets no maxReplicaCount, so it may go up to 100 replicas: a loop, an attack or a stuck queue is paid in full.',
    },
    service: {
      text: '{workload} sets no autoscaling.knative.dev/max-scale, so it may have any number of replicas: a loop or an attack is paid in full.',
    },
    nodes: {
      text: '{pool} sets no limits, so it may add any number of nodes: a loop, an attack or a wrong request is paid in full.',
    },
  },
  check(model, report) {
    const { autoscalers, nodePools, pods } = model.cluster;
    for (const autoscaler of autoscalers) {
      const { facts, file, object, template } = autoscaler;
      if (template || !/^(?:ScaledObject|HorizontalPodAutoscaler)$/.test(object.kind)) continue;
      if (facts.max) {
        const at = place(file, facts.max);
        report.met(model.serviceOf(file), { at, message: `${describe(object)} has a maximum.` });
        continue;
      }
      // Kubernetes refuses a HorizontalPodAutoscaler without one.
      if (object.kind !== 'ScaledObject') continue;
      const at = nameOf(autoscaler);
      report.gap({
        message: 'pods',
        data: { autoscaler: describe(object) },
        at,
        level: mildly(model, at),
        fixes: facts.spec ? [bound(file, facts.spec)] : [],
      });
    }
    for (const pool of nodePools) {
      if (pool.facts.limited || pool.template) continue;
      const at = nameOf(pool);
      report.gap({ message: 'nodes', data: { pool: describe(pool.object) }, at, level: mildly(model, at) });
    }
    for (const one of pods) {
      const isKnative =
        one.object.kind === 'Service' && one.object.apiVersion.startsWith('serving.knative.dev');
      const names = Object.keys(one.facts.podAnnotations);
      if (
        !isKnative ||
        one.template ||
        names.some((name) => /^autoscaling\.knative\.dev\/max-?scale$/i.test(name))
      )
        continue;
      const at = nameOf(one);
      if (model.role(at.file) === 'test') continue;
      report.gap({
        message: 'service',
        data: { workload: describe(one.object) },
        at,
        level: mildly(model, at),
      });
    }
  },
});

function bound(file: string, spec: { start: number; end: number }): LazyFix {
  return {
    title: 'Stop at ten replicas',
    safety: 'suggested',
    changes: ({ read }) => {
      const change = insertEntry(read(file), spec, 'maxReplicaCount', 10);
      return change ? [change] : [];
    },
  };
}

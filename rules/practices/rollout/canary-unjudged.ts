/** Asks of every canary who looks at it before it goes on. */
import { place, type Model } from '../../model/model.ts';
import type { RolloutFacts } from '../../artifacts/rollouts/facts.ts';
import { defineRule, type LazyFix } from '../rule.ts';

export default defineRule({
  id: 'rollout/canary-unjudged',
  title: 'A canary goes on without anybody or anything judging it, or starts with most of the traffic.',
  area: 'rollout',
  section: '§7',
  level: 'warning',
  joins: true,
  fix: 'suggested',
  messages: {
    unjudged: {
      text: 'The {strategy} {name} goes on by time alone: nothing measures the new version and nobody is asked, so a bad one reaches everybody, only later.',
    },
    'first-step': {
      text: 'The first step of {name} already sends {weight} % of the traffic to the new version: a fault is met by most of the users, as it would be without a canary.',
    },
  },
  check(model, report) {
    for (const { file, facts } of model.rollouts) {
      const name = facts.name?.value ?? 'without a name';
      const service = serviceOf(model, facts);
      const at = place(file, facts);
      const counts = { ...(service && { service }) };
      const large = facts.first !== undefined && facts.first.value >= mostOf;
      if (facts.judged === 'nobody') {
        report.gap({
          message: 'unjudged',
          data: { strategy: facts.strategy === 'canary' ? 'canary' : 'blue-green rollout', name },
          at,
          ...counts,
          fixes: fixForPause(file, facts),
        });
      }
      if (large) {
        report.gap({
          message: 'first-step',
          data: { name, weight: facts.first!.value },
          at: place(file, facts.first),
          ...counts,
          fixes: fixForWeight(file, facts),
        });
      }
      if (facts.judged === 'unknown' && facts.strategy !== 'split')
        report.unknown(service, `A template decides how ${name} is judged.`, at);
      else if (!large && (facts.judged === 'analysis' || facts.judged === 'person'))
        report.met(service, {
          at,
          message: facts.judged === 'analysis' ? 'is measured on its way' : 'waits for a person',
        });
    }
  },
});

/** Per cent from which a step reaches most users; Argo's and Flagger's own examples start with 5 to 20. */
const mostOf = 50;

function serviceOf(model: Model, { target, name }: RolloutFacts) {
  const workload = model.workloads.find(
    (one) => one.name !== undefined && one.name === (target ?? name?.value),
  );
  return workload && model.serviceRunning(workload);
}

function fixForPause(file: string, { pause }: RolloutFacts): LazyFix[] {
  if (!pause) return [];
  return [
    {
      title: 'Wait for a person after the first step',
      safety: 'suggested',
      changes: () => [{ kind: 'edit', file, range: pause, text: ' {}' }],
    },
  ];
}

function fixForWeight(file: string, { first }: RolloutFacts): LazyFix[] {
  return [
    {
      title: 'Start with 10 % of the traffic',
      safety: 'suggested',
      changes: () => [{ kind: 'edit', file, range: first!.range, text: '10' }],
    },
  ];
}

/** Joins the KPIs of the plan with the events that code sends. */
import type { PlanItem } from '../../artifacts/plan/facts.ts';
import { place } from '../../model/model.ts';
import { defineRule } from '../rule.ts';
import { planOf, textIn, writeInstead } from './plan.ts';
import { isSent } from './sent.ts';

export default defineRule({
  id: 'measures/kpi-unmeasured',
  title: 'A KPI counts an event that no code sends.',
  area: 'measures',
  section: '§5',
  level: 'warning',
  joins: true,
  fix: 'suggested',
  messages: {
    unsent: {
      text: 'The KPI {kpi} counts the event {event}, which no code sends: the number stays at zero and nobody notices.',
    },
    misspelt: {
      text: 'The KPI {kpi} counts the event {event}, which no code sends. Did you mean {nearest}?',
    },
  },
  check(model, report) {
    const plan = planOf(model);
    for (const kpi of plan?.facts.kpis ?? []) {
      const event = textIn(kpi, 'event');
      if (!event) continue;
      const at = place(plan!.file, event);
      const verdict = isSent(event.value, model);
      if (verdict.sent === 'yes') report.met(undefined, verdict.evidence);
      else if (verdict.sent === 'unknown') report.unknown(undefined, whyUnknown(kpi), at);
      else {
        const { meant } = verdict;
        report.gap({
          message: meant ? 'misspelt' : 'unsent',
          data: { kpi: kpi.name.value, event: event.value, ...(meant && { nearest: meant.name }) },
          at,
          related: meant ? [meant] : [],
          fixes: meant ? [writeInstead(plan!, event, meant.name, `Count ${meant.name} instead`)] : [],
        });
      }
    }
  },
});

function whyUnknown({ name }: PlanItem): string {
  return `Not every event that code sends can be read, so that of ${name.value} may be among them.`;
}

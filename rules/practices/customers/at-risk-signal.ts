/** Joins the signals of customers about to leave with the events that code sends. */
import { place } from '../../model/model.ts';
import { defineRule } from '../rule.ts';
import { planToAsk, sectionPlace } from '../measures/plan.ts';
import { reportCounted } from './counted.ts';

export default defineRule({
  id: 'customers/at-risk-signal',
  title: 'Nothing shows early that a customer will leave.',
  area: 'customers',
  section: '§6',
  level: 'info',
  joins: true,
  fix: 'none',
  messages: {
    missing: {
      text: 'The plan names no sign that a customer is about to leave, so the cancellation is the first thing that is heard.',
    },
    unanswered: { text: 'Nothing is done when “{name}” is seen: the plan names no action for it.' },
    unsent: {
      text: 'The signal “{name}” is computed from the event {event}, which no code sends: it will never be seen.{hint}',
    },
  },
  check(model, report) {
    const plan = planToAsk(model, report);
    if (!plan) return;
    const { atRisk } = plan.facts;
    if (atRisk.length === 0) report.gap({ message: 'missing', at: sectionPlace(plan, 'atRisk') });
    for (const signal of atRisk) {
      if (signal.fields.action) reportCounted(signal, plan, 'signal', model, report);
      else
        report.gap({
          message: 'unanswered',
          data: { name: signal.name.value },
          at: place(plan.file, signal.name),
        });
    }
  },
});

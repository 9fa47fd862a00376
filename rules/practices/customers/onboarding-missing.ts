/** Joins the milestones of new customers with the events that code sends. */
import { defineRule } from '../rule.ts';
import { planToAsk, sectionPlace } from '../measures/plan.ts';
import { reportCounted } from './counted.ts';

export default defineRule({
  id: 'customers/onboarding-missing',
  title: 'It is not said what a new customer must reach first.',
  area: 'customers',
  section: '§6',
  level: 'info',
  joins: true,
  fix: 'none',
  messages: {
    missing: {
      text: 'The plan names no milestone that a new customer must reach, so activation can be neither measured nor helped along.',
    },
    unsent: {
      text: 'The milestone “{name}” is counted by the event {event}, which no code sends: nobody will seem to reach it.{hint}',
    },
  },
  check(model, report) {
    const plan = planToAsk(model, report);
    if (!plan) return;
    const { onboarding } = plan.facts;
    if (onboarding.length === 0) report.gap({ message: 'missing', at: sectionPlace(plan, 'onboarding') });
    for (const milestone of onboarding) reportCounted(milestone, plan, 'milestone', model, report);
  },
});

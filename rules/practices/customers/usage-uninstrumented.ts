/** Joins the plan with code: a product whose use nobody can see. */
import { waysIn } from '../../model/product.ts';
import { defineRule } from '../rule.ts';
import { planToAsk } from '../measures/plan.ts';

export default defineRule({
  id: 'customers/usage-uninstrumented',
  title: 'No code sends an event when users do something.',
  area: 'customers',
  section: '§6',
  level: 'info',
  joins: true,
  fix: 'none',
  messages: {
    missing: {
      text: 'Users reach this product, and no code sends an event when they do something: activation, retention and churn can only be guessed.',
    },
  },
  check(model, report) {
    const [tool] = model.events.tools;
    if (tool) return report.met(undefined, tool);
    const plan = planToAsk(model, report);
    if (!plan) return;
    const services = model.services.filter(({ role, runs }) => role === 'production' && !runs);
    const doors = waysIn(model);
    if (doors.length === 0) return;
    if (services.some(({ code }) => code === undefined))
      return report.unknown(undefined, 'Some services’ code is not here, or is not read.');
    report.gap({
      message: 'missing',
      at: { file: plan.file, range: plan.facts.start },
      related: doors.slice(0, 5),
    });
  },
});

import { defineRule } from '../rule.ts';
import { planToAsk, sectionPlace, shown } from './plan.ts';

/** “Identify three KPIs” (§10). */
const wanted = 3;

export default defineRule({
  id: 'measures/kpi-count',
  title: 'The plan names fewer than three KPIs.',
  area: 'measures',
  section: '§5',
  level: 'warning',
  joins: false,
  fix: 'none',
  messages: {
    none: { text: 'The plan names no KPI, so nobody can say whether growth does the product good.' },
    few: {
      text: 'The plan names {count} of the three KPIs to start with: a single number is soon steered at the cost of all others.',
    },
  },
  check(model, report) {
    const plan = planToAsk(model, report);
    if (!plan) return;
    const { kpis } = plan.facts;
    if (kpis.length >= wanted) for (const kpi of kpis) report.met(undefined, shown(plan, kpi, 'KPI'));
    else
      report.gap({
        message: kpis.length === 0 ? 'none' : 'few',
        data: kpis.length === 0 ? {} : { count: kpis.length },
        at: sectionPlace(plan, 'kpis'),
      });
  },
});

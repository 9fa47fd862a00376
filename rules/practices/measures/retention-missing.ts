import type { PlanItem } from '../../artifacts/plan/facts.ts';
import { defineRule } from '../rule.ts';
import { planToAsk, sectionPlace, shown } from './plan.ts';

export default defineRule({
  id: 'measures/retention-missing',
  title: 'No KPI tells whether customers stay.',
  area: 'measures',
  section: '§5',
  level: 'info',
  joins: false,
  fix: 'none',
  messages: {
    missing: {
      text: 'None of the KPIs tells whether customers stay or come back, so growth may be new customers replacing those who left.',
    },
  },
  check(model, report) {
    const plan = planToAsk(model, report);
    if (!plan || plan.facts.kpis.length === 0) return;
    const [kpi] = plan.facts.kpis.filter(tellsOfRetention);
    if (kpi) report.met(undefined, shown(plan, kpi, 'KPI'));
    else report.gap({ message: 'missing', at: sectionPlace(plan, 'kpis') });
  },
});

const words =
  /\bretention|\bretain|\bchurn|\breturn(?:ing|ed)?\s+(?:customers?|users?|visitors?|rate)|\brepeat|\brenew|\bcohort|\bNRR\b|\bGRR\b|\b[DWM]AU\b|\bactive\s+(?:customers?|users?|accounts?|teams?)\b|\bcome back|\bstay\b|\bstickiness/i;

function tellsOfRetention({ name, fields }: PlanItem): boolean {
  return (
    fields.kind?.value === 'retention' ||
    words.test(`${name.value} ${String(fields.definition?.value ?? '')}`)
  );
}

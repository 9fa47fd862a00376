/** Whether a customer brings more than it costs to win, as far as the plan says. Each threshold's source is on the page. */
import type { PlanItem } from '../../artifacts/plan/facts.ts';
import { place, type Model } from '../../model/model.ts';
import { addDays } from '../rollout/lifetimes.ts';
import { defineRule, type Report } from '../rule.ts';
import { lacking, planToAsk, sectionPlace, shown, type Plan } from './plan.ts';
import { listed } from '../words.ts';

/** “LTV should be about 3 x CAC for a viable SaaS or other form of recurring revenue model” (D. Skok, Startup Killer). */
const soundRatio = 3;
/** “Months to recover CAC < 12 months” (D. Skok, SaaS Metrics 2.0). */
const soundPayback = 12;
/** Prices, churn and advertising costs of last year are another business; ours. */
const maxAgeDays = 365;

type Key = keyof typeof messages;

const messages = {
  absent: {
    text: 'The plan has no unit economics, so nobody knows whether each further customer makes the business better or worse.',
  },
  incomplete: {
    text: 'The unit economics of {segment} lack {what}, so it cannot be said whether a customer there pays off.',
  },
  ratio: {
    text: 'A customer of {segment} brings {ratio} times what it costs to win. Below three, growth uses up the money that it should earn.',
  },
  payback: {
    text: 'A customer of {segment} takes {months} months to bring back what it cost to win; beyond twelve, each new one ties up cash first.',
  },
  margin: {
    text: 'The gross margin of {segment} is {margin} %: every further customer there costs more than it pays.',
  },
  stale: { text: 'The unit economics of {segment} are of {date}: prices, churn and costs have moved since.' },
  unfounded: {
    text: 'The unit economics of {segment} have no {what}, so nobody can check them or see when they are out of date.',
    level: 'info',
  },
} as const;

export default defineRule({
  id: 'measures/unit-economics',
  title: 'Unit economics are missing, unsound or out of date.',
  area: 'measures',
  section: '§1',
  level: 'warning',
  joins: false,
  fix: 'none',
  messages,
  check(model, report) {
    const plan = planToAsk(model, report);
    if (!plan) return;
    const { unitEconomics } = plan.facts;
    if (unitEconomics.length === 0)
      report.gap({ message: 'absent', at: sectionPlace(plan, 'unitEconomics') });
    for (const segment of unitEconomics)
      if (!judge(segment, plan, model, report))
        report.met(undefined, shown(plan, segment, 'unit economics of'));
  },
});

/** @returns whether something was found */
function judge(segment: PlanItem, { file }: Plan, model: Model, report: Report<Key>): boolean {
  const { cac, ltv, paybackMonths, margin, asOf } = segment.fields;
  const data = { segment: segment.name.value };
  let found = false;
  const gap = (message: Key, more: Record<string, string | number>, at = segment.name): void => {
    found = true;
    report.gap({ message, data: { ...data, ...more }, at: place(file, at) });
  };
  const lacks = lacking(segment, ['cac', 'ltv']);
  if (lacks.length > 0) gap('incomplete', { what: listed(lacks.map((key) => key.toUpperCase())) });
  if (isNumber(cac) && isNumber(ltv) && cac.value > 0 && ltv.value / cac.value < soundRatio) {
    // Rounded down, or 2.96 would be said to be three.
    const ratio = Math.floor((ltv.value / cac.value) * 10) / 10;
    gap('ratio', { ratio }, { value: '', range: ltv.range });
  }
  if (isNumber(paybackMonths) && paybackMonths.value > soundPayback)
    gap('payback', { months: paybackMonths.value }, { value: '', range: paybackMonths.range });
  if (isNumber(margin) && margin.value <= 0)
    gap('margin', { margin: Math.round(margin.value * 100) }, { value: '', range: margin.range });
  const unfounded = lacking(segment, ['source', 'asOf']).map((key) => (key === 'asOf' ? 'date' : key));
  if (unfounded.length > 0 && lacks.length === 0) gap('unfounded', { what: listed(unfounded, 'or') });
  const date = asOf && String(asOf.value);
  if (date !== undefined && /^\d{4}-\d{2}-\d{2}$/.test(date) && isPast(date, model.today))
    gap('stale', { date }, { value: '', range: asOf!.range });
  return found;
}

function isPast(date: string, today: string): boolean {
  return !Number.isNaN(Date.parse(date)) && addDays(date, maxAgeDays) < today;
}

function isNumber<T extends { readonly value: unknown }>(
  field: T | undefined,
): field is T & { value: number } {
  return typeof field?.value === 'number';
}

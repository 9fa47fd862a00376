/** A KPI that two people would compute differently, or that nobody answers for. */
import type { PlanItem } from '../../artifacts/plan/facts.ts';
import { place, type Model } from '../../model/model.ts';
import { mergeEntries } from '../edits/yaml.ts';
import { addDays } from '../rollout/lifetimes.ts';
import { defineRule, type LazyFix } from '../rule.ts';
import { lacking, planOf, shown, type Plan } from './plan.ts';
import { listed } from '../words.ts';

/** Days until the next look at a number: a quarter, as objectives are commonly set. */
const reviewDays = 90;

export default defineRule({
  id: 'measures/kpi-incomplete',
  title: 'A KPI is not defined, or nobody answers for it.',
  area: 'measures',
  section: '§5',
  level: 'warning',
  joins: false,
  fix: 'suggested',
  messages: {
    undefined: {
      text: 'The KPI {kpi} has no {what}, so two people will compute two numbers, and neither knows whether it is good.',
    },
    unowned: { text: 'The KPI {kpi} has no {what}, so nobody looks at it until it is too late.' },
    overdue: {
      text: 'The KPI {kpi} was to be reviewed on {date}. Look at it, and write down the next day.',
      level: 'info',
    },
  },
  check(model, report) {
    const plan = planOf(model);
    for (const kpi of plan?.facts.kpis ?? []) {
      const at = place(plan!.file, kpi.name);
      const name = kpi.name.value;
      const vague = undefinedParts(kpi);
      const unowned = lacking(kpi, ['owner', 'review']);
      if (vague.length > 0)
        report.gap({ message: 'undefined', data: { kpi: name, what: listed(vague, 'or') }, at });
      if (unowned.length > 0) {
        const what = listed(
          unowned.map((key) => (key === 'review' ? 'review date' : key)),
          'or',
        );
        const fixes = fixFor(plan!, kpi, unowned, model);
        report.gap({ message: 'unowned', data: { kpi: name, what }, at, fixes });
      }
      const { review } = kpi.fields;
      const overdue = review !== undefined && isDate(review.value) && review.value < model.today;
      if (overdue) {
        const data = { kpi: name, date: String(review.value) };
        report.gap({ message: 'overdue', data, at: place(plan!.file, review) });
      }
      if (vague.length + unowned.length === 0 && !overdue) report.met(undefined, shown(plan!, kpi, 'KPI'));
    }
  },
});

/** An event or a metric is a source as well. */
function undefinedParts(kpi: PlanItem): readonly string[] {
  const measured = kpi.fields.event ?? kpi.fields.metric ?? kpi.fields.source;
  return [...lacking(kpi, ['definition']), ...(measured ? [] : ['source']), ...lacking(kpi, ['target'])];
}

function isDate(value: unknown): value is string {
  return typeof value === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(value);
}

/** The owner is never invented: it is whoever owns the other KPIs, where that is one. */
function fixFor({ file, facts }: Plan, kpi: PlanItem, lacks: readonly string[], model: Model): LazyFix[] {
  const others = new Set(
    facts.kpis.flatMap(({ fields }) => (fields.owner ? String(fields.owner.value) : [])),
  );
  const [owner] = others;
  if (lacks.includes('owner') && (owner === undefined || others.size > 1)) return [];
  const entries = {
    ...(lacks.includes('owner') && { owner: owner! }),
    ...(lacks.includes('review') && { review: addDays(model.today, reviewDays) }),
  };
  const words = Object.entries(entries).map(([key, value]) =>
    key === 'owner' ? `the owner ${value}` : 'a review date',
  );
  return [
    {
      title: `Give it ${listed(words)}`,
      safety: 'suggested',
      changes: ({ read }) => mergeEntries(read(file), kpi.range, entries) ?? [],
    },
  ];
}

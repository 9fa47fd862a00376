/** Joins the KPIs of the plan with the events that code sends and the metrics that it declares. */
import type { PlanItem } from '../../artifacts/plan/facts.ts';
import { place, type Model } from '../../model/model.ts';
import type { Ranged } from '../../text.ts';
import { defineRule, type Report } from '../rule.ts';
import { planOf, textIn, writeInstead, type Plan } from './plan.ts';
import { isDeclared, isSent } from './sent.ts';

type Key = 'unsent' | 'misspelt' | 'undeclared' | 'metric-misspelt';

export default defineRule<Key>({
  id: 'measures/kpi-unmeasured',
  title: 'A KPI counts an event that no code sends, or reads a metric that none declares.',
  area: 'measures',
  section: '§5',
  level: 'warning',
  joins: true,
  fix: 'suggested',
  messages: {
    unsent: {
      text: 'The KPI {kpi} counts the event {name}, which no code sends: the number stays at zero and nobody notices.',
    },
    misspelt: {
      text: 'The KPI {kpi} counts the event {name}, which no code sends. Did you mean {nearest}?',
    },
    undeclared: {
      text: 'The KPI {kpi} reads the metric {name}, which no code declares: there is never any data.',
    },
    'metric-misspelt': {
      text: 'The KPI {kpi} reads the metric {name}, which no code declares. Did you mean {nearest}?',
    },
  },
  check(model, report) {
    const plan = planOf(model);
    for (const kpi of plan?.facts.kpis ?? [])
      for (const field of ['event', 'metric'] as const) {
        const name = textIn(kpi, field);
        if (name) judge(plan!, kpi, field, name, model, report);
      }
  },
});

function judge(
  plan: Plan,
  kpi: PlanItem,
  field: 'event' | 'metric',
  name: Ranged<string>,
  model: Model,
  report: Report<Key>,
): void {
  const at = place(plan.file, name);
  const isEvent = field === 'event';
  const verdict = isEvent ? isSent(name.value, model) : isDeclared(name.value, model);
  if (verdict.sent === 'yes') return report.met(undefined, verdict.evidence);
  if (verdict.sent === 'unknown') return report.unknown(undefined, whyUnknown(kpi, field), at);
  const { meant } = verdict;
  const message = isEvent ? (meant ? 'misspelt' : 'unsent') : meant ? 'metric-misspelt' : 'undeclared';
  const title = meant && `${isEvent ? 'Count' : 'Read'} ${meant.name} instead`;
  report.gap({
    message,
    data: { kpi: kpi.name.value, name: name.value, ...(meant && { nearest: meant.name }) },
    at,
    related: meant ? [meant] : [],
    fixes: meant ? [writeInstead(plan, name, meant.name, title!)] : [],
  });
}

function whyUnknown({ name }: PlanItem, field: 'event' | 'metric'): string {
  return field === 'event'
    ? `Not every event that code sends can be read, so that of ${name.value} may be among them.`
    : `The metric of ${name.value} may come from an exporter, a library or another repository.`;
}

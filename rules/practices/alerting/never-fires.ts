/** Asks whether an alert's expression can return anything at all. */
import type { ImpossibleFacts } from '../../artifacts/prometheus/promql/facts.ts';
import { place } from '../../model/model.ts';
import { defineRule, type LazyFix } from '../rule.ts';
import { isMeantToFire, levelOf } from './alerts.ts';

type Counted = Extract<ImpossibleFacts, { readonly kind: 'counted' }>;

export default defineRule({
  id: 'alerting/never-fires',
  title: 'An alert, or a part of it, can never return anything.',
  area: 'alerting',
  section: '§4',
  level: 'warning',
  joins: false,
  fix: 'suggested',
  messages: {
    counted: {
      text: '{function}() of nothing is nothing, and never 0, so this comparison of the alert {alert} is never true: it stays silent just when there is nothing left.',
    },
    unmatched: {
      text: 'Only one side of `{operator}` has the label {label}, and the sides are matched by it, so this part of the alert {alert} never returns anything.',
    },
    spared: {
      text: 'Only one side of `unless` has the label {label}, and the sides are matched by it, so `unless` never keeps the alert {alert} from firing.',
    },
  },
  check(model, report) {
    for (const { file, facts, services } of model.alerts) {
      const { query, name, expr } = facts;
      if (model.role(file) !== 'production' || !query || query.error || isMeantToFire(facts)) continue;
      const service = services.length === 1 ? services[0] : undefined;
      const { impossible } = query;
      if (!impossible) {
        report.met(service, { at: place(file, expr), message: `${name.value} can fire` });
        continue;
      }
      const { kind, range } = impossible;
      const common = { at: { file, range }, level: levelOf(facts), service };
      if (kind !== 'counted') {
        const { label, operator } = impossible;
        report.gap({
          message: kind,
          data: { alert: name.value, label, ...(kind === 'unmatched' && { operator }) },
          ...common,
        });
        continue;
      }
      report.gap({
        message: 'counted',
        data: { alert: name.value, function: impossible.function },
        ...common,
        fixes: askAbsent(file, impossible),
      });
    }
  },
});

/** What is counted stays as it is written, in whatever quotes and lines. */
function askAbsent(file: string, impossible: Counted): LazyFix[] {
  const { range, counted } = impossible;
  // Where it could not be found in the text, all that is known is the line.
  if (!counted || counted.end > range.end || counted.start <= range.start) return [];
  const absent = /_over_time$/.test(impossible.function) ? 'absent_over_time' : 'absent';
  return [
    {
      title: `Ask with ${absent}() whether there is none`,
      safety: 'suggested',
      changes: () => [
        { kind: 'edit', file, range: { start: range.start, end: counted.start }, text: `${absent}(` },
        { kind: 'edit', file, range: { start: counted.end, end: range.end }, text: ')' },
      ],
    },
  ];
}

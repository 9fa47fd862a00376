/** Asks whether Prometheus can load an expression: one that it cannot takes its whole file with it. */
import { place } from '../../model/model.ts';
import { defineRule } from '../rule.ts';

export default defineRule({
  id: 'alerting/promql-invalid',
  title: 'The expression of a rule is no PromQL.',
  area: 'alerting',
  section: '§4',
  level: 'error',
  joins: false,
  fix: 'none',
  messages: {
    alert: {
      text: 'The expression of the alert {name} is no PromQL: {error}. Prometheus refuses the whole file, so none of its alerts fire.',
      equivalents: ['pint/promql/syntax'],
    },
    recording: {
      text: 'The expression of {name} is no PromQL: {error}. Prometheus refuses the whole file, so none of its rules run.',
      equivalents: ['pint/promql/syntax'],
    },
  },
  check(model, report) {
    for (const kind of ['alert', 'recording'] as const) {
      const rules = kind === 'alert' ? model.alerts : model.recordings;
      for (const { file, facts } of rules) {
        if (model.role(file) !== 'production' || isForOthers.test(file) || !facts.query || !facts.expr)
          continue;
        const { error } = facts.query;
        const name = facts.name.value;
        if (!error) {
          report.met(undefined, {
            at: place(file, facts.expr),
            message: `The expression of ${name} is read`,
          });
          continue;
        }
        const data = { name, error: error.value };
        report.gap({ message: kind, data, at: { file, range: error.range } });
      }
    }
  },
});

/** Files for engines that know more than Prometheus does. */
const isForOthers = /victoria|vmalert|vmrule|metricsql/i;

/** Asks whether an alert's expression returns something only under a condition. */
import { place } from '../../model/model.ts';
import { defineRule } from '../rule.ts';
import { isMeantToFire, levelOf } from './alerts.ts';

export default defineRule({
  id: 'alerting/always-fires',
  title: 'An alert has no condition, so it fires whenever there is data.',
  area: 'alerting',
  section: '§4',
  level: 'warning',
  joins: false,
  fix: 'none',
  messages: {
    unconditional: {
      text: 'The alert {alert} compares nothing, so it fires as soon as its metric exists, whatever the value.',
      equivalents: ['pint/alerts/comparison'],
    },
    bool: {
      text: 'With bool the comparison of the alert {alert} answers 0 or 1 instead of leaving series out, so the alert fires either way.',
      equivalents: ['pint/alerts/comparison'],
    },
    branch: {
      text: 'One side of the `or` of the alert {alert} compares nothing, so the alert fires whenever the other side does not.',
      equivalents: ['pint/alerts/comparison'],
    },
  },
  check(model, report) {
    for (const { file, facts, services } of model.alerts) {
      const { query, name } = facts;
      if (model.role(file) !== 'production' || !query || query.error || isMeantToFire(facts)) continue;
      const service = services.length === 1 ? services[0] : undefined;
      const { unconditional } = query;
      if (!unconditional) {
        report.met(service, {
          at: place(file, facts.expr),
          message: `${name.value} fires under a condition`,
        });
        continue;
      }
      report.gap({
        message: unconditional.kind === 'whole' ? 'unconditional' : unconditional.kind,
        data: { alert: name.value },
        at: { file, range: unconditional.range },
        level: levelOf(facts),
        service,
      });
    }
  },
});

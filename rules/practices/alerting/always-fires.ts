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
    // Metrics that tell of something by their labels are 1 always: an alert chooses the series.
    labels: {
      text: 'The alert {alert} compares nothing: it fires for each series that its labels choose, whatever the value.',
      level: 'off',
      equivalents: ['pint/alerts/comparison'],
    },
    bool: {
      text: 'With bool the comparison of the alert {alert} answers 0 or 1 instead of leaving series out, so the alert fires either way.',
      equivalents: ['pint/alerts/comparison'],
    },
    // Pint takes the comparison for a condition, whatever is made of its answer.
    calculated: {
      text: 'With bool the comparison in the alert {alert} answers 0 or 1 instead of leaving series out, and what is made of that fires the alert either way.',
    },
    branch: {
      text: 'One side of the `or` of the alert {alert} compares nothing, so the alert fires whenever the other side does not.',
      equivalents: ['pint/alerts/comparison'],
    },
    // A heartbeat, or absent() within another function.
    meant: {
      text: 'The alert {alert} is not seen to have a condition.',
      equivalents: ['pint/alerts/comparison'],
      level: 'off',
    },
  },
  check(model, report) {
    for (const { file, facts, services } of model.alerts) {
      const { query, name } = facts;
      if (model.role(file) !== 'production' || !query || query.error) continue;
      const service = services.length === 1 ? services[0] : undefined;
      const { unconditional, absentWithin } = query;
      const isHeartbeat = isMeantToFire(facts);
      const isSeen = unconditional ? isHeartbeat && unconditional.kind !== 'calculated' : absentWithin;
      if (isSeen) report.gap({ message: 'meant', data: { alert: name.value }, at: place(file, name) });
      if (isHeartbeat) continue;
      if (!unconditional) {
        report.met(service, {
          at: place(file, facts.expr),
          message: `${name.value} fires under a condition`,
        });
        continue;
      }
      report.gap({
        message:
          unconditional.kind !== 'whole'
            ? unconditional.kind
            : byLabels.test(facts.expr?.value ?? '')
              ? 'labels'
              : 'unconditional',
        data: { alert: name.value },
        at: { file, range: unconditional.range },
        level: levelOf(facts),
        service,
      });
    }
  },
});

/** `flux_instance_info{ready!="True"}` */
const byLabels = /^\s*[\w:]+_info\s*\{[^{}]*[!=~][^{}]*\}\s*$/;

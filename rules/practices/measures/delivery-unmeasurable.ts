/** Whether time to recovery can be known: incidents leave their times in postmortems, or a KPI counts them. */
import { defineRule } from '../rule.ts';
import { postmortems } from '../runbooks/kinds.ts';
import { planToAsk, shown } from './plan.ts';

export default defineRule({
  id: 'measures/delivery-unmeasurable',
  title: 'Nothing records when incidents began and ended.',
  area: 'measures',
  section: '§5',
  level: 'info',
  joins: true,
  fix: 'none',
  messages: {
    missing: {
      text: 'No postmortem and no KPI records when incidents began and ended, so neither the time to recovery nor the share of changes that fail can be known.',
    },
  },
  check(model, report) {
    const plan = planToAsk(model, report);
    if (!plan) return;
    const [kpi] = plan.facts.kpis.filter(({ name, fields }) =>
      recovery.test(`${name.value} ${String(fields.definition?.value ?? '')}`),
    );
    if (kpi) return report.met(undefined, shown(plan, kpi, 'KPI'));
    // One without times tells nothing about recovery.
    const timed = postmortems(model).find(
      ({ facts }) => facts.times.length >= 2 || facts.incident?.minutes !== undefined,
    );
    if (timed) return report.met(undefined, { at: { file: timed.file }, message: 'A postmortem with times' });
    report.gap({ message: 'missing', at: { file: plan.file, range: plan.facts.start } });
  },
});

const recovery =
  /\bMTTR\b|\btime to (?:recover|restor|resol|repair)|\brecover(?:y|ed)\b|\bchange (?:fail|failure)|\bincidents?\b|\boutages?\b|\bdowntime/i;

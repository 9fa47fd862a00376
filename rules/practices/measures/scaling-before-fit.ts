import { place } from '../../model/model.ts';
import { defineRule } from '../rule.ts';
import { planOf, shown } from './plan.ts';

export default defineRule({
  id: 'measures/scaling-before-fit',
  title: 'Scaling is planned before demand is shown to repeat.',
  area: 'measures',
  section: '§9',
  level: 'warning',
  joins: false,
  fix: 'none',
  messages: {
    unvalidated: {
      text: 'The plan scales with “{change}”, and shows nowhere that demand repeats. What is scaled then is a guess, and so are its costs.',
    },
    unsourced: {
      text: 'The plan scales with “{change}” on evidence of demand that names no source, so nobody can check it.',
    },
  },
  check(model, report) {
    const plan = planOf(model);
    if (!plan || plan.facts.scaling.length === 0) return;
    const { demand, scaling } = plan.facts;
    const [sourced] = demand.filter(({ fields }) => fields.source !== undefined);
    if (sourced) return report.met(undefined, shown(plan, sourced, 'evidence of demand:'));
    for (const change of scaling) {
      report.gap({
        message: demand.length === 0 ? 'unvalidated' : 'unsourced',
        data: { change: change.name.value },
        at: place(plan.file, change.name),
        related: demand.map(({ name }) => ({ at: place(plan.file, name), message: 'This names no source' })),
      });
    }
  },
});

/** Infrastructure that is paid for, and nothing says when it costs more than was meant. */
import { place } from '../../model/model.ts';
import { terraformModules } from '../../model/terraformModules.ts';
import { defineRule } from '../rule.ts';
import { cloudsOf } from './clouds.ts';
import { budgetIn } from './reports.ts';

export default defineRule({
  id: 'cost/budget-missing',
  title: 'No budget warns of rising cost.',
  area: 'cost',
  section: '§4',
  level: 'info',
  joins: true,
  fix: 'none',
  messages: {
    missing: {
      text: 'Terraform creates what is paid for here, and no budget among it: a leak or a loop is noticed when the month’s bill comes.',
    },
  },
  check(model, report) {
    const uses = terraformModules(model)
      .filter(({ root }) => root)
      .flatMap((module) => cloudsOf(module))
      .filter(({ resources }) => resources.length > 0);
    const [use] = uses;
    if (!use) return;
    const budget = budgetIn(model);
    if (budget) report.met(undefined, { at: budget, message: 'a budget' });
    else
      report.gap({ message: 'missing', at: place(use.provider.file, { range: use.provider.facts.header }) });
  },
});

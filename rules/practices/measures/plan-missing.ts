/** Asks a product for its plan. All that a plan would say is not asked for one by one. */
import { productSigns } from '../../model/product.ts';
import { defineRule } from '../rule.ts';
import { firstPlan, planPath } from './firstPlan.ts';
import { planOf } from './plan.ts';

export default defineRule({
  id: 'measures/plan-missing',
  title: 'A product that users reach declares no scaling plan.',
  area: 'measures',
  section: '§10',
  level: 'info',
  joins: true,
  fix: 'suggested',
  messages: {
    missing: {
      text: 'Users reach this product, and no scaling-plan.yaml says what it measures, whether a customer pays off and what is automated first. What cannot be measured is scaled on hope.',
    },
  },
  check(model, report) {
    const plan = planOf(model);
    if (plan) {
      const at = { file: plan.file, range: plan.facts.start };
      return report.met(undefined, { at, message: 'The scaling plan' });
    }
    const signs = productSigns(model);
    if (!signs) return;
    report.gap({
      message: 'missing',
      at: model.root,
      related: signs,
      fixes: [
        {
          title: `Write a first ${planPath} from what the repository shows`,
          safety: 'suggested',
          changes: (context) => [{ kind: 'create', file: planPath, text: firstPlan(context.model) }],
        },
      ],
    });
  },
});

import { defineRule } from '../rule.ts';
import { place } from '../../model/model.ts';
import { lacking, planToAsk, sectionPlace, shown } from '../measures/plan.ts';
import { listed } from '../words.ts';

export default defineRule({
  id: 'customers/support-tiers',
  title: 'It is not said what support which customers get.',
  area: 'customers',
  section: '§6',
  level: 'info',
  joins: false,
  fix: 'none',
  messages: {
    missing: {
      text: 'The plan has no support tiers, so every customer gets the same attention until there are too many for any.',
    },
    vague: {
      text: 'The support tier {tier} has no {what}: what its customers can count on depends on who reads their message.',
    },
  },
  check(model, report) {
    const plan = planToAsk(model, report);
    if (!plan) return;
    const { support } = plan.facts;
    if (support.length === 0) report.gap({ message: 'missing', at: sectionPlace(plan, 'support') });
    for (const tier of support) {
      const lacks = lacking(tier, ['channel', 'response']).map((key) =>
        key === 'response' ? 'response time' : key,
      );
      if (lacks.length === 0) report.met(undefined, shown(plan, tier, 'support tier'));
      else
        report.gap({
          message: 'vague',
          data: { tier: tier.name.value, what: listed(lacks, 'or') },
          at: place(plan.file, tier.name),
        });
    }
  },
});

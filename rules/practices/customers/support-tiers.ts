import { defineRule } from '../rule.ts';
import { lacking, reportSection } from '../measures/plan.ts';

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
      text: 'The support tier {item} has no {what}: what its customers can count on depends on who reads their message.',
    },
  },
  check(model, report) {
    reportSection(model, report, {
      section: 'support',
      what: 'support tier',
      message: 'vague',
      lacksIn: (item) =>
        lacking(item, ['channel', 'response']).map((key) => (key === 'response' ? 'response time' : key)),
    });
  },
});

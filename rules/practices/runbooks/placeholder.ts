/** Asks where a page has a word in the place of an answer. */
import { defineRule } from '../rule.ts';

export default defineRule({
  id: 'runbooks/placeholder',
  title: 'A runbook has a placeholder where an answer should be.',
  area: 'runbooks',
  section: '§3',
  level: 'warning',
  // Which pages are runbooks is said by the alerts that lead to them.
  joins: true,
  fix: 'none',
  messages: {
    placeholder: {
      text: 'The runbook {runbook} says “{placeholder}” where an answer should be, so whoever needs it at night finds none.',
    },
  },
  check(model, report) {
    for (const { file, facts, title, services, index } of model.runbooks) {
      if (index || model.role(file) === 'test') continue;
      const service = services.length === 1 ? services[0] : undefined;
      for (const { value, range } of facts.placeholders) {
        const data = { runbook: title, placeholder: value };
        report.gap({ message: 'placeholder', data, at: { file, range }, service });
      }
      if (facts.placeholders.length === 0)
        report.met(service, { at: { file }, message: `${title} is written to the end` });
    }
  },
});

/** Asks which pages nobody has looked at for longer than the team wants. */
import { defineRule } from '../rule.ts';
import { daysBetween, defaultReviewDays, reviewDueOf, reviewOf } from './review.ts';

export default defineRule({
  id: 'runbooks/stale',
  title: 'A runbook has not been reviewed for long.',
  area: 'runbooks',
  section: '§3',
  level: 'warning',
  // Which pages are runbooks is said by the alerts that lead to them, and whether pages have dates by all of them.
  joins: true,
  fix: 'none',
  messages: {
    stale: {
      text: 'The runbook {runbook} was last reviewed on {date}, more than {days} days ago, so nobody knows whether its steps still work.',
    },
    due: {
      text: 'The runbook {runbook} was to be reviewed by {date}, so nobody knows whether its steps still work.',
    },
    undated: {
      text: 'The runbook {runbook} does not say when it was last reviewed, as most others here do, so nobody knows how far to trust it.',
      level: 'info',
    },
  },
  check(model, report) {
    const days = model.configuration.runbooks.reviewDays ?? defaultReviewDays;
    const judged = model.runbooks.filter(({ file, index }) => !index && model.role(file) !== 'test');
    const dated = judged.filter(({ facts }) => reviewOf(facts) ?? reviewDueOf(facts));
    const custom = dated.length >= 2 && dated.length * 2 > judged.length;
    for (const { file, facts, title, services } of judged) {
      const service = services.length === 1 ? services[0] : undefined;
      const review = reviewOf(facts);
      const due = reviewDueOf(facts);
      const runbook = title;
      if (due && due.date < model.today) {
        const at = { file, range: due.range };
        report.gap({ message: 'due', data: { runbook, date: due.date }, at, service });
      } else if (review && !due && daysBetween(review.date, model.today) > days) {
        const at = { file, range: review.range };
        report.gap({ message: 'stale', data: { runbook, date: review.date, days }, at, service });
      } else if (review ?? due) {
        const at = { file, range: (review ?? due)!.range };
        report.met(service, { at, message: `${title} has been reviewed` });
      } else if (custom) {
        const heading = facts.headings[0];
        const at = heading ? { file, range: heading.range } : { file };
        report.gap({ message: 'undated', data: { runbook }, at, service });
      } else {
        report.unknown(service, 'Its runbook does not say when it was last reviewed.', { file });
      }
    }
  },
});

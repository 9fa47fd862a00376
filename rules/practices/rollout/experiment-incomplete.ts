/** Asks every experiment of the plan what decides it. */
import { place } from '../../model/model.ts';
import { whyNotAsked } from '../measures/plan.ts';
import { defineRule } from '../rule.ts';
import { clip } from '../words.ts';

export default defineRule({
  id: 'rollout/experiment-incomplete',
  title: 'An experiment has no metric, no guardrail, or no end.',
  area: 'rollout',
  section: '§7',
  level: 'info',
  joins: true,
  fix: 'none',
  messages: {
    incomplete: {
      text: 'The experiment "{name}" names no {missing}, so whoever reads its result can take it as they like.',
    },
    overdue: {
      text: 'The experiment "{name}" should have been decided by {date}, and part of the users still get what may be the worse side.',
    },
  },
  check(model, report) {
    for (const plan of model.plans) {
      if (whyNotAsked(plan, model)) continue;
      const { file, facts } = plan;
      for (const { name, fields } of facts.experiments) {
        const at = place(file, name);
        const lacking = parts.filter(([key]) => fields[key] === undefined).map(([, words]) => words);
        const ends = fields['ends'];
        const date = typeof ends?.value === 'string' ? ends.value : undefined;
        if (lacking.length > 0) {
          report.gap({
            message: 'incomplete',
            data: { name: clip(name.value), missing: inWords(lacking) },
            at,
          });
        } else if (ends && date !== undefined && /^\d{4}-\d{2}-\d{2}/.test(date) && date < model.today) {
          report.gap({ message: 'overdue', data: { name: clip(name.value), date }, at: place(file, ends) });
        } else {
          report.met(undefined, {
            at,
            message: 'says what decides it, what must not get worse, and when it ends',
          });
        }
      }
    }
  },
});

const parts = [
  ['metric', 'metric that decides it'],
  ['guardrail', 'guardrail that must not get worse'],
  ['ends', 'day it ends'],
] as const;

function inWords(words: readonly string[]): string {
  return words.length < 2 ? (words[0] ?? '') : `${words.slice(0, -1).join(', no ')} and no ${words.at(-1)}`;
}

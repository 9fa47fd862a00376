import { defineRule } from '../rule.ts';
import { place } from '../../model/model.ts';
import { lacking, planToAsk, sectionPlace, shown } from '../measures/plan.ts';
import { listed } from '../words.ts';

export default defineRule({
  id: 'customers/feedback-missing',
  title: 'Nothing brings what customers say to those who decide.',
  area: 'customers',
  section: '§6',
  level: 'info',
  joins: false,
  fix: 'none',
  messages: {
    missing: {
      text: 'The plan has no feedback loop, such as an NPS survey or calls with customers: with each layer of people in between, less of what customers say arrives.',
    },
    open: {
      text: 'The feedback loop “{loop}” has no {what}, so what is collected there is read by nobody in particular.',
    },
  },
  check(model, report) {
    const plan = planToAsk(model, report);
    if (!plan) return;
    const { feedback } = plan.facts;
    if (feedback.length === 0) report.gap({ message: 'missing', at: sectionPlace(plan, 'feedback') });
    for (const loop of feedback) {
      const lacks = lacking(loop, ['owner', 'every']).map((key) =>
        key === 'every' ? 'rhythm (every)' : key,
      );
      if (lacks.length === 0) report.met(undefined, shown(plan, loop, 'feedback loop'));
      else
        report.gap({
          message: 'open',
          data: { loop: loop.name.value, what: listed(lacks, 'or') },
          at: place(plan.file, loop.name),
        });
    }
  },
});

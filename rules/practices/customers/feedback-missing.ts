import { defineRule } from '../rule.ts';
import { lacking, reportSection } from '../measures/plan.ts';

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
      text: 'The feedback loop “{item}” has no {what}, so what is collected there is read by nobody in particular.',
    },
  },
  check(model, report) {
    reportSection(model, report, {
      section: 'feedback',
      what: 'feedback loop',
      message: 'open',
      lacksIn: (item) =>
        lacking(item, ['owner', 'every']).map((key) => (key === 'every' ? 'rhythm (every)' : key)),
    });
  },
});

import { lacking, reportSection } from '../measures/plan.ts';
import { defineRule } from '../rule.ts';

export default defineRule({
  id: 'ownership/objectives-missing',
  title: 'No objectives say what teams work towards.',
  area: 'ownership',
  section: '§8',
  level: 'info',
  joins: false,
  fix: 'none',
  messages: {
    missing: {
      text: 'The plan has no objectives, so teams that decide by themselves each optimise for something else.',
    },
    unmeasured: {
      text: 'The objective “{item}” has no {what}, so nobody can say whether it was reached.',
    },
  },
  check(model, report) {
    reportSection(model, report, {
      section: 'objectives',
      what: 'objective',
      message: 'unmeasured',
      lacksIn: (item) => [
        ...((item.lists.keyResults ?? 0) === 0 ? ['key results'] : []),
        ...lacking(item, ['owner']),
      ],
    });
  },
});

import { place } from '../../model/model.ts';
import { lacking, planToAsk, sectionPlace, shown } from '../measures/plan.ts';
import { defineRule } from '../rule.ts';
import { listed } from '../words.ts';

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
      text: 'The objective “{objective}” has no {what}, so nobody can say whether it was reached.',
    },
  },
  check(model, report) {
    const plan = planToAsk(model, report);
    if (!plan) return;
    const { objectives } = plan.facts;
    if (objectives.length === 0) report.gap({ message: 'missing', at: sectionPlace(plan, 'objectives') });
    for (const objective of objectives) {
      const lacks = [
        ...((objective.lists.keyResults ?? 0) === 0 ? ['key results'] : []),
        ...lacking(objective, ['owner']),
      ];
      if (lacks.length === 0) report.met(undefined, shown(plan, objective, 'objective'));
      else
        report.gap({
          message: 'unmeasured',
          data: { objective: objective.name.value, what: listed(lacks, 'or') },
          at: place(plan.file, objective.name),
        });
    }
  },
});

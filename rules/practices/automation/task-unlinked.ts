/** The plan says that something does a task, and that thing is not there. */
import { located } from '../../model/model.ts';
import { defineRule } from '../rule.ts';
import { findAutomation } from './automations.ts';

export default defineRule({
  id: 'automation/task-unlinked',
  title: 'What is said to do a repetitive task does not exist.',
  area: 'automation',
  section: '§10',
  level: 'warning',
  joins: true,
  fix: 'none',
  messages: {
    path: {
      text: 'The plan says that {automation} does the task “{task}”, but it is not in the repository: the task is done by hand, or by something nobody finds.',
    },
    target: {
      text: 'The plan says that {automation} does the task “{task}”, but {where} has no {target}: the task is done by hand, or by something nobody finds.',
    },
  },
  check(model, report) {
    for (const { file, facts } of model.plans)
      for (const { name, automation } of facts.tasks) {
        if (!automation) continue;
        const { at, value } = located(file, automation);
        const found = findAutomation(value, model);
        if (found === 'there') report.met(undefined, { at, message: `automates “${name.value}”` });
        else if (found === 'unknown')
          report.unknown(
            undefined,
            `What automates “${name.value}” is not in this repository, or is not named by its path.`,
            at,
          );
        else
          report.gap({
            message: found === 'absent' ? 'path' : 'target',
            data: { task: name.value, automation: value, ...(found !== 'absent' && found) },
            at,
          });
      }
  },
});

/** The plan says that something does a task, and that thing is not there. */
import type { Model } from '../../model/model.ts';
import { located } from '../../model/model.ts';
import { defineRule } from '../rule.ts';

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
        const found = find(value, model);
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

type Found = 'there' | 'absent' | 'unknown' | { readonly where: string; readonly target: string };

function find(automation: string, model: Model): Found {
  const [, tool, target = ''] =
    /^(make|just|task|npm run|pnpm run|yarn run|pnpm|yarn)\s+([\w:./-]+)/.exec(automation) ?? [];
  if (tool === 'make' || tool === 'just' || tool === 'task') return targetOf(tool, target, model);
  if (tool !== undefined) {
    if (model.packages.some(({ facts }) => Object.hasOwn(facts.scripts, target))) return 'there';
    return model.packages.length > 0 ? { where: 'package.json', target: `script ${target}` } : 'unknown';
  }
  const path = automation.replace(/^\.?\//, '').split(/\s/)[0]!;
  if (model.files.has(path) || model.files.hasFolder(path)) return 'there';
  const isPath = /^\.?\/?[\w.-]+(?:\/[\w.-]+)*\.(?:ya?ml|sh|bash|py|rb|js|ts|mjs|go|ps1|tf|sql)$/.test(
    automation.split(/\s/)[0]!,
  );
  return isPath ? 'absent' : 'unknown';
}

function targetOf(tool: 'make' | 'just' | 'task', target: string, { tasks }: Model): Found {
  const files = tasks.filter(({ facts }) => facts.tool === tool);
  if (files.some(({ facts }) => facts.targets.some(({ value }) => value === target))) return 'there';
  if (files.some(({ facts }) => !facts.complete)) return 'unknown';
  const where = files[0]?.file ?? { make: 'a Makefile', just: 'a justfile', task: 'a Taskfile' }[tool];
  return files.length === 0
    ? { where: 'the repository', target: where.replace(/^a /, '') }
    : { where, target: `target ${target}` };
}

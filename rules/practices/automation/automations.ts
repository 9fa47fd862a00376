/** Finds what a plan says does a task: rules and the checklist ask the same. */
import type { Model } from '../../model/model.ts';

/** A target is missing from a file that is there. `unknown`: it may be elsewhere, or is not named by its path. */
export type Found = 'there' | 'absent' | 'unknown' | { readonly where: string; readonly target: string };

/**
 * Whether what the plan names as the automation of a task exists: a path, a make, just or task target, or a script of a
 * package.
 */
export function findAutomation(automation: string, model: Model): Found {
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

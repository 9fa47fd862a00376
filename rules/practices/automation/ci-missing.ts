/** Code that no pipeline builds or tests before it is merged. */
import type { Model } from '../../model/model.ts';
import { PipelineWork } from '../../model/pipelineWork.ts';
import { defineRule, type LazyFix } from '../rule.ts';
import { startingWorkflow } from './startingWorkflow.ts';

export default defineRule({
  id: 'automation/ci-missing',
  title: 'No pipeline builds or tests a change.',
  area: 'automation',
  section: '§3',
  level: 'warning',
  joins: true,
  fix: 'suggested',
  messages: {
    missing: {
      text: 'No pipeline builds or tests the code of this repository: whether a change works is seen when somebody remembers to try it, or by users.',
    },
  },
  check(model, report) {
    const { files, unread } = model.pipelines;
    const file = testing(model) ?? files[0]?.file ?? unread[0];
    if (file !== undefined) report.met(undefined, { at: { file }, message: 'a pipeline' });
    else if (hasCode(model)) report.gap({ message: 'missing', at: model.root, fixes: fixesFor(model) });
  },
});

/** The pipeline that runs tests says more than the one that checks spelling. */
function testing({ pipelines, packages }: Model): string | undefined {
  const work = new PipelineWork(packages);
  return pipelines.jobs.find(({ steps }) => steps.some((step) => work.tested(step).languages.length > 0))
    ?.file;
}

/** A collection of manifests or pages needs no build; code that is a product does. */
function hasCode(model: Model): boolean {
  return model.services.some(({ code, role }) => role === 'production' && code !== undefined);
}

function fixesFor(model: Model): LazyFix[] {
  const workflow = startingWorkflow(model);
  if (workflow === undefined || model.files.hasFolder('.gitlab')) return [];
  return [
    {
      title: 'Write a GitHub workflow that runs the tests',
      safety: 'suggested',
      changes: () => [{ kind: 'create', file: '.github/workflows/ci.yml', text: workflow }],
    },
  ];
}

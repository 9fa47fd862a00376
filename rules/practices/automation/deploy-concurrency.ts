/** Two runs of a job that deploys may overlap, and the older one may win. */
import type { PipelineJob } from '../../model/pipelines.ts';
import { insertEntry } from '../edits/yaml.ts';
import { defineRule, type LazyFix } from '../rule.ts';
import { deployStep } from './jobs.ts';

export default defineRule({
  id: 'automation/deploy-concurrency',
  title: 'A job that deploys may run twice at a time.',
  area: 'automation',
  section: '§3',
  level: 'warning',
  joins: true,
  fix: 'suggested',
  messages: {
    github: {
      text: 'The job {job} deploys, and nothing keeps two runs of it apart: after two quick merges, the older version may be the one that stays.',
    },
    gitlab: {
      text: 'The job {job} deploys without a resource_group: after two quick merges, the older version may be the one that stays.',
    },
    jenkins: {
      text: 'This pipeline deploys and does not say disableConcurrentBuilds or lock: after two quick merges, the older version may be the one that stays.',
    },
  },
  check(model, report) {
    for (const job of model.pipelines.jobs) {
      const { file, system, facts } = job;
      if (system !== 'github' && system !== 'gitlab' && system !== 'jenkins') continue;
      const step = deployStep(job);
      if (!step || !isReleasing(job)) continue;
      const at = { file, range: facts.name.range };
      if (job.concurrency) report.met(undefined, { at, message: 'deploys one run at a time' });
      else
        report.gap({
          message: system,
          data: system === 'jenkins' ? {} : { job: facts.name.value },
          at,
          related: [{ at: { file: step.file, range: step.range }, message: 'deploys here' }],
          fixes: fixesFor(job),
        });
    }
  },
});

/** Whether merges start it: previews of pull requests have a place each, and a called workflow is held by its caller. */
function isReleasing({ system, triggers }: PipelineJob): boolean {
  if (system !== 'github') return true;
  return (
    triggers.some((one) => /^(?:push|release|workflow_run)$/.test(one)) && !triggers.includes('workflow_call')
  );
}

function fixesFor({ file, system, facts }: PipelineJob): LazyFix[] {
  const { body, name, environment } = facts;
  if (!body || system === 'jenkins') return [];
  const isPlain = environment !== undefined && /^[\w.-]+$/.test(environment);
  const group = isPlain ? `deploy-${environment}` : `deploy-${name.value}`;
  const [key, value] =
    system === 'github'
      ? (['concurrency', { group, 'cancel-in-progress': false }] as const)
      : (['resource_group', isPlain ? environment : group] as const);
  return [
    {
      title: `Let one run of ${name.value} deploy at a time`,
      safety: 'suggested',
      changes({ read }) {
        const change = insertEntry(read(file), body, key, value, 'start');
        return change ? [change] : [];
      },
    },
  ];
}

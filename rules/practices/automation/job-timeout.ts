/**
 * Jobs that may hang for hours: GitHub ends a job after 360 minutes, Jenkins never does. GitLab (1 hour), Azure (1 hour)
 * and CircleCI (10 minutes without output) are quicker by default.
 *
 * Source: https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_idtimeout-minutes
 */
import type { PipelineJob } from '../../model/pipelines.ts';
import { insertEntry } from '../edits/yaml.ts';
import { defineRule, type LazyFix } from '../rule.ts';
import { deployStep, someOf } from './jobs.ts';

/** Minutes that the fix gives a job: to be replaced by twice of what it takes. */
const minutes = 30;

export default defineRule({
  id: 'automation/job-timeout',
  title: 'A job of a pipeline has no time limit of its own.',
  area: 'automation',
  section: '§3',
  level: 'info',
  joins: true,
  fix: 'suggested',
  messages: {
    deploy: {
      text: 'The job {job} deploys and has no timeout-minutes: when it hangs, GitHub lets it run for six hours, and no release gets past it.',
      level: 'warning',
    },
    jobs: {
      text: 'Without timeout-minutes, GitHub lets a hanging job run for six hours, which are paid for: {jobs}.',
    },
    jenkins: {
      text: 'This pipeline has no timeout, so a step that hangs holds its agent until somebody stops it.',
    },
  },
  check(model, report) {
    for (const { file, facts } of model.pipelines.files) {
      const jobs = model.pipelines.jobs.filter((job) => job.file === file && job.facts.steps.length > 0);
      const [first] = jobs;
      if (!first || facts.generated || !/^(?:github|jenkins)$/.test(facts.system)) continue;
      const open = jobs.filter(({ facts: { timeout } }) => !timeout);
      if (open.length === 0) {
        report.met(undefined, { at: { file, range: first.facts.name.range }, message: 'has a time limit' });
        continue;
      }
      if (facts.system === 'jenkins') {
        report.gap({ message: 'jenkins', at: { file, range: first.facts.name.range } });
        continue;
      }
      const deploying = open.filter((job) => deployStep(job));
      const others = open.filter((job) => !deploying.includes(job));
      for (const job of deploying)
        report.gap({
          message: 'deploy',
          data: { job: job.facts.name.value },
          at: at(job),
          fixes: fixesFor(file, [job]),
        });
      if (others.length > 0)
        report.gap({
          message: 'jobs',
          data: {
            jobs: someOf(
              others.map((job) => job.facts.name.value),
              6,
            ),
          },
          at: at(others[0]!),
          related: others.slice(1, 20).map((job) => ({ at: at(job), message: 'has none either' })),
          fixes: fixesFor(file, others),
        });
    }
  },
});

function at({ file, facts }: PipelineJob): { file: string; range: PipelineJob['facts']['name']['range'] } {
  return { file, range: facts.name.range };
}

function fixesFor(file: string, jobs: readonly PipelineJob[]): LazyFix[] {
  const limit = `End ${jobs.length === 1 ? `the job ${jobs[0]!.facts.name.value}` : 'these jobs'} after ${minutes} minutes`;
  return [
    {
      title: limit,
      safety: 'suggested',
      changes({ read }) {
        return jobs.flatMap(({ facts: { body } }) =>
          body ? (insertEntry(read(file), body, 'timeout-minutes', minutes, { after: 'runs-on' }) ?? []) : [],
        );
      },
    },
  ];
}

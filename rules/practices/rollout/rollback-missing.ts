/** Asks of what pipelines deploy, and of workloads, whether the version before is kept. */
import { deliveryOf, isThrowaway } from '../../model/pipelineWork.ts';
import type { PipelineJob, PipelineStep } from '../../model/pipelines.ts';
import { place, type Model } from '../../model/model.ts';
import { setScalar } from '../edits/yaml.ts';
import { describeWorkload } from '../manifests.ts';
import { defineRule, type Report } from '../rule.ts';

export default defineRule({
  id: 'rollout/rollback-missing',
  title: 'A deployment keeps no earlier version that one could go back to.',
  area: 'rollout',
  section: '§7',
  level: 'warning',
  joins: true,
  fix: 'suggested',
  messages: {
    'no-history': {
      text: 'Kubernetes keeps no earlier version of {workload}, so "kubectl rollout undo" has nothing to go back to when a release fails.',
    },
    overwritten: {
      text: 'Every release is pushed as {image} over the one before, so there is no earlier image to go back to when it fails.',
    },
    'helm-history': {
      text: 'Helm keeps {count} revision of what is deployed here, so "helm rollback" has nothing to go back to when a release fails.',
    },
  },
  check(model, report) {
    for (const workload of model.workloads) {
      const { role, batch, facts, file } = workload;
      const kept = facts.revisionHistoryLimit;
      if (role !== 'production' || batch || !kept?.known || kept.value > 0) continue;
      const service = model.serviceRunning(workload);
      report.gap({
        message: 'no-history',
        data: { workload: describeWorkload(workload) },
        at: place(file, kept),
        ...(service && { service }),
        fixes: [
          {
            title: 'Keep the ten versions before, as Kubernetes does by itself',
            safety: 'suggested',
            changes: ({ read }) => {
              const change = setScalar(read(kept.file ?? file), kept.range, 10);
              return change ? [change] : [];
            },
          },
        ],
      });
    }
    for (const job of model.pipelines.jobs) checkJob(model, job, report);
  },
});

type Messages = 'no-history' | 'overwritten' | 'helm-history';

function checkJob(model: Model, { file, steps }: PipelineJob, report: Report<Messages>): void {
  const deployed = steps.find((step) => deliveryOf(step) === 'deploy');
  if (!deployed || isThrowaway(steps)) return;
  const at = { file: deployed.file, range: deployed.range };
  const helm = steps.find((step) => keptByHelm(step) !== undefined);
  const pushed = steps.flatMap(imagesPushed);
  const fixed = pushed.filter((image) => !isNew(image));
  if (helm && keptByHelm(helm) === 1) {
    report.gap({ message: 'helm-history', data: { count: 1 }, at: { file: helm.file, range: helm.range } });
  } else if (fixed.length > 0 && fixed.length === pushed.length) {
    const push = steps.find((step) => imagesPushed(step).length > 0)!;
    report.gap({
      message: 'overwritten',
      data: { image: fixed[0]! },
      at: { file: push.file, range: push.range },
      related: [{ at, message: 'deploys it' }],
    });
  } else if (pushed.length > 0) {
    report.met(model.serviceOf(file), { at, message: 'each release has an image of its own' });
  } else if (steps.some(({ commands }) => commands.some((words) => wayBack.test(words.join(' '))))) {
    report.met(model.serviceOf(file), { at, message: 'goes back when it fails' });
  } else report.unknown(undefined, 'What is deployed, and what is kept of it, is decided elsewhere.', at);
}

const wayBack =
  /\brollout undo\b|\bhelm rollback\b|--atomic\b|--rollback-on-failure\b|\bapp rollback\b|\brollback\b/;

function keptByHelm({ commands }: PipelineStep): number | undefined {
  for (const words of commands) {
    const text = words.join(' ');
    const limit = /^helm\b.*--history-max[ =](\d+)\b/.exec(text)?.[1];
    if (limit !== undefined) return Number(limit);
  }
  return undefined;
}

/** Images by the names they are pushed under. */
function imagesPushed({ uses, with: inputs, commands }: PipelineStep): string[] {
  const action = uses && /^docker\/build-push-action$/.test(uses.name) && inputs?.['push'] === 'true';
  const tags = action ? (inputs['tags'] ?? '').split(/[\s,]+/).filter((tag) => tag !== '') : [];
  const pushed = commands.flatMap(([program = '', verb, ...words]) => {
    const image = words.findLast((word) => !word.startsWith('-'));
    return /^(?:docker|podman|nerdctl)$/.test(program) && verb === 'push' && image !== undefined
      ? [image]
      : [];
  });
  return [...tags, ...pushed];
}

/** Its name is another one with every release, or may be. */
function isNew(image: string): boolean {
  if (/[$%{]|^-/.test(image)) return true;
  const tag = /:([^/:]+)$/.exec(image)?.[1];
  // A tag of its own, such as a version, is raised by hand with each release.
  return (
    tag !== undefined &&
    !/^(?:latest|main|master|stable|prod(?:uction)?|staging|dev(?:elop)?|edge)$/.test(tag)
  );
}

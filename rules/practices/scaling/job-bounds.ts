/** A job that nothing ends, cleans up or keeps from overlapping with itself. */
import type { JobFacts, MappingFacts, Templated } from '../../artifacts/kubernetes/facts.ts';
import { place, type Workload } from '../../model/model.ts';
import type { Place } from '../../text.ts';
import { insertEntry, setScalar, type YamlValue } from '../edits/yaml.ts';
import { describeWorkload, placeOfWorkload, workloadsOf, type WorkloadSubject } from '../manifests.ts';
import { defineRule, type LazyFix, type Report } from '../rule.ts';

export default defineRule({
  id: 'scaling/job-bounds',
  title: 'A job has no deadline, may overlap with itself, is never cleaned up, or cannot start.',
  area: 'scaling',
  section: '§4',
  level: 'info',
  fix: 'suggested',
  // Copies of a job may stand in other files.
  joins: true,
  messages: {
    'restart-policy': {
      text: '{workload} has restartPolicy {policy}, which the cluster refuses for jobs: only OnFailure and Never are taken.',
      level: 'error',
    },
    'restart-policy-cron': {
      text: '{workload} has restartPolicy {policy}, which the cluster refuses for jobs: only OnFailure and Never are taken.',
      level: 'error',
      equivalents: ['kube-score/cronjob-restartpolicy'],
    },
    overlap: {
      text: '{workload} says nothing of concurrency, so a run that takes longer than its schedule gets company: runs pile up when they are slow already.',
      level: 'warning',
    },
    deadline: {
      text: '{workload} has no activeDeadlineSeconds: a run that hangs holds its resources until somebody notices.',
    },
    'kept-forever': {
      text: '{workload} has no ttlSecondsAfterFinished: it stays in the cluster when it is done, and cannot be applied again under its name.',
      equivalents: ['kube-linter/job-ttl-seconds-after-finished'],
    },
    'starting-deadline': {
      text: '{workload} has no startingDeadlineSeconds: after a hundred missed runs it is started no more.',
      level: 'off',
      equivalents: ['kube-score/cronjob-has-deadline'],
    },
    'kube-linter': {
      text: '{workload} sets ttlSecondsAfterFinished for jobs that its history limits clean up, or is a job without it.',
      level: 'off',
      equivalents: ['kube-linter/job-ttl-seconds-after-finished'],
    },
  },
  check(model, report) {
    for (const subject of workloadsOf(model)) {
      const { job } = subject.workload.facts;
      if (job) checkJob(subject, job, report);
    }
  },
});

type Key =
  | `restart-policy${'' | '-cron'}`
  | 'overlap'
  | 'deadline'
  | 'kept-forever'
  | 'starting-deadline'
  | 'kube-linter';

/** An hour: more than most jobs need, and less than a night. */
const deadline = 3600;
/** A day, to read the logs in. */
const kept = 86_400;

function checkJob(subject: WorkloadSubject, job: JobFacts, report: Report<Key>): void {
  const { workload, service, judged } = subject;
  const { schedule } = job;
  const at = placeOfWorkload(workload);
  const gap = (message: Key, fixes: readonly LazyFix[] = [], where: Place = at, policy = ''): void =>
    report.gap({
      message,
      data: { workload: describeWorkload(workload), ...(policy !== '' && { policy }) },
      at: where,
      service,
      ...(workload.role === 'example' && { level: 'info' as const }),
      fixes,
    });
  if (!subject.copy) checkRestartPolicy(workload, job, gap);
  const expires = job.ttlSecondsAfterFinished !== undefined;
  const isKnownToKubeLinter = workload.object.apiVersion === 'batch/v1';
  // A template may make it a hook of Helm, which is deleted.
  const hooked = Object.keys(workload.object.annotations).some((key) => key.startsWith('{{'));
  const open = hooked || job.spec.templated || (schedule?.spec.templated ?? false);
  if (judged && open) report.unknown(service, 'A template decides what bounds the job.', at);
  if (open) return;
  if (schedule && !schedule.startingDeadlineSeconds) gap('starting-deadline');
  if (!judged) {
    if (isKnownToKubeLinter && (schedule ? expires : !expires)) gap('kube-linter');
    return;
  }
  const add = (mapping: MappingFacts, key: string, value: YamlValue): LazyFix[] =>
    addFix(workload, mapping, key, value);
  const overlaps = schedule && !schedule.suspended && !schedule.concurrencyPolicy;
  if (overlaps) gap('overlap', add(schedule.spec, 'concurrencyPolicy', 'Forbid'));
  if (!job.activeDeadlineSeconds) gap('deadline', add(job.spec, 'activeDeadlineSeconds', deadline));
  if (!schedule && !expires) gap('kept-forever', add(job.spec, 'ttlSecondsAfterFinished', kept));
  if (isKnownToKubeLinter && schedule && expires) gap('kube-linter');
  if (!overlaps && job.activeDeadlineSeconds && (schedule || expires))
    report.met(service, { at, message: 'It is bounded.' });
}

/** https://kubernetes.io/docs/concepts/workloads/controllers/job/#pod-template */
function checkRestartPolicy(
  workload: Workload,
  { restartPolicy, pod, schedule }: JobFacts,
  gap: (message: Key, fixes: readonly LazyFix[], at: Place, policy: string) => void,
): void {
  if (!pod || (restartPolicy ? !restartPolicy.known : pod.templated)) return;
  const policy = known(restartPolicy) ?? '';
  if (/^(?:Never|OnFailure)$/.test(policy)) return;
  const fixes = restartPolicy
    ? setFix(workload, restartPolicy)
    : addFix(workload, pod, 'restartPolicy', 'OnFailure');
  const at = restartPolicy ? place(workload.file, restartPolicy) : placeOfWorkload(workload);
  const words = policy === '' ? 'Always, since it sets none' : policy;
  gap(`restart-policy${schedule ? '-cron' : ''}`, fixes, at, words);
}

function known<T>(value: Templated<T> | undefined): T | undefined {
  return value?.known ? value.value : undefined;
}

function setFix(workload: Workload, fact: Templated<string>): LazyFix[] {
  const at = place(workload.file, fact);
  return [
    {
      title: 'Set restartPolicy to OnFailure',
      safety: 'suggested',
      changes({ read }) {
        const change = setScalar(read(at.file), at.range!, 'OnFailure');
        return change ? [change] : [];
      },
    },
  ];
}

function addFix(
  { file, template }: Workload,
  { range }: MappingFacts,
  key: string,
  value: YamlValue,
): LazyFix[] {
  if (template) return [];
  return [
    {
      title: `Set ${key} to ${String(value)}`,
      safety: 'suggested',
      changes({ read }) {
        const change = insertEntry(read(file), range, key, value, 'start');
        return change ? [change] : [];
      },
    },
  ];
}

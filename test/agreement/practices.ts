/** Which part of an audit answers which label. */
import type { Audit, Finding, Model } from '../../rules/index.ts';

type Service = Model['services'][number];

/** What the audit says of a practice; `silent` where it cannot know or the practice does not apply. */
export type Answer = 'present' | 'absent' | 'silent';

interface Practice {
  /** The rule whose findings say that it is absent; not scored while there is no such rule. */
  readonly rule?: string;
  answer(audit: Audit, service: Service): Answer;
}

/** Practices of a service, by the name that labels give them. */
export const practices: Readonly<Record<string, Practice>> = {
  health_endpoint: byRule('health/endpoint-missing'),
  probes: { answer: (_, service) => probes(service, true) },
  kubernetes_probes: { answer: (_, service) => probes(service, false) },
  tracing: byRule('tracing/missing'),
  graceful_shutdown: byRule('resilience/shutdown-missing'),
  metrics: byRule('tracing/metrics-missing'),
  replicas_or_hpa: { answer: (_, service) => replicas(service) },
  resource_limits: { answer: (_, service) => limits(service) },
};

/** Practices that say little of what is no server. */
export const serverPractices: ReadonlySet<string> = new Set([
  'health_endpoint',
  'probes',
  'kubernetes_probes',
  'metrics',
]);

function byRule(rule: string): Practice {
  return {
    rule,
    answer({ scorecard }, { name }) {
      const cell = scorecard.cells.find((one) => one.rule === rule && one.service === name);
      return cell?.standing === 'met' ? 'present' : cell?.standing === 'gap' ? 'absent' : 'silent';
    },
  };
}

function probes({ workloads, composeServices, dockerfiles }: Service, anywhere: boolean): Answer {
  const containers = workloads.flatMap((workload) => workload.containers);
  if (containers.some(({ liveness, readiness, startup }) => liveness ?? readiness ?? startup))
    return 'present';
  if (!anywhere) return containers.length > 0 ? 'absent' : 'silent';
  const images = dockerfiles.some(({ facts }) => facts.stages.at(-1)?.healthcheck !== undefined);
  if (images || composeServices.some(({ facts }) => facts.healthcheck !== undefined)) return 'present';
  return workloads.length + composeServices.length + dockerfiles.length > 0 ? 'absent' : 'silent';
}

function replicas({ workloads, composeServices }: Service): Answer {
  if (workloads.some(({ autoscaler, facts }) => autoscaler ?? facts.replicas)) return 'present';
  if (composeServices.some(({ facts }) => facts.replicas)) return 'present';
  return 'absent';
}

/** Limits in compose files are not read: what is deployed by them alone may have some. */
function limits({ workloads, composeServices }: Service): Answer {
  const containers = workloads.flatMap((workload) => workload.containers);
  if (containers.some(({ limits: { cpu, memory } }) => cpu ?? memory)) return 'present';
  return containers.length > 0 || composeServices.length === 0 ? 'absent' : 'silent';
}

/** How findings of ours answer a label about a Dockerfile. */
export interface DockerfileRule {
  readonly rules: readonly string[];
  /** Rules that say the same of the service at another place: right where a finding is due, never wrong. */
  readonly elsewhere?: readonly string[];
  /** The label means this line, not the file as a whole. */
  readonly line?: true;
  /** Narrows a rule to the verdicts that the label is about. */
  matches?(finding: Finding): boolean;
}

/** Labels about Dockerfiles, by their name; matrices write them with underscores. */
export const dockerfileRules: Readonly<Record<string, DockerfileRule>> = {
  'no-user': { rules: ['containers/user-missing', 'containers/user-root'] },
  'unpinned-base': { rules: ['containers/base-unpinned'], line: true },
  'latest-tag': {
    rules: ['containers/base-unpinned'],
    line: true,
    matches: ({ equivalents }) => equivalents.some((one) => /DL300[67]$/.test(one)),
  },
  'shell-form-cmd': { rules: ['containers/shell-form-command'] },
  'copy-before-install': { rules: ['containers/install-before-copy'] },
  'no-healthcheck': { rules: ['health/healthcheck-missing'], elsewhere: ['health/probe-missing'] },
  'multiple-cmd': { rules: ['containers/instruction-repeated'] },
  'add-instead-of-copy': { rules: ['containers/add-for-copy'], line: true },
  'secrets-in-env': { rules: ['containers/secret-in-image'], line: true },
  'missing-dockerignore': { rules: ['containers/dockerignore-missing'] },
};

/** Which rules a trap is about, by words in its text. A trap without any of these is about every rule. */
export const topics: readonly { readonly words: RegExp; readonly rules: RegExp }[] = [
  { words: /probe|health|endpoint|\bserve/i, rules: /^health\// },
  { words: /tracing|trace/i, rules: /^tracing\/(?!metrics)/ },
  { words: /metric/i, rules: /^tracing\/metrics/ },
  { words: /shutdown|signal/i, rules: /^resilience\/shutdown/ },
  { words: /\btag|pinned|image\b/i, rules: /unpinned/ },
  { words: /limits|resources/i, rules: /^scaling\/resources/ },
  { words: /flag/i, rules: /^rollout\// },
  { words: /alert/i, rules: /^alerting\// },
  { words: /user|root\b/i, rules: /^containers\/user/ },
  { words: /owner/i, rules: /^ownership\// },
];

/** Whether the verdict of a trap says that a finding is due there all the same. */
export function isFindingDue(verdict: string): boolean {
  const affirmed = verdict.replace(/\b(?:no|not|without|never)\b(?! graceful)[^;:.,]*?\bfindings?\b/gi, '');
  return /\bfindings?\b|\bABSENT\b|\bNOT (?:a )?graceful\b|without runbook_url|at most low/.test(affirmed);
}

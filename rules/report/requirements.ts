/**
 * What each level asks for. Bronze: somebody owns it, it can be asked whether it works, it is built and tested by machines,
 * and whoever is woken has a page. Silver: it survives the loss of a process, it can be seen, somebody is told. Gold: it
 * promises something, scales, changes step by step, and is steered by numbers. The names are those of Backstage Soundcheck,
 * Cortex and OpsLevel, where they mean quick wins and ownership, standards and baselines, and continuous improvement.
 */
import { rules as rulesOfPractices } from '../practices/registry.generated.ts';

export const levelNames = ['bronze', 'silver', 'gold'] as const;
export type LevelName = (typeof levelNames)[number];

export interface Requirement {
  /** What holds when it is met: a clause that a sentence can begin with. */
  readonly title: string;
  /** Ids of rules. It is met where one of them is met and none is a gap. */
  readonly rules: readonly string[];
  /**
   * Whose level needs it to be shown, unless the rules are off: for others it is enough that nothing speaks against it, as
   * it may not apply.
   */
  readonly shownBy?: 'service' | 'repository';
}

export const requirements: Readonly<Record<LevelName, readonly Requirement[]>> = {
  bronze: [
    { title: 'Somebody owns it', rules: ['ownership/service-unowned'], shownBy: 'service' },
    {
      title: 'It can be asked whether it works, and answers',
      rules: [
        'health/endpoint-missing',
        'health/healthcheck-missing',
        'health/healthcheck-tool-missing',
        'health/probe-missing',
        'health/probe-path-unserved',
        'health/probe-port-mismatch',
      ],
    },
    {
      title: 'It is built and started from what the repository says',
      rules: [
        'automation/lockfile-missing',
        'containers/base-unpinned',
        'containers/lockfile-unused',
        'containers/source-missing',
        'scaling/api-removed',
        'scaling/env-unset',
        'scaling/image-unpinned',
        'scaling/port-mismatch',
        'scaling/selector-mismatch',
      ],
    },
    { title: 'Its image holds no secret', rules: ['containers/secret-in-image'] },
    {
      title: 'A pipeline builds and tests every change',
      rules: ['automation/ci-missing', 'automation/tests-not-run'],
      shownBy: 'repository',
    },
    {
      title: 'Whoever is woken or new has a page',
      rules: ['runbooks/missing', 'runbooks/onboarding-missing', 'alerting/runbook-unresolved'],
    },
    {
      title: 'What watches it is valid',
      rules: [
        'alerting/always-fires',
        'alerting/never-fires',
        'alerting/promql-invalid',
        'alerting/slo-invalid',
        'tracing/collector-pipeline',
      ],
    },
  ],
  silver: [
    {
      title: 'It survives the loss of a process, and a release',
      rules: [
        'containers/npm-as-entrypoint',
        'containers/shell-form-command',
        'health/liveness-calls-dependency',
        'health/probe-timing',
        'resilience/crash-swallowed',
        'resilience/shutdown-missing',
        'resilience/shutdown-window',
        'scaling/local-state',
        'scaling/resources-missing',
        'scaling/single-replica',
        'scaling/update-strategy',
      ],
    },
    {
      title: 'It waits for nobody for ever',
      rules: ['resilience/server-timeout', 'resilience/timeout-missing'],
    },
    { title: 'It does not run as root', rules: ['containers/user-missing', 'containers/user-root'] },
    {
      title: 'Its requests can be followed',
      rules: [
        'tracing/endpoint-unreachable',
        'tracing/exporter-missing',
        'tracing/loaded-late',
        'tracing/missing',
        'tracing/scrape-mismatch',
        'tracing/service-name-missing',
      ],
      shownBy: 'service',
    },
    {
      title: 'Somebody is told when it suffers, and knows what to do',
      rules: [
        'alerting/metadata-missing',
        'alerting/metric-unknown',
        'alerting/runbook-url-missing',
        'alerting/service-unmonitored',
        'runbooks/dangerous-command',
        'runbooks/dead-reference',
        'runbooks/placeholder',
        'runbooks/section-missing',
      ],
      shownBy: 'service',
    },
    {
      title: 'A pipeline delivers it, the same way each time',
      rules: [
        'automation/action-unpinned',
        'automation/deploy-concurrency',
        'automation/deploy-manual',
        'automation/infrastructure-by-hand',
        'automation/state-local',
      ],
    },
    {
      title: 'Its dependencies are kept up to date',
      rules: ['automation/dependency-updates'],
      shownBy: 'repository',
    },
    {
      title: 'Owners and flags that are named exist',
      rules: [
        'ownership/codeowners-dead',
        'ownership/codeowners-shadowed',
        'ownership/owner-unknown',
        'rollout/flag-default-missing',
        'rollout/flag-undefined',
        'rollout/flag-unused',
      ],
    },
    {
      title: 'A plan says what is measured and automated first',
      rules: ['automation/task-unlinked', 'measures/plan-missing', 'rollout/pilot-unlinked'],
    },
  ],
  gold: [
    { title: 'It promises its users something (SLO)', rules: ['alerting/slo-missing'] },
    {
      title: 'It scales out by itself',
      rules: [
        'scaling/autoscaler-blind',
        'scaling/autoscaler-missing',
        'scaling/autoscaler-target',
        'scaling/disruption-budget-blocks',
        'scaling/disruption-budget-missing',
        'scaling/scheduler-in-process',
        'scaling/spread-missing',
        'scaling/vertical-only',
      ],
    },
    {
      title: 'Its failures stay its own',
      rules: ['resilience/cross-service-import', 'resilience/dependency-cycle', 'resilience/shared-database'],
    },
    {
      title: 'Changes reach users step by step, and can be taken back',
      rules: [
        'rollout/big-bang',
        'rollout/canary-unjudged',
        'rollout/experiment-incomplete',
        'rollout/migration-unsafe',
      ],
    },
    {
      title: 'Every flag has an owner and an end',
      rules: ['rollout/flag-expired', 'rollout/flag-owner-missing'],
    },
    {
      title: 'Runbooks and postmortems are kept alive',
      rules: [
        'runbooks/orphaned',
        'runbooks/owner-missing',
        'runbooks/postmortem-incomplete',
        'runbooks/stale',
      ],
    },
    {
      title: 'What it costs can be seen and has a bound',
      rules: [
        'cost/allocation-label-missing',
        'cost/autoscaler-unbounded',
        'cost/budget-missing',
        'cost/log-retention',
        'cost/telemetry-unbounded',
        'cost/untagged',
        'cost/visibility-missing',
      ],
    },
    {
      title: 'It is steered by numbers',
      rules: [
        'measures/delivery-unmeasurable',
        'measures/kpi-count',
        'measures/kpi-incomplete',
        'measures/kpi-unmeasured',
        'measures/retention-missing',
        'measures/scaling-before-fit',
        'measures/unit-economics',
      ],
    },
    {
      title: 'Customers are heard',
      rules: [
        'customers/at-risk-signal',
        'customers/event-unplanned',
        'customers/feedback-missing',
        'customers/onboarding-missing',
        'customers/support-tiers',
        'customers/usage-uninstrumented',
      ],
    },
    {
      title: 'Decisions are taken near the work, and written down',
      rules: [
        'ownership/bottleneck',
        'ownership/decision-records',
        'ownership/escalation-missing',
        'ownership/objectives-missing',
      ],
    },
  ],
};

/** Rules that no level asks for: they count in the score alone. */
export function rulesWithoutLevel(): readonly string[] {
  const asked = new Set(levelNames.flatMap((level) => requirements[level].flatMap(({ rules }) => rules)));
  return rulesOfPractices.map(({ id }) => id as string).filter((id) => !asked.has(id));
}

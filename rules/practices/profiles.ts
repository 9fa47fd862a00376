/**
 * What is asked of whom: a library is not asked for probes, a company of five not for SLOs. A profile is nothing but levels
 * of rules, which the configuration may set otherwise.
 */
import { kindOf, type RepositoryKind } from '../model/kind.ts';
import type { Model } from '../model/model.ts';
import type { Evidence } from '../text.ts';
import type { LevelSetting } from './levels.ts';
import { planOf } from './measures/plan.ts';
import type { Level } from '../artifacts/configuration/facts.ts';

/** How far a product is on its way. */
export type Stage = 'startup' | 'growing' | 'at-scale';

export interface Profile {
  readonly stage: Stage;
  readonly kind: RepositoryKind;
  /** What shows the kind, where it was found out and not declared. */
  readonly because?: Evidence;
}

export const standardProfile: Profile = { stage: 'growing', kind: 'service' };

/** As the configuration says, else the plan (stage), else what is certain (kind), else a growing service. */
export function profileOf(model: Model): Profile {
  const { profile } = model.configuration;
  const planned = planOf(model)?.facts.stage?.value;
  const found = profile.kind === undefined ? kindOf(model) : undefined;
  return {
    stage: profile.stage ?? (isStage(planned) ? planned : standardProfile.stage),
    kind: profile.kind ?? found?.kind ?? standardProfile.kind,
    ...(found && { because: found.because }),
  };
}

/** @returns levels that everything else wins over */
export function profileSettings({ stage, kind }: Profile): readonly LevelSetting[] {
  return [...settingsOf(stages[stage]), ...settingsOf(kinds[kind])];
}

type Levels = Readonly<Partial<Record<Level, readonly string[]>>>;

/** Rules that a stage asks louder or quieter than usual. */
export const stages: Readonly<Record<Stage, Levels>> = {
  startup: {
    off: [
      'alerting/slo-missing',
      'cost/allocation-label-missing',
      'cost/budget-missing',
      'cost/visibility-missing',
      'customers/at-risk-signal',
      'customers/support-tiers',
      'measures/delivery-unmeasurable',
      'ownership/bottleneck',
      'ownership/decision-records',
      'ownership/escalation-missing',
      'ownership/label-missing',
      'ownership/objectives-missing',
      'resilience/shared-database',
      'rollout/big-bang',
      'scaling/autoscaler-missing',
      'scaling/spread-missing',
      'scaling/vertical-only',
    ],
    info: [
      'alerting/service-unmonitored',
      'automation/action-unpinned',
      'ownership/service-unowned',
      'runbooks/missing',
      'runbooks/section-missing',
      'runbooks/stale',
      'scaling/disruption-budget-missing',
      'scaling/single-replica',
      'tracing/missing',
    ],
  },
  growing: {},
  'at-scale': {
    warning: [
      'alerting/slo-missing',
      'automation/dependency-updates',
      'automation/deploy-manual',
      'cost/budget-missing',
      'cost/visibility-missing',
      'customers/support-tiers',
      'measures/delivery-unmeasurable',
      'measures/plan-missing',
      'ownership/bottleneck',
      'ownership/decision-records',
      'ownership/escalation-missing',
      'resilience/shared-database',
      'rollout/big-bang',
      'rollout/flag-owner-missing',
      'runbooks/owner-missing',
      'runbooks/postmortem-incomplete',
      'scaling/autoscaler-missing',
      'scaling/spread-missing',
      'scaling/vertical-only',
    ],
    error: [
      'alerting/service-unmonitored',
      'ownership/service-unowned',
      'runbooks/missing',
      'scaling/single-replica',
    ],
  },
};

/** What a kind of repository is not asked: it is somebody else's to answer. */
export const kinds: Readonly<Record<RepositoryKind, Levels>> = {
  service: {},
  library: {
    off: [
      'health/*',
      'tracing/*',
      'scaling/*',
      'cost/*',
      'customers/*',
      'measures/*',
      'alerting/service-unmonitored',
      'alerting/slo-missing',
      'automation/deploy-manual',
      'automation/infrastructure-by-hand',
      'ownership/service-unowned',
      'resilience/server-timeout',
      'resilience/shared-database',
      'resilience/shutdown-missing',
      'resilience/shutdown-window',
      'rollout/big-bang',
      'runbooks/missing',
    ],
  },
  platform: {
    off: [
      'customers/*',
      'measures/*',
      'ownership/objectives-missing',
      'rollout/big-bang',
      'rollout/experiment-incomplete',
    ],
  },
};

function settingsOf(levels: Levels): LevelSetting[] {
  return (Object.entries(levels) as [Level, readonly string[]][]).flatMap(([level, patterns]) =>
    patterns.map((pattern) => ({ pattern, level })),
  );
}

function isStage(text: string | undefined): text is Stage {
  return text !== undefined && Object.hasOwn(stages, text);
}

/**
 * How software reaches its users, measured from the history and the postmortems of a repository by the definitions of DORA
 * (https://dora.dev/guides/dora-metrics/). Each number says what it was computed from and how sure that is; what nothing
 * tells of is unknown, and never guessed.
 */
import type { Model } from '../../model/model.ts';
import { count } from '../audited.ts';
import { contained, type Contained } from './contained.ts';
import { deploymentsOf, enough, type Confidence, type Deployments } from './deployments.ts';
import {
  deploymentBefore,
  incidentRecords,
  inPeriod,
  repairDays,
  takenBack,
  type IncidentRecord,
  type TakenBack,
} from './failures.ts';
import { day, isBot, isoDay, type Commit, type History } from './history.ts';
import { knowledgeOf, type Knowledge } from './knowledge.ts';
import { inDuration, inRate, median, percentile } from './numbers.ts';

export interface DeliveryReport {
  readonly branch?: string;
  /** ISO days; the period ends with the newest commit that is known. */
  readonly from: string;
  readonly to: string;
  /** Of the period, merges included. */
  readonly commits: number;
  readonly measures: readonly Measure[];
  readonly knowledge: readonly Knowledge[];
  /** What to know before the numbers are believed, as full sentences. */
  readonly notes: readonly string[];
}

export interface Measure {
  readonly key: keyof typeof definitions;
  readonly title: string;
  /** What DORA calls so. */
  readonly definition: string;
  /** undefined: unknown. */
  readonly value?: MeasuredValue;
  /** Full sentences: what the number was computed from, or why there is none and what would give one. */
  readonly basis: string;
}

export interface MeasuredValue {
  readonly number: number;
  readonly unit: 'per-day' | 'seconds' | 'percent';
  /** For people: `2.3 a week`. */
  readonly words: string;
  readonly confidence: Confidence;
  /** How many deployments, changes or incidents it was computed from. */
  readonly events: number;
}

/** https://dora.dev/guides/dora-metrics/, in short. */
export const definitions = {
  'deployment-frequency': [
    'Deployment frequency',
    'How many deployments to production there are in a period, or the time between them.',
  ],
  'lead-time': [
    'Lead time for changes',
    'The time from when a change is committed to when it is deployed to production.',
  ],
  'change-failure-rate': [
    'Change fail rate',
    'The share of deployments that need immediate intervention, such as a rollback or a hotfix.',
  ],
  'recovery-time': [
    'Failed deployment recovery time',
    'The time it takes to recover from a deployment that fails and needs immediate intervention.',
  ],
} as const;

/** @param from the first second of the period */
export function deliveryReport(model: Model, history: History, from: number): DeliveryReport {
  const commits = history.commits.filter(({ committed }) => committed >= from);
  const newest = history.commits.reduce((latest, { committed }) => Math.max(latest, committed), from);
  const oldest = history.commits.reduce((first, { committed }) => Math.min(first, committed), newest);
  const begins = Math.max(from, oldest);
  const deployments = deploymentsOf(model, history, begins);
  const known = contained(history.commits, deployments?.all ?? []);
  const records = incidentRecords(model, history).filter((record) => inPeriod(record, begins, newest));
  const back = deployments ? takenBack(history, deployments.counted, known) : [];
  return {
    ...(history.branch !== undefined && { branch: history.branch }),
    from: isoDay(begins),
    to: isoDay(newest),
    commits: commits.length,
    measures: [
      frequency(deployments, begins, newest),
      leadTime(deployments, known, history),
      failRate(deployments, back, records),
      recoveryTime(back, records),
    ],
    knowledge: knowledgeOf(model, commits),
    notes: notesOn(history, from, oldest, newest, model.today),
  };
}

function frequency(deployments: Deployments | undefined, from: number, to: number): Measure {
  if (!deployments) return unknown('deployment-frequency', noDeployments);
  const { counted, confidence, basis } = deployments;
  const days = (to - from) / day;
  if (days < 14 || counted.length < 2)
    return unknown(
      'deployment-frequency',
      `${count(counted.length, 'deployment')} in ${count(Math.round(days), 'day')} ${counted.length === 1 ? 'makes' : 'make'} no frequency. Name an earlier day with --since.`,
    );
  const number = counted.length / days;
  return measured('deployment-frequency', basis, {
    number,
    unit: 'per-day',
    words: inRate(number),
    confidence,
    events: counted.length,
  });
}

const withoutDeployments = 'It cannot be computed without a known deployment.';
const noDeployments =
  'Nothing in this history tells of a deployment: no release tag, no commit that releases, no GitOps controller’s new image, no pipeline that deploys a push. Tag what is deployed, and fetch tags with the clone.';

function leadTime(deployments: Deployments | undefined, known: Contained, { commits }: History): Measure {
  if (!deployments) return unknown('lead-time', withoutDeployments);
  const { counted, source } = deployments;
  const own = new Set(deployments.all.map(({ commit }) => commit));
  const isChange = (commit: Commit): boolean =>
    commit.parents.length < 2 &&
    !isBot(commit) &&
    // With a GitOps controller the commit is the deployment, and the change is what it deploys.
    !(own.has(commit.hash) && source !== 'tags' && source !== 'pipeline');
  if (source === 'gitops' && commits.filter(isChange).length < own.size)
    return unknown(
      'lead-time',
      'What is deployed is written in other repositories, so its commits are not here.',
    );
  const times = counted.flatMap((deployment) =>
    (known.commitsOf(deployment) ?? [])
      .filter(isChange)
      // Clocks differ, and a rebased commit may claim to come from tomorrow.
      .map(({ authored }) => Math.max(0, deployment.at - authored)),
  );
  if (times.length === 0)
    return unknown('lead-time', 'No deployment of the period is known to bring a commit of a person.');
  const number = median(times);
  const confidence = times.length < enough * 2 ? 'low' : deployments.confidence;
  return measured(
    'lead-time',
    `${count(times.length, 'commit')} of people, each to the first deployment that contains it; merges and bots are left out. A change squashed when it was merged counts from then.`,
    {
      number,
      unit: 'seconds',
      words: `median ${inDuration(number)}, nine of ten within ${inDuration(percentile(times, 0.9))}`,
      confidence,
      events: times.length,
    },
  );
}

function failRate(
  deployments: Deployments | undefined,
  back: readonly TakenBack[],
  records: readonly IncidentRecord[],
): Measure {
  if (!deployments) return unknown('change-failure-rate', withoutDeployments);
  const { counted } = deployments;
  const caused = records.filter(({ byChange }) => byChange);
  if (back.length === 0 && records.length === 0)
    return unknown(
      'change-failure-rate',
      `No postmortem of the period is here, and none of ${count(counted.length, 'deployment')} was followed by a revert within ${repairDays} days. That nothing is written down does not say that nothing failed.`,
    );
  const failed = new Set(back.map(({ deployment }) => deployment));
  let others = 0;
  for (const record of caused) {
    const deployment = deploymentBefore(record, counted);
    if (deployment) failed.add(deployment);
    else others++;
  }
  const number = Math.min(100, ((failed.size + others) / counted.length) * 100);
  const written = records.length > 0;
  const parts = [
    `${count(back.length, 'deployment')} of which a commit was taken back within ${repairDays} days`,
    ...(written
      ? [
          `${count(caused.length, 'postmortem')} that ${caused.length === 1 ? 'speaks' : 'speak'} of a deployment, an upgrade or a rollback, of ${records.length} in the period`,
        ]
      : []),
  ];
  const least = written ? '' : ' Hotfixes and incidents leave no other trace here, so it is a lower bound.';
  return measured(
    'change-failure-rate',
    `${parts.join(', and ')}; ${count(counted.length, 'deployment')} in all.${least}`,
    {
      number,
      unit: 'percent',
      words: `${written ? '' : 'at least '}${number < 10 ? number.toFixed(1) : Math.round(number)} %`,
      confidence: written && counted.length >= enough * 2 ? 'medium' : 'low',
      events: failed.size + others,
    },
  );
}

function recoveryTime(back: readonly TakenBack[], records: readonly IncidentRecord[]): Measure {
  const told = records.flatMap(({ recovery }) => recovery ?? []);
  if (told.length > 0) {
    const number = median(told);
    const caused = records.filter(({ byChange, recovery }) => byChange && recovery !== undefined).length;
    return measured(
      'recovery-time',
      `${count(told.length, 'postmortem')} of ${records.length} in the period that ${told.length === 1 ? 'says' : 'say'} how long it took, or when it began or was noticed and when it was over; ${caused} of them ${caused === 1 ? 'speaks' : 'speak'} of a deployment, an upgrade or a rollback.`,
      {
        number,
        unit: 'seconds',
        words: `median ${inDuration(number)}`,
        // Those that are not timed may be the long ones.
        confidence: told.length >= enough && told.length >= records.length * 0.8 ? 'high' : 'medium',
        events: told.length,
      },
    );
  }
  const repaired = back.flatMap(({ recovery }) => recovery ?? []);
  if (repaired.length === 0)
    return unknown(
      'recovery-time',
      records.length > 0
        ? `${count(records.length, 'postmortem')} of the period ${records.length === 1 ? 'does' : 'do'} not say how long it took.`
        : 'No postmortem of the period is here, and no deployment was followed by the deployment of a revert.',
    );
  const number = median(repaired);
  return measured(
    'recovery-time',
    `${count(repaired.length, 'deployment')}, each to the deployment that contained the revert. Rollbacks without a commit leave no trace here, and no postmortem of the period tells when users were served again.`,
    {
      number,
      unit: 'seconds',
      words: `median ${inDuration(number)}`,
      confidence: 'low',
      events: repaired.length,
    },
  );
}

function measured(key: Measure['key'], basis: string, value: MeasuredValue): Measure {
  return { ...unknown(key, basis), value };
}

function unknown(key: Measure['key'], basis: string): Measure {
  const [title, definition] = definitions[key];
  return { key, title, definition, basis };
}

/** Days after which a history is old news. */
const oldDays = 60;

function notesOn(
  { shallow }: History,
  from: number,
  oldest: number,
  newest: number,
  today: string,
): string[] {
  const age = Math.floor((Date.parse(today) / 1000 - newest) / day);
  return [
    ...(shallow && oldest > from
      ? [
          `This clone is shallow: what came before ${isoDay(oldest)} is not here. \`git fetch --unshallow --tags\` (in GitHub Actions fetch-depth: 0) brings it.`,
        ]
      : []),
    ...(age > oldDays ? [`The newest commit is ${count(age, 'day')} old, and the period ends with it.`] : []),
  ];
}

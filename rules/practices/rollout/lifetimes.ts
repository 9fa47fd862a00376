/** How long flags live, and whom they belong to. Shared by the rules about their owners and their end. */
import type { FlagFormat, FlagKind } from '../../artifacts/flags/facts.ts';
import type { FlagDefinition, Model } from '../../model/model.ts';

/** Days a flag is expected to live, by kind; the others stay (Unleash, "Feature flag types and lifetimes"). */
const lifetimes: Readonly<Partial<Record<FlagKind, number>>> = {
  release: 40,
  experiment: 40,
  operational: 7,
};

/** undefined: a flag of this kind is meant to stay. A flag that does not say its kind is taken for a release. */
export function lifetimeOf(kind: FlagKind | undefined): number | undefined {
  return lifetimes[kind ?? 'release'];
}

export interface Ending {
  /** ISO date. */
  readonly date: string;
  /** It follows from the kind and the day the flag was made. */
  readonly derived: boolean;
}

/** The day a flag should be gone by, written down or derived; undefined where it is not known or there is none. */
export function endingOf({ facts, format }: FlagDefinition): Ending | undefined {
  if (facts.permanent) return undefined;
  if (facts.expires) return { date: facts.expires.value, derived: false };
  const known = facts.kind !== undefined || format === 'unleash';
  const days = known ? lifetimeOf(facts.kind?.value) : undefined;
  if (days === undefined || !facts.created) return undefined;
  return { date: addDays(facts.created.value, days), derived: true };
}

/**
 * Why a flag should be gone by now: its date has passed, its tool says so, or everybody gets the same value.
 * @param today ISO date
 */
export function overdue(
  definition: FlagDefinition,
  today: string,
): 'past-date' | 'past-lifetime' | 'stale' | 'rolled-out' | undefined {
  const { facts } = definition;
  const ending = endingOf(definition);
  if (ending && ending.date < today) return ending.derived ? 'past-lifetime' : 'past-date';
  if (facts.stale) return 'stale';
  return facts.constant?.value === true && !isOperational(definition) ? 'rolled-out' : undefined;
}

/** Whether its end is settled: a date, a kind with a lifetime and a first day, or a reason to have none. */
export function isEndKnown(definition: FlagDefinition): boolean {
  const { facts, format } = definition;
  if (facts.permanent || endingOf(definition)) return true;
  // Unleash keeps the first day of every flag itself, and marks what has outlived its kind; so do others.
  if (!keepsOwners(format)) return true;
  return facts.kind !== undefined && lifetimeOf(facts.kind.value) === undefined;
}

/** Whether definitions of this format have a place for owners: tools that write theirs out keep them to themselves. */
export function keepsOwners(format: FlagFormat): boolean {
  return format === 'flagd' || format === 'plain';
}

/** @param date ISO date */
export function addDays(date: string, days: number): string {
  const day = new Date(`${date}T00:00:00Z`);
  day.setUTCDate(day.getUTCDate() + days);
  return day.toISOString().slice(0, 10);
}

/** Who would answer for a flag: the owners of the code that reads it, else of its definition's file. */
export function likelyOwner(model: Model, files: readonly string[]): string | undefined {
  for (const file of files) {
    const owner = model.owners.of(file)?.owners[0];
    if (owner !== undefined) return owner;
  }
  return undefined;
}

/** Flags that are meant to be on for everybody, or off, for long: their names say so. */
export function isOperational({ facts }: FlagDefinition): boolean {
  const kind = facts.kind?.value;
  if (kind) return kind !== 'release' && kind !== 'experiment';
  return (
    facts.permanent === true ||
    /kill|disable|emergency|maintenance|fallback|circuit|throttl|limit|permission|premium|plan\b/i.test(
      facts.key.value,
    )
  );
}

/** Every flag of a model, with both of its ends and what is to be done about it, the most pressing first. */
import { undefinedReads } from '../practices/rollout/meant.ts';
import { endingOf, isEndKnown, keepsOwners, overdue } from '../practices/rollout/lifetimes.ts';
import { place, type FlagDefinition, type Model } from '../model/model.ts';
import type { Place } from '../text.ts';

/** In the order of clean-up. */
export const flagStandings = ['undefined', 'expired', 'unused', 'unowned', 'settled'] as const;
export type FlagStanding = (typeof flagStandings)[number];

export interface ListedFlag {
  readonly key: string;
  readonly standing: FlagStanding;
  /** What is known of it, in words: what is wrong first. */
  readonly words: readonly string[];
  readonly definitions: readonly Place[];
  readonly reads: readonly Place[];
}

/** Flags of production, by standing, then by key. */
export function flagList(model: Model): readonly ListedFlag[] {
  const flags: ListedFlag[] = [];
  const missing = undefinedReads(model);
  const meant = new Set(missing.map((read) => read.meant));
  for (const key of new Set(missing.map(({ read }) => read.key!))) {
    const reads = missing.filter(({ read }) => read.key === key);
    const name = reads[0]!.meant?.facts.key.value;
    flags.push({
      key,
      standing: 'undefined',
      words: [`defined nowhere${name === undefined ? '' : `; ${name} may be meant`}`],
      definitions: [],
      reads: reads.map(({ read }) => place(read.file, read.facts.key)),
    });
  }
  const byKey = new Map<string, FlagDefinition[]>();
  for (const definition of model.flags.definitions) {
    if (definition.role !== 'production' || definition.facts.archived) continue;
    const key = definition.facts.key.value;
    byKey.set(key, [...(byKey.get(key) ?? []), definition]);
  }
  for (const [key, definitions] of byKey) {
    const standings = definitions.map((one) => standingOf(one, model.today, meant.has(one)));
    const reads = new Set(definitions.flatMap((one) => one.reads));
    flags.push({
      key,
      standing: flagStandings.find((standing) => standings.includes(standing))!,
      words: flagInWords(definitions[0]!, model.today),
      definitions: definitions.map(({ file, facts }) => place(file, facts.key)),
      reads: [...reads].map((read) => place(read.file, read.facts.key)),
    });
  }
  return flags.toSorted(
    (a, b) =>
      flagStandings.indexOf(a.standing) - flagStandings.indexOf(b.standing) || (a.key < b.key ? -1 : 1),
  );
}

/** Whatever a definition says of its flag: kind, owner, age, end and who gets it. @param today ISO date */
export function flagInWords(definition: FlagDefinition, today: string): string[] {
  const { facts, format } = definition;
  const { kind, owner, created, constant, enabled, permanent } = facts;
  const ending = endingOf(definition);
  const late = ending && ending.date < today;
  return [
    ...(ending ? [`${late ? 'should have been gone by' : 'until'} ${ending.date}`] : []),
    ...(facts.stale ? ['marked as stale'] : []),
    ...(permanent ? ['meant to stay'] : []),
    ...(constant && enabled !== false ? [`everybody gets ${String(constant.value)}`] : []),
    ...(enabled === false ? ['switched off'] : []),
    owner ? `owned by ${owner.value}` : keepsOwners(format) ? 'no owner' : '',
    ...(created ? [`made on ${created.value}, ${daysBetween(created.value, today)} days ago`] : []),
    ...(kind ? [`kind ${kind.value}`] : []),
  ].filter((word) => word !== '');
}

function standingOf(definition: FlagDefinition, today: string, isMeant: boolean): FlagStanding {
  const { reads, readsAreKnown, facts, format } = definition;
  if (reads.length === 0 && readsAreKnown && !isMeant) return 'unused';
  if (overdue(definition, today)) return 'expired';
  const isOwned = facts.owner !== undefined || !keepsOwners(format);
  return isOwned && isEndKnown(definition) ? 'settled' : 'unowned';
}

function daysBetween(from: string, to: string): number {
  return Math.round((Date.parse(to) - Date.parse(from)) / 86_400_000);
}

/** What a read of an undefined flag most likely means. Shared, so that no rule calls the flag meant unused. */
import { nearest } from '../../nearest.ts';
import type { FlagDefinition, FlagRead, Model } from '../../model/model.ts';

export interface UndefinedRead {
  readonly read: FlagRead;
  /** The definition with the nearest key, where one is near. */
  readonly meant?: FlagDefinition;
}

/** Reads in production whose key is in no definition, where every definition is known. */
export function undefinedReads({ flags }: Model): UndefinedRead[] {
  const definitions = new Map(flags.definitions.map((each) => [each.facts.key.value, each]));
  return flags.reads.flatMap((read): UndefinedRead[] => {
    const { key, complete, role } = read;
    if (key === undefined || !complete || role !== 'production' || definitions.has(key)) return [];
    const name = nearest(key, definitions.keys());
    const meant = name === undefined ? undefined : definitions.get(name);
    return [{ read, ...(meant && { meant }) }];
  });
}

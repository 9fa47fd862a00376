/** Levels and profiles in words, the same wherever they are shown. */
import type { Profile } from '../practices/profiles.ts';
import { listed } from '../practices/words.ts';
import type { Reached, Unmet } from './levels.ts';

/** `Silver; for gold there is missing`, `Gold`, `Not bronze yet`. */
export function levelInWords({ level, next }: Reached): string {
  if (level === null) return `Not ${next} yet`;
  const name = level[0]!.toUpperCase() + level.slice(1);
  return next === null ? name : `${name}, not ${next} yet`;
}

export function profileInWords({ stage, kind }: Profile): string {
  return kind === 'service' ? `${stage === 'at-scale' ? 'service at scale' : `${stage} service`}` : kind;
}

/** One requirement that is not met, with what to look at. */
export function unmetInWords({ title, standing, rules, services }: Unmet): string {
  const those = services.length > 0 ? `not yet: ${listed(services)}` : rules.join(', ');
  const unknown = standing === 'unknown' ? 'cannot be told' : '';
  const why = [unknown, those].filter(Boolean).join(': ');
  return why === '' ? title : `${title} (${why})`;
}

/** Bronze, silver and gold in words. */
import type { LevelName, Reached } from '../../../server/protocol.ts';

export function levelName(level: LevelName | null): string {
  return level === null ? 'No level yet' : level[0]!.toUpperCase() + level.slice(1);
}

/** A requirement that is not met, and where to look. */
export function unmetText({ title, standing, rules, services }: Reached['missing'][number]): string {
  const those = services.length > 0 ? services.join(', ') : rules.join(', ');
  const why = [standing === 'unknown' ? 'cannot be told' : '', those].filter(Boolean).join(': ');
  return why === '' ? title : `${title} (${why})`;
}

/** How numbers and places are written, the same everywhere on the page. */
import type { Place, Score } from '../../../server/protocol.ts';

export function number(value: number): string {
  return value.toLocaleString('en-US');
}

/** `1 gap`, `1,240 gaps`. */
export function plural(value: number, noun: string): string {
  return `${number(value)} ${noun}${value === 1 ? '' : 's'}`;
}

/** `72%`, or a dash where nothing is known. */
export function percent(score: Score | undefined): string {
  return score?.percent == null ? '–' : `${score.percent}%`;
}

/** `k8s/api.yaml:14`, as terminals and editors write it. */
export function position({ path, range }: Place): string {
  return range ? `${path}:${range.start.line + 1}` : path;
}

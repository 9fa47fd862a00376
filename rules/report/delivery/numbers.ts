/** Statistics, and numbers as people say them. */
import { day } from './history.ts';

/** @param values at least one */
export function median(values: readonly number[]): number {
  return percentile(values, 0.5);
}

/** The smallest value that at least this share of the values does not exceed. @param values at least one */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)]!;
}

/** `40 minutes`, `3.5 hours`, `12 days`. */
export function inDuration(seconds: number): string {
  if (seconds < 3600) return of(seconds / 60, 'minute');
  if (seconds < 2 * day) return of(seconds / 3600, 'hour');
  return of(seconds / day, 'day');
}

/** `2.3 a day`, `1.4 a week`, `3 a month`, `2 a year`. @param perDay events a day */
export function inRate(perDay: number): string {
  if (perDay >= 1) return `${short(perDay)} a day`;
  if (perDay * 7 >= 1) return `${short(perDay * 7)} a week`;
  if (perDay * 30.4 >= 1) return `${short(perDay * 30.4)} a month`;
  return `${short(perDay * 365)} a year`;
}

function of(number: number, unit: string): string {
  const text = short(number);
  return `${text} ${unit}${text === '1' ? '' : 's'}`;
}

function short(number: number): string {
  return number < 10 ? String(Math.round(number * 10) / 10) : String(Math.round(number));
}

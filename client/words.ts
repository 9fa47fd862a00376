/** How numbers are written, the same everywhere in the client. */

/** `1 file`, `1,240 files`. */
export function count(value: number, noun: string): string {
  return `${value.toLocaleString('en-US')} ${noun}${value === 1 ? '' : 's'}`;
}

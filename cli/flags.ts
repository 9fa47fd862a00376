/** `scaleready flags`: every flag, and what is to be done about it. */
import { formatFlags, formatFlagsJson } from '../rules/report/flagsText.ts';
import { printListing, type ListingFlags } from './listing.ts';

/** @returns the exit code */
export function listFlags(paths: readonly string[], flags: ListingFlags): Promise<number> {
  return printListing(paths, flags, { human: formatFlags, json: formatFlagsJson });
}

/** `scaleready model`: what the engine believes about a repository, and why. */
import { formatModel, formatModelJson } from '../rules/report/modelText.ts';
import { printListing, type ListingFlags } from './listing.ts';

/** @returns the exit code */
export function showModel(paths: readonly string[], flags: ListingFlags): Promise<number> {
  return printListing(paths, flags, { human: formatModel, json: formatModelJson });
}

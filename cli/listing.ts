/** What `model`, `flags` and `runbooks` share: they audit folders and print one view of what was found. */
import { DiskWorkspace, Session } from '../rules/index.ts';
import type { Audited } from '../rules/report/audited.ts';
import type { Look } from '../rules/report/look.ts';
import { auditedBy } from './audit.ts';
import { exitCodes } from './exit.ts';
import { interruption } from './interrupt.ts';
import { lookFor } from './terminal.ts';
import { version } from './version.ts';
import { auditOptions, foldersOf, type CommonFlags } from './workspaces.ts';

export interface ListingFlags extends Pick<CommonFlags, 'config'> {
  readonly format: 'human' | 'json';
}

/** A view for people and one for programs. */
export interface Listing {
  human(audits: readonly Audited[], look: Look): string;
  json(audits: readonly Audited[], toolVersion: string): string;
}

/** @returns the exit code */
export async function printListing(
  paths: readonly string[],
  { format, config }: ListingFlags,
  { human, json }: Listing,
): Promise<number> {
  const optionsOf = auditOptions({ rule: [], config });
  const signal = interruption();
  const audits: Audited[] = [];
  for (const folder of foldersOf(paths)) {
    const options = optionsOf(folder);
    const session = new Session(new DiskWorkspace(folder.absolute), options);
    audits.push(auditedBy(session, folder, await session.audit(signal), options));
  }
  process.stdout.write(format === 'json' ? json(audits, version) : human(audits, lookFor(process.stdout)));
  return exitCodes.clean;
}

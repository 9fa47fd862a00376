/** `scaleready flags`: every flag, and what is to be done about it. */
import { DiskWorkspace, Session } from '../rules/index.ts';
import { auditedBy } from './audit.ts';
import { exitCodes } from './exit.ts';
import { interruption } from './interrupt.ts';
import { lookFor } from './terminal.ts';
import { version } from './version.ts';
import { auditOptions, foldersOf, type CommonFlags } from './workspaces.ts';

interface ListFlags extends Pick<CommonFlags, 'config'> {
  readonly format: 'human' | 'json';
}

/** @returns the exit code */
export async function listFlags(paths: readonly string[], { format, config }: ListFlags): Promise<number> {
  const optionsOf = auditOptions({ rule: [], config });
  const signal = interruption();
  const audits = [];
  for (const folder of foldersOf(paths)) {
    const options = optionsOf(folder);
    const session = new Session(new DiskWorkspace(folder.absolute), options);
    audits.push(auditedBy(session, folder, await session.audit(signal), options));
  }
  const { formatFlags, formatFlagsJson } = await import('../rules/report/flagsText.ts');
  process.stdout.write(
    format === 'json' ? formatFlagsJson(audits, version) : formatFlags(audits, lookFor(process.stdout)),
  );
  return exitCodes.clean;
}

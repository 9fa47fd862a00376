/** `scaleready model`: what the engine believes about a repository, and why. */
import { DiskWorkspace, Session } from '../rules/index.ts';
import { auditedBy } from './audit.ts';
import { exitCodes } from './exit.ts';
import { interruption } from './interrupt.ts';
import { lookFor } from './terminal.ts';
import { version } from './version.ts';
import { auditOptions, foldersOf, type CommonFlags } from './workspaces.ts';

interface ModelFlags extends Pick<CommonFlags, 'config'> {
  readonly format: 'human' | 'json';
}

/** @returns the exit code */
export async function showModel(paths: readonly string[], { format, config }: ModelFlags): Promise<number> {
  const optionsOf = auditOptions({ rule: [], config });
  const signal = interruption();
  const audits = [];
  for (const folder of foldersOf(paths)) {
    const options = optionsOf(folder);
    const session = new Session(new DiskWorkspace(folder.absolute), options);
    audits.push(auditedBy(session, folder, await session.audit(signal), options));
  }
  const { formatModel, formatModelJson } = await import('../rules/report/modelText.ts');
  process.stdout.write(
    format === 'json' ? formatModelJson(audits, version) : formatModel(audits, lookFor(process.stdout)),
  );
  return exitCodes.clean;
}

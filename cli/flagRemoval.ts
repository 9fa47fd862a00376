/** `scaleready flags remove`: shows what removing a flag changes and what it leaves to people, and writes it when told to. */
import { applyChanges, DiskWorkspace, nearest, Session, type Left } from '../rules/index.ts';
import { count, shownPath } from '../rules/report/audited.ts';
import { printable } from '../rules/report/characters.ts';
import { painter } from '../rules/report/look.ts';
import { exitCodes, UsageError } from './exit.ts';
import { interruption } from './interrupt.ts';
import { lookFor } from './terminal.ts';
import { printDiffs, write } from './texts.ts';
import { auditOptions, foldersOf, type CommonFlags, type Folder } from './workspaces.ts';

export interface RemovalFlags extends Pick<CommonFlags, 'config'> {
  readonly keep: 'on' | 'off';
  readonly write: boolean;
}

/** @returns the exit code: 1 where something of the flag is left */
export async function removeFlag(
  key: string,
  path: string | undefined,
  { keep, write: writes, config }: RemovalFlags,
): Promise<number> {
  const [folder] = foldersOf(path === undefined ? [] : [path]) as readonly [Folder];
  const disk = new DiskWorkspace(folder.absolute);
  const session = new Session(disk, auditOptions({ rule: [], config })(folder));
  const { model } = await session.audit(interruption());
  const keys = new Set([
    ...model.flags.definitions.map(({ facts }) => facts.key.value),
    ...model.flags.reads.flatMap((read) => read.key ?? []),
  ]);
  if (!keys.has(key)) {
    const near = nearest(key, keys);
    throw new UsageError(
      `No flag ${key} is read or defined in ${folder.shown}.${near === undefined ? '' : ` Did you mean ${near}?`}`,
    );
  }
  const { changes, left } = await session.removeFlag(key, keep === 'on');
  const textOf = (file: string): string | undefined => session.read(file)?.text;
  const texts = new Map(
    [...applyChanges(textOf, changes)].map(([file, after]) => [file, { before: textOf(file), after }]),
  );
  const rewritten = { folder, disk, texts };
  if (!writes) printDiffs([rewritten]);
  const refused = writes ? write(rewritten) : [];
  for (const message of refused) process.stderr.write(`scaleready: ${message}\n`);
  const stream = writes ? process.stdout : process.stderr;
  const paint = painter(lookFor(stream));
  const lines = left.map((one) => leftInWords(session, folder, one, paint));
  const verb = writes ? 'Removed' : 'Would remove';
  lines.push(
    paint(
      texts.size === 0
        ? `Nothing of ${key} can be removed.`
        : `${verb} ${key} from ${count(texts.size, 'file')}, as if it were ${keep} for everybody.${writes ? '' : ' Say --write to write this.'}`,
      'bold',
    ),
  );
  if (left.length > 0)
    lines.push(`${count(left.length, 'place')} ${left.length === 1 ? 'needs' : 'need'} a person.`);
  stream.write(`${lines.join('\n')}\n`);
  if (refused.length > 0) return exitCodes.internal;
  return left.length > 0 ? exitCodes.findings : exitCodes.clean;
}

function leftInWords(
  session: Session,
  folder: Folder,
  { at, why }: Left,
  paint: ReturnType<typeof painter>,
): string {
  const path = printable(shownPath(folder.shown, at.file));
  const position = at.range && session.read(at.file)?.lines.position(at.range.start);
  const where = position ? `${path}:${position.line + 1}:${position.character + 1}` : path;
  return `${paint(where, 'blue')}: ${why}`;
}

/** `scaleready fix`: applies fixes in rounds, an audit between two, and writes everything at the end. */
import {
  applyChanges,
  DiskWorkspace,
  OverlayWorkspace,
  Session,
  type Change,
  type Finding,
  type Safety,
} from '../rules/index.ts';
import { count, shownPath, type Audited } from '../rules/report/audited.ts';
import { printable } from '../rules/report/characters.ts';
import { fixCommand } from '../rules/report/human.ts';
import { painter } from '../rules/report/look.ts';
import { auditedBy, judge } from './audit.ts';
import { openCache } from './cache.ts';
import { exitCodes } from './exit.ts';
import { interruption } from './interrupt.ts';
import { lookFor, ProgressLine } from './terminal.ts';
import { printDiffs, write, type Rewritten } from './texts.ts';
import { auditOptions, foldersOf, type CommonFlags, type Folder } from './workspaces.ts';

interface FixFlags extends CommonFlags {
  readonly dryRun: boolean;
  readonly suggested: boolean;
}

/** More rounds than this are a fix that never comes to rest. */
const maxRounds = 200;

/** @returns the exit code: findings that are left do not count */
export async function fix(paths: readonly string[], flags: FixFlags): Promise<number> {
  const folders = foldersOf(paths);
  const optionsOf = auditOptions(flags);
  const signal = interruption();
  const fixed: Fixed[] = [];
  for (const folder of folders) {
    fixed.push(await fixFolder(folder, { ...optionsOf(folder), signal }, flags));
  }
  signal.throwIfAborted();
  if (flags.dryRun) printDiffs(fixed);
  const refused = flags.dryRun ? [] : fixed.flatMap(write);
  printSummary(fixed, flags);
  const { exitCode, notices } = judge(
    fixed.map(({ left }) => left),
    'never',
  );
  const failed = fixed.flatMap(({ failures }) => failures);
  for (const message of [...notices.map((notice) => notice.message), ...failed, ...refused]) {
    process.stderr.write(`scaleready: ${message}\n`);
  }
  return failed.length > 0 || refused.length > 0 ? exitCodes.internal : exitCode;
}

/** What was done to one workspace, before any of it is written. */
interface Fixed extends Rewritten {
  readonly applied: readonly Applied[];
  readonly left: Audited;
  readonly failures: readonly string[];
}

interface Applied {
  readonly finding: Finding;
  readonly title: string;
}

async function fixFolder(
  folder: Folder,
  options: ReturnType<ReturnType<typeof auditOptions>> & { signal: AbortSignal },
  { suggested, cache: cached }: FixFlags,
): Promise<Fixed> {
  const disk = new DiskWorkspace(folder.absolute);
  const overlay = new OverlayWorkspace(disk);
  const cache = cached ? openCache(folder.absolute) : undefined;
  const progress = new ProgressLine(process.stderr, `Auditing ${folder.shown}`);
  const session = new Session(overlay, {
    ...options,
    ...(cache && { cache }),
    onProgress: (state) => progress.update(state),
  });
  const texts = new Map<string, { before: string | undefined; after: string }>();
  const applied: Applied[] = [];
  try {
    let audit = await session.audit(options.signal);
    cache?.save();
    const rounds = new Rounds(session, suggested ? ['safe', 'suggested'] : ['safe'], audit.findings);
    for (let round = 0; round < maxRounds; round++) {
      const { changes, fixes } = await rounds.next(audit.findings);
      if (changes.length === 0) break;
      for (const [path, after] of applyChanges((file) => textOf(overlay, file), changes)) {
        const before = texts.has(path) ? texts.get(path)!.before : textOf(overlay, path);
        texts.set(path, { before, after });
        overlay.set(path, after);
        session.changed([path]);
      }
      applied.push(...fixes);
      audit = await session.audit(options.signal);
    }
    return {
      folder,
      disk,
      applied,
      texts,
      left: auditedBy(session, folder, audit, options),
      failures: rounds.failures,
    };
  } finally {
    progress.clear();
  }
}

function textOf(workspace: OverlayWorkspace, path: string): string | undefined {
  const reading = workspace.read(path);
  return reading.kind === 'text' ? reading.text : undefined;
}

/** Chooses the fixes that can be applied together. */
class Rounds {
  readonly failures: string[] = [];
  readonly #attempts = new Map<string, number>();
  readonly #chances = new Map<string, number>();

  constructor(
    readonly session: Session,
    readonly safeties: readonly Safety[],
    first: readonly Finding[],
  ) {
    for (const { id } of first) this.#chances.set(id, (this.#chances.get(id) ?? 0) + 1);
  }

  /** Each finding is tried once: one that stays although its fix was applied would take it again and again. */
  async next(
    findings: readonly Finding[],
  ): Promise<{ changes: readonly Change[]; fixes: readonly Applied[] }> {
    const changes: Change[] = [];
    const fixes: Applied[] = [];
    const claims = new Map<string, string>();
    for (const finding of findings) {
      const index = finding.fixes.findIndex(({ safety }) => this.safeties.includes(safety));
      const attempts = this.#attempts.get(finding.id) ?? 0;
      if (index < 0 || attempts >= (this.#chances.get(finding.id) ?? 1)) continue;
      const own = await this.#changes(finding, index);
      const files = filesOf(finding, own);
      if (files.some((file) => (claims.get(file) ?? finding.rule) !== finding.rule) || overlap(changes, own))
        continue;
      this.#attempts.set(finding.id, attempts + 1);
      if (own.length === 0) continue;
      for (const file of files) claims.set(file, finding.rule);
      changes.push(...own);
      fixes.push({ finding, title: finding.fixes[index]!.title });
    }
    return { changes, fixes };
  }

  async #changes(finding: Finding, index: number): Promise<readonly Change[]> {
    try {
      const changes = await this.session.changes(finding, index);
      applyChanges((path) => this.session.read(path)?.text, changes);
      return changes;
    } catch (error) {
      this.#attempts.set(finding.id, Infinity);
      const reason = error instanceof Error ? error.message : String(error);
      this.failures.push(
        `The fix of ${finding.rule} in ${finding.at.file} failed: ${reason}. Please report this.`,
      );
      return [];
    }
  }
}

/**
 * The files a fix looks at or changes. What one rule's fix rests on, another's must not change in the same round: the
 * probe is pointed at a route, or the route is added, and the second of these is no longer needed after the first.
 */
function filesOf(finding: Finding, changes: readonly Change[]): readonly string[] {
  const places = [finding.at, ...finding.related.map(({ at }) => at)];
  return [...new Set([...places, ...changes].map(({ file }) => file))];
}

function overlap(some: readonly Change[], others: readonly Change[]): boolean {
  return others.some((other) =>
    some.some((one) => {
      if (one.file !== other.file) return false;
      if (one.kind === 'create' || other.kind === 'create') return true;
      return one.range.start <= other.range.end && other.range.start <= one.range.end;
    }),
  );
}

/** On standard error in a dry run: standard output is the diff alone, ready to be applied. */
function printSummary(fixed: readonly Fixed[], { dryRun, suggested }: FixFlags): void {
  const stream = dryRun ? process.stderr : process.stdout;
  const paint = painter(lookFor(stream));
  const lines = fixed.flatMap(({ folder, applied }) =>
    applied.map(({ finding, title }) => {
      const path = printable(shownPath(folder.shown, finding.at.file));
      return `${paint(path, 'blue')}: ${printable(title)} ${paint(`(${finding.rule})`, 'dim')}`;
    }),
  );
  const number = lines.length;
  const texts = fixed.flatMap((one) => [...one.texts.values()]);
  const created = texts.filter(({ before }) => before === undefined).length;
  const aside = created > 0 ? `, ${created} of them new` : '';
  const verb = dryRun ? 'Would fix' : 'Fixed';
  const where = `in ${count(texts.length, 'file')}${aside}`;
  lines.push(
    paint(number === 0 ? 'Nothing to fix.' : `${verb} ${count(number, 'finding')} ${where}.`, 'bold'),
  );
  const left = fixed.flatMap((one) => one.left.audit.findings);
  if (left.length > 0) lines.push(leftInWords(left, suggested));
  stream.write(`${lines.join('\n')}\n`);
}

function leftInWords(left: readonly Finding[], suggested: boolean): string {
  const offered = suggested
    ? 0
    : left.filter(({ fixes }) => fixes.some(({ safety }) => safety === 'suggested')).length;
  const rest = left.length - offered;
  const parts = [
    ...(offered > 0 ? [`${offered} with a suggested fix (${fixCommand('suggested')})`] : []),
    ...(rest > 0 ? [`${rest} for you to decide (scaleready audit)`] : []),
  ];
  return `${count(left.length, 'finding')} ${left.length === 1 ? 'is' : 'are'} left: ${parts.join(', ')}.`;
}

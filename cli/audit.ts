/** `scaleready audit`: audits each folder and reports. */
import { accessSync, constants, realpathSync } from 'node:fs';
import { dirname, isAbsolute, relative, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import {
  compareSeverity,
  DiskWorkspace,
  MemoryWorkspace,
  Session,
  threadedReaders,
  type AuditOptions,
  type Severity,
} from '../rules/index.ts';
import { newFindings, type Audited, type Reported } from '../rules/report/audited.ts';
import { openBaseline } from './baseline.ts';
import { openCache } from './cache.ts';
import { exitCodes, UsageError } from './exit.ts';
import { writeAtomically } from './files.ts';
import { interruption } from './interrupt.ts';
import { lookFor, plainLook, ProgressLine } from './terminal.ts';
import { version } from './version.ts';
import { auditOptions, foldersOf, quoted, reasonOf, type CommonFlags, type Folder } from './workspaces.ts';

interface AuditFlags extends CommonFlags {
  readonly format: 'human' | 'json' | 'sarif';
  readonly output?: string;
  readonly failOn: Severity | 'never';
  readonly summary: boolean;
  readonly baseline?: string;
  readonly updateBaseline: boolean;
}

/** @returns the exit code */
export async function audit(paths: readonly string[], flags: AuditFlags): Promise<number> {
  const start = performance.now();
  const folders = foldersOf(paths);
  const optionsOf = auditOptions(flags);
  if (flags.output !== undefined) requireFolderOf(flags.output);
  const baseline = openBaseline(flags);
  const signal = interruption();
  const audits: Reported[] = [];
  for (const folder of folders) {
    const audited = await auditFolder(folder, { ...optionsOf(folder), signal }, flags.cache);
    const compared = { ...audited, ...baseline?.compare(folder, audited.audit.findings) };
    audits.push(flags.format === 'sarif' ? compared : withoutModel(compared));
  }
  const verdict = judge(audits, flags.failOn);
  const report = await render(audits, folders, flags, verdict, performance.now() - start);
  signal.throwIfAborted();
  if (flags.updateBaseline && verdict.notices.length === 0) baseline!.save();
  deliver(report, flags.output);
  for (const { message } of verdict.notices) process.stderr.write(`scaleready: ${message}\n`);
  return verdict.exitCode;
}

/** Audits one folder, with progress on a terminal and, if wanted, the facts of earlier runs. */
export async function auditFolder(folder: Folder, options: AuditOptions, cached: boolean): Promise<Audited> {
  const cache = cached ? openCache(folder.absolute) : undefined;
  const progress = new ProgressLine(process.stderr, `Auditing ${folder.shown}`);
  const readers = threadedReaders(folder.absolute);
  const session = new Session(new DiskWorkspace(folder.absolute), {
    ...options,
    ...(cache && { cache }),
    ...(readers && { readers }),
    onProgress: (state) => progress.update(state),
  });
  try {
    const result = await session.audit(options.signal);
    cache?.save();
    return auditedBy(session, folder, result, options);
  } finally {
    readers?.stop();
    progress.clear();
  }
}

/** Of a thousand repositories, only what is shown is kept. */
function withoutModel({ folder, audit, baseline, read }: Audited): Reported {
  const { suppressed, scorecard, files } = audit;
  const slim = new Map(
    audit.findings.map((finding) => [
      finding,
      { ...finding, fixes: finding.fixes.map(({ title, safety }) => ({ title, safety, changes: () => [] })) },
    ]),
  );
  return {
    folder,
    audit: { findings: [...slim.values()], suppressed, scorecard, files },
    ...(baseline && {
      baseline: { ...baseline, known: new Set([...baseline.known].map((finding) => slim.get(finding)!)) },
    }),
    read,
  };
}

/** What the formats need of an audit that this session has made. */
export function auditedBy(
  session: Session,
  folder: Folder,
  audit: Audited['audit'],
  { configuration }: AuditOptions,
): Audited {
  const given =
    configuration && new Session(new MemoryWorkspace({ [configuration.path]: configuration.text }));
  return {
    folder: folder.shown,
    audit,
    read: (path) => (path === configuration?.path ? given!.read(path) : session.read(path)),
    changes: (finding, index) => session.changes(finding, index),
  };
}

/** How an audit ended: the exit code, and in sentences what kept it from being a success besides findings. */
interface Verdict {
  readonly exitCode: number;
  readonly notices: readonly { readonly level: 'error'; readonly message: string }[];
}

/** The exit code that these audits deserve, whatever was found. */
export function judge(audits: readonly Reported[], failOn: Severity | 'never'): Verdict {
  const findings = audits.flatMap(newFindings);
  const notices: Verdict['notices'][number][] = [];
  let exitCode: number = exitCodes.clean;
  const has = (rule: string): boolean => findings.some((finding) => finding.rule === rule);
  if (failOn !== 'never' && findings.some(({ severity }) => compareSeverity(severity, failOn) >= 0))
    exitCode = exitCodes.findings;
  for (const { folder, audit } of audits) {
    if (audit.files.parsed > 0) continue;
    exitCode = exitCodes.usage;
    notices.push({
      level: 'error',
      message: nothingFound(folder, audit.files.seen, audit.files.skipped.length),
    });
  }
  if (has('scaleready/configuration-invalid')) {
    exitCode = exitCodes.usage;
    notices.push({
      level: 'error',
      message: 'The configuration has mistakes, and those parts of it are not in force.',
    });
  }
  if (has('scaleready/rule-failed')) {
    exitCode = exitCodes.internal;
    notices.push({
      level: 'error',
      message: 'A rule failed, so what it would have found is missing. Please report this.',
    });
  }
  return { exitCode, notices };
}

function nothingFound(folder: string, seen: number, skipped: number): string {
  const where = folder === '.' ? 'the current folder' : quoted(folder);
  const reason =
    seen === 0
      ? 'it holds no files, or all are ignored'
      : skipped > 0
        ? 'what could have been checked was skipped'
        : `none of its ${seen} files is of a kind that is checked`;
  return `No file to check was found in ${where}: ${reason}.`;
}

async function render(
  audits: readonly Reported[],
  folders: readonly Folder[],
  flags: AuditFlags,
  { notices }: Verdict,
  milliseconds: number,
): Promise<string> {
  if (flags.format === 'json') {
    const { formatJson } = await import('../rules/report/json.ts');
    return formatJson(audits, version);
  }
  if (flags.format === 'sarif') {
    const { formatSarif } = await import('../rules/report/sarif.ts');
    return formatSarif(audits, { toolVersion: version, ...addresses(folders) }, notices);
  }
  const { formatHuman } = await import('../rules/report/human.ts');
  const look = flags.output === undefined ? lookFor(process.stdout) : plainLook;
  return formatHuman(audits, look, { milliseconds, summary: flags.summary });
}

/** Links are resolved, as GitHub asks: it shows nothing for a path that leads through one. */
function addresses(folders: readonly Folder[]): {
  root: string;
  locate(folder: string): { below: string } | { uri: string };
} {
  const here = realpathSync(process.cwd());
  const folderUri = (path: string): string => `${pathToFileURL(path).href.replace(/\/$/, '')}/`;
  return {
    root: folderUri(here),
    locate(shown) {
      const real = realpathSync(folders.find((folder) => folder.shown === shown)!.absolute);
      const path = relative(here, real);
      if (path === '') return { below: '' };
      const outside = path === '..' || path.startsWith(`..${sep}`) || isAbsolute(path);
      return outside ? { uri: folderUri(real) } : { below: `${path.replaceAll(sep, '/')}/` };
    },
  };
}

/** Says so before the work and not after it. */
function requireFolderOf(output: string): void {
  try {
    accessSync(dirname(output), constants.W_OK);
  } catch (error) {
    throw new UsageError(`The report cannot be written to ${quoted(output)}: ${reasonOf(error)}.`);
  }
}

function deliver(report: string, output: string | undefined): void {
  if (output === undefined) {
    process.stdout.write(report);
    return;
  }
  try {
    writeAtomically(output, report);
  } catch (error) {
    throw new UsageError(`The report cannot be written to ${quoted(output)}: ${reasonOf(error)}.`);
  }
}

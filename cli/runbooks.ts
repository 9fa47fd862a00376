/** `scaleready runbooks`: what pages there are and what lacks one; and a new page, filled with what is known. */
import { relative, resolve, sep } from 'node:path';
import { DiskWorkspace, newRunbook, Session, type Model, type NewRunbook } from '../rules/index.ts';
import { formatRunbooks, formatRunbooksJson } from '../rules/report/runbooksText.ts';
import { exitCodes, UsageError } from './exit.ts';
import { createBelow } from './files.ts';
import { interruption } from './interrupt.ts';
import { printListing, type ListingFlags } from './listing.ts';
import { auditOptions, didYouMean, foldersOf, quoted, reasonOf, type CommonFlags } from './workspaces.ts';

/** @returns the exit code */
export function showRunbooks(paths: readonly string[], flags: ListingFlags): Promise<number> {
  return printListing(paths, flags, { human: formatRunbooks, json: formatRunbooksJson });
}

export interface NewRunbookFlags extends Pick<CommonFlags, 'config'> {
  readonly alert?: string;
  readonly service?: string;
  readonly output?: string;
}

/**
 * Writes a page to the current folder, and never over another one.
 * @returns the exit code
 */
export async function createRunbook(title: string | undefined, flags: NewRunbookFlags): Promise<number> {
  const about = subjectOf(title, flags);
  const output = flags.output === undefined ? undefined : pathBelow(flags.output);
  const [folder] = foldersOf([]);
  const session = new Session(
    new DiskWorkspace(folder!.absolute),
    auditOptions({ rule: [], config: flags.config })(folder!),
  );
  const { model } = await session.audit(interruption());
  const page = await newRunbook(model, about, output);
  if (!page) throw new UsageError(unknown(about, model));
  try {
    createBelow(folder!.absolute, page.path, page.text);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST')
      throw new UsageError(`${quoted(page.path)} is there already; --output names another file.`);
    throw new UsageError(`${quoted(page.path)} cannot be written: ${reasonOf(error)}`);
  }
  process.stdout.write(`${page.path}\n`);
  return exitCodes.clean;
}

function subjectOf(title: string | undefined, { alert, service }: NewRunbookFlags): NewRunbook {
  const given = [alert, service, title].filter((name) => name !== undefined);
  if (given.length !== 1)
    throw new UsageError('Name one thing the runbook is about: --alert NAME, --service NAME, or a title.');
  const name = given[0]!.replace(/\s+/g, ' ').trim();
  if (name === '') throw new UsageError('What the runbook is about must not be empty.');
  return alert !== undefined ? { alert: name } : service !== undefined ? { service: name } : { title: name };
}

/** Links on the page are relative to it, so it has to be in the repository. */
function pathBelow(output: string): string {
  const path = relative(resolve('.'), resolve(output));
  if (path === '' || path === '..' || path.startsWith(`..${sep}`) || resolve(path) !== resolve(output))
    throw new UsageError(`${quoted(output)} is not below the current folder, where the repository is.`);
  return path.split(sep).join('/');
}

function unknown(about: NewRunbook, { alerts, services }: Model): string {
  if ('alert' in about)
    return `There is no alert ${quoted(about.alert)} here.${didYouMean(
      about.alert,
      alerts.map(({ facts }) => facts.name.value),
    )}`;
  if ('service' in about)
    return `There is no service ${quoted(about.service)} here.${didYouMean(
      about.service,
      services.map(({ name }) => name),
    )}`;
  return 'Nothing can be written about that.';
}

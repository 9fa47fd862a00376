/** What tells of deployments that failed and of how long it took to recover: reverts in git, and postmortems. */
import type { Model } from '../../model/model.ts';
import { postmortems } from '../../practices/runbooks/kinds.ts';
import type { Contained } from './contained.ts';
import type { Deployment } from './deployments.ts';
import { day, isoDay, type Commit, type History } from './history.ts';
import { groupBy } from '../../groups.ts';

/** A commit that took back something within so many days of its deployment repaired it, and was no change of mind. */
export const repairDays = 7;

/** A deployment of which something was taken back soon after. */
export interface TakenBack {
  readonly deployment: Deployment;
  readonly by: Commit;
  /** Seconds until the deployment that contained the revert; undefined while there is none. */
  readonly recovery?: number;
}

/** What one postmortem says. */
export interface IncidentRecord {
  readonly file: string;
  readonly title: string;
  /** Seconds since 1970, as the page's clock has it. */
  readonly began?: number;
  /** Seconds since 1970: when it began, else when the page was first committed. */
  readonly dated?: number;
  /** Seconds from when it began or was noticed until it was over. */
  readonly recovery?: number;
  /** It speaks of a deployment, an upgrade or a change that was rolled back. */
  readonly byChange: boolean;
}

/** Deployments of the period that were taken back; each once, by its first revert. */
export function takenBack(
  { commits }: History,
  counted: readonly Deployment[],
  { deploymentOf }: Contained,
): TakenBack[] {
  const inPeriod = new Set(counted);
  const byHash = new Map(commits.map((commit) => [commit.hash, commit]));
  const bySubject = groupBy(commits, ({ subject }) => subject);
  const found = new Map<Deployment, TakenBack>();
  for (const commit of commits.toReversed()) {
    const reverted = isProduct(commit) ? revertedBy(commit, byHash, bySubject) : undefined;
    const deployment = reverted === undefined ? undefined : deploymentOf(reverted);
    if (!deployment || !inPeriod.has(deployment) || found.has(deployment)) continue;
    const repair = deploymentOf(commit.hash);
    const soon = commit.committed >= deployment.at && commit.committed - deployment.at <= repairDays * day;
    // Taken back before it was ever deployed, it failed nobody.
    if (!soon || repair === deployment) continue;
    found.set(deployment, {
      deployment,
      by: commit,
      ...(repair && repair.at > deployment.at && { recovery: repair.at - deployment.at }),
    });
  }
  return [...found.values()];
}

/** What it touches reaches users; a pipeline, a test or a page that is taken back failed none of them. */
function isProduct({ files, subject }: Commit): boolean {
  if (/^(?:revert:? "?)?(?:ci|docs?|tests?|style)\b/i.test(subject)) return false;
  const beside =
    /^\.(?:github|gitlab|circleci|vscode)\/|(?:^|\/)(?:docs?|tests?|__tests__|e2e|spec)\/|\.(?:md|mdx|test\.\w+|spec\.\w+)$|(?:^|\/)\.?(?:eslint|prettier|gitlab-ci|editorconfig)/i;
  return files.length === 0 || files.some((file) => !beside.test(file));
}

/** By the hash in its message, as git writes it, or by the title, as GitHub does. What takes a revert back repairs nothing. */
function revertedBy(
  { subject, reverts, committed }: Commit,
  byHash: ReadonlyMap<string, Commit>,
  bySubject: ReadonlyMap<string, readonly Commit[]>,
): string | undefined {
  const [hash] = reverts;
  const [, title] = /^Revert "(.*)"(?: \(#\d+\))?$/.exec(subject) ?? [];
  const reverted =
    hash !== undefined
      ? byHash.get(hash)
      : title !== undefined
        ? bySubject.get(title)?.find((commit) => commit.committed < committed)
        : undefined;
  return reverted && reverted.reverts.length === 0 && !/^revert\b/i.test(reverted.subject)
    ? reverted.hash
    : undefined;
}

/** Every postmortem, with what it says about time. */
export function incidentRecords(model: Model, { commits }: Pick<History, 'commits'>): IncidentRecord[] {
  const written = new Map<string, number>();
  for (const { files, committed } of commits) for (const file of files) written.set(file, committed);
  return postmortems(model).map(({ file, facts: { incident }, title }) => {
    const at = secondsOf(
      incident?.began ?? incident?.detected ?? incident?.resolved ?? dateIn(file) ?? dateIn(title),
    );
    const recovery = incident?.minutes === undefined ? undefined : incident.minutes * 60;
    const dated = at ?? written.get(file);
    return {
      file,
      title,
      ...(at !== undefined && { began: at }),
      ...(dated !== undefined && { dated }),
      ...(recovery !== undefined && { recovery }),
      byChange: incident?.byChange ?? false,
    };
  });
}

function dateIn(text: string): string | undefined {
  const [, year, month, date] = /(?<!\d)(20\d{2})[-_.]?([01]\d)[-_.]?([0-3]\d)(?!\d)/.exec(text) ?? [];
  return year && `${year}-${month}-${date}`;
}

function secondsOf(stamp: string | undefined): number | undefined {
  const at = stamp === undefined ? NaN : Date.parse(stamp.includes('T') ? `${stamp}:00Z` : stamp) / 1000;
  return Number.isNaN(at) ? undefined : at;
}

/** The deployment that an incident most likely came from: the last one of the days before it. */
export function deploymentBefore(
  { began }: IncidentRecord,
  counted: readonly Deployment[],
): Deployment | undefined {
  if (began === undefined) return undefined;
  // A page often gives the day alone.
  return counted.findLast(({ at }) => at <= began + day && began - at <= repairDays * day);
}

export function inPeriod({ dated }: IncidentRecord, from: number, to: number): boolean {
  return dated !== undefined && isoDay(dated) >= isoDay(from) && isoDay(dated) <= isoDay(to);
}

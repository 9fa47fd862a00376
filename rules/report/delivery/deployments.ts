/**
 * What in the history tells of a deployment, from the surest sign to the weakest: a GitOps controller's new image, release
 * tags, commits that say they release, and a pipeline that deploys whatever is pushed. Only one kind of sign is counted, as
 * two of them may tell of the same deployment.
 */
import type { Model } from '../../model/model.ts';
import { isThrowaway, deliveryOf } from '../../model/pipelineWork.ts';
import { isoDay, type Commit, type History } from './history.ts';
import { releasedBy, releaseSubject } from './releaseTags.ts';
import { count } from '../audited.ts';

export type DeploymentSource = 'gitops' | 'tags' | 'release-commits' | 'pipeline';
export type Confidence = 'high' | 'medium' | 'low';

export interface Deployment {
  /** Seconds since 1970. */
  readonly at: number;
  readonly commit: string;
  /** The tag, or the first words of the commit. */
  readonly name: string;
}

export interface Deployments {
  readonly source: DeploymentSource;
  /** Oldest first, those before the period included. */
  readonly all: readonly Deployment[];
  /** Those of the period. */
  readonly counted: readonly Deployment[];
  readonly confidence: Confidence;
  /** A full sentence: what was taken as a deployment. */
  readonly basis: string;
}

/** With fewer events than this a number may be chance. */
export const enough = 5;

/**
 * Files and folders of which a GitOps controller takes what it deploys: those that its objects name, and they themselves.
 * Other stages than production are left out where production can be told from them.
 */
export function gitopsPaths({ gitops, files, role }: Model): readonly string[] {
  const paths = gitops
    .filter(({ file }) => role(file) === 'production')
    .flatMap(({ file, facts }) => [
      file,
      ...facts.releases.flatMap(({ paths }) =>
        paths
          .map(({ value }) => value.replace(/^\.?\//, '').replace(/\/$/, ''))
          .filter((path) => path !== '' && files.hasFolder(path)),
      ),
    ]);
  const unique = [...new Set(paths)];
  const production = unique.filter((path) => !otherStage.test(path));
  return production.length > 0 ? production : unique;
}

const otherStage =
  /(?:^|[-/_.])(?:dev|develop|development|staging|stage|test|testing|qa|uat|preview|sandbox)(?:$|[-/_.])/i;

/** @param from the first second of the period @returns undefined where nothing tells of deployments */
export function deploymentsOf(model: Model, history: History, from: number): Deployments | undefined {
  const found =
    byGitops(model, history, from) ??
    byTags(history, from) ??
    byReleaseCommits(history, from) ??
    byPipeline(model, history, from);
  return found && found.counted.length < enough ? { ...found, confidence: 'low' } : found;
}

function byGitops(model: Model, { commits, imageChanges }: History, from: number): Deployments | undefined {
  const all = commits.filter(({ hash }) => imageChanges.has(hash)).map(asDeployment);
  const paths = gitopsPaths(model).filter((path) => !/\.ya?ml$/i.test(path));
  const shown =
    paths.length > 0 ? ` below ${paths.slice(0, 3).join(', ')}${paths.length > 3 ? ' …' : ''}` : '';
  return several(
    'gitops',
    all,
    from,
    'high',
    (counted) =>
      `${count(counted.length, 'commit')} that set another image, chart or version${shown}, which a GitOps controller deploys; that it did so is presumed.`,
  );
}

function byTags({ tags }: History, from: number): Deployments | undefined {
  const components = new Set<string>();
  const byCommit = new Map<string, Deployment>();
  for (const { name, commit, created } of tags) {
    const component = releasedBy(name);
    if (component === undefined) continue;
    components.add(component);
    const known = byCommit.get(commit);
    // Several tags on one commit are one release of several parts, or of one part under several names.
    if (!known || created < known.at) byCommit.set(commit, { at: created, commit, name });
  }
  const of = components.size > 1 ? ` of ${components.size} parts, those on one commit taken as one,` : '';
  return several('tags', [...byCommit.values()], from, 'medium', (counted) => {
    const [first, last] = [counted[0]!, counted.at(-1)!];
    return `${count(counted.length, 'release tag')}${of} from ${first.name} (${isoDay(first.at)}) to ${last.name} (${isoDay(last.at)}); that each release was deployed when it was tagged is presumed.`;
  });
}

function byReleaseCommits({ commits }: History, from: number): Deployments | undefined {
  const all = commits
    .filter(({ subject, parents }) => parents.length < 2 && releaseSubject.test(subject))
    .map(asDeployment);
  return several(
    'release-commits',
    all,
    from,
    'medium',
    (counted) =>
      `${count(counted.length, 'commit')} that say they release, such as “${counted.at(-1)!.name}”, as this clone has no release tags of the period; that each was deployed is presumed.`,
  );
}

function byPipeline(model: Model, { commits }: History, from: number): Deployments | undefined {
  const job = model.pipelines.jobs.find(
    ({ triggers, steps }) =>
      triggers.includes('push') && !isThrowaway(steps) && steps.some((step) => deliveryOf(step) === 'deploy'),
  );
  if (!job) return undefined;
  const all = firstParents(commits).map(asDeployment);
  return several('pipeline', all, from, 'low', (counted) =>
    `${count(counted.length, 'push')}es to the branch, as the job ${job.facts.name.value} of ${job.file} deploys when something is pushed; which of its runs succeeded is not in the repository.`.replace(
      '1 pushes',
      '1 push',
    ),
  );
}

function several(
  source: DeploymentSource,
  found: readonly Deployment[],
  from: number,
  confidence: Confidence,
  basis: (counted: readonly Deployment[]) => string,
): Deployments | undefined {
  const all = found.toSorted((a, b) => a.at - b.at);
  const counted = all.filter(({ at }) => at >= from);
  return counted.length === 0 ? undefined : { source, all, counted, confidence, basis: basis(counted) };
}

function asDeployment({ hash, committed, subject }: Commit): Deployment {
  return { at: committed, commit: hash, name: subject.slice(0, 60) };
}

/** What the branch itself went through, without the commits of what was merged into it. */
function firstParents(commits: readonly Commit[]): Commit[] {
  const byHash = new Map(commits.map((commit) => [commit.hash, commit]));
  const line: Commit[] = [];
  for (let commit = commits[0]; commit; commit = byHash.get(commit.parents[0] ?? '')) line.push(commit);
  return line;
}

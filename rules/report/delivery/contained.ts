/** Which deployment brought which commit: the first one that contains it. */
import type { Deployment } from './deployments.ts';
import type { Commit } from './history.ts';

export interface Contained {
  /** The deployment that first contained this commit; undefined: not deployed yet, or before what is known. */
  deploymentOf(hash: string): Deployment | undefined;
  /** Commits that a deployment was the first to contain; undefined for the first one known, as nobody knows what it brought. */
  commitsOf(deployment: Deployment): readonly Commit[] | undefined;
}

/** @param deployments oldest first */
export function contained(commits: readonly Commit[], deployments: readonly Deployment[]): Contained {
  const byHash = new Map(commits.map((commit) => [commit.hash, commit]));
  const first = new Map<string, Deployment>();
  const brought = new Map<Deployment, Commit[]>();
  for (const deployment of deployments) {
    const own: Commit[] = [];
    const pending = [deployment.commit];
    for (let hash = pending.pop(); hash !== undefined; hash = pending.pop()) {
      const commit = byHash.get(hash);
      if (!commit || first.has(hash)) continue;
      first.set(hash, deployment);
      own.push(commit);
      pending.push(...commit.parents);
    }
    brought.set(deployment, own);
  }
  return {
    deploymentOf: (hash) => first.get(hash),
    commitsOf: (deployment) => (deployment === deployments[0] ? undefined : brought.get(deployment)),
  };
}

/** The history of a repository as plain data. Where it is read from is the host's business. */

export interface History {
  /** The branch that is checked out; undefined for a detached HEAD. */
  readonly branch?: string;
  /** Everything HEAD and the release tags lead to since a while before the period; newest first. */
  readonly commits: readonly Commit[];
  readonly tags: readonly Tag[];
  /** Commits that set another image, chart or tag below the folders that were asked for. */
  readonly imageChanges: ReadonlySet<string>;
  /** The clone was cut, so that what came before its oldest commits is not there. */
  readonly shallow: boolean;
}

export interface Commit {
  readonly hash: string;
  readonly parents: readonly string[];
  readonly author: string;
  readonly email: string;
  /** Seconds since 1970. */
  readonly authored: number;
  readonly committed: number;
  readonly subject: string;
  /** Commits that its message says it takes back. */
  readonly reverts: readonly string[];
  /** Empty for a merge. */
  readonly files: readonly string[];
}

export interface Tag {
  readonly name: string;
  /** The commit that it leads to. */
  readonly commit: string;
  /** Seconds since 1970: when it was made, else its commit. */
  readonly created: number;
}

export const day = 86_400;

export function isoDay(seconds: number): string {
  return new Date(seconds * 1000).toISOString().slice(0, 10);
}

/** Written by a program: an update bot, a release tool, a pipeline. */
export function isBot({ author, email }: Commit): boolean {
  return /\[bot\]|\bbot\b|[-_]bot(?:@|$)|^bot[-_]|\b(?:dependabot|renovate|github[- ]actions?|semantic-release|image-updater|jenkins|weblate|crowdin|copybara|snyk|greenkeeper)\b|fluxcd?bot/i.test(
    `${author} ${email}`,
  );
}

import type { Ranged, TextRange } from '../../text.ts';

/** What keeps dependencies up to date: Dependabot or Renovate. */
export interface UpdateFacts {
  readonly tool: 'dependabot' | 'renovate';
  /** What Dependabot is told to look after; Renovate looks after everything it knows. */
  readonly ecosystems: readonly EcosystemFacts[];
  /** The list of these, so that one can be added. */
  readonly list?: TextRange;
}

export interface EcosystemFacts {
  /** As Dependabot names it: `npm`, `docker`, `github-actions`. */
  readonly name: Ranged<string>;
  /** Folders or patterns, from the root with a leading `/`. */
  readonly folders: readonly string[];
}

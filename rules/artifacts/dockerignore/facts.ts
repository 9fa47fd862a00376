import type { Ranged } from '../../text.ts';

/** A .dockerignore file, line by line. */
export interface DockerignoreFacts {
  /** Relative to the build context, without `!` and without `/` at either end. */
  readonly patterns: readonly (Ranged<string> & { readonly negated: boolean })[];
}

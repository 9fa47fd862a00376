import type { Ranged, TextRange } from '../../text.ts';

/** A pipeline's file, or a composite action that pipelines use: the same facts for every system. */
export interface CiFacts {
  readonly system: CiSystem;
  /** What starts it, in GitHub's words: `push`, `pull_request`, `schedule`, `workflow_call` … Empty where not said. */
  readonly triggers: readonly string[];
  readonly jobs: readonly JobFacts[];
  /** Only one run of the whole file at a time, in each group. */
  readonly concurrency: boolean;
  /** Jobs or steps of it are written in other files that were not followed: includes, orbs, templates, libraries. */
  readonly open: boolean;
  /** A tool has written it from another file, and says that nobody should edit it. */
  readonly generated?: true;
}

export type CiSystem = 'github' | 'github-action' | 'gitlab' | 'circleci' | 'azure' | 'jenkins';

export interface JobFacts {
  readonly name: Ranged<string>;
  /** Its mapping, so that an entry can be added. */
  readonly body?: TextRange;
  readonly steps: readonly StepFacts[];
  readonly timeout: boolean;
  readonly concurrency: boolean;
  /** The environment it deploys to; expressions as they are written. */
  readonly environment?: string;
  /** The workflow or template that it consists of. */
  readonly calls?: Ranged<string>;
  /** Values of the matrix, as far as they are literal. */
  readonly matrix: Readonly<Record<string, readonly string[]>>;
}

export interface StepFacts {
  /** Of the key that says what is done. */
  readonly range: TextRange;
  readonly uses?: ActionUse;
  /** Scalar inputs of what it uses. */
  readonly with?: Readonly<Record<string, string>>;
  /** Where its commands run, as far as it is said. */
  readonly folder?: string;
  /**
   * The commands of its script, each with its arguments; the program without its folder is first. Expressions of the
   * system are shell variables: `$matrix.service` for that of a matrix, `$expression` for all others.
   */
  readonly commands: readonly (readonly string[])[];
}

/** An action, an orb's command or a task, such as `actions/checkout` with `v4`. */
export interface ActionUse {
  readonly name: string;
  readonly version?: string;
  /** The version that is noted behind a commit, as in `# v4.2.2`. */
  readonly note?: string;
  readonly range: TextRange;
}

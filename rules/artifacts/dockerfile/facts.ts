import type { Ranged, TextRange } from '../../text.ts';
import type { ShellScript } from '../shell/facts.ts';

/** A base image or `--from` image as written, with build arguments that have a default replaced. */
export interface ImageReference {
  /** As it stands in the file. */
  readonly text: string;
  /** After replacing build arguments; undefined when one has no default, or half of it is typed: then a missing tag proves nothing. */
  readonly resolved?: string;
  /** Repository with registry, without tag and digest: `gcr.io/distroless/static`. */
  readonly name?: string;
  readonly tag?: string;
  readonly digest?: string;
}

export interface DockerInstruction {
  /** Upper case: `RUN`, `COPY`. */
  readonly keyword: string;
  readonly range: TextRange;
  readonly keywordRange: TextRange;
  /** Everything after the keyword, continuation lines included. */
  readonly argumentsRange?: TextRange;
  /** The arguments with comments and continuations taken out. */
  readonly arguments: string;
  /** The stage it belongs to; -1 before the first FROM. */
  readonly stage: number;
}

/** CMD, ENTRYPOINT or the command of a HEALTHCHECK. */
export interface DockerCommand {
  readonly form: 'exec' | 'shell';
  /** exec form: the array. Shell form: the text as one element. */
  readonly words: readonly string[];
  readonly range: TextRange;
  readonly argumentsRange: TextRange;
}

export interface DockerStage {
  readonly index: number;
  readonly name?: string;
  readonly from: Ranged<ImageReference>;
  /** The index of the stage that FROM names, where it names one rather than an image. */
  readonly baseStage?: number;
  readonly range: TextRange;
  /** Values after build arguments are replaced, or as written (`$`) where one is unknown; the last one counts. */
  readonly users: readonly Ranged<string>[];
  readonly workdir?: Ranged<string>;
  readonly exposes: readonly Ranged<number>[];
  readonly cmd?: DockerCommand;
  readonly entrypoint?: DockerCommand;
  /** `NONE` is `none: true`. */
  readonly healthcheck?: {
    readonly none: boolean;
    readonly command?: DockerCommand;
    readonly range: TextRange;
  };
  /** ENV of this stage. */
  readonly environment: Readonly<Record<string, Ranged<string>>>;
  readonly copies: readonly DockerCopy[];
  readonly runs: readonly DockerRun[];
  /** RUN behind ONBUILD: what builds that start from this image run. */
  readonly onbuildRuns?: readonly DockerRun[];
  /** The last SHELL. */
  readonly shell?: Ranged<readonly string[]>;
}

/** A RUN: its value is the command without flags; the bodies of here-documents follow on lines of their own. */
export interface DockerRun extends Ranged<string> {
  readonly form: 'shell' | 'exec' | 'heredoc';
  /** Of the RUN keyword. */
  readonly keywordRange: TextRange;
  readonly mounts: readonly DockerMount[];
  /** What it runs; undefined where SHELL or a Windows base image names a shell that is not POSIX's. */
  readonly script?: ShellScript;
  /** The SHELL that runs it, where one is set in this stage or in those below. */
  readonly shell?: readonly string[];
}

/** `RUN --mount`. Source: https://docs.docker.com/reference/dockerfile/#run---mount */
export interface DockerMount {
  /** `bind`, `cache`, `tmpfs`, `secret`, `ssh`. */
  readonly type: string;
  /** As written; variables are not replaced. */
  readonly target?: string;
}

export interface DockerCopy {
  readonly keyword: 'COPY' | 'ADD';
  /** A stage's name or index, or an image. */
  readonly from?: string;
  /** The index of the stage that `from` names, or the image where it names none. */
  readonly fromStage?: number;
  readonly fromImage?: Ranged<ImageReference>;
  readonly sources: readonly string[];
  readonly destination: string;
  readonly range: TextRange;
}

export interface DockerfileFacts {
  readonly instructions: readonly DockerInstruction[];
  /** In order; the last one is what is built by default. */
  readonly stages: readonly DockerStage[];
  /** `ARG` before the first FROM, with defaults. */
  readonly globalArguments: Readonly<Record<string, string>>;
  /** The escape character, where it is not the backslash. */
  readonly escape?: string;
}

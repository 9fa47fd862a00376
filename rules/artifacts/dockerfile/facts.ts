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
  /** Of CMD, ENTRYPOINT, and the command of a HEALTHCHECK. */
  readonly form?: DockerCommand['form'];
}

/** A variable that ENV or ARG declares. */
export interface DockerVariable {
  readonly keyword: 'ENV' | 'ARG';
  readonly name: string;
  readonly nameRange: TextRange;
  /** Its value or default as written; undefined for an ARG without one. */
  readonly value?: Ranged<string>;
  /** -1 before the first FROM. */
  readonly stage: number;
  /** Behind ONBUILD: in builds that start from this image. */
  readonly onbuild?: true;
  /** Where its instruction starts: what is equal stands in one instruction. */
  readonly instruction: number;
}

/** A variable that is used where nothing in this file has declared it; its value is the name. */
export interface UnsetVariable extends Ranged<string> {
  /** FROM sees what is declared before the first FROM; other instructions see their stage and those it is based on. */
  readonly keyword: string;
  /** Of a FROM, the stage that it starts. */
  readonly stage: number;
  /** Written with a default of its own: `${name:-default}`. */
  readonly hasDefault?: true;
  /** What is declared there. */
  readonly declared: readonly string[];
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
  readonly nameRange?: TextRange;
  readonly from: Ranged<ImageReference>;
  /** What FROM is worth when no build argument is given, as far as the file says: an argument without a default is empty. */
  readonly fromByDefault: string;
  /** `--platform`, as written. */
  readonly platform?: Ranged<string>;
  /** The index of the stage that FROM names, where it names one rather than an image. */
  readonly baseStage?: number;
  readonly range: TextRange;
  /** Values after build arguments are replaced, or as written (`$`) where one is unknown; the last one counts. */
  readonly users: readonly Ranged<string>[];
  readonly workdirs: readonly Ranged<string>[];
  readonly exposes: readonly Ranged<number>[];
  /** The words of EXPOSE, variables replaced where they are known. */
  readonly exposed: readonly (Ranged<string> & { readonly written: string })[];
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
  /** Where `from` stands. */
  readonly fromRange?: TextRange;
  readonly flags: readonly Ranged<string>[];
  readonly sources: readonly string[];
  /** Sources as written, without quotes; a here-document is `<<NAME`. */
  readonly written: readonly string[];
  readonly destination: string;
  readonly range: TextRange;
}

export interface DockerfileFacts {
  readonly instructions: readonly DockerInstruction[];
  /** In order; the last one is what is built by default. */
  readonly stages: readonly DockerStage[];
  /** What a file without FROM says, to be put into another: a stage without a base. */
  readonly fragment?: DockerStage;
  readonly variables: readonly DockerVariable[];
  readonly unset: readonly UnsetVariable[];
  /** `ARG` before the first FROM, with defaults. */
  readonly globalArguments: Readonly<Record<string, string>>;
  /** The escape character, where it is not the backslash. */
  readonly escape?: string;
}

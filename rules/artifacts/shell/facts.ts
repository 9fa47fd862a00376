import type { TextRange } from '../../text.ts';

/** A word of a command, as the shell hands it on: without quotes and escapes, variables as they are written. */
export interface ShellWord {
  readonly text: string;
  /** Of the word with its quotes. */
  readonly range: TextRange;
  /** A variable or another command decides it, at least in part. */
  readonly variable?: true;
}

/** One program that is run, whatever stands around it: lists, pipes, conditions, loops, subshells, functions. */
export interface ShellCommand {
  /** Without its folder: `apt-get`. Empty where a variable decides it. */
  readonly name: string;
  readonly arguments: readonly ShellWord[];
  /** From its name to its last argument, without redirections and what is put around it. */
  readonly range: TextRange;
  /** What it is run through: `sudo`, `env`, `time`. */
  readonly wrappers?: readonly string[];
  /** Its folder is written too: `/usr/bin/apt-get`. */
  readonly path?: true;
  /** `NAME=value` in front of it, by itself or through `env` and `export`. */
  readonly environment?: Readonly<Record<string, string>>;
  /** It runs in a shell of its own: within parentheses or `$(…)`, or as a part of a pipe. */
  readonly subshell?: true;
}

export interface ShellPipe {
  readonly range: TextRange;
  /** The programs whose exit status the pipe swallows: all but the last. */
  readonly feeds: readonly string[];
  /** The program that ends it. */
  readonly last: string;
}

/** A shell script, or one line of it. */
export interface ShellScript {
  /** In the order in which they are written. */
  readonly commands: readonly ShellCommand[];
  readonly pipes: readonly ShellPipe[];
}

/**
 * What rules about RUN share: the scripts of a Dockerfile, options and names among a command's words, and edits of
 * scripts. It knows no package manager, and must never judge.
 */
import type { DockerRun, DockerStage } from '../../artifacts/dockerfile/facts.ts';
import type { ShellCommand, ShellScript, ShellWord } from '../../artifacts/shell/facts.ts';
import { chain } from '../../model/dockerfiles.ts';
import type { Dockerfile } from '../../model/model.ts';
import type { TextFile } from '../../artifacts/artifact.ts';
import { newlineOf, startOfLine } from '../edits/lines.ts';
import type { Change } from '../rule.ts';

export interface Ran {
  readonly stage: DockerStage;
  readonly run: DockerRun;
  readonly script: ShellScript;
  /** Its layer is part of the image that is built by default. */
  readonly shipped: boolean;
  /** It runs in builds that start from this image. */
  readonly onbuild?: true;
}

/** Every RUN whose shell is POSIX's, those behind ONBUILD and of files without FROM included. */
export function runsOf({ facts }: Dockerfile): Ran[] {
  const shipped = new Set(chain(facts, facts.stages.length - 1));
  const stages = facts.fragment ? [...facts.stages, facts.fragment] : facts.stages;
  return stages.flatMap((stage) =>
    [...stage.runs, ...(stage.onbuildRuns ?? [])].flatMap((run): Ran[] => {
      const { script } = run;
      if (!script) return [];
      const onbuild = stage.onbuildRuns?.includes(run);
      const isShipped = stage === facts.fragment || shipped.has(stage);
      return [{ stage, run, script, shipped: isShipped, ...(onbuild && { onbuild }) }];
    }),
  );
}

/** Whether a command has one of these options; one letter is found among others too (`-yq`). */
export function hasOption({ arguments: words }: ShellCommand, ...names: readonly string[]): boolean {
  return names.some((name) =>
    words.some(({ text }) => {
      if (name.length > 1) return text === `--${name}` || text.startsWith(`--${name}=`);
      return /^-[A-Za-z]/.test(text) && text.split('=', 1)[0]!.includes(name);
    }),
  );
}

/** Whether one of a command's words is one of these. */
export function hasWord({ arguments: words }: ShellCommand, ...names: readonly string[]): boolean {
  return words.some(({ text }) => names.includes(text));
}

/** The words that are no options, nor the values of the options in `taking`. */
export function namesIn({ arguments: words }: ShellCommand, taking: RegExp = /(?!)/): ShellWord[] {
  return words.filter(({ text }, index) => {
    return !text.startsWith('-') && !taking.test(words[index - 1]?.text ?? '');
  });
}

/** Whether `--mount` keeps this folder, or one above it, out of the layer. */
export function isMounted({ mounts }: DockerRun, folder: RegExp): boolean {
  return mounts.some(
    ({ type, target }) =>
      (type === 'cache' || type === 'tmpfs') && folder.test(target?.replace(/\/+$/, '') ?? ''),
  );
}

/** Whether `--mount` keeps a folder with these letters in its path out of the layer. */
export function isMountedBelow({ mounts }: DockerRun, part: string): boolean {
  return mounts.some(({ type, target = '' }) => /^(?:cache|tmpfs)$/.test(type) && target.includes(part));
}

/** Whether a command removes what stands at paths of this kind. */
export function removes({ name, arguments: words }: ShellCommand, path: RegExp): boolean {
  return (name === 'rm' || name === 'find') && words.some(({ text }) => path.test(text));
}

/** Inserts a word behind one of a command's words, in exec form as an element of its own. */
export function insertWord({ text, path }: TextFile, { range }: ShellWord, word: string): Change {
  const isElement = text[range.start] === '"' && /^\s*[,\]]/.test(text.slice(range.end, range.end + 20));
  return {
    kind: 'edit',
    file: path,
    range: { start: range.end, end: range.end },
    text: isElement ? `, "${word}"` : ` ${word}`,
  };
}

/** Whether `appendCommand` can add to this script without a look at what it does. */
export function canAppend({ form, value }: DockerRun): boolean {
  if (form === 'heredoc') return /^\s*(?:set -\w*e|#!.*\n\s*set -\w*e)/m.test(value);
  return form === 'shell' && !/[\n#]|<<|[;&|]\s*$/.test(value);
}

/** Adds a command that runs when all before it went well, in the way the script is laid out. */
export function appendCommand(file: TextFile, { form, range }: DockerRun, command: string): Change {
  const { text, path } = file;
  if (form === 'heredoc') {
    const at = startOfLine(text, range.end);
    return { kind: 'edit', file: path, range: { start: at, end: at }, text: command + newlineOf(text) };
  }
  const line = startOfLine(text, range.end);
  const end = { start: range.end, end: range.end };
  if (line <= range.start) return { kind: 'edit', file: path, range: end, text: ` && ${command}` };
  const before = text.slice(range.start, line).trimEnd();
  const indentation = /^[ \t]*/.exec(text.slice(line))![0];
  const escape = before.at(-1) === '`' ? '`' : '\\';
  const leading = /^[ \t]*&&/.test(text.slice(line));
  const joint =
    leading || !/&&[ \t]*[\\`]\s*$/.test(before)
      ? ` ${escape}${newlineOf(text)}${indentation}&& `
      : ` && ${escape}${newlineOf(text)}${indentation}`;
  return { kind: 'edit', file: path, range: end, text: joint + command };
}

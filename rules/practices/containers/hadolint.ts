/**
 * What hadolint says of a RUN, check by check, so that a message of ours claims one of its checks only where the
 * verdicts are the same. It must never know what we say.
 *
 * Source: https://github.com/hadolint/hadolint, its wiki and what its rules do with a RUN: a program is known by the
 * bare name that is written, an option by its name, and the rest are names.
 */
import type { DockerfileFacts, DockerStage, ImageReference } from '../../artifacts/dockerfile/facts.ts';
import type { ShellCommand, ShellWord } from '../../artifacts/shell/facts.ts';
import type { Dockerfile } from '../../model/model.ts';
import { isMountedBelow, type Ran } from './runs.ts';

/** The checks of a RUN that have equivalents here, but for those of package versions. */
export type RunCheck = keyof typeof checks;

/** Whether hadolint reports a RUN; one behind ONBUILD is judged as if nothing stood around it. */
export function hadolintFinds(check: RunCheck, ran: Ran, dockerfile: Dockerfile): boolean {
  const commands = ran.script.commands.filter(isSeen);
  return checks[check]({ ...ran, commands, dockerfile });
}

interface Subject extends Ran {
  /** Those that hadolint knows by their names. */
  readonly commands: readonly ShellCommand[];
  readonly dockerfile: Dockerfile;
}

/** Whether hadolint knows a command by its name: what sudo or env runs, or what is named with its folder, it does not. */
export function isSeen({ wrappers = [], path }: ShellCommand): boolean {
  return !path && wrappers.every((name) => /^(?:command|builtin|exec)$/.test(name));
}

const checks = {
  DL3003: ({ commands, onbuild }: Subject) => !onbuild && commands.some(({ name }) => name === 'cd'),
  DL3009(subject: Subject) {
    const { commands, run } = subject;
    const updates = commands.some((one) => runs(one, ['apt', 'apt-get', 'aptitude'], ['update']));
    if (!updates || commands.some((one) => runs(one, ['rm'], ['-rf', '/var/lib/apt/lists/*']))) return false;
    const mounted = (folder: string): boolean => isMountedBelow(run, folder);
    if (mounted('/var/lib/apt/lists') || (mounted('/var/lib/apt') && mounted('/var/cache/apt'))) return false;
    return isKept(subject);
  },
  DL3014: ({ commands }: Subject) => commands.some((one) => runs(one, ['apt-get'], ['install']) && asks(one)),
  DL3015: ({ commands }: Subject) =>
    commands.some(
      (one) =>
        runs(one, ['apt-get'], ['install']) &&
        countOf(one, 'no-install-recommends') === 0 &&
        !one.arguments.some(({ text }) => text === 'APT::Install-Recommends=false'),
    ),
  DL3019: ({ commands, run }: Subject) =>
    !isMountedBelow(run, '/var/cache/apk') &&
    commands.some((one) => runs(one, ['apk'], ['add']) && countOf(one, 'no-cache') === 0),
  DL3027: ({ commands }: Subject) => commands.some(({ name }) => name === 'apt'),
  DL3030: ({ commands }: Subject) =>
    commands.some((one) => runs(one, ['yum'], systemInstalls) && !hasFlag(one, 'y', 'assumeyes')),
  DL3032: ({ commands }: Subject) =>
    isLeft(
      commands,
      (one) => runs(one, ['yum'], ['install']),
      (one) => runs(one, ['yum'], ['clean', 'all']) || runs(one, ['rm'], ['-rf', '/var/cache/yum/*']),
    ),
  DL3034: ({ commands }: Subject) =>
    commands.some(
      (one) =>
        runs(one, ['zypper'], ['install', 'in', 'remove', 'rm', 'source-install', 'si', 'patch']) &&
        !hasFlag(one, 'non-interactive', 'n', 'no-confirm', 'y'),
    ),
  DL3036: ({ commands, run }: Subject) =>
    !isMountedBelow(run, '/var/cache/zypp') &&
    isLeft(
      commands,
      (one) => runs(one, ['zypper'], ['install', 'in']),
      (one) => runs(one, ['zypper'], ['clean', 'cc']),
    ),
  DL3038: ({ commands }: Subject) =>
    commands.some((one) => runs(one, ['dnf', 'microdnf'], systemInstalls) && !hasFlag(one, 'y', 'assumeyes')),
  DL3040: ({ commands, run }: Subject) =>
    !isMountedBelow(run, '/var/cache/libdnf5') &&
    !isMountedBelow(run, '.cache/libdnf5') &&
    ['dnf', 'microdnf'].some((program) =>
      isLeft(
        commands,
        (one) => runs(one, [program], dnfInstalls),
        (one) => runs(one, [program], ['clean', 'all']) || runs(one, ['rm'], ['-rf', '/var/cache/libdnf5*']),
      ),
    ),
  DL3042(subject: Subject) {
    const { commands, run } = subject;
    if (isMountedBelow(run, '.cache/pip') || isPipCacheOff(subject)) return false;
    const written = /PIP_NO_CACHE_DIR=([^]*)/.exec(run.value)?.[1] ?? '';
    if (/^(?:1|true|True|TRUE|on|On|ON|yes|Yes|YES)/.test(written)) return false;
    return commands.some(
      (one) =>
        isPipInstall(one) &&
        !one.arguments.some(({ text }) => text === '--no-cache-dir') &&
        !/pipx|pipenv/.test(one.name),
    );
  },
  DL3060(subject: Subject) {
    const { commands, run } = subject;
    const install = commands.findIndex((one) => runs(one, ['yarn'], ['install']));
    if (install === -1) return false;
    const clean = commands.findIndex((one) => runs(one, ['yarn'], ['cache', 'clean']));
    const left = clean === -1 ? !isMountedBelow(run, '.cache/yarn') : clean < install;
    return left && isKept(subject);
  },
  DL4006({ run, script, stage, onbuild, dockerfile: { facts } }: Subject) {
    // Elements of the exec form are put together again, and read as a script.
    const piped = run.form === 'exec' ? /(?:^|[^|])\|(?:[^|]|$)/.test(run.value) : script.pipes.length > 0;
    if (onbuild || !piped) return false;
    const shell = facts.instructions.findLast(
      (one) =>
        one.keyword === 'SHELL' && one.stage === stage.index && one.range.start < run.keywordRange.start,
    );
    const words: readonly string[] = shell?.arguments.match(/[^\s",[\]]+/g) ?? [];
    if (/^(?:pwsh|powershell|cmd)/.test(words[0] ?? '')) return false;
    const isBash = /^(?:.*\/)?(?:bash|zsh|ash)$/.test(words[0] ?? '');
    return !(isBash && words.includes('pipefail') && words.some((word) => /^-[^-]*o/.test(word)));
  },
};

const systemInstalls = ['install', 'groupinstall', 'localinstall'];
const dnfInstalls = ['install', 'in', 'upgrade', 'up', 'upgrade-minimal', 'up-min', 'reinstall', 'rei'];

/** Whether one of these programs is run with one of these words, wherever it stands. */
function runs({ name, arguments: words }: ShellCommand, programs: readonly string[], any: readonly string[]) {
  return programs.includes(name) && words.some(({ text }) => any.includes(text));
}

/** The options of a word: `--name=value` is one, `-abc` three. */
function flagsOf(text: string): readonly string[] {
  if (text === '-' || text === '--' || !text.startsWith('-')) return [];
  return text.startsWith('--') ? [text.slice(2).split('=', 1)[0]!] : [...text.slice(1)];
}

function countOf({ arguments: words }: ShellCommand, flag: string): number {
  return words.flatMap(({ text }) => flagsOf(text)).filter((one) => one === flag).length;
}

export function hasFlag(command: ShellCommand, ...flags: readonly string[]): boolean {
  return flags.some((flag) => countOf(command, flag) > 0);
}

/** The words that are no options, without the values of the options in `taking`. */
export function namesWithout(
  { arguments: words }: ShellCommand,
  taking: readonly string[] = [],
): ShellWord[] {
  const takes = (word: ShellWord | undefined): boolean =>
    word !== undefined &&
    !word.text.includes('=') &&
    flagsOf(word.text).some((flag) => taking.includes(flag));
  return words.filter((word, index) => flagsOf(word.text).length === 0 && !takes(words[index - 1]));
}

function asks(command: ShellCommand): boolean {
  if (hasFlag(command, 'y', 'yes', 'qq', 'assume-yes')) return false;
  if (countOf(command, 'q') === 2 || countOf(command, 'quiet') === 2) return false;
  return !command.arguments.some(({ text }) => text === '-q=2');
}

/** Whether something is installed, and not cleaned up after that. */
function isLeft(
  commands: readonly ShellCommand[],
  installs: (command: ShellCommand) => boolean,
  cleans: (command: ShellCommand) => boolean,
): boolean {
  const install = commands.findIndex(installs);
  if (install === -1) return false;
  return commands.findIndex(cleans) <= install;
}

export function isPipInstall({ name, arguments: words }: ShellCommand): boolean {
  const texts = words.map(({ text }) => text);
  if (name.startsWith('pip') && !name.startsWith('pipenv')) return texts.includes('install');
  if (!name.startsWith('python')) return false;
  return texts.some((text, at) => text === '-m' && texts[at + 1] === 'pip' && texts[at + 2] === 'install');
}

/** Whether a stage's layers are kept: it is the last one, or another is built on it. */
function isKept({ stage, onbuild, dockerfile: { facts } }: Subject): boolean {
  const last = facts.stages.at(-1);
  if (onbuild || !last || stage === last) return true;
  if (stage.name === undefined)
    return last.name === undefined && last.from.value.text === stage.from.value.text;
  return facts.stages.some(({ from }) => imageNameOf(from.value) === stage.name);
}

/** Whether ENV has switched pip's cache off, in a stage of this name or in one that it is based on. */
function isPipCacheOff({ run, stage, onbuild, dockerfile: { facts } }: Subject): boolean {
  const off = new Set<string>();
  for (const { index, name } of stagesWithNames(facts)) {
    const [own = '', base = ''] = name;
    if (index > 0 && !off.has(base)) off.delete(own);
    else if (index > 0) off.add(own);
    for (const one of facts.variables) {
      if (one.stage !== index || one.keyword !== 'ENV' || one.name !== 'PIP_NO_CACHE_DIR') continue;
      if (one.instruction > run.range.start || (one.onbuild ?? false) !== (onbuild ?? false)) continue;
      const value = one.value?.value.replace(/^(["'])(.*)\1$/, '$2') ?? '';
      if (/^(?:1|true|True|TRUE|on|On|ON|yes|Yes|YES)$/.test(value)) off.add(own);
    }
    if (index === stage.index) return off.has(own);
  }
  return false;
}

/** Stages by their own name, which is their image's where they have none, and their base image's. */
function stagesWithNames(facts: DockerfileFacts): { index: number; name: readonly [string, string] }[] {
  if (facts.stages.length === 0) return [{ index: -1, name: ['', ''] }];
  return facts.stages.map((stage) => ({ index: stage.index, name: [nameOf(stage), baseOf(stage)] }));
}

/** What hadolint knows a stage by. */
export function nameOf(stage: DockerStage): string {
  return stage.name ?? baseOf(stage);
}

export function baseOf({ from }: DockerStage): string {
  return imageNameOf(from.value);
}

/** An image's name as hadolint takes references apart: a registry has a dot, and a tag follows the first colon after it. */
export function imageNameOf({ text }: Pick<ImageReference, 'text'>): string {
  return text.replace(/^[^.]+\.[^/]+\//, '').replace(/[:@][^]*$/, '');
}

/** A package is installed in whatever version is the newest on that day. */
import type { ShellCommand, ShellWord } from '../../artifacts/shell/facts.ts';
import { chain } from '../../model/dockerfiles.ts';
import { place, type Dockerfile } from '../../model/model.ts';
import { defineRule } from '../rule.ts';
import { hasFlag, isPipInstall, isSeen, namesWithout } from './hadolint.ts';
import { hasWord, runsOf, type Ran } from './runs.ts';

export default defineRule({
  id: 'containers/package-unpinned',
  title: 'A package is installed without a version.',
  area: 'containers',
  section: '§4',
  level: 'off',
  fix: 'none',
  joins: false,
  messages: {
    'apt-get': {
      text: 'apt-get installs {packages} without a version, whatever is the newest: {first}=<version> says which.',
      equivalents: ['hadolint/DL3008'],
    },
    pip: {
      text: 'pip installs {packages} without a version, whatever is the newest: {first}==<version>, or a requirements file, says which.',
      equivalents: ['hadolint/DL3013'],
    },
    npm: {
      text: 'npm installs {packages} without a version, whatever is the newest: {first}@<version> says which.',
      equivalents: ['hadolint/DL3016'],
    },
    apk: {
      text: 'apk installs {packages} without a version, whatever is the newest: {first}=<version> says which.',
      equivalents: ['hadolint/DL3018'],
    },
    gem: {
      text: 'gem installs {packages} without a version, whatever is the newest: {first}:<version> says which.',
      equivalents: ['hadolint/DL3028'],
    },
    yum: {
      text: 'yum installs {packages} without a version, whatever is the newest: {first}-<version> says which.',
      equivalents: ['hadolint/DL3033'],
    },
    zypper: {
      text: 'zypper installs {packages} without a version, whatever is the newest: {first}=<version> says which.',
      equivalents: ['hadolint/DL3037'],
    },
    dnf: {
      text: '{program} installs {packages} without a version, whatever is the newest: {first}-<version> says which.',
      equivalents: ['hadolint/DL3041'],
    },
    go: {
      text: 'go takes {packages} without a version, whatever is the newest: {first}@<version> says which.',
      equivalents: ['hadolint/DL3062'],
    },
    // Hadolint does not see what sudo or env runs, nor what is named with its folder, nor other names of the same.
    unseen: {
      text: '{program} installs {packages} without a version, whatever is the newest.',
    },
  },
  check(model, report) {
    for (const dockerfile of model.dockerfiles) {
      const { file } = dockerfile;
      const service = model.serviceRunning(dockerfile);
      const level = model.role(file) === 'production' ? undefined : 'info';
      for (const ran of runsOf(dockerfile)) {
        for (const { message, program, packages } of unpinnedIn(ran, dockerfile)) {
          const [first] = packages;
          if (!first) continue;
          const listed = packages.slice(0, 3).map(({ text }) => text);
          const more = packages.length - listed.length;
          const data = {
            packages: listed.join(', ') + (more > 0 ? ` and ${more} more` : ''),
            first: first.text.replace(/@(?:latest|none)$/, ''),
            program,
          };
          report.gap({ message, data, at: place(file, first), service, level });
        }
      }
    }
  },
});

interface Unpinned {
  readonly message: Manager['message'] | 'unseen';
  readonly program: string;
  readonly packages: readonly ShellWord[];
}

function unpinnedIn(ran: Ran, dockerfile: Dockerfile): Unpinned[] {
  const declared = declaredBefore(ran, dockerfile);
  // What go run takes is looked at first, and then nothing else.
  const goRuns = ran.script.commands.some((one) => one.name === 'go' && hasWord(one, 'run'));
  return ran.script.commands.flatMap((command): Unpinned[] => {
    const { name: program } = command;
    const manager = managers.find(({ programs }) => programs.test(program));
    if (!manager || (program === 'go' && goRuns && !hasWord(command, 'run'))) return [];
    const packages = manager
      .packages(command)
      .filter(({ text }) => !manager.isPinned(asWritten(text), declared, command));
    const isKnown = isSeen(command) && !(manager.others?.(command) ?? false);
    return [{ message: isKnown ? manager.message : 'unseen', program, packages }];
  });
}

/** Variables in braces, and what a command puts out as one. */
function asWritten(text: string): string {
  return text.replace(/`[^`]*`/g, '${VAR}').replace(/\$(\w+)/g, '${$1}');
}

/** The variables that ARG declares above a RUN, and ENV in its stage or those below. */
function declaredBefore({ run, stage, onbuild }: Ran, { facts }: Dockerfile): ReadonlySet<string> {
  const stages = new Set([stage.index, ...chain(facts, stage.index).map(({ index }) => index)]);
  const found = facts.variables.filter(
    (one) =>
      one.instruction < run.keywordRange.start &&
      (one.onbuild ?? false) === (onbuild ?? false) &&
      (one.keyword === 'ARG' || stages.has(one.stage)),
  );
  return new Set(found.map(({ name }) => name));
}

interface Manager {
  readonly message: 'apt-get' | 'pip' | 'npm' | 'apk' | 'gem' | 'yum' | 'zypper' | 'dnf' | 'go';
  readonly programs: RegExp;
  /** What a command installs by name; nothing where it does something else. */
  packages(command: ShellCommand): readonly ShellWord[];
  isPinned(name: string, declared: ReadonlySet<string>, command: ShellCommand): boolean;
  /** Another name of the same, which hadolint does not know. */
  others?(command: ShellCommand): boolean;
}

/** How each manager's names and versions are told apart: as the wiki of hadolint and its rules have it. */
const managers: readonly Manager[] = [
  {
    message: 'apt-get',
    programs: /^apt-get$/,
    packages: (command) => behind(command, ['install'], ['t', 'target-release']),
    isPinned: (name) => /[=/]|\.deb$/.test(name),
  },
  { message: 'pip', programs: /^(?:pip|python)/, packages: pipPackages, isPinned: isPinnedForPip },
  {
    message: 'npm',
    programs: /^npm$/,
    packages(command) {
      const [verb, ...names] = namesWithout(command, ['loglevel', 'registry']);
      return verb && /^(?:install|i|add)$/.test(verb.text)
        ? names.filter(({ text }) => text !== 'install')
        : [];
    },
    isPinned: isPinnedForNpm,
    others: (command) => !hasWord(command, 'install'),
  },
  {
    message: 'apk',
    programs: /^apk$/,
    packages: (command) => behind(command, ['add'], ['t', 'virtual', 'repository', 'X']),
    isPinned: (name) => /[=<>~]|\.apk$/.test(name),
  },
  { message: 'gem', programs: /^gem$/, packages: gemPackages, isPinned: (name) => name.includes(':') },
  { message: 'yum', programs: /^yum$/, packages: rpmPackages, isPinned: isPinnedForRpm },
  {
    message: 'zypper',
    programs: /^zypper$/,
    packages: (command) => behind(command, ['install', 'in']),
    isPinned: (name) => /[=<>]|\.rpm$/.test(name),
  },
  {
    message: 'dnf',
    programs: /^(?:micro)?dnf5?$/,
    packages: (command) =>
      hasWord(command, 'group') && !hasWord(command, 'module') ? [] : rpmPackages(command),
    isPinned: isPinnedForRpm,
    others: ({ name }) => name.endsWith('5'),
  },
  { message: 'go', programs: /^go$/, packages: goPackages, isPinned: isPinnedForGo },
];

/** Names behind a subcommand that may stand anywhere. */
function behind(
  command: ShellCommand,
  verbs: readonly string[],
  taking: readonly string[] = [],
): ShellWord[] {
  if (!hasWord(command, ...verbs)) return [];
  return namesWithout(command, taking).filter(({ text }) => !verbs.includes(text));
}

/** Options of pip whose value is the next word. */
const pipValues =
  'abi b build e editable extra-index-url f find-links i index-url implementation no-binary only-binary platform prefix progress-bar proxy python python-version root root-user-action src t target trusted-host upgrade-strategy'.split(
    ' ',
  );

function pipPackages(command: ShellCommand): ShellWord[] {
  if (!isPipInstall(command) || hasFlag(command, 'constraint', 'c')) return [];
  if (hasWord(command, '--requirement', '-r', '.')) return [];
  const names = namesWithout(command, pipValues);
  const verb = names.findIndex(({ text }) => text === 'install');
  return verb === -1 ? [] : names.slice(verb + 1);
}

function isPinnedForPip(name: string): boolean {
  if (/[<>]|[=!~]=|\.(?:whl|tar\.gz)$/.test(name)) return true;
  const isVersioned = /^(?:git|svn|(?:hg|bzr)\+)/.test(name);
  return isVersioned ? name.includes('@') : name.includes('/');
}

/** Source: https://docs.npmjs.com/cli/commands/npm-install */
function isPinnedForNpm(name: string): boolean {
  if (/^git(?:\+(?:ssh|https?))?:\/\//.test(name)) return name.includes('#');
  if (/\.(?:tar|tar\.gz|tgz)$|^(?:\.{0,2}|~)\//.test(name)) return true;
  return name.slice(1).includes('@');
}

/** The word behind each option is taken for its value. */
function gemPackages(command: ShellCommand): ShellWord[] {
  if (!hasWord(command, 'install', 'i') || hasWord(command, '-v', '--version')) return [];
  const words = command.arguments;
  if (words.some(({ text }) => text.startsWith('--version='))) return [];
  const end = words.findIndex(({ text }) => text === '--');
  const names: ShellWord[] = [];
  for (let at = 0; at < (end === -1 ? words.length : end); at++) {
    const word = words[at]!;
    if (word.text.startsWith('-')) at++;
    else if (!/^(?:install|i)$/.test(word.text)) names.push(word);
  }
  return names;
}

function rpmPackages(command: ShellCommand): ShellWord[] {
  return behind(command, ['install']).filter(({ text }) => text !== 'module');
}

/** What follows a hyphen is a version where a part of it starts with a digit; a module's stream stands after a colon. */
function isPinnedForRpm(name: string, declared: ReadonlySet<string>, command: ShellCommand): boolean {
  if (hasWord(command, 'module')) return name.includes(':');
  const [, ...parts] = name.split('-');
  if (parts.length === 0) return false;
  if (name.endsWith('.rpm')) return true;
  if (name.includes('$')) return [...declared].some((variable) => name.includes(`\${${variable}}`));
  return parts.every((part) => /^[\w.~^:+]*$/.test(part)) && parts.some((part) => /^\d/.test(part));
}

/** `go run` takes one module, the rest is the program's. */
function goPackages(command: ShellCommand): ShellWord[] {
  const names = namesWithout(command);
  if (hasWord(command, 'run')) return names.slice(0, 2).filter(({ text }) => text !== 'run');
  if (!hasWord(command, 'install', 'get')) return [];
  return names.filter(({ text }) => !/^(?:install|get|tool)$/.test(text));
}

function isPinnedForGo(name: string): boolean {
  return /^[./]/.test(name) || (name.includes('@') && !/@(?:latest|none)$/.test(name));
}

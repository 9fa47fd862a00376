/** A package is installed in whatever version is the newest on that day. */
import type { ShellCommand, ShellWord } from '../../artifacts/shell/facts.ts';
import { place } from '../../model/model.ts';
import { defineRule } from '../rule.ts';
import { hasOption, hasWord, namesIn, runsOf } from './runs.ts';

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
      text: 'apt-get installs {packages} in whatever version is the newest: {first}=<version> says which.',
      equivalents: ['hadolint/DL3008'],
    },
    pip: {
      text: 'pip installs {packages} in whatever version is the newest: {first}==<version>, or a requirements file, says which.',
      equivalents: ['hadolint/DL3013'],
    },
    npm: {
      text: 'npm installs {packages} in whatever version is the newest: {first}@<version> says which.',
      equivalents: ['hadolint/DL3016'],
    },
    apk: {
      text: 'apk installs {packages} in whatever version is the newest: {first}=<version> says which.',
      equivalents: ['hadolint/DL3018'],
    },
    gem: {
      text: 'gem installs {packages} in whatever version is the newest: {first}:<version> says which.',
      equivalents: ['hadolint/DL3028'],
    },
    yum: {
      text: 'yum installs {packages} in whatever version is the newest: {first}-<version> says which.',
      equivalents: ['hadolint/DL3033'],
    },
    zypper: {
      text: 'zypper installs {packages} in whatever version is the newest: {first}=<version> says which.',
      equivalents: ['hadolint/DL3037'],
    },
    dnf: {
      text: '{program} installs {packages} in whatever version is the newest: {first}-<version> says which.',
      equivalents: ['hadolint/DL3041'],
    },
    go: {
      text: 'go {verb} takes {packages} in whatever version is the newest: {first}@<version> says which.',
      equivalents: ['hadolint/DL3062'],
    },
  },
  check(model, report) {
    for (const dockerfile of model.dockerfiles) {
      const { file } = dockerfile;
      const service = model.serviceRunning(dockerfile);
      const level = model.role(file) === 'production' ? undefined : 'info';
      for (const { script } of runsOf(dockerfile)) {
        for (const command of script.commands) {
          const manager = managers.find(({ programs }) => programs.test(command.name));
          const named = manager?.packages(command) ?? [];
          const packages = named.filter((word) => !isUnknown(word) && !manager!.isPinned(word.text));
          const [first] = packages;
          if (!manager || !first) continue;
          const listed = packages.slice(0, 3).map(({ text }) => text);
          const more = packages.length - listed.length;
          const name = first.text.replace(/@(?:latest|upgrade|patch)$/, '');
          const data = {
            packages: listed.join(', ') + (more > 0 ? ` and ${more} more` : ''),
            first: name,
            ...(manager.message === 'dnf' && { program: command.name }),
            ...(manager.message === 'go' && { verb: namesIn(command)[0]!.text }),
          };
          report.gap({ message: manager.message, data, at: place(file, first), service, level });
        }
      }
    }
  },
});

interface Manager {
  readonly message: 'apt-get' | 'pip' | 'npm' | 'apk' | 'gem' | 'yum' | 'zypper' | 'dnf' | 'go';
  readonly programs: RegExp;
  /** What a command installs by name; nothing where it does something else. */
  packages(command: ShellCommand): readonly ShellWord[];
  isPinned(name: string): boolean;
}

/** Options whose value is the next word; sources: each program's own manual. */
const rpmValues =
  /^(?:--(?:installroot|releasever|setopt|enablerepo|disablerepo|repo|repoid|exclude|config|forcearch|comment)|-[cxdeR])$/;
const pipValues =
  /^(?:--(?:abi|build|cert|client-cert|constraint|editable|extra-index-url|find-links|index-url|implementation|no-binary|only-binary|platform|prefix|progress-bar|proxy|python-version|requirement|root|src|target|timeout|retries|trusted-host|upgrade-strategy|cache-dir|log|config-settings|report|exists-action)|-[beficrtC])$/;

const managers: readonly Manager[] = [
  {
    message: 'apt-get',
    programs: /^apt-get$/,
    packages: (command) =>
      after(command, ['install'], /^(?:-[toc]|--(?:target-release|default-release|option|config-file))$/),
    isPinned: (name) => /[=/]|\.deb$/.test(name),
  },
  {
    message: 'pip',
    programs: /^(?:pip|python)[\d.]*$/,
    packages: pipPackages,
    isPinned: (name) =>
      /[=<>~]=?|!=|\.(?:whl|zip|tar\.gz|tar\.bz2)(?:[#?]|$)|^[./~]/.test(name) ||
      /^(?:\S+ @ )?git\+.*@[^/]+$/.test(name),
  },
  {
    message: 'npm',
    programs: /^npm$/,
    packages: (command) =>
      first(
        command,
        ['install', 'i', 'add'],
        /^(?:--(?:prefix|registry|loglevel|cache|omit|include|tag|workspace|location|userconfig)|-[wC])$/,
      ),
    isPinned: isPinnedForNpm,
  },
  {
    message: 'apk',
    programs: /^apk$/,
    packages: (command) =>
      after(
        command,
        ['add'],
        /^(?:-[tXp]|--(?:virtual|repository|root|keys-dir|repositories-file|arch|wait|cache-dir|cache-max-age))$/,
      ),
    isPinned: (name) => /[=<>~]|\.apk$/.test(name),
  },
  {
    message: 'gem',
    programs: /^gem$/,
    packages(command) {
      if (hasOption(command, 'v', 'version')) return [];
      const end = command.arguments.findIndex(({ text }) => text === '--');
      const own = end === -1 ? command : { ...command, arguments: command.arguments.slice(0, end) };
      return first(
        own,
        ['install', 'i'],
        /^(?:-[nisPpgB]|--(?:bindir|install-dir|source|trust-policy|http-proxy|platform|file|document))$/,
      );
    },
    isPinned: (name) => /:|\.gem$/.test(name),
  },
  { message: 'yum', programs: /^yum$/, packages: rpmPackages, isPinned: isPinnedForRpm },
  {
    message: 'zypper',
    programs: /^zypper$/,
    packages: (command) =>
      after(
        command,
        ['install', 'in'],
        /^(?:-[rtcR]|--(?:repo|from|type|name|root|installroot|config|reposd-dir|cache-dir))$/,
      ),
    isPinned: (name) => /[=<>]|\.rpm$/.test(name),
  },
  { message: 'dnf', programs: /^(?:micro)?dnf5?$/, packages: rpmPackages, isPinned: isPinnedForRpm },
  {
    message: 'go',
    programs: /^go$/,
    packages: goPackages,
    isPinned: (name) => /@(?!(?:latest|upgrade|patch)$)/.test(name),
  },
];

/** Names behind a subcommand that may stand anywhere. */
function after(command: ShellCommand, verbs: readonly string[], values: RegExp): ShellWord[] {
  if (!hasWord(command, ...verbs)) return [];
  return namesIn(command, values).filter(({ text }) => !verbs.includes(text));
}

/** Names behind a subcommand that is the first word that is no option. */
function first(command: ShellCommand, verbs: readonly string[], values: RegExp): ShellWord[] {
  const [verb, ...names] = namesIn(command, values);
  return verb && verbs.includes(verb.text) ? names : [];
}

function pipPackages(command: ShellCommand): ShellWord[] {
  const words = command.arguments.map(({ text }) => text);
  if (command.name.startsWith('python') && !(words.includes('-m') && words.includes('pip'))) return [];
  if (hasOption(command, 'requirement', 'constraint') || words.some((word) => /^(?:-[rc].*|\.)$/.test(word)))
    return [];
  return after(command, ['install'], pipValues).filter(
    ({ text }) => text !== 'pip' || !command.name.startsWith('python'),
  );
}

/** Source: https://docs.npmjs.com/cli/commands/npm-install */
function isPinnedForNpm(name: string): boolean {
  if (/^git(?:\+\w+)?:/.test(name)) return name.includes('#');
  if (/\.(?:tar|tar\.gz|tgz)$|^(?:\.{0,2}|~)\//.test(name) || name === '.') return true;
  return name.replace(/^@[^/]*\//, '').includes('@');
}

function rpmPackages(command: ShellCommand): ShellWord[] {
  return after(command, ['install'], rpmValues).filter(({ text }) => !/^(?:module|group)$|^@/.test(text));
}

/** A part of the name that starts with a digit is a version; a module's stream stands after a colon. */
function isPinnedForRpm(name: string): boolean {
  return /-[\d$]|\.rpm$|:|^\.{0,2}\//.test(name);
}

/** Modules from elsewhere: their first element is a host. `go run` takes one, the rest is the program's. */
function goPackages(command: ShellCommand): ShellWord[] {
  const values = /^-(?:o|p|C|tags|ldflags|gcflags|asmflags|mod|modfile|overlay|pkgdir|exec|buildmode)$/;
  const names = first(command, ['install', 'get', 'run'], values);
  const modules = hasWord(command, 'run') ? names.slice(0, 1) : names;
  return modules.filter(({ text }) => /^[\w-]+(?:\.[\w-]+)+\//.test(text) && !text.endsWith('...'));
}

/** Nothing but a variable: whether it has a version is decided elsewhere. */
function isUnknown({ text, variable }: ShellWord): boolean {
  return variable === true && /^(?:\$\{?\w+\}?|\$\(.*\)|`.*`)$/.test(text);
}

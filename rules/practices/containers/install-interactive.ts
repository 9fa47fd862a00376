/** A package manager asks whether to go on, and nobody is there to answer. */
import type { ShellCommand } from '../../artifacts/shell/facts.ts';
import type { DockerRun } from '../../artifacts/dockerfile/facts.ts';
import { place } from '../../model/model.ts';
import { replace } from '../edits/dockerfile.ts';
import { defineRule, type LazyFix } from '../rule.ts';
import { hadolintFinds, hasFlag, isSeen, type RunCheck } from './hadolint.ts';
import { hasOption, hasWord, insertWord, runsOf, type Ran } from './runs.ts';

export default defineRule({
  id: 'containers/install-interactive',
  title: 'A package manager asks a question during the build.',
  area: 'containers',
  section: '§4',
  level: 'warning',
  fix: 'safe',
  joins: false,
  messages: {
    'apt-get': {
      text: 'apt-get install has no -y: it asks before it installs more than was named, nobody answers, and the build fails.',
      equivalents: ['hadolint/DL3014'],
    },
    yum: {
      text: 'yum {verb} has no -y: it asks before it goes on, nobody answers, and the build fails.',
      equivalents: ['hadolint/DL3030'],
    },
    zypper: {
      text: 'zypper {verb} has no -y: it asks before it goes on, nobody answers, and the build fails.',
      equivalents: ['hadolint/DL3034'],
    },
    dnf: {
      text: '{program} {verb} has no -y: it asks before it goes on, nobody answers, and the build fails.',
      equivalents: ['hadolint/DL3038'],
    },
    // Hadolint does not see what sudo or env runs, nor what is named with its folder.
    unseen: {
      text: '{program} {verb} has no -y: it asks before it goes on, nobody answers, and the build fails.',
    },
    apt: {
      text: 'apt is for people at a terminal, and its options and output change between releases: apt-get and apt-cache stay as they are.',
      equivalents: ['hadolint/DL3027'],
      level: 'info',
    },
    'apt-unseen': {
      text: 'apt is for people at a terminal, and its options and output change between releases: apt-get and apt-cache stay as they are.',
      level: 'info',
    },
    // Nor does it see what answers in other ways than by an option.
    'apt-get-answered': answered('hadolint/DL3014'),
    'yum-answered': answered('hadolint/DL3030'),
    'zypper-answered': answered('hadolint/DL3034'),
    'dnf-answered': answered('hadolint/DL3038'),
  },
  check(model, report) {
    for (const dockerfile of model.dockerfiles) {
      const { file } = dockerfile;
      const service = model.serviceRunning(dockerfile);
      const level = model.role(file) === 'production' ? undefined : 'info';
      const asks = runsOf(dockerfile).flatMap((ran) =>
        ran.script.commands.map((command) => ({ ran, command })),
      );
      let installs: DockerRun | undefined;
      let met = true;
      for (const { ran, command } of asks) {
        const finds = (check: RunCheck): boolean => hadolintFinds(check, ran, dockerfile);
        if (command.name === 'apt') {
          const message = finds('DL3027') ? 'apt' : 'apt-unseen';
          const data = { verb: command.arguments[0]?.text ?? '' };
          const { start } = command.range;
          const at = { file, range: { start, end: start + 'apt'.length } };
          report.gap({ message, data, at, service, level, fixes: otherProgram(file, command) });
          continue;
        }
        const manager = managers.find(({ programs }) => programs.includes(command.name));
        const verb = manager && command.arguments.find(({ text }) => manager.verbs.includes(text));
        if (!manager || !verb) continue;
        installs ??= ran.run;
        const data = { program: command.name, verb: verb.text };
        const at = { file, range: { start: command.range.start, end: verb.range.end } };
        if (asksNobody.has(command.name) || answers(command, manager) || isAnswered(ran, command)) {
          if (!hasFlag(command, ...manager.answers) && isSeen(command) && finds(manager.check))
            report.gap({ message: `${manager.message}-answered`, data, at, service });
          continue;
        }
        met = false;
        report.gap({
          message: finds(manager.check) ? manager.message : 'unseen',
          data,
          at,
          service,
          level,
          fixes: [
            {
              title: `Add -y to ${command.name} ${verb.text}`,
              safety: 'safe',
              changes: ({ read }) => [insertWord(read(file), verb, '-y')],
            },
          ],
        });
      }
      if (service && installs && met && level === undefined) {
        report.met(service, {
          at: place(file, installs),
          message: 'Packages are installed without a question.',
        });
      }
    }
  },
});

function answered(check: string) {
  const text = '{program} {verb} has no -y: it asks nothing, or something else answers.';
  return { text, equivalents: [check], level: 'off' as const };
}

interface Manager {
  readonly message: 'apt-get' | 'yum' | 'zypper' | 'dnf';
  readonly check: RunCheck;
  readonly programs: readonly string[];
  /** Subcommands that ask. */
  readonly verbs: readonly string[];
  /** Options that answer. */
  readonly answers: readonly string[];
}

/** microdnf always takes yes for the answer: https://github.com/rpm-software-management/microdnf */
const asksNobody = new Set(['microdnf']);

/** Sources: the manual pages of apt-get(8), yum(8), zypper(8) and dnf(8). */
const managers: readonly Manager[] = [
  {
    message: 'apt-get',
    check: 'DL3014',
    programs: ['apt-get'],
    verbs: ['install'],
    answers: ['y', 'yes', 'assume-yes'],
  },
  {
    message: 'yum',
    check: 'DL3030',
    programs: ['yum'],
    verbs: ['install', 'groupinstall', 'localinstall'],
    answers: ['y', 'assumeyes'],
  },
  {
    message: 'zypper',
    check: 'DL3034',
    programs: ['zypper'],
    verbs: ['install', 'in', 'remove', 'rm', 'source-install', 'si', 'patch'],
    answers: ['y', 'no-confirm', 'n', 'non-interactive'],
  },
  {
    message: 'dnf',
    check: 'DL3038',
    programs: ['dnf', 'dnf5', 'microdnf'],
    verbs: ['install', 'groupinstall', 'localinstall'],
    answers: ['y', 'assumeyes'],
  },
];

function answers(command: ShellCommand, { message, answers: options }: Manager): boolean {
  if (hasOption(command, ...options)) return true;
  if (message !== 'apt-get') return false;
  // Quiet twice means yes.
  const quiet = command.arguments.map(({ text }) => {
    if (text === '--quiet') return 1;
    return /^-[a-z]+(?:=\d)?$/.test(text) ? text.split('q').length - 1 + (text === '-q=2' ? 1 : 0) : 0;
  });
  return quiet.reduce<number>((sum, one) => sum + one, 0) >= 2 || saysYes(command);
}

function saysYes({ arguments: words }: ShellCommand): boolean {
  return words.some(({ text }) => /Assume-Yes=(?:true|1|yes)/i.test(text));
}

/** `yes |` answers, and so does a setting that an earlier step has written. */
function isAnswered({ script, stage }: Ran, command: ShellCommand): boolean {
  if (stage.runs.some(({ value }) => /Assume-Yes\s+"?(?:true|1|yes)|assumeyes=/i.test(value))) return true;
  return script.pipes.some(
    ({ range, feeds }) =>
      feeds.includes('yes') && range.start <= command.range.start && command.range.end <= range.end,
  );
}

function otherProgram(file: string, command: ShellCommand): LazyFix[] {
  const program = hasWord(command, 'search', 'show', 'policy')
    ? 'apt-cache'
    : hasWord(
          command,
          'install',
          'update',
          'upgrade',
          'remove',
          'purge',
          'autoremove',
          'clean',
          'full-upgrade',
        )
      ? 'apt-get'
      : undefined;
  const full = command.arguments.find(({ text }) => text === 'full-upgrade');
  if (!program) return [];
  const { start } = command.range;
  return [
    {
      title: `Use ${program}`,
      safety: 'safe',
      changes: ({ read }) => [
        replace(read(file), { start, end: start + 'apt'.length }, program),
        ...(full ? [replace(read(file), full.range, 'dist-upgrade')] : []),
      ],
    },
  ];
}

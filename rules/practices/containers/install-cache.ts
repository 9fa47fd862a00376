/** An install leaves what only the package manager needs in the image. */
import type { ShellCommand } from '../../artifacts/shell/facts.ts';
import { chain } from '../../model/dockerfiles.ts';
import { place, type Dockerfile } from '../../model/model.ts';
import { defineRule, type LazyFix, type Message, type Safety } from '../rule.ts';
import { hadolintFinds, type RunCheck } from './hadolint.ts';
import {
  appendCommand,
  canAppend,
  hasOption,
  hasWord,
  insertWord,
  isMounted,
  namesIn,
  removes,
  runsOf,
  type Ran,
} from './runs.ts';

export default defineRule({
  id: 'containers/install-cache',
  title: 'An install leaves caches in the image.',
  area: 'containers',
  section: '§4',
  level: 'info',
  fix: 'safe',
  joins: false,
  messages: {
    ...three(
      'apt-lists',
      'hadolint/DL3009',
      'The package lists that {command} fetches stay in the image: rm -rf /var/lib/apt/lists/* must be part of the same RUN.',
      'No rm -rf /var/lib/apt/lists/* is part of the RUN that fetches package lists.',
    ),
    ...three(
      'apt-recommends',
      'hadolint/DL3015',
      'apt-get installs whatever the packages recommend, too: every copy of the image carries what nobody asked for.',
      'apt-get install has no --no-install-recommends.',
    ),
    ...three(
      'apk-index',
      'hadolint/DL3019',
      'apk add without --no-cache leaves the package index in the image.',
      'apk add has no --no-cache.',
    ),
    ...three(
      'yum-cache',
      'hadolint/DL3032',
      'yum leaves packages and metadata in the image: yum clean all must follow in the same RUN.',
      'No yum clean all follows in this RUN.',
    ),
    ...three(
      'zypper-cache',
      'hadolint/DL3036',
      'zypper leaves packages and metadata in the image: zypper clean must follow in the same RUN.',
      'No zypper clean follows in this RUN.',
    ),
    ...three(
      'dnf-cache',
      'hadolint/DL3040',
      '{program} leaves packages and metadata in the image: {program} clean all must follow in the same RUN.',
      'No dnf clean all follows in this RUN.',
    ),
    ...three(
      'pip-cache',
      'hadolint/DL3042',
      'pip install without --no-cache-dir leaves every package in the image twice.',
      'pip install has no --no-cache-dir.',
    ),
    ...three(
      'yarn-cache',
      'hadolint/DL3060',
      '{command} leaves every package in the image twice: yarn cache clean must follow in the same RUN.',
      'No yarn cache clean follows in this RUN.',
    ),
  },
  check(model, report) {
    for (const dockerfile of model.dockerfiles) {
      const { file } = dockerfile;
      const service = model.serviceRunning(dockerfile);
      const isProduct = model.role(file) === 'production';
      const runs = runsOf(dockerfile);
      let met = false;
      let gap = false;
      for (const ran of runs) {
        met ||= ran.shipped && ran.script.commands.some((command) => installers.test(command.name));
        const left = leftBy(ran, dockerfile);
        gap ||= left.length > 0;
        for (const [what, check] of Object.entries(checks) as [What, RunCheck][]) {
          const own = left.filter(({ message }) => message === what);
          const found = hadolintFinds(check, ran, dockerfile);
          for (const { command, data, fix } of own) {
            const at = { file, range: { start: command.range.start, end: endOfVerb(command) } };
            const fixes = fix ? [lazy(file, fix)] : [];
            report.gap({ message: found ? what : `${what}-unseen`, data, at, service, fixes });
          }
          const at = place(file, { range: ran.run.keywordRange });
          if (found && own.length === 0) report.gap({ message: `${what}-elsewhere`, at, service });
        }
      }
      if (service && met && !gap && isProduct && runs[0]) {
        report.met(service, { at: place(file, runs[0].run), message: 'Installs leave no caches behind.' });
      }
    }
  },
});

const installers = /^(?:apt-get|apk|yum|zypper|dnf|dnf5|microdnf|pip[\d.]*|yarn)$/;

type What =
  | 'apt-lists'
  | 'apt-recommends'
  | 'apk-index'
  | 'yum-cache'
  | 'zypper-cache'
  | 'dnf-cache'
  | 'pip-cache'
  | 'yarn-cache';

const checks: Readonly<Record<What, RunCheck>> = {
  'apt-lists': 'DL3009',
  'apt-recommends': 'DL3015',
  'apk-index': 'DL3019',
  'yum-cache': 'DL3032',
  'zypper-cache': 'DL3036',
  'dnf-cache': 'DL3040',
  'pip-cache': 'DL3042',
  'yarn-cache': 'DL3060',
};

/**
 * What is left in an image: as hadolint finds it in the same RUN; where it does not look; and where it asks for it all the
 * same, although the stage is thrown away, or it is done in another way.
 */
function three<Key extends What>(key: Key, check: string, text: string, elsewhere: string) {
  return {
    [key]: { text, equivalents: [check] },
    [`${key}-unseen`]: { text },
    [`${key}-elsewhere`]: { text: elsewhere, equivalents: [check], level: 'off' },
  } as Record<Key | `${Key}-unseen` | `${Key}-elsewhere`, Message>;
}

interface Left {
  readonly message: What;
  readonly command: ShellCommand;
  readonly data?: Readonly<Record<string, string>>;
  readonly fix?: FixPlan;
}

interface FixPlan {
  readonly title: string;
  readonly safety: Safety;
  readonly change: (file: Parameters<typeof insertWord>[0]) => ReturnType<typeof insertWord>;
}

function leftBy(ran: Ran, dockerfile: Dockerfile): Left[] {
  return [
    ...aptLists(ran, dockerfile),
    ...ran.script.commands.flatMap((command) => {
      if (command.name === 'apt-get') return recommends(command, ran);
      if (command.name === 'apk') return apkIndex(command, ran);
      return isPipInstall(command) ? pipCache(command, ran, dockerfile) : [];
    }),
    ...systemCache(ran),
    ...yarnCache(ran),
  ];
}

const apt = /^(?:apt|apt-get|aptitude)$/;
const mountedLists = /^\/var(?:\/lib(?:\/apt(?:\/lists)?)?)?$/;

function aptLists(ran: Ran, dockerfile: Dockerfile): Left[] {
  const { run, script, shipped } = ran;
  const update = script.commands.find((command) => apt.test(command.name) && hasWord(command, 'update'));
  if (!update || !shipped || isMounted(run, mountedLists)) return [];
  const cleans = script.commands.some(
    (command) =>
      removes(command, /\/var\/lib\/apt(?:\/|$)|\/var\/lib\/?\*?$|\{[^}]*\bapt\b/) ||
      (/^apt(?:-get)?$/.test(command.name) && hasWord(command, 'dist-clean', 'distclean')),
  );
  if (cleans) return [];
  const data = { command: `${update.name} update` };
  const fix = usesLists(ran, dockerfile) ? undefined : append(run, 'rm -rf /var/lib/apt/lists/*', update);
  return [{ message: 'apt-lists', command: update, data, fix }];
}

/** Whether a later RUN installs from the lists that this one fetched. */
function usesLists({ run, stage }: Ran, dockerfile: Dockerfile): boolean {
  return runsOf(dockerfile).some((later) => {
    if (later.run.range.start <= run.range.start) return false;
    if (later.stage !== stage && !chain(dockerfile.facts, later.stage.index).includes(stage)) return false;
    const first = later.script.commands.find(
      (command) => apt.test(command.name) && hasWord(command, 'update', 'install'),
    );
    return first !== undefined && !hasWord(first, 'update');
  });
}

function recommends(command: ShellCommand, { shipped, stage }: Ran): Left[] {
  const verb = command.arguments.find(({ text }) => text === 'install');
  if (!verb || !shipped || hasOption(command, 'no-install-recommends')) return [];
  if (command.arguments.some(({ text }) => /Install-Recommends=(?:false|0|no)/i.test(text))) return [];
  // Switched off for good by an earlier step.
  if (stage.runs.some(({ value }) => /Install-Recommends\s+\\?"?(?:false|0|no)/i.test(value))) return [];
  return [
    {
      message: 'apt-recommends',
      command,
      fix: {
        title: 'Add --no-install-recommends',
        safety: 'suggested',
        change: (file) => insertWord(file, verb, '--no-install-recommends'),
      },
    },
  ];
}

function apkIndex(command: ShellCommand, { run, script, shipped }: Ran): Left[] {
  const verb = command.arguments.find(({ text }) => text === 'add');
  if (!verb || !shipped || hasOption(command, 'no-cache')) return [];
  if (isMounted(run, /^(?:\/var(?:\/cache(?:\/apk)?)?|\/etc\/apk\/cache)$/)) return [];
  const removed = script.commands.some((other) =>
    removes(other, /\/var\/cache\/(?:apk|\*|$)|\{[^}]*\bapk\b/),
  );
  if (removed) return [];
  return [
    {
      message: 'apk-index',
      command,
      fix: {
        title: 'Add --no-cache',
        safety: 'safe',
        change: (file) => insertWord(file, verb, '--no-cache'),
      },
    },
  ];
}

interface SystemManager {
  readonly message: 'yum-cache' | 'zypper-cache' | 'dnf-cache';
  readonly programs: readonly string[];
  readonly installs: readonly string[];
  readonly cleans: readonly string[];
  readonly clean: string;
  readonly cache: RegExp;
}

/** Sources: the manual pages of yum(8), zypper(8) and dnf(8). */
const systemManagers: readonly SystemManager[] = [
  {
    message: 'yum-cache',
    programs: ['yum'],
    installs: ['install'],
    cleans: ['clean'],
    clean: 'yum clean all',
    cache: /^\/var(?:\/cache(?:\/(?:yum|dnf).*)?)?(?:\/?\*)?$/,
  },
  {
    message: 'zypper-cache',
    programs: ['zypper'],
    installs: ['install', 'in'],
    cleans: ['clean', 'cc'],
    clean: 'zypper clean --all',
    cache: /^\/var(?:\/cache(?:\/zypp.*)?)?(?:\/?\*)?$/,
  },
  {
    message: 'dnf-cache',
    programs: ['dnf', 'dnf5', 'microdnf'],
    installs: ['install'],
    cleans: ['clean'],
    clean: 'dnf clean all',
    cache: /^\/var(?:\/cache(?:\/(?:lib)?(?:dnf|yum).*)?)?(?:\/?\*)?$/,
  },
];

function systemCache({ run, script, shipped }: Ran): Left[] {
  return systemManagers.flatMap((manager): Left[] => {
    const { programs, installs, cleans, cache } = manager;
    const own = script.commands.filter(({ name }) => programs.includes(name));
    const command = own.findLast((one) => hasWord(one, ...installs));
    if (!command || !shipped || isMounted(run, cache)) return [];
    const after = script.commands.slice(script.commands.indexOf(command) + 1);
    const isCleaned = after.some(
      (one) =>
        removes(one, cache) ||
        ((programs.includes(one.name) || one.name === 'dnf') && hasWord(one, ...cleans)),
    );
    if (isCleaned) return [];
    const clean = manager.clean.replace(/^dnf/, command.name);
    return [
      {
        message: manager.message,
        command,
        data: manager.message === 'dnf-cache' ? { program: command.name } : undefined,
        fix: append(run, clean, command),
      },
    ];
  });
}

/** `pip install`, `pip3.12 install`, `python -m pip install`; not pipx, pipenv or what is put before pip. */
function isPipInstall(command: ShellCommand): boolean {
  if (/^pip[\d.]*$/.test(command.name)) return hasWord(command, 'install');
  const words = command.arguments.map(({ text }) => text);
  const module = words.indexOf('-m');
  if (!/^python[\d.]*$/.test(command.name) || module === -1) return false;
  return words[module + 1] === 'pip' && words.includes('install');
}

function pipCache(
  command: ShellCommand,
  { run, script, stage, shipped }: Ran,
  { facts }: Dockerfile,
): Left[] {
  const verb = command.arguments.find(({ text }) => text === 'install')!;
  if (!shipped || hasOption(command, 'no-cache-dir')) return [];
  if (isMounted(run, /(?:^|\/)(?:root|\.cache|pip)(?:\/|$)/)) return [];
  const exported = script.commands.filter(({ name }) => name === 'export');
  const settings = [command, ...exported].map(({ environment }) => environment?.['PIP_NO_CACHE_DIR']);
  for (const { environment } of chain(facts, stage.index)) {
    const set = environment['PIP_NO_CACHE_DIR'];
    if (set && set.range.start < run.range.start) settings.push(set.value);
  }
  if (stage === facts.fragment) settings.push(stage.environment['PIP_NO_CACHE_DIR']?.value);
  // Source: no_cache_dir in https://github.com/pypa/pip/blob/main/src/pip/_internal/cli/cmdoptions.py: whatever it says.
  if (settings.some((value) => value !== undefined && value !== '')) return [];
  const removed = script.commands.some(
    (other) => removes(other, /\.cache(?:\/|$)/) || (other.name.startsWith('pip') && hasWord(other, 'purge')),
  );
  if (removed) return [];
  return [
    {
      message: 'pip-cache',
      command,
      fix: {
        title: 'Add --no-cache-dir',
        safety: 'safe',
        change: (file) => insertWord(file, verb, '--no-cache-dir'),
      },
    },
  ];
}

function yarnCache({ run, script, shipped }: Ran): Left[] {
  const isBare = (one: ShellCommand): boolean =>
    namesIn(one).length === 0 && !hasOption(one, 'version', 'v', 'help', 'h');
  const command = script.commands.find(
    (one) => one.name === 'yarn' && (namesIn(one)[0]?.text === 'install' || isBare(one)),
  );
  if (!command || !shipped || isMounted(run, /./)) return [];
  const isCleaned = script.commands.some(
    (one) => (one.name === 'yarn' && hasWord(one, 'cache')) || removes(one, /yarn|\.cache/),
  );
  if (isCleaned) return [];
  const data = { command: hasWord(command, 'install') ? 'yarn install' : 'yarn' };
  return [{ message: 'yarn-cache', command, data, fix: append(run, 'yarn cache clean', command) }];
}

function append(run: Ran['run'], added: string, { wrappers }: ShellCommand): FixPlan | undefined {
  if (!canAppend(run)) return undefined;
  const command = wrappers?.includes('sudo') ? `sudo ${added}` : added;
  return {
    title: `Add ${command}`,
    safety: 'safe',
    change: (file) => appendCommand(file, run, command),
  };
}

function lazy(file: string, { title, safety, change }: FixPlan): LazyFix {
  return { title, safety, changes: ({ read }) => [change(read(file))] };
}

/** Up to the subcommand, so that the mark is short. */
function endOfVerb({ arguments: words, range }: ShellCommand): number {
  const verb = words.find(({ text }) => /^(?:install|in|add|update)$/.test(text));
  return verb?.range.end ?? words[0]?.range.end ?? range.end;
}

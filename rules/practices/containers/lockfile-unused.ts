/** A lockfile is there, and the build installs without it. */
import type { DockerCopy, DockerRun, DockerStage } from '../../artifacts/dockerfile/facts.ts';
import type { ShellCommand, ShellWord } from '../../artifacts/shell/facts.ts';
import { chain } from '../../model/dockerfiles.ts';
import type { Dockerfile, Model } from '../../model/model.ts';
import { baseOf, folderOf, join } from '../../model/paths.ts';
import { defineRule, type Change, type LazyFix } from '../rule.ts';
import { ImageFiles } from './imageFiles.ts';
import { hasOption, hasWord, namesIn } from './runs.ts';

export default defineRule({
  id: 'containers/lockfile-unused',
  title: 'A lockfile is there, and the build installs without it.',
  area: 'containers',
  section: '§4',
  level: 'warning',
  fix: 'suggested',
  joins: true,
  messages: {
    loose: {
      text: '{command} may change what {lock} says: two builds of the same commit get different dependencies. {strict} installs exactly what is locked.',
    },
    'not-copied': {
      text: '{command} does not see {lock}, which is never copied: every build gets the newest versions that {manifest} allows.',
    },
  },
  check(model, report) {
    for (const dockerfile of model.dockerfiles) {
      const { file } = dockerfile;
      const service = model.serviceRunning(dockerfile);
      const level = model.role(file) === 'production' ? undefined : 'info';
      for (const install of installsOf(dockerfile, model)) {
        const { manager, command, verb, lock, manifest, copied } = install;
        const name = verb ? `${command.name} ${verb.text}` : command.name;
        const isStrict = manager.isStrict(command) || install.settled;
        if (copied && isStrict) {
          if (service && level === undefined) {
            report.met(service, { at: { file, range: command.range }, message: `${name} keeps to ${lock}.` });
          }
          continue;
        }
        const range = { start: command.range.start, end: verb?.range.end ?? command.range.end };
        report.gap({
          message: copied ? 'loose' : 'not-copied',
          data: copied
            ? { command: name, lock, strict: manager.strict }
            : { command: name, lock, manifest: baseOf(manifest) },
          at: { file, range },
          service,
          level,
          related: [{ at: { file: lock }, message: 'The versions that are locked' }],
          fixes: copied ? strictFix(file, install) : copyFix(file, install),
        });
      }
    }
  },
});

interface Manager {
  readonly programs: readonly string[];
  readonly manifest: string;
  readonly locks: readonly string[];
  /** The subcommand that installs what the manifest lists; undefined where the command does something else. */
  verb(command: ShellCommand): ShellWord | 'none' | undefined;
  /** Whether it fails rather than change the lockfile. */
  isStrict(command: ShellCommand): boolean;
  /** The command that does. */
  readonly strict: string;
  /** Turns the command into it. */
  readonly fix?: { readonly option: string } | { readonly verb: string };
}

/** Options of all of them whose value is the next word. */
const values =
  /^(?:--(?:prefix|registry|loglevel|cache|omit|include|network-timeout|cache-folder|store-dir|modules-folder|reporter|only|with|without|extras|extra|group|no-group|python|jobs|retry|path|gemfile)|-[CFEj])$/;

/** Sources: https://docs.npmjs.com/cli/commands/npm-ci, https://classic.yarnpkg.com/lang/en/docs/cli/install, https://yarnpkg.com/cli/install, https://pnpm.io/cli/install, https://bun.sh/docs/cli/install, https://bundler.io/man/bundle-install.1.html, https://docs.astral.sh/uv/concepts/projects/sync, https://pipenv.pypa.io/en/latest/commands.html, https://python-poetry.org/docs/cli/#install */
const managers: readonly Manager[] = [
  {
    programs: ['npm'],
    manifest: 'package.json',
    locks: ['package-lock.json', 'npm-shrinkwrap.json'],
    verb: (command) => plainVerb(command, ['install', 'i', 'ci', 'clean-install', 'ic']),
    isStrict: (command) => hasWord(command, 'ci', 'clean-install', 'ic'),
    strict: 'npm ci',
    fix: { verb: 'ci' },
  },
  {
    programs: ['yarn'],
    manifest: 'package.json',
    locks: ['yarn.lock'],
    verb: (command) => plainVerb(command, ['install']) ?? (isBare(command) ? 'none' : undefined),
    isStrict: (command) => hasOption(command, 'frozen-lockfile', 'immutable', 'pure-lockfile'),
    strict: 'yarn install --frozen-lockfile',
    fix: { option: '--frozen-lockfile' },
  },
  {
    programs: ['pnpm'],
    manifest: 'package.json',
    locks: ['pnpm-lock.yaml'],
    verb: (command) => plainVerb(command, ['install', 'i']),
    isStrict: (command) => hasOption(command, 'frozen-lockfile', 'offline'),
    strict: 'pnpm install --frozen-lockfile',
    fix: { option: '--frozen-lockfile' },
  },
  {
    programs: ['bun'],
    manifest: 'package.json',
    locks: ['bun.lock', 'bun.lockb'],
    verb: (command) => plainVerb(command, ['install', 'i', 'ci']),
    isStrict: (command) => hasOption(command, 'frozen-lockfile') || hasWord(command, 'ci'),
    strict: 'bun install --frozen-lockfile',
    fix: { option: '--frozen-lockfile' },
  },
  {
    programs: ['uv'],
    manifest: 'pyproject.toml',
    locks: ['uv.lock'],
    verb: (command) => plainVerb(command, ['sync']),
    isStrict: (command) => hasOption(command, 'locked', 'frozen'),
    strict: 'uv sync --locked',
    fix: { option: '--locked' },
  },
  {
    programs: ['pipenv'],
    manifest: 'Pipfile',
    locks: ['Pipfile.lock'],
    verb: (command) => plainVerb(command, ['install', 'sync']),
    isStrict: (command) => hasWord(command, 'sync') || hasOption(command, 'deploy', 'ignore-pipfile'),
    strict: 'pipenv install --deploy',
    fix: { option: '--deploy' },
  },
  {
    programs: ['poetry'],
    manifest: 'pyproject.toml',
    locks: ['poetry.lock'],
    verb: (command) => plainVerb(command, ['install', 'sync']),
    // It never changes the lockfile that is there.
    isStrict: () => true,
    strict: 'poetry install',
  },
  {
    programs: ['composer'],
    manifest: 'composer.json',
    locks: ['composer.lock'],
    verb: (command) => plainVerb(command, ['install', 'i']),
    isStrict: () => true,
    strict: 'composer install',
  },
  {
    programs: ['bundle', 'bundler'],
    manifest: 'Gemfile',
    locks: ['Gemfile.lock'],
    verb: (command) => plainVerb(command, ['install']),
    isStrict: (command) => hasOption(command, 'deployment', 'frozen'),
    strict: 'bundle install with BUNDLE_FROZEN=true',
  },
];

/** The subcommand, where nothing but it is named: with names, packages are added. */
function plainVerb(command: ShellCommand, verbs: readonly string[]): ShellWord | undefined {
  const [verb, ...names] = namesIn(command, values);
  if (!verb || names.length > 0 || !verbs.includes(verb.text)) return undefined;
  return hasOption(command, 'global', 'g', 'prefix', 'C', 'dir', 'cwd', 'filter', 'F') ? undefined : verb;
}

function isBare(command: ShellCommand): boolean {
  return namesIn(command, values).length === 0 && !hasOption(command, 'version', 'v', 'help', 'h', 'cwd');
}

interface LockedInstall {
  readonly manager: Manager;
  readonly command: ShellCommand;
  readonly verb?: ShellWord;
  readonly run: DockerRun;
  /** In the workspace. */
  readonly lock: string;
  readonly manifest: string;
  /** The lockfile is in the image when it is needed. */
  readonly copied: boolean;
  /** A setting says what the command does not. */
  readonly settled: boolean;
  /** What copied the manifest. */
  readonly copy?: DockerCopy;
}

/** Installs whose manifest comes from the build context, where a lockfile stands beside it. */
function installsOf(dockerfile: Dockerfile, model: Model): LockedInstall[] {
  const { facts } = dockerfile;
  return facts.stages.flatMap((stage) =>
    stage.runs.flatMap((run) => {
      const commands = run.script?.commands ?? [];
      const first = commands.findIndex(({ name }) => name === 'cd' || name === 'pushd');
      return commands.flatMap((command, index): LockedInstall[] => {
        const manager = managers.find(({ programs }) => programs.includes(command.name));
        const verb = manager?.verb(command);
        if (!manager || !verb || (first !== -1 && first < index)) return [];
        const image = new ImageFiles(dockerfile, model, stage, run);
        const folder = image.workdir;
        if (folder === undefined || bound(run)) return [];
        const manifest = image.origin(join(folder, manager.manifest));
        if (!manifest) return [];
        const beside = manager.locks.map((lock) => join(folderOf(manifest.file), lock));
        const lock = beside.find((one) => model.files.lists(one));
        if (lock === undefined) return [];
        const copied = manager.locks.some((one) => image.origin(join(folder, one)) !== undefined);
        // Something that is not understood may have brought it.
        if (!copied && image.unclear) return [];
        return [
          {
            manager,
            command,
            ...(verb !== 'none' && { verb }),
            run,
            lock,
            manifest: manifest.file,
            copied,
            settled: isSettled(manager, stage, dockerfile, run),
            copy: manifest.copy,
          },
        ];
      });
    }),
  );
}

/** Files that are mounted for one RUN are not looked at. */
function bound({ mounts }: DockerRun): boolean {
  return mounts.some(({ type }) => type === 'bind');
}

/** Settings that make an install strict: CI for pnpm and yarn, BUNDLE_FROZEN and the like for bundler. */
function isSettled(
  { programs }: Manager,
  stage: DockerStage,
  { facts }: Dockerfile,
  run: DockerRun,
): boolean {
  const names = new Set(chain(facts, stage.index).flatMap(({ environment }) => Object.keys(environment)));
  for (const { environment = {} } of run.script?.commands ?? []) {
    for (const name of Object.keys(environment)) names.add(name);
  }
  const has = (...all: string[]): boolean => all.some((name) => names.has(name));
  if (programs.includes('pnpm')) return has('CI');
  if (programs.includes('yarn')) return has('YARN_ENABLE_IMMUTABLE_INSTALLS', 'CI');
  if (programs.includes('uv')) return has('UV_FROZEN', 'UV_LOCKED');
  if (!programs.includes('bundle')) return false;
  if (has('BUNDLE_FROZEN', 'BUNDLE_DEPLOYMENT')) return true;
  return chain(facts, stage.index).some(({ runs }) =>
    runs.some(({ value }) => /bundle\s+config\s+(?:set\s+)?(?:--\w+\s+)*(?:frozen|deployment)/.test(value)),
  );
}

function strictFix(file: string, install: LockedInstall): LazyFix[] {
  const { fix, strict } = install.manager;
  if (!fix || ('verb' in fix && !install.verb)) return [];
  const title = 'verb' in fix ? `Use ${strict}` : `Add ${fix.option}`;
  return [{ title, safety: 'suggested', changes: () => [strictEdit(file, install)] }];
}

function strictEdit(
  file: string,
  { manager: { fix }, verb, command: { name, range } }: LockedInstall,
): Change {
  const word = verb?.range ?? { start: range.start, end: range.start + name.length };
  if (fix && 'verb' in fix) return { kind: 'edit', file, range: word, text: fix.verb };
  return { kind: 'edit', file, range: { start: word.end, end: word.end }, text: ` ${fix?.option ?? ''}` };
}

/** Adds the lockfile to the COPY that brings the manifest, where that names it, and keeps the install to it. */
function copyFix(file: string, install: LockedInstall): LazyFix[] {
  const { copy, lock, manifest, manager, command, settled } = install;
  if (!copy || !copy.written.some((source) => baseOf(source) === baseOf(manifest))) return [];
  const { destination, range } = copy;
  if (baseOf(destination) === baseOf(manifest)) return [];
  const loose = manager.fix !== undefined && !settled && !manager.isStrict(command);
  return [
    {
      title: `Copy ${baseOf(lock)} with ${baseOf(manifest)}`,
      safety: 'suggested',
      changes({ read }) {
        const text = read(file).text.slice(range.start, range.end);
        const at = text.indexOf(baseOf(manifest));
        if (at === -1 || text.includes('[')) return [];
        const folder = /[^\s]*$/.exec(text.slice(0, at))![0];
        const end = range.start + at + baseOf(manifest).length;
        const changes: Change[] = [
          { kind: 'edit', file, range: { start: end, end }, text: ` ${folder}${baseOf(lock)}` },
        ];
        // With two sources the destination must be a folder.
        if (!destination.endsWith('/')) {
          changes.push({ kind: 'edit', file, range: { start: range.end, end: range.end }, text: '/' });
        }
        return loose ? [...changes, strictEdit(file, install)] : changes;
      },
    },
  ];
}

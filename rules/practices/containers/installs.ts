/**
 * Which commands of a RUN install dependencies, and which files they need to do so. It knows the package managers'
 * commands, and must never know a stage.
 */
import type { ShellCommand, ShellScript } from '../../artifacts/shell/facts.ts';
import type { Model } from '../../model/model.ts';
import { folderOf, join } from '../../model/paths.ts';

export interface Install {
  /** `npm`, `pip` … */
  readonly tool: string;
  /** As it is written, for messages. */
  readonly command: string;
  /** It builds, and installs whatever is missing on the way. */
  readonly implicit: boolean;
  readonly run: ShellCommand;
}

type Tool = Pick<Install, 'tool' | 'implicit'>;

/** The tools that a script runs, in whatever way. */
export function toolsIn(script: ShellScript): string[] {
  const tools: Readonly<Record<string, string>> = { mvn: 'maven', mvnw: 'maven', gradlew: 'gradle' };
  return script.commands.map(({ name }) => (Object.hasOwn(tools, name) ? tools[name]! : name));
}

/** The installs in a script. */
export function installsIn(script: ShellScript): Install[] {
  return script.commands.flatMap((run) => {
    const words = [run.name, ...run.arguments.map(({ text }) => text)];
    const tool = toolOf(words);
    return tool ? [{ ...tool, command: nameOf(words), run }] : [];
  });
}

/** `pip install`, `go mod download`, `mvn package`: the words before the first option, or else the first after it. */
function nameOf(words: readonly string[]): string {
  const option = words.findIndex((word) => word.startsWith('-'));
  const before = words.slice(0, option === -1 ? 3 : Math.min(option, 3));
  const verb = words.slice(1).find((word) => !word.startsWith('-'));
  return before.length === 1 && verb !== undefined ? `${before[0]} ${verb}` : before.join(' ');
}

function toolOf([program = '', ...rest]: readonly string[]): Tool | undefined {
  const explicit = (tool: string): Tool => ({ tool, implicit: false });
  const implicit = (tool: string): Tool => ({ tool, implicit: true });
  const names = rest.filter((word) => !word.startsWith('-'));
  const [verb = ''] = names;
  switch (program) {
    case 'npm':
      return /^(?:ci|install|i|clean-install)$/.test(verb) && isOfManifest(rest, verb)
        ? explicit('npm')
        : undefined;
    case 'yarn':
      return (verb === '' || verb === 'install') && !rest.includes('--version')
        ? explicit('yarn')
        : undefined;
    case 'pnpm':
    case 'bun':
      return /^(?:install|i)$/.test(verb) && isOfManifest(rest, verb) ? explicit(program) : undefined;
    case 'pip':
    case 'pip3':
      return verb === 'install' && requirementsOf(rest).length > 0 ? explicit('pip') : undefined;
    case 'python':
    case 'python3':
      return rest[0] === '-m' && rest[1]?.startsWith('pip') ? toolOf(rest.slice(1)) : undefined;
    case 'poetry':
    case 'composer':
      return verb === 'install' ? explicit(program) : undefined;
    case 'pipenv':
      return /^(?:install|sync)$/.test(verb) && names.length === 1 ? explicit('pipenv') : undefined;
    case 'uv':
      return verb === 'sync' ? explicit('uv') : undefined;
    case 'bundle':
      return verb === 'install' || rest.length === 0 ? explicit('bundler') : undefined;
    case 'go':
      if (verb === 'mod' && names[1] === 'download') return explicit('go');
      return verb === 'build' || verb === 'install' ? implicit('go') : undefined;
    case 'gvt':
    case 'glide':
    case 'dep':
      return /^(?:restore|install|ensure)$/.test(verb) ? explicit(program) : undefined;
    case 'mix':
      return verb === 'deps.get' ? explicit('mix') : undefined;
    case 'dotnet':
      if (verb === 'restore') return explicit('dotnet');
      return /^(?:build|publish)$/.test(verb) && !rest.includes('--no-restore')
        ? implicit('dotnet')
        : undefined;
    case 'mvn':
    case 'mvnw':
      return names.some((name) => /^(?:package|install|verify|compile)$/.test(name))
        ? implicit('maven')
        : undefined;
    case 'gradle':
    case 'gradlew':
      return names.some((name) => /(?:^|:)(?:build|assemble|bootJar|installDist|shadowJar|jar)$/.test(name))
        ? implicit('gradle')
        : undefined;
    case 'cargo':
      if (verb === 'fetch') return explicit('cargo');
      return verb === 'build' ? implicit('cargo') : undefined;
    default:
      return undefined;
  }
}

/** Without package names, it installs what the manifest lists. */
function isOfManifest(words: readonly string[], verb: string): boolean {
  if (words.some((word) => /^(?:-g|--global|--location=global)$/.test(word))) return false;
  const takesValue =
    /^(?:--(?:prefix|registry|loglevel|omit|include|filter|workspace|cache|dir|store-dir|network-timeout)|-[CFw])$/;
  return words.every(
    (word, index) => word === verb || /^(?:-|\d?>)/.test(word) || takesValue.test(words[index - 1] ?? ''),
  );
}

/** The files that `pip install -r` reads. */
export function requirementsOf(words: readonly string[]): string[] {
  return words.flatMap((word, index) => {
    const long = /^--(?:requirement|constraint)=(.+)$/.exec(word)?.[1];
    if (long !== undefined) return [long];
    return /^(?:-r|-c|--requirement|--constraint)$/.test(words[index - 1] ?? '') ? [word] : [];
  });
}

export interface InstallPlan {
  /** Copied before the install, relative to the build context. */
  readonly manifests: readonly string[];
  /** Run instead of the install itself; the install then stays where it is and finds its work done. */
  readonly ahead?: string;
}

/**
 * What lets dependencies be installed before the source is there.
 * @param context the build context's folder
 * @returns undefined where it is not plain that this would work: workspaces, install scripts, files that are not there
 */
export function planFor(
  { tool, command, run }: Install,
  context: string,
  model: Model,
): InstallPlan | undefined {
  const there = (name: string): boolean => model.files.lists(join(context, name));
  const all = (...names: string[]): InstallPlan | undefined =>
    names.every(there) ? { manifests: names } : undefined;
  const optional = (...names: string[]): string[] => names.filter(there);
  switch (tool) {
    case 'npm':
      if (!isPlainPackage(context, model)) return undefined;
      return all('package.json', ...optional('package-lock.json', 'npm-shrinkwrap.json', '.npmrc'));
    case 'yarn':
      if (!isPlainPackage(context, model) || there('.yarnrc.yml')) return undefined;
      return all('package.json', 'yarn.lock', ...optional('.npmrc', '.yarnrc'));
    case 'pnpm':
      if (!isPlainPackage(context, model) || there('pnpm-workspace.yaml')) return undefined;
      return all('package.json', 'pnpm-lock.yaml', ...optional('.npmrc'));
    case 'bun':
      if (!isPlainPackage(context, model)) return undefined;
      return all('package.json', ...optional('bun.lock', 'bun.lockb'));
    case 'pip': {
      const files = requirementsOf(run.arguments.map(({ text }) => text)).map((file) =>
        file.replace(/^\.\//, ''),
      );
      return files.every((file) => !file.includes('/')) ? all(...files) : undefined;
    }
    case 'poetry': {
      const plan = all('pyproject.toml', 'poetry.lock');
      return plan && { ...plan, ahead: withFlags(run, '--no-root') };
    }
    case 'uv': {
      const plan = all('pyproject.toml', 'uv.lock');
      return plan && { ...plan, ahead: withFlags(run, '--no-install-project') };
    }
    case 'pipenv':
      return all('Pipfile', 'Pipfile.lock');
    case 'bundler':
      if (topFiles(context, model).some((file) => file.endsWith('.gemspec'))) return undefined;
      return all('Gemfile', 'Gemfile.lock', ...optional('.ruby-version'));
    case 'composer': {
      const plan = all('composer.json', 'composer.lock');
      return plan && { ...plan, ahead: withFlags(run, '--no-scripts --no-autoloader') };
    }
    case 'go': {
      if (model.files.hasFolder(join(context, 'vendor')) || there('go.work')) return undefined;
      const plan = all('go.mod', 'go.sum');
      return plan && (/\bmod\b/.test(command) ? plan : { ...plan, ahead: 'go mod download' });
    }
    case 'dotnet': {
      const projects = topFiles(context, model).filter((file) => /\.(?:cs|fs|vb)proj$/.test(file));
      const shared = ['Directory.Build.props', 'Directory.Packages.props', 'NuGet.config', 'nuget.config'];
      if (projects.length !== 1 || !/\brestore\b/.test(command)) return undefined;
      return all(projects[0]!, ...optional(...shared));
    }
    case 'maven': {
      const poms = model.files.under(context).filter((file) => /(?:^|\/)pom\.xml$/.test(file));
      if (poms.length !== 1 || !/^mvn\b/.test(command)) return undefined;
      const plan = all('pom.xml');
      return plan && { ...plan, ahead: 'mvn -B dependency:go-offline' };
    }
    default:
      return undefined;
  }
}

/** A package that is no workspace, runs nothing of its own at install, and depends on no folder beside it. */
function isPlainPackage(context: string, model: Model): boolean {
  const facts = model.packages.find(({ file }) => file === join(context, 'package.json'))?.facts;
  if (!facts || facts.workspaces.length > 0) return false;
  const hooks = ['preinstall', 'install', 'postinstall', 'prepare'];
  if (hooks.some((hook) => Object.hasOwn(facts.scripts, hook))) return false;
  return Object.values(facts.dependencies).every(
    ({ value }) => !/^(?:file|link|workspace|portal):/.test(value),
  );
}

function topFiles(context: string, model: Model): string[] {
  return model.files
    .under(context)
    .filter((file) => folderOf(file) === context)
    .map((file) => file.slice(context === '' ? 0 : context.length + 1));
}

/** The install's own command with flags that leave the project itself out. */
function withFlags({ name, arguments: words }: ShellCommand, flags: string): string {
  return [name, ...words.map(({ text }) => text), flags].join(' ');
}

/**
 * Follows imports from file to file: relative ones, and those of packages in this workspace. It knows names and paths,
 * never what a module does.
 */
import type { ExportFact, ImportFact, SourceFacts } from '../artifacts/source/facts.ts';
import type { FileIndex } from './model.ts';
import { isRust, languageOfFile } from './languages.ts';
import { folderOf, join, resolve } from './paths.ts';
import type { ProjectFolders } from './projects.ts';
import { rustFile } from './rustModules.ts';

/** What a local name of a file stands for. */
export interface Binding {
  readonly file: string;
  /** A local name of that file. */
  readonly local: string;
}

export interface Modules {
  /** The file that an import leads to; undefined for packages from elsewhere and for what is not found. */
  file(from: string, specifier: string): string | undefined;
  /** The files that a file imports or exports from, as far as they are found. */
  imported(file: string): readonly string[];
  /** Whether an import stays in this workspace, found or not. */
  isInternal(from: string, specifier: string): boolean;
  /** Where a local name is declared, through imports and re-exports; the name itself when it is not imported. */
  declaration(file: string, local: string): Binding | undefined;
  /** What a module exports under a name. */
  exported(file: string, name: string): Binding | undefined;
}

const extensions = ['.ts', '.js', '.tsx', '.mts', '.cts', '.mjs', '.cjs', '.jsx'];
const maxHops = 12;

export function modules(
  sources: ReadonlyMap<string, SourceFacts>,
  files: FileIndex,
  projects: ProjectFolders,
): Modules {
  const imports = new Map<
    string,
    ReadonlyMap<string, { readonly from: ImportFact; readonly name: string }>
  >();
  const importsOf = (file: string) => {
    let names = imports.get(file);
    if (!names) {
      const found = new Map<string, { from: ImportFact; name: string }>();
      for (const from of sources.get(file)?.imports ?? [])
        for (const [local, name] of Object.entries(from.names)) found.set(local, { from, name });
      imports.set(file, (names = found));
    }
    return names;
  };

  const known = resolvedIn(files);
  const file = (from: string, specifier: string): string | undefined => {
    if (isPython(from)) return pythonFile(from, specifier, files);
    if (from.endsWith('.rb')) return rubyFile(from, specifier, files);
    if (isRust(from)) return rustFile(from, specifier, files, projects);
    if (specifier.startsWith('.')) {
      const folder = folderOf(from);
      const key = `${folder}\0${specifier}`;
      let found = known.get(key);
      if (found === undefined) {
        const path = resolve(folder, specifier);
        found = (path === undefined ? undefined : sourceFile(path, files)) ?? null;
        known.set(key, found);
      }
      return found ?? undefined;
    }
    const inPackage = packageOf(specifier, projects);
    if (inPackage) return packageFile(inPackage.folder, inPackage.rest, projects, files);
    return aliased(from, specifier, projects, files);
  };

  const targets = new Map<string, readonly string[]>();
  const imported = (from: string): readonly string[] => {
    // A Go file imports folders, and what others import is found by their build.
    if (!importsFiles(from)) return [];
    let known = targets.get(from);
    if (!known) {
      const facts = sources.get(from);
      const specifiers = new Set(facts?.imports.map(({ specifier }) => specifier));
      for (const { from } of facts?.exports ?? []) if (from !== undefined) specifiers.add(from);
      known = [...specifiers].flatMap((specifier) => file(from, specifier) ?? []);
      targets.set(from, known);
    }
    return known;
  };

  const declaration = (from: string, local: string, hops = 0): Binding | undefined => {
    const [head, ...members] = local.split('.');
    const imported = importsOf(from).get(head!);
    if (!imported) return { file: from, local };
    const target = file(from, imported.from.specifier);
    if (target === undefined || hops > maxHops) return undefined;
    if (isPython(from) && members.length > 0 && imported.name !== '*') {
      const module = file(from, imported.from.specifier.replace(/[^.]$/, '$&.') + imported.name);
      if (module !== undefined) return exported(module, members.join('.'), hops + 1);
    }
    if (imported.name === '*') return exported(target, members[0] ?? 'default', hops + 1);
    const found = exported(target, imported.name, hops + 1);
    return found && members.length > 0 ? member(found, members, hops) : found;
  };

  /** A member of an object that a module exports whole: `module.exports = { users }` read as `routes.users`. */
  const member = (binding: Binding, members: readonly string[], hops: number): Binding | undefined =>
    exported(binding.file, members[0]!, hops + 1) ?? {
      file: binding.file,
      local: `${binding.local}.${members.join('.')}`,
    };

  const exported = (from: string, name: string, hops = 0): Binding | undefined => {
    const facts = sources.get(from);
    if (!facts || hops > maxHops) return undefined;
    // Whatever has a name at the top of a Python file can be imported.
    if (facts.language === 'python') return declaration(from, name, hops + 1);
    const direct = facts.exports.find((fact) => fact.name === name);
    if (direct) return throughExport(from, direct, name, hops);
    if (/^(?:rust|ruby)$/.test(facts.language)) return { file: from, local: name };
    for (const fact of facts.exports) {
      if (fact.name !== '*' || fact.from === undefined) continue;
      const target = file(from, fact.from);
      const found = target === undefined ? undefined : exported(target, name, hops + 1);
      if (found) return found;
    }
    return undefined;
  };

  const throughExport = (from: string, fact: ExportFact, name: string, hops: number): Binding | undefined => {
    if (fact.from !== undefined) {
      const target = file(from, fact.from);
      return target === undefined ? undefined : exported(target, fact.local ?? name, hops + 1);
    }
    return fact.local === undefined ? { file: from, local: name } : declaration(from, fact.local, hops + 1);
  };

  return {
    file,
    imported,
    isInternal: (from, specifier) =>
      specifier.startsWith('.') ||
      packageOf(specifier, projects) !== undefined ||
      file(from, specifier) !== undefined,
    declaration,
    exported,
  };
}

/** Relative imports lead to the same files until files come or go, which makes another index. */
const resolvedByIndex = new WeakMap<FileIndex, Map<string, string | null>>();

function resolvedIn(files: FileIndex): Map<string, string | null> {
  let known = resolvedByIndex.get(files);
  if (!known) resolvedByIndex.set(files, (known = new Map()));
  return known;
}

function importsFiles(path: string): boolean {
  return /^(?:javascript|python|rust)$/.test(languageOfFile(path));
}

/** Ruby finds constants by itself; only parts of routes are named by their files. */
function rubyFile(from: string, specifier: string, files: FileIndex): string | undefined {
  const path = specifier.startsWith('.') ? resolve(folderOf(from), `${specifier}.rb`) : undefined;
  return path !== undefined && files.lists(path) ? path : undefined;
}

export function isPython(path: string): boolean {
  return path.endsWith('.py');
}

/**
 * The file of a module: below the importing file's folder or one above it, since the path that Python searches begins
 * somewhere there.
 */
function pythonFile(from: string, specifier: string, files: FileIndex): string | undefined {
  const dots = /^\.*/.exec(specifier)![0].length;
  const path = specifier.slice(dots).replaceAll('.', '/');
  if (dots > 0) {
    const folder = resolve(folderOf(from), '../'.repeat(dots - 1) || '.');
    return folder === undefined ? undefined : moduleAt(folder, path, files);
  }
  for (let folder = folderOf(from); ; folder = folderOf(folder)) {
    const found = moduleAt(folder, path, files) ?? moduleAt(join(folder, 'src'), path, files);
    if (found !== undefined || folder === '') return found;
  }
}

function moduleAt(folder: string, path: string, files: FileIndex): string | undefined {
  const candidates = path === '' ? ['__init__.py'] : [`${path}.py`, `${path}/__init__.py`];
  return candidates.map((candidate) => join(folder, candidate)).find((candidate) => files.lists(candidate));
}

/** The source file that a path without or with another extension stands for: `./server`, `./server.js` for server.ts. */
export function sourceFile(path: string, files: FileIndex): string | undefined {
  if (files.lists(path)) return path;
  for (const extension of extensions) if (files.lists(path + extension)) return path + extension;
  const compiled = /\.([cm]?)js(x?)$/.exec(path);
  if (compiled) {
    const stem = path.slice(0, compiled.index);
    for (const written of [`.${compiled[1]}ts${compiled[2]}`, '.ts', '.tsx'])
      if (files.lists(stem + written)) return stem + written;
  }
  for (const extension of extensions) {
    const index = join(path, `index${extension}`);
    if (files.lists(index)) return index;
  }
  return undefined;
}

function packageOf(
  specifier: string,
  projects: ProjectFolders,
): { folder: string; rest: string } | undefined {
  const parts = specifier.split('/');
  const length = specifier.startsWith('@') ? 2 : 1;
  const folder = projects.packageFolder(parts.slice(0, length).join('/'));
  return folder === undefined ? undefined : { folder, rest: parts.slice(length).join('/') };
}

const built = /^(?:dist|build|lib|out|output|esm|cjs)\//;

function packageFile(
  folder: string,
  rest: string,
  projects: ProjectFolders,
  files: FileIndex,
): string | undefined {
  const main = projects.packages.get(folder)?.facts.main?.replace(/^\.\//, '');
  const candidates =
    rest === ''
      ? [...(main === undefined ? [] : writtenPaths(main)), 'src/index', 'index', 'src/main', 'lib/index']
      : [rest, `src/${rest}`, ...writtenPaths(rest)];
  for (const candidate of candidates) {
    const found = sourceFile(join(folder, candidate), files);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The paths that a built file may have been written as: `dist/server.js` as `src/server.js` or `server.js`. */
export function writtenPaths(path: string): string[] {
  const paths = [path];
  for (let rest = path; built.test(rest);) {
    rest = rest.replace(built, '');
    paths.push(`src/${rest}`, rest);
  }
  return paths;
}

/** `@/x`, `~/x`, `#x` and `src/x`: aliases that nearly every project gives its own source folder. */
function aliased(
  from: string,
  specifier: string,
  projects: ProjectFolders,
  files: FileIndex,
): string | undefined {
  const alias = /^(?:[@~#]\/?|src\/)(.+)$/.exec(specifier);
  if (!alias || /^@[^/]/.test(specifier)) return undefined;
  for (let folder = folderOf(from); ; folder = folderOf(folder)) {
    if (projects.packages.has(folder) || folder === '') {
      return sourceFile(join(folder, `src/${alias[1]}`), files) ?? sourceFile(join(folder, alias[1]!), files);
    }
  }
}

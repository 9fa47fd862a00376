/**
 * The files of a Go program: its main package and the packages of the workspace that it imports, directly or not. It
 * knows names and paths, never what a package does.
 */
import type { SourceFacts } from '../artifacts/source/facts.ts';
import { bareName } from './images.ts';
import { baseOf, folderOf, isWithin, join } from './paths.ts';
import type { ProjectFolders } from './projects.ts';
import { push } from '../groups.ts';

/** How many files a program may have before the rest is left out: enough for the largest known. */
const maxFiles = 3000;

/**
 * @param own files of a service, Go and others
 * @param name of the service: of several programs, it is the one in a folder of that name
 * @param isNamed only a program in a folder of that name will do
 * @returns undefined where none or several programs may be the one that runs
 */
export type GoProgram = (
  own: readonly string[],
  name: string,
  isNamed?: boolean,
) => readonly string[] | undefined;

/** @param candidates files of the workspace that may be part of a product */
export function goPrograms(
  candidates: Iterable<string>,
  sources: ReadonlyMap<string, SourceFacts>,
  projects: ProjectFolders,
): GoProgram {
  const byFolder = new Map<string, string[]>();
  for (const path of candidates) {
    if (!path.endsWith('.go')) continue;
    const folder = folderOf(path);
    push(byFolder, folder, path);
  }
  const modules = [...projects.foreign]
    .flatMap(([folder, { language, name }]) =>
      language === 'go' && name !== undefined ? { folder, name } : [],
    )
    .sort((a, b) => b.name.length - a.name.length);
  const known = new Map<string, string | undefined>();
  const folderOfPackage = (specifier: string): string | undefined => {
    if (known.has(specifier)) return known.get(specifier);
    const found = modules.find(({ name }) => isWithin(specifier, name));
    const folder = found && join(found.folder, specifier.slice(found.name.length + 1));
    known.set(specifier, folder);
    return folder;
  };
  return (own, name, isNamed = false) => {
    const mains = new Set(own.filter((path) => isMain(sources.get(path))).map(folderOf));
    const named = [...mains].filter((folder) => bareName(baseOf(folder)) === bareName(name));
    const [main, ...others] = mains.size > 1 || isNamed ? named : mains;
    if (main === undefined || others.length > 0) return undefined;
    // Without a module, nothing says which folder a path stands for.
    if (!modules.some(({ folder }) => isWithin(main, folder)))
      return mains.size === 1 ? own.filter((path) => path.endsWith('.go')) : undefined;
    const folders = new Set([main]);
    const files: string[] = [];
    for (const folder of folders) {
      for (const path of byFolder.get(folder) ?? []) {
        files.push(path);
        for (const { specifier } of sources.get(path)!.imports) {
          const target = folderOfPackage(specifier);
          if (target !== undefined) folders.add(target);
        }
      }
      if (files.length > maxFiles) break;
    }
    return files;
  };
}

function isMain(facts: SourceFacts | undefined): boolean {
  return facts?.language === 'go' && facts.exports.some(({ name }) => name === 'main');
}

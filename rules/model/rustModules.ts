/** Where a path of Rust leads: to a module's file in its own crate, or to another crate of the workspace. */
import type { FileIndex } from './model.ts';
import { baseOf, folderOf, join } from './paths.ts';
import type { ProjectFolders } from './projects.ts';

/**
 * @param specifier `crate::users`, `self::routes`, `super`, `shared::telemetry`
 * @returns the file of the deepest module that has one of its own
 */
export function rustFile(
  from: string,
  specifier: string,
  files: FileIndex,
  projects: ProjectFolders,
): string | undefined {
  const [head = '', ...rest] = specifier.split('::');
  if (head === 'self' || head === 'super') {
    let folder = moduleFolder(from);
    let path = rest;
    if (head === 'super') folder = folderOf(folder);
    while (path[0] === 'super') {
      folder = folderOf(folder);
      path = path.slice(1);
    }
    return moduleFile(folder, path, files) ?? folderModule(folder, files);
  }
  const crate = crateOf(from, files);
  if (crate === undefined) return undefined;
  const own = projects.foreignIn(crate)?.name?.replaceAll('-', '_');
  const folder = head === 'crate' || head === own ? crate : otherCrate(head, projects);
  if (folder === undefined) return undefined;
  const src = join(folder, 'src');
  return moduleFile(src, rest, files) ?? folderModule(src, files);
}

function crateOf(from: string, files: FileIndex): string | undefined {
  for (let folder = folderOf(from); ; folder = folderOf(folder)) {
    if (files.lists(join(folder, 'Cargo.toml'))) return folder;
    if (folder === '') return undefined;
  }
}

function otherCrate(name: string, projects: ProjectFolders): string | undefined {
  for (const [folder, manifest] of projects.foreign)
    if (manifest.language === 'rust' && manifest.name?.replaceAll('-', '_') === name) return folder;
  return undefined;
}

/** The folder in which a file's own modules are. */
function moduleFolder(file: string): string {
  const name = baseOf(file);
  return /^(?:mod|lib|main)\.rs$/.test(name) ? folderOf(file) : file.replace(/\.rs$/, '');
}

function moduleFile(folder: string, path: readonly string[], files: FileIndex): string | undefined {
  for (let length = path.length; length > 0; length--) {
    const module = join(folder, path.slice(0, length).join('/'));
    for (const candidate of [`${module}.rs`, `${module}/mod.rs`])
      if (files.lists(candidate)) return candidate;
  }
  return undefined;
}

function folderModule(folder: string, files: FileIndex): string | undefined {
  return ['mod.rs', 'lib.rs', 'main.rs']
    .map((name) => join(folder, name))
    .concat(`${folder}.rs`)
    .find((file) => files.lists(file));
}

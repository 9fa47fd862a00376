/** The folders of a workspace that hold a manifest of some language: package.json, go.mod, pom.xml, *.csproj … */
import type { ForeignManifestFacts, PackageFacts } from '../artifacts/packages/facts.ts';
import type { Projects } from './dockerfiles.ts';
import { bareName, normalName } from './images.ts';
import type { InFile } from './model.ts';
import { baseOf, folderOf, isWithin } from './paths.ts';

export interface ProjectFolders extends Projects {
  /** By folder. */
  readonly packages: ReadonlyMap<string, InFile<PackageFacts>>;
  /** Of other languages, by folder. */
  readonly foreign: ReadonlyMap<string, ForeignManifestFacts>;
  foreignIn(folder: string | undefined): ForeignManifestFacts | undefined;
  /** What projects are called, by their manifests and folders. */
  readonly names: readonly string[];
  /** The package at the top only holds others together. */
  readonly isMonorepo: boolean;
  /** The folder of the package with exactly this name, scope included. */
  packageFolder(name: string): string | undefined;
}

const maxSameName = 50;

export function projectFolders(
  packages: ReadonlyMap<string, PackageFacts>,
  manifests: ReadonlyMap<string, ForeignManifestFacts>,
): ProjectFolders {
  const byFolder = new Map<string, InFile<PackageFacts>>();
  const foreign = new Map<string, ForeignManifestFacts>();
  const byPackageName = new Map<string, string>();
  const named = new Map<string, string[]>();
  const names = new Set<string>();
  const name = (text: string, folder: string) => {
    names.add(text);
    for (const key of new Set([normalName(text), bareName(text)])) {
      const folders = named.get(key);
      if (!folders) named.set(key, [folder]);
      else if (!folders.includes(folder)) folders.push(folder);
    }
  };
  for (const [file, facts] of packages) {
    const folder = folderOf(file);
    byFolder.set(folder, { file, facts });
    if (folder !== '') name(baseOf(folder), folder);
    if (!facts.name) continue;
    if (!byPackageName.has(facts.name.value)) byPackageName.set(facts.name.value, folder);
    name(baseOf(facts.name.value), folder);
  }
  for (const [file, facts] of manifests) {
    const folder = folderOf(file);
    if (!foreign.has(folder) || facts.name !== undefined) foreign.set(folder, facts);
    if (folder !== '') name(baseOf(folder), folder);
    if (facts.name !== undefined) name(facts.name.replace(/^.*[/:]/, ''), folder);
  }
  return {
    packages: byFolder,
    foreign,
    isMonorepo: byFolder.has('') && (byFolder.get('')!.facts.workspaces.length > 0 || byFolder.size > 3),
    names: [...names],
    has: (folder) => byFolder.has(folder) || foreign.has(folder),
    named(text, within) {
      for (const key of [normalName(text), bareName(text)]) {
        const folders = named.get(key) ?? [];
        // A name that so many bear says nothing.
        if (folders.length > maxSameName) return undefined;
        const found = folders.filter((folder) => isWithin(folder, within));
        if (found.length > 0) return found.length === 1 ? found[0] : undefined;
      }
      return undefined;
    },
    foreignIn: (folder) => (folder === undefined ? undefined : foreign.get(folder)),
    packageFolder: (text) => byPackageName.get(text),
  };
}

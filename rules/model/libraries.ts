/**
 * Which libraries a service may use: what its code imports, and what the manifests name that hold for its folders. It
 * must never know what a library is for.
 */
import type { Evidence, Place } from '../text.ts';
import type { Located, Model, Service } from './model.ts';
import { folderOf, foldersUp, join } from './paths.ts';

const dependenciesOf = new WeakMap<Model, ReadonlyMap<string, readonly Located<string>[]>>();

/**
 * @param is whether a package or module is meant, by its name as manifests and imports write it
 * @returns where the first such library is imported or depended on
 */
export function libraryOf(
  model: Model,
  { code, root }: Service,
  is: (name: string) => boolean,
): Evidence | undefined {
  const files = code?.files ?? [];
  for (const file of files)
    for (const { specifier, range } of model.sources.get(file)?.imports ?? [])
      if (is(specifier)) return { at: { file, range }, message: `imports ${specifier}` };
  const byFolder = dependencies(model);
  const folders = new Set([
    ...(root === undefined ? [] : foldersUp(join(root, 'x'))),
    ...new Set(files.map(folderOf)),
  ]);
  for (const folder of [...folders])
    for (const above of foldersUp(join(folder, 'x'))) {
      const found = byFolder.get(above)?.find(({ value }) => is(value));
      if (found) return { at: found.at, message: `depends on ${found.value}` };
    }
  return undefined;
}

/** By the folder of the manifest. */
function dependencies(model: Model): ReadonlyMap<string, readonly Located<string>[]> {
  const known = dependenciesOf.get(model);
  if (known) return known;
  const found = new Map<string, Located<string>[]>();
  const add = (file: string, value: string, range: Place['range']): void => {
    const list = found.get(folderOf(file));
    const one = { value, at: { file, ...(range && { range }) } };
    if (list) list.push(one);
    else found.set(folderOf(file), [one]);
  };
  for (const { file, facts } of model.packages)
    for (const [name, { range }] of Object.entries(facts.dependencies)) add(file, name, range);
  for (const { file, facts } of model.manifests)
    for (const { value, range } of facts.dependencies ?? []) add(file, value, range);
  dependenciesOf.set(model, found);
  return found;
}

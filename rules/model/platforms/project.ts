/**
 * What a service is built on and set to, for frameworks that serve, stop and trace by convention: dependencies of its
 * manifests, those above and those it is built with; settings files; and what its start command sets. It must never
 * know a framework.
 */
import type { ForeignManifestFacts } from '../../artifacts/packages/facts.ts';
import type { SettingFact, SettingsFacts } from '../../artifacts/settings/facts.ts';
import { jsonSettings } from '../../artifacts/settings/settings.ts';
import type { FileIndex, InFile, Located } from '../model.ts';
import { baseOf, folderOf, foldersUp, join, resolve } from '../paths.ts';
import type { Started } from '../starts.ts';
import { push } from '../../groups.ts';

export interface Project {
  readonly root: string;
  readonly files: FileIndex;
  /** Names in lower case with dashes for dots, so that a version catalog's name is the artifact's. */
  readonly dependencies: readonly Located<string>[];
  /** Settings may come from elsewhere: a configuration server, an imported file. */
  readonly settingsElsewhere: boolean;
  /** The port that the base image of its container sets; undefined: none, or not known. */
  readonly containerPort?: number;
  version(name: string): string | undefined;
  dependency(name: RegExp): Located<string> | undefined;
  /** Whether a dependency is another project of this workspace. */
  isHere(dependency: string): boolean;
  setting(...keys: readonly string[]): Setting | undefined;
  /** The name of every key that begins so. */
  keys(start: string): readonly string[];
}

export interface Setting extends Located<string> {
  /** False where profiles, templates or a start command leave it open; the value is then not to be used. */
  readonly known: boolean;
  /** The environment variable that overrides it: `${PORT:8080}`. */
  readonly variable?: string;
}

export interface ProjectFacts {
  /** The project's own folder and those of the projects it is built with, itself first. */
  foldersOf(root: string): readonly string[];
  project(root: string, started: Started, containerPort?: number): Project;
}

const maxProjects = 200;

export function projectFacts(
  manifests: ReadonlyMap<string, ForeignManifestFacts>,
  settings: ReadonlyMap<string, SettingsFacts>,
  files: FileIndex,
): ProjectFacts {
  const byFolder = new Map<string, InFile<ForeignManifestFacts>[]>();
  const byName = new Map<string, string>();
  for (const [file, facts] of manifests) {
    const folder = folderOf(file);
    push(byFolder, folder, { file, facts });
    if (facts.name !== undefined) byName.set(facts.name, folder);
  }
  const settingsByFolder = new Map<string, InFile<SettingsFacts>[]>();
  for (const [file, facts] of settings) {
    if (/(?:^|\/)src\/(?:test|it|integrationTest)\//.test(file)) continue;
    const folder = [...foldersUp(file)].find((above) => byFolder.has(above));
    if (folder !== undefined) push(settingsByFolder, folder, { file, facts });
  }

  const referenced = (folder: string): string[] =>
    (byFolder.get(folder) ?? []).flatMap(({ facts }) => [
      ...(facts.references ?? []).flatMap((reference) => referencedFolder(reference, folder, byFolder)),
      ...(facts.dependencies ?? []).flatMap(({ value }) => byName.get(value) ?? []),
    ]);

  const known = new Map<string, readonly string[]>();
  const foldersOf = (root: string): readonly string[] => {
    let folders = known.get(root);
    if (!folders) {
      const found = new Set([root]);
      for (const folder of found) {
        if (found.size > maxProjects) break;
        for (const other of referenced(folder)) found.add(other);
      }
      known.set(root, (folders = [...found]));
    }
    return folders;
  };

  const project = (root: string, started: Started, containerPort?: number): Project => {
    const own = foldersOf(root);
    const above = [...foldersUp(join(root, 'x'))].slice(1);
    const found = [...own, ...above].flatMap((folder) =>
      (byFolder.get(folder) ?? []).filter(({ file }) => own.includes(folder) || isInherited(file)),
    );
    const dependencies = found.flatMap(({ file, facts }) =>
      (facts.dependencies ?? []).map(({ value, range }) => ({
        value: plainName(value),
        at: { file, range },
      })),
    );
    const values = [...valuesOf(settingsByFolder.get(root) ?? []), ...valuesOfEnvironment(started)];
    return {
      root,
      files,
      containerPort,
      dependencies,
      settingsElsewhere:
        values.some(({ fact }) => elsewhere.test(fact.key)) ||
        [...started.variables.keys(), ...started.properties.keys()].some((name) => elsewhereBy.test(name)),
      version: (name) =>
        found.flatMap(({ facts }) => (facts.versions && facts.versions[name]) ?? [])[0] ?? undefined,
      dependency: (name) => dependencies.find(({ value }) => name.test(value)),
      isHere: (dependency) => byName.has(dependency),
      setting: (...keys) => settingOf(values, keys, started.properties),
      keys: (start) => values.flatMap(({ fact }) => (fact.key.startsWith(start) ? fact.key : [])),
    };
  };
  return { foldersOf, project };
}

const elsewhere =
  /^(?:spring\.config\.(?:import|location|additionallocation)|spring\.cloud\.config\.uri|micronaut\.configclient\.enabled)$/;

const elsewhereBy = /^spring[._](?:config|cloud[._]config)[._]|^micronaut[._]config[._]files/i;

/** Manifests of the JVM's build tools hold for the projects below them. */
function isInherited(file: string): boolean {
  return /(?:^|\/)(?:pom\.xml|build\.gradle(?:\.kts)?)$/.test(file);
}

function plainName(name: string): string {
  return name.toLowerCase().replaceAll('.', '-');
}

function referencedFolder(
  reference: string,
  folder: string,
  projects: ReadonlyMap<string, unknown>,
): readonly string[] {
  if (!reference.startsWith(':')) {
    const path = resolve(folder, reference);
    return path === undefined ? [] : [folderOf(path)];
  }
  const path = reference.slice(1).replaceAll(':', '/');
  for (const above of foldersUp(join(folder, 'x')))
    if (projects.has(join(above, path))) return [join(above, path)];
  return [];
}

interface Value {
  readonly file: string;
  readonly fact: SettingFact;
  /** The profile, by the file's name or what it says itself. */
  readonly profile?: string;
}

/** Profiles that nobody runs in production. */
const unused = /^(?:test|tests|testing|dev|devel|development|local|it|ci|e2e|native-test)$/i;
const production = /^(?:prod|production)$/i;

function valuesOf(settings: readonly InFile<SettingsFacts>[]): Value[] {
  return settings.flatMap(({ file, facts }) => {
    const name = baseOf(file);
    const ofFile =
      /^(?:application|bootstrap)-(.+)\.\w+$/.exec(name)?.[1] ?? /^appsettings\.(.+)\.json$/.exec(name)?.[1];
    return facts.values.flatMap((fact) => {
      const profile = fact.profile ?? ofFile;
      if (profile !== undefined && unused.test(profile)) return [];
      const isBase = profile === undefined || production.test(profile);
      return [{ file, fact, ...(!isBase && { profile }) }];
    });
  });
}

/** Settings by the variables that stand for them: `MANAGEMENT_SERVER_PORT`, and JSON in one variable. */
function valuesOfEnvironment({ variables }: Started): Value[] {
  const range = { start: 0, end: 0 };
  const found: Value[] = [];
  for (const [name, value] of variables) {
    if (name === 'SPRING_APPLICATION_JSON')
      found.push(...jsonSettings(value ?? '').map((fact) => ({ file: '', fact })));
    else if (/^(?:SERVER|MANAGEMENT|ENDPOINTS|QUARKUS|MICRONAUT)_/.test(name) && !/_PORT$/.test(name))
      found.push({ file: '', fact: { key: squeezed(name), value: { value: value ?? '${}', range } } });
  }
  return found;
}

/** A key as settings files have it when read. */
function keyOf(written: string): string {
  return written.toLowerCase().replace(/[-_]/g, '');
}

/** Without what a variable's name cannot tell: dots, dashes and case. */
function squeezed(key: string): string {
  return key.toLowerCase().replace(/[^a-z0-9]/g, '');
}

/** The first of several spellings of a key that is set. */
function settingOf(
  values: readonly Value[],
  keys: readonly string[],
  properties: ReadonlyMap<string, string>,
): Setting | undefined {
  /** What settings may name each other by. */
  const plain = (): ReadonlyMap<string, string> =>
    new Map(
      values.flatMap(({ fact, profile }) => (profile === undefined ? [[fact.key, fact.value.value]] : [])),
    );
  for (const key of keys) {
    const found = values.filter(({ fact }) => fact.key === key || fact.key === squeezed(key));
    const given = [...properties].find(([name]) => keyOf(name) === key)?.[1];
    const base = found.findLast(({ profile }) => profile === undefined) ?? found[0];
    if (!base && given === undefined) continue;
    const at = base?.file ? { file: base.file, range: base.fact.value.range } : { file: '' };
    if (given !== undefined) return { ...resolved(given, properties, plain()), at };
    const texts = found.map(({ fact }) => fact.value.value);
    // HOCON: `port = ${?PORT}` below `port = 8080`.
    const optional = texts.flatMap((text) => /^\$\{\?(\w+)\}$/.exec(text)?.[1] ?? []);
    const [only, ...others] = new Set(texts.filter((text) => !/^\$\{\?/.test(text)));
    if (optional.length === 1 && only !== undefined && others.length === 0)
      return { value: only, known: true, variable: optional[0], at };
    if (only === undefined || others.length > 0 || base!.profile !== undefined)
      return { value: only ?? '', known: false, at };
    return { ...resolved(only, properties, plain()), at };
  }
  return undefined;
}

/** `${PORT:8080}` with the default it has, unless the start command sets what it names. */
function resolved(
  written: string,
  properties: ReadonlyMap<string, string>,
  values: ReadonlyMap<string, string>,
  depth = 0,
): { readonly value: string; readonly known: boolean; readonly variable?: string } {
  // Ktor's YAML has no braces: `$PORT:8080`.
  const placeholder =
    /^\$\{\??([^:{}]+)(?::([^]*))?\}$/.exec(written) ?? /^\$([A-Z_]+)(?::([^]*))?$/.exec(written);
  if (!placeholder) return { value: written, known: !written.includes('${') && !written.includes('@') };
  const [, name, fallback] = placeholder;
  const given = properties.get(name!) ?? (name!.includes('.') ? values.get(keyOf(name!)) : undefined);
  if (given !== undefined)
    return depth > 5 ? { value: written, known: false } : resolved(given, properties, values, depth + 1);
  const variable = name!.toUpperCase().replace(/\W/g, '_');
  if (fallback === undefined || depth > 5) return { value: written, known: false, variable };
  const inner = resolved(fallback, properties, values, depth + 1);
  // Two variables that may both decide are more than is followed.
  return inner.variable === undefined ? { ...inner, variable } : { ...inner, known: false };
}

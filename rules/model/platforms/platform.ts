/**
 * What frameworks add to the code of a service by convention: ports, prefixes, health routes, draining, tracing. A
 * platform knows one framework; it takes what the code says, and what the project is built on and set to.
 */
import type { Place } from '../../text.ts';
import { join } from '../paths.ts';
import { joinPaths } from '../routes.ts';
import type { Listen, Located, Route, ServiceCode } from '../model.ts';
import type { Project, Setting } from './project.ts';

/** The code of a service while platforms add to it. */
export interface PlatformCode {
  readonly files: readonly string[];
  listens: Listen[];
  routes: Route[];
  /** Every route and mount was read. */
  complete: boolean;
  readonly staticPrefixes: Located<string>[];
  readonly grpcServices: Located<string>[];
  readonly tracing: ServiceCode['tracing'][number][];
}

export type Platform = (code: PlatformCode, project: Project) => void;

/**
 * The port that a setting says, else the framework's own.
 * @param variable the environment variable that sets the same
 */
export function portOf(
  project: Project,
  setting: Setting | undefined,
  fallback: number,
  variable: string,
  at: Place,
): Pick<Listen, 'port' | 'portVariable' | 'overrides'> {
  if (!setting)
    return project.settingsElsewhere
      ? { portVariable: variable }
      : { port: { value: fallback, at }, portVariable: variable };
  const port = Number(setting.value);
  const known = setting.known && Number.isInteger(port) && port > 0;
  return {
    ...(known && { port: { value: port, at: setting.at.range ? setting.at : at } }),
    portVariable: setting.variable ?? variable,
    ...(setting.variable !== undefined && { overrides: [variable] }),
  };
}

/** A known text of a setting; the fallback where it is not set; undefined where that cannot be known. */
export function textOf(project: Project, setting: Setting | undefined, fallback: string): string | undefined {
  if (!setting) return project.settingsElsewhere ? undefined : fallback;
  return setting.known && setting.variable === undefined ? setting.value : undefined;
}

/** Puts a prefix before the routes of a framework. */
export function prefixRoutes(code: PlatformCode, framework: RegExp, prefix: string | undefined): void {
  if (prefix === undefined) code.complete = false;
  if (!prefix || prefix === '/') return;
  code.routes = code.routes.map((route) =>
    framework.test(route.framework) ? { ...route, path: joinPaths(prefix, route.path) } : route,
  );
}

export function addRoutes(code: PlatformCode, framework: string, paths: readonly string[], at: Place): void {
  for (const path of paths) code.routes.push({ method: 'GET', path: joinPaths('', path), framework, at });
}

/** Files of a folder that a framework serves: pages by their paths, what is in folders by these. */
export function addFiles(
  code: PlatformCode,
  { files, root }: Project,
  folder: string,
  base: string,
  at: Place,
): void {
  const path = join(root, folder);
  const folders = new Set<string>();
  for (const file of files.under(path)) {
    const below = file.slice(path.length + 1);
    const end = below.indexOf('/');
    if (below === 'index.html') addRoutes(code, 'static', [joinPaths(base, '/')], at);
    if (end < 0) addRoutes(code, 'static', [joinPaths(base, below)], at);
    else folders.add(below.slice(0, end));
  }
  for (const name of folders) code.staticPrefixes.push({ value: joinPaths(base, name), at });
}

/** Dependencies that start tracing by being there. */
export function traceByDependency(
  code: PlatformCode,
  project: Project,
  starters: readonly (readonly [RegExp, string])[],
): void {
  for (const [name, vendor] of starters) {
    const found = project.dependency(name);
    if (found?.at.range) code.tracing.push({ vendor, range: found.at.range, at: found.at });
  }
}

/** Whether a version such as `3.4.1` is at least another; undefined where it is not known. */
export function isAtLeast(version: string | undefined, major: number, minor: number): boolean | undefined {
  const found = version === undefined ? null : /^(\d+)\.(\d+)/.exec(version);
  if (!found) return undefined;
  return Number(found[1]) > major || (Number(found[1]) === major && Number(found[2]) >= minor);
}

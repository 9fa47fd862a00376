/** Puts together what the code of one service says, over all its files and those of the workspace that it imports. */
import type { SourceFacts } from '../artifacts/source/facts.ts';
import { located, type FileIndex, type Listen, type Located, type ServiceCode } from './model.ts';
import { addConventions, type Conventions } from './conventions.ts';
import { withImported, type JoinFiles } from './joinedFiles.ts';
import { isPythonServer } from './commands.ts';
import { languageOfFile } from './languages.ts';
import { isPython, sourceFile, writtenPaths, type Modules } from './modules.ts';
import { join } from './paths.ts';
import type { PlatformCode } from './platforms/platform.ts';
import { addPlatforms } from './platforms/platforms.ts';
import type { Project } from './platforms/project.ts';
import type { Started } from './starts.ts';

export interface CodeInput {
  /** `''` for the workspace itself. */
  readonly root: string;
  /** Files with facts below the root that belong to no deeper service, production alone. */
  readonly own: readonly string[];
  readonly started: Started;
  readonly sources: ReadonlyMap<string, SourceFacts>;
  readonly files: FileIndex;
  readonly modules: Modules;
  readonly joinFiles: JoinFiles;
  readonly package?: Conventions['package'];
  readonly manifest?: Conventions['manifest'];
  readonly symfonyRoutes: Conventions['symfonyRoutes'];
  readonly deployed: boolean;
  /** What it is built on and set to, where frameworks go by that. */
  readonly project?: Project;
}

export function codeOf(input: CodeInput): ServiceCode {
  const { root, own, started, sources, files, modules, project } = input;
  const { files: all, routes, unresolved, said } = input.joinFiles(own);
  const entryPoints = filesOf(started.entries, root, files);
  const servers = all.some(isPython) ? started.servers.filter(({ program }) => isPythonServer(program)) : [];
  const reached = all.some(isPython) ? reachedFrom(entryPoints, sources, modules) : new Set<string>();
  // Beside a web server it is started by those who write the pages, to try them out.
  const isTriedOut = (file: string): boolean => started.servesFiles && languageOfFile(file) === 'javascript';
  // Python is told to listen by the file it is started with; behind a server of its own, that one listens.
  const runs = ({ at: { file }, asMain, protocol }: Listen): boolean => {
    if (!isPython(file)) return !isTriedOut(file);
    return (
      (asMain ? entryPoints.includes(file) : reached.has(file)) &&
      !(protocol === 'http' && servers.length > 0)
    );
  };
  const listens = [
    ...servers.map((server) => listenOf(server, root, sources, modules)),
    ...said.listens.filter(runs).map((listen) => withPortField(listen, all, sources)),
  ];
  const code: PlatformCode = {
    files: all,
    listens,
    routes: routes.routes.filter(({ at }) => !isTriedOut(at.file)),
    complete: routes.complete,
    staticPrefixes: [...routes.staticPrefixes],
    grpcServices: [...said.grpcServices],
    tracing: [...said.tracing],
  };
  if (project) addPlatforms(code, project);
  addConventions(code, input);
  const http = code.listens.filter(({ protocol }) => protocol === 'http');
  const { complete, ...served } = code;
  return {
    ...said,
    ...served,
    unresolved: [
      ...unresolved,
      ...(project?.dependencies.filter((one) => isSdkOfOnesOwn(one) || mayTrace.test(one.value)) ?? []),
    ],
    entryPoints,
    required: requiredOf(all, entryPoints, sources, modules),
    preloads: filesOf(started.preloads, root, files),
    // A server whose router is not known may answer anything.
    routesComplete: complete && http.length > 0 && http.every(({ router }) => router !== undefined),
  };
}

/** What is switched on where it runs, if it is not in the settings. */
const mayTrace = /^quarkus-opentelemetry$/;

/** An SDK of MSBuild that is not the platform's may do anything: `<Sdk Name="Acme.Server.Sdk" />`. */
function isSdkOfOnesOwn({ value, at }: Located<string>): boolean {
  return /-sdk$/.test(value) && !/^(?:microsoft|aspire)-/.test(value) && /proj$/i.test(at.file);
}

/** The port that a field of the program's settings holds, where one file alone fills fields of that name. */
function withPortField(
  listen: ServiceListen,
  all: readonly string[],
  sources: ReadonlyMap<string, SourceFacts>,
): Listen {
  const { portField, ...rest } = listen;
  if (portField === undefined) return rest;
  const found = all.flatMap((file) =>
    sources
      .get(file)!
      .portFields.filter(({ field }) => field === portField)
      .map(({ variable, port }) => ({ portVariable: variable, port: located(file, port) })),
  );
  return found.length === 1 ? { ...rest, ...found[0]! } : rest;
}

type ServiceListen = Listen & { readonly portField?: string };

/** What every program of the service requires: a variable that one of them needs may be of no use to the others. */
function requiredOf(
  all: readonly string[],
  entryPoints: readonly string[],
  sources: ReadonlyMap<string, SourceFacts>,
  modules: Modules,
): Located<string>[] {
  const requiring = all.filter((file) => sources.get(file)!.required.length > 0);
  if (requiring.length === 0) return [];
  // The files of a Go program are known, and its entry point is among them.
  const programs = all.every((file) => file.endsWith('.go')) ? [all] : entryPoints.map((entry) => [entry]);
  const reached = programs.map((files) => reachedFrom(files, sources, modules));
  const first = new Map<string, Located<string>>();
  for (const file of requiring) {
    if (reached.length === 0 || !reached.every((files) => files.has(file))) continue;
    for (const variable of sources.get(file)!.required)
      if (!first.has(variable.value)) first.set(variable.value, located(file, variable));
  }
  return [...first.values()];
}

function reachedFrom(
  entryPoints: readonly string[],
  sources: ReadonlyMap<string, SourceFacts>,
  modules: Modules,
): ReadonlySet<string> {
  const read = entryPoints.filter((file) => sources.has(file));
  return new Set(withImported(read, sources, modules));
}

/** gunicorn, uvicorn and hypercorn drain on SIGTERM by themselves; the servers of Flask's and Django's own commands do not. */
function listenOf(
  { program, application, port, portVariable, at }: Started['servers'][number],
  root: string,
  sources: ReadonlyMap<string, SourceFacts>,
  modules: Modules,
): Listen {
  const [module, name = ''] = application?.replace('()', '').split(':') ?? [];
  const file = module === undefined ? undefined : modules.file(join(root, 'x.py'), module);
  const found = file === undefined ? undefined : modules.declaration(file, name);
  const known = sources
    .get(found?.file ?? '')
    ?.routers.some(({ local, returnedBy }) => local === found!.local || returnedBy === found!.local);
  return {
    protocol: 'http',
    framework: program,
    at,
    ...(known && { router: name }),
    ...(port !== undefined && { port: { value: port, at } }),
    ...(portVariable !== undefined && { portVariable }),
    ...(!/^(?:flask|runserver)$/.test(program) && { drains: true }),
  };
}

/** The source files that start arguments stand for: `/app/dist/server.js` for `src/server.ts`. */
function filesOf(words: readonly string[], root: string, files: FileIndex): string[] {
  const found = new Set<string>();
  for (const word of words) {
    const file = entryFile(word, root, files);
    if (file !== undefined) found.add(file);
  }
  return [...found];
}

function entryFile(word: string, root: string, files: FileIndex): string | undefined {
  const parts = word.split('/').filter((part) => part !== '' && part !== '.');
  if (parts.length === 0 || parts.length > 20 || parts.includes('..')) return undefined;
  for (let start = 0; start < parts.length; start++) {
    const tail = parts.slice(start).join('/');
    // Only an absolute path, or one from the top of a monorepo, has folders that are not below the service's.
    for (const path of [...writtenPaths(tail), `src/${tail}`]) {
      const file = sourceFile(join(root, path), files);
      if (file !== undefined) return file;
    }
  }
  return undefined;
}

/**
 * Where a Dockerfile belongs: its build context, and the folder of the service it builds. It knows Dockerfiles, compose
 * builds, and the folders that hold a manifest of some language.
 */
import type { ComposeServiceFacts } from '../artifacts/compose/facts.ts';
import type { DockerCommand, DockerfileFacts, DockerStage } from '../artifacts/dockerfile/facts.ts';
import { isProduct, parseImage, storeLikeName, type Image } from './images.ts';
import type { FileIndex } from './model.ts';
import { baseOf, folderOf, foldersUp, isWithin, join, resolve } from './paths.ts';

/** A compose service's build, with paths from the workspace. */
export interface Build {
  readonly file: string;
  readonly service: ComposeServiceFacts;
  readonly context: string;
  readonly dockerfile: string;
}

/** The build of a compose service; undefined where it is not in this workspace or a variable decides it. */
export function buildOf(file: string, service: ComposeServiceFacts): Build | undefined {
  const build = service.build;
  if (!build || /\$|:\/\//.test(build.context)) return undefined;
  const context = resolve(folderOf(build.file ?? file), build.context);
  const dockerfile = context === undefined ? undefined : resolve(context, build.dockerfile ?? 'Dockerfile');
  return context === undefined || dockerfile === undefined
    ? undefined
    : { file, service, context, dockerfile };
}

/**
 * The build context of a Dockerfile that no compose file builds: the nearest folder from which everything it copies
 * exists, or most of it where nothing is in its own folder.
 * @param isProject whether a folder holds a manifest such as package.json or go.mod
 */
export function contextOf(
  file: string,
  facts: DockerfileFacts,
  files: FileIndex,
  isProject: (folder: string) => boolean,
): string {
  const own = folderOf(file);
  const copied = [...new Set(facts.stages.flatMap(copiedPaths))];
  const isIn = (folder: string, path: string): boolean =>
    files.has(join(folder, path)) || files.hasFolder(join(folder, path));
  // What is made before the build is nowhere; nearer folders go before others that have as much.
  const folders = Array.from(foldersUp(file), (folder) => ({
    folder,
    found: copied.filter((path) => isIn(folder, path)).length,
  }));
  const most = folders.reduce((best, one) => (one.found > best.found ? one : best));
  if (most.found > 0 && (most.found === copied.length || folders[0]!.found === 0)) return most.folder;
  // What chooses one package of a workspace needs all of it.
  if (copied.length === 0 && facts.stages.some(choosesPackage))
    for (const folder of foldersUp(file))
      if (lockfiles.some((name) => files.lists(join(folder, name)))) return folder;
  if (!holdsOnlyImages(own, files)) return own;
  for (const folder of foldersUp(file)) if (isProject(folder)) return folder;
  return own;
}

const lockfiles = ['pnpm-lock.yaml', 'yarn.lock', 'package-lock.json', 'bun.lock', 'bun.lockb'];

/** `pnpm dev --filter=web`, `turbo run build --filter web`. */
function choosesPackage({ runs, cmd, entrypoint }: DockerStage): boolean {
  const texts = [...runs.map(({ value }) => value), cmd?.words.join(' '), entrypoint?.words.join(' ')];
  return texts.some((text) => text !== undefined && /(?:pnpm|turbo)\b[^&|;\n]*\s--filter\b/.test(text));
}

/** Paths that must exist in the context; the folder above a glob. */
function copiedPaths(stage: DockerStage): string[] {
  return stage.copies
    .filter(({ from }) => from === undefined)
    .flatMap(({ sources }) => sources)
    .map((source) => source.replace(/^(?:\.?\/)+/, '').replace(/\/+$/, ''))
    .map((source) => (/[*?[]/.test(source) ? folderOf(source.slice(0, source.search(/[*?[]/))) : source))
    .filter((source) => source !== '' && source !== '.' && !/[$<]|:\/\/|^\.\./.test(source));
}

const imageFile =
  /(?:^|[./_-])(?:dockerfile|containerfile|dockerignore|compose)|\.(?:sh|conf|cnf|ini|env|ya?ml|md|txt)(?:\.(?:example|sample|template|tmpl|dist))?$/i;

function holdsOnlyImages(folder: string, files: FileIndex): boolean {
  return files.under(folder).every((path) => folderOf(path) !== folder || imageFile.test(baseOf(path)));
}

/** Folders that hold Dockerfiles of services whose code is elsewhere. */
const imageFolder =
  /(?:^|\/)\.?(?:docker|dockerfiles?|containers?|images?|builds?|deploy|deployments?|infra|ops|ci)$/;

/** Folders that are named after what is done with them rather than after what is in them. */
const generic = new Set(
  'docker dockerfiles containers container images image build builds deploy deployment deployments infra ops ci src app apps server backend code source main services service packages packaging production prod cmd release'.split(
    ' ',
  ),
);

/** Whether a folder's name says nothing about the service in it: tools are told where to look by a dot. */
export function isGenericName(name: string): boolean {
  return name.startsWith('.') || generic.has(name.toLowerCase());
}

/** What the Dockerfile's own path calls it: `Dockerfile.api`, `api.Dockerfile`, `docker/api/Dockerfile`. */
export function nameHint(file: string): string | undefined {
  const name = baseOf(file);
  const suffix = /^(?:Dockerfile|Containerfile)[._-](.+)$/i.exec(name)?.[1];
  const prefix = /^([^.].*)[._-](?:Dockerfile|Containerfile)$/i.exec(name)?.[1];
  const word = suffix ?? prefix;
  if (
    word !== undefined &&
    !/^(?:prod|production|release|ci|github|arm\d*|amd64|x86|alpine|debian|slim|multi.*|dev.*|local|debug|test|build|jvm|native.*|legacy-jar|distroless|gpu|cpu|cuda.*|linux|windows)$/i.test(
      word,
    )
  )
    return word;
  const folder = baseOf(folderOf(file));
  return folder === '' || isGenericName(folder) ? undefined : folder;
}

/**
 * The folder of the service that a Dockerfile builds: its own where that holds a project, else the project of the
 * context that its working directory, start command or name leads to, else the context.
 */
export function rootOf(
  file: string,
  facts: DockerfileFacts,
  context: string,
  files: FileIndex,
  projects: Projects,
): string {
  const own = folderOf(file);
  if (own !== context && isWithin(own, context)) {
    if (projects.has(own)) return own;
    if (!isGenericName(baseOf(own)) && !imageFolder.test(folderOf(own)) && !holdsOnlyImages(own, files))
      return own;
  }
  const stages = chain(facts, facts.stages.length - 1);
  const mentioned = stages.flatMap((stage) => [
    stage.workdirs.at(-1)?.value ?? '',
    ...(stage.cmd?.words ?? []),
    ...(stage.entrypoint?.words ?? []),
  ]);
  for (const text of mentioned) {
    const found = projectIn(text, context, projects);
    if (found !== undefined) return found;
  }
  const hint = nameHint(file);
  const project =
    (hint === undefined ? undefined : projects.named(hint, context)) ??
    copiedProject(facts, context, projects);
  if (project !== undefined || projects.has(context)) return project ?? context;
  // Where nothing is a project, images of different names are of different services.
  const isOwn = !imageFolder.test(folderOf(own)) || copiesOnlyFrom(own, facts, context);
  return isOwn && !isGenericName(baseOf(own)) ? own : context;
}

function copiesOnlyFrom(folder: string, { stages }: DockerfileFacts, context: string): boolean {
  const sources = stages
    .flatMap(({ copies }) => copies)
    .flatMap(({ from, sources }) => (from === undefined ? sources : []));
  return sources.every((source) => isWithin(resolve(context, source) ?? '', folder));
}

/** The one project that is copied as a whole from a context that is none itself. */
function copiedProject(facts: DockerfileFacts, context: string, projects: Projects): string | undefined {
  if (projects.has(context)) return undefined;
  const folders = facts.stages.flatMap(copiedPaths).map((path) => join(context, path));
  const copied = new Set(folders.filter((folder) => projects.has(folder)));
  return copied.size === 1 ? [...copied][0] : undefined;
}

/**
 * The folder of the one Go program that an image compiles: `services/api` for `go build ./services/api/cmd`, `cmd/api`
 * for `go build ./cmd/api`.
 */
export function programFolder(
  { context, facts }: { readonly context: string; readonly facts: DockerfileFacts },
  files: FileIndex,
): string | undefined {
  const found = new Set<string>();
  for (const { value } of facts.stages.flatMap(({ runs }) => runs))
    for (const [command] of value.matchAll(/\bgo (?:build|install)\b[^\n;&|]*/g)) {
      const path = /\s(?:\.\/)?([\w-]+(?:\/[\w.-]+)*?)(?:\/main\.go|\/\*\.go)?\/?["']?\s*$/.exec(
        command,
      )?.[1];
      const folder = path === undefined ? undefined : join(context, path);
      if (folder === undefined || !files.hasFolder(folder)) return undefined;
      found.add(/[^/]\/cmd$/.test(folder) ? folderOf(folder) : folder);
    }
  return found.size === 1 ? [...found][0] : undefined;
}

/** The folders of a workspace that hold a manifest. */
export interface Projects {
  has(folder: string): boolean;
  /** The only project of this name within a folder. */
  named(name: string, within: string): string | undefined;
}

/** The project that a path inside an image leads to: `/app/apps/api/dist/main.js` to `apps/api`. */
function projectIn(text: string, context: string, projects: Projects): string | undefined {
  for (const word of text.split(/\s+/)) {
    const parts = word.split('/').filter((part) => part !== '' && part !== '.');
    if (parts.length < 2 || parts.length > 20) continue;
    for (let start = 0; start < parts.length; start++)
      for (let end = parts.length; end > start; end--) {
        const folder = join(context, parts.slice(start, end).join('/'));
        // A single word such as `/app` is the image's own folder far more often than a project of that name.
        if (end - start > 1 && projects.has(folder)) return folder;
      }
  }
  return undefined;
}

/** A stage and the stages it is based on, itself first. */
export function chain(facts: DockerfileFacts, index: number): DockerStage[] {
  const stages: DockerStage[] = [];
  for (let at: number | undefined = index; at !== undefined && at >= 0; at = facts.stages[at]?.baseStage) {
    const stage = facts.stages[at];
    if (!stage || stages.includes(stage)) break;
    stages.push(stage);
  }
  return stages;
}

/** The stage that is built: the named target, else the last. */
export function builtStage(facts: DockerfileFacts, target?: string): number {
  const index = target === undefined ? -1 : facts.stages.findIndex(({ name }) => name === target);
  return index < 0 ? facts.stages.length - 1 : index;
}

/** What the image starts: ENTRYPOINT and CMD of the stage and of those below it, as far as they still count. */
export function startCommands(stages: readonly DockerStage[]): DockerCommand[] {
  const entrypoint = stages.find((stage) => stage.entrypoint)?.entrypoint;
  const cmd = stages.find((stage) => stage.cmd)?.cmd;
  return [entrypoint, cmd].filter((command) => command !== undefined);
}

/** The port that .NET's images set for ASP.NET Core: 8080 since .NET 8, 80 before; undefined for other images. */
export function containerPort(
  dockerfiles: readonly { readonly facts: DockerfileFacts }[],
): number | undefined {
  const ports = new Set(
    dockerfiles.map(({ facts }) => {
      const image = baseImage(facts);
      const version = /^(\d+)\.\d/.exec(image?.tag ?? '')?.[1];
      const isRuntime = image && /^(?:aspnet|runtime|runtime-deps|aspnetcore)$/.test(image.name);
      return isRuntime && version !== undefined ? (Number(version) >= 8 ? 8080 : 80) : undefined;
    }),
  );
  return ports.size === 1 ? [...ports][0] : undefined;
}

/** The image at the bottom of a stage's chain. */
export function baseImage(facts: DockerfileFacts, index = facts.stages.length - 1): Image | undefined {
  const from = chain(facts, index).at(-1)?.from.value;
  return from ? parseImage(from.resolved ?? from.text) : undefined;
}

/** An image that only adds data or settings to a database, a dashboard or the like, however that is started. */
export function extendsProduct(facts: DockerfileFacts): boolean {
  const base = baseImage(facts);
  if (!base || !isProduct(base)) return false;
  const stages = chain(facts, builtStage(facts));
  const commands = startCommands(stages);
  const isCompiled = stages.some(({ copies }) => copies.some(({ from }) => from !== undefined));
  return (
    commands.length === 0 ||
    (!isCompiled && commands.every(({ words: [first = ''] }) => !interpreter.test(baseOf(first))))
  );
}

/** Whether an image is called after somebody else's store or product, in a folder that holds nothing which could be built. */
export function isNamedAsStore(file: string, root: string, projects: Projects): boolean {
  const hint = nameHint(file);
  const image = hint === undefined || projects.has(root) ? undefined : parseImage(hint);
  return image !== undefined && (storeLikeName(image.name) || isProduct(image));
}

const interpreter = /^(?:python[\d.]*|node|bun|deno|ruby|php|java|dotnet|npm|yarn|pnpm|gunicorn|uvicorn)$/;

/** Whether an image is that of a web server, and starts nothing else. */
export function isWebServer(facts: DockerfileFacts, index = builtStage(facts)): boolean {
  const base = baseImage(facts, index);
  const commands = startCommands(chain(facts, index));
  if (commands.length === 0)
    return /^(?:nginx|nginx-unprivileged|httpd|caddy|static-web-server|openresty)$/.test(base?.name ?? '');
  return commands.every(({ words }) =>
    /^\S*(?:nginx|httpd|apachectl|caddy|openresty|static-web-server)\b/.test(words.join(' ')),
  );
}

const languages: readonly (readonly [RegExp, string])[] = [
  [/^(?:node|nodejs|alpine-node|bun|deno|iron|nodejs\d*-debian\d+)(?:$|[-_:\d])/, 'javascript'],
  [/^(?:python|pypy|uv|poetry|conda|miniconda|python3?-debian\d+|uvicorn-gunicorn.*)(?:$|[-_\d])/, 'python'],
  [/^(?:golang|go)(?:$|[-_\d])/, 'go'],
  [
    /^(?:openjdk|eclipse-temurin|amazoncorretto|java|maven|gradle|msd-java|jre|jdk|java\d*-debian\d+|zulu.*|ibm-semeru.*)(?:$|[-_\d])/,
    'java',
  ],
  [/^(?:aspnet|sdk|runtime|runtime-deps|dotnet|monitor)(?:$|[-_\d])/, 'csharp'],
  [/^(?:ruby|jruby|rails)(?:$|[-_\d])/, 'ruby'],
  [/^(?:php|composer|frankenphp)(?:$|[-_\d])/, 'php'],
  [/^(?:rust|cargo-chef)(?:$|[-_\d])/, 'rust'],
  [/^(?:elixir|erlang)(?:$|[-_\d])/, 'elixir'],
];

/** The language an image is made for: by the final stage's base, and by what its builders agree on. */
export function languageOf(facts: DockerfileFacts): { readonly final?: string; readonly builder?: string } {
  const final = languageOfImage(baseImage(facts));
  const builders = new Set(facts.stages.map(({ index }) => languageOfImage(baseImage(facts, index))));
  builders.delete(undefined);
  const builder = builders.size === 1 ? [...builders][0] : undefined;
  return { final, builder };
}

function languageOfImage(image: Image | undefined): string | undefined {
  return image && languages.find(([pattern]) => pattern.test(image.name))?.[1];
}

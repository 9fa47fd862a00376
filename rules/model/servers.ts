/** What makes a project a server of its own, without any deployment that says so. */
import type { ForeignManifestFacts, PackageFacts } from '../artifacts/packages/facts.ts';
import type { SourceFacts } from '../artifacts/source/facts.ts';
import { readCommand } from './commands.ts';
import type { Role } from './model.ts';
import { isPython } from './modules.ts';
import { foldersUp } from './paths.ts';
import type { ProjectFolders } from './projects.ts';

/** The projects in whose production code something listens; the workspace itself for code of no project. */
export function listeningProjects(
  sources: ReadonlyMap<string, SourceFacts>,
  projects: ProjectFolders,
  role: (path: string) => Role,
): ReadonlySet<string> {
  const folders = new Set<string>();
  const programs = new Set<string>();
  for (const [path, facts] of sources)
    if (facts.language === 'rust' && facts.exports.some(({ name }) => name === 'main'))
      programs.add(projectOf(path, projects));
  for (const [path, facts] of sources) {
    // Modules of Go hold tools that listen beside services; what is deployed tells them apart.
    const isTool = facts.language === 'go' || isPython(path);
    const isServer =
      facts.listens.length > 0 ||
      facts.routers.some(({ framework, local }) => framework === 'rails' && local === 'routes');
    if (!isServer || isTool || role(path) !== 'production') continue;
    const folder = projectOf(path, projects);
    if (facts.language !== 'rust' || programs.has(folder)) folders.add(folder);
  }
  return folders;
}

function projectOf(path: string, projects: ProjectFolders): string {
  for (const folder of foldersUp(path)) if (projects.has(folder)) return folder;
  return '';
}

const startNames = /^(?:start|serve|server)(?::(?:prod|production|server|api|app|http))?$/;

/** The scripts of a package that start it in production. */
export function startScripts(facts: PackageFacts): string[] {
  return Object.entries(facts.scripts)
    .filter(([name]) => startNames.test(name))
    .map(([, script]) => script.value);
}

/** Whether a package says what to start. */
export function isStarted(facts: PackageFacts): boolean {
  return facts.main !== undefined || startScripts(facts).length > 0;
}

/** Frameworks whose own command is the server. */
export function startsServer(script: string): boolean {
  return readCommand(script).programs.some((program) =>
    /^(?:next|nuxt|nuxi|nest|remix-serve|react-router-serve|fastify|strapi|medusa|directus|moleculer-runner|blitz|redwood|feathers)$/.test(
      program,
    ),
  );
}

/** Languages in which a project that listens is mostly one program, and that one the server. */
export const projectIsProgram: ReadonlySet<string> = new Set(['rust', 'ruby', 'php']);

/** Dependencies that only a project which is a server of its own has. */
export const serverDependency =
  /^(?:laravel\/framework|symfony\/flex|slim\/slim|Microsoft\.NET\.Sdk\.(?:Web|Worker)|(?:org\.springframework\.boot:)?spring[.-]boot[.-]starter[.-](?:web|webflux|webmvc)|ktor[.-]server[.-](?:netty|cio|tomcat|jetty)(?:[.-](?:jvm|jakarta))*|quarkus-(?:rest|resteasy)(?:-reactive)?(?:-jackson|-jsonb)?|micronaut-http-server-netty)$/;

/**
 * Whether production code of this workspace is built with a Maven project.
 * @param projects by folder
 */
export function usedByOthers(
  projects: ReadonlyMap<string, ForeignManifestFacts>,
  isProduction: (folder: string) => boolean,
): (manifest: ForeignManifestFacts) => boolean {
  const used = new Set(
    [...projects].flatMap(([folder, { language, dependencies = [] }]) =>
      language === 'java' && isProduction(folder) ? dependencies.map(({ value }) => value) : [],
    ),
  );
  return ({ language, name }) => language === 'java' && name !== undefined && used.has(name);
}

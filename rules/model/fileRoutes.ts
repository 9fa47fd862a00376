/**
 * Routes that a framework finds by the paths of files: Next.js, Remix and React Router, Nuxt, SvelteKit. It knows how
 * each of them turns a path into a route, and nothing of what the files do but the methods they export.
 */
import type { PackageFacts } from '../artifacts/packages/facts.ts';
import type { SourceFacts } from '../artifacts/source/facts.ts';
import type { FileIndex, Route } from './model.ts';
import { join } from './paths.ts';
import { joinPaths } from './routes.ts';

export interface FileRoutes {
  readonly framework: string;
  readonly routes: readonly Route[];
  /** False when a configuration, a middleware or a module may answer more. */
  readonly complete: boolean;
  /** It has a server: it is not exported to plain files. */
  readonly serves: boolean;
}

interface Place {
  /** Relative to the service, with a slash at the end. */
  readonly folder: string;
  route(path: string): Found | undefined;
}

interface Found {
  readonly path: string;
  /** undefined: the methods that the file exports. */
  readonly methods?: readonly string[];
}

interface Framework {
  readonly name: string;
  readonly dependency: RegExp;
  readonly places: readonly Place[];
  /** Files, relative to the service and without extension, that may add routes or answer in place of routes. */
  readonly answering?: readonly string[];
  /** The file of its settings, as `answering`. */
  readonly configuration?: string;
  /** Its routes can be known from files alone. */
  readonly knowable: boolean;
}

const methods = /^(?:GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS)$/;
const extensions = ['.ts', '.js', '.mjs', '.mts', '.cjs', '.cts', '.tsx', '.jsx'];
const code = /\.[cm]?[jt]sx?$/;
/** Stories, tests and types that stand beside routes. */
const beside = /\.(?:test|spec|stories|d)\.[cm]?[jt]sx?$/;

const next: Framework = {
  name: 'next',
  dependency: /^next$/,
  places: ['', 'src/'].flatMap((above) => [
    { folder: `${above}app/`, route: nextApp },
    { folder: `${above}pages/`, route: nextPages },
  ]),
  answering: ['middleware', 'proxy', 'src/middleware', 'src/proxy'],
  configuration: 'next.config',
  knowable: true,
};

const remix: Framework = {
  name: 'remix',
  dependency: /^(?:@remix-run\/(?:node|serve|express|react)|@react-router\/(?:node|serve|dev))$/,
  places: [{ folder: 'app/routes/', route: remixRoute }],
  knowable: false,
};

const nuxt: Framework = {
  name: 'nuxt',
  dependency: /^(?:nuxt|nitropack|nitro|@nuxt\/kit)$/,
  places: ['', 'app/', 'src/'].flatMap((above) => [
    { folder: `${above}server/api/`, route: (path: string) => nitro(path, '/api') },
    { folder: `${above}server/routes/`, route: (path: string) => nitro(path, '') },
    { folder: `${above}pages/`, route: vuePage },
  ]),
  knowable: false,
};

const kit: Framework = {
  name: 'sveltekit',
  dependency: /^@sveltejs\/kit$/,
  places: [{ folder: 'src/routes/', route: kitRoute }],
  answering: ['src/hooks', 'src/hooks.server', 'src/hooks.server/index', 'server'],
  configuration: 'svelte.config',
  knowable: true,
};

const byPaths = /^@react-router\/(?:fs-routes|remix-routes-option-adapter)$/;

const frameworks = [next, remix, nuxt, kit];

/** @param root the service's folder, which has this package */
export function fileRoutes(
  root: string,
  facts: PackageFacts,
  files: FileIndex,
  sources: ReadonlyMap<string, SourceFacts>,
): FileRoutes | undefined {
  const dependencies = [...Object.keys(facts.dependencies), ...facts.devDependencies];
  const framework = frameworks.find(({ dependency }) => dependencies.some((name) => dependency.test(name)));
  if (!framework) return undefined;
  // React Router lists its routes in a file, unless it is told to go by their paths.
  if (
    framework === remix &&
    dependencies.includes('@react-router/dev') &&
    !dependencies.some((name) => byPaths.test(name))
  )
    return { framework: framework.name, routes: [], complete: false, serves: true };
  const start = root === '' ? 0 : root.length + 1;
  const routes: Route[] = [];
  let complete = framework.knowable;
  for (const { folder, route } of framework.places)
    for (const file of files.under(join(root, folder.slice(0, -1)))) {
      const found = beside.test(file) ? undefined : route(file.slice(start + folder.length));
      if (!found) continue;
      const exported = sources.get(file)?.exports.flatMap(({ name }) => (methods.test(name) ? name : []));
      const answered = found.methods ?? (exported && exported.length > 0 ? exported : ['ALL']);
      for (const method of answered)
        routes.push({ method, path: found.path, framework: framework.name, at: { file } });
    }
  const listed = (stem: string) =>
    extensions.map((extension) => join(root, stem + extension)).find(files.lists);
  if (framework.answering?.some(listed)) complete = false;
  const configuration = framework.configuration && listed(framework.configuration);
  const settings = sources
    .get(configuration ?? '')
    ?.routers.find(({ framework: by }) => by === `${framework.name}-config`);
  if (settings?.local === 'open') complete = false;
  const prefix = settings?.prefix ?? '';
  const serves = settings?.local !== 'export';
  if (routes.length === 0) return undefined;
  return {
    framework: framework.name,
    routes:
      prefix === '' ? routes : routes.map((route) => ({ ...route, path: joinPaths(prefix, route.path) })),
    complete,
    serves,
  };
}

/** https://nextjs.org/docs/app/api-reference/file-conventions: groups, slots, private folders, intercepted routes. */
function nextApp(path: string): Found | undefined {
  const parts = path.split('/');
  const file = /^(route|page)\.[jt]sx?$/.exec(parts.pop()!);
  if (!file || parts.some((part) => /^(?:_|\(\.)/.test(part))) return undefined;
  const kept = parts.filter((part) => !/^\(.*\)$|^@/.test(part)).map(bracketed);
  return { path: `/${kept.join('/')}`, ...(file[1] === 'page' && { methods: ['GET'] }) };
}

/** https://nextjs.org/docs/pages/building-your-application/routing */
function nextPages(path: string): Found | undefined {
  const stem = path.replace(/\.(?:page|api)(?=\.)/, '').replace(/\.[jt]sx?$/, '');
  if (stem === path || /^_(?:app|document|error|middleware)$|\/_middleware$/.test(stem)) return undefined;
  const parts = stem.split('/').map(bracketed);
  if (parts.at(-1) === 'index') parts.pop();
  return { path: `/${parts.join('/')}`, methods: [parts[0] === 'api' ? 'ALL' : 'GET'] };
}

/** https://reactrouter.com/how-to/file-route-conventions, and folders as in Remix 1. */
function remixRoute(path: string): Found | undefined {
  if (!code.test(path)) return undefined;
  const folders = path.replace(code, '').split('/');
  // A folder's own route; other files of such a folder are modules.
  if (folders.length > 1 && /^(?:route|index)$/.test(folders.at(-1)!)) folders.pop();
  const parts = folders
    .flatMap((folder) => folder.replace(/\+$/, '').split(/\.(?![^[]*\])/))
    .map((part) => part.replace(/\[([^\]]*)\]/g, '$1'))
    .filter((part) => !/^_/.test(part) && part !== 'index')
    .map((part) => part.replace(/_$/, ''))
    .map((part) => (part === '$' ? '*' : part.replace(/^\((.*)\)$/, '$1?').replace(/^\$(.*)$/, ':$1')));
  return { path: `/${parts.join('/')}`, methods: ['ALL'] };
}

/** https://nitro.build/guide/routing */
function nitro(path: string, prefix: string): Found | undefined {
  if (!code.test(path)) return undefined;
  const stem = path.replace(code, '').replace(/\.(?:dev|prod|prerender)$/, '');
  const method = /\.(get|head|post|put|patch|delete|options)$/i.exec(stem)?.[1];
  const parts = (method === undefined ? stem : stem.slice(0, -method.length - 1)).split('/').map(bracketed);
  if (parts.at(-1) === 'index') parts.pop();
  const kept = parts.filter((part) => !/^\(.*\)$/.test(part));
  return { path: joinPaths(prefix, kept.join('/')), methods: [method?.toUpperCase() ?? 'ALL'] };
}

function vuePage(path: string): Found | undefined {
  const stem = path.replace(/\.vue$/, '');
  if (stem === path) return undefined;
  const parts = stem.split('/').map(bracketed);
  if (parts.at(-1) === 'index') parts.pop();
  return { path: `/${parts.join('/')}`, methods: ['GET'] };
}

/** https://svelte.dev/docs/kit/advanced-routing */
function kitRoute(path: string): Found | undefined {
  const parts = path.split('/');
  const file = /^\+(server|page)(?:@[^.]*)?(?:\.server)?\.(?:[jt]s|svelte)$/.exec(parts.pop()!);
  if (!file) return undefined;
  const kept = parts
    .filter((part) => !/^\(.*\)$/.test(part))
    .map((part) => bracketed(part.replace(/=\w+(?=\])/, '')));
  return { path: `/${kept.join('/')}`, ...(file[1] === 'page' && { methods: ['GET', 'POST'] }) };
}

/** `[id]` as `:id`, `[...rest]` and `[[...rest]]` as `*`, `[[lang]]` as `:lang?`. */
function bracketed(part: string): string {
  if (/^\[{1,2}\.\.\.[^\]]*\]{1,2}$/.test(part)) return '*';
  return part.replace(/^\[\[([^\]]+)\]\]$/, ':$1?').replace(/\[([^\]]+)\]/g, ':$1');
}

/**
 * Joins routers and mounts over the files of a service to full paths, and answers whether a path is served. Where a
 * mount leads to something that cannot be read, it says so, so that nothing is called unserved by mistake.
 */
import type { MountFact, RouterFact, SourceFacts } from '../artifacts/source/facts.ts';
import type { Place } from '../text.ts';
import { located, place, type Located, type Route, type ServiceCode } from './model.ts';
import type { Modules } from './modules.ts';

export interface JoinedRoutes {
  readonly routes: readonly Route[];
  readonly complete: boolean;
  /** Files are served below these paths. */
  readonly staticPrefixes: readonly Located<string>[];
}

/** Enough for any real service; a mount cycle or a generated monster stops here. */
const maxVisits = 5000;
const maxDepth = 20;

/** @param files of the service, and those of others that they import */
export function joinRoutes(
  files: readonly string[],
  sources: ReadonlyMap<string, SourceFacts>,
  modules: Modules,
): JoinedRoutes {
  return new Join(files, sources, modules).result();
}

/** A router and the file it stands in. */
interface Node {
  readonly file: string;
  readonly router: RouterFact;
}

class Join {
  readonly #sources: ReadonlyMap<string, SourceFacts>;
  readonly #modules: Modules;
  readonly #nodes: Node[] = [];
  readonly #byLocal = new Map<string, Node[]>();
  readonly #reached = new Set<Node>();
  readonly #routes: Route[] = [];
  readonly #prefixes: Located<string>[] = [];
  #complete = true;
  #visits = 0;

  constructor(files: readonly string[], sources: ReadonlyMap<string, SourceFacts>, modules: Modules) {
    this.#sources = sources;
    this.#modules = modules;
    for (const file of files)
      for (const router of sources.get(file)?.routers ?? []) {
        const node = { file, router };
        this.#nodes.push(node);
        for (const local of new Set([router.local, router.parameterOf?.function ?? router.local])) {
          const key = `${file}\0${local}`;
          const same = this.#byLocal.get(key);
          if (same) same.push(node);
          else this.#byLocal.set(key, [node]);
        }
      }
    this.#join();
  }

  result(): JoinedRoutes {
    return { routes: this.#routes, complete: this.#complete, staticPrefixes: this.#prefixes };
  }

  #join(): void {
    const mounted = this.#mountedNodes();
    const roots = this.#nodes.filter((node) => !mounted.has(node) && node.router.parameterOf === undefined);
    const controllers = roots.filter(({ router }) => isController(router));
    const applications = roots.filter(({ router }) => !isController(router));
    for (const root of applications) {
      this.#visit(root, '', 0);
      if (isNest(root.router))
        for (const controller of controllers) this.#visit(controller, prefixOf(root.router), 1);
    }
    if (!applications.some(({ router }) => isNest(router)))
      for (const controller of controllers) this.#visit(controller, '', 0);
    // A router that nothing mounts is served under a path that could not be read, or not at all.
    if (this.#nodes.some((node) => !this.#reached.has(node) && answers(node.router))) this.#complete = false;
  }

  /** Routers that some other router mounts: what is left are the applications. */
  #mountedNodes(): ReadonlySet<Node> {
    const mounted = new Set<Node>();
    for (const node of this.#nodes)
      for (const mount of node.router.mounts)
        for (const target of this.#targets(node, mount) ?? []) if (target !== node) mounted.add(target);
    return mounted;
  }

  #visit(node: Node, prefix: string, depth: number): void {
    this.#reached.add(node);
    if (depth > maxDepth || ++this.#visits > maxVisits) {
      this.#complete = false;
      return;
    }
    const { router, file } = node;
    if (!router.complete) this.#complete = false;
    const base = joinPaths(prefix, router.prefix ?? '');
    for (const route of router.routes)
      this.#routes.push({
        method: route.method,
        path: joinPaths(base, route.path.value),
        framework: router.framework,
        at: place(file, route.path),
      });
    for (const mount of router.mounts) this.#mount(node, mount, base, depth);
  }

  #mount(node: Node, mount: MountFact, base: string, depth: number): void {
    const prefix = joinPaths(base, mount.prefix.value);
    const targets = mount.static ? undefined : this.#targets(node, mount);
    if (targets && targets.length > 0) {
      for (const target of targets) if (target !== node) this.#visit(target, prefix, depth + 1);
      return;
    }
    const { at } = located(node.file, mount.prefix);
    if (mount.static) this.#prefixes.push({ value: prefix, at });
    else if (prefix !== '/' && this.#isForeign(node, mount))
      // A package answers there, whatever is asked below it.
      this.#routes.push({ method: 'ALL', path: `${prefix}/*`, framework: node.router.framework, at });
    else this.#complete = false;
  }

  /** The routers that a mount leads to; undefined when that cannot be said. */
  #targets({ file }: Node, mount: MountFact): readonly Node[] | undefined {
    if (mount.specifier !== undefined) {
      const target = this.#modules.file(file, mount.specifier);
      const found =
        target === undefined ? undefined : this.#modules.exported(target, mount.target ?? 'default');
      return found && this.#byLocal.get(`${found.file}\0${found.local}`);
    }
    if (mount.target === undefined) return undefined;
    const own = this.#byLocal.get(`${file}\0${mount.target}`);
    if (own) return own;
    const found = this.#modules.declaration(file, mount.target);
    return found && this.#byLocal.get(`${found.file}\0${found.local}`);
  }

  /** It comes from a package that is not in this workspace. */
  #isForeign({ file }: Node, mount: MountFact): boolean {
    if (mount.specifier !== undefined) return !this.#modules.isInternal(file, mount.specifier);
    const head = mount.target?.split('.')[0];
    const imported = this.#sources
      .get(file)
      ?.imports.find(({ names }) => head !== undefined && Object.hasOwn(names, head));
    return imported !== undefined && !this.#modules.isInternal(file, imported.specifier);
  }
}

function isNest(router: RouterFact): boolean {
  return router.framework === 'nestjs';
}

/** Controllers, named by their class, are mounted by modules: every one is served by the application of its service. */
function isController(router: RouterFact): boolean {
  return isNest(router) && /^[A-Z]/.test(router.local);
}

function prefixOf(router: RouterFact): string {
  return router.prefix ?? '';
}

function answers(router: RouterFact): boolean {
  return router.routes.length > 0 || router.mounts.length > 0 || !router.complete;
}

/** Joins two path parts with one slash; the result starts with a slash and ends with none. */
export function joinPaths(prefix: string, path: string): string {
  const parts = `${prefix}/${path}`.split('/').filter((part) => part !== '');
  return `/${parts.join('/')}`;
}

/** What can be said of a path that somebody asks a service for. */
export type Served = { readonly served: 'yes'; readonly by: Place } | { readonly served: 'no' | 'unknown' };

/**
 * Whether a GET for this path is answered by a route of the code. Routing as the frameworks do it: `:id` and `{id}` are
 * one segment, `*` is the rest, a slash at the end does not count.
 */
export function findRoute(
  code: Pick<ServiceCode, 'routes' | 'routesComplete' | 'staticPrefixes'>,
  path: string,
): Served {
  const asked = segments(path);
  for (const route of code.routes)
    if (mayGet(route.method) && matches(segments(route.path), asked)) return { served: 'yes', by: route.at };
  for (const { value, at } of code.staticPrefixes) {
    const prefix = segments(value);
    if (prefix.length > asked.length || !prefix.every((part, index) => samePart(part, asked[index])))
      continue;
    if (prefix.length === asked.length) return { served: 'yes', by: at };
    // Static files have an extension; a path without one is a folder at best.
    if (asked.at(-1)!.includes('.')) return { served: 'unknown' };
  }
  return { served: code.routesComplete ? 'no' : 'unknown' };
}

const getMethods = new Set(['GET', 'HEAD', 'ALL', 'ANY', '*', 'USE']);

function mayGet(method: string): boolean {
  return getMethods.has(method.toUpperCase());
}

function segments(path: string): string[] {
  return path
    .replace(/[?#].*$/, '')
    .split('/')
    .filter((part) => part !== '');
}

function matches(route: readonly string[], asked: readonly string[]): boolean {
  for (const [index, part] of route.entries()) {
    if (isRest(part)) return true;
    if (asked[index] === undefined) return isOptional(part) && route.slice(index).every(isOptional);
    if (!samePart(part, asked[index])) return false;
  }
  return route.length === asked.length;
}

/** `*`, `*path`, `(.*)`, `:rest*`, `:rest(.*)`, `{*path}`, `**`. */
function isRest(part: string): boolean {
  return /\*/.test(part);
}

function isOptional(part: string): boolean {
  return part.endsWith('?') || part.endsWith('?}');
}

/** One segment: a parameter or pattern takes anything, text is compared as Express does, without case. */
function samePart(part: string, asked: string | undefined): boolean {
  if (asked === undefined) return false;
  if (/[:{(*+?[<]/.test(part)) return true;
  return part.toLowerCase() === asked.toLowerCase();
}

/**
 * Joins routers and mounts over the files of a service to full paths, and answers whether a path is served. Where a
 * mount leads to something that cannot be read, it says so, so that nothing is called unserved by mistake.
 */
import type {
  HandlerFact,
  MountFact,
  RouteFact,
  RouterFact,
  SourceFacts,
  StoreFact,
} from '../artifacts/source/facts.ts';
import type { Place } from '../text.ts';
import { located, place, type Handler, type Located, type Route, type ServiceCode } from './model.ts';
import { routeByConvention } from './conventionalRoutes.ts';
import { inheritRoutes, type RouterNode as Node } from './inheritedRoutes.ts';
import { languageOfFile } from './languages.ts';
import type { Modules } from './modules.ts';
import { baseOf, folderOf, isWithin, resolve } from './paths.ts';
import { push } from '../groups.ts';

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

class Join {
  readonly #sources: ReadonlyMap<string, SourceFacts>;
  readonly #modules: Modules;
  readonly #nodes: readonly Node[];
  readonly #byLocal = new Map<string, Node[]>();
  readonly #byFunction = new Map<string, Node[]>();
  /** Routers that are only another file's router under an imported name, by what they stand for. */
  readonly #aliases = new Map<Node, Node[]>();
  readonly #standsFor = new Map<Node, readonly Node[]>();
  readonly #reached = new Set<Node>();
  readonly #routes: Route[] = [];
  readonly #prefixes: Located<string>[] = [];
  #complete = true;
  #visits = 0;

  constructor(files: readonly string[], sources: ReadonlyMap<string, SourceFacts>, modules: Modules) {
    this.#sources = sources;
    this.#modules = modules;
    const nodes = files.flatMap((file) =>
      (sources.get(file)?.routers ?? []).map((router) => ({ file, router })),
    );
    this.#nodes = routeByConvention(inheritRoutes(nodes));
    for (const node of this.#nodes) {
      const { file, router } = node;
      const names = [router.local, router.parameterOf?.function, router.returnedBy];
      for (const name of new Set(names.filter((name) => name !== undefined)))
        push(this.#byLocal, `${file}\0${name}`, node);
      if (router.parameterOf) push(this.#byFunction, router.parameterOf.function, node);
    }
    this.#resolveAliases();
    this.#join();
  }

  result(): JoinedRoutes {
    return { routes: this.#routes, complete: this.#complete, staticPrefixes: this.#prefixes };
  }

  #resolveAliases(): void {
    for (const node of this.#nodes) {
      if (node.router.from === undefined) continue;
      const found = this.#modules.declaration(node.file, node.router.from);
      const originals =
        found && this.#byLocal.get(`${found.file}\0${found.local}`)?.filter((other) => other !== node);
      if (!originals || originals.length === 0) {
        if (mountsRouters(node.file)) this.#complete = false;
        continue;
      }
      this.#standsFor.set(node, originals);
      for (const original of originals) push(this.#aliases, original, node);
    }
  }

  #join(): void {
    const mounted = this.#mountedNodes();
    const roots = this.#nodes.filter(
      (node) => !mounted.has(node) && !this.#standsFor.has(node) && node.router.parameterOf === undefined,
    );
    const controllers = roots.filter(({ router }) => router.controller);
    const applications = roots.filter(({ router }) => !router.controller);
    for (const root of applications) this.#visit(root, '', 0);
    const hostsOf = new Map<string, readonly Node[]>();
    for (const controller of controllers) {
      const { framework } = controller.router;
      const hosts = hostsOf.get(framework) ?? this.#hosts(applications, framework);
      hostsOf.set(framework, hosts);
      for (const host of hosts) this.#visitController(controller, host.router);
      if (hosts.length === 0) this.#visit(controller, '', 0);
    }
    // A router that nothing mounts is served under a path that could not be read, or not at all.
    if (this.#nodes.some((node) => !this.#reached.has(node) && answers(node.router))) this.#complete = false;
  }

  /** The applications of a framework that are listened on; all of them where that cannot be seen. */
  #hosts(applications: readonly Node[], framework: string): readonly Node[] {
    const same = applications.filter(({ router }) => router.framework === framework);
    const served = same.filter(({ file, router }) =>
      this.#sources.get(file)!.listens.some((listen) => listen.router === router.local),
    );
    const alike = new Map(
      (served.length > 0 ? served : same).map((node) => {
        const { prefix, prefixExcludes, versioning } = node.router;
        return [JSON.stringify([prefix, prefixExcludes, versioning]), node];
      }),
    );
    return [...alike.values()];
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
    if (depth > maxDepth || ++this.#visits > maxVisits) {
      this.#complete = false;
      return;
    }
    const base = joinPaths(prefix, node.router.prefix ?? '');
    for (const part of [node, ...(this.#aliases.get(node) ?? [])]) {
      this.#reached.add(part);
      if (!part.router.complete) this.#complete = false;
      for (const route of part.router.routes) this.#add(part, base, route);
      for (const mount of part.router.mounts) this.#mount(part, mount, base, depth);
    }
  }

  /** NestJS: global prefix, then version, then the controller; some paths are left out of the global prefix. */
  #visitController(node: Node, { prefix = '', prefixExcludes = [], versioning }: RouterFact): void {
    this.#reached.add(node);
    const { router } = node;
    if (!router.complete) this.#complete = false;
    const own = router.versions ?? versioning?.defaults ?? [];
    const versions = versioning && own.length > 0 ? own : [''];
    const excluded = prefixExcludes.map(segments);
    for (const route of router.routes) {
      const path = joinPaths(router.prefix ?? '', route.path.value);
      const global = excluded.some((pattern) => matches(pattern, segments(path))) ? '' : prefix;
      for (const version of versions)
        this.#add(node, joinPaths(global, version && `${versioning!.prefix}${version}`), {
          ...route,
          path: { ...route.path, value: path },
        });
    }
  }

  #add({ file, router }: Node, base: string, route: RouteFact): void {
    this.#routes.push({
      method: route.method,
      path: joinPaths(base, route.path.value),
      framework: router.framework,
      ...(route.handler && { handler: this.#handler(file, route.handler) }),
      at: place(file, route.path),
    });
  }

  #handler(file: string, { constant, asks }: HandlerFact): Handler {
    return {
      constant,
      asks: asks.flatMap((ask) => {
        const kind = ask.kind ?? this.#store(file, ask.local)?.kind;
        return kind === undefined ? [] : [{ callee: ask.callee, what: nouns[kind], at: place(file, ask) }];
      }),
    };
  }

  /** The store that a name stands for, declared here or in the file it is imported from. */
  #store(file: string, local: string | undefined): StoreFact | undefined {
    const found = local === undefined ? undefined : this.#modules.declaration(file, local);
    return found && this.#sources.get(found.file)?.stores.find((store) => store.local === found.local);
  }

  #mount(node: Node, mount: MountFact, base: string, depth: number): void {
    const prefix = joinPaths(base, mount.prefix.value);
    const { at } = located(node.file, mount.prefix);
    if (mount.static) {
      this.#prefixes.push({ value: prefix, at });
      return;
    }
    if (mount.folder !== undefined) {
      this.#mountFolder(node, mount.folder, prefix, depth);
      return;
    }
    const targets = this.#targets(node, mount);
    if (targets && targets.length > 0) {
      for (const target of targets) if (target !== node) this.#visit(target, prefix, depth + 1);
      return;
    }
    if (mountsRouters(node.file)) {
      this.#complete = false;
      return;
    }
    const specifier = mount.specifier ?? this.#imported(node.file, mount.target);
    if (mount.target === undefined && mount.specifier === undefined) this.#complete = false;
    else if (specifier === undefined) return;
    else if (this.#modules.isInternal(node.file, specifier)) {
      // What was read and has no router is middleware; what was not found may be anything.
      if (this.#modules.file(node.file, specifier) === undefined) this.#complete = false;
    } else if (prefix !== '/')
      // A package answers there, whatever is asked below it.
      this.#routes.push({ method: 'ALL', path: `${prefix}/*`, framework: node.router.framework, at });
    else if (answeringPackage.test(specifier)) this.#complete = false;
  }

  /** What modules of a folder export, below the folder's name; beside an index file, others are not loaded. */
  #mountFolder({ file }: Node, written: string, prefix: string, depth: number): void {
    const folder = resolve(folderOf(file), written);
    if (folder === undefined) {
      this.#complete = false;
      return;
    }
    const inside = [...new Set(this.#nodes.map((node) => node.file))].filter((path) =>
      isWithin(path, folder),
    );
    const indexed = new Set(inside.filter((path) => /^index\.\w+$/.test(baseOf(path))).map(folderOf));
    for (const path of inside) {
      if (indexed.has(folderOf(path)) && !/^index\.\w+$/.test(baseOf(path))) continue;
      // A module may say its own prefix.
      const exports = this.#sources.get(path)?.exports ?? [];
      if (exports.some(({ name }) => /^(?:autoPrefix|prefixOverride|autoConfig)$/.test(name)))
        this.#complete = false;
      const found = this.#modules.exported(path, 'default');
      const nodes = found ? (this.#byLocal.get(`${found.file}\0${found.local}`) ?? []) : [];
      const below = folderOf(path).slice(folder.length);
      for (const node of nodes) this.#visit(node, joinPaths(prefix, below), depth + 1);
    }
  }

  /** The routers that a mount leads to; undefined when there are none to be seen. */
  #targets({ file }: Node, mount: MountFact): readonly Node[] | undefined {
    const nodes = this.#named(file, mount);
    return nodes?.flatMap((node) => this.#standsFor.get(node) ?? [node]);
  }

  #named(file: string, mount: MountFact): readonly Node[] | undefined {
    if (mount.specifier !== undefined) {
      const target = this.#modules.file(file, mount.specifier);
      const found =
        target === undefined ? undefined : this.#modules.exported(target, mount.target ?? 'default');
      return found && this.#byLocal.get(`${found.file}\0${found.local}`);
    }
    if (mount.target === undefined) return undefined;
    const own = this.#byLocal.get(`${file}\0${mount.target}`);
    if (own) return own;
    // Names of .NET and of Kotlin's extension functions need no import of their file.
    const anywhere = /^(?:csharp|kotlin)$/.test(languageOfFile(file)) && this.#byFunction.get(mount.target);
    if (anywhere) return anywhere;
    const found = this.#modules.declaration(file, mount.target);
    return found && this.#byLocal.get(`${found.file}\0${found.local}`);
  }

  #imported(file: string, name: string | undefined): string | undefined {
    const head = name?.split('.')[0];
    if (head === undefined) return undefined;
    return this.#sources.get(file)?.imports.find(({ names }) => Object.hasOwn(names, head))?.specifier;
  }
}

const nouns = {
  database: 'a database',
  cache: 'a cache',
  queue: 'a queue',
  service: 'another service',
} as const;

/** Packages that answer paths of their own choice when they are used without a prefix. */
const answeringPackage =
  /health|terminus|lightship|metric|prom|proxy|graphql|apollo|status|swagger|openapi|docs|admin|route|autoload|next|nuxt|remix|vite|static|bundle|webpack|probot|bolt|tsoa|trpc/i;

/** Where a mount is never mere middleware: what it leads to, and is not seen, may answer anything. */
function mountsRouters(file: string): boolean {
  return !/^(?:javascript|go)$/.test(languageOfFile(file));
}

function answers(router: RouterFact): boolean {
  return router.routes.length > 0 || router.mounts.length > 0 || !router.complete;
}

/** Joins two path parts with one slash; the result starts with a slash and ends with none. */
export function joinPaths(prefix: string, path: string): string {
  const parts = `${prefix}/${path}`.split('/').filter((part) => part !== '');
  return `/${parts.join('/')}`;
}

/** The route that answers a GET for this path: the first, as the frameworks take it. */
export function routeAsked({ routes }: Pick<ServiceCode, 'routes'>, path: string): Route | undefined {
  const asked = segments(path.replace(/[?#].*$/, ''));
  return routes.find((route) => mayGet(route.method) && matches(segments(route.path), asked));
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
  const asked = segments(path.replace(/[?#].*$/, ''));
  const route = routeAsked(code, path);
  if (route) return { served: 'yes', by: route.at };
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
  return path.split('/').filter((part) => part !== '');
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

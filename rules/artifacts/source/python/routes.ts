/**
 * Applications, blueprints and routers of Flask, FastAPI, Starlette, aiohttp and Django, with what is added to them. An
 * application that is handed to a function not known here may get routes there, and is incomplete.
 */
import type { Ranged } from '../../../text.ts';
import type { MountFact, RouteFact, RouterFact } from '../facts.ts';
import { visitAll, type Syntax } from '../syntax.ts';
import { argumentsOf, calledName, functionAround, hasSplat, keyword, receiverOf, type Code } from './code.ts';

type Draft = { -readonly [Key in keyof RouterFact]: RouterFact[Key] } & {
  routes: RouteFact[];
  mounts: MountFact[];
};

const makers: readonly (readonly [RegExp, string])[] = [
  [/^flask\.(?:Flask|Blueprint)\(\)$/, 'flask'],
  [/^fastapi\.(?:FastAPI|APIRouter|routing\.APIRouter)\(\)$/, 'fastapi'],
  [/^starlette\.(?:applications\.Starlette|routing\.Router)\(\)$/, 'starlette'],
  [/^aiohttp\.web\.(?:Application|RouteTableDef)\(\)$/, 'aiohttp'],
  [/^django\.core\.(?:wsgi|asgi)\.get_[aw]sgi_application\(\)$/, 'django'],
];

const verbs = /^(?:get|post|put|patch|delete|head|options)$/;
const adders =
  /^(?:route|api_route|websocket|get|post|put|patch|delete|head|options|view|add_url_rule|add_api_route|add_route|add_get|add_post|add_put|add_patch|add_delete|add_head|add_view|add_routes|add_static|register_blueprint|include_router|add_subapp|mount|before_request|middleware|add_middleware|add_resource)$/;
/** What may be handed an application without giving it routes. */
const harmless =
  /^(?:CORS|SQLAlchemy|Migrate|Bcrypt|JWTManager|LoginManager|Mail|Marshmallow|CSRFProtect|Limiter|Cache|Session|ProxyFix|Talisman|Compress|instrument_app|instrument|run|run_app|run_simple|TestClient|print|len|str|id|repr|WsgiToAsgi|Mangum|get_logger)$/;
const harmlessInit =
  /^(?:db|cors|migrate|bcrypt|jwt|login|login_manager|mail|ma|csrf|limiter|cache|session|compress)\.init_app$/;
const knownMiddleware = /^(?:fastapi|starlette|asgi_correlation_id|opentelemetry|slowapi)\./;

export class Routes {
  readonly #code: Code;
  readonly #routers = new Map<string, Draft>();

  constructor(code: Code) {
    this.#code = code;
    for (const assignment of code.assignments) this.#made(assignment);
    for (const decorator of code.decorators) this.#decorator(decorator);
    for (const call of code.calls) this.#call(call);
    this.#django();
  }

  get found(): readonly RouterFact[] {
    return [...this.#routers.values()];
  }

  framework(name: string): string | undefined {
    return this.#routers.get(name)?.framework;
  }

  /** The router a name stands for; an import of one becomes one, whose original the joining of files has to find. */
  served(node: Syntax | undefined, framework: string): string | undefined {
    if (node?.type !== 'identifier') return undefined;
    const name = node.text;
    if (this.#routers.has(name)) return name;
    const [value] = this.#code.values(name);
    const from = value?.type === 'call' ? value.field('function')?.text : value ? undefined : name;
    if (from === undefined) return undefined;
    const own = [...this.#routers.values()].find((router) => router.returnedBy === from);
    if (own) return own.local;
    if (!this.#code.isImported(from)) return undefined;
    this.#add(name, framework, node, { from });
    return name;
  }

  #add(local: string, framework: string, node: Syntax, more: Partial<Draft> = {}): Draft {
    const draft: Draft = {
      local,
      framework,
      range: node.range,
      routes: [],
      mounts: [],
      complete: true,
      ...more,
    };
    this.#routers.set(local, draft);
    return draft;
  }

  #made(assignment: Syntax): void {
    const left = assignment.field('left');
    const value = assignment.field('right');
    if (!left || value?.type !== 'call') return;
    const framework = makers.find(([pattern]) => pattern.test(this.#code.origin(value) ?? ''))?.[1];
    if (framework === undefined) return;
    const before = this.#routers.get(left.text);
    if (before) {
      before.complete = false;
      return;
    }
    const router = this.#add(left.text, framework, value);
    const fn = functionAround(assignment);
    if (fn && new RegExp(`\\breturn ${left.text.replace(/\W/g, '\\$&')}\\s*$`, 'm').test(fn.text))
      router.returnedBy = fn.field('name')?.text;
    const name = calledName(value);
    if (framework === 'django' || hasSplat(value)) router.complete = false;
    const prefix = keyword(value, name === 'Blueprint' ? 'url_prefix' : 'prefix');
    const text = this.#code.string(prefix);
    if (text) router.prefix = text.value;
    else if (prefix) router.complete = false;
    if (name === 'Flask') this.#static(router, value);
    if (name === 'FastAPI') this.#documentation(router, value);
    if (
      ['root_path', 'middleware', 'host_matching', 'subdomain', 'routes', 'middlewares'].some((key) =>
        keyword(value, key),
      )
    ) {
      const routes = keyword(value, 'routes');
      if (!routes || keyword(value, 'middleware') || !this.#listed(router, routes)) router.complete = false;
    }
  }

  #static(router: Draft, { range }: Syntax): void {
    router.mounts.push({ prefix: { value: '/static', range }, static: true, range });
  }

  /** https://fastapi.tiangolo.com/tutorial/metadata/#docs-urls */
  #documentation(router: Draft, { range }: Syntax): void {
    for (const value of ['/docs', '/redoc', '/openapi.json'])
      router.routes.push({ method: 'GET', path: { value, range }, range });
  }

  #decorator(decorator: Syntax): void {
    const call = decorator.children[0];
    const callee = call?.type === 'call' ? call.field('function') : call;
    if (callee?.type !== 'attribute') return;
    const name = callee.field('attribute')?.text ?? '';
    const owner = callee.field('object');
    if (!adders.test(name) || owner?.type !== 'identifier') return;
    const router = this.#routerOf(owner);
    if (router && (name === 'before_request' || name === 'middleware')) {
      // It may answer some paths itself.
      router.complete = false;
    }
  }

  /** The router that something is added to: one of this file, an imported one, or one that is not known. */
  #routerOf(owner: Syntax): Draft | undefined {
    const known = this.#routers.get(owner.text);
    if (known) return known;
    const path = this.#code.origin(owner) ?? '';
    if (this.#code.isImported(owner.text) && !/^(?:requests|httpx|aiohttp)\b/.test(path))
      return this.#add(owner.text, 'python', owner, { from: owner.text });
    return this.#add(owner.text, 'python', owner, { complete: false });
  }

  #call(call: Syntax): void {
    const name = calledName(call);
    const receiver = receiverOf(call);
    const owner =
      receiver?.type === 'attribute' && receiver.field('attribute')?.text === 'router'
        ? receiver.field('object')
        : receiver;
    const isDecorator = call.parent?.type === 'decorator';
    const known = owner && this.#routers.get(owner.text);
    if (
      isDecorator &&
      owner?.type === 'identifier' &&
      (name === 'route' || verbs.test(name) || name === 'api_route')
    ) {
      const router = this.#routerOf(owner);
      if (router) this.#route(router, call, name);
    } else if (known && adders.test(name)) this.#route(known, call, name);
    else if (
      /^(?:register_blueprint|include_router|add_api_route|add_url_rule|add_routes|add_get)$/.test(name) &&
      owner
    ) {
      const router = this.#routerOf(owner);
      if (router) this.#route(router, call, name);
    }
    this.#handedOn(call, name);
  }

  #handedOn(call: Syntax, name: string): void {
    const written = call.field('function')?.text ?? '';
    if (harmless.test(name) || harmlessInit.test(written)) return;
    const given = call.field('arguments')?.children ?? [];
    for (const argument of given) {
      const value = argument.type === 'keyword_argument' ? argument.field('value') : argument;
      const router = value && this.#routers.get(value.text);
      const mounts = /^(?:register_blueprint|include_router|add_routes|add_subapp|mount)$/.test(name);
      if (router && !mounts) router.complete = false;
    }
  }

  #route(router: Draft, call: Syntax, name: string): void {
    const args = argumentsOf(call);
    if (hasSplat(call)) router.complete = false;
    if (/^(?:register_blueprint|include_router|add_subapp|mount)$/.test(name))
      return this.#mount(router, call, name);
    if (name === 'add_routes') {
      const listed = args[0];
      if (listed?.type === 'identifier') this.#target(router, call, listed, { value: '', range: call.range });
      else if (!listed || !this.#listed(router, listed)) router.complete = false;
      return;
    }
    if (name === 'add_middleware') {
      if (!knownMiddleware.test(this.#code.origin(args[0]) ?? '')) router.complete = false;
      return;
    }
    if (/^(?:websocket|before_request|middleware|add_resource|view|add_view|add_static)$/.test(name)) {
      if (name !== 'websocket') router.complete = false;
      return;
    }
    const [first, second] = args;
    const isAioAdd = name === 'add_route' && router.framework === 'aiohttp';
    const path = this.#code.string(
      isAioAdd ? second : (first ?? keyword(call, 'path') ?? keyword(call, 'rule')),
    );
    if (!path) {
      router.complete = false;
      return;
    }
    const verb = /^(?:add_)?(get|post|put|patch|delete|head|options)$/.exec(name)?.[1];
    const methods =
      verb === undefined ? this.#methods(call, name, isAioAdd ? first : undefined) : [verb.toUpperCase()];
    for (const method of methods) router.routes.push({ method, path: withRest(path), range: call.range });
  }

  /** Flask and Starlette answer GET when no methods are named. */
  #methods(call: Syntax, name: string, method: Syntax | undefined): readonly string[] {
    if (method) return [this.#code.string(method)?.value.toUpperCase() ?? 'ALL'];
    const listed = keyword(call, 'methods');
    if (!listed) return [name === 'add_route' ? 'ALL' : 'GET'];
    const names = listed.children.map((child) => this.#code.string(child)?.value.toUpperCase());
    return names.length === 0 || names.includes(undefined) ? ['ALL'] : (names as string[]);
  }

  #mount(router: Draft, call: Syntax, name: string): void {
    const args = argumentsOf(call);
    const pathFirst = name === 'mount' || name === 'add_subapp';
    const given = pathFirst
      ? args[0]
      : keyword(call, name === 'register_blueprint' ? 'url_prefix' : 'prefix');
    const target = pathFirst ? args[1] : args[0];
    const prefix = given ? this.#code.string(given) : { value: '', range: call.range };
    if (!prefix || !target) {
      router.complete = false;
      return;
    }
    const range = call.range;
    if (target.type === 'call' && calledName(target) === 'StaticFiles') {
      // `html=True` answers folders, and everything when it is mounted at the top.
      if (prefix.value.replace(/\/$/, '') === '') router.complete = false;
      router.mounts.push({ prefix, static: true, range });
      return;
    }
    this.#target(router, call, target, prefix, name === 'register_blueprint' && given !== undefined);
  }

  #target(router: Draft, call: Syntax, target: Syntax, prefix: Ranged<string>, replaces = false): void {
    const head = target.text.split('.')[0]!;
    const own = this.#routers.get(target.text);
    const named = /^\w+(?:\.\w+)*$/.test(target.text) && (own !== undefined || this.#code.isImported(head));
    // Flask: the prefix at registration takes the place of the blueprint's own, which joining files does not know.
    if (replaces && (!own || own.prefix !== undefined)) router.complete = false;
    router.mounts.push({ prefix, range: call.range, ...(named && { target: target.text }) });
  }

  /** `[Route('/a', a), Mount('/b', …)]` of Starlette, `[web.get('/a', a)]` of aiohttp. */
  #listed(router: Draft, list: Syntax): boolean {
    const written = list.type === 'identifier' ? this.#code.values(list.text)[0] : list;
    if (written?.type !== 'list') return false;
    for (const item of written.children) {
      const name = item.type === 'call' ? calledName(item) : '';
      if (!(name === 'Route' || (verbs.test(name) && item.type === 'call'))) return false;
      const path = this.#code.string(argumentsOf(item)[0]);
      if (!path) return false;
      const methods = name === 'Route' ? this.#methods(item, name, undefined) : [name.toUpperCase()];
      for (const method of methods) router.routes.push({ method, path, range: item.range });
    }
    return true;
  }

  /** `urlpatterns`: never complete, since middleware answers paths as well and settings name the root. */
  #django(): void {
    for (const assignment of this.#code.assignments) {
      const value = assignment.field('right');
      if (assignment.field('left')?.text !== 'urlpatterns' || !value) continue;
      const router =
        this.#routers.get('urlpatterns') ??
        this.#add('urlpatterns', 'django', assignment, { complete: false });
      visitAll(value, (node) => {
        if (node.type === 'identifier') this.#djangoList(router, node);
        if (node.type !== 'call') return true;
        if (
          !/^(?:django\.(?:urls|conf\.urls)\.)?(?:path|re_path|url)$/.test(
            this.#code.origin(node.field('function')) ?? '',
          )
        )
          return true;
        this.#djangoPath(router, node);
        return false;
      });
    }
  }

  /** `urlpatterns = [*users, *teams]`, or `users + teams`: lists of other modules. */
  #djangoList(router: Draft, name: Syntax): void {
    const isPart = /^(?:list_splat|binary_operator|assignment)$/.test(name.parent?.type ?? '');
    if (!isPart || !this.#code.isImported(name.text)) return;
    const prefix = { value: '', range: name.range };
    router.mounts.push({ prefix, target: name.text, range: name.range });
  }

  #djangoPath(router: Draft, call: Syntax): void {
    const [first, view] = argumentsOf(call);
    const written = this.#code.string(first);
    if (!written) return;
    const path = {
      value: calledName(call) === 'path' ? written.value : plainPath(written.value),
      range: written.range,
    };
    if (view?.type !== 'call' || calledName(view) !== 'include') {
      router.routes.push({ method: 'ALL', path, range: call.range });
      return;
    }
    const module = this.#code.string(argumentsOf(view)[0]);
    if (!module) return;
    if (/^(?:health_check|watchman|django_healthchecks)\b/.test(module.value))
      router.routes.push({ method: 'GET', path, range: call.range });
    else
      router.mounts.push({ prefix: path, specifier: module.value, target: 'urlpatterns', range: call.range });
  }
}

/** A pattern such as `^api/(?P<id>\d+)/$` as a path, `api/<id>/`. */
function plainPath(pattern: string): string {
  return pattern
    .replace(/^\^|\/?\??\$$/g, '')
    .replace(/\(\?P<(\w+)>[^()]*\)/g, '<$1>')
    .replace(/\\(.)/g, '$1');
}

/** A parameter that takes the rest of the path, `<path:name>` or `{name:path}`, as `*`. */
function withRest(path: Ranged<string>): Ranged<string> {
  const at = path.value.search(/<path:|\{\w+:path\}/);
  return at < 0 ? path : { value: `${path.value.slice(0, at)}*`, range: path.range };
}

/**
 * How Express, Koa, Hono, Fastify and servers without a framework write routes and mounts. What cannot be read marks its
 * router incomplete. It must never know where a router is served.
 */
import type { TextRange } from '../../../text.ts';
import type { Syntax } from '../syntax.ts';
import type { Code } from './code.ts';
import {
  argumentsOf,
  calledName,
  calleeOf,
  functionTypes,
  parametersOf,
  propertyOf,
  receiverOf,
  stringContent,
  unwrap,
} from './expressions.ts';
import { readRegister, readRouteObject } from './fastify.ts';
import { readGlobalPrefix, readVersioning } from './nest.ts';
import { isRequired, joined, pathsOf, requiredInline, targetName, type Path } from './paths.ts';
import type { HandlerFact } from '../facts.ts';
import { handlerOf } from './handlers.ts';
import { answersOf, delegates, handsOn } from './requests.ts';
import { stringConstant } from './constants.ts';
import { serverMaker, type Router, type Routers } from './routers.ts';

const verbs = /^(?:get|post|put|patch|delete|del|all|head|options)$/;

/** Packages whose middleware answers no path of its own, whatever prefix it is used under. */
const silentPackages =
  /^(?:express|koa|body-parser|cors|@koa\/cors|helmet|koa-helmet|compression|koa-compress|morgan|pino-http|express-\w*winston|cookie-parser|cookie-session|express-session|csurf|passport|koa-passport|method-override|multer|express-rate-limit|express-slow-down|hpp|response-time|connect-\w+|hono\/[\w-]+|koa-body(?:parser)?|koa-logger|koa-session|express-validator|@sentry\/\w+|on-finished|express-fileupload|serve-favicon|express-async-\w+|express-jwt|express-basic-auth|prom-client|response-time)\b/;

const staticMakers =
  /^(?:express\.static|serve-static|koa-static|koa-send|@hono\/node-server\/serve-static\.serveStatic|hono\/\w+\.serveStatic|serve-handler|sirv|express-static-gzip)\(\)$/;

/** Packages whose middleware is a health route under the prefix it is used with. */
const healthMiddleware =
  /^(?:express-healthcheck|express-health-check|express-healthz|koa-ping|express-ping|@\w+\/health-?check)[^/]*$/;

export class Routes {
  readonly #code: Code;
  readonly #routers: Routers;

  constructor(code: Code, routers: Routers) {
    this.#code = code;
    this.#routers = routers;
  }

  /** Reads one call or `new`, if a router takes part in it. */
  read(call: Syntax): void {
    const method = call.type === 'call_expression' ? calledName(call) : undefined;
    const receiver = method === undefined ? undefined : receiverOf(call);
    if (serverMaker.test(this.#code.origin(call) ?? '')) return this.#serve(call);
    if (receiver) {
      const router = this.#routers.of(receiver);
      if (router) return this.#call(call, method!, router);
      if (method === 'on' && this.#isServer(receiver)) return this.#onRequest(call, receiver);
    } else if (call.children[0]?.type === 'subscript_expression') {
      // `app[method](path, …)`
      const router = this.#routers.of(call.children[0].children[0]);
      if (router) router.complete = false;
    }
    this.#passed(call);
  }

  #call(call: Syntax, method: string, router: Router): void {
    const args = argumentsOf(call);
    if (verbs.test(method)) return this.#verb(call, method, router, args);
    switch (method) {
      case 'use':
        return this.#use(
          call,
          router.framework === 'nestjs' ? this.#routers.adapterOf(router) : router,
          args,
        );
      case 'route':
        return this.#route(call, router, args);
      case 'register':
        return router.framework === 'fastify'
          ? readRegister(this.#code, this.#routers, call, router, args)
          : undefined;
      case 'mount':
        return router.framework === 'hono' ? this.#below(router, args[0], call) : undefined;
      case 'on':
        return router.framework === 'hono' ? this.#on(call, router, args) : undefined;
      case 'openapi':
        return this.#openapi(call, router, args);
      case 'prefix':
        router.prefix = stringConstant(this.#code, args[0])?.value;
        if (router.prefix === undefined) router.complete = false;
        return;
      case 'setGlobalPrefix':
        return readGlobalPrefix(this.#code, router, args);
      case 'enableVersioning':
        return readVersioning(this.#code, router, args);
      default:
        return;
    }
  }

  #verb(call: Syntax, method: string, router: Router, args: readonly Syntax[]): void {
    const upper = method === 'del' ? 'DELETE' : method.toUpperCase();
    const opened = this.#openedRoute(receiverOf(call)!);
    if (opened !== undefined) {
      for (const path of opened ?? [])
        router.routes.push({ method: upper, path, ...this.#handledBy(args.at(-1), path), range: call.range });
      return;
    }
    // `app.get('env')` reads a setting; a client's `api.get(url)` has no handler either.
    if (args.length < 2) return;
    if ((router.parameterOf || router.from !== undefined) && !isHandler(args.at(-1)!)) return;
    // koa-router: the first of two strings is the route's name.
    const named =
      router.framework === 'koa' && args.length > 2 && args[1]?.type === 'string' && !startsLikePath(args[0]);
    const paths = pathsOf(this.#code, args[named ? 1 : 0]);
    if (!paths) router.complete = false;
    for (const path of paths ?? [])
      router.routes.push({ method: upper, path, ...this.#handledBy(args.at(-1), path), range: call.range });
    if (paths?.some(({ value }) => /^\/?\*/.test(value)) && !this.#isPlainHandler(args.at(-1)))
      router.complete = false;
  }

  #handledBy(node: Syntax | undefined, path: Path): { handler?: HandlerFact } {
    const handler = handlerOf(node, path.value, this.#code);
    return handler ? { handler } : {};
  }

  /** `app.route('/x').get(…)`: the paths; null when they cannot be read, undefined when it is nothing of the kind. */
  #openedRoute(receiver: Syntax): readonly Path[] | null | undefined {
    let call = unwrap(receiver);
    for (let steps = 0; steps < 20 && call.type === 'call_expression'; steps++) {
      const args = argumentsOf(call);
      if (calledName(call) === 'route' && args.length === 1) return pathsOf(this.#code, args[0]) ?? null;
      const next = receiverOf(call);
      if (!next || !verbs.test(calledName(call) ?? '')) return undefined;
      call = unwrap(next);
    }
    return undefined;
  }

  #use(call: Syntax, router: Router, args: readonly Syntax[]): void {
    const handlers = [...args];
    let prefixes: readonly Path[] = [{ value: '', range: call.range }];
    if (args.length > 1 || args[0]?.type === 'string') {
      const first = unwrap(args[0]!);
      const found = pathsOf(this.#code, first);
      if (found) {
        prefixes = found;
        handlers.shift();
      } else if (first.type === 'regex' || first.type === 'template_string') {
        router.complete = false;
        return;
      }
    }
    // Middleware of Hono answers no path; sub-applications are routed.
    if (router.framework === 'hono') {
      for (const prefix of prefixes) {
        if (handlers.some((handler) => staticMakers.test(this.#code.origin(handler) ?? ''))) {
          router.mounts.push({ prefix: withoutStar(prefix), static: true, range: call.range });
        } else if (handlers.some((handler) => this.#answersAll(handler))) router.complete = false;
      }
      return;
    }
    for (const handler of handlers) {
      for (const prefix of prefixes) this.#mount(call, router, prefix, handler);
    }
  }

  #mount(call: Syntax, router: Router, prefix: Path, given: Syntax): void {
    const handler = unwrap(given);
    const range = call.range;
    if (handler.type === 'array') {
      for (const item of handler.children) this.#mount(call, router, prefix, item);
      return;
    }
    if (handler.type === 'spread_element') {
      router.complete = false;
      return;
    }
    const mounted = this.#routers.of(handler);
    if (mounted) {
      router.mounts.push({ prefix, target: mounted.local, range });
      return;
    }
    if (functionTypes.has(handler.type)) return this.#handler(router, handler, prefix, range);
    const inline = requiredInline(handler);
    if (inline?.specifier.startsWith('.')) {
      router.mounts.push({ prefix, ...inline, range });
      return;
    }
    const origin = this.#code.origin(handler);
    if (origin !== undefined && staticMakers.test(origin)) {
      router.mounts.push({ prefix, static: true, range });
      return;
    }
    if (origin === 'koa-mount()' || origin === 'koa-mount.mount()') {
      const [path, sub] = argumentsOf(handler);
      const below = sub ? stringConstant(this.#code, path) : { value: '', range };
      if (below) this.#mount(call, router, below, sub ?? path!);
      else router.complete = false;
      return;
    }
    if (origin !== undefined && healthMiddleware.test(origin)) {
      router.routes.push({ method: 'ALL', path: prefix, range });
      return;
    }
    const name = targetName(handler);
    const root = name?.split('.')[0];
    const declared = root === undefined ? undefined : this.#code.declaration(root, handler);
    if (declared?.kind === 'import' || isRequired(declared)) {
      if (origin !== undefined && silentPackages.test(origin)) return;
      router.mounts.push({ prefix, target: name, range });
      return;
    }
    if (declared?.kind === 'function') {
      if (handler.type === 'call_expression') router.mounts.push({ prefix, target: name, range });
      else this.#handler(router, declared.node, prefix, range);
      return;
    }
    const definition = this.#code.definition(handler);
    if (definition && functionTypes.has(definition.type))
      return this.#handler(router, definition, prefix, range);
    if (calledName(handler) === 'allowedMethods') return;
    // `const limiter = rateLimit(…); app.use(limiter)`
    if (definition && definition !== handler && /^(?:call|new)_expression$/.test(definition.type)) {
      if (definition.contains(call)) return;
      return this.#mount(call, router, prefix, definition);
    }
    // A parameter, the variable of a loop, or something computed: unless its name says that it is no router.
    if (
      !/auth|cors|log|limit|parse|guard|session|check|valid|middleware|error|handler$/i.test(handler.text)
    ) {
      router.complete = false;
    }
  }

  /** A function used as middleware: what it answers by itself. */
  #handler(router: Router, fn: Syntax, prefix: Path, range: TextRange): void {
    const answers = answersOf(this.#code, fn);
    for (const path of answers.paths) {
      router.routes.push({
        method: 'ALL',
        path: { ...path, value: joined(prefix.value, path.value) },
        range,
      });
    }
    const parameters = parametersOf(fn).length;
    const own = prefix.value !== '' && prefix.value !== '/';
    if (own && parameters <= 2 && router.framework !== 'koa') {
      router.routes.push({
        method: 'ALL',
        path: { value: joined(prefix.value, '/*'), range: prefix.range },
        range,
      });
    } else if (router.framework === 'koa' && parameters === 1 && answers.paths.length === 0) {
      router.routes.push({ method: 'ALL', path: { value: '*', range }, range });
    }
    if (!own && delegates.test(fn.text)) router.complete = false;
  }

  /** Express opens a route with one argument (its verbs follow); Hono mounts, Fastify takes an object. */
  #route(call: Syntax, router: Router, args: readonly Syntax[]): void {
    if (router.framework === 'fastify') return readRouteObject(this.#code, call, router, args[0]);
    if (router.framework !== 'hono' || args.length < 2) {
      if (args.length === 1 && !pathsOf(this.#code, args[0])) router.complete = false;
      return;
    }
    const prefix = pathsOf(this.#code, args[0])?.[0];
    const sub = this.#routers.of(args[1]);
    const target = sub?.local ?? targetName(unwrap(args[1]!));
    if (!prefix) router.complete = false;
    else router.mounts.push({ prefix, ...(target !== undefined && { target }), range: call.range });
  }

  /** Hono: `app.on(['GET', 'POST'], ['/a', '/b'], handler)`. */
  #on(call: Syntax, router: Router, args: readonly Syntax[]): void {
    const methods = args[0] && pathsOf(this.#code, args[0]);
    const paths = args[1] && pathsOf(this.#code, args[1]);
    if (!methods || !paths) {
      router.complete = false;
      return;
    }
    for (const method of methods) {
      for (const path of paths)
        router.routes.push({ method: method.value.toUpperCase(), path, range: call.range });
    }
  }

  /** @hono/zod-openapi: the route is an object made by `createRoute`. */
  #openapi(call: Syntax, router: Router, args: readonly Syntax[]): void {
    const made = args[0] && this.#code.definition(args[0]);
    const object = made?.type === 'call_expression' ? argumentsOf(made)[0] : made;
    const path = object?.type === 'object' ? pathsOf(this.#code, propertyOf(object, 'path')) : undefined;
    if (!path || object?.type !== 'object') {
      router.complete = false;
      return;
    }
    const method = stringConstant(this.#code, propertyOf(object, 'method'))?.value.toUpperCase() ?? 'ALL';
    router.routes.push({ method, path: path[0]!, range: call.range });
  }

  /** Everything below may answer. */
  #below(router: Router, path: Syntax | undefined, call: Syntax): void {
    const prefix = path && pathsOf(this.#code, path)?.[0];
    if (prefix) router.mounts.push({ prefix, static: true, range: call.range });
    else router.complete = false;
  }

  /** A router handed to a function that may add to it. */
  #passed(call: Syntax): void {
    const args = argumentsOf(call);
    if (args.length === 0 || args.length > 6) return;
    const index = args.findIndex((argument) => {
      const { type } = unwrap(argument);
      return (
        (type === 'identifier' || type === 'member_expression') && this.#routers.of(argument) !== undefined
      );
    });
    if (index < 0) return;
    const router = this.#routers.of(args[index])!;
    const prefix = { value: '', range: call.range };
    const callee = calleeOf(call);
    const inline = requiredInline(callee);
    if (inline?.specifier.startsWith('.')) {
      router.mounts.push({ prefix, ...inline, range: call.range });
      return;
    }
    const name = targetName(callee);
    const root = name === undefined ? undefined : this.#code.declaration(name.split('.')[0]!, callee);
    if (root?.kind === 'import' || isRequired(root)) {
      const origin = this.#code.origin(callee) ?? '';
      if (call.type === 'new_expression' && origin.startsWith('.')) router.complete = false;
      else if (/^[.@~#]/.test(origin)) router.mounts.push({ prefix, target: name, range: call.range });
    } else if (root?.kind === 'function' || root?.kind === 'variable') {
      const fn = this.#code.definition(callee);
      if (fn && functionTypes.has(fn.type)) {
        const inner = this.#routers.ofParameter(fn, index, router.framework);
        if (inner) router.mounts.push({ prefix, target: inner.local, range: call.range });
      }
    } else if (root?.kind === 'class') router.complete = false;
  }

  /** `http.createServer(handler)` */
  #serve(call: Syntax): void {
    const args = argumentsOf(call);
    const served = args.map((argument) => this.#routers.of(argument)).find((router) => router);
    if (served) {
      this.#routers.same(call, served);
      return;
    }
    const handler = args.findLast((argument) => unwrap(argument).type !== 'object');
    const router = this.#routers.ofServer(call);
    if (handler) this.#answer(router, this.#code.definition(handler), call);
  }

  #onRequest(call: Syntax, receiver: Syntax): void {
    const [event, handler] = argumentsOf(call);
    if (event?.type !== 'string' || stringContent(event) !== 'request' || !handler) return;
    const made = this.#code.definition(receiver)!;
    const served = this.#routers.of(handler);
    if (served) this.#routers.same(made, served);
    else this.#answer(this.#routers.ofServer(made), this.#code.definition(handler), call);
  }

  #isServer(node: Syntax): boolean {
    return serverMaker.test(this.#code.origin(node) ?? '');
  }

  /** What a bare `(request, response)` function answers. */
  #answer(router: Router, fn: Syntax | undefined, call: Syntax): void {
    if (!fn || !functionTypes.has(fn.type)) {
      router.complete = false;
      return;
    }
    const { paths, readsPath, complete } = answersOf(this.#code, fn);
    for (const path of paths) router.routes.push({ method: 'ALL', path, range: path.range });
    if (!complete || handsOn(fn) || (readsPath && paths.length === 0)) router.complete = false;
    else if (!readsPath) {
      router.routes.push({ method: 'ALL', path: { value: '*', range: fn.range }, range: call.range });
    }
  }

  /** Whether a catch-all answers in place, rather than handing on to something that has routes of its own. */
  #isPlainHandler(handler: Syntax | undefined): boolean {
    const fn = handler && this.#code.definition(handler);
    return fn !== undefined && functionTypes.has(fn.type) && !delegates.test(fn.text);
  }

  #answersAll(handler: Syntax): boolean {
    const fn = this.#code.definition(handler);
    if (fn && functionTypes.has(fn.type)) return delegates.test(fn.text);
    return /react-router|remix|next|vite|proxy|handler\(\)$/i.test(this.#code.origin(handler) ?? '');
  }
}

function isHandler(node: Syntax): boolean {
  const { type } = unwrap(node);
  return functionTypes.has(type) || /^(?:identifier|member_expression|call_expression)$/.test(type);
}

function startsLikePath(node: Syntax | undefined): boolean {
  return node !== undefined && /^['"`]\//.test(node.text);
}

function withoutStar(path: Path): Path {
  return { ...path, value: path.value.replace(/\/?\*$/, '') };
}

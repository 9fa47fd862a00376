/**
 * Routes and servers of Ktor (https://ktor.io/docs/server-routing.html). Functions that extend `Application` or `Route`
 * are routers that whoever calls them adds to; what takes types for paths is not read.
 */
import type { ListenFact, MountFact, RouteFact, RouterFact } from '../facts.ts';
import type { Syntax } from '../syntax.ts';
import { argumentsOf, calledName, lambdaOf, namedArgument, receiverOf, type Code } from './code.ts';

type Router = Omit<RouterFact, 'routes' | 'mounts' | 'complete'> & {
  readonly routes: RouteFact[];
  readonly mounts: MountFact[];
  complete: boolean;
};

const verbs = /^(?:get|post|put|delete|patch|head|options)$/;
/** Blocks that only refine the routes in them. */
const wrapping =
  /^(?:routing|authenticate|rateLimit|host|localPort|header|accept|contentType|param|withRole|apply|install|optionalParam|limit)$/;
/** What adds routes wherever it stands. */
const adding = /\b(?:get|post|put|delete|patch|head|options|route|routing|webSocket|sse|handle)\s*[({<]/;
const files =
  /^(?:static|staticFiles|staticResources|staticFileSystem|staticZip|resources|defaultResource|default)$/;
/** Calls in blocks of an application or route that add nothing. */
const silent =
  /^(?:install|println|print|call|error|require|requireNotNull|check|checkNotNull|run|also|let|with|launch|runBlocking|monitor|environment|log|val|listOf|mapOf|module|dependencies|createRouteScopedPlugin|describe|tag|tags|summary|response|request|parameters|openApi|webSocketRaw|lazy)$/;
/** Plugins and functions that answer paths of their own. */
const answering =
  /health|cohort|metrics|micrometer|status|swagger|openapi|resources|graphql|admin|probe|alive|ready/i;

export function ktorRouters(code: Code): RouterFact[] {
  return new Reader(code).read();
}

class Reader {
  readonly #code: Code;
  readonly #routers: Router[] = [];

  constructor(code: Code) {
    this.#code = code;
  }

  read(): RouterFact[] {
    for (const fn of this.#code.functions) {
      const receiver = fn.child('user_type');
      const name = fn.field('name');
      if (!receiver || !name || receiver.start > name.start) continue;
      if (!/^(?:Application|Route|Routing|Routing\w+|RootRoute)$/.test(receiver.text)) continue;
      // A module named in the configuration is called by nobody here.
      const isModule = receiver.text === 'Application' && /^(?:module|main)$/.test(name.text);
      const router = this.#router(name, isModule ? {} : { parameterOf: { function: name.text, index: 0 } });
      this.#body(fn.child('function_body'), router, '');
    }
    for (const call of this.#code.calls)
      if (calledName(call) === 'embeddedServer' && lambdaOf(call))
        this.#body(lambdaOf(call), this.#router(call), '');
    return this.#routers;
  }

  /** The statements of a block, or the one expression a function is. */
  #body(block: Syntax | undefined, router: Router, prefix: string, depth = 0): void {
    if (!block || depth > 40) return;
    for (const statement of block.children) {
      if (statement.type === 'block' || statement.type === 'statements')
        this.#body(statement, router, prefix, depth + 1);
      else if (statement.type === 'call_expression') this.#call(statement, router, prefix, depth);
      // `get<Articles> { … }` takes its path from a type; loops and conditions are not followed.
      else if (adding.test(statement.text)) router.complete = false;
    }
  }

  #call(call: Syntax, router: Router, prefix: string, depth: number): void {
    const name = calledName(call);
    const receiver = receiverOf(call);
    if (receiver) {
      // `get("/x") { … }.describe { … }`
      if (receiver.type === 'call_expression' && depth < 40) this.#call(receiver, router, prefix, depth + 1);
      else if (adding.test(call.text)) router.complete = false;
      return;
    }
    const [first] = argumentsOf(call);
    const given = first ?? namedArgument(call, 'path');
    const path = given ? this.#code.value(given).text : { value: '', range: call.range };
    const below = (value: string): string => `${prefix}/${value}`.replace(/\/+/g, '/');
    const lambda = lambdaOf(call);
    if (verbs.test(name) || name === 'webSocket' || name === 'sse') {
      if (!path) router.complete = false;
      else
        this.#route(router, call, verbs.test(name) ? name.toUpperCase() : 'GET', {
          ...path,
          value: below(path.value),
        });
    } else if (name === 'route') {
      if (!path) router.complete = false;
      const method = argumentsOf(call)[1];
      if (path && method) this.#route(router, call, 'ALL', { ...path, value: below(path.value) });
      else if (path) this.#body(lambda, router, below(path.value), depth + 1);
    } else if (wrapping.test(name)) {
      if (
        name === 'install' &&
        answering.test(first?.text ?? '') &&
        !/^(?:StatusPages|MicrometerMetrics|DropwizardMetrics)$/.test(first?.text ?? '')
      )
        router.complete = false;
      if (name !== 'install') this.#body(lambda, router, prefix, depth + 1);
    } else if (name === 'handle') this.#route(router, call, 'ALL', { value: prefix, range: call.range });
    // What stands before routes may answer in their place.
    else if (name === 'method' || name === 'intercept') router.complete = false;
    else if (files.test(name)) {
      const range = call.range;
      router.mounts.push({ prefix: { value: below(path?.value ?? ''), range }, static: true, range });
    } else if (name === 'singlePageApplication')
      this.#route(router, call, 'GET', { value: below('*'), range: call.range });
    else if (/^(?:swaggerUI|openAPI)$/.test(name))
      this.#route(router, call, 'GET', { value: `${below(path?.value ?? 'swagger')}/*`, range: call.range });
    else if (/^(?:run|also|let|with|launch|runBlocking)$/.test(name)) {
      if (adding.test(call.text)) router.complete = false;
    } else if (!silent.test(name)) {
      const { range } = call;
      router.mounts.push({ prefix: { value: prefix, range }, target: name, range });
    }
  }

  #route(router: Router, call: Syntax, method: string, path: RouteFact['path']): void {
    // `{path...}` takes the rest of a path.
    const value = path.value.replace(/\{\w*\.\.\.\}/g, '*');
    router.routes.push({ method, path: { value, range: path.range }, range: call.range });
  }

  #router({ range }: Syntax, more: Partial<Router> = {}): Router {
    const local = `ktor ${this.#routers.length}`;
    const router: Router = {
      local,
      framework: 'ktor',
      range,
      routes: [],
      mounts: [],
      complete: true,
      ...more,
    };
    this.#routers.push(router);
    return router;
  }
}

export function ktorListenOf(call: Syntax, code: Code): ListenFact | undefined {
  const name = calledName(call);
  const base = { protocol: 'http', router: 'ktor', range: call.range } as const;
  if (name === 'main' && /(?:^|\.)EngineMain$/.test(receiverOf(call)?.text ?? ''))
    return { ...base, framework: 'ktor-engine' };
  if (name !== 'embeddedServer') return undefined;
  const given = namedArgument(call, 'port') ?? argumentsOf(call)[1];
  const { text, variable } = code.value(given);
  const port = Number(text?.value);
  return {
    ...base,
    framework: 'ktor',
    ...(text && Number.isInteger(port) && { port: { value: port, range: text.range } }),
    ...(variable !== undefined && { portVariable: variable }),
  };
}

/**
 * Routers that are values of a file: who makes them, which functions get them, under which name they are known. It must
 * never know how a framework writes its routes; that is `routes.ts`.
 */
import type { MountFact, RouteFact, RouterFact } from '../facts.ts';
import type { Syntax } from '../syntax.ts';
import type { Code } from './code.ts';
import {
  argumentsOf,
  bodyOf,
  calledName,
  classTypes,
  functionName,
  functionTypes,
  nameGivenTo,
  parametersOf,
  propertyOf,
  receiverOf,
  unwrap,
} from './expressions.ts';
import { stringConstant } from './constants.ts';

/** A router whose routes are still being collected. */
export interface Router extends RouterFact {
  readonly routes: RouteFact[];
  readonly mounts: MountFact[];
  prefix?: string;
  complete: boolean;
  prefixExcludes?: readonly string[];
  versioning?: RouterFact['versioning'];
}

/** Origins of what is a router, by framework. */
const makers: readonly (readonly [RegExp, string])[] = [
  [/^(?:express|ultimate-express|polka)(?:\.express)?\(\)$/, 'express'],
  [/^(?:express|ultimate-express)\.Router\(\)$/, 'express'],
  [
    /^(?:router|express-promise-router|express-async-router\.\w+|hyper-express\.\w+|restify\.createServer)\(\)$/,
    'express',
  ],
  [/^fastify(?:\.fastify)?\(\)(?:\.withTypeProvider\(\))?$/, 'fastify'],
  [/^koa\(\)$/, 'koa'],
  [/^(?:koa-router|@koa\/router|koa-better-router|koa-joi-router)(?:\.Router)?\(\)$/, 'koa'],
  [/^(?:hono|hono\/\w+|@hono\/zod-openapi)\.(?:Hono|OpenAPIHono)\(\)$/, 'hono'],
  [/^@nestjs\/core\.NestFactory\.create\(\)$/, 'nestjs'],
];

/** Types by which a parameter or field is known to be a router. */
const types: readonly (readonly [RegExp, string])[] = [
  [/^#(?:express|express-serve-static-core)(?:\.\w+)*\.(?:Express|Application|Router|IRouter)$/, 'express'],
  [/^#fastify(?:\.\w+)*\.(?:FastifyInstance|FastifyTypedInstance)$/, 'fastify'],
  [/^#(?:koa|koa-router|@koa\/router)(?:\.Router)?$/, 'koa'],
  [/^#(?:hono|@hono\/zod-openapi)\.(?:Hono|OpenAPIHono)$/, 'hono'],
  [/^#@nestjs\/common\.INestApplication$|^#@nestjs\/platform-\w+\.Nest\w+Application$/, 'nestjs'],
];

/** How people call a parameter that is a router, where no type says so. */
const parameterNames =
  /^_?(?:app|application|router|routes?|server|fastify|instance|express|hono|koa|api|api[Rr]outer)$/;

/** An imported value is one by fewer names: `api` is as often a client of somebody else's routes. */
const importedNames = /^(?:app|application|router|server|fastify|express|hono|koa|apiRouter)$/;

export const serverMaker =
  /^(?:http|https|http2|spdy|http-shutdown)\.(?:createServer|createSecureServer|Server)\(\)$|^(?:stoppable|http-shutdown)\(\)$/;

/** Methods that give back the router they are called on. */
const chaining =
  /^(?:get|post|put|patch|delete|del|all|head|options|use|on|route|openapi|mount|register|prefix|onError|notFound|routes|callback|after|ready)$/;

export class Routers {
  readonly all: Router[] = [];
  readonly #byNode = new Map<Syntax, Router>();
  readonly #adapters = new Map<Router, Router>();
  readonly #locals = new Set<string>();
  readonly #code: Code;

  constructor(code: Code) {
    this.#code = code;
  }

  /** Routers, without what was taken for one by its name alone and got no route. */
  get found(): readonly Router[] {
    for (const { routes, mounts } of this.all) {
      // Chained calls are read from the outside in.
      routes.sort((a, b) => a.range.end - b.range.end);
      mounts.sort((a, b) => a.range.end - b.range.end);
    }
    return this.all.filter(
      ({ parameterOf, from, routes, mounts, complete }) =>
        !(parameterOf || from !== undefined) || routes.length > 0 || mounts.length > 0 || !complete,
    );
  }

  /** The router an expression stands for. */
  of(node: Syntax | undefined, steps = 0): Router | undefined {
    if (!node || steps > 12) return undefined;
    const bare = unwrap(node);
    if (bare.type === 'call_expression') {
      const receiver = receiverOf(bare);
      const method = calledName(bare) ?? '';
      if (receiver && chaining.test(method) && !this.#framework(bare)) return this.of(receiver, steps + 1);
    }
    const made = this.#code.definition(bare);
    if (!made) return undefined;
    const known = this.#byNode.get(made);
    if (known) return known;
    if (made.type === 'call_expression' || made.type === 'new_expression') return this.#ofCall(made, steps);
    if (made.type === 'identifier') return this.#ofParameter(made) ?? this.#ofImport(made);
    return made.type === 'member_expression' ? this.#ofField(made) : undefined;
  }

  /** The router that a function is given, where it is one by type, name or because `given` says so. */
  ofParameter(fn: Syntax, index: number, given?: string): Router | undefined {
    const parameter = parametersOf(fn)[index];
    if (!parameter) return undefined;
    const known = this.#byNode.get(parameter);
    if (known) return known;
    const name = parameter.type === 'identifier' ? parameter : parameter.child('identifier');
    if (!name) return undefined;
    const type = this.#code.origin(parameter.child('type_annotation'));
    const framework = given ?? frameworkOf(types, type) ?? (type ? undefined : frameworkByName(name.text));
    if (!framework) return undefined;
    const fnName = functionName(fn);
    return this.#add(parameter, {
      local: this.#unique(name.text, parameter),
      framework,
      range: name.range,
      ...(fnName !== undefined && { parameterOf: { function: fnName, index } }),
    });
  }

  /** The server of `http.createServer`, as a router of its own: what its handler answers. */
  ofServer(call: Syntax): Router {
    return (
      this.#byNode.get(call) ??
      this.#add(call, {
        local: this.#unique(nameGivenTo(call) ?? 'server', call),
        framework: 'http',
        range: call.range,
      })
    );
  }

  /** A router that no expression makes, such as a controller class or a helper's own server. */
  declare(node: Syntax, local: string, framework: string, more: Partial<RouterFact> = {}): Router {
    const known = this.#byNode.get(node);
    if (known) return known;
    return this.#add(node, { ...more, local: this.#unique(local, node), framework, range: node.range });
  }

  /** The server below a NestJS application: its own prefix and versions do not apply there. */
  adapterOf(app: Router): Router {
    let adapter = this.#adapters.get(app);
    if (!adapter) {
      const local = `${app.local}.getHttpAdapter()`;
      adapter = { local, framework: 'express', range: app.range, routes: [], mounts: [], complete: true };
      this.#adapters.set(app, adapter);
      this.all.push(adapter);
    }
    return adapter;
  }

  /** Makes two expressions one router: `http.createServer(app)` serves what `app` does. */
  same(node: Syntax, router: Router): void {
    this.#byNode.set(node, router);
  }

  #ofCall(made: Syntax, steps: number): Router | undefined {
    const framework = this.#framework(made);
    if (framework) return this.#make(made, framework);
    const method = calledName(made);
    if (method === 'getHttpAdapter' || method === 'getInstance') {
      const app = this.of(receiverOf(made), steps + 1);
      return app?.framework === 'nestjs' ? this.adapterOf(app) : app;
    }
    const callee = this.#code.definition(made.children[0]);
    if (callee && functionTypes.has(callee.type)) return this.of(returned(callee), steps + 1);
    if (serverMaker.test(this.#code.origin(made) ?? '')) {
      const served = argumentsOf(made).map((argument) => this.of(argument, steps + 1));
      return served.find((router) => router);
    }
    if (made.type !== 'call_expression') return undefined;
    // `const app = createApp()` where another file makes it.
    const declared = callee?.type === 'identifier' ? this.#code.declaration(callee.text, callee) : undefined;
    const name = nameGivenTo(made);
    if (declared?.kind !== 'import' || !/^[.@~#]/.test(declared.module) || name === undefined)
      return undefined;
    const known = frameworkByName(name);
    if (!known || !/app|server|router|create|build|make|init|setup|api/i.test(callee!.text)) return undefined;
    return this.#add(made, {
      local: this.#unique(name, made),
      framework: known,
      range: made.range,
      from: callee!.text,
    });
  }

  #make(made: Syntax, framework: string): Router {
    const basePath =
      calledName(made) === 'basePath' ? stringConstant(this.#code, argumentsOf(made)[0]) : undefined;
    const base = calledName(made) === 'basePath' ? this.of(receiverOf(made)) : undefined;
    const name = nameGivenTo(made);
    const prefix = basePath?.value ?? this.#prefixOption(made);
    const returner = made.closest(functionTypes);
    const isReturned = returner && this.#isReturned(made, returner);
    const by = isReturned ? functionName(returner) : undefined;
    const router = this.#add(made, {
      local: this.#unique(name ?? framework, made),
      framework,
      range: made.range,
      ...(prefix !== undefined && { prefix }),
      ...(by !== undefined && { returnedBy: by }),
    });
    if (calledName(made) === 'basePath' && !basePath) router.complete = false;
    base?.mounts.push({ prefix: { value: '', range: made.range }, target: router.local, range: made.range });
    return router;
  }

  /** `new Router({ prefix: '/users' })` */
  #prefixOption(made: Syntax): string | undefined {
    const [options] = argumentsOf(made);
    const object = options && this.#code.definition(options);
    return object?.type === 'object'
      ? stringConstant(this.#code, propertyOf(object, 'prefix'))?.value
      : undefined;
  }

  #isReturned(made: Syntax, fn: Syntax): boolean {
    const result = returned(fn);
    return result !== undefined && baseOf(this.#code, result) === made;
  }

  #framework(made: Syntax): string | undefined {
    const origin = this.#code.origin(made);
    if (origin === undefined) return undefined;
    const framework = frameworkOf(makers, origin);
    if (framework) return framework;
    return /\.basePath\(\)$/.test(origin) && /^(?:hono|@hono)/.test(origin) ? 'hono' : undefined;
  }

  #ofParameter(name: Syntax): Router | undefined {
    const declared = this.#code.declaration(name.text, name);
    if (declared?.kind !== 'parameter') return undefined;
    return this.#byNode.get(declared.node) ?? this.ofParameter(declared.function, declared.index);
  }

  #ofImport(name: Syntax): Router | undefined {
    const declared = this.#code.declaration(name.text, name);
    if (declared?.kind !== 'import' || !/^[.@~#]/.test(declared.module)) return undefined;
    const known = this.#byNode.get(declared.node);
    if (known) return known;
    const framework = importedNames.test(name.text) ? frameworkByName(name.text) : undefined;
    if (!framework) return undefined;
    return this.#add(declared.node, {
      local: this.#unique(name.text, declared.node),
      framework,
      range: declared.node.range,
      from: name.text,
    });
  }

  /** `this.app` where only the field's type says what it is. */
  #ofField(node: Syntax): Router | undefined {
    const inClass = node.children[0]?.type === 'this' ? node.closest(classTypes) : undefined;
    const field = inClass && this.#code.field(inClass, node.children.at(-1)!.text);
    if (!field) return undefined;
    const known = this.#byNode.get(field);
    if (known) return known;
    const framework = frameworkOf(types, this.#code.origin(field));
    if (!framework) return undefined;
    // Who fills the field is not seen here, so neither is everything that is added.
    const router = this.#add(field, { local: this.#unique(node.text, field), framework, range: field.range });
    router.complete = false;
    return router;
  }

  #add(node: Syntax, fact: Omit<RouterFact, 'routes' | 'mounts' | 'complete'>): Router {
    const router: Router = { ...fact, routes: [], mounts: [], complete: true };
    this.#byNode.set(node, router);
    this.all.push(router);
    return router;
  }

  /** Two routers of one file may have the same name in different functions. */
  #unique(name: string, node: Syntax): string {
    const local = this.#locals.has(name) ? `${name}@${node.start}` : name;
    this.#locals.add(local);
    return local;
  }
}

/** What a function gives back, if it is one expression. */
export function returned(fn: Syntax): Syntax | undefined {
  const body = bodyOf(fn);
  if (body?.type !== 'statement_block') return body;
  return body.children.findLast(({ type }) => type === 'return_statement')?.children[0];
}

function baseOf(code: Code, node: Syntax, steps = 0): Syntax | undefined {
  const bare = unwrap(node);
  const receiver = bare.type === 'call_expression' ? receiverOf(bare) : undefined;
  const made = code.definition(bare);
  if (made !== bare || !receiver || steps > 12 || !chaining.test(calledName(bare) ?? '')) return made;
  return baseOf(code, receiver, steps + 1);
}

function frameworkOf(
  table: readonly (readonly [RegExp, string])[],
  origin: string | undefined,
): string | undefined {
  if (origin === undefined) return undefined;
  return table.find(([pattern]) => pattern.test(origin))?.[1];
}

function frameworkByName(name: string): string | undefined {
  if (!parameterNames.test(name)) return undefined;
  return /fastify|instance/.test(name) ? 'fastify' : (/hono|koa/.exec(name)?.[0] ?? 'express');
}

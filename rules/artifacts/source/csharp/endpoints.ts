/**
 * Endpoints of ASP.NET Core that are mapped by calls: minimal APIs, groups, health checks, hubs, and methods that are
 * handed an application to map more. https://learn.microsoft.com/aspnet/core/fundamentals/routing
 */
import type { Ranged } from '../../../text.ts';
import type { MountFact, RouteFact, RouterFact } from '../facts.ts';
import type { Syntax } from '../syntax.ts';
import {
  argumentsOf,
  calledName,
  functionTypes,
  namedArgument,
  receiverOf,
  typeArgument,
  type Code,
} from './code.ts';

type Router = Omit<RouterFact, 'routes' | 'mounts' | 'conventions' | 'complete'> & {
  readonly routes: RouteFact[];
  readonly mounts: MountFact[];
  conventions?: readonly string[];
  complete: boolean;
};

const verbs = /^Map(Get|Post|Put|Delete|Patch)$/;

/** Types of parameters that endpoints are added to. */
const builders =
  /^(?:I?ApplicationBuilder|WebApplication|I?EndpointRouteBuilder|RouteGroupBuilder|IEndpointConventionBuilder)\??$/;

/** Middleware that answers no path, and calls that only refine an endpoint. */
const silent =
  /^(?:Use(?:Routing|Authentication|Authorization|HttpsRedirection|Hsts|Cors|ExceptionHandler|DeveloperExceptionPage|StatusCodePages\w*|SerilogRequestLogging|ResponseCompression|ResponseCaching|OutputCache|RateLimiter|IpRateLimiting|Session|CookiePolicy|ForwardedHeaders|HttpLogging|W3CLogging|RequestLocalization|Antiforgery|WebSockets|RequestTimeouts|HttpMetrics|RequestDecompression|ApplicationInsights\w*|AllElasticApm|ElasticApm|XRay|SentryTracing|MultiTenant|Endpoints|EndpointsApiExplorer|CloudEvents|ApiVersioning|GrpcWeb|HeaderPropagation|WebAssemblyDebugging|TestServer|DefaultFiles|Hsts|RewriteWww|CorrelationId|RequestContextLogging)|MapControllers|MapGrpcReflectionService|MapSubscribeHandler|MapGrpcService|MapGroup|NewVersionedApi|NewApiVersionSet|MapWhen|UseWhen|UseMiddleware|Use|Run|RunAsync|Start|StartAsync|Stop\w*|Build|WaitForShutdown\w*|Dispose\w*|With\w+|Add\w*Metadata|Require\w+|Has\w+|Is\w+|Produces\w*|Accepts|Allow\w+|Disable\w+|Enable\w+|Exclude\w+|ShortCircuit|CacheOutput|Get\w+|Create\w+|Equals|ToString|ReportApiVersions|MapToApiVersion|AdvertisesApiVersion)$/;

/** Calls with a path of their own, or one that they are given. */
const fixed: Readonly<Record<string, readonly string[]>> = {
  UseSwagger: ['/swagger/*'],
  UseSwaggerUI: ['/swagger/*'],
  UseSwaggerGen: ['/swagger/*'],
  MapSwagger: ['/swagger/*'],
  UseOpenApi: ['/swagger/*'],
  UseSwaggerUi: ['/swagger/*'],
  UseSwaggerUi3: ['/swagger/*'],
  MapOpenApi: ['/openapi/*'],
  MapScalarApiReference: ['/scalar/*'],
  MapMetrics: ['/metrics'],
  UseMetricServer: ['/metrics'],
  MapPrometheusScrapingEndpoint: ['/metrics'],
  UseOpenTelemetryPrometheusScrapingEndpoint: ['/metrics'],
  MapGraphQL: ['/graphql', '/graphql/*'],
  MapBlazorHub: ['/_blazor/*'],
  UseIdentityServer: ['/connect/*', '/.well-known/*'],
  UseHangfireDashboard: ['/hangfire', '/hangfire/*'],
  MapHangfireDashboard: ['/hangfire', '/hangfire/*'],
  MapHealthChecksUI: ['/healthchecks-ui', '/healthchecks-ui/*', '/healthchecks-api', '/healthchecks-api/*'],
};

const files = /^(?:UseStaticFiles|UseFileServer|MapStaticAssets|UseBlazorFrameworkFiles)$/;

/** Calls that give the actions of controllers their paths. */
const conventional = /^(?:Map(?:Default)?ControllerRoute|UseMvcWithDefaultRoute)$/;

/** Calls that answer paths that are decided elsewhere. */
const open =
  /^(?:Map(?:\w*ControllerRoute|AreaRoute|\w*Razor\w+|ReverseProxy|Forwarder|IdentityApi|Carter|FastEndpoints|DynamicControllerRoute|Dapr\w*|Orleans\w*|AdditionalIdentityEndpoints)|Use(?:Mvc\w*|Spa|SpaStaticFiles|Ocelot|FastEndpoints|PathBase|MigrationsEndPoint|OrchardCore|Umbraco))$/;

export class Endpoints {
  readonly #code: Code;
  readonly #routers: Router[] = [];
  /** By where a name is known, and the name. */
  readonly #named = new Map<Syntax, Map<string, Router>>();
  readonly #groups = new Map<Syntax, Router>();

  constructor(code: Code) {
    this.#code = code;
    for (const fn of code.functions) this.#parameters(fn);
    if (/\bWebApplication\b/.test(code.text)) this.#applications();
    for (const call of code.calls) this.#call(call);
  }

  get found(): readonly RouterFact[] {
    return this.#routers;
  }

  /** The application or group that an expression stands for. */
  routerOf(node: Syntax | undefined, steps = 0): Router | undefined {
    if (!node || steps > 30) return undefined;
    if (node.type === 'identifier') return this.#lookUp(node);
    if (node.type === 'parenthesized_expression') return this.routerOf(node.children[0], steps + 1);
    if (node.type !== 'invocation_expression') return undefined;
    const receiver = this.routerOf(receiverOf(node), steps + 1);
    if (!receiver) return undefined;
    const name = calledName(node);
    if (name === 'MapGroup') return this.#group(receiver, node);
    // Endpoints that a call maps can be refined, but nothing can be added to them.
    return /^Map(?!ToApiVersion)/.test(name) && name !== 'MapGroup' ? undefined : receiver;
  }

  #parameters(fn: Syntax): void {
    const name = fn.field('name')?.text ?? '';
    const isStartup =
      name === 'Configure' &&
      /Startup/.test(fn.closest(new Set(['class_declaration']))?.field('name')?.text ?? '');
    // A method of an object is called by whoever finds such objects, below a path that is not seen here.
    const isFound =
      fn.type === 'method_declaration' &&
      !fn.children.some((child) => child.type === 'modifier' && child.text === 'static');
    let index = 0;
    for (const parameter of fn.field('parameters')?.children ?? []) {
      const own = parameter.field('name');
      if (own && builders.test(parameter.field('type')?.text.replace(/^.*\./, '') ?? ''))
        this.#name(
          fn,
          own.text,
          this.#router(
            own,
            isStartup ? {} : isFound ? { complete: false } : { parameterOf: { function: name, index } },
          ),
        );
      index++;
    }
  }

  /** `var app = builder.Build();` */
  #applications(): void {
    for (const call of this.#code.calls) {
      const isBuilt =
        calledName(call) === 'Build' &&
        /builder|CreateBuilder|CreateSlimBuilder/i.test(receiverOf(call)?.text ?? '');
      const isMade = calledName(call) === 'Create' && receiverOf(call)?.text === 'WebApplication';
      if (!isBuilt && !isMade) continue;
      const declarator = call.closest(
        new Set(['variable_declarator', 'assignment_expression', 'argument_list']),
      );
      const own = declarator?.children[0];
      if (own?.type !== 'identifier' || declarator?.type === 'argument_list') continue;
      this.#name(scopeOf(call, this.#code), own.text, this.#router(own));
    }
  }

  #call(call: Syntax): void {
    const name = calledName(call);
    const receiver = receiverOf(call);
    const router = this.routerOf(receiver);
    const args = argumentsOf(call);
    if (!router) {
      if (receiver && (verbs.test(name) || name === 'MapHealthChecks')) {
        // What they are added to is declared elsewhere, and may have a prefix.
        const unknown = this.#router(call, { complete: false });
        this.#map(unknown, call, name, args);
      }
      // `MapEndpoints(app)`
      for (const argument of args) {
        const handed = argument.type === 'identifier' ? this.#lookUp(argument) : undefined;
        if (handed && !/^(?:Configure|Invoke\w*|Log\w*|Print\w*)$/.test(name))
          this.#mount(handed, call, name);
      }
      return;
    }
    if (isForDevelopment(call)) {
      // What is served while developing only may be served in containers that say they are for that.
      if (/health|defaultendpoints|alive|ready/i.test(call.text) || !(silent.test(name) || name in fixed))
        router.complete = false;
      return;
    }
    this.#lambdas(router, name, args);
    this.#map(router, call, name, args);
  }

  #map(router: Router, call: Syntax, name: string, args: readonly Syntax[]): void {
    const verb = verbs.exec(name)?.[1];
    const [first] = args;
    const path = this.#code.string(first);
    if (verb !== undefined) return this.#route(router, call, verb.toUpperCase(), path);
    if (/^(?:MapHealthChecks|UseHealthChecks|MapHealthzEndpoint)$/.test(name))
      return this.#route(router, call, 'GET', path);
    if (name === 'MapMethods' || name === 'Map') {
      this.#route(router, call, 'ALL', path);
      if (path && isBranch(args[1])) this.#route(router, call, 'ALL', { ...path, value: `${path.value}/*` });
    } else if (name === 'MapHub' || name === 'MapMcp') {
      this.#route(router, call, 'ALL', path ?? { value: '/', range: call.range });
      if (path) this.#route(router, call, 'ALL', { ...path, value: `${path.value}/*` });
    } else if (/^MapFallback/.test(name))
      this.#route(router, call, 'ALL', { value: '/*', range: call.range });
    else if (Object.hasOwn(fixed, name)) {
      const given = path?.value.startsWith('/') ? [path.value] : fixed[name]!;
      for (const value of given) this.#route(router, call, 'GET', { value, range: call.range });
      if (/RoutePrefix|Path\s*=/.test(call.text)) router.complete = false;
    } else if (files.test(name)) {
      const { range } = call;
      router.mounts.push({ prefix: { value: '', range }, static: true, range });
    } else if (conventional.test(name)) this.#convention(router, call, name, args);
    else if (open.test(name)) router.complete = false;
    else if (name === 'Use' || name === 'Run') {
      // A function that looks at the path may answer it.
      if (first && (name === 'Run' ? first.type !== 'string_literal' : /\bPath\b/.test(first.text)))
        router.complete = false;
    } else if (name === 'UseMiddleware') {
      if (/health|ping|status|metric|live|ready|proxy/i.test(typeArgument(call)?.text ?? ''))
        router.complete = false;
    } else if (!silent.test(name)) this.#mount(router, call, name);
  }

  /** `app.UseEndpoints(endpoints => …)`: the parameter is the application by another name. */
  #lambdas(router: Router, name: string, args: readonly Syntax[]): void {
    if (!/^(?:UseEndpoints|UseWhen|MapWhen|Map)$/.test(name)) return;
    for (const argument of args) {
      if (argument.type !== 'lambda_expression') continue;
      const parameters = argument.field('parameters');
      const own = parameters?.type === 'parameter_list' ? parameters.children[0]?.field('name') : parameters;
      if (own && name === 'UseEndpoints') this.#name(argument, own.text, router);
    }
  }

  #route(router: Router, call: Syntax, method: string, path: Ranged<string> | undefined): void {
    if (!path) {
      router.complete = false;
      return;
    }
    // `{*rest}` takes the rest of the path, `{id?}` may be left out.
    const value = path.value.replace(/\{\*+[^{}]*\}/g, '*').replace(/\{(\w+)[^{}]*\?\}/g, '{$1?}');
    router.routes.push({ method, path: { value, range: path.range }, range: call.range });
  }

  /** https://learn.microsoft.com/aspnet/core/mvc/controllers/routing#conventional-routing */
  #convention(router: Router, call: Syntax, name: string, args: readonly Syntax[]): void {
    const pattern =
      name === 'MapControllerRoute'
        ? this.#code.string(namedArgument(call, 'pattern') ?? args[1])?.value
        : '{controller=Home}/{action=Index}/{id?}';
    // Defaults and constraints beside it, and a pattern of one action, say which actions are meant; a transformer spells
    // them in another way.
    if (pattern && args.length <= 2 && /\{controller[=}]/.test(pattern) && /\{action[=}]/.test(pattern))
      router.conventions = [...(router.conventions ?? []), pattern];
    else router.complete = false;
  }

  #mount(router: Router, call: Syntax, name: string): void {
    if (router.parameterOf?.function === name) return;
    router.mounts.push({ prefix: { value: '', range: call.range }, target: name, range: call.range });
  }

  #group(parent: Router, call: Syntax): Router {
    const known = this.#groups.get(call);
    if (known) return known;
    const group = this.#router(call);
    this.#groups.set(call, group);
    const prefix = this.#code.string(argumentsOf(call)[0]);
    if (!prefix) parent.complete = false;
    else parent.mounts.push({ prefix, target: group.local, range: call.range });
    return group;
  }

  #router({ range }: Syntax, more: Partial<Router> = {}): Router {
    const local = `app ${this.#routers.length}`;
    const router: Router = {
      local,
      framework: 'aspnet',
      range,
      routes: [],
      mounts: [],
      complete: true,
      ...more,
    };
    this.#routers.push(router);
    return router;
  }

  #name(scope: Syntax, name: string, router: Router): void {
    const names = this.#named.get(scope);
    if (names) names.set(name, router);
    else this.#named.set(scope, new Map([[name, router]]));
  }

  #lookUp(name: Syntax): Router | undefined {
    for (let node: Syntax | undefined = name; node; node = node.parent) {
      const found = this.#named.get(node)?.get(name.text);
      if (found) return found;
    }
    // `var api = app.MapGroup("/api");`
    const values = this.#code.given(name.text);
    const [value] = values;
    if (values.length !== 1 || value?.type !== 'invocation_expression' || this.#open.has(value))
      return undefined;
    this.#open.add(value);
    const router = this.routerOf(value, 1);
    this.#open.delete(value);
    return router;
  }

  readonly #open = new Set<Syntax>();
}

/** The function whose body a node stands in; the file for statements at its top. */
export function scopeOf(node: Syntax, code: Code): Syntax {
  return node.closest(functionTypes) ?? code.root;
}

/** A function that is handed a pipeline of its own, for everything below a path. */
function isBranch(lambda: Syntax | undefined): boolean {
  return (
    lambda?.type === 'lambda_expression' &&
    /^\(?\s{0,8}(\w{1,40})\s{0,8}\)?\s{0,8}=>[^]*\b\1\.(?:Run|Use|Map)/.test(lambda.text)
  );
}

/** Whether a statement only runs where `IsDevelopment()` holds. */
export function isForDevelopment(node: Syntax): boolean {
  for (let at: Syntax = node; at.parent; at = at.parent) {
    if (at.parent.type !== 'if_statement' || at.parent.field('consequence')?.start !== at.start) continue;
    const condition = at.parent.field('condition')?.text ?? '';
    if (
      /(?<!!\s*[\w.]*)\bIsDevelopment\(|IsEnvironment\("(?:Dev|Local|Test|Docker)/.test(condition) &&
      !condition.startsWith('!')
    )
      return true;
  }
  return false;
}

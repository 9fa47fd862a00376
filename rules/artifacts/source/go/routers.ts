/**
 * Routers of net/http, gorilla/mux, chi, gin, echo and fiber, as far as one file shows what they answer. Whatever may
 * add routes out of sight makes its router incomplete. It must never know how a server is started.
 */
import type { MountFact, RouteFact, RouterFact } from '../facts.ts';
import type { Syntax } from '../syntax.ts';
import { argumentsOf, calledName, keyOf, receiverOf, unwrap, type Code, type Declaration } from './code.ts';
import { fixedText, unknown, valueOf } from './values.ts';

/** A router, and the prefix below which a group of it adds its routes; undefined where that is not known. */
export interface Reference {
  readonly router: Router;
  readonly prefix: string | undefined;
}

export interface Router {
  readonly local: string;
  readonly framework: string;
  readonly range: { readonly start: number; readonly end: number };
  readonly parameterOf?: { readonly function: string; readonly index: number };
  readonly routes: RouteFact[];
  readonly mounts: MountFact[];
  complete: boolean;
}

const makers: Readonly<Record<string, string>> = {
  'net/http.NewServeMux': 'net/http',
  'net/http.ServeMux': 'net/http',
  'github.com/gorilla/mux.NewRouter': 'gorilla/mux',
  'github.com/go-chi/chi.NewRouter': 'chi',
  'github.com/go-chi/chi.NewMux': 'chi',
  'github.com/gin-gonic/gin.New': 'gin',
  'github.com/gin-gonic/gin.Default': 'gin',
  'github.com/labstack/echo.New': 'echo',
  'github.com/gofiber/fiber.New': 'fiber',
};

/** Types of parameters and fields; `root` types hold routes from the top of the path. */
const types: Readonly<Record<string, { framework: string; root?: true }>> = {
  'net/http.ServeMux': { framework: 'net/http', root: true },
  'github.com/gorilla/mux.Router': { framework: 'gorilla/mux' },
  'github.com/go-chi/chi.Router': { framework: 'chi' },
  'github.com/go-chi/chi.Mux': { framework: 'chi' },
  'github.com/gin-gonic/gin.Engine': { framework: 'gin', root: true },
  'github.com/gin-gonic/gin.RouterGroup': { framework: 'gin' },
  'github.com/gin-gonic/gin.IRouter': { framework: 'gin' },
  'github.com/gin-gonic/gin.IRoutes': { framework: 'gin' },
  'github.com/labstack/echo.Echo': { framework: 'echo', root: true },
  'github.com/labstack/echo.Group': { framework: 'echo' },
  'github.com/gofiber/fiber.App': { framework: 'fiber', root: true },
  'github.com/gofiber/fiber.Router': { framework: 'fiber' },
};

const verbs =
  /^(?:Get|Post|Put|Patch|Delete|Head|Options|Connect|Trace|GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS|CONNECT|TRACE)$/;
const every = /^(?:Handle|HandleFunc|Any|All)$/;
const chain =
  /^(?:Methods|Headers|HeadersRegexp|Host|Queries|Schemes|NewRoute|Name|MatcherFunc|Path|PathPrefix)$/;
const same = /^(?:StrictSlash|SkipClean|UseEncodedPath|With|Use)$/;
const harmless =
  /^(?:Walk|URL|Routes|Find|Match|ServeHTTP|String|Run|RunTLS|Start|StartTLS|Listen|ListenTLS|Shutdown\w*|Close|Test|SetTrustedProxies|Server|Handler|Logger|Name|GetRoutes|Stack)$/;
/** Signs of middleware that answers paths of its own. */
const answering = /health|heartbeat|ping|alive|ready|probe|static|proxy|spa|swagger/i;
/** What is given a handler and hands requests on to it. */
const wrappers =
  /^(?:net\/http\.(?:TimeoutHandler|MaxBytesHandler|ListenAndServe|ListenAndServeTLS|Serve|ServeTLS)|github\.com\/gorilla\/handlers\.\w+|go\.opentelemetry\.io\/contrib\/instrumentation\/.*|golang\.org\/x\/net\/http2\/h2c\.NewHandler|github\.com\/prometheus\/client_golang\/.*|(?:fmt|log|net\/http\/httptest)\.\w+)$/;

export class Routers {
  readonly #code: Code;
  readonly #made = new Map<Syntax | string, Router>();
  readonly #names = new Set<string>();
  readonly #open = new Set<Syntax>();
  readonly #named = new Map<readonly Declaration[], Reference | undefined>();
  readonly #fields = new Map<string, Reference | undefined>();

  constructor(code: Code) {
    this.#code = code;
  }

  get found(): RouterFact[] {
    return [...this.#made.values()];
  }

  /** The router that an expression is, or is a group of. */
  of(node: Syntax | undefined): Reference | undefined {
    if (!node || this.#open.has(node) || this.#open.size > 40) return undefined;
    this.#open.add(node);
    try {
      return this.#of(unwrap(node));
    } finally {
      this.#open.delete(node);
    }
  }

  /** The router that answers for a handler, through wrappers that hand requests on. */
  handler(node: Syntax | undefined, steps = 0): Reference | undefined {
    const own = this.of(node);
    if (own || !node || steps > 12) return own;
    const bare = unwrap(node);
    if (bare.type === 'identifier') {
      for (const { value } of this.#code.declarations(bare) ?? []) {
        if (!value || this.#open.has(value)) continue;
        this.#open.add(value);
        const found = this.handler(value, steps + 1);
        this.#open.delete(value);
        if (found) return found;
      }
      return undefined;
    }
    if (bare.type !== 'call_expression' || !wrappers.test(this.#code.origin(bare) ?? '')) return undefined;
    for (const argument of argumentsOf(bare)) {
      const found = this.handler(argument, steps + 1);
      if (found) return found;
    }
    return undefined;
  }

  /** The mux that `net/http` has for itself. */
  default(at: Syntax): Router {
    return this.#router('default', 'http.DefaultServeMux', 'net/http', at);
  }

  read(call: Syntax): void {
    const name = calledName(call) ?? '';
    const origin = this.#code.origin(call);
    if (origin === 'net/http.Handle' || origin === 'net/http.HandleFunc')
      return this.#netHttp({ router: this.default(call), prefix: '' }, call);
    const receiver = receiverOf(call);
    const reference = receiver && this.of(receiver);
    if (reference) this.#method(reference, name, call);
    else if (/^(?:Path|PathPrefix)$/.test(name)) this.#chained(call);
    else if (receiver && origin === undefined) this.#unknownReceiver(receiver, name, call);
    this.#passed(call, name, origin);
  }

  #of(bare: Syntax): Reference | undefined {
    const code = this.#code;
    if (bare.type === 'identifier') {
      const given = code.declarations(bare);
      if (!given) return undefined;
      if (!this.#named.has(given)) {
        // Until it is known: what comes from itself is no router.
        this.#named.set(given, undefined);
        this.#named.set(given, this.#declared(bare.text, given));
      }
      return this.#named.get(given);
    }
    if (bare.type === 'selector_expression') {
      if (code.origin(bare) === 'net/http.DefaultServeMux') return { router: this.default(bare), prefix: '' };
      return this.#field(bare);
    }
    if (bare.type === 'composite_literal') {
      return code.origin(bare) === 'net/http.ServeMux' ? this.#new(bare, 'net/http') : undefined;
    }
    return bare.type === 'call_expression' ? this.#called(bare) : undefined;
  }

  #declared(name: string, given: readonly Declaration[]): Reference | undefined {
    for (const { value, type, parameterOf } of given) {
      const found = parameterOf
        ? this.#parameter(name, parameterOf.function, parameterOf.index, type)
        : value && this.of(value);
      if (found) return found;
    }
    return undefined;
  }

  #new(node: Syntax, framework: string): Reference {
    return { router: this.#router(node, node.text.slice(0, 60), framework, node), prefix: '' };
  }

  #field(selector: Syntax): Reference | undefined {
    const name = selector.children[1]?.text ?? '';
    if (!this.#fields.has(name)) {
      this.#fields.set(name, undefined);
      this.#fields.set(name, this.#given(name, selector));
    }
    return this.#fields.get(name);
  }

  #given(name: string, selector: Syntax): Reference | undefined {
    const given = this.#code.fields.get(name) ?? [];
    for (const { value } of given) {
      const found = value && this.of(value);
      if (!found) continue;
      // Methods in other files may add to it.
      found.router.complete = false;
      return found;
    }
    for (const { type } of given) {
      const known = types[this.#code.origin(type) ?? ''];
      if (!known) continue;
      const router = this.#router(`field ${name}`, selector.text, known.framework, selector);
      router.complete = false;
      return { router, prefix: '' };
    }
    return undefined;
  }

  #parameter(name: string, fn: Syntax, index: number, type: Syntax | undefined): Reference | undefined {
    const known = types[this.#code.origin(type) ?? ''];
    if (!known) return undefined;
    const key = fn.field('parameters')?.children[index] ?? fn;
    const called = fn.field('name')?.text;
    if (called === undefined) {
      // `r.Route("/x", func(r chi.Router) { … })`: the group that the call makes.
      const call = fn.parent?.type === 'argument_list' ? fn.parent.parent : undefined;
      const outer = call && this.of(receiverOf(call));
      if (!call || !outer) return undefined;
      const first = argumentsOf(call)[0];
      return calledName(call) === 'Route' ? this.#group(outer, first) : outer;
    }
    const isCalled = this.#code.calls.some((call) => calledName(call) === called);
    if (isCalled && this.#code.function(called)) {
      const router = this.#router(key, `${called}(${name})`, known.framework, key, {
        function: called,
        index,
      });
      return { router, prefix: '' };
    }
    const router = this.#router(key, `${called}(${name})`, known.framework, key);
    router.complete = false;
    return { router, prefix: known.root ? '' : undefined };
  }

  #called(call: Syntax): Reference | undefined {
    const code = this.#code;
    const framework = makers[code.origin(call) ?? ''];
    if (framework) return this.#new(call, framework);
    const name = calledName(call) ?? '';
    // One that wraps the standard library's, with routes of its own perhaps.
    if (name === 'NewServeMux' && !/^google|grpc-gateway/.test(code.origin(call) ?? '')) {
      const wrapped = this.#new(call, 'net/http');
      wrapped.router.complete = false;
      return wrapped;
    }
    const receiver = receiverOf(call);
    if (!receiver) {
      const body = code.function(name)?.field('body');
      const returned = body && returns(body);
      return returned?.length === 1 ? this.of(returned[0]) : undefined;
    }
    if (name === 'Subrouter') return this.#routeChain(receiver);
    const outer = same.test(name) || name === 'Group' || name === 'Route' ? this.of(receiver) : undefined;
    if (!outer) return undefined;
    if (same.test(name) || outer.router.framework === 'chi') return outer;
    return this.#group(outer, argumentsOf(call)[0]);
  }

  #group({ router, prefix }: Reference, path: Syntax | undefined): Reference {
    const text = fixedText(path, this.#code);
    if (text === undefined) router.complete = false;
    return { router, prefix: prefix === undefined || text === undefined ? undefined : prefix + text };
  }

  /** gorilla/mux: what `r.Methods("GET").PathPrefix("/x")` narrows a router to. */
  #routeChain(node: Syntax): Reference | undefined {
    const own = this.of(node);
    if (own) return own;
    const bare = unwrap(node);
    const name = bare.type === 'call_expression' ? (calledName(bare) ?? '') : '';
    if (!chain.test(name)) return undefined;
    const outer = this.#routeChain(receiverOf(bare)!);
    return outer && /^Path/.test(name) ? this.#group(outer, argumentsOf(bare)[0]) : outer;
  }

  #method(reference: Reference, name: string, call: Syntax): void {
    const { router } = reference;
    const { framework } = router;
    const args = argumentsOf(call);
    const has = (...known: readonly string[]): boolean => known.includes(framework);
    if (framework === 'net/http') {
      if (every.test(name)) this.#netHttp(reference, call);
      else if (!harmless.test(name)) router.complete = false;
    } else if (/^(?:Method|MethodFunc|Add|Match)$/.test(name) || (framework === 'gin' && name === 'Handle')) {
      const method = fixedText(args[0], this.#code);
      this.#route(
        reference,
        /^\w+$/.test(method ?? '') ? method!.toUpperCase() : 'ALL',
        args[1],
        args.at(-1),
        call,
      );
    } else if (has('chi', 'gin', 'echo', 'fiber') && verbs.test(name)) {
      this.#route(reference, name.toUpperCase(), args[0], args.at(-1), call);
    } else if (every.test(name)) {
      this.#route(reference, this.#methods(call), args[0], args[1], call);
    } else if (/^(?:Static|StaticFS|StaticFile|StaticFileFS|File)$/.test(name)) {
      if (/File/.test(name)) this.#route(reference, 'GET', args[0], undefined, call);
      else this.#static(reference, args[0], call);
    } else if (name === 'Mount') this.#mount(reference, args[0], args[1], call);
    else if (/^(?:Use|With|Pre|Group)$/.test(name)) {
      if (args.some((argument) => argument.type !== 'func_literal' && answering.test(argument.text)))
        router.complete = false;
    } else if (/^Path(?:Prefix)?$/.test(name)) this.#chained(call);
    else if (!same.test(name) && !chain.test(name) && !harmless.test(name) && name !== 'Route')
      router.complete = false;
  }

  /** Patterns of net/http: `[METHOD ][HOST]/[PATH]`, where a slash at the end means everything below. */
  #netHttp({ router, prefix }: Reference, call: Syntax): void {
    const [pattern, handler] = argumentsOf(call);
    const text = fixedText(pattern, this.#code);
    const parts = /^(?:([A-Z]+)[ \t]+)?[^/\s]*(\/.*)$/.exec(text ?? '');
    if (!parts || !pattern || prefix === undefined) {
      router.complete = false;
      return;
    }
    const [, method = 'ALL', path = '/'] = parts;
    if (!path.endsWith('/') && !/\.\.\.\}$/.test(path))
      return this.#push(router, method, prefix + path.replace(/\{\$\}$/, ''), pattern, call);
    const base = prefix + path.replace(/(?:\{\w+\.\.\.\})?$/, '');
    this.#below(router, method, base, pattern, handler, call);
  }

  /** Everything below a path is answered by one handler. */
  #below(
    router: Router,
    method: string,
    base: string,
    at: Syntax,
    handler: Syntax | undefined,
    call: Syntax,
  ): void {
    const stripped =
      handler && this.#code.origin(handler) === 'net/http.StripPrefix'
        ? argumentsOf(unwrap(handler))
        : undefined;
    const answered = stripped?.[1] ?? handler;
    if (answered && this.#code.origin(answered) === 'net/http.FileServer') {
      router.mounts.push({ prefix: { value: base, range: at.range }, static: true, range: call.range });
      return;
    }
    const inner = answered && this.handler(answered);
    if (inner && inner.router !== router) {
      const prefix = { value: stripped ? base : '', range: at.range };
      router.mounts.push({ prefix, target: inner.router.local, range: call.range });
      return;
    }
    this.#push(router, method, `${base.replace(/\/$/, '')}/*`, at, call);
    if (!this.#isPlain(answered)) router.complete = false;
  }

  #route(
    { router, prefix }: Reference,
    method: string,
    path: Syntax | undefined,
    handler: Syntax | undefined,
    call: Syntax,
  ): void {
    const value = valueOf(path, this.#code);
    const known = value.text.replaceAll(unknown, '');
    if (value.text.includes(unknown) || value.variable !== undefined) router.complete = false;
    // What an environment variable may put before a path is empty unless somebody sets it.
    if (
      !path ||
      prefix === undefined ||
      known === '' ||
      (value.text !== known && value.variable === undefined)
    ) {
      if (path && known === '' && value.text === '' && prefix) this.#push(router, method, prefix, path, call);
      else router.complete = false;
      return;
    }
    const full = prefix.replace(/\/$/, '') + (known.startsWith('/') ? known : `/${known}`);
    if (full.endsWith('*')) this.#below(router, method, full.replace(/\*$/, ''), path, handler, call);
    else this.#push(router, method, full, path, call);
  }

  /** gorilla/mux: `r.Methods("GET").Path("/x").Handler(h)`, `r.PathPrefix("/x").Handler(h)`. */
  #chained(call: Syntax): void {
    const receiver = receiverOf(call);
    const reference = receiver && this.#routeChain(receiver);
    const path = argumentsOf(call)[0];
    if (!reference || !path) return;
    const { router, prefix } = reference;
    const rest = following(call);
    if (rest.some((next) => calledName(next) === 'Subrouter')) return;
    const handler = rest.find((next) => /^Handler(?:Func)?$/.test(calledName(next) ?? ''));
    const method = this.#methods(call);
    if (calledName(call) === 'Path') return this.#route(reference, method, path, undefined, call);
    const text = fixedText(path, this.#code);
    if (text === undefined || prefix === undefined || !handler) {
      router.complete = false;
      return;
    }
    if (!text.endsWith('/')) this.#push(router, method, prefix + text, path, call);
    this.#below(router, method, prefix + text, path, argumentsOf(handler)[0], call);
  }

  /** The methods that a chain of calls narrows a route to; `ALL` for none or several that include GET. */
  #methods(call: Syntax): string {
    const before: Syntax[] = [];
    for (let node = receiverOf(call); node?.type === 'call_expression'; node = receiverOf(node))
      before.push(node);
    const narrowed = [...before, ...following(call)].find((node) => calledName(node) === 'Methods');
    if (!narrowed) return 'ALL';
    const words = argumentsOf(narrowed).map(
      (argument) => fixedText(argument, this.#code) ?? argument.text.replace(/^http\.Method/, ''),
    );
    return words.length === 0 || words.some((word) => /^get$/i.test(word)) ? 'GET' : words[0]!.toUpperCase();
  }

  #static({ router, prefix }: Reference, path: Syntax | undefined, call: Syntax): void {
    const text = fixedText(path, this.#code);
    if (!path || text === undefined || prefix === undefined) router.complete = false;
    else
      router.mounts.push({
        prefix: { value: prefix + text, range: path.range },
        static: true,
        range: call.range,
      });
  }

  #mount(
    { router, prefix }: Reference,
    path: Syntax | undefined,
    target: Syntax | undefined,
    call: Syntax,
  ): void {
    const text = fixedText(path, this.#code);
    const inner = target && this.handler(target);
    if (!path || text === undefined || prefix === undefined || inner?.prefix !== '') {
      router.complete = false;
      return;
    }
    const at = { value: prefix + text, range: path.range };
    router.mounts.push({ prefix: at, target: inner.router.local, range: call.range });
  }

  /** A router that is passed to a function of this file gets its routes there too; elsewhere, nobody knows. */
  #passed(call: Syntax, name: string, origin: string | undefined): void {
    if (wrappers.test(origin ?? '') || origin === 'net/http.StripPrefix') return;
    for (const [index, argument] of argumentsOf(call).entries()) {
      if (argument.type === 'func_literal') continue;
      const reference = this.of(argument);
      if (!reference || (every.test(name) && index > 0) || name === 'Mount') continue;
      const { router, prefix } = reference;
      const fn = origin === undefined ? this.#code.function(name) : undefined;
      const parameter = fn && this.#parameterAt(fn, index);
      if (!parameter || prefix === undefined) router.complete = false;
      else if (parameter.router !== router)
        router.mounts.push({
          prefix: { value: prefix, range: argument.range },
          target: parameter.router.local,
          range: call.range,
        });
    }
  }

  #parameterAt(fn: Syntax, index: number): Reference | undefined {
    const parameter = fn.field('parameters')?.children[index];
    const names = parameter?.children.filter((child) => child.type === 'identifier') ?? [];
    // `a, b T` would put the place of a name and that of its declaration apart.
    if (!parameter || names.length !== 1) return undefined;
    return this.#parameter(names[0]!.text, fn, index, parameter.field('type'));
  }

  /** A call that looks like a route, on something that is declared elsewhere. */
  #unknownReceiver(receiver: Syntax, name: string, call: Syntax): void {
    if (!(every.test(name) || (verbs.test(name) && argumentsOf(call).length > 1))) return;
    const [path] = argumentsOf(call);
    const text = fixedText(path, this.#code);
    if (path && text === undefined && !/"\s*\/|Path|path|route/i.test(path.text)) return;
    if (text !== undefined && !/^(?:[A-Z]+ )?\//.test(text)) return;
    const router = this.#router(`unknown ${receiver.text}`, receiver.text, 'net/http', receiver);
    router.complete = false;
    if (text !== undefined && path && receiver.type === 'selector_expression')
      this.#push(
        router,
        verbs.test(name) ? name.toUpperCase() : 'ALL',
        text.replace(/^[A-Z]+ /, ''),
        path,
        call,
      );
  }

  /** Whether a handler answers all paths alike: a function that does not look at the path. */
  #isPlain(handler: Syntax | undefined): boolean {
    const bare = handler && unwrap(handler);
    const wrapped =
      bare?.type === 'call_expression' && /HandlerFunc$/.test(bare.field('function')?.text ?? '');
    const named = wrapped ? argumentsOf(bare)[0] : bare;
    const fn =
      named?.type === 'func_literal'
        ? named
        : named?.type === 'identifier' || named?.type === 'selector_expression'
          ? this.#code.function(named.children[1]?.text ?? named.text)
          : undefined;
    return fn !== undefined && !/URL\b|RequestURI|\.Path\b|ServeHTTP|Proxy/.test(fn.text);
  }

  #push(router: Router, method: string, path: string, at: Syntax, call: Syntax): void {
    router.routes.push({ method, path: { value: path, range: at.range }, range: call.range });
  }

  #router(
    key: Syntax | string,
    written: string,
    framework: string,
    { range }: Syntax,
    parameterOf?: Router['parameterOf'],
  ): Router {
    let router = this.#made.get(key);
    if (router) return router;
    const local = this.#names.has(written) ? `${written} ${this.#names.size}` : written;
    this.#names.add(local);
    router = {
      local,
      framework,
      range,
      ...(parameterOf && { parameterOf }),
      routes: [],
      mounts: [],
      complete: true,
    };
    this.#made.set(key, router);
    return router;
  }
}

/** The calls of a chain that follow a call: `.Methods("GET")`, `.Handler(h)`. */
function following(call: Syntax): readonly Syntax[] {
  const calls: Syntax[] = [];
  let node: Syntax = call;
  while (node.parent?.type === 'selector_expression' && node.parent.parent?.type === 'call_expression') {
    node = node.parent.parent;
    calls.push(node);
    if (calls.length > 20) break;
  }
  return calls;
}

function returns(body: Syntax): readonly Syntax[] {
  const statements = body.child('statement_list')?.children ?? body.children;
  return statements.flatMap((statement) =>
    statement.type === 'return_statement' ? (statement.children[0]?.children.slice(0, 1) ?? []) : [],
  );
}

/** What a server's literal says it serves; undefined where it says nothing. */
export function handlerOf(server: Syntax): Syntax | undefined {
  return keyOf(server, 'Handler');
}

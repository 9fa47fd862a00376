/** Routers of axum, actix-web and Rocket. It must never know where they are served. */
import type { Ranged, TextRange } from '../../../text.ts';
import type { MountFact, RouteFact, RouterFact } from '../facts.ts';
import type { Syntax } from '../syntax.ts';
import {
  argumentsOf,
  chainOf,
  functionAround,
  functionOf,
  outermost,
  unwrap,
  type Chain,
  type Code,
} from './code.ts';

type Draft = {
  -readonly [Key in keyof RouterFact]: RouterFact[Key] extends readonly RouteFact[]
    ? RouteFact[]
    : RouterFact[Key] extends readonly MountFact[]
      ? MountFact[]
      : RouterFact[Key];
};

const verbs = /^(?:get|post|put|patch|delete|head|options|trace|connect)$/;
const macroVerbs = /^(?:get|post|put|patch|delete|head|options|route)$/;
/** Middleware and state: they answer no path of their own, unless they are called after one. */
const passing =
  /^(?:layer|route_layer|with_state|wrap|wrap_fn|app_data|data|guard|name|external_resource|manage|attach|register|configure_if|default_service|fallback|fallback_service|method_not_allowed_fallback|reset_fallback|boxed|into_service|into_make_service|into_make_service_with_connect_info|clone|without_v07_checks|as_service)$/;
/** What adds routes to a router. */
const adders = /^(?:route|nest|merge|service|route_service|nest_service|configure|mount)$/;
const answering = /health|metrics|prometheus|proxy|status|swagger|redoc|openapi|graphi?ql/i;

export class Routers {
  readonly #code: Code;
  readonly #routers: Draft[] = [];
  readonly #byValue = new Map<string, Draft>();

  constructor(code: Code) {
    this.#code = code;
    this.#handlers();
    this.#parameters();
    const made = code.calls.flatMap((call) => this.#make(call) ?? []);
    for (const { router, whole } of made) {
      this.#links(router, chainOf(whole));
      this.#keep(router, whole);
    }
    this.#passedOn();
    for (const call of code.calls) this.#extend(call);
  }

  get found(): readonly RouterFact[] {
    return this.#routers;
  }

  /** The local name of the router that an expression is; undefined where that cannot be read. */
  served(node: Syntax | undefined): string | undefined {
    if (!node) return undefined;
    const { head } = chainOf(node);
    const known = this.#known(head);
    if (known) return known.local;
    if (head.type === 'closure_expression') {
      const body = head.field('body');
      return this.served(body?.type === 'block' ? body.children.at(-1) : body);
    }
    const value = head.type === 'identifier' ? this.#code.value(head) : undefined;
    const chain = chainOf(value ?? node);
    return this.#known(chain.head)?.local ?? this.#given(chain)?.local;
  }

  /** What a function gives back, and what is added to it: a router that stands for both in this file. */
  #given(chain: Chain): Draft | undefined {
    const { head } = chain;
    const target = this.#target(head);
    if (!target || !this.#mayGiveRouter(head)) return undefined;
    const router = this.#add(`given#${head.start}`, 'rust', head);
    this.#byValue.set(String(head.start), router);
    router.mounts.push({ prefix: { value: '', range: head.range }, ...target, range: head.range });
    this.#links(router, chain);
    return router;
  }

  /** Functions that give back what another function makes: `users::router().merge(articles::router())`. */
  #passedOn(): void {
    for (const [name, fn] of this.#code.functions) {
      if (!/\b(?:Router|Scope)\b/.test(fn.field('return_type')?.text ?? '')) continue;
      const last = fn.field('body')?.children.at(-1);
      if (!last) continue;
      const chain = chainOf(last);
      if (this.#known(chain.head)) continue;
      const router = this.#given(chain);
      if (router) router.returnedBy = name;
    }
  }

  #mayGiveRouter(call: Syntax): boolean {
    return (
      call.type === 'call_expression' && !/^(?:std|tokio|Arc|Box)\b/.test(this.#code.origin(functionOf(call)))
    );
  }

  /** `#[get("/x")] async fn x()`: each handler is a router of one route, mounted by its name. */
  #handlers(): void {
    for (const { attribute, function: fn } of this.#code.attributes) {
      const inner = attribute.child('attribute');
      const name = inner?.children[0]?.text.split('::').at(-1) ?? '';
      const tokens = inner?.field('arguments');
      const local = fn.field('name')?.text;
      if (!macroVerbs.test(name) || !tokens || local === undefined) continue;
      const path = textOf(tokens.children.find(({ type }) => type === 'string_literal'));
      if (!path) continue;
      const methods =
        name === 'route'
          ? [...tokens.text.matchAll(/method\s*=\s*"([A-Z]+)"/g)].map(([, method]) => method!)
          : [name.toUpperCase()];
      const known = this.#routers.find((router) => router.local === local);
      const router = known ?? this.#add(local, 'rust', fn);
      for (const method of methods.length > 0 ? methods : ['ALL'])
        router.routes.push({ method, path: withRest(path), range: attribute.range });
    }
  }

  /** Functions that are passed the router they add to. */
  #parameters(): void {
    for (const [name, fn] of this.#code.functions) {
      let index = 0;
      for (const parameter of fn.field('parameters')?.children ?? []) {
        if (parameter.type !== 'parameter') continue;
        const type = parameter.field('type')?.text ?? '';
        const pattern = parameter.field('pattern');
        const local = (pattern?.type === 'mut_pattern' ? pattern.children.at(-1) : pattern)?.text;
        if (local !== undefined && /\b(?:ServiceConfig|Router|Scope)\b/.test(type)) {
          const router = this.#add(`${name}(${local})`, 'rust', parameter);
          router.parameterOf = { function: name, index };
          this.#byValue.set(`${fn.start}:${local}`, router);
        }
        index++;
      }
    }
  }

  #make(call: Syntax): { readonly router: Draft; readonly whole: Syntax } | undefined {
    const origin = this.#code.origin(functionOf(call));
    const framework =
      /^(?:axum::(?:routing::)?Router|Router)::new$|^OpenApiRouter::\w+$|::OpenApiRouter::\w+$/.test(origin)
        ? 'axum'
        : /^(?:actix_web::)?App::new$/.test(origin)
          ? 'actix-web'
          : /^(?:actix_web::)?(?:web::)?(?:scope|Scope::new)$/.test(origin)
            ? 'actix-scope'
            : /^(?:rocket::)(?:build|custom|ignite)$/.test(origin)
              ? 'rocket'
              : undefined;
    if (framework === undefined) return undefined;
    const whole = outermost(call);
    const router = this.#add(`${framework}#${call.start}`, framework.replace('-scope', '-web'), call);
    this.#byValue.set(String(call.start), router);
    if (framework === 'actix-scope') {
      const prefix = textOf(this.#code.string(argumentsOf(call)[0]));
      if (prefix) router.prefix = prefix.value;
      else router.complete = false;
    }
    if (/OpenApiRouter::/.test(origin)) router.complete = false;
    return { router, whole };
  }

  /** Where a router is kept: in a name, or as what its function gives back. */
  #keep(router: Draft, whole: Syntax): void {
    const fn = functionAround(whole);
    let at = whole;
    // `Ok(router)`, and the branches of a condition.
    for (let node = whole.parent; node && node !== fn; node = node.parent) {
      if (/^(?:let_declaration|assignment_expression)$/.test(node.type)) {
        const pattern = node.field('pattern') ?? node.field('left');
        const name = pattern?.type === 'mut_pattern' ? pattern.children.at(-1) : pattern;
        if (name?.type === 'identifier' && fn && (node.field('value') ?? node.field('right')) === at)
          this.#byValue.set(`${fn.start}:${name.text}`, router);
        return;
      }
      if (node.type === 'closure_expression') return;
      if (node.type === 'expression_statement' && at.type !== 'return_expression') return;
      if (node.type === 'block' && node.children.at(-1) !== at) return;
      if (
        node.type === 'arguments' &&
        !/^(?:Ok|Some|Box::new)$/.test(node.parent?.field('function')?.text ?? '')
      )
        return;
      at = node;
    }
    const name = fn?.field('name')?.text;
    if (name !== undefined) router.returnedBy = name;
  }

  /** Chains that go on with a router kept before: `app = app.route(…)`, `cfg.service(…)`. */
  #extend(call: Syntax): void {
    if (outermost(call) !== call && call.parent?.type === 'field_expression') return;
    const chain = chainOf(call);
    const fn = functionAround(call);
    if (chain.links.length === 0) {
      this.#handedOn(call);
      return;
    }
    if (chain.head.type !== 'identifier' || !fn) return;
    const router = this.#byValue.get(`${fn.start}:${chain.head.text}`);
    if (!router) return;
    this.#links(router, chain);
    this.#keep(router, outermost(call));
  }

  /** What is passed a router may add to it. */
  #handedOn(call: Syntax): void {
    const origin = this.#code.origin(functionOf(call));
    if (
      /(?:^|::)(?:serve|Ok|Some|new|from|into_make_service|normalize_path|test::\w+|init_service)$/.test(
        origin,
      )
    )
      return;
    for (const argument of argumentsOf(call)) {
      const router = this.#known(chainOf(argument).head);
      if (!router || router.parameterOf) continue;
      const target = this.#target(call);
      if (target && /(?:config|routes?|router|register|mount|add)\w*$/i.test(origin))
        router.mounts.push({ prefix: { value: '', range: call.range }, ...target, range: call.range });
      else router.complete = false;
    }
  }

  #links(router: Draft, { links }: Chain): void {
    for (const { name, call } of links) this.#link(router, name, call);
  }

  #link(router: Draft, name: string, call: Syntax): void {
    const [first, second] = argumentsOf(call);
    if (name === 'route' || name === 'route_service') {
      const path = textOf(this.#code.string(first));
      if (!path) router.complete = false;
      else
        for (const method of name === 'route' ? methodsOf(second, this.#code) : ['ALL'])
          router.routes.push({ method, path: withRest(path), range: call.range });
    } else if (/^(?:nest|nest_service|nest_api_service|mount)$/.test(name)) {
      const prefix = textOf(this.#code.string(first));
      if (!prefix || !second) router.complete = false;
      else if (name === 'mount') this.#listed(router, call, prefix, second);
      else if (name === 'nest') this.#mount(router, call, prefix, second);
      else this.#service(router, call, prefix, second);
    } else if (name === 'merge') this.#mount(router, call, { value: '', range: call.range }, first);
    else if (name === 'service') this.#mount(router, call, { value: '', range: call.range }, first);
    else if (name === 'configure') this.#configure(router, call, first);
    else if (!passing.test(name)) {
      if (!/^(?:run|serve|bind|listen|launch|ignite|unwrap|await|expect)$/.test(name))
        router.complete = false;
    } else if (/fallback|default_service/.test(name) ? !/not_?found|404/i.test(call.text.slice(-200)) : false)
      router.complete = false;
    else if (
      /^(?:layer|wrap|attach)$/.test(name) &&
      answering.test(argumentsOf(call)[0]?.text.slice(0, 300) ?? '')
    )
      router.complete = false;
  }

  #service(router: Draft, call: Syntax, prefix: Ranged<string>, service: Syntax): void {
    if (/\bServe(?:Dir|File|Embed)\b/.test(service.text))
      router.mounts.push({ prefix, static: true, range: call.range });
    else
      router.routes.push({
        method: 'ALL',
        path: { value: `${prefix.value}/*`, range: prefix.range },
        range: call.range,
      });
  }

  #configure(router: Draft, call: Syntax, given: Syntax | undefined): void {
    const prefix = { value: '', range: call.range };
    if (given?.type === 'closure_expression') {
      // `configure(|cfg| routes::config(cfg, limit))`
      const body = given.field('body');
      const inner = body?.type === 'block' && body.children.length === 1 ? unwrap(body.children[0]!) : body;
      const bare = inner?.type === 'expression_statement' ? inner.children[0] : inner;
      const target = bare?.type === 'call_expression' ? this.#target(bare) : undefined;
      router.mounts.push({ prefix, ...target, range: call.range });
      return;
    }
    const target = given && this.#pathTarget(given);
    router.mounts.push({ prefix, ...target, range: call.range });
  }

  /** `routes![index, users::list]` of Rocket. */
  #listed(router: Draft, call: Syntax, prefix: Ranged<string>, given: Syntax): void {
    const macro = given.type === 'macro_invocation' ? given : undefined;
    if (macro?.field('macro')?.text.split('::').at(-1) !== 'routes') {
      if (/\bFileServer\b/.test(given.text)) router.mounts.push({ prefix, static: true, range: call.range });
      else this.#mount(router, call, prefix, given);
      return;
    }
    const names = macro.child('token_tree')?.text.slice(1, -1).split(',') ?? [];
    for (const name of names) {
      const text = name.trim();
      if (text === '') continue;
      const target = /^\w+(?:::\w+)*$/.test(text) ? this.#named(this.#code.written(text)) : undefined;
      router.mounts.push({ prefix, ...target, range: call.range });
    }
  }

  #mount(router: Draft, call: Syntax, prefix: Ranged<string>, given: Syntax | undefined): void {
    const range: TextRange = call.range;
    if (!given) {
      router.complete = false;
      return;
    }
    const chain = chainOf(given);
    const known = this.#known(chain.head);
    if (known) {
      router.mounts.push({ prefix, target: known.local, range });
      return;
    }
    const value = chain.head.type === 'identifier' ? this.#code.value(chain.head) : undefined;
    const head = value ? chainOf(value).head : chain.head;
    const origin = this.#code.origin(head.type === 'call_expression' ? functionOf(head) : head);
    if (/(?:^|::)Files::new$/.test(origin)) {
      const path = textOf(this.#code.string(argumentsOf(head)[0]));
      if (path) router.mounts.push({ prefix: path, static: true, range });
      // A file for what is not found answers every path.
      if (!path || path.value === '/' || /default_handler/.test(given.text)) router.complete = false;
      return;
    }
    if (/(?:^|::)web::resource$|^resource$/.test(origin)) {
      this.#resource(router, head, chain);
      return;
    }
    if (/(?:^|::)(?:SwaggerUi|Redoc|RapiDoc|Scalar)::\w+$/.test(origin)) {
      const path = textOf(this.#code.string(argumentsOf(head).at(-1)));
      if (path)
        router.routes.push({
          method: 'GET',
          path: { value: `${path.value.replace(/\/\{.*$/, '')}/*`, range: path.range },
          range,
        });
      else router.complete = false;
      return;
    }
    if (chain.links.some(({ name }) => adders.test(name))) {
      const own = this.#given({ head, links: chain.links });
      router.mounts.push({ prefix, ...(own && { target: own.local }), range });
      return;
    }
    const target = head.type === 'call_expression' ? this.#target(head) : this.#pathTarget(head);
    router.mounts.push({ prefix, ...target, range });
  }

  /** `web::resource("/x").route(web::get().to(h))` */
  #resource(router: Draft, head: Syntax, { links }: Chain): void {
    const path = textOf(this.#code.string(argumentsOf(head)[0]));
    if (!path) {
      router.complete = false;
      return;
    }
    for (const { name, call } of links) {
      const methods =
        name === 'route'
          ? methodsOf(argumentsOf(call)[0], this.#code)
          : verbs.test(name)
            ? [name.toUpperCase()]
            : name === 'to'
              ? ['ALL']
              : [];
      for (const method of methods) router.routes.push({ method, path: withRest(path), range: call.range });
    }
  }

  #known(head: Syntax): Draft | undefined {
    if (head.type === 'identifier') {
      const fn = functionAround(head);
      return (fn && this.#byValue.get(`${fn.start}:${head.text}`)) ?? undefined;
    }
    return this.#byValue.get(String(head.start));
  }

  /** What a function's name leads to: itself in this file, or the module it is in. */
  #target(call: Syntax): Pick<MountFact, 'target' | 'specifier'> | undefined {
    return call.type === 'call_expression' ? this.#pathTarget(functionOf(call)) : undefined;
  }

  #pathTarget(node: Syntax | undefined): Pick<MountFact, 'target' | 'specifier'> | undefined {
    return this.#named(this.#code.path(node));
  }

  #named(path: readonly string[]): Pick<MountFact, 'target' | 'specifier'> | undefined {
    const target = path.at(-1);
    if (target === undefined) return undefined;
    if (path.length === 1 || path[0] === 'Self') return { target };
    return { target, specifier: path.slice(0, -1).join('::') };
  }

  #add(local: string, framework: string, { range }: { readonly range: TextRange }): Draft {
    const draft: Draft = { local, framework, range, routes: [], mounts: [], complete: true };
    this.#routers.push(draft);
    return draft;
  }
}

/** `get(list).post(create)`, `web::get().to(list)`. */
function methodsOf(node: Syntax | undefined, code: Code): readonly string[] {
  if (!node) return ['ALL'];
  const { head, links } = chainOf(node);
  const first = head.type === 'call_expression' ? (code.path(functionOf(head)).at(-1) ?? '') : '';
  if (/^(?:get|post|put|patch|delete|head|options|trace|connect)_service$/.test(first))
    return [first.replace('_service', '').toUpperCase()];
  if (!verbs.test(first)) return ['ALL'];
  const more = links.map(({ name }) => name.replace(/_service$/, '')).filter((name) => verbs.test(name));
  return [...new Set([first, ...more].map((name) => name.toUpperCase()))];
}

function textOf(node: Syntax | undefined): Ranged<string> | undefined {
  const match = node && /^r?(#*)"([^]*)"\1$/.exec(node.text);
  if (!match) return undefined;
  const start = node.start + node.text.indexOf('"') + 1;
  return { value: match[2]!, range: { start, end: start + match[2]!.length } };
}

/** A parameter that takes the rest of the path: `{*path}`, `{tail:.*}`, `<path..>`; Rocket's query is no part of it. */
function withRest({ value, range }: Ranged<string>): Ranged<string> {
  const path = value.replace(/\?.*$/, '');
  const rest = path.search(/\{\*\w+\}|\{\w+:\.[*+]\}|<\w+\.\.>|\/\*\w+$/);
  return { value: rest < 0 ? path : `${path.slice(0, rest)}${path[rest] === '/' ? '/' : ''}*`, range };
}

/** Routes of Rails: https://guides.rubyonrails.org/routing.html. It must never know where the application runs. */
import type { TextRange } from '../../../text.ts';
import type { MountFact, RouteFact, RouterFact } from '../facts.ts';
import type { Syntax } from '../syntax.ts';
import { argumentsOf, blockOf, listOf, methodOf, option, pairsOf, receiverOf, textOf } from './code.ts';

/** Where in the routes a statement stands. */
interface Scope {
  /** Several where a part is optional. */
  readonly prefixes: readonly string[];
  /** Within `resources`: the paths of the collection and of a member. */
  readonly collection?: readonly string[];
  readonly member?: readonly string[];
}

interface Draft extends RouterFact {
  readonly routes: RouteFact[];
  readonly mounts: MountFact[];
  complete: boolean;
}

const verbs = /^(?:get|post|put|patch|delete|options)$/;
/** Blocks that change who may ask, not what is asked. */
const passing =
  /^(?:constraints|defaults|controller|with_options|authenticate|authenticated|unauthenticated|devise_scope|as|shallow|then|tap)$/;
const silent =
  /^(?:require|require_relative|load|puts|direct|resolve|concern|include|extend|freeze|private|redirect|default_url_options)$/;
/** Gems that add their routes by one call, with the paths they add. */
const gems: Readonly<Record<string, string>> = {
  use_doorkeeper: '/oauth/*',
  use_doorkeeper_openid_connect: '/oauth/*',
  health_check_routes: '/health_check/*',
  mount_devise_token_auth_for: '/auth/*',
  mount_graphiql: '/graphiql',
};

/** The routes that a file draws; undefined where it draws none. */
export function railsRoutes(root: Syntax): RouterFact | undefined {
  for (const statement of statementsIn(root)) {
    const drawn = methodOf(statement) === 'draw' ? receiverOf(statement)?.text : undefined;
    const block = drawn === undefined ? undefined : blockOf(statement);
    if (!block || !/\broutes$/.test(drawn!)) continue;
    const reader = new Reader(statement.range);
    reader.statements(block, { prefixes: [''] });
    const isApplication = /^(?:::)?Rails\.application\.routes$/.test(drawn!);
    // An engine is served where it is mounted.
    return isApplication ? reader.router : { ...reader.router, local: 'engine', complete: false };
  }
  return partRoutes(root);
}

/** A file of routes that `draw(:name)` reads: routes at the top of it. */
function partRoutes(root: Syntax): RouterFact | undefined {
  const calls = root.children.filter(({ type }) => type === 'call');
  if (
    !calls.some(
      (call) => /^(?:namespace|resources?|scope|mount|concern)$/.test(methodOf(call)) && !receiverOf(call),
    )
  )
    return undefined;
  if (root.children.some(({ type }) => type === 'class' || type === 'module')) return undefined;
  const reader = new Reader(root.range);
  reader.statements(root.children, { prefixes: [''] });
  if (reader.router.routes.length + reader.router.mounts.length === 0) return undefined;
  return { ...reader.router, parameterOf: { function: 'routes', index: 0 } };
}

function statementsIn(root: Syntax): readonly Syntax[] {
  return root.children.flatMap((child) =>
    child.type === 'call' ? [child] : /^(?:if|unless|begin)/.test(child.type) ? statementsOf(child) : [],
  );
}

class Reader {
  readonly router: Draft;
  readonly #concerns = new Map<string, readonly Syntax[]>();
  #depth = 0;

  constructor(range: TextRange) {
    this.router = { local: 'routes', framework: 'rails', range, routes: [], mounts: [], complete: true };
  }

  statements(statements: readonly Syntax[], scope: Scope): void {
    if (++this.#depth > 40) this.router.complete = false;
    else for (const statement of statements) this.#statement(statement, scope);
    this.#depth--;
  }

  #statement(node: Syntax, scope: Scope): void {
    if (
      /^(?:if|unless|if_modifier|unless_modifier|else|elsif|then|begin|parenthesized_statements)$/.test(
        node.type,
      )
    )
      return this.statements(statementsOf(node), scope);
    // A name without arguments may be a call that adds routes.
    if (node.type === 'identifier' && Object.hasOwn(gems, node.text))
      return this.#add('ALL', scope.prefixes, gems[node.text]!, node);
    if (node.type !== 'call') {
      if (node.type === 'identifier') this.router.complete = false;
      return;
    }
    this.#call(node, scope, methodOf(node));
  }

  #call(call: Syntax, scope: Scope, name: string): void {
    const block = blockOf(call);
    const [first] = argumentsOf(call);
    if (receiverOf(call)) {
      // `Healthcheck.routes(self)`, `%w[a b].each do …`
      if (/^Healthcheck\.routes\b/.test(call.text)) this.#add('GET', scope.prefixes, '/healthcheck', call);
      else if (block || /\bself\b/.test(call.text)) this.router.complete = false;
    } else if (verbs.test(name) || name === 'match') this.#routes(call, scope, name);
    else if (name === 'root') this.#add('GET', scope.prefixes, '/', call);
    else if (name === 'resources' || name === 'resource') this.#resources(call, scope, name);
    else if (name === 'member' || name === 'collection')
      this.statements(block ?? [], {
        prefixes: (name === 'member' ? scope.member : scope.collection) ?? scope.prefixes,
      });
    else if (name === 'namespace' || name === 'scope') this.#scope(call, scope, name, block);
    else if (name === 'mount') this.#mount(call, scope);
    else if (name === 'devise_for') this.#devise(call, scope);
    else if (name === 'draw') this.#draw(call, scope, textOf(first)?.value);
    else if (name === 'concern' && block) this.#concerns.set(textOf(first)?.value ?? '', block);
    else if (name === 'concerns') this.#concern(call, scope);
    else if (Object.hasOwn(gems, name)) this.#add('ALL', scope.prefixes, gems[name]!, call);
    else if (passing.test(name)) this.statements(block ?? [], scope);
    else if (!silent.test(name)) this.router.complete = false;
  }

  #routes(call: Syntax, scope: Scope, name: string): void {
    const [pair] = pairsOf(call).filter(({ children }) =>
      /^(?:string|hash_key_symbol|simple_symbol)$/.test(children[0]?.type ?? ''),
    );
    const given = argumentsOf(call);
    const isPair = given.length === 0 && pair !== undefined;
    const paths = isPair ? [textOf(pair.children[0])] : given.map((node) => textOf(node));
    const on = textOf(option(call, 'on'))?.value;
    const prefixes =
      (on === 'member' ? scope.member : on === 'collection' ? scope.collection : undefined) ?? scope.prefixes;
    const via = name === 'match' ? listOf(option(call, 'via')) : [name];
    for (const path of paths)
      if (!path) this.router.complete = false;
      else
        for (const method of via ?? ['all'])
          this.#add(method.toUpperCase(), prefixes, path.value, call, path.range);
  }

  #resources(call: Syntax, scope: Scope, kind: string): void {
    const only = option(call, 'only');
    const except = option(call, 'except');
    const [kept, left] = [listOf(only), listOf(except)];
    const has = (action: string): boolean =>
      only ? (kept?.includes(action) ?? true) : !(left?.includes(action) ?? false);
    for (const named of argumentsOf(call)) {
      const name = textOf(named)?.value;
      const path = option(call, 'path') ? textOf(option(call, 'path'))?.value : name;
      if (name === undefined || path === undefined) {
        this.router.complete = false;
        continue;
      }
      const param = textOf(option(call, 'param'))?.value ?? 'id';
      const collection = scope.prefixes.map((prefix) => `${prefix}/${path}`);
      const isMany = kind === 'resources';
      const member = isMany ? collection.map((prefix) => `${prefix}/:${param}`) : collection;
      const nested = isMany ? collection.map((prefix) => `${prefix}/:${name}_${param}`) : collection;
      const add = (action: string, method: string, prefixes: readonly string[], tail = ''): void => {
        if (has(action)) this.#add(method, prefixes, tail, call);
      };
      if (isMany) add('index', 'GET', collection);
      add('new', 'GET', collection, '/new');
      add('create', 'POST', collection);
      add('show', 'GET', member);
      add('edit', 'GET', member, '/edit');
      add('update', 'PATCH', member);
      add('update', 'PUT', member);
      add('destroy', 'DELETE', member);
      const inside = { prefixes: nested, collection, member };
      for (const used of listOf(option(call, 'concerns')) ?? [])
        this.statements(this.#concerns.get(used) ?? [], inside);
      this.statements(blockOf(call) ?? [], inside);
    }
  }

  #scope(call: Syntax, scope: Scope, name: string, block: readonly Syntax[] | undefined): void {
    const given = option(call, 'path') ?? argumentsOf(call)[0];
    const path = given ? textOf(given)?.value : '';
    // `path: nil`
    if (path === undefined && given?.type !== 'nil') this.router.complete = false;
    const part = path ?? '';
    const prefixes = scope.prefixes.flatMap((prefix) => optional(part).map((one) => `${prefix}/${one}`));
    this.statements(block ?? [], {
      prefixes: name === 'scope' && part === '' ? scope.prefixes : prefixes,
      ...(part === '' && scope),
    });
  }

  #mount(call: Syntax, scope: Scope): void {
    const pair = pairsOf(call).find(({ children }) => !/symbol$/.test(children[0]?.type ?? ''));
    const path = textOf(option(call, 'at') ?? pair?.children[1]);
    if (!path || path.value.replace(/\//g, '') === '') this.router.complete = false;
    else this.#add('ALL', scope.prefixes, `${path.value}/*`, call, path.range);
  }

  #devise(call: Syntax, scope: Scope): void {
    const path = option(call, 'path') ? textOf(option(call, 'path')) : textOf(argumentsOf(call)[0]);
    if (!path || path.value === '') this.router.complete = false;
    else this.#add('ALL', scope.prefixes, `${path.value}/*`, call, path.range);
  }

  #draw(call: Syntax, scope: Scope, name: string | undefined): void {
    if (name === undefined) this.router.complete = false;
    else
      for (const prefix of scope.prefixes)
        this.router.mounts.push({
          prefix: { value: prefix, range: call.range },
          specifier: `./routes/${name}`,
          target: 'routes',
          range: call.range,
        });
  }

  #concern(call: Syntax, scope: Scope): void {
    for (const name of argumentsOf(call).flatMap((node) => listOf(node) ?? [])) {
      const block = this.#concerns.get(name);
      if (block) this.statements(block, scope);
      else this.router.complete = false;
    }
  }

  #add(
    method: string,
    prefixes: readonly string[],
    path: string,
    call: Syntax,
    range: TextRange = call.range,
  ): void {
    for (const prefix of prefixes)
      for (const one of optional(path)) {
        const value = `${prefix}/${one}`
          .replace(/\/{2,}/g, '/')
          .replace(/(.)\/$/, '$1')
          .replace(/\*\w+/g, '*');
        this.router.routes.push({ method, path: { value, range }, range: call.range });
        // Every route answers with a format as well; that is asked of health routes alone.
        if (/(?:health|status|ping|alive|ready|up)\w{0,20}$/i.test(value))
          this.router.routes.push({ method, path: { value: `${value}.json`, range }, range: call.range });
      }
  }
}

function statementsOf(node: Syntax): readonly Syntax[] {
  return node.children.filter((child) => child !== node.field('condition'));
}

/** `a(/:b)` as `a` and `a/:b`; a format at the end is left out. */
function optional(path: string): readonly string[] {
  const plain = path.replace(/\(\.:format\)$/, '');
  if (!/[()]/.test(plain)) return [plain];
  return [plain.replace(/\([^()]*\)/g, '').replace(/[()]/g, ''), plain.replace(/[()]/g, '')];
}

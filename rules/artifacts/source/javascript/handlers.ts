/** What a route's handler waits for before it answers, and whether it always answers the same. */
import type { AskFact, HandlerFact } from '../facts.ts';
import { visitAll, type Syntax } from '../syntax.ts';
import type { Code } from './code.ts';
import { bodyOf, calledName, calleeOf, functionTypes, parametersOf, unwrap } from './expressions.ts';
import { kindOfStore } from './stores.ts';

/** Calls that depend on nothing but the process itself. */
const own =
  /^(?:console\.\w+|process\.(?:uptime|memoryUsage|cwd|hrtime(?:\.bigint)?|cpuUsage)|Date(?:\.now)?|JSON\.stringify|Math\.\w+|String|Number|Response(?:\.json)?|NextResponse(?:\.json)?|os\.\w+|(?:this\.)?(?:logger|log)\.\w+)$/;
const decides: ReadonlySet<string> = new Set([
  'if_statement',
  'ternary_expression',
  'switch_statement',
  'try_statement',
  'throw_statement',
  'for_statement',
  'for_in_statement',
  'while_statement',
  'do_statement',
  'await_expression',
  'yield_expression',
]);
/** Signs that an error changes the answer. */
const refuses =
  /\b(?:status(?:Code)?|code|writeHead|sendStatus|throw|next|HttpException|ServiceUnavailable)\b/;

/** Paths that are asked for health: the handlers of others are not worth reading. */
const healthPath = /health|ready|readi|live|alive|ping|status|^\/?$|(?:^|\/)up\/?$/i;

/**
 * @param node the function, or a name for one that is declared in this file
 * @param path of its route, as far as it is known
 */
export function handlerOf(node: Syntax | undefined, path: string, code: Code): HandlerFact | undefined {
  if (!healthPath.test(path)) return undefined;
  const fn = node && code.definition(node);
  if (!fn || !functionTypes.has(fn.type) || !bodyOf(fn)) return undefined;
  const found = { constant: true, asks: [] as AskFact[] };
  read(fn, code, new Set(), found, new Set([fn]));
  return found;
}

/** @param passed names of what answers, such as the response */
function read(
  fn: Syntax,
  code: Code,
  passed: ReadonlySet<string>,
  found: { constant: boolean; asks: AskFact[] },
  seen: Set<Syntax>,
): void {
  const names = new Set([...passed, ...parametersOf(fn).flatMap(namesIn)]);
  visitAll(bodyOf(fn)!, (node) => {
    if (decides.has(node.type) || isLogical(node) || setsStatus(node)) found.constant = false;
    // What is started and not waited for fails by itself.
    if (node.type === 'await_expression' || isReturned(node)) {
      const call = unwrap(node.type === 'await_expression' ? (node.children[0] ?? node) : node);
      if (call.type === 'call_expression') ask(call, code, names, found, seen);
    }
    if (node.type !== 'call_expression' && node.type !== 'new_expression') return;
    const callee = calleeOf(node);
    if (own.test(callee.text) || names.has(rootOf(callee)) || isOfOwnCall(callee)) return;
    found.constant = false;
  });
}

function ask(
  call: Syntax,
  code: Code,
  names: ReadonlySet<string>,
  found: { asks: AskFact[] },
  seen: Set<Syntax>,
): void {
  const callee = calleeOf(call);
  // `Promise.all([db.ping(), cache.ping()])`
  if (/^Promise\.all$/.test(callee.text)) {
    const list = unwrap(call.child('arguments')?.children[0] ?? call);
    if (list.type === 'array')
      for (const item of list.children)
        if (item.type === 'call_expression') ask(item, code, names, found, seen);
    return;
  }
  if (isForgiven(call)) return;
  // Terminus: `this.health.check([() => this.database.pingCheck('database')])`
  if (/\.check$/.test(callee.text)) {
    visitAll(call, (node) => {
      const indicator = node.type === 'call_expression' ? indicatorOf(node, code) : undefined;
      if (indicator) found.asks.push({ callee: written(calleeOf(node)), kind: indicator, range: node.range });
    });
    return;
  }
  const local = rootOf(callee);
  const fn = callee.type === 'identifier' ? code.definition(callee) : undefined;
  if (fn && functionTypes.has(fn.type)) {
    if (seen.has(fn) || seen.size > 4 || !bodyOf(fn)) return;
    seen.add(fn);
    const inner = { constant: true, asks: [] as AskFact[] };
    read(fn, code, new Set(), inner, seen);
    found.asks.push(...inner.asks.map((one) => ({ ...one, range: call.range })));
    return;
  }
  const base = { callee: written(callee), range: call.range };
  const origin = code.origin(call) ?? '';
  const kind = requests.test(origin) ? ('service' as const) : kindOfStore(receiverOrigin(callee, code));
  if (kind) found.asks.push({ ...base, kind });
  else if (callee.type === 'member_expression' && !names.has(local) && /^[\w$]+$/.test(local))
    found.asks.push({ ...base, local });
}

/** Requests to other services, but for those that carry a local address. */
const requests =
  /^(?::(?:globalThis\.)?fetch|axios(?:\.\w+)?|got(?:\.\w+)?|node-fetch|undici\.(?:fetch|request))\(\)$/;

/** The origin of the value at the root of a call chain: `pool` of `pool.query`, `mongoose` of `mongoose.connection.db.admin().ping`. */
function receiverOrigin(callee: Syntax, code: Code): string {
  let node: Syntax | undefined = callee;
  for (let steps = 0; node && steps < 12; steps++) {
    const bare = unwrap(node);
    if (bare.type !== 'member_expression' && bare.type !== 'call_expression') break;
    const origin = code.origin(bare) ?? '';
    if (kindOfStore(origin)) return origin;
    node = bare.children[0];
  }
  return code.origin(node) ?? '';
}

/** What an indicator of @nestjs/terminus asks: https://docs.nestjs.com/recipes/terminus. */
function indicatorOf(call: Syntax, code: Code): AskFact['kind'] {
  const callee = calleeOf(call);
  const origin = callee.type === 'member_expression' ? (code.origin(callee.children[0]) ?? '') : '';
  const name = /^#@nestjs\/terminus\.(\w+)HealthIndicator$/.exec(origin)?.[1] ?? '';
  if (/^(?:TypeOrm|Mongoose|Sequelize|MikroOrm|Prisma)$/.test(name)) return 'database';
  if (name === 'Http' || name === 'GRPC') return 'service';
  return name === 'Microservice' ? 'queue' : undefined;
}

/** Its error is caught and changes nothing in the answer, as far as can be seen. */
function isForgiven(call: Syntax): boolean {
  let node: Syntax | undefined = call.parent;
  for (let child = call; node && !functionTypes.has(node.type); child = node, node = node.parent) {
    if (node.type === 'member_expression' && /^(?:catch|then)$/.test(node.children.at(-1)?.text ?? ''))
      return true;
    if (node.type !== 'try_statement' || node.children[0] !== child) continue;
    const caught = node.child('catch_clause');
    if (caught && !refuses.test(caught.text)) return true;
  }
  return false;
}

function isLogical(node: Syntax): boolean {
  const [left, right] = node.children;
  return (
    node.type === 'binary_expression' &&
    left !== undefined &&
    right !== undefined &&
    /^(?:&&|\|\||\?\?)$/.test(node.between(left, right))
  );
}

function isReturned(node: Syntax): boolean {
  return (
    node.type === 'call_expression' &&
    (node.parent?.type === 'return_statement' || node.parent?.type === 'arrow_function')
  );
}

/** A status that is computed: `res.status(state.code)`, `ctx.status = code`. */
function setsStatus(node: Syntax): boolean {
  if (node.type === 'assignment_expression')
    return /\.status(?:Code)?$/.test(node.children[0]!.text) && node.children[1]?.type !== 'number';
  if (node.type !== 'call_expression') return false;
  if (!/^(?:status|sendStatus|code|writeHead)$/.test(calledName(node) ?? '')) return false;
  const given = node.child('arguments')?.children[0];
  return given !== undefined && given.type !== 'number';
}

/** `new Date().toISOString()`, `res.status(200).json({})` */
function isOfOwnCall(callee: Syntax): boolean {
  if (callee.type !== 'member_expression') return false;
  const object = unwrap(callee.children[0]!);
  return /^(?:call|new)_expression$/.test(object.type) && own.test(calleeOf(object).text);
}

function rootOf(node: Syntax): string {
  let bare = unwrap(node);
  while (/^(?:member_expression|call_expression|new_expression|subscript_expression)$/.test(bare.type)) {
    const next = bare.children[0];
    if (!next) break;
    bare = unwrap(next);
  }
  return bare.text;
}

function written(callee: Syntax): string {
  const text = callee.text.replace(/\s+/g, '');
  return text.length > 60 ? (calledName(callee.parent!) ?? text.slice(0, 60)) : text;
}

function namesIn(parameter: Syntax): readonly string[] {
  return [...parameter.text.matchAll(/[A-Za-z_$][\w$]*/g)].map(([name]) => name);
}

/**
 * Routes of Laravel, Slim and Symfony. They are never all there are: packages and the web server before them answer as
 * well. It must never know where the application runs.
 */
import type { Ranged } from '../../../text.ts';
import type { RouteFact, RouterFact } from '../facts.ts';
import { visitAll, type Syntax } from '../syntax.ts';
import { argumentsOf, bodyOf, callTypes, calledName, listOf, named, receiverOf, textOf } from './code.ts';

const verbs = /^(?:get|post|put|patch|delete|options|any)$/;

export function routersIn(root: Syntax, text: string): RouterFact[] {
  const routers: RouterFact[] = [];
  const add = (
    local: string,
    framework: string,
    routes: readonly RouteFact[],
    more: Partial<RouterFact> = {},
  ): void => {
    if (routes.length > 0)
      routers.push({ local, framework, range: root.range, routes, mounts: [], complete: false, ...more });
  };
  // What Laravel puts before the routes of a file is said elsewhere, so no file of them is a router of its own.
  if (/\bRoute::/.test(text))
    add('Route', 'laravel', chained(root, 'Route'), { parameterOf: { function: 'laravel', index: 0 } });
  if (/\bwithRouting\b/.test(text)) add('health', 'laravel', healthOf(root));
  if (/\bSlim\\/.test(text)) add('app', 'slim', chained(root));
  if (/#\[(?:\w+\\)*Route\b/.test(text)) add('attributes', 'symfony', attributes(root));
  return routers;
}

/** `->withRouting(health: '/up')` */
function healthOf(root: Syntax): RouteFact[] {
  const routes: RouteFact[] = [];
  visitAll(root, (node) => {
    const path = calledName(node) === 'withRouting' ? textOf(named(node, 'health')) : undefined;
    if (path) routes.push({ method: 'GET', path, range: node.range });
  });
  return routes;
}

/** `Route::prefix('a')->group(function () { Route::get('b', …); })`, `$app->group('/a', function ($group) { … })`. */
function chained(root: Syntax, facade?: string): RouteFact[] {
  const routes: RouteFact[] = [];
  const read = (nodes: readonly Syntax[], prefix: string, depth: number): void => {
    for (const node of nodes) {
      if (callTypes.has(node.type)) call(node, prefix, depth);
      else if (
        /statement$|^(?:compound|if|else|assignment|anonymous_function|binary)/.test(node.type) &&
        depth < 30
      )
        read(node.type.startsWith('anonymous_function') ? bodyOf(node) : node.children, prefix, depth + 1);
    }
  };
  const call = (outer: Syntax, prefix: string, depth: number): void => {
    let within = prefix;
    const links = linksOf(outer);
    if (facade !== undefined && links[0] && receiverOf(links[0])?.text !== facade) return;
    for (const link of links) {
      const name = calledName(link);
      const given = argumentsOf(link);
      const path = textOf(given[0]);
      if (name === 'prefix' && path) within = join(within, path.value);
      else if (name === 'group') {
        const isSlim = facade === undefined;
        const inside = isSlim && path ? join(within, path.value) : within;
        if (depth < 30) read(bodyOf(given.at(-1)), inside, depth + 1);
      } else if (verbs.test(name) && path && given.length > 1)
        push(name === 'any' ? 'ALL' : name, within, path, link);
      else if ((name === 'match' || name === 'map') && given.length > 2)
        for (const method of listOf(given[0]) ?? ['ALL']) push(method, within, textOf(given[1]), link);
      else if (/^(?:resource|apiResource)$/.test(name) && path) resource(within, path, link);
      else if (/^(?:view|redirect)$/.test(name) && path && given.length > 1) push('GET', within, path, link);
    }
  };
  const push = (
    method: string,
    prefix: string,
    path: Ranged<string> | undefined,
    { range }: Syntax,
  ): void => {
    if (!path) return;
    routes.push({
      method: method.toUpperCase(),
      path: { value: join(prefix, path.value), range: path.range },
      range,
    });
  };
  const resource = (prefix: string, path: Ranged<string>, { range }: Syntax): void => {
    const base = join(prefix, path.value);
    for (const [method, tail] of [
      ['GET', ''],
      ['POST', ''],
      ['GET', '/{id}'],
      ['PUT', '/{id}'],
      ['PATCH', '/{id}'],
      ['DELETE', '/{id}'],
    ] as const)
      routes.push({ method, path: { value: base + tail, range: path.range }, range });
  };
  read(root.children, '', 0);
  return routes;
}

/** The calls of a chain, the first one first. */
function linksOf(outer: Syntax): readonly Syntax[] {
  const links: Syntax[] = [];
  for (
    let node: Syntax | undefined = outer;
    node && callTypes.has(node.type) && links.length < 100;
    node = receiverOf(node)
  )
    links.unshift(node);
  return links;
}

/** `#[Route('/a')]` on a class is the prefix of those on its methods. */
function attributes(root: Syntax): RouteFact[] {
  const routes: RouteFact[] = [];
  visitAll(root, (node) => {
    if (node.type !== 'class_declaration') return true;
    const prefix = routesOn(node)[0]?.path?.value ?? '';
    const methods = node.field('body')?.children.filter(({ type }) => type === 'method_declaration') ?? [];
    for (const member of [
      ...methods,
      ...(methods.some(({ text }) => text.includes('__invoke')) ? [node] : []),
    ])
      for (const { path, methods: allowed, range } of routesOn(member)) {
        if (!path) continue;
        for (const method of allowed ?? ['ALL'])
          routes.push({
            method,
            path: { value: member === node ? path.value : join(prefix, path.value), range: path.range },
            range,
          });
      }
    return false;
  });
  return routes;
}

interface Attribute {
  readonly path?: Ranged<string>;
  readonly methods?: readonly string[];
  readonly range: Syntax['range'];
}

function routesOn(declaration: Syntax): readonly Attribute[] {
  const found: Attribute[] = [];
  for (const group of declaration.field('attributes')?.children ?? [])
    for (const attribute of group.children) {
      if (!/(?:^|\\)Route$/.test(attribute.children[0]?.text ?? '')) continue;
      const list = attribute.field('parameters');
      const first = list?.children.find((argument) => !argument.field('name'))?.children[0];
      const path = textOf(first ?? named(attribute, 'path'));
      const methods = listOf(named(attribute, 'methods'))?.map((method) => method.toUpperCase());
      found.push({ range: attribute.range, ...(path && { path }), ...(methods && { methods }) });
    }
  return found;
}

function join(prefix: string, path: string): string {
  return `/${`${prefix}/${path}`
    .split('/')
    .filter((part) => part !== '')
    .join('/')}`;
}

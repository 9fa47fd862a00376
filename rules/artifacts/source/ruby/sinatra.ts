/** Routes of Sinatra: of an application class, or at the top of a file that requires it. */
import type { RouteFact, RouterFact } from '../facts.ts';
import { visitAll, type Syntax } from '../syntax.ts';
import { argumentsOf, blockOf, methodOf, receiverOf, textOf } from './code.ts';

const verbs = /^(?:get|post|put|patch|delete|options|head)$/;

export function sinatraRouters(root: Syntax): RouterFact[] {
  const routers: RouterFact[] = [];
  visitAll(root, (node) => {
    if (node.type !== 'class') return true;
    const base = node.field('superclass')?.text.replace(/^<\s*/, '') ?? '';
    const local = node.field('name')?.text ?? 'application';
    if (/^(?:::)?Sinatra::(?:Base|Application)$/.test(base))
      routers.push(routesIn(local, node, node.field('body')?.children ?? []));
    else if (/^(?:::)?(?:Grape::API(?:::Instance)?|Roda|Hanami::\w+|Cuba|Padrino::Application)$/.test(base))
      routers.push({ local, framework: 'rack', range: node.range, routes: [], mounts: [], complete: false });
    return true;
  });
  if (isClassic(root)) routers.push(routesIn('main', root, root.children));
  return routers;
}

/** `require 'sinatra'` makes the file itself an application, which is started as soon as it has been read. */
export function isClassic(root: Syntax): boolean {
  return root.children.some(
    (child) =>
      child.type === 'call' &&
      methodOf(child) === 'require' &&
      textOf(argumentsOf(child)[0])?.value === 'sinatra',
  );
}

function routesIn(local: string, { range }: Syntax, statements: readonly Syntax[]): RouterFact {
  const routes: RouteFact[] = [];
  let complete = true;
  const read = (nodes: readonly Syntax[], prefix: string, depth: number): void => {
    for (const call of nodes) {
      if (call.type !== 'call' || receiverOf(call)) continue;
      const name = methodOf(call);
      const path = textOf(argumentsOf(call)[0]);
      if (name === 'namespace' || name === 'configure' || name === 'map') {
        if (name !== 'configure' && !path) complete = false;
        else if (depth < 20)
          read(blockOf(call) ?? [], name === 'configure' ? prefix : prefix + path!.value, depth + 1);
      } else if (verbs.test(name)) {
        if (!path) complete = false;
        else
          for (const value of path.value.endsWith('/?') ? [path.value.slice(0, -2)] : [path.value])
            routes.push({
              method: name.toUpperCase(),
              path: { value: prefix + value.replace(/\*\w*/g, '*'), range: path.range },
              range: call.range,
            });
      } else if (
        name === 'use' &&
        !/^(?:Rack|Sinatra|OpenTelemetry|Datadog)::/.test(argumentsOf(call)[0]?.text ?? '')
      )
        complete = false;
    }
  };
  read(statements, '', 0);
  return { local, framework: 'sinatra', range, routes, mounts: [], complete };
}

/**
 * Gives actions of controllers that name no route the paths that patterns of their application reach them by. It must
 * never know where a pattern is declared. https://learn.microsoft.com/aspnet/core/mvc/controllers/routing#conventional-routing
 */
import type { ActionFact, RouteFact } from '../artifacts/source/facts.ts';
import type { RouterNode } from './inheritedRoutes.ts';

/**
 * @param nodes the routers of a service
 * @returns the same, with routes for the actions of controllers
 */
export function routeByConvention(nodes: readonly RouterNode[]): readonly RouterNode[] {
  const patterns = new Set(nodes.flatMap(({ router }) => router.conventions ?? []));
  if (patterns.size === 0) return nodes;
  return nodes.map(({ file, router }) => {
    const { actions } = router;
    if (!actions) return { file, router };
    const found = [...patterns].flatMap((pattern) => actions.flatMap((action) => routesOf(pattern, action)));
    return { file, router: { ...router, routes: [...router.routes, ...found] } };
  });
}

/** One route for the whole pattern, and one for each shorter form whose rest is given by defaults. */
function routesOf(pattern: string, { controller, action, method, range }: ActionFact): RouteFact[] {
  const named: Readonly<Record<string, string>> = { controller, action };
  const parts = pattern.split('/').map((part) => {
    const [, name = '', fallback] = /^\{(\w+)(?::[^{}=]*)?(?:=([^{}]*))?\}$/.exec(part) ?? [];
    const value = named[name];
    if (value === undefined)
      return { text: part.replace(/^\{(\w+)[^{}]*[?=][^{}]*\}$/, '{$1?}'), isGiven: false };
    return { text: value, isGiven: fallback?.toLowerCase() === value.toLowerCase() };
  });
  const isOptional = (index: number): boolean =>
    parts.slice(index).every(({ text, isGiven }) => isGiven || text.endsWith('?}'));
  const lengths = parts.flatMap(({ isGiven }, index) => (isGiven && isOptional(index) ? [index] : []));
  return [parts.length, ...lengths].map((length) => {
    const value = parts.slice(0, length).map(({ text }) => text);
    return { method, path: { value: value.join('/'), range }, range };
  });
}

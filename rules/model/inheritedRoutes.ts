/**
 * Gives controllers the routes of the classes and interfaces that they inherit, as generators of OpenAPI write them. It
 * must never know where a router is mounted.
 */
import type { RouterFact } from '../artifacts/source/facts.ts';
import { push } from '../groups.ts';

/** A router and the file it stands in. */
export interface RouterNode {
  readonly file: string;
  readonly router: RouterFact;
}

const maxDepth = 10;

/**
 * @param nodes the routers of a service
 * @returns the same with one more for each class that a controller inherits, below the controller's prefix. What lends
 * its routes is left out where a controller has them, and open where nobody is seen to.
 */
export function inheritRoutes(nodes: readonly RouterNode[]): readonly RouterNode[] {
  if (nodes.every(({ router }) => !router.inherits && !router.lends)) return nodes;
  const byName = new Map<string, RouterNode[]>();
  for (const node of nodes) push(byName, classOf(node), node);
  const inherited = new Map(
    nodes.filter(({ router }) => !router.lends).map((node) => [node, ancestorsOf(node, byName)]),
  );
  const lent = new Set([...inherited.values()].flatMap(({ found }) => found));
  return nodes.flatMap((node) => {
    const ancestors = inherited.get(node);
    // Whom nobody is seen to answer for may as well be a client's.
    if (!ancestors)
      return lent.has(node) ? [] : [incomplete({ ...node, router: { ...node.router, routes: [] } })];
    const { found, complete } = ancestors;
    const own = node.router.prefix ?? prefixOf(found);
    const all = [complete ? node : incomplete(node), ...found];
    return all.map(({ file, router }) => {
      const prefix = own ?? router.prefix;
      return { file, router: prefix === undefined ? router : { ...router, prefix } };
    });
  });
}

function incomplete({ file, router }: RouterNode): RouterNode {
  return { file, router: { ...router, complete: false } };
}

/** What a router inherits, from near to far; incomplete where a name leads nowhere, or to several files. */
function ancestorsOf(
  { router }: RouterNode,
  byName: ReadonlyMap<string, readonly RouterNode[]>,
  depth = 0,
): { readonly found: readonly RouterNode[]; readonly complete: boolean } {
  const steps = (router.inherits ?? []).map((name) => {
    const parents = (byName.get(name) ?? []).filter((node) => node.router.framework === router.framework);
    if (depth > maxDepth || new Set(parents.map(({ file }) => file)).size !== 1)
      return { found: [], complete: false };
    const [first] = parents;
    const above = ancestorsOf(first!, byName, depth + 1);
    return { found: [...parents, ...above.found], complete: above.complete };
  });
  return {
    found: steps.flatMap(({ found }) => found),
    complete: steps.every(({ complete }) => complete),
  };
}

/** The prefix that is inherited where a class has none. */
function prefixOf(ancestors: readonly RouterNode[]): string | undefined {
  return ancestors.map(({ router }) => router.prefix).find((prefix) => prefix !== undefined);
}

/** Routers of one class with several prefixes are numbered. */
function classOf({ router }: RouterNode): string {
  return router.local.replace(/ \d+$/, '');
}

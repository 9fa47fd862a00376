/** Servers that a program has for those who run it, beside the one for its users. */
import type { RouterFact } from './facts.ts';

/** Paths that a process serves about itself. */
const auxiliary = /^\/(?:metrics|debug|pprof|_{0,2}(?:health|ready|live|alive|ping|status|version|startup))/i;

/** Whether a router serves such paths alone, and some of them. */
export function isAuxiliary({ routes, mounts }: Pick<RouterFact, 'routes' | 'mounts'>): boolean {
  return mounts.length === 0 && routes.length > 0 && routes.every(({ path }) => auxiliary.test(path.value));
}

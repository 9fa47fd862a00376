/** Pools of connections to databases that Python opens. It must never know what is asked of them. */
import type { Ranged } from '../../../text.ts';
import type { StoreFact } from '../facts.ts';
import type { Syntax } from '../syntax.ts';
import { argumentsOf, hasSplat, keyword, type Code } from './code.ts';

/**
 * SQLAlchemy keeps five connections and opens ten more (https://docs.sqlalchemy.org/en/20/core/pooling.html), asyncpg ten
 * (https://magicstack.github.io/asyncpg/current/api/index.html#connection-pools), psycopg as many as it keeps: four
 * (https://www.psycopg.org/psycopg3/docs/api/pool.html).
 */
export function storeOf(call: Syntax, code: Code): StoreFact | undefined {
  const origin = code.origin(call) ?? '';
  const fact = { kind: 'database' as const, range: call.range };
  const size = (name: string, fallback: number): number | undefined => {
    const given = keyword(call, name);
    if (!given) return hasSplat(call) ? undefined : fallback;
    return given.type === 'integer' ? Number(given.text.replaceAll('_', '')) : undefined;
  };
  const pool = (value: number | undefined): { readonly pool?: Ranged<number> } =>
    value === undefined || !(value > 0) ? {} : { pool: { value, range: call.range } };
  if (/^sqlalchemy(?:\.ext\.asyncio)?(?:\.engine)?\.create_(?:async_)?engine\(\)$/.test(origin)) {
    const url = code.string(argumentsOf(call)[0])?.value ?? '';
    if (keyword(call, 'poolclass') || url.startsWith('sqlite')) return undefined;
    const product = /^postgres/.test(url) ? 'postgres' : /^(?:mysql|mariadb)/.test(url) ? 'mysql' : 'sql';
    const [kept, more] = [size('pool_size', 5), size('max_overflow', 10)];
    return {
      ...fact,
      product,
      ...pool(kept === undefined || more === undefined ? undefined : kept + Math.max(more, 0)),
    };
  }
  if (origin === 'asyncpg.create_pool()')
    return { ...fact, product: 'postgres', ...pool(size('max_size', 10)) };
  if (!/^psycopg_pool\.(?:Async)?ConnectionPool\(\)$/.test(origin)) return undefined;
  const most = keyword(call, 'max_size') ? size('max_size', 4) : size('min_size', 4);
  return { ...fact, product: 'postgres', ...pool(most) };
}

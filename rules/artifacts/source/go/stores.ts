/** Pools of connections to databases that Go opens, where it says how large. It must never know what is asked of them. */
import type { StoreFact } from '../facts.ts';
import type { Syntax } from '../syntax.ts';
import { argumentsOf, calledName, receiverOf, type Code } from './code.ts';
import { fixedText } from './values.ts';

const products: Readonly<Record<string, string>> = {
  postgres: 'postgres',
  pgx: 'postgres',
  mysql: 'mysql',
  cloudsqlpostgres: 'postgres',
};

/** `db, err := sql.Open("postgres", dsn)` with `db.SetMaxOpenConns(20)`; without it there is no limit at all. */
export function storeOf(call: Syntax, code: Code): StoreFact | undefined {
  if (
    !/^(?:database\/sql|github\.com\/jmoiron\/sqlx)\.(?:Open|Connect|MustConnect|ConnectContext)$/.test(
      code.origin(call) ?? '',
    )
  )
    return undefined;
  const driver = argumentsOf(call)
    .map((argument) => fixedText(argument, code))
    .find((text) => text !== undefined && Object.hasOwn(products, text));
  const limits = code.calls.filter((other) => calledName(other) === 'SetMaxOpenConns');
  const [limit] = limits;
  const size = Number(limit && limits.length === 1 ? fixedText(argumentsOf(limit)[0], code) : NaN);
  const local = limit && receiverOf(limit)?.text;
  return {
    kind: 'database',
    product: products[driver ?? ''] ?? 'sql',
    ...(local !== undefined && { local }),
    ...(size > 0 && { pool: { value: size, range: limit!.range } }),
    range: call.range,
  };
}

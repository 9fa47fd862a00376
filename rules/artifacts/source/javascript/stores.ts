/** Clients of databases, caches and queues, where they are made. It must never know what is asked of them. */
import type { Ranged } from '../../../text.ts';
import type { StoreFact } from '../facts.ts';
import type { Syntax } from '../syntax.ts';
import type { Code } from './code.ts';
import { constant } from './constants.ts';
import { argumentsOf, hasSpread, nameGivenTo, propertyOf } from './expressions.ts';

interface Client {
  readonly origin: RegExp;
  readonly kind: StoreFact['kind'];
  readonly product: string;
  /** The option that bounds its connections, and how many there are without it. */
  readonly pool?: { readonly option: string; readonly fallback?: number };
}

/**
 * Defaults of pools: https://node-postgres.com/apis/pool (10), https://github.com/porsager/postgres#connection (10),
 * https://github.com/sidorares/node-mysql2 (10), https://github.com/mysqljs/mysql#pool-options (10).
 */
const clients: readonly Client[] = [
  {
    origin: /^pg\.Pool\(\)$/,
    kind: 'database',
    product: 'postgres',
    pool: { option: 'max', fallback: 10 },
  },
  { origin: /^pg\.Client\(\)$/, kind: 'database', product: 'postgres' },
  {
    origin: /^postgres\(\)$/,
    kind: 'database',
    product: 'postgres',
    pool: { option: 'max', fallback: 10 },
  },
  {
    origin: /^mysql2?(?:\/promise)?\.createPool\(\)$/,
    kind: 'database',
    product: 'mysql',
    pool: { option: 'connectionLimit', fallback: 10 },
  },
  { origin: /^mysql2?(?:\/promise)?\.createConnection\(\)$/, kind: 'database', product: 'mysql' },
  { origin: /^mongodb\.MongoClient\(\)$/, kind: 'database', product: 'mongodb' },
  { origin: /^mongodb\.MongoClient\.connect\(\)$/, kind: 'database', product: 'mongodb' },
  { origin: /^mongoose\.(?:connect|createConnection)\(\)$/, kind: 'database', product: 'mongodb' },
  { origin: /^@nestjs\/mongoose\.MongooseModule\.forRoot\w*\(\)$/, kind: 'database', product: 'mongodb' },
  { origin: /^@prisma\/client\.PrismaClient\(\)$/, kind: 'database', product: 'sql' },
  { origin: /^sequelize(?:\.Sequelize)?\(\)$/, kind: 'database', product: 'sql' },
  { origin: /^typeorm\.(?:DataSource|createConnection)\(\)$/, kind: 'database', product: 'sql' },
  { origin: /^@nestjs\/typeorm\.TypeOrmModule\.forRoot\w*\(\)$/, kind: 'database', product: 'sql' },
  { origin: /^knex(?:\.knex)?\(\)$/, kind: 'database', product: 'sql' },
  { origin: /^ioredis(?:\.(?:Redis|Cluster))?\(\)$/, kind: 'cache', product: 'redis' },
  { origin: /^redis\.(?:createClient|createCluster)\(\)$/, kind: 'cache', product: 'redis' },
  { origin: /^kafkajs\.Kafka\(\)$/, kind: 'queue', product: 'kafka' },
  { origin: /^amqplib(?:\/callback_api)?\.connect\(\)$/, kind: 'queue', product: 'rabbitmq' },
  { origin: /^bullmq\.Queue\(\)$/, kind: 'queue', product: 'redis' },
];

export function storeOf(call: Syntax, code: Code): StoreFact | undefined {
  const origin = code.origin(call);
  const client = origin === undefined ? undefined : clients.find((one) => one.origin.test(origin));
  if (!client) return undefined;
  const local = nameGivenTo(call);
  const pool = client.pool && poolOf(call, client.pool, code);
  return {
    kind: client.kind,
    product: client.product,
    ...(local !== undefined && { local }),
    ...(pool && { pool }),
    range: call.range,
  };
}

/** undefined where options are passed that cannot be read, or are a connection string that may hold the size. */
function poolOf(
  call: Syntax,
  { option, fallback }: NonNullable<Client['pool']>,
  code: Code,
): Ranged<number> | undefined {
  const options = argumentsOf(call).map((argument) => code.definition(argument));
  const object = options.find((node) => node?.type === 'object');
  if (object && hasSpread(object)) return undefined;
  const given = object && propertyOf(object, option);
  if (given) {
    const found = constant(code, given);
    return typeof found?.value === 'number' && found.variable === undefined
      ? { value: found.value, range: found.range }
      : undefined;
  }
  const known = options.every((node) => node?.type === 'object');
  return known && fallback !== undefined ? { value: fallback, range: call.range } : undefined;
}

/** What an expression asks that comes from here; undefined for everything else. */
export function kindOfStore(origin: string): StoreFact['kind'] | undefined {
  if (/^mongoose\.connection(?:\.|$)/.test(origin)) return 'database';
  return clients.find((one) => one.origin.test(origin))?.kind;
}

/** State that lives in one process or on its disk, where a second replica does not see it. */
import type { LocalStateFact } from '../facts.ts';
import type { Syntax } from '../syntax.ts';
import type { Code } from './code.ts';
import { argumentsOf, hasSpread, nameGivenTo, propertyOf } from './expressions.ts';

interface Form {
  readonly origin: RegExp;
  readonly kind: LocalStateFact['kind'];
  readonly what: string;
  /** Options that put the state elsewhere. */
  readonly elsewhere: RegExp;
  /** It is local only where one of these options says so. */
  readonly onlyWith?: RegExp;
}

const forms: readonly Form[] = [
  { origin: /^express-session\(\)$/, kind: 'session', what: 'express-session', elsewhere: /^store$/ },
  { origin: /^multer\(\)$/, kind: 'upload', what: 'multer', elsewhere: /^storage$/, onlyWith: /^dest$/ },
  { origin: /^multer\.diskStorage\(\)$/, kind: 'upload', what: 'multer.diskStorage', elsewhere: /^$/ },
  {
    origin: /^@nestjs\/platform-express\.\w*Files?Interceptor\(\)$/,
    kind: 'upload',
    what: 'FileInterceptor',
    elsewhere: /^storage$/,
    onlyWith: /^dest$/,
  },
  {
    origin: /^express-rate-limit(?:\.rateLimit)?\(\)$/,
    kind: 'rate-limit',
    what: 'express-rate-limit',
    elsewhere: /^store$/,
  },
  {
    origin: /^@nestjs\/throttler\.ThrottlerModule\.forRoot\(\)$/,
    kind: 'rate-limit',
    what: '@nestjs/throttler',
    elsewhere: /^storage$/,
  },
];

/** In-process caches that hold sessions, by the name they are given. */
const caches = /^(?:node-cache|lru-cache(?:\.LRUCache)?|@isaacs\/ttlcache|quick-lru)\(\)$/;

export function stateOf(call: Syntax, code: Code): LocalStateFact | undefined {
  const origin = code.origin(call);
  if (origin === undefined) return undefined;
  if (caches.test(origin)) {
    const name = nameGivenTo(call) ?? '';
    return /session/i.test(name) ? { kind: 'session', what: name, range: call.range } : undefined;
  }
  const form = forms.find((candidate) => candidate.origin.test(origin));
  if (!form) return undefined;
  const [given] = argumentsOf(call).slice(/Interceptor/.test(form.what) ? -1 : 0);
  const options = given && code.definition(given);
  if (given && options?.type !== 'object') return undefined;
  const has = (pattern: RegExp): boolean =>
    options?.children.some((entry) => pattern.test(keyOf(entry))) ?? false;
  if (options && (hasSpread(options) || has(form.elsewhere))) return undefined;
  if (form.onlyWith && !has(form.onlyWith)) return undefined;
  return { kind: form.kind, what: form.what, range: call.range };
}

/** `fastify.register(require('@fastify/session'), …)`, `@fastify/rate-limit` */
export function stateOfPlugin(call: Syntax, code: Code): LocalStateFact | undefined {
  const [plugin, options] = argumentsOf(call);
  const origin = plugin && code.origin(plugin);
  if (!origin || !/^@fastify\/(?:session|rate-limit)(?:\.\w+)?$/.test(origin)) return undefined;
  const object = options && code.definition(options);
  if (!object || object.type !== 'object' || hasSpread(object)) return undefined;
  if (propertyOf(object, 'store') || propertyOf(object, 'redis')) return undefined;
  const session = origin.includes('session');
  return { kind: session ? 'session' : 'rate-limit', what: origin, range: call.range };
}

function keyOf(entry: Syntax): string {
  return (entry.type === 'pair' ? entry.children[0]!.text : entry.text).replace(/^['"]|['"]$/g, '');
}

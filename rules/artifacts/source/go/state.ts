/** State that a Go process keeps to itself, where a second replica does not see it. */
import type { LocalStateFact } from '../facts.ts';
import type { Syntax } from '../syntax.ts';
import { argumentsOf, calledName, receiverOf, type Code } from './code.ts';

/**
 * What keeps state in memory or on disk by its very name. gorilla's CookieStore is not here: its state travels with the
 * user. Of the others, fiber's take a store and are local without one.
 */
const forms: readonly (readonly [RegExp, LocalStateFact['kind'], elsewhere?: RegExp])[] = [
  [/^github\.com\/gorilla\/sessions\.NewFilesystemStore$/, 'session'],
  [/^github\.com\/gin-contrib\/sessions\/memstore\.NewStore$/, 'session'],
  [/^github\.com\/quasoft\/memstore\.NewMemStore$/, 'session'],
  [/^github\.com\/alexedwards\/scs(?:\/v\d+)?\/memstore\.New\w*$/, 'session'],
  [/^github\.com\/gofiber\/fiber\/middleware\/session\.New$/, 'session', /Storage:/],
  [/^github\.com\/gofiber\/fiber\/middleware\/limiter\.New$/, 'rate-limit', /Storage:/],
  [/^github\.com\/didip\/tollbooth\.NewLimiter$/, 'rate-limit'],
  [/^github\.com\/go-chi\/httprate\.Limit(?:ByIP|ByRealIP|All)?$/, 'rate-limit', /WithLimitCounter|Redis/i],
  [/^github\.com\/labstack\/echo\/middleware\.NewRateLimiterMemoryStore\w*$/, 'rate-limit'],
  [/^github\.com\/ulule\/limiter\/drivers\/store\/memory\.NewStore\w*$/, 'rate-limit'],
];

/** Whether the text names a library that may keep state, or saves what is uploaded. */
export const mayKeepState =
  /gorilla\/sessions|memstore|fiber|tollbooth|httprate|echo\/v\d\/middleware|ulule\/limiter|SaveUploadedFile|\.SaveFile\(/;

export function stateOf(call: Syntax, code: Code): LocalStateFact | undefined {
  const what = call.field('function')?.text ?? '';
  const { range } = call;
  const origin = code.origin(call);
  const form = origin === undefined ? undefined : forms.find(([pattern]) => pattern.test(origin));
  if (form) {
    const [, kind, elsewhere] = form;
    const args = argumentsOf(call);
    // Settings by name may hold a store.
    const isOpen = elsewhere && args.some(({ type, text }) => type === 'identifier' || elsewhere.test(text));
    return isOpen ? undefined : { kind, what, range };
  }
  if (!/^(?:SaveUploadedFile|SaveFile)$/.test(calledName(call) ?? '')) return undefined;
  const isContext = /^\w{1,10}$/.test(receiverOf(call)?.text ?? '') && /\/(?:gin|fiber)\b/.test(code.text);
  return isContext && !/[tT]e?mp\b|TempDir/.test(argumentsOf(call).at(-1)?.text ?? '')
    ? { kind: 'upload', what, range }
    : undefined;
}

/** Jobs that a process starts by the clock, again and again. It must never know what they do. */
import type { ScheduleFact } from '../facts.ts';
import type { Syntax } from '../syntax.ts';
import type { Code } from './code.ts';
import { stringConstant } from './constants.ts';
import { argumentsOf } from './expressions.ts';

/** Calls that start a job as they stand. */
const starting: readonly (readonly [RegExp, string])[] = [
  [/^node-cron\.schedule\(\)$/, 'node-cron'],
  [/^cron\.CronJob\(\)$/, 'cron'],
  [/^cron\.CronJob\.from\(\)$/, 'cron'],
  [/^node-schedule\.scheduleJob\(\)$/, 'node-schedule'],
  [/^croner(?:\.Cron)?\(\)$/, 'croner'],
];

/** Decorators that do, with Nest's scheduler. */
const decorators = /^(?:Cron|Interval)\b/;

export function scheduleOf(call: Syntax, code: Code): ScheduleFact | undefined {
  const origin = code.origin(call);
  const library = origin === undefined ? undefined : starting.find(([pattern]) => pattern.test(origin))?.[1];
  return library === undefined ? undefined : fact(library, call, code);
}

/** `@Cron('0 3 * * *')` of a NestJS provider. */
export function scheduleOfDecorator(decorator: Syntax, code: Code): ScheduleFact | undefined {
  const call = decorator.children[0];
  if (call?.type !== 'call_expression' || !decorators.test(call.text)) return undefined;
  const origin = code.origin(call) ?? '';
  return /^@nestjs\/schedule\.(?:Cron|Interval)\(\)$/.test(origin)
    ? fact('@nestjs/schedule', call, code)
    : undefined;
}

function fact(library: string, call: Syntax, code: Code): ScheduleFact {
  const when = stringConstant(code, argumentsOf(call)[0])?.value;
  return { library, ...(when !== undefined && when.length < 60 && { when }), range: call.range };
}

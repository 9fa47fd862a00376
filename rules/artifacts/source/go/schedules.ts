/** Jobs that a Go process starts by the clock. It must never know what they do. */
import type { ScheduleFact } from '../facts.ts';
import type { Syntax } from '../syntax.ts';
import { argumentsOf, calledName, receiverOf, unwrap, type Code } from './code.ts';
import { fixedText } from './values.ts';

/** `c := cron.New(); c.AddFunc("@hourly", …)` */
export function scheduleOf(call: Syntax, code: Code): ScheduleFact | undefined {
  if (!/^(?:AddFunc|AddJob)$/.test(calledName(call) ?? '')) return undefined;
  const receiver = receiverOf(call);
  const made = receiver?.type === 'identifier' ? code.declarations(receiver) : undefined;
  const isCron = made?.some(
    ({ value }) => value && code.origin(unwrap(value)) === 'github.com/robfig/cron.New',
  );
  if (!isCron) return undefined;
  const when = fixedText(argumentsOf(call)[0], code);
  return { library: 'robfig/cron', ...(when !== undefined && { when }), range: call.range };
}

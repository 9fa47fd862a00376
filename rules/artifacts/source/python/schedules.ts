/** Jobs that a Python process starts by the clock. It must never know what they do. */
import type { ScheduleFact } from '../facts.ts';
import type { Syntax } from '../syntax.ts';
import { argumentsOf, keyword, type Code } from './code.ts';

const scheduled =
  /^(?:apscheduler\.schedulers\.\w+\.\w*Scheduler|flask_apscheduler\.APScheduler)\(\)\.(?:add_job|scheduled_job|task)\(\)$/;

/** `scheduler.add_job(f, 'cron', hour=3)`; what runs once at a date is no schedule. */
export function scheduleOf(call: Syntax, code: Code): ScheduleFact | undefined {
  const origin = code.origin(call) ?? '';
  if (!scheduled.test(origin)) return undefined;
  const args = argumentsOf(call);
  const given = keyword(call, 'trigger') ?? args[origin.endsWith('.add_job()') ? 1 : 0];
  const trigger = code.string(given)?.value;
  if (trigger !== 'cron' && trigger !== 'interval') return undefined;
  return { library: 'APScheduler', range: call.range };
}

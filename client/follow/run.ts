/** How far somebody is in following a runbook, and when they did what. Plain data, so that it survives a restart. */
import type { FollowedCommand, FollowedTask, PostmortemParams } from '../../server/protocol.ts';

/** Times are milliseconds since 1970. A run begins with the first thing that is done. */
export interface Run {
  readonly began?: number;
  readonly finished?: number;
  /** When each task was checked off, by its key. */
  readonly checked: Readonly<Record<string, number>>;
  readonly sent: readonly { readonly at: number; readonly key: string; readonly code: string }[];
}

export const freshRun: Run = { checked: {}, sent: [] };

/** Checks a task off, or takes that back. */
export function toggle(run: Run, key: string, now: number): Run {
  if (run.finished !== undefined) return run;
  const { [key]: was, ...others } = run.checked;
  return { ...run, began: run.began ?? now, checked: was === undefined ? { ...others, [key]: now } : others };
}

/** A command went to a terminal. */
export function sent(run: Run, key: string, code: string, now: number): Run {
  if (run.finished !== undefined) return run;
  return { ...run, began: run.began ?? now, sent: [...run.sent, { at: now, key, code }] };
}

export function finish(run: Run, now: number): Run {
  return run.finished === undefined ? { ...run, began: run.began ?? now, finished: now } : run;
}

export interface Progress {
  readonly done: number;
  readonly total: number;
}

/** Of the tasks that are on the page now; what was checked off and is gone does not count. */
export function progressOf(run: Run, tasks: readonly FollowedTask[]): Progress {
  const all = tasks.filter(({ kind }) => kind === 'task');
  return { done: all.filter(({ key }) => run.checked[key] !== undefined).length, total: all.length };
}

/** What a postmortem tells of a run: what was run and what was checked off, in order. */
export function toldOf(run: Run, tasks: readonly FollowedTask[], now: number): PostmortemParams['run'] {
  const words = new Map(
    tasks.flatMap((task) => (task.kind === 'task' ? [[task.key, wordsOf(task)] as const] : [])),
  );
  const entries = [
    ...run.sent.map(({ at, code }) => ({ at, text: `ran \`${firstLine(code)}\`` })),
    ...Object.entries(run.checked).map(([key, at]) => ({
      at,
      text: `done: ${words.get(key) ?? 'a step that is not on the page any more'}`,
    })),
  ].toSorted((a, b) => a.at - b.at);
  const { finished } = run;
  return { began: run.began ?? now, ...(finished !== undefined && { finished }), entries };
}

/** A task in one line. */
export function wordsOf({ markdown, commands }: Extract<FollowedTask, { kind: 'task' }>): string {
  const text = firstLine(markdown.replace(/^\s*(?:[-+*]|\d+[.)])\s+(?:\[[ xX]\]\s+)?/, ''));
  return text !== '' ? text : commands.map(titleOf).join(', ');
}

export function titleOf({ name, code }: FollowedCommand): string {
  return name ?? firstLine(code);
}

function firstLine(text: string): string {
  const [first = '', ...others] = text.trim().split('\n');
  return others.length > 0 && !first.endsWith(':') ? `${first} …` : first.replace(/:$/, '');
}

/**
 * A runbook as something to check off: which of its steps are to be done, and which explain. It runs nothing, and must
 * never know where a task is shown.
 */
import type { MarkdownFacts } from '../artifacts/markdown/facts.ts';
import { sectionsIn } from '../practices/runbooks/sections.ts';
import { stepsOf, type CommandStep, type Step } from './runbookSteps.ts';

export type Task =
  | { readonly kind: 'heading'; readonly key: string; readonly depth: number; readonly text: string }
  /** To be read. */
  | { readonly kind: 'text'; readonly key: string; readonly markdown: string }
  /** To be done and checked off, with the commands that it needs. */
  | {
      readonly kind: 'task';
      readonly key: string;
      readonly markdown: string;
      readonly commands: readonly CommandStep[];
    };

/** @param text the page's text, of which the facts are */
export function tasksOf(page: MarkdownFacts, text: string): readonly Task[] {
  const steps = stepsOf(page, text);
  const busy = new Set(steps.filter(isTask).map(({ under }) => under));
  // A title names the alert, whatever words are in it.
  const headings = new Map(
    steps.flatMap((step) => (step.kind === 'heading' && step.depth > 1 ? [[step.key, step.text]] : [])),
  );
  const tasks: Task[] = [];
  for (const step of steps) {
    const { key } = step;
    const last = tasks.at(-1);
    if (step.kind === 'heading') tasks.push({ kind: 'heading', key, depth: step.depth, text: step.text });
    else if (step.kind === 'command') {
      // What is indented belongs to the item of the list above it.
      const nested = last?.kind === 'task' && last.markdown !== '' && isIndented(text, step.range.start);
      if (nested) tasks[tasks.length - 1] = { ...last, commands: [...last.commands, step] };
      else tasks.push({ kind: 'task', key, markdown: '', commands: [step] });
    } else {
      // A section that says what to do in words alone is one thing to do.
      const says = !busy.has(step.under) && isToDo(headings.get(step.under ?? ''));
      const { markdown } = step;
      tasks.push(
        step.item || says ? { kind: 'task', key, markdown, commands: [] } : { kind: 'text', key, markdown },
      );
    }
  }
  return tasks;
}

function isTask(step: Step): boolean {
  return step.kind === 'command' || (step.kind === 'prose' && step.item);
}

function isToDo(heading: string | undefined): boolean {
  const [section] = heading === undefined ? [] : sectionsIn(heading);
  return section === 'diagnosis' || section === 'mitigation' || section === 'escalation';
}

function isIndented(text: string, at: number): boolean {
  return /[ \t]$/.test(text.slice(text.lastIndexOf('\n', at - 1) + 1, at));
}

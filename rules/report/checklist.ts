/** The article's starting checklist (§10), each item derived from cells and from what the plan declares. */
import { located, place, type Model } from '../model/model.ts';
import type { Evidence } from '../text.ts';
import type { Cell, Standing } from './scorecard.ts';

export interface ChecklistItem {
  readonly item: 'a' | 'b' | 'c' | 'd' | 'e';
  readonly title: string;
  readonly standing: Standing;
  readonly evidence: readonly Evidence[];
  /** What is missing, as full sentences. */
  readonly missing: readonly string[];
}

/** “Identify three KPIs” and “automate the top three repetitive tasks” (§10). */
const wanted = 3;

export function checklistOf(model: Model, cells: readonly Cell[]): ChecklistItem[] {
  return [economics(model), automation(model), observability(cells), kpis(model), pilots(model, cells)];
}

function economics({ plans }: Model): ChecklistItem {
  const evidence = plans.flatMap(({ file, facts }) =>
    facts.unitEconomics
      .filter(({ fields }) => typeof fields.cac?.value === 'number' && typeof fields.ltv?.value === 'number')
      .map(({ name }) => named(file, name, 'unit economics of')),
  );
  return {
    item: 'a',
    title: 'Repeatable demand and unit economics are known',
    standing: evidence.length > 0 ? 'met' : 'gap',
    evidence,
    missing:
      evidence.length > 0
        ? []
        : ['No segment in scaling-plan.yaml has both an acquisition cost and a lifetime value.'],
  };
}

function automation({ plans, files }: Model): ChecklistItem {
  const tasks = plans.flatMap(({ file, facts }) => facts.tasks.map((task) => ({ file, task })));
  const automated = tasks.filter(({ task }) => task.automation && files.has(task.automation.value));
  const broken = tasks.filter(({ task }) => task.automation && !files.has(task.automation.value));
  const lacking = wanted - automated.length;
  return {
    item: 'b',
    title: 'The top three repetitive tasks are automated',
    standing: lacking <= 0 ? 'met' : 'gap',
    evidence: automated.map(({ file, task }) => named(file, task.name, 'automated task')),
    missing: [
      ...broken.map(
        ({ task }) => `“${task.name.value}” names ${task.automation!.value}, which is not in the repository.`,
      ),
      ...(lacking > 0
        ? [
            `scaling-plan.yaml names ${automated.length} of ${wanted} repetitive tasks with what automates them.`,
          ]
        : []),
    ],
  };
}

/** The practices without which nobody sees that a critical service suffers. */
const observing =
  /^(?:health\/(?:endpoint|probe|healthcheck)-missing|tracing\/missing|alerting\/service-unmonitored)$/;

function observability(cells: readonly Cell[]): ChecklistItem {
  const relevant = cells.filter(({ rule, service }) => service !== null && observing.test(rule));
  const gaps = relevant.filter(({ standing }) => standing === 'gap');
  const met = relevant.filter(({ standing }) => standing === 'met');
  return {
    item: 'c',
    title: 'Critical services are observable',
    standing: gaps.length > 0 ? 'gap' : met.length > 0 ? 'met' : 'unknown',
    evidence: (gaps.length > 0 ? gaps : met).flatMap(({ evidence }) => evidence),
    missing: gaps.map(({ service, evidence }) => {
      const message = evidence[0]?.message ?? '';
      return message.includes(service!) ? message : `${service}: ${message}`;
    }),
  };
}

function kpis({ plans }: Model): ChecklistItem {
  const evidence = plans.flatMap(({ file, facts }) => facts.kpis.map(({ name }) => named(file, name, 'KPI')));
  const met = evidence.length >= wanted;
  return {
    item: 'd',
    title: 'Three KPIs are tracked',
    standing: met ? 'met' : 'gap',
    evidence,
    missing: met ? [] : [`scaling-plan.yaml names ${evidence.length} of ${wanted} KPIs.`],
  };
}

/** A pilot that the plan names, or code that can switch a change on for some users only. */
function pilots({ plans, flags }: Model, cells: readonly Cell[]): ChecklistItem {
  const planned = plans.flatMap(({ file, facts }) =>
    facts.pilots.filter(({ lists }) => (lists.stages ?? 0) > 0).map(({ name }) => named(file, name, 'pilot')),
  );
  const flagged = flags.reads
    .filter(({ role }) => role === 'production')
    .map(({ file, facts }) => ({
      at: place(file, facts),
      message: facts.key ? `reads the flag ${facts.key.value}` : 'reads a flag',
    }));
  const staged = cells.filter(({ rule, standing }) => rule === 'rollout/big-bang' && standing === 'met');
  const evidence = [...planned, ...flagged, ...staged.flatMap((cell) => cell.evidence)];
  return {
    item: 'e',
    title: 'Major changes start as a staged pilot',
    standing: evidence.length > 0 ? 'met' : 'gap',
    evidence,
    missing:
      evidence.length > 0 ? [] : ['No feature flag is read in code, and scaling-plan.yaml names no pilot.'],
  };
}

function named(file: string, fact: Parameters<typeof located<string>>[1], what: string): Evidence {
  const { at, value } = located(file, fact);
  return { at, message: `${what} ${value}` };
}

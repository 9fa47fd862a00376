/** The article's starting checklist (§10), each item derived from cells and from what the plan declares. */
import { place, type Model } from '../model/model.ts';
import { productSigns } from '../model/product.ts';
import { findAutomation } from '../practices/automation/automations.ts';
import { planOf, shown, type Plan } from '../practices/measures/plan.ts';
import type { Profile } from '../practices/profiles.ts';
import type { Evidence } from '../text.ts';
import type { Cell, Standing } from './scorecard.ts';
import { groupBy } from '../groups.ts';

export interface ChecklistItem {
  readonly item: 'a' | 'b' | 'c' | 'd' | 'e';
  readonly title: string;
  readonly standing: Standing;
  readonly evidence: readonly Evidence[];
  /** What is missing, as full sentences. */
  readonly missing: readonly string[];
  /** What gives the most, done first: a full sentence. undefined where nothing is missing. */
  readonly first?: string;
}

/** “Identify three KPIs” and “automate the top three repetitive tasks” (§10). */
const wanted = 3;

export function checklistOf(
  model: Model,
  cells: readonly Cell[],
  { kind }: Pick<Profile, 'kind'>,
): ChecklistItem[] {
  const plan = planOf(model);
  const items = [economics, automation, observability, kpis, pilots].map((item) =>
    withoutFirst(item({ model, plan, cells, unsaid: plan || productSigns(model) ? 'gap' : 'unknown' })),
  );
  // Whoever builds it in, or builds what runs on it, answers these for their product.
  return kind === 'service' ? items : items.map(notAsked);
}

interface Asked {
  readonly model: Model;
  readonly plan: Plan | undefined;
  readonly cells: readonly Cell[];
  /** What no plan means: a product lacks it; of anything else it cannot be known. */
  readonly unsaid: 'gap' | 'unknown';
}

function notAsked({ item, title, ...rest }: ChecklistItem): ChecklistItem {
  if (rest.standing === 'met') return { item, title, ...rest };
  return { item, title, standing: 'not-applicable', evidence: [], missing: [] };
}

/** Nothing is to be done first where nothing is missing. */
function withoutFirst({ first, ...item }: ChecklistItem): ChecklistItem {
  return item.standing === 'met' || first === undefined ? item : { ...item, first };
}

function inPlan(plan: Plan | undefined, what: string): string {
  return plan
    ? `Write ${what} into ${plan.file}.`
    : `Start a plan with \`scaleready init --plan\`, and write ${what} into it.`;
}

function economics({ plan, unsaid }: Asked): ChecklistItem {
  const paying = (plan?.facts.unitEconomics ?? []).filter(
    ({ fields }) => typeof fields.cac?.value === 'number' && typeof fields.ltv?.value === 'number',
  );
  const repeating = (plan?.facts.demand ?? []).filter(({ fields }) => fields.source !== undefined);
  const missing = [
    ...(repeating.length > 0
      ? []
      : ['scaling-plan.yaml names no evidence with a source that demand repeats.']),
    ...(paying.length > 0
      ? []
      : ['No segment in scaling-plan.yaml has both an acquisition cost and a lifetime value.']),
  ];
  return {
    item: 'a',
    title: 'Repeatable demand and unit economics are known',
    standing: missing.length === 0 ? 'met' : unsaid,
    evidence: [
      ...repeating.map((one) => shown(plan!, one, 'evidence of demand:')),
      ...paying.map((one) => shown(plan!, one, 'unit economics of')),
    ],
    missing,
    first: inPlan(
      plan,
      paying.length === 0
        ? 'what one segment costs to win and brings (unitEconomics)'
        : 'one piece of evidence that demand repeats, with its source (demand)',
    ),
  };
}

function automation({ model, plan, unsaid }: Asked): ChecklistItem {
  const tasks = (plan?.facts.tasks ?? []).map((task) => ({
    task,
    found: task.automation && findAutomation(task.automation.value, model),
  }));
  const automated = tasks.filter(({ found }) => found === 'there');
  const elsewhere = tasks.filter(({ found }) => found === 'unknown');
  const broken = tasks.filter(({ found }) => found === 'absent' || typeof found === 'object');
  const lacking = wanted - automated.length;
  return {
    item: 'b',
    title: 'The top three repetitive tasks are automated',
    standing: lacking <= 0 ? 'met' : lacking <= elsewhere.length ? 'unknown' : unsaid,
    evidence: automated.map(({ task }) => shown(plan!, task, 'automated task')),
    missing: [
      ...broken.map(
        ({ task }) => `“${task.name.value}” names ${task.automation!.value}, which is not in the repository.`,
      ),
      ...(lacking > 0
        ? [
            `scaling-plan.yaml names ${automated.length} of ${wanted} repetitive tasks with what automates them here.`,
          ]
        : []),
    ],
    first:
      broken.length > 0
        ? `Correct what does “${broken[0]!.task.name.value}”, or write it.`
        : inPlan(plan, 'the three tasks that take the most hours (tasks), and automate the first one'),
  };
}

/** The practices without which nobody sees that a critical service suffers. */
const observing =
  /^(?:health\/(?:endpoint|probe|healthcheck)-missing|tracing\/missing|alerting\/service-unmonitored)$/;

function observability({ cells }: Asked): ChecklistItem {
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
    ...(gaps.length > 0 && { first: mostCommon(gaps, relevant) }),
  };
}

/** The practice that most services lack. */
function mostCommon(gaps: readonly Cell[], relevant: readonly Cell[]): string {
  const [[rule, those]] = [...groupBy(gaps, (cell) => cell.rule)].toSorted(
    ([, a], [, b]) => b.length - a.length,
  ) as [[string, Cell[]]];
  const asked = relevant.filter((cell) => cell.rule === rule && cell.standing !== 'not-applicable').length;
  return `Start with ${rule}, which ${those.length} of ${asked} services lack: \`scaleready explain ${rule}\`.`;
}

function kpis({ plan, unsaid }: Asked): ChecklistItem {
  const named = plan?.facts.kpis ?? [];
  const met = named.length >= wanted;
  return {
    item: 'd',
    title: 'Three KPIs are tracked',
    standing: met ? 'met' : unsaid,
    evidence: named.map((kpi) => shown(plan!, kpi, 'KPI')),
    missing: met ? [] : [`scaling-plan.yaml names ${named.length} of ${wanted} KPIs.`],
    first: inPlan(plan, 'three numbers to steer by, one of them about customers who stay (kpis)'),
  };
}

/** A pilot that the plan names, or code that can switch a change on for some users only. */
function pilots({ model: { flags }, plan, cells, unsaid }: Asked): ChecklistItem {
  const planned = (plan?.facts.pilots ?? [])
    .filter(({ lists }) => (lists.stages ?? 0) > 0)
    .map((pilot) => shown(plan!, pilot, 'pilot'));
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
    standing: evidence.length > 0 ? 'met' : unsaid,
    evidence,
    missing:
      evidence.length > 0 ? [] : ['No feature flag is read in code, and scaling-plan.yaml names no pilot.'],
    first: 'Put the next major change behind a feature flag, and let some users have it first.',
  };
}

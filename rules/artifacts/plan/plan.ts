/**
 * scaling-plan.yaml: what the team declares. Read leniently, so that a half-written plan already counts for what it
 * says; every departure from `scaling-plan.schema.json` is a problem. It must never know whether what it names exists.
 */
import { isMap, isSeq } from 'yaml';
import type { Ranged, TextRange } from '../../text.ts';
import type { ArtifactKind, Parsed, TextFile } from '../artifact.ts';
import { entriesOf, rangeOf, scalarOf, textOf, valueAt } from '../nodes.ts';
import { checkSchema, type Schema } from '../schema.ts';
import { problemsOf } from '../yaml.ts';
import { planSections, type PlanFacts, type PlanItem, type PlanSection, type PlanTask } from './facts.ts';
import schema from './scaling-plan.schema.json' with { type: 'json' };

export const planSchema = schema as Schema;

export const plan: ArtifactKind<PlanFacts> = {
  id: 'plan',
  claims: (path) => /(?:^|\/)scaling-plan\.ya?ml$/i.test(path),
  mayHold: () => true,
  parse,
};

function parse(file: TextFile): Parsed<PlanFacts> {
  const [document] = file.yaml();
  const root: unknown = document?.contents;
  const errors = document ? problemsOf(document, file.text.length) : [];
  const start = startOf(file, root);
  const sections = sectionsOf(root);
  const product = textOf(valueAt(root, 'product'));
  const valueProposition = textOf(valueAt(root, 'valueProposition'));
  const stage = textOf(valueAt(root, 'stage'));
  const draftUntil = textOf(valueAt(root, 'draftUntil'));
  return {
    facts: {
      start,
      ...(product && { product }),
      ...(valueProposition && { valueProposition }),
      ...(stage && { stage }),
      ...(draftUntil && { draftUntil }),
      ...(errors.length > 0 && { partial: true as const }),
      keys: keysOf(root),
      ...sections,
      tasks: sections.tasks.map(asTask),
    },
    problems: errors.length > 0 || isEmpty(root) ? errors : checkSchema(root, planSchema, start),
  };
}

/** A file of comments alone is a plan that nobody has begun to write. */
function isEmpty(root: unknown): boolean {
  return (
    root === null || root === undefined || (scalarOf(root) === undefined && !isMap(root) && !isSeq(root))
  );
}

function startOf({ text, lines }: TextFile, root: unknown): TextRange {
  const first = entriesOf(root)[0];
  if (first) return rangeOf(first.keyNode);
  return { start: 0, end: Math.min(text.length, Math.max(0, lines.lineStart(1))) };
}

function keysOf(root: unknown): PlanFacts['keys'] {
  const keys = entriesOf(root).filter(({ key }) => Object.hasOwn(planSections, key));
  return Object.fromEntries(keys.map(({ key, keyNode }) => [key, rangeOf(keyNode)]));
}

function sectionsOf(root: unknown): Record<PlanSection, PlanItem[]> {
  const sections = Object.entries(planSections) as [PlanSection, string][];
  return Object.fromEntries(
    sections.map(([section, key]) => {
      const list = valueAt(root, section);
      return [section, isSeq(list) ? list.items.flatMap((item) => itemOf(item, key) ?? []) : []];
    }),
  ) as Record<PlanSection, PlanItem[]>;
}

function asTask(task: PlanItem): PlanTask {
  const { automation } = task.fields;
  return automation ? { ...task, automation: { ...automation, value: String(automation.value) } } : task;
}

function itemOf(item: unknown, key: string): PlanItem | undefined {
  const name = textOf(valueAt(item, key));
  if (!name || !isMap(item)) return undefined;
  const fields: Record<string, Ranged<string | number | boolean>> = {};
  const lists: Record<string, number> = {};
  for (const entry of entriesOf(item)) {
    const scalar = scalarOf(entry.value);
    if (isSeq(entry.value)) lists[entry.key] = entry.value.items.length;
    else if (scalar && String(scalar.value).trim() !== '') fields[entry.key] = scalar;
  }
  return { name, range: rangeOf(item), fields, lists };
}

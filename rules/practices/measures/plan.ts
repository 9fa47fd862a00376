/** The scaling plan as rules ask for it: the one that counts, and whether it may be asked for what it lacks. */
import type { PlanFacts, PlanItem, PlanSection } from '../../artifacts/plan/facts.ts';
import { place, type InFile, type Model } from '../../model/model.ts';
import { productSigns } from '../../model/product.ts';
import type { Evidence, Place, Ranged } from '../../text.ts';
import { setScalar } from '../edits/yaml.ts';
import type { LazyFix, Report } from '../rule.ts';
import { listed } from '../words.ts';

export type Plan = InFile<PlanFacts>;

/** Of several plans, the one nearest to the root. */
export function planOf({ plans, role }: Model): Plan | undefined {
  const depth = ({ file }: Plan): number => file.split('/').length;
  return plans
    .filter(({ file }) => role(file) === 'production')
    .toSorted((a, b) => depth(a) - depth(b))
    .at(0);
}

/**
 * The plan, where it can be asked for what it lacks. A team without one hears that alone, and while it is a draft nothing
 * is asked, nor where it cannot be read to its end: all are said to be unknown.
 */
export function planToAsk(model: Model, report: Report<never>): Plan | undefined {
  const plan = planOf(model);
  if (!plan) {
    if (productSigns(model)) report.unknown(undefined, 'There is no scaling-plan.yaml that would say it.');
    return undefined;
  }
  const why = whyNotAsked(plan, model);
  if (!why) return plan;
  report.unknown(undefined, why.message, why.at);
  return undefined;
}

/** Why a plan cannot be asked for what it lacks; undefined where it can. */
export function whyNotAsked({ file, facts }: Plan, { today }: Model): Evidence | undefined {
  const { draftUntil, partial } = facts;
  if (partial) return { at: { file }, message: 'The scaling plan cannot be read as YAML.' };
  if (!draftUntil || draftUntil.value < today) return undefined;
  return { at: place(file, draftUntil), message: `The scaling plan is a draft until ${draftUntil.value}.` };
}

/** Where to say what a section lacks: at its key, else where the plan begins. */
export function sectionPlace({ file, facts }: Plan, section: PlanSection): Place {
  return { file, range: facts.keys[section] ?? facts.start };
}

/** A field's text. */
export function textIn({ fields }: PlanItem, key: string): Ranged<string> | undefined {
  const field = fields[key];
  return field && { value: String(field.value), range: field.range };
}

/** The fields of these that an item does not say. */
export function lacking(item: PlanItem, keys: readonly string[]): readonly string[] {
  return keys.filter((key) => item.fields[key] === undefined);
}

/**
 * Asks a section of the plan to have items, and each item to say what it must: reports the section as `missing`, or an item
 * under a message of the rule's own.
 */
export function reportSection<Key extends string>(
  model: Model,
  report: Report<Key | 'missing'>,
  { section, what, lacksIn, message }: AskedSection<Key>,
): void {
  const plan = planToAsk(model, report);
  if (!plan) return;
  const items = plan.facts[section];
  if (items.length === 0) report.gap({ message: 'missing', at: sectionPlace(plan, section) });
  for (const item of items) {
    const lacks = lacksIn(item);
    if (lacks.length === 0) report.met(undefined, shown(plan, item, what));
    else
      report.gap({
        message,
        data: { item: item.name.value, what: listed(lacks, 'or') },
        at: place(plan.file, item.name),
      });
  }
}

interface AskedSection<Key extends string> {
  readonly section: PlanSection;
  /** One item, in words. */
  readonly what: string;
  /** What an item does not say, in words. */
  lacksIn(item: PlanItem): readonly string[];
  /** Its text has `{item}` and `{what}`. */
  readonly message: Key;
}

/** Writes what was meant in place of a value of a YAML or JSON file. */
export function writeInstead(
  { file }: { readonly file: string },
  { range }: Ranged<string>,
  meant: string,
  title: string,
): LazyFix {
  return {
    title,
    safety: 'suggested',
    changes({ read }) {
      const change = setScalar(read(file), range, meant);
      return change ? [change] : [];
    },
  };
}

/** Evidence that an item is there. */
export function shown({ file }: Plan, { name }: PlanItem, what: string) {
  return { at: place(file, name), message: `${what} ${name.value}` };
}

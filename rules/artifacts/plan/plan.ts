/**
 * scaling-plan.yaml: what the team declares. Read leniently, so that a half-written plan already counts for what it
 * says; every departure from `scaling-plan.schema.json` is a problem. It must never know whether what it names exists.
 */
import { isSeq } from 'yaml';
import type { Ranged } from '../../text.ts';
import type { ArtifactKind, Parsed, TextFile } from '../artifact.ts';
import { scalarOf, textOf, valueAt } from '../nodes.ts';
import { checkSchema, type Schema } from '../schema.ts';
import type { PlanFacts } from './facts.ts';
import planSchema from './scaling-plan.schema.json' with { type: 'json' };

export const plan: ArtifactKind<PlanFacts> = {
  id: 'plan',
  claims: (path) => /(?:^|\/)scaling-plan\.ya?ml$/i.test(path),
  mayHold: () => true,
  parse,
};

function parse(file: TextFile): Parsed<PlanFacts> {
  const [document] = file.yaml();
  const root: unknown = document?.contents;
  const errors = (document?.errors ?? []).map(({ message, pos }) => ({
    message,
    range: { start: pos[0], end: pos[1] },
  }));
  const start = { start: 0, end: Math.min(file.text.length, file.lines.lineStart(1)) };
  return {
    facts: {
      unitEconomics: named(
        root,
        'unitEconomics',
        'segment',
        (item) => isNumber(item, 'cac') && isNumber(item, 'ltv'),
      ),
      kpis: named(root, 'kpis', 'name'),
      tasks: itemsOf(root, 'tasks').flatMap((item) => {
        const name = textOf(valueAt(item, 'name'));
        const automation = textOf(valueAt(item, 'automation'));
        return name ? [{ name, ...(automation && { automation }) }] : [];
      }),
      pilots: named(root, 'pilots', 'change', (item) => itemsOf(item, 'stages').length > 0),
    },
    problems: errors.length > 0 ? errors : checkSchema(root, planSchema as Schema, start),
  };
}

/** The names of a list's items, of those that hold what makes them count. */
function named(
  root: unknown,
  list: string,
  key: string,
  counts: (item: unknown) => boolean = () => true,
): Ranged<string>[] {
  return itemsOf(root, list)
    .filter(counts)
    .flatMap((item) => textOf(valueAt(item, key)) ?? []);
}

function itemsOf(map: unknown, key: string): readonly unknown[] {
  const list = valueAt(map, key);
  return isSeq(list) ? list.items : [];
}

function isNumber(map: unknown, key: string): boolean {
  return typeof scalarOf(valueAt(map, key))?.value === 'number';
}

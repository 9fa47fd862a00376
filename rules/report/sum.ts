/** Several scorecards as one: of every workspace that was audited together. */
import { rules } from '../practices/registry.generated.ts';
import { areas, type Area } from '../practices/rule.ts';
import { scoreOf, type Cell, type Score, type Scorecard, type Standing } from './scorecard.ts';

/** Total and areas of all of these together, derived from their cells. */
export function sumScorecards(scorecards: readonly Scorecard[]): Pick<Scorecard, 'total' | 'areas'> {
  if (scorecards.length === 1) return scorecards[0]!;
  const cells = scorecards.flatMap((scorecard) => scorecard.cells);
  const byId = new Map(rules.map((rule) => [rule.id as string, rule]));
  const score = (of: readonly Cell[]): Score => scoreOf(of, byId);
  const areaOf = (cell: Cell): string => cell.rule.slice(0, cell.rule.indexOf('/'));
  const known = (Object.keys(areas) as Area[]).filter((area) => cells.some((cell) => areaOf(cell) === area));
  return {
    total: score(cells),
    areas: known.map((area) => ({
      area,
      title: areas[area],
      score: score(cells.filter((cell) => areaOf(cell) === area)),
    })),
  };
}

interface Item {
  readonly item: string;
  readonly title: string;
  readonly standing: Standing;
  readonly evidence: readonly object[];
  readonly missing: readonly string[];
  readonly first?: string;
}

/** A checklist of all of these together: an item is met where it is met in each. */
export function mergeChecklists(checklists: readonly (readonly Item[])[]): readonly Item[] {
  const [first = [], ...others] = checklists;
  return first.map((item) => {
    const same = [item, ...others.flatMap((items) => items.filter((other) => other.item === item.item))];
    const worst = (['gap', 'unknown', 'met'] as const).find((standing) =>
      same.some((one) => one.standing === standing),
    );
    const first = same.find((one) => one.first !== undefined)?.first;
    return {
      ...item,
      ...(first !== undefined && { first }),
      standing: worst ?? 'not-applicable',
      evidence: same.flatMap(({ evidence }) => evidence),
      missing: [...new Set(same.flatMap(({ missing }) => missing))],
    };
  });
}

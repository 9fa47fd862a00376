/**
 * The scorecard: per service and practice met, gap, unknown or not applicable, with the evidence it rests on; every
 * score is derived from these cells alone.
 */
import type { Model, Service } from '../model/model.ts';
import { startsSameProgram } from '../model/serviceParts.ts';
import { ownershipOf } from '../model/serviceOwners.ts';
import type { Suppressed } from '../practices/suppress.ts';
import { areas, type Area, type Finding, type Rule, type Severity } from '../practices/rule.ts';
import type { LevelOf } from '../practices/levels.ts';
import type { Profile } from '../practices/profiles.ts';
import type { Statement } from '../practices/run.ts';
import type { Evidence, Place } from '../text.ts';
import { checklistOf, type ChecklistItem } from './checklist.ts';
import { levelOf, type Reached } from './levels.ts';
import { groupBy } from '../groups.ts';

export type Standing = 'met' | 'gap' | 'unknown' | 'not-applicable';

export interface Score {
  /** Cells of this standing. */
  readonly met: number;
  readonly gap: number;
  readonly unknown: number;
  /** Weight met of the weight that is met or a gap, 0 to 100, rounded down; null where nothing is known. */
  readonly percent: number | null;
}

export interface Cell {
  /** The service's name; null for the repository as a whole. */
  readonly service: string | null;
  readonly rule: string;
  readonly standing: Standing;
  /** Why it is unknown or not applicable: a full sentence. */
  readonly why?: string;
  readonly evidence: readonly Evidence[];
  /** Ids of the findings that make it a gap. */
  readonly findings: readonly string[];
}

export interface ServiceScore {
  readonly name: string;
  readonly at: Place;
  readonly root?: string;
  readonly language?: string;
  readonly owners: readonly string[];
  readonly score: Score;
  /** undefined where no level asks for anything that applies. */
  readonly reached?: Reached;
}

export interface Scorecard {
  readonly total: Score;
  /** Of the repository: no better than the weakest of its services. */
  readonly reached?: Reached;
  readonly profile: Profile;
  readonly areas: readonly { readonly area: Area; readonly title: string; readonly score: Score }[];
  readonly services: readonly ServiceScore[];
  readonly cells: readonly Cell[];
  readonly checklist: readonly ChecklistItem[];
}

/** @param findings those that were not suppressed */
export function scorecardOf(
  model: Model,
  rules: readonly Rule[],
  statements: readonly Statement[],
  findings: readonly Finding[],
  suppressed: readonly Suppressed[],
  { profile, levelOf: levelOfMessage }: { readonly profile: Profile; readonly levelOf: LevelOf },
): Scorecard {
  const reported = new Set(findings);
  const reasons = new Map(suppressed.map(({ finding, reason }) => [finding, reason]));
  const cells = cellsOf([...statements, ...ofSharedCode(model, statements)], reported, reasons);
  const ruleById = new Map(rules.map((rule) => [rule.id as string, rule]));
  const weigh = (of: readonly Cell[]): Score => scoreOf(of, ruleById);
  const byService = groupBy(cells, ({ service }) => service);
  const byArea = groupBy(cells, ({ rule }) => ruleById.get(rule)!.area);
  const isAsked = (id: string): boolean => {
    const rule = ruleById.get(id);
    return (
      rule !== undefined && Object.keys(rule.messages).some((key) => levelOfMessage(rule, key) !== 'off')
    );
  };
  const services = model.services
    .filter(({ name }) => byService.has(name))
    .map((service) => serviceScore(service, model, byService.get(service.name)!, weigh, isAsked));
  const reached = levelOf(
    'repository',
    byService.get(null) ?? [],
    isAsked,
    services.flatMap(({ name, reached }) => (reached ? [{ name, reached }] : [])),
  );
  return {
    total: weigh(cells),
    ...(reached && { reached }),
    profile,
    areas: (Object.keys(areas) as Area[])
      .filter((area) => byArea.has(area))
      .map((area) => ({ area, title: areas[area], score: weigh(byArea.get(area)!) })),
    services,
    cells,
    checklist: checklistOf(model, cells, profile),
  };
}

/** What is said of a service's code holds for each service that starts the same program of its image. */
function ofSharedCode(model: Model, statements: readonly Statement[]): Statement[] {
  const sharing = model.services.filter(
    (service) => service.role === 'production' && service.runs && startsSameProgram(service),
  );
  if (sharing.length === 0) return [];
  const said = groupBy(statements, ({ service }) => service);
  return sharing.flatMap((service) => {
    const own = new Set(said.get(service)?.map(({ rule }) => rule));
    const shared = said.get(service.runs!) ?? [];
    return shared
      .filter((statement) => !own.has(statement.rule) && isOfCode(statement, model))
      .map((statement) => ({ ...statement, service }));
  });
}

function isOfCode(statement: Statement, { sources }: Model): boolean {
  const at =
    statement.standing === 'gap'
      ? statement.finding.at
      : statement.standing === 'met'
        ? statement.evidence.at
        : statement.at;
  return at !== undefined && sources.has(at.file);
}

function serviceScore(
  service: Service,
  model: Model,
  cells: readonly Cell[],
  weigh: (cells: readonly Cell[]) => Score,
  isAsked: (rule: string) => boolean,
): ServiceScore {
  const { name, at, root, language } = service;
  const owners = ownershipOf(service, model)?.owners ?? [];
  const reached = levelOf('service', cells, isAsked);
  return {
    name,
    at,
    ...(root !== undefined && { root }),
    ...(language && { language }),
    owners,
    score: weigh(cells),
    ...(reached && { reached }),
  };
}

function cellsOf(
  statements: readonly Statement[],
  reported: ReadonlySet<Finding>,
  reasons: ReadonlyMap<Finding, string | undefined>,
): Cell[] {
  const groups = groupBy(statements, ({ rule, service }) => `${rule.id}\n${service?.name ?? ''}`);
  return [...groups.values()].map((of) => {
    const { rule, service } = of[0]!;
    const cell = { service: service?.name ?? null, rule: rule.id, evidence: [] as Evidence[], findings: [] };
    const gaps = of.filter((one) => one.standing === 'gap').map(({ finding }) => finding);
    const open = gaps.filter((finding) => reported.has(finding));
    if (open.length > 0) {
      const evidence = open.flatMap(({ at, message, related }) => [{ at, message }, ...related]);
      return { ...cell, standing: 'gap', evidence, findings: open.map(({ id }) => id) };
    }
    const unknown = of.find((one) => one.standing === 'unknown');
    if (unknown) {
      const evidence = unknown.at ? [{ at: unknown.at, message: unknown.why }] : [];
      return { ...cell, standing: 'unknown', why: unknown.why, evidence };
    }
    const met = of.filter((one) => one.standing === 'met');
    if (met.length > 0) return { ...cell, standing: 'met', evidence: met.map(({ evidence }) => evidence) };
    const reason = gaps.map((finding) => reasons.get(finding)).find((one) => one !== undefined);
    const evidence = gaps.map(({ at, message }) => ({ at, message }));
    const why = `It was accepted by a comment${reason ? `: ${reason}` : '.'}`;
    return { ...cell, standing: 'not-applicable', why, evidence };
  });
}

/** A practice whose absence will hurt in production counts three times one that is worth having. */
const weights: Readonly<Record<Severity, number>> = { error: 3, warning: 2, info: 1 };

/** Sums the cells of one area, one service, or all. */
export function scoreOf(cells: readonly Cell[], rules: ReadonlyMap<string, Rule>): Score {
  const count = { met: 0, gap: 0, unknown: 0, 'not-applicable': 0 };
  const weight = { met: 0, gap: 0, unknown: 0, 'not-applicable': 0 };
  for (const { standing, rule } of cells) {
    const { level } = rules.get(rule)!;
    count[standing] += 1;
    weight[standing] += weights[level === 'off' ? 'info' : level];
  }
  const known = weight.met + weight.gap;
  const percent = known === 0 ? null : Math.floor((weight.met / known) * 100);
  return { met: count.met, gap: count.gap, unknown: count.unknown, percent };
}

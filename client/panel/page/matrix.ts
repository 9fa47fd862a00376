/**
 * Which rows and columns the matrix shows. Practices are rows, grouped by area; services are columns, after one for the
 * repository as a whole. Pure: it knows the report and the filter, and no page.
 */
import type {
  Cell,
  FolderReport,
  LevelName,
  Place,
  Reached,
  RuleSummary,
  Score,
  Standing,
} from '../../../server/protocol.ts';
import { plural } from './numbers.ts';

export type Show = 'all' | Exclude<Standing, 'not-applicable'>;

export interface Filter {
  readonly show: Show;
  /** Words; each names services (or owners), else practices. */
  readonly query: string;
}

export interface Column {
  /** Null: the repository. */
  readonly service: string | null;
  readonly name: string;
  readonly score?: Score;
  readonly level?: LevelName;
  readonly at?: Place;
  /** What the filter finds it by: its name and owners. */
  readonly names: string;
  /** What a pointer over the name shows. */
  readonly detail: string;
}

export interface Row {
  readonly rule: RuleSummary;
  /** One for each column; undefined where the practice does not apply. */
  readonly cells: readonly (Cell | undefined)[];
}

export interface Group {
  readonly area: string;
  readonly title: string;
  readonly rows: readonly Row[];
  /** Of the rows and columns shown. */
  readonly gaps: number;
}

export interface Matrix {
  readonly columns: readonly Column[];
  readonly groups: readonly Group[];
  /** Cells by standing after the words of the filter, whatever is shown of them. */
  readonly counts: Readonly<Record<Show, number>>;
  /** Practices that have nothing to apply to in this repository, and those switched off. */
  readonly inapplicable: readonly RuleSummary[];
}

export function matrixOf(report: FolderReport, rules: readonly RuleSummary[], filter: Filter): Matrix {
  const applicable = report.scorecard.cells.filter((cell) => cell.standing !== 'not-applicable');
  const cells = new Map(applicable.map((cell) => [keyOf(cell.service, cell.rule), cell]));
  const used = new Set(applicable.map((cell) => cell.rule));
  const { columns, rows } = narrow(
    columnsOf(report, applicable),
    rules.filter((rule) => used.has(rule.id)),
    filter,
  );

  const kept = rows.map((rule) => ({
    rule,
    cells: columns.map((column) => cells.get(keyOf(column.service, rule.id))),
  }));
  const counts: Record<Show, number> = { all: 0, met: 0, gap: 0, unknown: 0 };
  for (const cell of kept.flatMap((row) => row.cells)) {
    if (!cell || cell.standing === 'not-applicable') continue;
    counts.all++;
    counts[cell.standing]++;
  }

  const wanted = (cell: Cell | undefined) => cell && (filter.show === 'all' || cell.standing === filter.show);
  const shown = kept.filter((row) => row.cells.some(wanted));
  const columnShown = columns.map((_, index) => shown.some((row) => wanted(row.cells[index])));
  const areas = [...new Set(shown.map((row) => row.rule.area))];
  return {
    columns: columns.filter((_, index) => columnShown[index]),
    groups: areas.map((area) =>
      groupOf(
        area,
        shown.filter((row) => row.rule.area === area),
        columnShown,
      ),
    ),
    counts,
    inapplicable: rules.filter((rule) => !used.has(rule.id)),
  };
}

/** `silver, 2 requirements short of gold`. */
function levelWords({ level, next, missing }: Reached): string {
  const short = next === null ? '' : `${plural(missing.length, 'requirement')} short of ${next}`;
  return [level, short].filter(Boolean).join(', ');
}

function columnsOf(report: FolderReport, cells: readonly Cell[]): Column[] {
  const services = report.scorecard.services.map((service): Column => ({
    service: service.name,
    name: service.name,
    names: [service.name, ...service.owners].join(' '),
    score: service.score,
    level: service.reached?.level ?? undefined,
    at: service.at,
    detail: [
      service.root ?? service.at.path,
      service.language,
      service.reached && levelWords(service.reached),
      service.owners.length ? `owned by ${service.owners.join(', ')}` : 'no owner',
    ]
      .filter(Boolean)
      .join(' · '),
  }));
  const repository: Column = {
    service: null,
    name: 'Repository',
    names: 'repository',
    detail: 'What belongs to no service',
    level: report.scorecard.reached?.level ?? undefined,
  };
  return cells.some((cell) => cell.service === null) ? [repository, ...services] : services;
}

/** Each word keeps the services whose name or owner holds it; where none does, the practices that mention it. */
function narrow(columns: readonly Column[], rows: readonly RuleSummary[], filter: Filter) {
  for (const word of filter.query.toLowerCase().split(/\s+/).filter(Boolean)) {
    const found = columns.filter((column) => column.names.toLowerCase().includes(word));
    if (found.length > 0) columns = found;
    else
      rows = rows.filter((rule) => `${rule.id} ${rule.title} ${rule.areaTitle}`.toLowerCase().includes(word));
  }
  return { columns, rows };
}

function groupOf(area: string, rows: readonly Row[], columnShown: readonly boolean[]): Group {
  const visible = rows.map(({ rule, cells }) => ({
    rule,
    cells: cells.filter((_, index) => columnShown[index]),
  }));
  const gaps = visible.flatMap((row) => row.cells).filter((cell) => cell?.standing === 'gap').length;
  return { area, title: rows[0]!.rule.areaTitle, rows: visible, gaps };
}

function keyOf(service: string | null, rule: string): string {
  return `${service === null ? '' : `service ${service}`}\n${rule}`;
}

/**
 * Which migrations are still to be run. Those that a database has run long ago break nothing any more, and no file says
 * which these are: so only the newest of each series count, by their date where they have one.
 */
import type { MigrationFacts } from '../artifacts/migrations/facts.ts';
import type { InFile, Role } from './model.ts';
import { baseOf, folderOf } from './paths.ts';
import { push } from '../groups.ts';

export interface Migration extends InFile<MigrationFacts> {
  /** The database it runs in, by its own words or those of its series. */
  readonly dialect: MigrationFacts['dialect'];
}

/** Days in which a migration is looked at: about as long as a change is on its way to production. */
const freshDays = 30;

/** @param today ISO date */
export function newMigrations(
  byPath: ReadonlyMap<string, MigrationFacts>,
  role: (path: string) => Role,
  today: string,
): Migration[] {
  const series = new Map<string, { path: string; order: string; facts: MigrationFacts }[]>();
  const said = new Map<string, MigrationFacts['dialect']>();
  for (const [path, facts] of byPath) {
    if (path.endsWith('.toml')) said.set(folderOf(path), facts.dialect);
    else if (role(path) === 'production' && !goesBack(path)) {
      const { folder, order: name } = positionOf(path);
      const order = facts.created === undefined ? name : `${facts.created}_${name}`;
      push(series, folder, { path, order, facts });
    }
  }
  return [...series].flatMap(([folder, files]) => {
    const dialect = said.get(folder) ?? dialectOf(files.map(({ facts }) => facts.dialect));
    return newest(files, today).map(({ path, facts }) => ({ file: path, facts, dialect }));
  });
}

/** `000012_add.down.sql`, `U12__add.sql`: what takes a migration back. */
function goesBack(path: string): boolean {
  return /(?:^|[._-])(?:down|rollback|revert|undo)\.sql$|(?:^|\/)U\d[^/]*__[^/]*\.sql$|(?:^|\/)down\.sql$/i.test(
    path,
  );
}

/** Prisma, Hasura and diesel have a folder for each migration, some teams one for each version, all others a file. */
function positionOf(path: string): { folder: string; order: string } {
  const own = folderOf(path);
  if (/^(?:migration|up)\.sql$/.test(baseOf(path))) return { folder: folderOf(own), order: baseOf(own) };
  const isVersion = /^[vV]?\d+(?:\.\d+)*$/.test(baseOf(own));
  return isVersion
    ? { folder: folderOf(own), order: `${baseOf(own)}/${baseOf(path)}` }
    : { folder: own, order: baseOf(path) };
}

function newest<T extends { readonly order: string }>(files: readonly T[], today: string): readonly T[] {
  const dated = files.filter(({ order }) => dateOf(order) !== undefined);
  // The first one of a series, which the tool made itself, often has none.
  if (dated.length > files.length / 2) {
    const from = daysBefore(today, freshDays);
    return dated.filter(({ order }) => dateOf(order)! >= from);
  }
  const last = files.reduce((best, file) => (compare(file.order, best.order) > 0 ? file : best));
  // A first migration makes what nothing runs on yet, and a name without a number has no place in a series.
  return files.length > 1 && /\d/.test(last.order) ? [last] : [];
}

/** `20260601120000_add`, `2026-06-01-120000_add`, `V2026.06.01__add`, seconds since 1970. */
function dateOf(order: string): string | undefined {
  const day = /^\w?(20\d\d)[-_.]?(0[1-9]|1[0-2])[-_.]?([0-2]\d|3[01])/.exec(order);
  if (day) return `${day[1]}-${day[2]}-${day[3]}`;
  const seconds = /^V?(1[5-9]\d{8})(?:\d{3})?[_.-]/.exec(order);
  return seconds ? new Date(Number(seconds[1]) * 1000).toISOString().slice(0, 10) : undefined;
}

function daysBefore(today: string, days: number): string {
  const day = new Date(`${today}T00:00:00Z`);
  day.setUTCDate(day.getUTCDate() - days);
  return day.toISOString().slice(0, 10);
}

/** `V10__x` comes after `V9__x`. */
function compare(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true });
}

/** What one file of a series says goes for all of them, where none says otherwise. */
function dialectOf(said: readonly MigrationFacts['dialect'][]): MigrationFacts['dialect'] {
  const known = new Set(said.filter((dialect) => dialect !== undefined));
  return known.size === 1 ? [...known][0] : undefined;
}

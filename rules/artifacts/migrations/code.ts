/**
 * Migrations written in code: Rails, Django, Alembic, Knex and TypeORM. Read by text, and only what plainly changes a table
 * that is there; what is computed, or only undone, is left out. It must never know which of them were run.
 *
 * Sources: https://guides.rubyonrails.org/active_record_migrations.html,
 * https://docs.djangoproject.com/en/stable/ref/migration-operations/, https://alembic.sqlalchemy.org/en/latest/ops.html,
 * https://knexjs.org/guide/schema-builder.html, https://typeorm.io/docs/advanced-topics/migrations/
 */
import type { SchemaChange } from './facts.ts';

export interface Framework {
  /** Whether a file is one of its migrations. */
  readonly path: RegExp;
  readonly text: RegExp;
  /** The part of the text that is run on the way forward. */
  forward(text: string): string;
  changes(text: string): SchemaChange[];
  /** Tables that the file makes itself. */
  readonly made: RegExp;
}

export function frameworkOf(path: string, text: string): Framework | undefined {
  return frameworks.find((one) => one.path.test(path) && one.text.test(text));
}

export const mayBeCode =
  /(?:^|\/)db\/(?:\w+_)?migrate\/\d[^/]*\.rb$|(?:^|\/)migrations\/\d[^/]*\.(?:py|[cm]?[jt]s)$|(?:^|\/)versions\/[^/]+\.py$/;

const name = String.raw`(?::["']?|["'])(\w+)["']?`;

/** A call with its arguments up to the bracket or line that ends it; nested brackets are one level deep. */
const rest = String.raw`((?:[^()\n]|\((?:[^()]|\([^()]*\))*\))*)`;

const rails: Framework = {
  path: /(?:^|\/)db\/(?:\w+_)?migrate\/\d[^/]*\.rb$/,
  text: /\bActiveRecord::Migration\b/,
  forward: (text) =>
    without(text, /^([ \t]*)def (?:self\.)?down\b[^]*?^\1end\b|^([ \t]*)\w+\.down do\b[^]*?^\2end\b/gm),
  made: /\bcreate_table[ (]+[:"'](\w+)/g,
  changes: (text) => [
    ...found(text, `\\bremove_columns?[ (]+${name}\\s*,\\s*${name}`, 'column-dropped'),
    ...found(text, `\\bdrop_table[ (]+${name}`, 'table-dropped'),
    ...found(text, `\\brename_column[ (]+${name}\\s*,\\s*${name}`, 'column-renamed'),
    ...found(text, `\\brename_table[ (]+${name}`, 'table-renamed'),
    ...found(
      text,
      `\\badd_column[ (]+${name}\\s*,\\s*${name}${rest}`,
      'required-column',
      (options) => /\bnull:\s*false\b/.test(options) && !/\bdefault:/.test(options),
    ),
    ...found(
      text,
      `\\badd_index[ (]+${name}()${rest}`,
      'index-locked',
      (options) => !/algorithm:\s*:concurrently/.test(options),
    ),
  ],
};

const django: Framework = {
  path: /(?:^|\/)migrations\/\d[^/]*\.py$/,
  text: /\bmigrations\.Migration\b/,
  // What only the models are told changes no table.
  forward: (text) => without(text, /\bstate_operations\s*=\s*\[[^]*?^\s*\],?[ \t]*$/gm),
  made: /\bmigrations\.CreateModel\(\s*name=["'](\w+)/g,
  changes: (text) => [
    ...found(
      text,
      String.raw`\bmigrations\.RemoveField\(\s*model_name=["'](\w+)["'],\s*name=["'](\w+)["']`,
      'column-dropped',
    ),
    ...found(text, String.raw`\bmigrations\.DeleteModel\(\s*(?:name=)?["'](\w+)["']`, 'table-dropped'),
    ...found(
      text,
      String.raw`\bmigrations\.RenameField\(\s*model_name=["'](\w+)["'],\s*old_name=["'](\w+)["']`,
      'column-renamed',
    ),
    ...found(text, String.raw`\bmigrations\.RenameModel\(\s*old_name=["'](\w+)["']`, 'table-renamed'),
  ],
};

const alembic: Framework = {
  path: /(?:^|\/)versions\/[^/]+\.py$/,
  text: /^down_revision\b/m,
  forward: (text) => without(text, /^def downgrade\b[^]*$/m),
  made: /\bop\.create_table\(\s*["'](\w+)/g,
  changes: (text) => [
    ...found(text, String.raw`\bop\.drop_column\(\s*["'](\w+)["'],\s*["'](\w+)["']`, 'column-dropped'),
    ...found(text, String.raw`\bop\.drop_table\(\s*["'](\w+)["']`, 'table-dropped'),
    ...found(
      text,
      String.raw`\bop\.alter_column\(\s*["'](\w+)["'],\s*["'](\w+)["'][^()]{0,200}new_column_name=`,
      'column-renamed',
    ),
    ...found(text, String.raw`\bop\.rename_table\(\s*["'](\w+)["']`, 'table-renamed'),
    ...found(
      text,
      String.raw`\bop\.add_column\(\s*["'](\w+)["'],\s*sa\.Column\(\s*["'](\w+)["']((?:[^()]|\((?:[^()]|\([^()]*\))*\))*)\)`,
      'required-column',
      (options) =>
        /\bnullable\s*=\s*False\b/.test(options) &&
        !/\bserver_default\s*=|\bIdentity\(|\bComputed\(/.test(options),
    ),
    ...found(
      text,
      String.raw`\bop\.create_index\(\s*(?:op\.f\()?["']\w+["']\)?,\s*["'](\w+)["']()((?:[^()]|\((?:[^()]|\([^()]*\))*\))*)\)`,
      'index-locked',
      (options) => !/postgresql_concurrently\s*=\s*True/.test(options),
    ),
  ],
};

const knex: Framework = {
  path: /(?:^|\/)migrations\/\d[^/]*\.[cm]?[jt]s$/,
  text: /\bknex\b|\bKnex\b/,
  forward: (text) =>
    without(
      text,
      /\b(?:exports\.down\s*=|export (?:async )?function down\b|export const down\b|down\s*[:(])[^]*$/,
    ),
  made: /\.createTable(?:IfNotExists)?\(\s*["'`](\w+)/g,
  changes: (text) => [
    ...found(text, String.raw`\.dropTable(?:IfExists)?\(\s*["'\x60](\w+)["'\x60]`, 'table-dropped'),
    ...found(text, String.raw`\.renameTable\(\s*["'\x60](\w+)["'\x60]`, 'table-renamed'),
    ...inTables(text),
  ],
};

const typeorm: Framework = {
  path: /(?:^|\/)migrations?\/\d[^/]*\.[jt]s$/,
  text: /\bMigrationInterface\b/,
  forward: (text) => without(text, /\basync down\([^]*$/),
  made: /\bcreateTable\(\s*new Table\(\s*\{\s*name:\s*["'`](\w+)/g,
  changes: (text) => [
    ...found(
      text,
      String.raw`\bqueryRunner\.dropColumns?\(\s*["'\x60](\w+)["'\x60],\s*\[?\s*["'\x60](\w+)["'\x60]`,
      'column-dropped',
    ),
    ...found(text, String.raw`\bqueryRunner\.dropTable\(\s*["'\x60](\w+)["'\x60]`, 'table-dropped'),
    ...found(
      text,
      String.raw`\bqueryRunner\.renameColumn\(\s*["'\x60](\w+)["'\x60],\s*["'\x60](\w+)["'\x60]`,
      'column-renamed',
    ),
    ...found(text, String.raw`\bqueryRunner\.renameTable\(\s*["'\x60](\w+)["'\x60]`, 'table-renamed'),
  ],
};

const frameworks: readonly Framework[] = [rails, django, alembic, typeorm, knex];

/** What is run as SQL from code, with everything else blanked so that offsets hold. */
export function sqlIn(text: string): string {
  let sql = '';
  const calls =
    /\b(?:queryRunner\.query|op\.execute|knex\.raw|execute)\(?\s*(?:sa\.text\(\s*)?(`[^`$]*`|"""[^]*?"""|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')/g;
  for (const match of text.matchAll(calls)) {
    const quoted = match[1]!;
    const quote = /^(?:"""|[`"'])/.exec(quoted)![0];
    const end = match.index + match[0].length - quote.length;
    const start = end - (quoted.length - 2 * quote.length);
    sql += blank(text.slice(sql.length, start)) + text.slice(start, end) + ';'.padEnd(quote.length);
  }
  return sql;
}

function inTables(text: string): SchemaChange[] {
  const tables =
    /\.(?:alterTable|table)\(\s*["'`](\w+)["'`]\s*,[^]*?(?=\.(?:alterTable|table|createTable|dropTable)\(|$)/g;
  return [...text.matchAll(tables)].flatMap((match) => {
    const shifted = (changes: SchemaChange[]): SchemaChange[] =>
      changes.map((change) => ({
        ...change,
        table: match[1]!.toLowerCase(),
        column: change.table,
        range: { start: change.range.start + match.index, end: change.range.end + match.index },
      }));
    const body = match[0];
    return [
      ...shifted(found(body, String.raw`\.dropColumn\(\s*["'\x60](\w+)["'\x60]\s*\)`, 'column-dropped')),
      ...shifted(found(body, String.raw`\.renameColumn\(\s*["'\x60](\w+)["'\x60]`, 'column-renamed')),
    ];
  });
}

/** Where an expression is found: its first group is the table, its second the column, its third what decides. */
function found(
  text: string,
  expression: string,
  kind: SchemaChange['kind'],
  counts: (options: string) => boolean = () => true,
): SchemaChange[] {
  return [...text.matchAll(new RegExp(expression, 'g'))]
    .filter((match) => counts(match[3] ?? ''))
    .map(({ 0: whole, 1: table, 2: column, index }) => ({
      kind,
      table: table!.toLowerCase(),
      ...(column && { column: column.toLowerCase() }),
      range: { start: index, end: index + whole.trimEnd().length },
    }));
}

function without(text: string, part: RegExp): string {
  return text.replace(part, blank);
}

function blank(text: string): string {
  return text.replace(/[^\n]/g, ' ');
}

/**
 * Migrations written in SQL: Flyway, Liquibase's formatted SQL, Prisma, golang-migrate, goose, dbmate, Drizzle, sqlx,
 * Supabase and the like. Only changes of a schema that running code may trip over are kept. It must never know which of
 * the files a database has run already.
 */
import type { ArtifactKind, TextFile } from '../artifact.ts';
import type { MigrationFacts, SchemaChange } from './facts.ts';

export const migrations: ArtifactKind<MigrationFacts> = {
  id: 'migrations',
  claims: (path) => isMigration(path) || /(?:^|\/)migration_lock\.toml$/.test(path),
  mayHold: (text) => /\b(?:alter|drop|create|rename|provider)\b/i.test(text),
  parse: (file) => ({ facts: read(file), problems: [] }),
};

const folders =
  /(?:^|\/)(?:migrations?|migrate|db-migrations?|flyway|changelogs?|drizzle|schema-?changes|versions)\//i;

function isMigration(path: string): boolean {
  if (!/\.sql$/i.test(path) || /(?:^|\/)(?:seeds?|fixtures?|tests?)\//i.test(path)) return false;
  return folders.test(path) || /(?:^|\/)[VR]\d*[\d._]*__\w[^/]*\.sql$/.test(path);
}

function read({ path, text }: TextFile): MigrationFacts {
  if (path.endsWith('.toml')) {
    const provider = /^[ \t]*provider[ \t]*=[ \t]*"(\w+)"/m.exec(text)?.[1];
    return { dialect: dialects[provider ?? ''] ?? 'other', changes: [] };
  }
  const forward = withoutWayBack(withoutComments(text));
  const statements = statementsIn(forward);
  const made = new Set(
    statements.flatMap(({ text }) => {
      const table =
        /^\s*create\s+(?:unlogged\s+|temp(?:orary)?\s+)?table\s+(?:if\s+not\s+exists\s+)?([\w."`[\]]+)/i.exec(
          text,
        );
      return table ? [nameOf(table[1]!)] : [];
    }),
  );
  const dialect = dialectOf(forward);
  const changes = statements
    .flatMap((statement) => changesOf(statement))
    .filter(({ table }) => !made.has(table));
  return { ...(dialect && { dialect }), changes };
}

const dialects: Readonly<Record<string, MigrationFacts['dialect']>> = {
  postgresql: 'postgres',
  postgres: 'postgres',
  cockroachdb: 'other',
  mysql: 'mysql',
  sqlite: 'sqlite',
};

function dialectOf(text: string): MigrationFacts['dialect'] {
  if (/`\w+`|\bengine\s*=|\bauto_increment\b/i.test(text)) return 'mysql';
  if (/\bautoincrement\b|\bpragma\b/i.test(text)) return 'sqlite';
  if (
    /\b(?:jsonb|timestamptz|bigserial|serial|bytea|tsvector|uuid_generate_v4|gen_random_uuid|plpgsql|concurrently)\b|"public"\.|\bpublic\.|\busing\s+(?:btree|gin|gist|brin)\b|\btext\[\]|::\w+/i.test(
      text,
    )
  )
    return 'postgres';
  return undefined;
}

/** Comments become blanks, so that offsets hold; the marks by which tools part a file stay. */
function withoutComments(text: string): string {
  return text.replace(/\/\*[^]*?(?:\*\/|$)|--[^\n]*|'(?:[^']|'')*'/g, (found) =>
    found.startsWith("'") || /^--\s*(?:\+goose|migrate:|\+migrate|rollback\b)/.test(found)
      ? found
      : found.replace(/[^\n]/g, ' '),
  );
}

/** What undoes a migration stands in the same file with goose, dbmate, sql-migrate and Liquibase. */
function withoutWayBack(text: string): string {
  const down = /^--\s*(?:\+goose\s+down|migrate:down|\+migrate\s+down)\b/im.exec(text);
  return (down ? text.slice(0, down.index) : text).replace(/^--\s*rollback\b[^\n]*/gim, (line) =>
    ' '.repeat(line.length),
  );
}

interface Statement {
  readonly text: string;
  readonly start: number;
}

/** Split at semicolons outside of strings and of the bodies of functions. */
function statementsIn(text: string): Statement[] {
  const statements: Statement[] = [];
  let start = 0;
  for (const { 0: found, index } of text.matchAll(/'(?:[^']|'')*'|\$(\w*)\$[^]*?\$\1\$|;/g)) {
    if (found !== ';') continue;
    statements.push({ text: text.slice(start, index), start });
    start = index + 1;
    if (statements.length > 2000) return statements;
  }
  return [...statements, { text: text.slice(start), start }];
}

const name = '([\\w."`[\\]]+)';
const alter = new RegExp(`^\\s*alter\\s+table\\s+(?:if\\s+exists\\s+)?(?:only\\s+)?${name}`, 'i');

function changesOf({ text, start }: Statement): SchemaChange[] {
  const at = (match: RegExpExecArray | RegExpMatchArray) => {
    const lead = /^[\s,]*/.exec(match[0])![0].length;
    const from = start + (match.index ?? 0) + lead;
    return { start: from, end: start + (match.index ?? 0) + match[0].trimEnd().length };
  };
  const dropped = new RegExp(`^\\s*drop\\s+table\\s+(?:if\\s+exists\\s+)?${name}`, 'i').exec(text);
  if (dropped) return [{ kind: 'table-dropped', table: nameOf(dropped[1]!), range: at(dropped) }];
  const index =
    /^\s*create\s+(?:unique\s+)?index\s+(?!concurrently\b)(?:if\s+not\s+exists\s+)?(?:[\w."`]+\s+)?on\s+(?:only\s+)?([\w."]+)/i.exec(
      text,
    );
  if (index) return [{ kind: 'index-locked', table: nameOf(index[1]!), range: at(index) }];
  const renamed = new RegExp(`^\\s*rename\\s+table\\s+${name}`, 'i').exec(text);
  if (renamed) return [{ kind: 'table-renamed', table: nameOf(renamed[1]!), range: at(renamed) }];
  const altered = alter.exec(text);
  if (!altered) return [];
  const table = nameOf(altered[1]!);
  const found: SchemaChange[] = [];
  const rest = text.slice(altered[0].length);
  const shifted = (match: RegExpExecArray | RegExpMatchArray) => {
    const { start: from, end } = at(match);
    return { start: from + altered[0].length, end: end + altered[0].length };
  };
  for (const match of rest.matchAll(
    /(?<=^|,|\s)drop\s+(?!constraint\b|index\b|primary\b|foreign\b|default\b|not\b|check\b|partition\b|expression\b|identity\b)(?:column\s+)?(?:if\s+exists\s+)?([\w"`[\]]+)/gi,
  ))
    // `ALTER COLUMN x DROP DEFAULT` drops no column.
    if (!/alter\s+(?:column\s+)?[\w"`]+\s+$/i.test(rest.slice(0, match.index)))
      found.push({ kind: 'column-dropped', table, column: nameOf(match[1]!), range: shifted(match) });
  for (const match of rest.matchAll(
    /(?<=^|,|\s)rename\s+(?:column\s+)?(?!to\b|constraint\b|index\b|key\b|as\b)([\w"`[\]]+)\s+to\s+[\w"`]+/gi,
  ))
    found.push({ kind: 'column-renamed', table, column: nameOf(match[1]!), range: shifted(match) });
  const moved = /(?<=^|,|\s)rename\s+(?:to|as)\s+[\w."`]+/i.exec(rest);
  if (moved) found.push({ kind: 'table-renamed', table, range: shifted(moved) });
  for (const part of partsOf(rest)) {
    const added =
      /^\s*add\s+(?:column\s+)?(?:if\s+not\s+exists\s+)?(?!constraint\b|primary\b|foreign\b|unique\b|check\b|index\b|key\b|fulltext\b|partition\b)([\w"`[\]]+)\s+\w/i.exec(
        part.text,
      );
    if (!added || !/\bnot\s+null\b/i.test(part.text)) continue;
    if (/\bdefault\b|\bgenerated\b|\bserial\b|\bbigserial\b|\bauto_increment\b|\bidentity\b/i.test(part.text))
      continue;
    const begin = start + altered[0].length + part.start + /^\s*/.exec(part.text)![0].length;
    const range = { start: begin, end: start + altered[0].length + part.start + part.text.trimEnd().length };
    found.push({ kind: 'required-column', table, column: nameOf(added[1]!), range });
  }
  return found;
}

/** The actions of an ALTER TABLE: split at commas outside of brackets and strings. */
function partsOf(text: string): Statement[] {
  const parts: Statement[] = [];
  let start = 0;
  let depth = 0;
  for (const { 0: found, index } of text.matchAll(/'(?:[^']|'')*'|[(),]/g)) {
    if (found === '(') depth += 1;
    else if (found === ')') depth -= 1;
    else if (found === ',' && depth === 0) {
      parts.push({ text: text.slice(start, index), start });
      start = index + 1;
    }
  }
  return [...parts, { text: text.slice(start), start }];
}

/** Without quotes and schema, in the case databases compare names in. */
function nameOf(written: string): string {
  return written
    .replace(/["`[\]]/g, '')
    .replace(/^.*\./, '')
    .toLowerCase();
}

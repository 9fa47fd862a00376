/** Looks for changes of a schema that the version still running cannot live with. */
import type { SchemaChange } from '../../artifacts/migrations/facts.ts';
import { place } from '../../model/model.ts';
import { defineRule, type LazyFix } from '../rule.ts';

export default defineRule({
  id: 'rollout/migration-unsafe',
  title: 'A new migration breaks the version that is still running.',
  area: 'rollout',
  section: '§7',
  level: 'warning',
  joins: true,
  fix: 'suggested',
  messages: {
    'column-dropped': {
      text: 'The column {table}.{column} goes while the running version may still ask for it: until every process is replaced, and after a rollback, its queries fail.',
    },
    'table-dropped': {
      text: 'The table {table} goes while the running version may still ask for it: until every process is replaced, and after a rollback, its queries fail.',
    },
    'column-renamed': {
      text: 'The column {table}.{column} gets another name: versions before and after cannot run at the same time, so the rollout is an outage.',
    },
    'table-renamed': {
      text: 'The table {table} gets another name: versions before and after cannot run at the same time, so the rollout is an outage.',
    },
    'required-column': {
      text: 'The column {table}.{column} is required and has no default: it cannot be added where there are rows, and the running version cannot insert any without it.',
    },
    'index-locked': {
      text: 'PostgreSQL lets nothing be written to {table} while this index is built; on a large table that is an outage of minutes.',
    },
  },
  check(model, report) {
    for (const { file, facts, dialect } of model.migrations) {
      let found = false;
      for (const change of facts.changes) {
        // Others build an index beside the traffic, or have little of it.
        if (change.kind === 'index-locked' && dialect !== 'postgres') continue;
        // SQLite runs inside the one process that uses it.
        if (dialect === 'sqlite') continue;
        found = true;
        const { table, column } = change;
        const last = facts.changes.every(({ kind }) => kind.endsWith('-dropped'));
        report.gap({
          message: change.kind,
          data: { table, ...(column !== undefined && { column }) },
          at: place(file, change),
          // Nothing but drops reads like the last of the steps that let both versions work.
          ...(last && { level: 'info' as const }),
          fixes: fixesFor(file, change),
        });
      }
      if (!found)
        report.met(model.serviceOf(file), { at: { file }, message: 'versions before and after can use it' });
    }
  },
});

function fixesFor(file: string, { kind, range }: SchemaChange): LazyFix[] {
  if (kind !== 'index-locked' || !file.endsWith('.sql')) return [];
  return [
    {
      title: 'Build the index concurrently',
      safety: 'suggested',
      changes({ read }) {
        const { text } = read(file);
        const words = /^create\s+(?:unique\s+)?index\b/i.exec(text.slice(range.start, range.end));
        if (!words) return [];
        const at = range.start + words[0].length;
        const word = words[0] === words[0].toLowerCase() ? ' concurrently' : ' CONCURRENTLY';
        return [{ kind: 'edit', file, range: { start: at, end: at }, text: word }];
      },
    },
  ];
}

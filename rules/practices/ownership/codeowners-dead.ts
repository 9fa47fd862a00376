/** Joins the lines of CODEOWNERS with the files of the repository: a line that owns nothing. */
import type { CodeownersEntry } from '../../artifacts/codeowners/facts.ts';
import type { Model } from '../../model/model.ts';
import { join } from '../../model/paths.ts';
import { nearest } from '../../nearest.ts';
import type { TextRange } from '../../text.ts';
import { endOfLine } from '../edits/lines.ts';
import { defineRule, type Change, type LazyFix } from '../rule.ts';
import { literalPrefix, matchedEntries } from './matches.ts';

export default defineRule({
  id: 'ownership/codeowners-dead',
  title: 'A line of CODEOWNERS matches no file.',
  area: 'ownership',
  section: '§3',
  level: 'warning',
  joins: true,
  fix: 'suggested',
  messages: {
    dead: {
      text: 'No file matches {pattern}, so nothing belongs to {owners} by this line, and what was meant may belong to nobody.',
    },
    moved: {
      text: 'No file matches {pattern}, so nothing belongs to {owners} by this line. Did you mean {nearest}?',
    },
  },
  check(model, report) {
    const { file } = model.owners;
    if (file === undefined) return;
    for (const { entry, files, hidden } of matchedEntries(model)) {
      const pattern = entry.pattern.value;
      const at = { file, range: entry.pattern.range };
      if (files.length > 0) report.met(undefined, { at, message: `${pattern} is there` });
      else if (hidden) report.unknown(undefined, `What ${pattern} means was not looked into.`, at);
      // `*.tf` is a precaution: whoever adds such a file will have an owner for it.
      else if (entry.owners.length > 0 && namesPath(entry, model)) {
        const meant = meantBy(entry, model);
        report.gap({
          message: meant === undefined ? 'dead' : 'moved',
          data: {
            pattern,
            owners: entry.owners.map(({ value }) => value).join(', '),
            ...(meant !== undefined && { nearest: meant }),
          },
          at,
          fixes: [
            ...(meant === undefined ? [] : [renamed(file, entry.pattern.range, meant)]),
            removed(file, entry),
          ],
        });
      }
    }
  },
});

function namesPath({ pattern: { value } }: CodeownersEntry, { owners }: Model): boolean {
  return literalPrefix(value, owners.dialect ?? 'github') !== '' || !/[*?]/.test(value);
}

/** The same pattern with the one name that is not there replaced by the nearest that is. */
function meantBy({ pattern: { value } }: CodeownersEntry, { owners, files }: Model): string | undefined {
  const parts = literalPrefix(value, owners.dialect ?? 'github').split('/');
  if (parts[0] === '') return undefined;
  const missing = parts.findIndex((_, index) => !exists(parts.slice(0, index + 1).join('/')));
  if (missing < 0) return undefined;
  const folder = parts.slice(0, missing).join('/');
  const start = folder === '' ? 0 : folder.length + 1;
  const names = new Set(files.under(folder).map((path) => path.slice(start).split('/', 1)[0]!));
  const name = nearest(parts[missing]!, names);
  if (name === undefined) return undefined;
  const rest = parts.slice(missing + 1).join('/');
  if (rest !== '' && !exists(join(join(folder, name), rest))) return undefined;
  const renamed = value.replace(parts.slice(0, missing + 1).join('/'), () => join(folder, name));
  const isFile = files.lists(join(folder, name)) && /\/$/.test(renamed);
  return isFile || owners.entries.some(({ pattern }) => pattern.value === renamed) ? undefined : renamed;

  function exists(path: string): boolean {
    return files.has(path) || files.hasFolder(path);
  }
}

function renamed(file: string, range: TextRange, pattern: string): LazyFix {
  const text = pattern.replace(/[ #]/g, '\\$&');
  return {
    title: `Write ${pattern} instead`,
    safety: 'suggested',
    changes: () => [{ kind: 'edit', file, range, text }],
  };
}

function removed(file: string, { range, pattern }: CodeownersEntry): LazyFix {
  return {
    title: `Remove the line ${pattern.value}`,
    safety: 'suggested',
    changes({ read }): readonly Change[] {
      const { text } = read(file);
      const start = text.lastIndexOf('\n', range.start - 1) + 1;
      const end = endOfLine(text, range.start);
      const after = /^\r?\n/.exec(text.slice(end))?.[0].length ?? 0;
      return [{ kind: 'edit', file, range: { start, end: end + after }, text: '' }];
    },
  };
}

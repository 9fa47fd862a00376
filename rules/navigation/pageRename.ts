/**
 * What else changes when pages are renamed or moved: the runbook_url of alerts that lead to them, links of other pages, and
 * their own links, which are relative to where they stand. It changes nothing itself.
 */
import { decode } from '../model/anchors.ts';
import type { AlertRunbook, Model } from '../model/model.ts';
import { folderOf, relative, resolve } from '../model/paths.ts';
import type { Change } from '../practices/rule.ts';
import type { TextRange } from '../text.ts';

/**
 * @param renamed new paths of files by their old ones
 * @param read the text of a file as it is now, under its old path
 * @returns edits of files under their old paths; a URL that does not name the page by its path is left as it is
 */
export function renamePages(
  model: Model,
  renamed: ReadonlyMap<string, string>,
  read: (file: string) => string | undefined,
): readonly Change[] {
  return [...urlsOfAlerts(model, renamed, read), ...linksOfPages(model, renamed)];
}

function urlsOfAlerts(
  { alerts }: Model,
  renamed: ReadonlyMap<string, string>,
  read: (file: string) => string | undefined,
): Change[] {
  return alerts.flatMap(({ runbook }): Change[] => {
    const page = runbook && pageOf(runbook);
    if (page === undefined || !runbook?.at.range) return [];
    const to = renamed.get(page);
    const written = read(runbook.at.file)?.slice(runbook.at.range.start, runbook.at.range.end);
    if (to === undefined || written === undefined) return [];
    const named = nameIn(written, page, to);
    if (!named) return [];
    const start = runbook.at.range.start + named.range.start;
    const range = { start, end: start + named.range.end - named.range.start };
    return [{ kind: 'edit', file: runbook.at.file, range, text: named.text }];
  });
}

/** The page that a URL leads to, though perhaps to no section of it. */
export function pageOf(runbook: AlertRunbook): string | undefined {
  if (runbook.leads === 'page') return runbook.page;
  return runbook.leads === 'nowhere' && runbook.missing === 'anchor' ? runbook.page : undefined;
}

/** The part of a URL that names a page by the end of its path, and what it is to say now. */
function nameIn(
  url: string,
  from: string,
  to: string,
): { readonly range: TextRange; readonly text: string } | undefined {
  const hash = url.indexOf('#');
  const end = hash < 0 ? url.trimEnd().replace(/["'/]+$/, '').length : hash;
  const parts = from.split('/');
  for (let left = 0; left < parts.length; left += 1) {
    const above = parts
      .slice(0, left)
      .map((part) => `${part}/`)
      .join('');
    if (!to.startsWith(above)) return undefined;
    for (const shorten of [(path: string) => path, (path: string) => path.replace(/\.\w+$/, '')]) {
      const name = shorten(from.slice(above.length));
      for (const encode of [(path: string) => path, encodeURI]) {
        const start = end - encode(name).length;
        if (start < 0 || url.slice(start, end) !== encode(name) || !/^[/"'=]?$/.test(url.charAt(start - 1)))
          continue;
        return { range: { start, end }, text: encode(shorten(to.slice(above.length))) };
      }
    }
  }
  return undefined;
}

function linksOfPages({ pages, files }: Model, renamed: ReadonlyMap<string, string>): Change[] {
  return [...pages].flatMap(([file, { links }]) =>
    links.flatMap(({ target: { value, range } }): Change[] => {
      const [, root = '', path = '', rest = ''] = /^(\/?)([^?#]*)(.*)$/s.exec(value)!;
      if (path === '' || /^[a-z][\w+.-]*:|^\/\//i.test(value)) return [];
      const target = root === '' ? resolve(folderOf(file), decode(path)) : decode(path);
      if (target === undefined || !(files.has(target) || files.hasFolder(target))) return [];
      const to = renamed.get(target) ?? target;
      const written = root === '' ? relative(folderOf(renamed.get(file) ?? file), to) : to;
      const before = root === '' ? relative(folderOf(file), target) : target;
      if (written === before) return [];
      const dot = path.startsWith('./') && !written.startsWith('.') ? './' : '';
      return [{ kind: 'edit', file, range, text: root + dot + encodeURI(written) + rest }];
    }),
  );
}

/** Where a new runbook goes and how alerts address it: as the repository's other runbooks do. Only for fixes. */
import { comparable } from '../../model/anchors.ts';
import type { Alert, Model, Runbook } from '../../model/model.ts';
import { folderOf, isWithin, join } from '../../model/paths.ts';
import type { FixContext } from '../rule.ts';
import { relativePath } from './write.ts';

/** The folder of most runbooks, one nearer to the given file first; `runbooks` (below `docs`, if there) where there are none. */
export function runbookFolder({ runbooks, files, configuration }: Model, near: string): string {
  const counts = new Map<string, number>();
  for (const { file, index, alerts } of runbooks) {
    const weight = index ? 0 : alerts.length > 0 ? 2 : 1;
    counts.set(folderOf(file), (counts.get(folderOf(file)) ?? 0) + weight);
  }
  // A single page in a folder of another name is no custom.
  const usual = [...counts].filter(
    ([folder, weight]) => weight > 1 || /(?:runbook|playbook|sop)s?$/i.test(folder),
  );
  const [best] = usual.toSorted(
    ([a, many], [b, others]) => shared(b, near) - shared(a, near) || others - many || (a < b ? -1 : 1),
  );
  if (best) return best[0];
  const [configured] = configuration.runbooks.folders;
  return configured ?? (files.hasFolder('docs') ? 'docs/runbooks' : 'runbooks');
}

/** How many folders two paths share. */
function shared(folder: string, file: string): number {
  const parts = folder.split('/');
  const other = file.split('/');
  const index = parts.findIndex((part, at) => part !== other[at]);
  return index < 0 ? parts.length : index;
}

/** A runbook that is about this alert though nothing says so: it bears its name. */
export function pageNamed(name: string, { runbooks }: Model): Runbook | undefined {
  const wanted = comparable(name);
  return runbooks.find(
    ({ file, title }) =>
      comparable(file.replace(/^.*\//, '').replace(/\.\w+$/, '')) === wanted || comparable(title) === wanted,
  );
}

/** What a runbook_url says to lead to a page: in the form of the repository's others, else from its root. */
export function urlOf(page: string, context: Pick<FixContext, 'model'> & Partial<FixContext>): string {
  const { alerts, configuration } = context.model;
  const like = alerts.map((alert) => likeOthers(alert, page)).find((url) => url !== undefined);
  if (like !== undefined) return like;
  for (const [base, folder] of Object.entries(configuration.runbooks.urls)) {
    if (isWithin(page, folder)) return `${base.replace(/\/+$/, '')}/${relativePath(folder, page)}`;
  }
  const repository = repositoryOf(context);
  return repository === undefined ? page : `https://${repository}/blob/HEAD/${relativePath('', page)}`;
}

/** Another alert's URL with its page replaced by this one. */
function likeOthers({ runbook }: Alert, page: string): string | undefined {
  if (runbook?.leads !== 'page') return undefined;
  const url = runbook.url.replace(/#.*$/, '');
  if (url.endsWith(runbook.page)) {
    const base = url.slice(0, -runbook.page.length);
    return base === '' || /^https?:/i.test(base) ? base + relativePath('', page) : undefined;
  }
  const [name] = /[^/]+$/.exec(runbook.page)!;
  const stem = name.replace(/\.\w+$/, '');
  if (folderOf(page) !== folderOf(runbook.page) || !/^https?:/i.test(url)) return undefined;
  const last = url.replace(/\/+$/, '').replace(/^.*\//, '');
  if (comparable(last) !== comparable(stem)) return undefined;
  const own = page.replace(/^.*\//, '').replace(/\.\w+$/, '');
  const spelled = last === last.toLowerCase() ? own.toLowerCase() : own;
  return (
    url.slice(0, url.lastIndexOf(last)) + encodeURI(spelled) + url.slice(url.lastIndexOf(last) + last.length)
  );
}

/** `github.com/owner/name`, where the root package, module or build badge says so. */
function repositoryOf({ model, read }: Pick<FixContext, 'model'> & Partial<FixContext>): string | undefined {
  const root = model.packages.find(({ file }) => file === 'package.json');
  const github = /github(?:\.com)?[:/]([\w.-]+\/[\w.-]+?)(?:\.git)?\/?$/i;
  const written = root?.facts.repository?.value ?? '';
  const short = /^[\w.-]+\/[\w.-]+$/.test(written) ? written : github.exec(written)?.[1];
  if (short !== undefined) return `github.com/${short}`;
  const badge = model.pages
    .get('README.md')
    ?.links.map(({ target, image }) =>
      image
        ? /^https?:\/\/(github\.com\/[^/]+\/[^/]+)\/(?:actions\/)?workflows\//i.exec(target.value)?.[1]
        : undefined,
    )
    .find((name) => name !== undefined);
  if (badge !== undefined || !read || !model.files.lists('go.mod')) return badge;
  return /^module[ \t]+(github\.com\/[\w.-]+\/[\w.-]+)/m.exec(read('go.mod').text)?.[1];
}

/** Where a new page of this name goes. */
export function pathFor(name: string, model: Model, near: string): string {
  return join(runbookFolder(model, near), `${name}.md`);
}

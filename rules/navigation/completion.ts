/**
 * What may be written at a caret: keys of flags where code asks for one, pages where an alert names its runbook, pages
 * and headings in links of runbooks, names of alerts and paths in their code, what our own files may say. From the text on the caret's line and the model; it knows no editor.
 */
import { comparable } from '../model/anchors.ts';
import type { Alert, Model, Runbook } from '../model/model.ts';
import { folderOf, relative, resolve } from '../model/paths.ts';
import { flagInWords } from '../report/flagList.ts';
import type { TextRange } from '../text.ts';
import { completionsInOwnFile } from './ownFiles.ts';
import { pageOf } from './pageRename.ts';

export interface Completions {
  /** What they replace, the caret inside it. */
  readonly range: TextRange;
  /** The likeliest first. */
  readonly items: readonly Completion[];
}

export interface Completion {
  readonly text: string;
  /** What is written, where that is not the text itself. */
  readonly insert?: string;
  readonly kind: 'flag' | 'page' | 'folder' | 'heading' | 'alert' | 'key' | 'value';
  readonly detail: string;
}

/**
 * @param text of the file as it is now
 * @param elsewhere what somebody else completes: links of Markdown, or what schemas say of YAML
 */
export function completionsAt(
  model: Model,
  file: string,
  text: string,
  offset: number,
  elsewhere: { readonly markdown?: boolean; readonly schemas?: boolean } = {},
): Completions | undefined {
  if (/\.ya?ml$/i.test(file))
    return (
      runbookUrls(model, file, text, offset) ??
      completionsInOwnFile(model, file, text, offset, !elsewhere.schemas)
    );
  if (/\.(?:md|mdx|markdown)$/i.test(file))
    return (
      namesInPage(model, file, text, offset) ??
      (elsewhere.markdown ? undefined : linkTargets(model, file, text, offset))
    );
  return flagKeys(model, file, text, offset);
}

// ---- Flags ----

/** Longest call that is looked through for the string at the caret. */
const maxCall = 2000;

function flagKeys(
  { flags, today }: Model,
  file: string,
  text: string,
  offset: number,
): Completions | undefined {
  const read = flags.reads.find(
    ({ file: other, facts }) =>
      other === file && !facts.camelCase && facts.range.start < offset && offset <= facts.range.end,
  );
  const range = read && firstString(text, read.facts.range.start, offset);
  if (!range) return undefined;
  const keys = new Map(
    flags.definitions
      .filter(({ role, facts }) => role === 'production' && !facts.archived)
      .map((definition) => [definition.facts.key.value, definition]),
  );
  const items = [...keys].map(([key, definition]): Completion => {
    return { text: key, kind: 'flag', detail: flagInWords(definition, today).join(' · ') };
  });
  return { range, items };
}

/** The inside of the first string of a call, where the caret is in it: SDKs take the key as their first string. */
function firstString(text: string, start: number, offset: number): TextRange | undefined {
  const before = text.slice(Math.max(start, offset - maxCall), offset);
  const [opening, ...closing] = [...before.matchAll(/["'`]/g)];
  if (!opening || closing.some(([quote]) => quote === opening[0])) return undefined;
  const inside = offset - before.length + opening.index + 1;
  const rest = /^[\w.:/-]*/.exec(text.slice(offset, offset + maxCall))![0];
  return { start: inside, end: offset + rest.length };
}

// ---- runbook_url of alerts ----

const annotation = /^\s*(?:-\s+)?["']?runbook(?:[_-]?url)?["']?\s*:\s+["']?([^"'\s]*)$/i;

function runbookUrls(model: Model, file: string, text: string, offset: number): Completions | undefined {
  const typed = annotation.exec(lineBefore(text, offset))?.[1];
  const pages = model.runbooks.filter(({ index }) => !index);
  if (typed === undefined || pages.length === 0) return undefined;
  const alert = model.alerts.find(
    ({ file: other, facts }) => other === file && facts.range.start <= offset && offset <= facts.range.end,
  );
  const name = alert && comparable(alert.facts.name.value);
  const urlOf = urlsOfPages(model);
  const rank = ({ title }: Runbook): number => (comparable(title) === name ? 0 : 1);
  return {
    range: around(text, offset, typed),
    items: pages
      .toSorted((a, b) => rank(a) - rank(b) || (a.file < b.file ? -1 : 1))
      .map((page) => ({ text: urlOf(page.file), kind: 'page', detail: page.title })),
  };
}

/** How alerts write the URLs of pages: as most of them do, as the configuration says, else as paths. */
function urlsOfPages({ alerts, configuration }: Model): (page: string) => string {
  const prefixes = new Map<string, number>();
  for (const { runbook } of alerts) {
    if (runbook?.leads !== 'page') continue;
    const url = runbook.url.replace(/#.*$/, '');
    if (!url.endsWith(runbook.page)) continue;
    const prefix = url.slice(0, url.length - runbook.page.length);
    prefixes.set(prefix, (prefixes.get(prefix) ?? 0) + 1);
  }
  const [most] = [...prefixes].toSorted((a, b) => b[1] - a[1]);
  if (most) return (page) => `${most[0]}${page}`;
  const bases = Object.entries(configuration.runbooks.urls).map(([base, folder]) => ({
    base: base.replace(/\/+$/, ''),
    folder: folder.replace(/\/+$/, ''),
  }));
  return (page) => {
    const shown = bases.find(({ folder }) => page.startsWith(`${folder}/`));
    return shown ? `${shown.base}${page.slice(shown.folder.length).replace(/\.\w+$/, '')}` : page;
  };
}

// ---- Links of runbooks ----

function linkTargets(model: Model, file: string, text: string, offset: number): Completions | undefined {
  const typed = /\]\(([^()\s<>]*)$/.exec(lineBefore(text, offset))?.[1];
  if (typed === undefined || !model.runbooks.some((runbook) => runbook.file === file)) return undefined;
  const hash = typed.indexOf('#');
  if (hash < 0) {
    return {
      range: around(text, offset, typed),
      items: model.runbooks
        .filter((page) => page.file !== file)
        .map((page) => ({ text: relative(folderOf(file), page.file), kind: 'page', detail: page.title })),
    };
  }
  const page = hash === 0 ? file : resolve(folderOf(file), typed.slice(0, hash));
  const headings = (page === undefined ? undefined : model.pages.get(page)?.headings) ?? [];
  return {
    range: around(text, offset, typed.slice(hash + 1)),
    items: headings.map(({ slug, text: title }) => ({ text: slug, kind: 'heading', detail: title })),
  };
}

// ---- Names in runbooks ----

/** Alerts in the title and in code, and paths of the repository in code. */
function namesInPage(model: Model, file: string, text: string, offset: number): Completions | undefined {
  const line = lineBefore(text, offset);
  const title = /^#\s+([\w-]*)$/.exec(line)?.[1];
  const code = /^(?:[^`]*`[^`]*`)*[^`]*`([\w./-]*)$/.exec(line)?.[1];
  const typed = title ?? code;
  if (typed === undefined || !model.runbooks.some((runbook) => runbook.file === file)) return undefined;
  const items = typed.includes('/') ? pathsIn(typed, model) : alertNames(model);
  return items.length === 0 ? undefined : { range: around(text, offset, typed), items };
}

/** Those that no page is about come first. */
function alertNames({ alerts }: Model): Completion[] {
  const byName = new Map(alerts.map((alert) => [alert.facts.name.value, alert]));
  return [...byName.values()]
    .toSorted((a, b) => Number(hasPage(a)) - Number(hasPage(b)))
    .map(({ file, facts }) => ({ text: facts.name.value, kind: 'alert', detail: file }));
}

function hasPage({ runbook }: Alert): boolean {
  return runbook !== undefined && pageOf(runbook) !== undefined;
}

function pathsIn(typed: string, { files }: Model): Completion[] {
  const folder = typed.slice(0, typed.lastIndexOf('/') + 1);
  const names = files.under(folder).map((path) => /^[^/]*\/?/.exec(path.slice(folder.length))![0]);
  return [...new Set(names)].map((name) => ({
    text: folder + name,
    kind: name.endsWith('/') ? 'folder' : 'page',
    detail: '',
  }));
}

function lineBefore(text: string, offset: number): string {
  return text.slice(text.lastIndexOf('\n', offset - 1) + 1, offset);
}

/** What was typed before the caret, and the word that goes on behind it. */
function around(text: string, offset: number, typed: string): TextRange {
  const rest = /^[^"'\s()]*/.exec(text.slice(offset, offset + maxCall))![0];
  return { start: offset - typed.length, end: offset + rest.length };
}

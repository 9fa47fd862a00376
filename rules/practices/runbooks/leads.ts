/** What leads a reader to a runbook: an alert, another page, or the name of an alert or a service. */
import { comparable, decode } from '../../model/anchors.ts';
import { place, type Model, type Runbook } from '../../model/model.ts';
import { baseOf, folderOf, resolve } from '../../model/paths.ts';
import type { Evidence } from '../../text.ts';

/** Per runbook, the first thing found that leads to it; runbooks that nothing leads to are left out. */
export function leadsOf(model: Model): ReadonlyMap<Runbook, Evidence> {
  const found = new Map<Runbook, Evidence>();
  const links = linksTo(model);
  const urls = model.alerts.flatMap(({ runbook }) =>
    runbook?.leads === 'elsewhere' ? [comparable(lastPart(runbook.url))] : [],
  );
  const elsewhere = new Set(urls.filter((name) => name !== ''));
  const named = new Map(model.alerts.map((alert) => [comparable(alert.facts.name.value), alert]));
  for (const runbook of model.runbooks) {
    const [alert] = runbook.alerts;
    const name = comparable(stemOf(runbook.file));
    const about = alert ?? named.get(name) ?? named.get(comparable(runbook.title));
    const link = links.get(runbook.file);
    if (about)
      found.set(runbook, {
        at: place(about.file, about.facts.name),
        message: `${about.facts.name.value} is about it`,
      });
    else if (link) found.set(runbook, link);
    else if (runbook.services[0])
      found.set(runbook, { at: runbook.services[0].at, message: `It is about ${runbook.services[0].name}` });
    else if (elsewhere.has(name))
      found.set(runbook, { at: { file: runbook.file }, message: 'An alert leads to a page of its name' });
  }
  return found;
}

/** The first link of another page to each runbook. */
function linksTo({ pages, runbooks }: Model): ReadonlyMap<string, Evidence> {
  const paths = new Set(runbooks.map(({ file }) => file));
  const stems = new Map<string, string[]>();
  for (const path of paths) {
    const stem = stemOf(path).toLowerCase();
    // The page of a folder is addressed by the folder.
    const name = /^(?:readme|index|_index)$/.test(stem) ? stemOf(folderOf(path)).toLowerCase() : stem;
    stems.set(name, [...(stems.get(name) ?? []), path]);
  }
  const found = new Map<string, Evidence>();
  const folders = new Map<string, string[]>();
  for (const path of paths) folders.set(folderOf(path), [...(folders.get(folderOf(path)) ?? []), path]);
  for (const [file, { links }] of pages) {
    for (const { target } of links) {
      const written = decode(target.value.replace(/[#?].*$/, '')).replace(/\/+$/, '');
      const relative = /^[a-z][a-z0-9+.-]*:/i.test(written)
        ? undefined
        : resolve(folderOf(file), written.replace(/^\/+/, ''));
      const lead = { at: { file, range: target.range }, message: 'A page links to it' };
      // Whoever is sent to a folder sees what is in it.
      if (relative !== undefined && relative !== '')
        for (const path of folders.get(relative) ?? [])
          if (path !== file && !found.has(path)) found.set(path, lead);
      const candidates = stems.get(stemOf(written).toLowerCase());
      if (!candidates) continue;
      const path =
        candidates.find((each) => each === relative) ??
        // Sites leave out extensions and folders; that a page of this name is linked is enough.
        (candidates.length === 1 ? candidates[0] : undefined);
      if (path !== undefined && path !== file && !found.has(path)) found.set(path, lead);
    }
  }
  return found;
}

function lastPart(url: string): string {
  return stemOf(url.replace(/[#?].*$/, '').replace(/\/+$/, ''));
}

function stemOf(path: string): string {
  return baseOf(path).replace(/\.(?:mdx?|markdown|html?)$/i, '');
}

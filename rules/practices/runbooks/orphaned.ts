/** Asks which pages nobody finds who does not know that they are there. */
import type { Model, Runbook } from '../../model/model.ts';
import { baseOf, folderOf, foldersUp, join } from '../../model/paths.ts';
import { defineRule } from '../rule.ts';
import { leadsOf } from './leads.ts';

export default defineRule({
  id: 'runbooks/orphaned',
  title: 'No alert, no other page and no service leads to a runbook.',
  area: 'runbooks',
  section: '§3',
  level: 'info',
  joins: true,
  fix: 'suggested',
  messages: {
    orphaned: {
      text: 'No alert, no other page and no service leads to the runbook {runbook}, as they do to the others here, so only those who know of it find it.',
    },
  },
  check(model, report) {
    const judged = model.runbooks.filter(({ file, index }) => !index && model.role(file) !== 'test');
    if (judged.length === 0) return;
    const leads = leadsOf(model);
    const led = judged.filter((runbook) => leads.has(runbook));
    // Where hardly any page is led to, readers come some other way: by a search, a site, or alerts kept elsewhere.
    const custom = led.length >= 2 && led.length * 2 > judged.length;
    for (const runbook of judged) {
      const { file, facts, title, services } = runbook;
      const service = services.length === 1 ? services[0] : undefined;
      const lead = leads.get(runbook);
      if (lead) report.met(service, lead);
      else if (isListed(file, model)) report.unknown(service, 'A site may list its runbook.', { file });
      else if (!custom)
        report.unknown(service, 'Hardly any runbook is led to from this repository.', { file });
      else {
        const heading = facts.headings[0];
        report.gap({
          message: 'orphaned',
          data: { runbook: title },
          at: heading ? { file, range: heading.range } : { file },
          service,
          fixes: fixesFor(runbook, model),
        });
      }
    }
  },
});

/** Generators of sites make their own lists of pages. */
const siteFiles = [
  ...['mkdocs.yml', 'mkdocs.yaml', '_index.md', '_config.yml', 'antora.yml', 'SUMMARY.md', '.vitepress'],
  ...['docusaurus.config.js', 'docusaurus.config.ts', 'sidebars.js', 'sidebars.ts', 'book.toml', 'config.rb'],
  ...['hugo.toml', 'hugo.yaml', 'conf.py', 'astro.config.mjs', '.pages', '_sidebar.md', 'toc.yml'],
];

function isListed(file: string, { files }: Model): boolean {
  return [...foldersUp(file)].some((folder) => siteFiles.some((name) => files.has(join(folder, name))));
}

/** A line in the index of its folder, after the last of its kind. */
function fixesFor({ file, title }: Runbook, model: Model) {
  const index = model.runbooks.find(
    (each) =>
      each.index &&
      folderOf(each.file) === folderOf(file) &&
      /^(?:readme|index)\.md$/i.test(baseOf(each.file)),
  );
  const last = index?.facts.links.findLast(({ target }) => /^[^:#]+\.md(?:#.*)?$/.test(target.value));
  if (!index || !last) return [];
  return [
    {
      title: `List it in ${index.file}`,
      safety: 'suggested' as const,
      changes({ read }: { read(path: string): { readonly text: string } }) {
        const { text } = read(index.file);
        const start = text.lastIndexOf('\n', last.target.range.start - 1) + 1;
        const newline = text.indexOf('\n', last.target.range.end);
        const end = newline < 0 ? text.length : newline;
        const bullet = /^[ \t]*[-*+][ \t]+/.exec(text.slice(start, end))?.[0];
        const name = title.replace(/[[\]\\]/g, '\\$&');
        const line = `[${name}](${encodeURI(baseOf(file)).replace(/[()]/g, encodeURIComponent)})`;
        const inserted = bullet === undefined ? `\n\n- ${line}` : `\n${bullet}${line}`;
        return [{ kind: 'edit' as const, file: index.file, range: { start: end, end }, text: inserted }];
      },
    },
  ];
}

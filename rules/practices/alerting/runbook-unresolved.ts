import type { Alert, AlertRunbook, Model } from '../../model/model.ts';
import { comparable } from '../../model/anchors.ts';
import { baseOf, folderOf } from '../../model/paths.ts';
import { nearest } from '../../nearest.ts';
import { defineRule, type Change, type FixContext, type LazyFix } from '../rule.ts';
import { relativePath, writePage, writeSections } from '../runbooks/write.ts';

type Dead = Extract<AlertRunbook, { leads: 'nowhere' }>;

export default defineRule({
  id: 'alerting/runbook-unresolved',
  title: 'The runbook_url of an alert leads to nothing in this repository.',
  area: 'alerting',
  section: '§4',
  level: 'error',
  joins: true,
  fix: 'suggested',
  messages: {
    'url-dead': {
      text: 'The runbook of the alert {alert} should be {page}, which is not in this repository, so whoever is woken by it finds a dead link.',
    },
    'path-dead': {
      text: 'The runbook of the alert {alert} should be {page}, which is not in this repository, so whoever is woken by it finds nothing.',
    },
    'anchor-dead': {
      text: 'The runbook of the alert {alert} should be the section #{anchor} of {page}, which has no such section, so whoever is woken by it has to search the page.',
    },
  },
  check(model, report) {
    for (const alert of model.alerts) {
      const { runbook, services, file, facts } = alert;
      if (!runbook || model.role(file) !== 'production') continue;
      const service = services.length === 1 ? services[0] : undefined;
      const name = facts.name.value;
      if (runbook.leads === 'page') {
        report.met(service, { at: runbook.at, message: `${name} leads to ${runbook.page}` });
      } else if (runbook.leads === 'elsewhere') {
        report.unknown(
          service,
          `The runbook of ${name} is outside of this repository, or a template decides where it is.`,
          runbook.at,
        );
      } else {
        const { page, anchor = '', missing } = runbook;
        const dead = /^https?:/i.test(runbook.url) ? 'url-dead' : 'path-dead';
        report.gap({
          message: missing === 'anchor' ? 'anchor-dead' : dead,
          data: missing === 'anchor' ? { alert: name, page, anchor } : { alert: name, page },
          at: runbook.at,
          service,
          ...(missing === 'anchor' && { related: [{ at: { file: page }, message: 'The page it leads to' }] }),
          fixes: missing === 'anchor' ? anchorFixes(alert, runbook, model) : pageFixes(alert, runbook, model),
        });
      }
    }
  },
});

function pageFixes(alert: Alert, dead: Dead, model: Model): LazyFix[] {
  const { page } = dead;
  const near = nearestPage(page, alert, model);
  const fixes: LazyFix[] = [];
  const replaced = near && replacePage(dead, near);
  if (near && replaced !== undefined) {
    const title = `Lead to ${near} instead`;
    fixes.push({
      title,
      safety: 'suggested',
      changes: (context) => rewrite(dead, dead.url, replaced, context),
    });
  }
  if (/\.mdx?$/.test(page)) {
    fixes.push({
      title: `Write ${page}`,
      safety: 'suggested',
      async changes(context) {
        const same = context.model.alerts.filter(
          ({ runbook }) => runbook?.leads === 'nowhere' && runbook.page === page,
        );
        const services = [...new Set(same.flatMap((each) => each.services))];
        const title = same.length > 1 ? titleOf(page) : alert.facts.name.value;
        const text = await writePage({ page, title, alerts: same, services }, context.model);
        return [{ kind: 'create', file: page, text }];
      },
    });
  }
  return fixes;
}

function titleOf(page: string): string {
  return baseOf(page)
    .replace(/\.\w+$/, '')
    .replace(/[-_]+/g, ' ');
}

/** The page that was meant: the same but for case and punctuation, a near name, or the alert's own. */
function nearestPage(page: string, alert: Alert, model: Model): string | undefined {
  const stemOf = (path: string): string => baseOf(path).replace(/\.\w+$/, '');
  const candidates = model.runbooks.filter(({ index }) => !index).map(({ file }) => file);
  const wanted = comparable(stemOf(page));
  const name = comparable(alert.facts.name.value);
  const same = candidates.find((file) => comparable(stemOf(file)) === wanted);
  const own = candidates.find((file) => comparable(stemOf(file)) === name);
  if (same ?? own) return same ?? own;
  // A page that is called like its alert was most likely never written.
  if (wanted === name) return undefined;
  const near = nearest(stemOf(page), candidates.map(stemOf));
  return near === undefined ? undefined : candidates.find((file) => stemOf(file) === near);
}

/** The URL with another page in the place of the dead one; undefined where its form does not show the path. */
function replacePage({ url, page }: Dead, near: string): string | undefined {
  const hash = url.indexOf('#');
  const plain = hash < 0 ? url : url.slice(0, hash);
  for (const written of [page, encodeURI(page)]) {
    if (plain.endsWith(written)) {
      const start = plain.slice(0, -written.length);
      return start + (/^https?:/i.test(url) ? relativePath('', near) : near);
    }
  }
  if (folderOf(near) !== folderOf(page)) return undefined;
  const stem = baseOf(page).replace(/\.\w+$/, '');
  const at = plain.lastIndexOf(stem);
  return at < 0
    ? undefined
    : plain.slice(0, at) + baseOf(near).replace(/\.\w+$/, '') + plain.slice(at + stem.length);
}

function anchorFixes(alert: Alert, dead: Dead, model: Model): LazyFix[] {
  const facts = model.pages.get(dead.page);
  const { anchor = '', page } = dead;
  if (!facts || anchor === '') return [];
  const slugs = facts.headings.map(({ slug }) => slug).filter((slug) => slug !== '');
  const name = comparable(alert.facts.name.value);
  const near = nearest(anchor, slugs) ?? slugs.find((slug) => comparable(slug) === name);
  const fixes: LazyFix[] = [];
  if (near !== undefined) {
    const changes = (context: FixContext) => rewrite(dead, `#${anchor}`, `#${near}`, context);
    fixes.push({ title: `Lead to #${near} instead`, safety: 'suggested', changes });
  }
  fixes.push({
    title: `Add the section #${anchor} to ${page}`,
    safety: 'suggested',
    async changes(context) {
      const { text } = context.read(page);
      const title =
        comparable(alert.facts.name.value) === comparable(anchor) ? alert.facts.name.value : sentence(anchor);
      const subject = { page, title, alerts: [alert], services: alert.services };
      const section = `## ${title}\n\n${await writeSections(subject, context.model, 3)}`;
      const gap = text.endsWith('\n\n') || text === '' ? '' : text.endsWith('\n') ? '\n' : '\n\n';
      return [
        { kind: 'edit', file: page, range: { start: text.length, end: text.length }, text: gap + section },
      ];
    },
  });
  return fixes;
}

function sentence(anchor: string): string {
  const words = anchor.replace(/-+/g, ' ').trim();
  return words.slice(0, 1).toUpperCase() + words.slice(1);
}

/** Replaces the last occurrence of a text in the annotation, whatever quotes it stands in. */
function rewrite({ at }: Dead, from: string, to: string, { read }: FixContext): readonly Change[] {
  const { start, end } = at.range!;
  const found = read(at.file).text.slice(start, end).lastIndexOf(from);
  if (found < 0) return [];
  const range = { start: start + found, end: start + found + from.length };
  return [{ kind: 'edit', file: at.file, range, text: to }];
}

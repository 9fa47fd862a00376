/** Runbooks and what lacks one, for people at a terminal and for programs. */
import { count, shownPath, spanOf, type Audited } from './audited.ts';
import { printable } from './characters.ts';
import { painter, type Look } from './look.ts';
import { runbookReport, type RunbookGap, type RunbookPage } from './runbooks.ts';
import type { Place } from '../text.ts';

/** Raised when something is removed or changes its meaning; new members do not count. */
const formatVersion = 1;

/** @returns JSON text that ends with a line break; every place has its path, and its range where it has one */
export function formatRunbooksJson(audits: readonly Audited[], toolVersion: string): string {
  const all = audits.map((audited) => ({ audited, report: runbookReport(audited.audit.model) }));
  const placed = (value: unknown, audited: Audited): unknown => {
    if (Array.isArray(value)) return value.map((one) => placed(one, audited));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, inner]) =>
        key === 'at'
          ? [key, { path: (inner as Place).file, range: spanOf(audited, inner as Place) ?? null }]
          : [key, placed(inner, audited)],
      ),
    );
  };
  const members = (of: 'pages' | 'gaps') =>
    all.flatMap(({ audited, report }) =>
      report[of].map((one) => ({ workspace: audited.folder, ...(placed(one, audited) as object) })),
    );
  const tool = { name: 'scaleready', version: toolVersion };
  return `${JSON.stringify({ version: formatVersion, tool, pages: members('pages'), gaps: members('gaps') }, undefined, 2)}\n`;
}

/** Ends with a line break. */
export function formatRunbooks(audits: readonly Audited[], look: Look): string {
  return `${audits.flatMap((audited) => linesOf(audited, look)).join('\n')}\n`;
}

function linesOf(audited: Audited, look: Look): string[] {
  const { pages, gaps } = runbookReport(audited.audit.model);
  const paint = painter(look);
  const path = (file: string): string => paint(printable(shownPath(audited.folder, file)), 'blue');
  const place = ({ file, ...at }: Place): string => {
    const span = spanOf(audited, { file, ...at });
    return span ? `${path(file)}:${span.start.line}` : path(file);
  };
  const group = (title: string, lines: readonly string[]): string[] =>
    lines.length === 0 ? [] : [paint(title, 'bold'), ...lines.map((line) => `  ${line}`), ''];
  const shown = (kind: RunbookPage['kind']): string[] =>
    pages
      .filter((page) => page.kind === kind)
      .map((page) => [printable(page.title), path(page.path), ...detailsOf(page)].join('  '));
  const missing = (kind: RunbookGap['kind']): string[] =>
    gaps
      .filter((gap) => gap.kind === kind)
      .map(({ name, at, url }) =>
        [printable(name), place(at), ...(url === undefined ? [] : [`leads to ${printable(url)}`])].join('  '),
      );
  const runbooks = pages.filter(({ kind }) => kind === 'runbook');
  const lacking = (kind: RunbookGap['kind']): string =>
    count(gaps.filter((gap) => gap.kind === kind).length, kind);
  const where = audited.folder === '.' ? '' : ` in ${printable(audited.folder)}`;
  return [
    ...group('Runbooks', shown('runbook')),
    ...group('Alerts without a page', missing('alert')),
    ...group('Services without a page', missing('service')),
    ...group('Postmortems', shown('postmortem')),
    ...group('For new colleagues', shown('onboarding')),
    `${count(runbooks.length, 'runbook')}${where}: ${runbooks.filter(({ stale }) => stale).length} stale, ${runbooks.filter(({ ledToBy }) => !ledToBy).length} that nothing leads to. ${lacking('alert')} and ${lacking('service')} without a page.`,
  ];
}

function detailsOf({ kind, owner, reviewed, stale, services, alerts, ledToBy }: RunbookPage): string[] {
  if (kind !== 'runbook') return [];
  const names = [...alerts, ...services].map(({ name }) => printable(name));
  const about = names.length > 4 ? [...names.slice(0, 3), `${names.length - 3} more`] : names;
  return [
    ...(about.length > 0 ? [`about ${about.join(', ')}`] : []),
    owner
      ? `owner ${owner.names.length > 0 ? printable(owner.names.join(', ')) : 'on the page'}`
      : 'no owner',
    ...(reviewed === undefined ? [] : [`${stale ? 'stale, ' : ''}reviewed ${reviewed}`]),
    ...(ledToBy ? [] : ['nothing leads to it']),
  ];
}

/** Hover: over a finding, the page of its rule. */
import { MarkupKind, type Connection } from 'vscode-languageserver';
import { page } from '../rules/index.ts';
import { signalOf } from './cancellation.ts';
import type { Folders } from './folders.ts';
import { Places } from './toLsp.ts';

export function registerHover(
  connection: Connection,
  folders: Folders,
  href: (rule: string) => string | undefined,
): void {
  connection.onHover(async ({ textDocument, position }, token) => {
    const opened = folders.find(textDocument.uri);
    if (!opened?.folder.indexed || !opened.folder.enabled) return null;
    const { folder, path } = opened;
    const { findings } = await folders.audit(folder, signalOf(token));
    const file = folder.session.read(path);
    if (!file) return null;
    const offset = file.lines.offset(position);
    const here = findings.filter(
      ({ at }) => at.file === path && at.range && at.range.start <= offset && offset <= at.range.end,
    );
    const first = here[0];
    if (!first) return null;
    const rules = [...new Set(here.map(({ rule }) => rule))];
    const pages = await Promise.all(rules.map((rule) => pageFor(rule, href(rule))));
    const value = pages.filter((text) => text !== undefined).join('\n\n---\n\n');
    if (value === '') return null;
    return { contents: { kind: MarkupKind.Markdown, value }, range: new Places(folder).range(first.at) };
  });
}

/** The page with headings a hover has room for, and a link to read it in full. */
async function pageFor(rule: string, href: string | undefined): Promise<string | undefined> {
  const text = await page(rule);
  if (text === undefined) return undefined;
  const body = text
    .replace(/^# .*\n/, '')
    .replace(/\n## References\b[^]*$/, '\n')
    .replace(/^## (.*)$/gm, '**$1**')
    .trim();
  return `**[${rule}](${href ?? ''})**\n\n${body}`;
}

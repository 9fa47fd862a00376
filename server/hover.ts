/** Hover: over a finding, the page of its rule; over one end of a join, the other ends. */
import { MarkupKind, type Connection } from 'vscode-languageserver';
import { linksAt, page, type Linked } from '../rules/index.ts';
import { signalOf } from './cancellation.ts';
import type { Folders } from './folders.ts';
import { spotAt } from './navigation.ts';
import { Places } from './toLsp.ts';

/** Ends of one kind that a hover has room for. */
const maxEnds = 8;

export function registerHover(
  connection: Connection,
  folders: Folders,
  href: (rule: string) => string | undefined,
): void {
  connection.onHover(async ({ textDocument, position }, token) => {
    const spot = await spotAt(folders, textDocument.uri, position, token);
    if (!spot) return null;
    const { folder, path, offset, model } = spot;
    const { findings } = await folders.audit(folder, signalOf(token));
    const here = findings.filter(
      ({ at }) => at.file === path && at.range && at.range.start <= offset && offset <= at.range.end,
    );
    const linked = linksAt(model, path, offset);
    const at = linked[0]?.end.at ?? here[0]?.at;
    if (!at) return null;
    const places = new Places(folder);
    const rules = [...new Set(here.map(({ rule }) => rule))];
    const pages = await Promise.all(rules.map((rule) => pageFor(rule, href(rule))));
    const ends = linked.map((one) => endsOf(one, places)).join('\n\n');
    const value = [ends, ...pages].filter((text) => text !== undefined && text !== '').join('\n\n---\n\n');
    if (value === '') return null;
    return { contents: { kind: MarkupKind.Markdown, value }, range: places.range(at) };
  });
}

/** The other ends in words, each with a link to its line. */
function endsOf({ words, others }: Linked, places: Places): string {
  const lines = others.slice(0, maxEnds).map(({ at, text, details = [] }) => {
    const { uri, range } = places.location(at);
    const line = range.start.line + 1;
    const where = at.range ? `${at.file}:${line}` : at.file;
    const link = `[${escaped(where)}](${uri}${at.range ? `#L${line},${range.start.character + 1}` : ''})`;
    return [escaped(text), ...details.map(escaped), link].join(' · ');
  });
  if (others.length > maxEnds) lines.push(`and ${others.length - maxEnds} more`);
  if (lines.length === 1) return `**${words}** ${lines[0]}`;
  return `**${words}**\n${lines.map((line) => `- ${line}`).join('\n')}`;
}

/** The repository's own words as plain text: they are nobody's markup. */
function escaped(text: string): string {
  return text.replace(/[\\`*_{}[\]()#+!|<>~&$]/g, '\\$&').replace(/[\r\n]+/g, ' ');
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

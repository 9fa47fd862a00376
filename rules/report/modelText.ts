/** The model for people at a terminal, and for programs. */
import { count, shownPath, spanOf, type Audited } from './audited.ts';
import { printable } from './characters.ts';
import { painter, type Look } from './look.ts';
import { beliefs, type Lead, type ServiceBelief } from './model.ts';
import { linesOf, roleInWords } from './modelLines.ts';
import type { Place } from '../text.ts';

/** Raised when something is removed or changes its meaning; new members do not count. */
const formatVersion = 1;
/** Lines of one kind that are shown of a service. */
const maxLines = 12;

/** @returns JSON text that ends with a line break; every place has its path, and its range where it has one */
export function formatModelJson(audits: readonly Audited[], toolVersion: string): string {
  const services = audits.flatMap((audited) =>
    beliefs(audited.audit.model).map((belief) => ({
      workspace: audited.folder,
      ...(placed(belief, audited) as object),
    })),
  );
  const tool = { name: 'scaleready', version: toolVersion };
  return `${JSON.stringify({ version: formatVersion, tool, services }, undefined, 2)}\n`;
}

/** Every place in it as path and range in lines and columns. */
function placed(value: unknown, audited: Audited): unknown {
  if (Array.isArray(value)) return value.map((one) => placed(one, audited));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, inner]) =>
      key === 'at' || key === 'defined'
        ? [[key, { path: (inner as Place).file, range: spanOf(audited, inner as Place) ?? null }]]
        : [[key, placed(inner, audited)]],
    ),
  );
}

/** Each service in a paragraph. Ends with a line break. */
export function formatModel(audits: readonly Audited[], look: Look): string {
  const lines = audits.flatMap((audited) => {
    const found = beliefs(audited.audit.model);
    const paragraphs = found.flatMap((belief) => [...paragraph(belief, audited, look), '']);
    const where = audited.folder === '.' ? '' : ` in ${printable(audited.folder)}`;
    return [...paragraphs, `${count(found.length, 'service')}${where}.`];
  });
  return `${lines.join('\n')}\n`;
}

function paragraph(belief: ServiceBelief, audited: Audited, look: Look): string[] {
  const paint = painter(look);
  const where = (at: Place): string => {
    const span = spanOf(audited, at);
    const path = printable(shownPath(audited.folder, at.file));
    return paint(span ? `${path}:${span.start.line}:${span.start.column}` : path, 'blue');
  };
  const facts = [belief.language, belief.root === '' ? undefined : belief.root, roleInWords(belief)];
  const title = [paint(printable(belief.name), 'bold'), ...facts.filter((fact) => fact !== undefined)];
  const lines = [title.join(' · ')];
  for (const [name, all] of Object.entries(linesOf(belief))) {
    for (const [index, { text, at, lead, then }] of all.slice(0, maxLines).entries()) {
      const head = paint((index === 0 ? name : '').padEnd(10), 'dim');
      lines.push(
        `  ${head}${printable(text)}  ${where(at)}${lead ? leadInWords(lead, then ?? '', where) : ''}`,
      );
    }
    if (all.length > maxLines) lines.push(`  ${''.padEnd(10)}and ${all.length - maxLines} more`);
  }
  if (belief.code && belief.routes.length > 0 && !belief.code.routesComplete)
    lines.push(
      `  ${''.padEnd(10)}${paint('Not every route could be read, so no path is said to be unserved.', 'dim')}`,
    );
  return lines;
}

function leadInWords(lead: Lead, then: string, where: (at: Place) => string): string {
  if (lead.found === 'yes') return ` → ${then} ${where(lead.at)}`;
  return lead.found === 'no' ? ` → not ${then}` : ` → perhaps ${then}`;
}

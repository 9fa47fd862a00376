/** `scaleready rules`: what is checked. */
import { areas, rules, type Area, type Rule } from '../rules/index.ts';
import { wrap } from '../rules/report/characters.ts';
import { painter } from '../rules/report/look.ts';
import { exitCodes } from './exit.ts';
import { lookFor } from './terminal.ts';

/** @returns the exit code */
export function listRules({ format }: { readonly format: 'human' | 'json' }): number {
  process.stdout.write(format === 'json' ? rulesAsJson() : rulesForPeople());
  return exitCodes.clean;
}

function rulesAsJson(): string {
  const list = rules.map(({ id, title, area, section, level, fix, joins, messages }: Rule) => ({
    id,
    title,
    area,
    section,
    severity: level,
    fix,
    joins,
    messages: Object.fromEntries(
      Object.entries(messages).map(([key, message]) => [
        key,
        { text: message.text, severity: message.level ?? level, equivalents: message.equivalents ?? [] },
      ]),
    ),
  }));
  return `${JSON.stringify(list, undefined, 2)}\n`;
}

const fixMarks = { safe: 'fix', suggested: 'suggested fix', none: '' } as const;

function rulesForPeople(): string {
  const look = lookFor(process.stdout);
  const paint = painter(look);
  const width = look.width && Math.min(look.width, 110);
  const idWidth = Math.max(...rules.map(({ id }) => id.length)) + 2;
  const margin = idWidth + 2 + 9 + 15;
  const lines: string[] = [];
  for (const area of Object.keys(areas) as Area[]) {
    const here = rules.filter((rule: Rule) => rule.area === area);
    if (here.length === 0) continue;
    lines.push(paint(areas[area], 'bold'));
    for (const { id, level, fix, title } of here as readonly Rule[]) {
      const color =
        level === 'error' ? 'red' : level === 'warning' ? 'yellow' : level === 'info' ? 'cyan' : 'dim';
      const start = `  ${id.padEnd(idWidth)}${paint(level.padEnd(9), color)}${paint(fixMarks[fix].padEnd(15), 'green')}`;
      const [first, ...rest] = width && width > margin + 30 ? wrap(title, width - margin) : [title];
      lines.push(start + first, ...rest.map((line) => ' '.repeat(margin) + line));
    }
    lines.push('');
  }
  lines.push('`scaleready explain RULE` says why each matters and how to fix it.');
  return `${lines.join('\n')}\n`;
}

/** `scaleready explain`: a rule's page, for the terminal. */
import { faults, nearest, page, rules, type Rule } from '../rules/index.ts';
import { renderMarkdown } from './markdown.ts';
import { exitCodes, UsageError } from './exit.ts';
import { lookFor } from './terminal.ts';
import { quoted } from './workspaces.ts';

/**
 * @param name a rule's id, or another tool's for the same verdict, with or without the tool (`hadolint/DL3006`)
 * @returns the exit code
 */
export async function explain(name: string): Promise<number> {
  const found = rulesNamed(name);
  if (found.length === 0) throw new UsageError(unknown(name));
  const look = lookFor(process.stdout);
  for (const rule of found) {
    const text = (await page(rule.id)) ?? `# ${rule.id}\n\n${rule.title}\n`;
    process.stdout.write(renderMarkdown(text + facts(rule), look));
  }
  return exitCodes.clean;
}

function rulesNamed(name: string): readonly Rule[] {
  const all: readonly Rule[] = [...rules, ...faults];
  const own = all.find(({ id }) => id === name);
  if (own) return [own];
  const wanted = name.toLowerCase();
  return all.filter((rule) =>
    equivalentsOf(rule).some(
      (one) => one.toLowerCase() === wanted || one.toLowerCase().endsWith(`/${wanted}`),
    ),
  );
}

function unknown(name: string): string {
  const ids = rules.map(({ id }) => id as string);
  const near = nearest(name, ids) ?? ids.find((id) => id.endsWith(`/${name}`));
  const hint = near ? ` Did you mean ${quoted(near)}?` : ' `scaleready rules` lists them.';
  return `No rule is called ${quoted(name)}.${hint}`;
}

function equivalentsOf({ messages }: Rule): readonly string[] {
  return [...new Set(Object.values(messages).flatMap(({ equivalents = [] }) => equivalents))];
}

function facts(rule: Rule): string {
  const fix = {
    safe: 'safe, by `scaleready fix`',
    suggested: 'suggested, by `scaleready fix --suggested`',
    none: 'none',
  };
  const same = equivalentsOf(rule);
  return [
    '\n## At a glance\n',
    `- Severity: ${rule.level}`,
    `- Fix: ${fix[rule.fix]}`,
    ...(same.length > 0 ? [`- Same check elsewhere: ${same.join(', ')}`] : []),
    `- Set its level: \`--rule '${rule.id}=off'\`, or under \`rules\` in .scaleready.yaml`,
    '',
  ].join('\n');
}

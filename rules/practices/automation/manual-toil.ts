/** A runbook whose remedy is a long list of commands that a script could run. */
import type { Heading, MarkdownFacts } from '../../artifacts/markdown/facts.ts';
import { place } from '../../model/model.ts';
import { defineRule } from '../rule.ts';

/** More commands than a tired person copies without a slip. */
const most = 8;

const remedy = /mitigat|resol|remed|recover|restor|fail-?over|rotat|procedure|repair|fix\b/i;

export default defineRule({
  id: 'automation/manual-toil',
  title: 'A runbook’s remedy is a long list of commands to copy.',
  area: 'automation',
  section: '§3',
  level: 'info',
  joins: true,
  fix: 'none',
  messages: {
    long: {
      text: 'The runbook {page} ends the trouble by {count} commands to copy one by one: at night one is skipped or mistyped. A script in the repository does them the same each time.',
    },
  },
  check(model, report) {
    for (const { file, facts, index, title, services } of model.runbooks) {
      if (index) continue;
      const service = services.length === 1 ? services[0] : undefined;
      for (const [heading, count] of commandsBySection(facts)) {
        if (count <= most) report.met(service, { at: place(file, heading), message: 'few commands' });
        else
          report.gap({
            message: 'long',
            data: { page: title, count },
            at: place(file, heading),
            ...(service && { service }),
          });
      }
    }
  },
});

/** How many commands the remedies have, each under the heading right above it: what stands under others is another way. */
function commandsBySection({ headings, code }: MarkdownFacts): Map<Heading, number> {
  const counts = new Map<Heading, number>();
  const remedies = headings.filter(({ text }) => remedy.test(text));
  for (const { inline, range, shell } of code) {
    if (inline || !shell) continue;
    const isRemedy = remedies.some(({ body }) => range.start >= body.start && range.end <= body.end);
    const heading = headings.findLast((one) => one.range.start < range.start);
    // A console's own language, or what it prints, is no list of programs.
    const isPlain = shell.commands.every(({ name }) => /^[a-z][\w.+-]*$/i.test(name));
    if (!isRemedy || !heading || !isPlain) continue;
    // A pipe is one thing to copy.
    const commands = shell.commands.filter(
      ({ name, subshell }) => !subshell && !/^(?:cd|echo|export|set)$/.test(name),
    );
    counts.set(heading, (counts.get(heading) ?? 0) + commands.length + shell.pipes.length);
  }
  return counts;
}

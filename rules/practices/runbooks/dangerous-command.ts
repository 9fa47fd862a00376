/** Asks which commands of a page destroy something without a word about it. */
import type { CodeBlock } from '../../artifacts/markdown/facts.ts';
import type { Runbook } from '../../model/model.ts';
import { defineRule } from '../rule.ts';
import { dangerOf } from './dangers.ts';

export default defineRule({
  id: 'runbooks/dangerous-command',
  title: 'A runbook has a command that destroys data, and no word of warning.',
  area: 'runbooks',
  section: '§3',
  level: 'warning',
  // Which pages are runbooks is said by the alerts that lead to them.
  joins: true,
  fix: 'none',
  messages: {
    unwarned: {
      text: 'The runbook {runbook} runs {command}, which {effect}, and warns nowhere in this section: one paste by somebody tired is enough.',
    },
  },
  check(model, report) {
    for (const runbook of model.runbooks) {
      const { file, facts, title, services, index } = runbook;
      if (index || model.role(file) === 'test') continue;
      const service = services.length === 1 ? services[0] : undefined;
      let warned: CodeBlock | undefined;
      let gaps = 0;
      for (const block of facts.code) {
        const dangers = (block.shell?.commands ?? []).flatMap((command) => {
          const danger = dangerOf(command);
          return danger ? [{ danger, range: command.range }] : [];
        });
        if (dangers.length === 0) continue;
        if (asks(block) || isWarned(block, runbook)) {
          warned ??= block;
          continue;
        }
        for (const { danger, range } of dangers) {
          gaps++;
          const data = { runbook: title, command: danger.command, effect: danger.effect };
          report.gap({ message: 'unwarned', data, at: { file, range }, service });
        }
      }
      if (gaps === 0 && warned)
        report.met(service, {
          at: { file, range: warned.range },
          message: `${title} warns of what its commands destroy`,
        });
    }
  },
});

/** It shows first what would happen, or waits for an answer. */
function asks({ text, shell }: CodeBlock): boolean {
  return (
    /--dry-?run|\bread\s+-[a-z]*p\b|\bconfirm\b/.test(text) ||
    (shell?.commands.some(
      ({ name, arguments: words }) => name === 'terraform' && words[0]?.text === 'plan',
    ) ??
      false)
  );
}

/** By a word in the section the block stands in, or in what stands over all sections. */
function isWarned({ range }: CodeBlock, { facts }: Runbook): boolean {
  const { headings, warnings } = facts;
  const around = headings.filter(({ body }) => body.start <= range.start && range.end <= body.end);
  const [section] = around.toReversed();
  if (!section) return warnings.length > 0;
  const first =
    headings.find(({ range: at }) => at.start >= section.body.start)?.range.start ?? section.body.end;
  const start = section.range.start;
  const end = Math.max(first, section.body.end);
  const above = around.slice(0, -1).map((outer) => {
    const next = headings.find(({ range: at }) => at.start >= outer.body.start);
    return { start: outer.range.start, end: next?.range.start ?? outer.body.end };
  });
  return warnings.some(
    (at) => (at >= start && at < end) || above.some((each) => at >= each.start && at < each.end),
  );
}

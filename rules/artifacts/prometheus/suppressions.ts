/**
 * What pint takes for a suppression in a file of rules. It must never know what a check finds.
 *
 * Sources: https://cloudflare.github.io/pint/ignoring.html and the pages of its checks
 */
import { isMap, isSeq } from 'yaml';
import type { TextRange } from '../../text.ts';
import type { TextFile } from '../artifact.ts';
import { rangeOf } from '../nodes.ts';
import type { ForeignDirective, ForeignSuppressions } from '../suppressions/facts.ts';

/**
 * `disable` and `snooze DATE` hold for the rule they stand at, `file/…` for the file, `ignore/…` for lines. A check may
 * be narrowed to one setting or server, `rule/label(severity:true)`.
 */
export const pint: ForeignSuppressions = {
  mayHold: (text) => text.includes('# pint '),
  read(file) {
    const directives: ForeignDirective[] = [];
    let rules: readonly TextRange[] | undefined;
    let ignored: { start: number; range: TextRange } | undefined;
    for (const match of file.text.matchAll(comment)) {
      const { verb, rest } = match.groups as { verb: string; rest: string };
      const range = { start: match.index, end: match.index + match[0].trimEnd().length };
      if (verb.startsWith('ignore/')) {
        if (verb === 'ignore/begin') ignored ??= { start: range.start, range };
        else if (verb === 'ignore/end' && ignored) {
          directives.push({
            checks: all,
            range: ignored.range,
            covers: { start: ignored.start, end: range.end },
          });
          ignored = undefined;
        } else if (verb !== 'ignore/end')
          directives.push({ checks: all, range, covers: lines(file, verb, range) });
        continue;
      }
      const words = rest.trim().split(/\s+/);
      const until = verb.endsWith('snooze')
        ? /^(\d{4}-\d{2}-\d{2})(?:T\S+)?$/.exec(words[0]!)?.[1]
        : undefined;
      if (verb.endsWith('snooze') && until === undefined) continue;
      const check = words[until === undefined ? 0 : 1];
      if (!check) continue;
      rules ??= rulesOf(file);
      const covers = verb.startsWith('file/') ? undefined : ruleAt(range, rules);
      if (!verb.startsWith('file/') && !covers) continue;
      directives.push({
        checks: checksOf(check),
        range,
        ...(covers && { covers }),
        // pint checks again from that day on; a suppression of ours holds to the end of its last day.
        ...(until && { until: { value: dayBefore(until), range } }),
      });
    }
    if (ignored)
      directives.push({
        checks: all,
        range: ignored.range,
        covers: { start: ignored.start, end: file.text.length },
      });
    return directives;
  },
};

const all = ['pint/*'];

const comment =
  /#[ \t]*pint[ \t]+(?<verb>(?:file\/)?(?:disable|snooze)|ignore\/(?:file|line|next-line|begin|end))\b(?<rest>[^\r\n]*)/g;

/** A check that is narrowed is also the one it narrows, for what has no settings. */
function checksOf(written: string): string[] {
  const name = written.replace(/\(.*$/, '');
  const isSetting = /^(?:rule\/label|alerts\/annotation)$/.test(name);
  if (isSetting) return written === name ? [`pint/${name}`, `pint/${name}(*)`] : [`pint/${written}`];
  return [`pint/${name}`];
}

function lines({ text, lines }: TextFile, verb: string, range: TextRange): TextRange {
  if (verb === 'ignore/file') return { start: range.start, end: text.length };
  const line = lines.position(range.start).line + (verb === 'ignore/next-line' ? 1 : 0);
  return { start: lines.lineStart(line), end: lines.lineStart(line + 1) };
}

/** The rule that a comment stands in, or right above. */
function ruleAt({ start }: TextRange, rules: readonly TextRange[]): TextRange | undefined {
  return rules.find((rule) => start < rule.end);
}

/** The rules of the file in order, each from the end of the one before it to the end of its last line. */
function rulesOf(file: TextFile): readonly TextRange[] {
  const found: TextRange[] = [];
  const collect = (node: unknown, depth: number): void => {
    if (depth > 50) return;
    if (isSeq(node)) for (const item of node.items) collect(item, depth + 1);
    else if (isMap(node)) {
      if ((node.has('alert') || node.has('record')) && node.has('expr')) found.push(rangeOf(node));
      else for (const { value } of node.items) collect(value, depth + 1);
    }
  };
  for (const document of file.yaml()) collect(document.contents, 0);
  return found.map(({ end }, index) => ({
    start: index === 0 ? 0 : endOfLine(found[index - 1]!.end),
    end: endOfLine(end),
  }));

  function endOfLine(offset: number): number {
    return file.lines.lineStart(file.lines.position(offset).line + 1);
  }
}

function dayBefore(date: string): string {
  return new Date(Date.parse(date) - 86_400_000).toISOString().slice(0, 10);
}

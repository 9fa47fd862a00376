/**
 * What hadolint and Docker's build checks take for a suppression in a Dockerfile. It must never know what a check finds.
 *
 * Sources: https://github.com/hadolint/hadolint#inline-ignores, https://docs.docker.com/reference/dockerfile/#check
 */
import type { TextRange } from '../../text.ts';
import type { ForeignDirective, ForeignSuppressions } from '../suppressions/facts.ts';
import { splitInstructions } from './instructions.ts';

/** `# hadolint ignore=DL3006,DL3008` directly above an instruction; `# hadolint global ignore=…` for the file. */
export const hadolint: ForeignSuppressions = {
  mayHold: (text) => text.includes('hadolint'),
  read(file) {
    const directives: ForeignDirective[] = [];
    const starts = new Map(
      splitInstructions(file.text).instructions.map(({ range }) => [
        file.lines.position(range.start).line,
        range,
      ]),
    );
    for (const match of file.text.matchAll(ignore)) {
      const checks = match.groups!['checks']!.split(',').map((check) => `hadolint/${check.trim()}`);
      const start = match.index + match.groups!['margin']!.length;
      const range = { start, end: match.index + match[0].length };
      if (match.groups!['global']) directives.push({ checks, range });
      else {
        const line = file.lines.position(match.index).line + 1;
        const nothing = { start: file.lines.lineStart(line), end: file.lines.lineStart(line) };
        directives.push({ checks, range, covers: starts.get(line) ?? nothing });
      }
    }
    return directives;
  },
};

const ignore =
  /^(?<margin>[ \t]*)#[ \t]*hadolint[ \t]+(?<global>global[ \t]+)?ignore[ \t]*=[ \t]*(?<checks>[A-Z]+\d+[ \t]*(?:,[ \t]*[A-Z]+\d+[ \t]*)*)(?:#[^\r\n]*)?(?=\r?$)/gm;

/**
 * `# check=skip=JSONArgsRecommended,StageNameCasing;error=true` or `# check=skip=all`: for the file among the first
 * lines, else for the instruction below.
 */
export const buildkit: ForeignSuppressions = {
  mayHold: (text) => check.test(text),
  read(file) {
    const { check: whole, instructions } = splitInstructions(file.text);
    const directives: ForeignDirective[] = whole ? skipping(whole.value, whole.range) : [];
    const comment = new RegExp(check.source, 'gm');
    let next = 0;
    for (const match of file.text.matchAll(comment)) {
      const range = { start: match.index, end: match.index + match[0].length };
      if (whole && range.start <= whole.range.end && range.end >= whole.range.start) continue;
      while (next < instructions.length && instructions[next]!.range.start < range.end) next++;
      const below = instructions[next];
      if (!below) continue;
      const end = Math.min(below.range.start, range.end + maxComments);
      const between = file.text.slice(range.end, end).split('\n').slice(1, -1);
      if (between.some((line) => line.trim() === '#')) continue;
      directives.push(...skipping(match.groups!['value']!, range, below.range));
    }
    return directives;
  },
};

/** As much of what stands between a comment and its instruction is looked at. */
const maxComments = 5000;

const check = /^[ \t]*#[ \t]*check[ \t]*=[ \t]*(?<value>[^\r\n]*skip[^\r\n]*)/m;

function skipping(value: string, range: TextRange, covers?: TextRange): ForeignDirective[] {
  const skip = /(?:^|;)\s*skip\s*=([^;\s]*(?:,\s*[^;\s,]+)*)/.exec(value)?.[1];
  if (skip === undefined) return [];
  const names = skip.split(',').map((name) => name.trim());
  const checks = skip.trim() === 'all' ? ['buildkit/*'] : names.map((name) => `buildkit/${name}`);
  return [{ checks, range, ...(covers && { covers }) }];
}

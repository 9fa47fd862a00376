/**
 * What hadolint and Docker's build checks take for a suppression in a Dockerfile. It must never know what a check finds.
 *
 * Sources: https://github.com/hadolint/hadolint#inline-ignores, https://docs.docker.com/reference/dockerfile/#check
 */
import type { TextRange } from '../../text.ts';
import type { TextFile } from '../artifact.ts';
import type { ForeignDirective, ForeignSuppressions } from '../suppressions/facts.ts';
import { splitInstructions } from './instructions.ts';

/** `# hadolint ignore=DL3006,DL3008` directly above an instruction; `# hadolint global ignore=…` for the file. */
export const hadolint: ForeignSuppressions = {
  mayHold: (text) => text.includes('hadolint'),
  read(file) {
    const directives: ForeignDirective[] = [];
    for (const match of file.text.matchAll(ignore)) {
      const checks = match.groups!['checks']!.split(',').map((check) => `hadolint/${check.trim()}`);
      const start = match.index + match.groups!['margin']!.length;
      const range = { start, end: match.index + match[0].length };
      if (match.groups!['global']) directives.push({ checks, range });
      else directives.push({ checks, range, covers: instructionBelow(file, match.index) });
    }
    return directives;
  },
};

const ignore =
  /^(?<margin>[ \t]*)#[ \t]*hadolint[ \t]+(?<global>global[ \t]+)?ignore[ \t]*=[ \t]*(?<checks>[A-Z]+\d+[ \t]*(?:,[ \t]*[A-Z]+\d+[ \t]*)*)(?:#[^\r\n]*)?(?=\r?$)/gm;

/** The instruction that starts on the next line; an empty range where none does. */
function instructionBelow({ text, lines }: TextFile, at: number): { start: number; end: number } {
  const line = lines.position(at).line + 1;
  const below = splitInstructions(text).instructions.find(
    ({ range }) => lines.position(range.start).line === line,
  );
  const start = lines.lineStart(line);
  return { start, end: below ? below.range.end : start };
}

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
    for (const match of file.text.matchAll(comment)) {
      const range = { start: match.index, end: match.index + match[0].length };
      if (whole && range.start <= whole.range.end && range.end >= whole.range.start) continue;
      const below = instructions.find(({ range: { start } }) => start >= range.end);
      const between = file.text.slice(range.end, below?.range.start).split('\n').slice(1, -1);
      if (!below || between.some((line) => line.trim() === '#')) continue;
      directives.push(...skipping(match.groups!['value']!, range, below.range));
    }
    return directives;
  },
};

const check = /^[ \t]*#[ \t]*check[ \t]*=[ \t]*(?<value>[^\r\n]*skip[^\r\n]*)/m;

function skipping(value: string, range: TextRange, covers?: TextRange): ForeignDirective[] {
  const skip = /(?:^|;)\s*skip\s*=([^;\s]*(?:,\s*[^;\s,]+)*)/.exec(value)?.[1];
  if (skip === undefined) return [];
  const names = skip.split(',').map((name) => name.trim());
  const checks = skip.trim() === 'all' ? ['buildkit/*'] : names.map((name) => `buildkit/${name}`);
  return [{ checks, range, ...(covers && { covers }) }];
}

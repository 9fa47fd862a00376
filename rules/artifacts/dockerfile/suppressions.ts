/**
 * What hadolint and Docker's build checks take for a suppression in a Dockerfile. It must never know what a check finds.
 *
 * Sources: https://github.com/hadolint/hadolint#inline-ignores, https://docs.docker.com/reference/dockerfile/#check
 */
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

/** Directives stand at the very top. */
const maxDirectives = 2000;

/** `# check=skip=JSONArgsRecommended,StageNameCasing;error=true` or `# check=skip=all` among the first lines. */
export const buildkit: ForeignSuppressions = {
  mayHold: (text) => /^[ \t]*#[ \t]*check[ \t]*=/im.test(text.slice(0, maxDirectives)),
  read({ text }) {
    const { check } = splitInstructions(text);
    const skip = /(?:^|;)\s*skip\s*=([^;]*)/i.exec(check?.value ?? '')?.[1];
    if (!check || skip === undefined) return [];
    const names = skip.split(',').map((name) => name.trim());
    const all = names.some((name) => name.toLowerCase() === 'all');
    return [{ checks: all ? ['buildkit/*'] : names.map((name) => `buildkit/${name}`), range: check.range }];
  },
};

/** Edits of Dockerfiles by whole instructions, so that comments, line ends and indentation stay as they are. */
import type { TextFile } from '../../artifacts/artifact.ts';
import type { TextRange } from '../../text.ts';
import type { Change } from '../rule.ts';
import { marginOf, newlineOf, nextLine, startOfLine } from './lines.ts';

/**
 * Inserts instructions above another one and above the comments that belong to it.
 * @param instructions without line ends; one with several lines uses `\n`
 * @param range of the instruction they go above
 */
export function insertBefore(file: TextFile, range: TextRange, instructions: readonly string[]): Change {
  const { text, path } = file;
  const own = startOfLine(text, range.start);
  let at = own;
  while (at > 0) {
    const above = startOfLine(text, at - 1);
    if (!/^[ \t]*#/.test(text.slice(above, at)) || isDirective(text, above)) break;
    at = above;
  }
  const indentation = marginOf(text, range.start);
  return {
    kind: 'edit',
    file: path,
    range: { start: at, end: at },
    text: asLines(text, indentation, instructions),
  };
}

/** Inserts instructions below the last line of another one. */
export function insertAfter(file: TextFile, range: TextRange, instructions: readonly string[]): Change {
  const { text, path } = file;
  const at = nextLine(text, range.end);
  const indentation = marginOf(text, range.start);
  const lines = asLines(text, indentation, instructions);
  const endsLine = at === 0 || text[at - 1] === '\n';
  const inserted = endsLine ? lines : newlineOf(text) + lines.trimEnd();
  return { kind: 'edit', file: path, range: { start: at, end: at }, text: inserted };
}

/** Removes an instruction with its lines; the comments above it stay. */
export function removeInstruction(file: TextFile, range: TextRange): Change {
  const start = startOfLine(file.text, range.start);
  return {
    kind: 'edit',
    file: file.path,
    range: { start, end: nextLine(file.text, range.end) },
    text: '',
  };
}

/** Replaces a part of an instruction. */
export function replace(file: TextFile, range: TextRange, text: string): Change {
  return { kind: 'edit', file: file.path, range, text };
}

/** An instruction's arguments in exec form. */
export function execForm(words: readonly string[]): string {
  return `[${words.map((word) => JSON.stringify(word)).join(', ')}]`;
}

/** Nothing may stand above a directive. */
function isDirective(text: string, start: number): boolean {
  return /^[ \t]*#[ \t]*(?:syntax|escape|check)[ \t]*=/i.test(text.slice(start, start + 100));
}

function asLines(text: string, indentation: string, instructions: readonly string[]): string {
  const end = newlineOf(text);
  return instructions
    .flatMap((instruction) => instruction.split('\n'))
    .map((line) => indentation + line + end)
    .join('');
}

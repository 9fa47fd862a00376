/** The commands of a pipeline's script. It must never know which system runs it. */
import type { TextFile } from '../artifact.ts';
import { isReadable, readScript } from '../shell/shell.ts';

/** Scripts of one file that are given to the grammar; far more than people write into one. */
const maxScripts = 300;

/** Reads the scripts of one file. */
export class Scripts {
  readonly #file: TextFile;
  #read = 0;

  constructor(file: TextFile) {
    this.#file = file;
  }

  /** @param script in a POSIX shell or, roughly, in PowerShell */
  commands(script: string): string[][] {
    const text = withoutExpressions(script);
    this.#read += 1;
    if (!isReadable(text) || this.#read > maxScripts) return byLine(text);
    const range = (start: number, end: number) => ({ start, end });
    const { commands } = readScript(this.#file.tree('bash', text), { text, range });
    return commands.map(({ name, arguments: words }) => [name, ...words.map((word) => word.text)]);
  }
}

/** Expressions as shell variables: `${{ matrix.os }}` (GitHub), `<< parameters.os >>` (CircleCI), `$(os)` stays. */
export function withoutExpressions(text: string): string {
  return text
    .replace(/\$\{\{\s*matrix\.([\w.-]+)\s*\}\}/g, '$$matrix.$1')
    .replace(/\$\{\{[^{}\n]*\}\}/g, '$$expression')
    .replace(/<<\s*[\w.]+\s*>>/g, '$$expression');
}

function byLine(text: string): string[][] {
  return text
    .split('\n')
    .slice(0, 2000)
    .map((line) => line.trim().split(/\s+/))
    .filter(([first = '']) => first !== '' && !first.startsWith('#'));
}

/** What the place that output goes to can show, and progress on it. */
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { WriteStream } from 'node:tty';
import type { Progress } from '../rules/index.ts';
import type { Look } from '../rules/report/look.ts';

type Output = Pick<WriteStream, 'isTTY' | 'columns'>;
type Environment = Readonly<Record<string, string | undefined>>;

/** A plain look: for files. */
export const plainLook: Look = { color: false, unicode: true };

/** The look for a stream of this process. */
export function lookFor(output: Output, environment: Environment = process.env): Look {
  const isTerminal = output.isTTY === true;
  const dumb = environment['TERM'] === 'dumb';
  const width = isTerminal && output.columns > 0 ? output.columns : undefined;
  return {
    color: wantsColor(isTerminal && !dumb, environment),
    unicode: !(isTerminal && dumb),
    ...(width && { width }),
    ...(isTerminal && showsLinks(environment) && { link: (path) => pathToFileURL(resolve(path)).href }),
  };
}

/** https://no-color.org and https://force-color.org; the latter wins, as in Node itself. */
function wantsColor(capable: boolean, environment: Environment): boolean {
  const force = environment['FORCE_COLOR'];
  if (force !== undefined) return force !== '0' && force !== 'false';
  if (environment['NO_COLOR']) return false;
  return capable;
}

/**
 * Terminals known to show OSC 8 links. Not that of VS Code: it makes `path:line:column` a link by itself, and that one
 * opens the line.
 */
function showsLinks(environment: Environment): boolean {
  const { TERM, TERM_PROGRAM = '', VTE_VERSION, WT_SESSION, KONSOLE_VERSION, TMUX, STY } = environment;
  if (environment['FORCE_HYPERLINK'] !== undefined) return environment['FORCE_HYPERLINK'] !== '0';
  if (TERM === 'dumb' || TMUX || STY || environment['CI']) return false;
  if (['iTerm.app', 'WezTerm', 'ghostty', 'Hyper', 'Tabby'].includes(TERM_PROGRAM)) return true;
  return Boolean(
    WT_SESSION ||
    KONSOLE_VERSION ||
    Number(VTE_VERSION) >= 5000 ||
    /kitty|alacritty|ghostty/.test(TERM ?? ''),
  );
}

/** Milliseconds before progress is shown at all, and between two showings. */
const patience = 300;
const pause = 80;

/** One line on the terminal that says how far a long audit is; silent where there is no terminal. */
export class ProgressLine {
  #next = performance.now() + patience;
  #shown = false;

  constructor(
    readonly stream: WriteStream,
    readonly label: string,
  ) {}

  update({ done, total }: Progress): void {
    if (!this.stream.isTTY || process.env['TERM'] === 'dumb' || performance.now() < this.#next) return;
    this.#next = performance.now() + pause;
    this.#shown = true;
    const text = `${this.label}: ${done.toLocaleString('en')} of ${total.toLocaleString('en')} files`;
    this.stream.write(`\r${text.slice(0, this.stream.columns - 1)}\u001b[K`);
  }

  clear(): void {
    if (this.#shown) this.stream.write('\r\u001b[K');
    this.#shown = false;
  }
}

/**
 * What a command in shell form would need to get its signals: exec form where a shell adds nothing to it, `exec` where
 * it does. It understands as much of POSIX sh as that takes, and gives up on the rest.
 */

export type Rewrite =
  /** These words are exactly what the shell would start. */
  | { readonly kind: 'words'; readonly words: readonly string[] }
  /** Inserting `text` at this offset lets the last command take the shell's place. */
  | { readonly kind: 'exec'; readonly at: number; readonly text: string }
  /** It does so already. */
  | { readonly kind: 'done' };

/** @returns undefined where the shell must stay (pipes, background jobs, `||` …) or the text is not understood */
export function rewriteOf(text: string): Rewrite | undefined {
  const commands = commandsOf(text);
  const last = commands?.at(-1);
  if (!commands || !last || last.length === 0) return undefined;
  if (commands.some(([first]) => keywords.has(first?.value ?? ''))) return undefined;
  const assignments = last.findIndex(({ raw }) => !/^[A-Za-z_]\w*=/.test(raw));
  const program = last[assignments];
  if (assignments === -1 || !program) return undefined;
  if (program.value === 'exec') return { kind: 'done' };
  if (program.value !== undefined && builtins.has(program.value)) return undefined;
  const words = last.map(({ value }) => value).filter((value) => value !== undefined);
  if (commands.length === 1 && assignments === 0 && words.length === last.length)
    return { kind: 'words', words };
  return { kind: 'exec', at: last[0]!.start, text: assignments > 0 ? 'exec env ' : 'exec ' };
}

interface ShellWord {
  readonly raw: string;
  /** What the shell makes of it; undefined where that is decided when it runs. */
  readonly value?: string;
  readonly start: number;
}

const keywords = new Set('if then else elif fi for while until do done case esac { } ! [['.split(' '));
const builtins = new Set(
  '. : alias bg break cd continue eval exit export false fg getopts hash jobs let local read readonly return set shift source test times trap true type ulimit umask unalias unset wait [ echo printf'.split(
    ' ',
  ),
);

/** The commands of a list joined by `&&` or `;`; undefined where there is more than that. */
function commandsOf(text: string): ShellWord[][] | undefined {
  if (/`|\$\(|<<|<\(|>\(/.test(text)) return undefined;
  const commands: ShellWord[][] = [[]];
  let at = 0;
  while (at < text.length) {
    const rest = text.slice(at, at + 3);
    const blank = /^(?:[ \t]|\\\r?\n)/.exec(rest);
    if (blank) at += blank[0].length;
    else if (rest.startsWith('&&') || rest.startsWith(';')) {
      if (commands.at(-1)!.length === 0) return undefined;
      commands.push([]);
      at += rest.startsWith('&&') ? 2 : 1;
    } else if (/^[|&()\n\r#]/.test(rest)) return undefined;
    else {
      const word = wordAt(text, at);
      if (!word) return undefined;
      commands.at(-1)!.push(word);
      at += word.raw.length;
    }
  }
  return commands;
}

function wordAt(text: string, start: number): ShellWord | undefined {
  let value = '';
  let plain = true;
  let at = start;
  for (; at < text.length && !/[\s;|&()]/.test(text[at]!); at++) {
    const character = text[at]!;
    if (character === "'" || character === '"') {
      const end = closing(text, at);
      if (end === undefined) return undefined;
      const inner = text.slice(at + 1, end);
      if (character === '"' && /[$\\]/.test(inner)) plain = false;
      value += inner;
      at = end;
    } else if (character === '$' && text[at + 1] === '{') {
      const end = text.indexOf('}', at);
      if (end === -1) return undefined;
      plain = false;
      at = end;
    } else if (character === '\\') {
      if (/[\r\n]/.test(text[at + 1] ?? '\n')) break;
      plain = false;
      at++;
    } else if (character === '>' || character === '<') {
      plain = false;
      // `2>&1` is one word to us; its ampersand starts no job.
      if (text[at + 1] === '&') at++;
    } else {
      if (/[$*?[\]{}~!#]/.test(character)) plain = false;
      value += character;
    }
  }
  if (at === start) return undefined;
  return { raw: text.slice(start, at), start, ...(plain && { value }) };
}

function closing(text: string, open: number): number | undefined {
  const quote = text[open]!;
  for (let at = open + 1; at < text.length; at++) {
    if (text[at] === '\\' && quote === '"') at++;
    else if (text[at] === quote) return at;
  }
  return undefined;
}

/**
 * Reads the syntax tree of a shell script into the commands it runs. It must never know where the script stands, nor
 * what any program does with its arguments; of programs it knows only those that run another one.
 */
import type { Tree } from 'web-tree-sitter';
import type { TextRange } from '../../text.ts';
import { Syntax } from '../source/syntax.ts';
import type { ShellCommand, ShellPipe, ShellScript, ShellWord } from './facts.ts';

/** The script's text, and where its parts stand in the file. */
export interface ScriptText {
  readonly text: string;
  range(start: number, end: number): TextRange;
}

/**
 * Whether a script may be given to the grammar: its time grows with the square of the pipes in a text, and its memory
 * with what is nested; far more than this is no script that people write.
 */
export function isReadable(text: string): boolean {
  return text.length <= 20_000 && count(text, '|') <= 150 && count(text, '(') <= 300;
}

function count(text: string, character: string): number {
  let found = 0;
  for (let at = text.indexOf(character); at >= 0; at = text.indexOf(character, at + 1)) found++;
  return found;
}

/** @param tree of the bash grammar, for the text of `source` */
export function readScript(tree: Tree, source: ScriptText): ShellScript {
  const reader = new ScriptReader(source);
  reader.read(new Syntax(tree.rootNode, source.text), false, 0);
  return { commands: reader.commands.sort((a, b) => a.range.start - b.range.start), pipes: reader.pipes };
}

/** The command that words make, as they are given to a program without a shell. */
export function commandOf(words: readonly ShellWord[]): ShellCommand | undefined {
  return unwrapped(words, {}, false);
}

/** Trees deeper than this are generated. */
const maxDepth = 200;

const ownShell = new Set(['subshell', 'command_substitution', 'process_substitution', 'pipeline']);
const declarations = new Set(['declaration_command', 'unset_command']);

class ScriptReader {
  readonly commands: ShellCommand[] = [];
  readonly pipes: ShellPipe[] = [];
  readonly #source: ScriptText;

  constructor(source: ScriptText) {
    this.#source = source;
  }

  read(node: Syntax, subshell: boolean, depth: number): void {
    if (depth > maxDepth) return;
    if (node.type === 'command') this.#command(node, subshell);
    if (declarations.has(node.type)) this.#declaration(node, subshell);
    const within = subshell || ownShell.has(node.type);
    for (const child of node.children) this.read(child, within, depth + 1);
    if (node.type === 'pipeline') this.#pipe(node);
    if (node.type === 'redirected_statement') this.#addWords(wordsAfterRedirect(node));
  }

  #command(node: Syntax, subshell: boolean): void {
    const environment: Record<string, string> = {};
    const words: ShellWord[] = [];
    for (const child of node.children) {
      if (child.type === 'variable_assignment' && words.length === 0) assign(child.text, environment);
      else if (!child.type.endsWith('redirect')) words.push(this.#word(child));
    }
    this.#keep(unwrapped(words, environment, subshell));
  }

  /** `export A=1`: the grammar takes it for no command. */
  #declaration(node: Syntax, subshell: boolean): void {
    const environment: Record<string, string> = {};
    for (const child of node.children) assign(child.text, environment);
    const name = /^[a-z]+/.exec(node.text)?.[0] ?? '';
    const at = this.#source.range(node.start, node.start + name.length);
    const words = [{ text: name, range: at }, ...node.children.map((child) => this.#word(child))];
    this.#keep(unwrapped(words, environment, subshell));
  }

  #keep(command: ShellCommand | undefined): void {
    if (command) this.commands.push(command);
  }

  #addWords(nodes: readonly Syntax[]): void {
    const last = this.commands.at(-1);
    if (nodes.length === 0 || !last) return;
    const words = [...last.arguments, ...nodes.map((node) => this.#word(node))];
    const range = { start: last.range.start, end: words.at(-1)!.range.end };
    this.commands[this.commands.length - 1] = { ...last, arguments: words, range };
  }

  #word({ text, start, end }: Syntax): ShellWord {
    return { ...shellValue(text), range: this.#source.range(start, end) };
  }

  #pipe(node: Syntax): void {
    const range = this.#source.range(node.start, node.end);
    const programs = node.children.map((child) => {
      const { start, end } = this.#source.range(child.start, child.end);
      return this.commands.findLast(({ range: own }) => own.start >= start && own.end <= end)?.name ?? '';
    });
    this.pipes.push({ range, feeds: programs.slice(0, -1), last: programs.at(-1) ?? '' });
  }
}

/** `run >log a b`: the grammar counts `a` and `b` to the redirection. */
function wordsAfterRedirect(statement: Syntax): Syntax[] {
  return statement.children.flatMap((redirect) => {
    if (redirect.type !== 'file_redirect') return [];
    return redirect.children.filter(({ type }) => type !== 'file_descriptor').slice(1);
  });
}

function assign(text: string, environment: Record<string, string>): void {
  const equals = text.indexOf('=');
  if (equals > 0) environment[text.slice(0, equals)] = shellValue(text.slice(equals + 1)).text;
}

/** What the shell makes of a word: quotes and escapes taken away; variables and substitutions stay as written. */
export function shellValue(raw: string): { text: string; variable?: true } {
  let text = '';
  let quote = '';
  let variable = false;
  for (let at = 0; at < raw.length; at++) {
    const character = raw[at]!;
    if (quote === "'") {
      if (character === "'") quote = '';
      else text += character;
    } else if (character === '\\') {
      const next = raw[++at] ?? '';
      text += quote === '"' && !'"\\$`\n'.includes(next) ? character + next : next === '\n' ? '' : next;
    } else if (character === '"' || (character === "'" && quote === '')) {
      quote = quote === '' ? character : '';
    } else {
      if (character === '`' || (character === '$' && /[\w{(@*#?!-]/.test(raw[at + 1] ?? ''))) variable = true;
      text += character;
    }
  }
  return variable ? { text, variable } : { text };
}

/**
 * Programs that run the command that their arguments name, with those of their options whose value is the next word.
 * The number of words that come before the command is 0 where it is not said.
 */
const wrappers: Readonly<Record<string, { readonly values: RegExp; readonly words?: number }>> = {
  sudo: { values: /^(?:-[A-Za-z]*[ughpCTRDtr]|--(?:user|group|host|prompt|chdir|chroot))$/ },
  doas: { values: /^-[uC]$/ },
  env: { values: /^(?:-[uC]|--(?:unset|chdir))$/ },
  time: { values: /^-[fo]$/ },
  nice: { values: /^(?:-n|--adjustment)$/ },
  ionice: { values: /^-[cnp]$/ },
  nohup: { values: /^$/ },
  exec: { values: /^-a$/ },
  command: { values: /^$/ },
  builtin: { values: /^$/ },
  eatmydata: { values: /^$/ },
  chronic: { values: /^$/ },
  timeout: { values: /^-[ks]$/, words: 1 },
  gosu: { values: /^$/, words: 1 },
  'su-exec': { values: /^$/, words: 1 },
};

function unwrapped(
  words: readonly ShellWord[],
  assigned: Readonly<Record<string, string>>,
  subshell: boolean,
): ShellCommand | undefined {
  const environment = { ...assigned };
  const around: string[] = [];
  let at = 0;
  while (at < words.length) {
    const name = baseName(words[at]!);
    const wrapper = Object.hasOwn(wrappers, name) ? wrappers[name] : undefined;
    const next = wrapper && commandWithin(words, at + 1, wrapper, environment);
    if (next === undefined) break;
    around.push(name);
    at = next;
  }
  const first = words[at];
  if (!first) return undefined;
  return {
    name: baseName(first),
    arguments: words.slice(at + 1),
    range: { start: first.range.start, end: words.at(-1)!.range.end },
    ...(around.length > 0 && { wrappers: around }),
    ...(first.text.includes('/') && !first.variable && { path: true as const }),
    ...(Object.keys(environment).length > 0 && { environment }),
    ...(subshell && { subshell }),
  };
}

/** The index of the command that a wrapper runs; undefined where it runs none, as `command -v curl`. */
function commandWithin(
  words: readonly ShellWord[],
  from: number,
  { values, words: before = 0 }: { readonly values: RegExp; readonly words?: number },
  environment: Record<string, string>,
): number | undefined {
  let left = before;
  for (let at = from; at < words.length; at++) {
    const { text } = words[at]!;
    if (/^-[vV]$/.test(text) && baseName(words[from - 1]!) === 'command') return undefined;
    if (text.startsWith('-')) at += values.test(text) ? 1 : 0;
    else if (/^[A-Za-z_]\w*=/.test(text)) assign(text, environment);
    else if (left > 0) left--;
    else return at;
  }
  return undefined;
}

function baseName({ text, variable }: ShellWord): string {
  if (variable) return '';
  return text.slice(text.lastIndexOf('/') + 1);
}

/**
 * Code for a shell in a page: prompts, what commands print and blanks to fill in are masked at the same length, and the
 * rest is read by the grammar. It must never know what a command does.
 */
import type { Tree } from 'web-tree-sitter';
import type { TextFile } from '../artifact.ts';
import type { ShellCommand, ShellWord } from '../shell/facts.ts';
import { isReadable, readScript } from '../shell/shell.ts';
import { Syntax } from '../source/syntax.ts';
import type { ShellBlock, ShellInput } from './facts.ts';

const shells = new Set([
  ...['sh', 'bash', 'shell', 'zsh', 'ksh'],
  ...['console', 'shell-session', 'sh-session', 'shellsession', 'terminal'],
]);

/** A prompt with the blanks around it: `$ `, `% `, `user@host:~$ `, `# ` before a command that root runs. */
const prompt =
  /^[ \t>]*(?:[\w.-]+@[\w.-]+[^\s$#%]*[$#%]|\(?[\w.-]*\)?[$%]|#(?=[ \t]+(?:kubectl|oc|make|npm|docker|systemctl|sudo|curl|ssh)\b))[ \t]+/;
const quoteMark = /^[ \t]*>[ \t]?/;

/**
 * What a block of code runs.
 * @param code as it stands in the file, from `start` on
 * @returns undefined for other languages, for code without a language that shows no prompt, and for what is no script
 *   that people write
 */
export function readShell(
  file: TextFile,
  code: string,
  language: string | undefined,
  start: number,
): ShellBlock | undefined {
  if (language !== undefined && !shells.has(language)) return undefined;
  const prompted = code.split('\n').some((line) => prompt.test(line));
  if ((language === undefined && !prompted) || !isReadable(code)) return undefined;
  const lines = maskLines(code, prompted);
  const masked = lines.replace(blank, maskBlank);
  const tree = file.tree('bash', masked);
  const script = readScript(tree, {
    text: masked,
    range: (from, to) => ({ start: start + from, end: start + to }),
  });
  return {
    commands: script.commands.map(withBlanks),
    pipes: script.pipes,
    inputs: [...blanksOf(lines), ...variablesOf(tree, masked)]
      .map(({ range, ...input }) => ({
        ...input,
        range: { start: start + range.start, end: start + range.end },
      }))
      .toSorted((a, b) => a.range.start - b.range.start),
  };
}

/** Where some lines have a prompt, the others are what the commands print, unless they go on a command. */
function maskLines(code: string, prompted: boolean): string {
  let continues = false;
  const quoted = !prompted && code.split('\n').every((line) => line.trim() === '' || quoteMark.test(line));
  return code
    .split('\n')
    .map((line) => {
      const found = prompted && !continues ? prompt.exec(line)?.[0] : undefined;
      const isCommand = !prompted || continues || found !== undefined;
      continues = isCommand && /\\\r?$/.test(line);
      if (!isCommand) return ' '.repeat(line.length);
      const before = found ?? (quoted || prompted ? quoteMark.exec(line)?.[0] : undefined) ?? '';
      return ' '.repeat(before.length) + line.slice(before.length);
    })
    .join('\n');
}

/** `<pod>`, `<your namespace>`, `{{ pod }}`, `[pod-name]`: what a reader has to fill in. */
const blank =
  /(?<![<\w])<([A-Za-z](?:[\w .:/-]{0,50}\w)?)>(?!>)|\{\{\s{0,3}([\w .-]{1,50}?)\s{0,3}\}\}|(?<=[ =/])\[([a-z][a-z0-9_-]{2,40})\](?=[ /\r\n]|$)/g;

/** Letters that no shell knows take the place of brackets, so that the grammar takes a blank for a word. */
function maskBlank(written: string): string {
  return written.replace(/[^\w-]/g, '·');
}

function blanksOf(code: string): ShellInput[] {
  return [...code.matchAll(blank)].map((match) => ({
    kind: 'blank' as const,
    value: (match[1] ?? match[2] ?? match[3] ?? '').trim(),
    range: { start: match.index, end: match.index + match[0].length },
  }));
}

function withBlanks(command: ShellCommand): ShellCommand {
  if (!command.name.includes('·') && !command.arguments.some(({ text }) => text.includes('·')))
    return command;
  return {
    ...command,
    name: command.name.includes('·') ? '' : command.name,
    arguments: command.arguments.map((word): ShellWord =>
      word.text.includes('·') ? { ...word, variable: true } : word,
    ),
  };
}

/** Every shell has them, or sets them itself. */
const ambient = new Set([
  ...['HOME', 'PATH', 'USER', 'PWD', 'OLDPWD', 'SHELL', 'HOSTNAME', 'LANG', 'TERM', 'TMPDIR', 'EDITOR'],
  ...['RANDOM', 'SECONDS', 'UID', 'EUID', 'IFS', 'BASH', 'LINENO', 'FUNCNAME', 'BASH_SOURCE', 'PIPESTATUS'],
]);

/** Variables that are used and set nowhere in the block. */
function variablesOf(tree: Tree, text: string): ShellInput[] {
  if (!text.includes('$')) return [];
  const used: ShellInput[] = [];
  const set = new Set<string>();
  const visit = (node: Syntax, depth: number): void => {
    if (depth > 200) return;
    if (node.type === 'simple_expansion' || node.type === 'expansion') {
      const name = node.child('variable_name');
      const written = node.text;
      // A default is an answer already.
      if (name && /^\$(?:[A-Za-z_]\w*|\{[A-Za-z_]\w*\})$/.test(written))
        used.push({ kind: 'variable', value: name.text, range: node.range });
    } else if (node.type === 'variable_assignment' || node.type === 'for_statement') {
      const name = node.child('variable_name');
      if (name) set.add(name.text);
    } else if (node.type === 'command' && /^(?:read|mapfile|readarray|getopts)\b/.test(node.text)) {
      for (const word of node.text.split(/\s+/).slice(1)) set.add(word);
    }
    for (const child of node.children) visit(child, depth + 1);
  };
  visit(new Syntax(tree.rootNode, text), 0);
  return used.filter(({ value }) => !set.has(value) && !ambient.has(value));
}

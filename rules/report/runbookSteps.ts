/**
 * A runbook as steps in the order in which they are followed: headings, prose and commands, with the blanks a command
 * needs filled in and what it destroys. It runs nothing, and must never know where a step is shown.
 */
import { createHash } from 'node:crypto';
import type { CodeBlock, MarkdownFacts } from '../artifacts/markdown/facts.ts';
import type { ShellCommand } from '../artifacts/shell/facts.ts';
import { dangerOf, type Danger } from '../practices/runbooks/dangers.ts';
import type { TextRange } from '../text.ts';

export type Step = HeadingStep | ProseStep | CommandStep;

interface StepBase {
  /** The same through edits elsewhere on the page, so that check marks stay. */
  readonly key: string;
  /** Of the step in the page's text. */
  readonly range: TextRange;
  /** Key of the heading it stands under. */
  readonly under?: string;
}

export interface HeadingStep extends StepBase {
  readonly kind: 'heading';
  readonly depth: number;
  readonly text: string;
  /** GitHub's anchor for it. */
  readonly slug: string;
}

export interface ProseStep extends StepBase {
  readonly kind: 'prose';
  /** Markdown without the indentation of the list it stands in. */
  readonly markdown: string;
  /** An item of a list: something to do or to look at, and not an explanation. */
  readonly item: boolean;
}

export interface CommandStep extends StepBase {
  readonly kind: 'command';
  readonly language?: string;
  /** It is for a shell. Other code, such as a query, is to be read or copied. */
  readonly shell: boolean;
  /** Without prompts, indentation and what the commands print. */
  readonly code: string;
  /** What has to be asked for before it can run, each name once. */
  readonly inputs: readonly { readonly name: string; readonly kind: 'variable' | 'blank' }[];
  /** What it destroys, as it is written. */
  readonly dangers: readonly Danger[];
  /** What it runs, where it is for a shell. */
  readonly commands: readonly ShellCommand[];
  /** What the fence says for Runme: `{ name=restart interactive=false }`. */
  readonly annotations: Readonly<Record<string, string>>;
}

/**
 * @param page the facts of the page
 * @param text the page's text, of which the facts are
 */
export function stepsOf(page: MarkdownFacts, text: string): readonly Step[] {
  const reader = new StepReader(text);
  const parts = [
    ...page.headings.map((heading) => ({ at: heading.range, heading })),
    ...page.code.flatMap((code) => (code.inline ? [] : [{ at: code.fence ?? code.range, code }])),
  ].toSorted((a, b) => a.at.start - b.at.start);
  let at = frontMatterEnd(text);
  for (const part of parts) {
    reader.prose(at, lineStart(text, part.at.start));
    if ('heading' in part) reader.heading(part.heading);
    else reader.code(part.code);
    at = Math.max(at, part.at.end);
  }
  reader.prose(at, text.length);
  return reader.steps;
}

/**
 * The command with its inputs filled in, quoted for a POSIX shell where a value needs it.
 * @param values by the names of the inputs; one that is missing stays as it is written
 */
export function fillCommand(step: CommandStep, values: Readonly<Record<string, string>>): string {
  return filledIn(step.code, step, values, (value, at, text) => quoted(value, quoteAt(text, at)));
}

/** What it destroys once its inputs are filled in: `kubectl delete <kind>` is as dangerous as the kind is. */
export function filledDangers(
  step: CommandStep,
  values: Readonly<Record<string, string>>,
): readonly Danger[] {
  const fill = (text: string): string => filledIn(text, step, values, (value) => value);
  return dangersOf(
    step.commands.map((command) => ({
      ...command,
      name: fill(command.name),
      arguments: command.arguments.map((word) => ({ ...word, text: fill(word.text) })),
    })),
  );
}

/** All at once, so that a value is never taken for a blank. */
function filledIn(
  text: string,
  { inputs }: CommandStep,
  values: Readonly<Record<string, string>>,
  written: (value: string, at: number, text: string) => string,
): string {
  const given = inputs.filter(({ name }) => Object.hasOwn(values, name));
  if (given.length === 0) return text;
  const blanks = new RegExp(given.map((input) => `(${blankOf(input)})`).join('|'), 'g');
  return text.replace(blanks, (...match: unknown[]) => {
    const which = match.slice(1, given.length + 1).findIndex((group) => group !== undefined);
    return written(values[given[which]!.name]!, match[given.length + 1] as number, text);
  });
}

/** How an input is written; facts of commands have `·` in place of a blank's brackets. */
function blankOf({ name, kind }: CommandStep['inputs'][number]): string {
  const escaped = name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return kind === 'variable'
    ? `\\$(?:${escaped}\\b|\\{${escaped}\\})`
    : `<${escaped}>|\\{\\{\\s*${escaped}\\s*\\}\\}|\\[${escaped}\\]|·+${name.replace(/[^\w-]/g, '·')}·+`;
}

function dangersOf(commands: readonly ShellCommand[]): readonly Danger[] {
  const found = commands.map(dangerOf).filter((danger) => danger !== undefined);
  return [...new Map(found.map((danger) => [danger.command, danger])).values()];
}

type Quote = '"' | "'" | undefined;

/** As one word, or as part of the quoted one it stands in. */
function quoted(value: string, inside: Quote): string {
  if (/^[\w@%+=:,./-]+$/.test(value)) return value;
  if (inside === '"') return value.replace(/["$`\\]/g, '\\$&');
  const closed = value.replaceAll("'", "'\\''");
  return inside === "'" ? closed : `'${closed}'`;
}

/** The quote that is open at an offset of a script; comments have none. */
function quoteAt(script: string, offset: number): Quote {
  let open: Quote;
  for (let at = 0; at < offset; at++) {
    const char = script[at]!;
    if (char === '\\' && open !== "'") at++;
    else if (open) open = char === open ? undefined : open;
    else if (char === '"' || char === "'") open = char;
    else if (char === '#' && (at === 0 || /\s/.test(script[at - 1]!))) {
      const end = script.indexOf('\n', at);
      at = end < 0 ? offset : end;
    }
  }
  return open;
}

class StepReader {
  readonly steps: Step[] = [];
  readonly #text: string;
  readonly #seen = new Map<string, number>();
  #under: string | undefined;

  constructor(text: string) {
    this.#text = text;
  }

  heading({ depth, text, slug, range }: MarkdownFacts['headings'][number]): void {
    const key = this.#keyOf(`# ${text}`);
    this.#under = key;
    this.steps.push({ kind: 'heading', key, range, depth, text, slug });
  }

  /** Text between two other steps: every item of a list by itself, the rest together. */
  prose(start: number, end: number): void {
    let from = start;
    let fromItem = false;
    for (let at = start; at < end;) {
      const next = Math.min(nextLine(this.#text, at), end);
      const starts = /^[ \t]{0,3}(?:[-+*]|\d{1,9}[.)])[ \t]/.test(this.#text.slice(at, next));
      if (starts) {
        this.#addProse(from, at, fromItem);
        from = at;
        fromItem = true;
      }
      at = next;
    }
    this.#addProse(from, end, fromItem);
  }

  code({ text, range, fence, language, info, shell }: CodeBlock): void {
    const code = shell ? commandsOf(text, range.start, shell) : unindented(text);
    const inputs = new Map(
      shell?.inputs.map(({ value, kind }) => [`${kind} ${value}`, { name: value, kind }]) ?? [],
    );
    this.steps.push({
      kind: 'command',
      key: this.#keyOf(code),
      range: fence ?? range,
      ...this.#place(),
      ...(language !== undefined && { language }),
      shell: shell !== undefined,
      code,
      inputs: [...inputs.values()],
      dangers: dangersOf(shell?.commands ?? []),
      commands: shell?.commands ?? [],
      annotations: annotationsOf(info ?? ''),
    });
  }

  #addProse(start: number, end: number, item: boolean): void {
    const markdown = unindented(this.#text.slice(start, end));
    if (markdown.replace(/<!--[^]*?(?:-->|$)|^[ \t]*>?[ \t]*$/gm, '').trim() === '') return;
    this.steps.push({
      kind: 'prose',
      key: this.#keyOf(markdown),
      range: { start, end },
      ...this.#place(),
      markdown,
      item,
    });
  }

  #place(): { under?: string } {
    return this.#under === undefined ? {} : { under: this.#under };
  }

  #keyOf(content: string): string {
    const digest = createHash('sha256')
      .update(`${this.#under ?? ''}\n${content}`)
      .digest('hex')
      .slice(0, 12);
    const count = (this.#seen.get(digest) ?? 0) + 1;
    this.#seen.set(digest, count);
    return count === 1 ? digest : `${digest}-${count}`;
  }
}

/** From a prompted block the commands alone; else the whole block. */
function commandsOf(text: string, start: number, { commands }: NonNullable<CodeBlock['shell']>): string {
  const prompts = /^[ \t>]*(?:[\w.-]+@[\w.-]+[^\s$#%]*[$#%]|\(?[\w.-]*\)?[$%]|#)[ \t]+/;
  const lines = text.split('\n');
  if (!lines.some((line) => prompts.test(line) && !/^[ \t]*#/.test(line))) return unindented(text);
  const kept: string[] = [];
  let at = 0;
  let continues = false;
  for (const line of lines) {
    const end = at + line.length;
    const runs = commands.some(({ range }) => range.start - start >= at && range.start - start < end + 1);
    if (runs || continues) kept.push(continues ? line : line.replace(prompts, ''));
    continues = (runs || continues) && /\\\r?$/.test(line);
    at = end + 1;
  }
  return kept.join('\n').trimEnd();
}

/** `{ name=restart cwd=/tmp }`, `{"name":"restart"}`, `name=restart`. */
function annotationsOf(info: string): Record<string, string> {
  const found: Record<string, string> = {};
  for (const match of info.matchAll(
    /["']?([A-Za-z][\w-]*)["']?\s?[=:]\s?(?:"([^"]*)"|'([^']*)'|([^\s,{}"']+))/g,
  ))
    if (match[1] !== '__proto__') found[match[1]!] = match[2] ?? match[3] ?? match[4] ?? '';
  return found;
}

function unindented(text: string): string {
  const lines = text
    .replace(/\r\n?/g, '\n')
    .replace(/^(?:[ \t]*\n)+/, '')
    .trimEnd()
    .split('\n');
  const margins = lines.filter((line) => line.trim() !== '').map((line) => /^[ \t]*/.exec(line)![0].length);
  const margin = margins.length > 0 ? Math.min(...margins) : 0;
  return lines.map((line) => line.slice(margin).trimEnd()).join('\n');
}

function frontMatterEnd(text: string): number {
  return /^\uFEFF?(?:---[ \t]*\r?\n[^]*?\n(?:---|\.\.\.)[ \t]*(?:\r?\n|$))/.exec(text)?.[0].length ?? 0;
}

function lineStart(text: string, at: number): number {
  return text.lastIndexOf('\n', at - 1) + 1;
}

function nextLine(text: string, at: number): number {
  const newline = text.indexOf('\n', at);
  return newline < 0 ? text.length : newline + 1;
}

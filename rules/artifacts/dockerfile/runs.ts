/**
 * What a RUN does: its mounts, the shell that runs it, and the commands of its script, here-documents included. It must
 * never know a package manager.
 *
 * Source: https://docs.docker.com/reference/dockerfile/#run and #shell
 */
import type { TextRange } from '../../text.ts';
import type { TextFile } from '../artifact.ts';
import type { ShellScript } from '../shell/facts.ts';
import { commandOf, isReadable, readScript } from '../shell/shell.ts';
import type { DockerMount, DockerRun } from './facts.ts';
import { JoinedText, type Heredoc } from './instructions.ts';
import { jsonWords, type Word } from './words.ts';

export interface RunSource {
  readonly flags: readonly Word[];
  /** What comes after the flags. */
  readonly rest: JoinedText;
  readonly heredocs: readonly Heredoc[];
  readonly keywordRange: TextRange;
  /** The last SHELL of the stage or of those below it. */
  readonly shell?: readonly string[];
  /** The image at the bottom. */
  readonly base: string;
}

/** Here-documents of one RUN; far more than people write. */
const maxHeredocs = 50;

/** Reads one RUN. */
export function readRun(
  { flags, rest, heredocs, keywordRange, shell, base }: RunSource,
  file: TextFile,
): DockerRun {
  const words = jsonWords(rest.text);
  const body =
    heredocs.length === 1 && /^\d*<<-?["']?[^\s"'<]+["']?$/.test(rest.text) ? heredocs[0] : undefined;
  const form = words ? 'exec' : body ? 'heredoc' : 'shell';
  const start = rest.range(0, 0).start;
  const last = heredocs.at(-1)?.range.end ?? rest.range(0, rest.text.length).end;
  return {
    form,
    value: [words?.join(' ') ?? rest.text, ...heredocs.map((heredoc) => heredoc.body.trimEnd())].join('\n'),
    range: { start, end: last },
    keywordRange,
    mounts: flags.flatMap(mountOf),
    ...(shell && { shell }),
    ...scriptOf(),
  };

  function scriptOf(): { script?: ShellScript } {
    if (words) {
      const command = commandOf(execWords(rest));
      return { script: { commands: command ? [command] : [], pipes: [] } };
    }
    if (!isPosix(shell, base) || !isReadable(rest.text) || heredocs.length > maxHeredocs) return {};
    const source = body ? bodyOf(body) : withHeredocs(rest, heredocs, file.text);
    if (!source || !isReadable(source.text)) return {};
    return { script: readScript(file.tree('bash', source.text), source) };
  }
}

/** A here-document that is run as such; undefined where its first line names another interpreter. */
function bodyOf({ body, range }: Heredoc): JoinedText | undefined {
  if (/^\s*#!(?!.*\b(?:ba|da|a|z|k)?sh\b)/.test(body)) return undefined;
  return new JoinedText('', []).followedBy(body, range.start);
}

function withHeredocs(line: JoinedText, heredocs: readonly Heredoc[], text: string): JoinedText {
  let source = line;
  for (const { range } of heredocs) {
    source = source.followedBy('\n', range.start).followedBy(text.slice(range.start, range.end), range.start);
  }
  return source;
}

/** The elements of the exec form, with their ranges. */
function execWords(joined: JoinedText): { text: string; range: TextRange }[] {
  return [...joined.text.matchAll(/"(?:[^"\\]|\\.)*"/g)].map(({ 0: quoted, index }) => ({
    text: JSON.parse(quoted) as string,
    range: joined.range(index, index + quoted.length),
  }));
}

function mountOf({ text }: Word): DockerMount[] {
  const options = /^--mount=(.*)$/.exec(text)?.[1]?.split(',');
  if (!options) return [];
  const value = (...names: string[]): string | undefined => {
    const option = options.find((one) => names.includes(one.slice(0, one.indexOf('=')).trim()));
    return option?.slice(option.indexOf('=') + 1).replace(/^["']|["']$/g, '');
  };
  const target = value('target', 'dst', 'destination');
  return [{ type: value('type') ?? 'bind', ...(target !== undefined && { target }) }];
}

/** Windows images start `cmd` where no SHELL is named. */
function isPosix(shell: readonly string[] | undefined, base: string): boolean {
  if (!shell) return !/(?:^|[/:-])(?:windows(?:servercore)?|nanoserver|servercore)(?:$|[/:-])/i.test(base);
  const program = (shell[0] ?? '').split(/[\\/]/).at(-1)!;
  return /^(?:sh|bash|dash|ash|zsh|ksh|mksh|busybox)$/.test(program);
}

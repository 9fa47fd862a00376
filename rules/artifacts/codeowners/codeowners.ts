/**
 * CODEOWNERS as GitHub reads it, and GitLab's sections. One line is one entry; a line its host would skip is a problem
 * and no entry. It must never know which paths exist.
 */
import type { TextRange } from '../../text.ts';
import type { ArtifactKind, Parsed, Problem, TextFile } from '../artifact.ts';
import type { CodeownersEntry, CodeownersFacts } from './facts.ts';

export const codeowners: ArtifactKind<CodeownersFacts> = {
  id: 'codeowners',
  claims: (path) => /^(?:(?:\.github|\.gitlab|docs)\/)?CODEOWNERS$/.test(path),
  mayHold: () => true,
  parse,
};

/** GitHub reads no file beyond 3 MB; nobody writes this many entries by hand. */
const maxEntries = 20_000;

interface Word {
  readonly text: string;
  readonly range: TextRange;
}

interface Section {
  readonly name: string;
  readonly owners: readonly Word[];
}

function parse({ text }: TextFile): Parsed<CodeownersFacts> {
  const entries: CodeownersEntry[] = [];
  const problems: Problem[] = [];
  let section: Section | undefined;
  const sections = /^\^?\[[^\]\r\n]+\](?:\[\d+\])?[ \t]*(?:@[^\r\n]*|[^\s@]+@[^\r\n]*)?$/m.test(text);
  for (const line of linesOf(text)) {
    if (entries.length >= maxEntries) break;
    const header = sections ? readSection(line) : undefined;
    if (header) {
      section = header;
      continue;
    }
    const entry = readEntry(wordsOf(line), sections, section, problems);
    if (entry) entries.push(entry);
  }
  return { facts: { entries, end: text.length, sections }, problems };
}

function* linesOf(text: string): Iterable<Word> {
  for (const match of text.matchAll(/[^\r\n]+/g)) {
    yield { text: match[0], range: { start: match.index, end: match.index + match[0].length } };
  }
}

/**
 * `[Name]`, `^[Optional]`, `[Name][2]`, each with default owners after it
 * (https://docs.gitlab.com/user/project/codeowners/reference/#sections).
 */
function readSection(line: Word): Section | undefined {
  const header = /^\^?\[([^\]]+)\](?:\[\d+\])?(?=\s|$)/.exec(line.text);
  if (!header) return undefined;
  const start = line.range.start + header[0].length;
  const rest = { text: line.text.slice(header[0].length), range: { start, end: line.range.end } };
  return { name: header[1]!.trim().toLowerCase(), owners: wordsOf(rest).filter(isOwner) };
}

function readEntry(
  words: readonly Word[],
  gitlab: boolean,
  section: Section | undefined,
  problems: Problem[],
): CodeownersEntry | undefined {
  const [first, ...rest] = words;
  if (!first) return undefined;
  if (!gitlab && rest.length === 0 && /^@[\w-]+(?:\/[\w.-]+)?$/.test(first.text)) {
    const message = `This line names ${first.text} and no files, so it owns nothing: "* ${first.text}" owns all of them.`;
    problems.push({ message, range: first.range });
    return undefined;
  }
  const fault = gitlab ? undefined : faultOf(first.text);
  const notOwner = rest.find((word) => !isOwner(word));
  if (fault !== undefined) {
    problems.push({ message: `GitHub skips this line: ${fault}.`, range: first.range });
    return undefined;
  }
  if (notOwner && !gitlab) {
    const message = `GitHub skips this line: "${notOwner.text}" is neither @user, @organization/team nor an e-mail address.`;
    problems.push({ message, range: notOwner.range });
    return undefined;
  }
  const own = rest.filter(isOwner);
  const owners = own.length === 0 && section ? section.owners : own;
  return {
    pattern: { value: first.text.replace(/\\([ #])/g, '$1'), range: first.range },
    owners: owners.map(({ text, range }) => ({ value: text, range })),
    range: { start: first.range.start, end: words.at(-1)!.range.end },
    ...(section && { section: section.name }),
  };
}

/** What of gitignore GitHub does not know (https://docs.github.com, "About code owners", CODEOWNERS syntax). */
function faultOf(pattern: string): string | undefined {
  if (pattern.startsWith('!')) return 'a pattern cannot be negated with "!"';
  if (pattern.startsWith('\\#')) return 'a pattern that starts with "#" cannot be escaped';
  if (pattern.includes('[')) return 'a pattern has no character ranges "[ ]"';
  return undefined;
}

/** `@user`, `@organization/team`, GitLab's `@@role`, or an e-mail address. */
function isOwner({ text }: Word): boolean {
  return /^@{1,2}[\w.-]+(?:\/[\w./-]+)?$/.test(text) || /^[^@\s]+@[^@\s]+$/.test(text);
}

/** Words up to a comment; `\ ` does not end one. */
function wordsOf(line: Word): Word[] {
  const words: Word[] = [];
  for (const match of line.text.matchAll(/(?:\\.|[^\s\\]|\\$)+/g)) {
    if (match[0].startsWith('#')) break;
    const start = line.range.start + match.index;
    words.push({ text: match[0], range: { start, end: start + match[0].length } });
  }
  return words;
}

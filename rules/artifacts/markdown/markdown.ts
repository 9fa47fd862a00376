/**
 * Markdown pages: headings with their anchors, links, code and front matter. A scanner of the block structure instead
 * of a full parser, because every page of a repository is read: micromark takes about 1 s per MB, this a hundredth.
 * It must never know what a runbook is.
 */
import type { TextRange } from '../../text.ts';
import type { ArtifactKind, Parsed, TextFile } from '../artifact.ts';
import { readBlocks, nextLine, type Block } from './blocks.ts';
import type { Heading, MarkdownFacts } from './facts.ts';
import { readFrontMatter } from './frontMatter.ts';
import { readIncident } from './incident.ts';
import { plainText, readAnchors, readHtmlLinks, readInline, type Inline } from './inline.ts';
import { readPhrases } from './phrases.ts';
import { readShell } from './shellBlock.ts';

export const markdown: ArtifactKind<MarkdownFacts> = {
  id: 'markdown',
  // Change logs are long, written by tools, and nobody is led to them at night.
  claims: (path) =>
    /\.(?:md|markdown|mdx)$/i.test(path) && !/(?:^|\/)(?:changelog[^/]*|\.changeset\/[^/]*)$/i.test(path),
  mayHold: () => true,
  grammar: () => 'bash',
  parse,
};

function parse(file: TextFile): Parsed<MarkdownFacts> {
  const { text } = file;
  const frontMatter = readFrontMatter(text);
  const blocks = readBlocks(text, frontMatter.end);
  const inline: Inline = { links: [], code: [] };
  for (const block of blocks) readBlock(file, block, inline);
  const headings = readHeadings(text, blocks);
  const anchors = text.includes('<') ? readAnchors(text) : [];
  for (const block of blocks)
    if (block.kind === 'heading') anchors.push(...explicitAnchor(text, block.content));
  const incident =
    tellsOfAnIncident.test(file.path) || tellsOfAnIncident.test(text)
      ? readIncident(file.path, text, frontMatter.values)
      : undefined;
  return {
    facts: {
      frontMatter: frontMatter.values,
      headings,
      links: inline.links,
      anchors,
      code: inline.code,
      labels: blocks.flatMap((block) => (block.kind === 'paragraph' ? readLabels(text, block.range) : [])),
      namesHelp: help.test(text),
      statesStatus: status.test(text),
      ...readPhrases(text, frontMatter.end, inline.code),
      ...(incident && { incident }),
      end: text.length,
    },
    problems: [],
  };
}

function readBlock(file: TextFile, block: Block, inline: Inline): void {
  const { text } = file;
  if (block.kind === 'code') {
    const { range, language, info, fence } = block;
    const code = text.slice(range.start, range.end);
    const shell = readShell(file, code, language, range.start);
    inline.code.push({
      ...(language && { language }),
      ...(info && { info }),
      text: code,
      range,
      inline: false,
      ...(fence && { fence }),
      ...(shell && { shell }),
    });
    return;
  }
  const range = block.kind === 'heading' ? block.content : block.range;
  if (block.kind === 'html' && isComment(text, range)) return;
  if (block.kind !== 'html') readInline(text, range, inline);
  readHtmlLinks(text, range, inline);
}

function readHeadings(text: string, blocks: readonly Block[]): Heading[] {
  const slugs = new Slugs();
  const headings: Heading[] = [];
  /** Headings whose body goes on, the outermost first. */
  const open: { -readonly [Key in keyof Heading]: Heading[Key] }[] = [];
  for (const block of blocks) {
    if (block.kind !== 'heading') {
      const comment = block.kind === 'html' && isComment(text, block.range);
      if (comment) continue;
      for (const heading of open) heading.filled = true;
      if (open.length > 0 && open.at(-1) === headings.at(-1)) open.at(-1)!.introduced = true;
      continue;
    }
    const before = text.lastIndexOf('\n', block.range.start - 1) + 1;
    while (open.length > 0 && open.at(-1)!.depth >= block.depth) {
      const ended = open.pop()!;
      ended.body = { start: ended.body.start, end: Math.max(ended.body.start, before) };
    }
    const words = plainText(text.slice(block.content.start, block.content.end).replace(customAnchor, ''));
    const heading = {
      depth: block.depth,
      text: words,
      slug: slugs.add(words),
      range: block.range,
      body: { start: nextLine(text, block.range.end), end: text.length },
      filled: false,
      introduced: false,
    };
    headings.push(heading);
    open.push(heading);
  }
  return headings;
}

const tellsOfAnIncident =
  /post-?mortem|incident|outage|root[- ]cause|time to (?:recover|restor|resol|repair|mitigat)/i;
const help =
  /\b(?:escalat\w*|on-?call|contact|reach out|slack|pagerduty|opsgenie|support (?:case|ticket|team|request)s?|open a (?:case|ticket)|(?:call|ask|page|ping|notify|consult) (?:the|your|our|a)\b|customer portal)/i;
const status = /^[ \t>*+-]{0,8}[*_]{0,3}status[*_]{0,3}[ \t]{0,8}[:：]/im;
const label = /^[ \t>*+-]*(?:\*\*|__)([^*_\n]{2,60}?)[ \t]*:?(?:\*\*|__)/gm;

function readLabels(text: string, { start, end }: TextRange): string[] {
  const source = text.slice(start, end);
  return /\*\*|__/.test(source) ? [...source.matchAll(label)].map(([, words]) => words!.trim()) : [];
}

/** `## Title {#name}`, as Hugo, Docusaurus, MkDocs and kramdown have it. */
const customAnchor = /\{[ \t]*#([^{}\s]+)[^{}]*\}[ \t]*$/;

function explicitAnchor(text: string, content: TextRange): string[] {
  const custom = customAnchor.exec(text.slice(content.start, content.end));
  return custom ? [custom[1]!] : [];
}

function isComment(text: string, range: TextRange): boolean {
  const source = text.slice(range.start, range.end);
  return source.startsWith('<!--') && source.replace(/<!--[^]*?(?:-->|$)/g, '').trim() === '';
}

/** GitHub's anchors, numbered when they repeat. */
class Slugs {
  readonly #seen = new Map<string, number>();

  add(text: string): string {
    const base = slugOf(text);
    let slug = base;
    for (let n = this.#seen.get(base) ?? 0; this.#seen.has(slug); slug = `${base}-${n}`)
      this.#seen.set(base, ++n);
    this.#seen.set(slug, 0);
    return slug;
  }
}

/** GitHub's anchor for a heading's words: lower case, only letters, digits, `_`, `-`, and `-` for each space. */
export function slugOf(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^\p{L}\p{M}\p{N}\p{Pc}\- ]/gu, '')
    .replaceAll(' ', '-');
}

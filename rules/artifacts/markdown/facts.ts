import type { Ranged, TextRange } from '../../text.ts';

export interface MarkdownFacts {
  /** Top-level scalars of the YAML front matter, and its lists joined by commas. */
  readonly frontMatter: Readonly<Record<string, Ranged<string>>>;
  readonly headings: readonly Heading[];
  readonly links: readonly Link[];
  /** Explicit `<a id="…">` and `<a name="…">` anchors. */
  readonly anchors: readonly string[];
  /** Code spans, and fenced or indented code by language. */
  readonly code: readonly CodeBlock[];
  /** Words in bold that start a line of text, as people write headings that are none. */
  readonly labels: readonly string[];
  /** The text says whom to ask: it speaks of contacts, support, escalation or being on call. */
  readonly namesHelp: boolean;
  /** Length of the text, so that an edit can append. */
  readonly end: number;
}

export interface Heading {
  readonly depth: number;
  readonly text: string;
  /** GitHub's anchor for it, numbered when it repeats. */
  readonly slug: string;
  readonly range: TextRange;
  /** From after the heading to before the next heading of the same or a higher level. */
  readonly body: TextRange;
  /** The body has text other than headings and comments. */
  readonly filled: boolean;
  /** Text stands directly under it, before any other heading. */
  readonly introduced: boolean;
}

export interface Link {
  /** The destination as written, percent-decoding not done. */
  readonly target: Ranged<string>;
  readonly text: string;
  readonly image: boolean;
}

export interface CodeBlock {
  readonly language?: string;
  readonly text: string;
  /** Of the code itself, without the fence. */
  readonly range: TextRange;
  readonly inline: boolean;
}

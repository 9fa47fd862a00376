import type { Ranged, TextRange } from '../../text.ts';
import type { ShellScript } from '../shell/facts.ts';

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
  /** Where the text warns of what a step destroys, or asks to confirm it; also in comments of code. */
  readonly warnings: readonly number[];
  /** A line says what its status is, as decision records do: `* Status: accepted`. */
  readonly statesStatus: boolean;
  /** Words that stand where an answer should be, such as TODO. */
  readonly placeholders: readonly Ranged<string>[];
  /** The date of a last review, as the text says it: `2026-01-31`. */
  readonly reviewed?: Ranged<string>;
  /** Where the text names an owner: `Owner: @team`, or such a row or column of a table. */
  readonly namesOwner?: TextRange;
  /** Where times of day stand, as in a timeline. */
  readonly times: readonly number[];
  /** Where somebody is named, or an issue that can be assigned: `@name`, `#123`, an owner, a link to a tracker. */
  readonly assignments: readonly number[];
  /** What it says about when an incident began and was over, where it says so at all. */
  readonly incident?: IncidentFacts;
  /** Length of the text, so that an edit can append. */
  readonly end: number;
}

/** Times as the page writes them, `2026-03-02T10:47`: of one clock, whichever that is. */
export interface IncidentFacts {
  readonly began?: string;
  readonly detected?: string;
  readonly resolved?: string;
  /** How long it took: as the page says itself, else from when it began or was noticed until it was over. */
  readonly minutes?: number;
  /** It speaks of a deployment, an upgrade or a rollback. */
  readonly byChange: boolean;
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
  /** Of the fence with its two lines; undefined for code spans and indented code. */
  readonly fence?: TextRange;
  /** What the fence says after its language, such as Runme's `{ name=restart }`. */
  readonly info?: string;
  /** What it runs, where it is for a shell. Words with a blank to fill in count as variable. */
  readonly shell?: ShellBlock;
}

/** Code for a shell, as people paste it: without prompts and without what the commands print. */
export interface ShellBlock extends ShellScript {
  /** Variables that nothing in the block sets, and blanks such as `<pod>`, in the order in which they stand there. */
  readonly inputs: readonly ShellInput[];
}

export interface ShellInput extends Ranged<string> {
  /** `$POD` and `${POD}` are variables, `<pod>` is a blank; `value` is the name alone, the range is all of it. */
  readonly kind: 'variable' | 'blank';
}

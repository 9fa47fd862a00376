/**
 * What an artifact is: one kind of file that the engine understands. A kind turns the text of one file into facts with
 * ranges. It knows no other file, does no I/O, and cannot fail: what it does not understand becomes a problem.
 */
import { Document, parseAllDocuments, YAMLParseError, type ParsedNode } from 'yaml';
import type { Tree } from 'web-tree-sitter';
import { LineIndex, type TextRange } from '../text.ts';
import { mendQuotes, nestsTooDeeply } from './yaml.ts';

/** Names of the tree-sitter grammars that ship with the product. */
export type GrammarName =
  | 'typescript'
  | 'tsx'
  | 'javascript'
  | 'go'
  | 'python'
  | 'java'
  | 'kotlin'
  | 'c-sharp'
  | 'rust'
  | 'bash'
  | 'ruby'
  | 'php';

/** The text of one file, with the parses that several kinds share, made once and when asked for. */
export interface TextFile {
  /** Relative to the workspace, with `/`. Facts must not depend on it: they are shared between equal texts. */
  readonly path: string;
  readonly text: string;
  readonly lines: LineIndex;
  /** Every YAML document of the text (JSON is YAML); errors are in each document's `errors`. */
  yaml(): readonly Document.Parsed<ParsedNode>[];
  /**
   * The syntax tree; the grammar must be one the kind has named in `grammar`.
   * @param part of another language than the file's own, such as a shell command within a Dockerfile
   */
  tree(grammar: GrammarName, part?: string): Tree;
}

/** Something in the file that its kind could not understand. */
export interface Problem {
  readonly message: string;
  readonly range: TextRange;
}

/** Of one file. Enough for a person to work on; the rest is most likely the same mistake again. */
export const maxProblems = 50;

export interface Parsed<Facts> {
  /** Plain JSON without the file's path, so that it can be cached by content; undefined where the text holds none. */
  readonly facts?: Facts;
  readonly problems: readonly Problem[];
}

export interface ArtifactKind<Facts = unknown> {
  /** Names the kind; facts are cached under it. */
  readonly id: string;
  /** Whether a file with this path may be of this kind. Called for every path: no I/O, nothing slow. */
  claims(path: string): boolean;
  /** Whether this text may hold a fact: one pass over the raw text, before anything is parsed. */
  mayHold(text: string, path: string): boolean;
  /** The grammar `parse` will ask `tree` for, so that it is loaded before. */
  grammar?(path: string): GrammarName;
  /** Loads whatever else `parse` needs; undefined once it is there. */
  prepare?(): Promise<void> | undefined;
  parse(file: TextFile): Parsed<Facts>;
}

/** YAML options the whole engine parses with: tolerant, positions kept, one entry per document. */
export function parseYaml(text: string): readonly Document.Parsed<ParsedNode>[] {
  if (nestsTooDeeply(text)) return [unparsable('It is nested too deeply to be read.')];
  const documents = parseDocuments(text);
  const mended = mendQuotes(text, documents);
  return mended === undefined ? documents : parseDocuments(mended);
}

function parseDocuments(text: string): readonly Document.Parsed<ParsedNode>[] {
  const documents = parseAllDocuments(text, {
    keepSourceTokens: true,
    uniqueKeys: false,
    strict: false,
    logLevel: 'silent',
    prettyErrors: false,
  });
  return Array.isArray(documents) ? (documents as Document.Parsed<ParsedNode>[]) : [];
}

function unparsable(message: string): Document.Parsed<ParsedNode> {
  const document = new Document() as Document.Parsed<ParsedNode>;
  document.errors.push(new YAMLParseError([0, 1], 'IMPOSSIBLE', message));
  return document;
}

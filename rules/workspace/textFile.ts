/** The text of one file with its parses, made once and when asked for. */
import type { Document, ParsedNode } from 'yaml';
import type { Tree } from 'web-tree-sitter';
import { parseYaml, type TextFile } from '../artifacts/artifact.ts';
import { LineIndex } from '../text.ts';
import { parserFor } from './grammars.ts';

export interface DisposableTextFile extends TextFile {
  /** Frees syntax trees: their memory is not the garbage collector's. */
  dispose(): void;
}

/** @param path relative to the workspace, with `/` */
export function textFile(path: string, text: string): DisposableTextFile {
  let lines: LineIndex | undefined;
  let yaml: readonly Document.Parsed<ParsedNode>[] | undefined;
  const trees = new Map<string, Tree>();
  return {
    path,
    text,
    get lines() {
      return (lines ??= new LineIndex(text));
    },
    yaml: () => (yaml ??= parseYaml(text)),
    tree(grammar, part = text) {
      const key = part === text ? grammar : `${grammar}\n${part}`;
      let tree = trees.get(key);
      if (!tree) {
        const parsed = parserFor(grammar).parse(part);
        if (!parsed) throw new Error(`The ${grammar} grammar gave no syntax tree.`);
        trees.set(key, (tree = parsed));
      }
      return tree;
    },
    dispose() {
      for (const tree of trees.values()) tree.delete();
      trees.clear();
    },
  };
}

/** Loads the tree-sitter grammars that ship beside the bundle, each once, when the first file asks for it. */
import { readFile } from 'node:fs/promises';
import { setFlagsFromString } from 'node:v8';
import { Language, Parser } from 'web-tree-sitter';
import type { GrammarName } from '../artifacts/artifact.ts';
import { grammarFile } from './shipped.ts';

// Only the baseline compiler: optimising the grammars' large tables of code takes longer than all the parsing, and a
// process does not end before it is done (small repository: 0.7 s of processor time with it, 0.3 s without).
setFlagsFromString('--liftoff-only');

const runtime = 'web-tree-sitter.wasm';
const parsers = new Map<GrammarName, Parser>();
const loading = new Map<GrammarName, Promise<void>>();
let initialised: Promise<void> | undefined;

/**
 * Makes a grammar ready for `parserFor`; undefined when it is ready already.
 * @throws (rejects) when its file is not there, which is a broken installation.
 */
export function loadGrammar(name: GrammarName): Promise<void> | undefined {
  if (parsers.has(name)) return undefined;
  let load = loading.get(name);
  if (!load) loading.set(name, (load = loadOnce(name)));
  return load;
}

/** The parser of a loaded grammar. @throws when it was not loaded before. */
export function parserFor(name: GrammarName): Parser {
  const parser = parsers.get(name);
  if (!parser) throw new Error(`The grammar ${name} was asked for before it was loaded.`);
  return parser;
}

async function loadOnce(name: GrammarName): Promise<void> {
  initialised ??= Parser.init({ locateFile: () => grammarFile(runtime, 'web-tree-sitter') });
  await initialised;
  const file = `tree-sitter-${name}.wasm`;
  const path =
    name === 'kotlin'
      ? grammarFile(file, '@tree-sitter-grammars/tree-sitter-kotlin')
      : grammarFile(file, '@vscode/tree-sitter-wasm', 'wasm');
  const language = await Language.load(await readFile(path));
  parsers.set(name, new Parser().setLanguage(language));
}

/** Loads the tree-sitter grammars that ship beside the bundle, each once, when the first file asks for it. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Language, Parser } from 'web-tree-sitter';
import type { GrammarName } from '../artifacts/artifact.ts';

const runtime = 'web-tree-sitter.wasm';
const parsers = new Map<GrammarName, Parser>();
const loading = new Map<GrammarName, Promise<void>>();
let initialised: Promise<void> | undefined;

/** Makes a grammar ready for `parserFor`. @throws when its file is not there, which is a broken installation. */
export function loadGrammar(name: GrammarName): Promise<void> {
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
  initialised ??= Parser.init({ locateFile: () => locate(runtime, 'web-tree-sitter') });
  await initialised;
  const file = `tree-sitter-${name}.wasm`;
  const language = await Language.load(await readFile(locate(file, '@vscode/tree-sitter-wasm', 'wasm')));
  parsers.set(name, new Parser().setLanguage(language));
}

/** Beside the bundle, or while developing in node_modules. */
function locate(file: string, packageName: string, folder = '.'): string {
  const bundled = join(dirname(fileURLToPath(import.meta.url)), 'grammars', file);
  if (existsSync(bundled)) return bundled;
  const main = createRequire(import.meta.url).resolve(packageName);
  const root = main.slice(
    0,
    main.lastIndexOf(join('node_modules', packageName)) + join('node_modules', packageName).length,
  );
  return join(root, folder, file);
}

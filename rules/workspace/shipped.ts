/** Files that ship with the product: beside the bundle, or while developing where they are written. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));

/** The absolute path of a grammar or of the runtime it needs. */
export function grammarFile(file: string, packageName: string, folder = '.'): string {
  const bundled = join(here, 'grammars', file);
  if (existsSync(bundled)) return bundled;
  const main = createRequire(import.meta.url).resolve(packageName);
  const root = join('node_modules', packageName);
  return join(main.slice(0, main.lastIndexOf(root) + root.length), folder, file);
}

/** The absolute path of a rule's page; there is none for the engine's own faults. */
export function pageFile(id: string): string {
  const bundled = join(here, 'pages', `${id}.md`);
  return existsSync(bundled) ? bundled : join(here, '../practices', `${id}.md`);
}

/** The text of a rule's page. @throws (rejects) when there is none. */
export function readPageFile(id: string): Promise<string> {
  return readFile(pageFile(id), 'utf8');
}

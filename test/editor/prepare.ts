/** What every launcher of the editor tests needs: the suite as a bundle, and a copy of the sample to work on. */
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { build } from 'esbuild';

export const root = path.resolve(import.meta.dirname, '../..');

/** The package that `npm run package` makes. */
export const vsix = path.join(root, 'scaleready.vsix');

export interface Suite {
  /** An extension without content: the suite runs beside the installed package, as a user has it. */
  readonly extension: string;
  /** What `extensionTestsPath` names. */
  readonly entry: string;
  /** Where the suite writes its results. */
  readonly results: string;
}

/** Bundles the suite to where it finds mocha. */
export async function bundleSuite(): Promise<Suite> {
  const folder = path.join(root, 'test/editor/.host-suite');
  fs.rmSync(folder, { recursive: true, force: true });
  await build({
    absWorkingDir: root,
    entryPoints: { index: 'test/editor/suite/index.ts', extension: 'test/editor/suite/extension.ts' },
    outdir: folder,
    outExtension: { '.js': '.cjs' },
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    external: ['vscode', 'mocha'],
    sourcemap: 'inline',
    logLevel: 'warning',
  });
  const manifest = {
    name: 'suite',
    publisher: 'scaleready-tests',
    version: '0.0.0',
    engines: { vscode: '*' },
  };
  fs.writeFileSync(path.join(folder, 'package.json'), JSON.stringify(manifest));
  return {
    extension: folder,
    entry: path.join(folder, 'index.cjs'),
    results: path.join(folder, 'results.json'),
  };
}

/** A folder that ends with the process. */
export function temporaryFolder(): string {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'scaleready-editor-'));
  process.once('exit', () => fs.rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A fresh copy of the sample, outside of this repository: the tests change it. */
export function copySample(parent: string, name = 'storefront'): string {
  const folder = path.join(parent, name);
  fs.rmSync(folder, { recursive: true, force: true });
  fs.cpSync(path.join(root, 'samples/storefront'), folder, { recursive: true });
  return folder;
}

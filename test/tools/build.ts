/** `npm run build`: bundles the command line, the language server and the extension into `dist/`. */
import { chmodSync, cpSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type BuildOptions } from 'esbuild';

const root = fileURLToPath(new URL('../../', import.meta.url));
const dist = join(root, 'dist');
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };

const common: BuildOptions = {
  absWorkingDir: root,
  bundle: true,
  outdir: 'dist',
  minify: true,
  keepNames: true,
  legalComments: 'none',
  logLevel: 'warning',
  define: { SCALEREADY_VERSION: JSON.stringify(version) },
};

/** Split, so that what only a fix needs (ts-morph) is loaded when a fix is asked for. */
const node: BuildOptions = {
  ...common,
  entryPoints: { cli: 'cli/main.ts', server: 'server/main.ts', reader: 'rules/facts/readerThread.ts' },
  platform: 'node',
  format: 'esm',
  target: 'node20',
  splitting: true,
  chunkNames: '[name]-[hash]',
  // CommonJS libraries (TypeScript's compiler among them) use what modules do not have: require, __filename, __dirname.
  banner: {
    js: [
      "import{createRequire as __createRequire}from'node:module'",
      "import{fileURLToPath as __fileURLToPath}from'node:url'",
      'const require=__createRequire(import.meta.url)',
      "const __filename=__fileURLToPath(import.meta.url),__dirname=__fileURLToPath(new URL('.',import.meta.url));",
    ].join(';'),
  },
};

const client: BuildOptions = {
  ...common,
  entryPoints: { client: 'client/extension.ts' },
  platform: 'node',
  format: 'cjs',
  target: 'node20',
  outExtension: { '.js': '.cjs' },
  external: ['vscode'],
};

const panel: BuildOptions = {
  ...common,
  entryPoints: { panel: 'client/panel/page/panel.ts', follow: 'client/follow/page/follow.ts' },
  platform: 'browser',
  format: 'iife',
  target: 'chrome126',
};

const results = await Promise.all(
  [node, client, panel].map((options) => build({ ...options, metafile: true })),
);
removeStale(new Set(results.flatMap(({ metafile }) => Object.keys(metafile!.outputs))));
chmodSync(join(dist, 'cli.js'), 0o755);
copyGrammars();
copyPages();

/** Only after a build that went well: what the last one left is better than nothing. */
function removeStale(written: ReadonlySet<string>): void {
  for (const name of readdirSync(dist)) {
    if (/\.c?js$/.test(name) && !written.has(`dist/${name}`)) rmSync(join(dist, name));
  }
}

/** The grammars the engine names; the package ships more. */
function copyGrammars(): void {
  const require = createRequire(import.meta.url);
  const folder = join(dist, 'grammars');
  mkdirSync(folder, { recursive: true });
  const runtime = join(dirname(require.resolve('web-tree-sitter')), 'web-tree-sitter.wasm');
  cpSync(runtime, join(folder, 'web-tree-sitter.wasm'));
  const wasm = join(dirname(require.resolve('@vscode/tree-sitter-wasm/package.json')), 'wasm');
  const kotlin = dirname(require.resolve('@tree-sitter-grammars/tree-sitter-kotlin/package.json'));
  const names = /type GrammarName =([^;]*);/.exec(
    readFileSync(join(root, 'rules/artifacts/artifact.ts'), 'utf8'),
  )![1]!;
  for (const [, name] of names.matchAll(/'([\w-]+)'/g)) {
    const file = `tree-sitter-${name}.wasm`;
    cpSync(join(name === 'kotlin' ? kotlin : wasm, file), join(folder, file));
  }
}

function copyPages(): void {
  const practices = join(root, 'rules/practices');
  for (const path of readdirSync(practices, { recursive: true, encoding: 'utf8' })) {
    if (path.endsWith('.md')) cpSync(join(practices, path), join(dist, 'pages', path));
  }
}

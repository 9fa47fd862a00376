/** Imports run one way: text · workspace · artifacts · model · practices · report · session, then the three windows. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join, posix, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../', import.meta.url));

/** What the files of each room may import from the repository, besides their own room. */
const allowed: Readonly<Record<string, readonly string[]>> = {
  'rules/workspace': ['rules/text.ts', 'rules/artifacts/artifact.ts'],
  'rules/artifacts': ['rules/text.ts', 'rules/nearest.ts', 'rules/groups.ts'],
  'rules/model': ['rules/text.ts', 'rules/nearest.ts', 'rules/groups.ts', 'rules/artifacts'],
  'rules/practices': [
    'rules/text.ts',
    'rules/nearest.ts',
    'rules/groups.ts',
    'rules/artifacts',
    'rules/model',
    'rules/workspace/shipped.ts',
  ],
  'rules/report': [
    'rules/text.ts',
    'rules/groups.ts',
    'rules/artifacts',
    'rules/model',
    'rules/practices',
    'rules/session.ts',
  ],
  'rules/navigation': [
    'rules/text.ts',
    'rules/groups.ts',
    'rules/artifacts',
    'rules/model',
    'rules/practices',
    'rules/report',
  ],
  'rules/session.ts': ['rules'],
  'rules/movedAudit.ts': ['rules/text.ts', 'rules/facts', 'rules/practices', 'rules/session.ts'],
  'rules/configured.ts': ['rules/artifacts', 'rules/practices', 'rules/workspace'],
  'rules/facts': ['rules/text.ts', 'rules/artifacts', 'rules/workspace'],
  'rules/index.ts': ['rules'],
  'rules/text.ts': [],
  'rules/nearest.ts': [],
  'rules/groups.ts': [],
  cli: ['rules/index.ts', 'rules/report', 'server/main.ts'],
  server: ['rules/index.ts'],
  client: ['server/protocol.ts'],
};

/** Packages and built-in modules that the engine must not know: editors, protocols, and the disk outside its room. */
const forbidden: readonly { readonly room: RegExp; readonly specifier: RegExp }[] = [
  {
    room: /^rules\//,
    specifier: /^(?:vscode|vscode-.*|commander|node:child_process|node:http|node:net)(?:\/|$)/,
  },
  { room: /^rules\/(?!workspace\/)/, specifier: /^(?:node:)?fs(?:\/|$)/ },
  { room: /^(?:server|cli)\//, specifier: /^vscode$/ },
];

describe('architecture', () => {
  for (const file of ['rules', 'cli', 'server', 'client'].flatMap(sources)) {
    it(`${file} imports only what its room may know`, () => {
      const room = roomOf(file);
      assert.ok(room, 'It is in no room.');
      for (const specifier of importsOf(file)) {
        for (const one of forbidden) {
          assert.ok(!(one.room.test(file) && one.specifier.test(specifier)), `It imports ${specifier}.`);
        }
        if (!specifier.startsWith('.')) continue;
        const target = posix.join(posix.dirname(file), specifier);
        const may = [room, ...allowed[room]!].some((one) => target === one || target.startsWith(`${one}/`));
        assert.ok(may, `It imports ${target}.`);
      }
    });
  }
});

function roomOf(file: string): string | undefined {
  return Object.keys(allowed).find((room) => file === room || file.startsWith(`${room}/`));
}

function importsOf(file: string): string[] {
  const text = readFileSync(join(root, file), 'utf8');
  return [...text.matchAll(/^(?:import|export)\b[^;]*?from '([^']+)'|\bimport\('([^']+)'\)/gm)].map(
    ([, from, dynamic]) => from ?? dynamic!,
  );
}

function sources(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((path) => /\.ts$/.test(path))
    .map((path) =>
      relative(root, join(root, folder, path))
        .split(sep)
        .join('/'),
    );
}

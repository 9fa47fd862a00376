/** Runs the built command line as a process, on small repositories in a temporary folder. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const program = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));

export interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const temporary = realpathSync(mkdtempSync(join(tmpdir(), 'scaleready-cli-')));
let folders = 0;
after(() => rmSync(temporary, { recursive: true, force: true }));

/** Without colours, colour settings or cache of whoever runs the tests. */
export const environment: NodeJS.ProcessEnv = {
  PATH: process.env['PATH'],
  HOME: temporary,
  XDG_CACHE_HOME: join(temporary, 'cache'),
};

/** Runs `scaleready` to its end, which must come within ten seconds. */
export function scaleready(args: readonly string[], cwd: string, env: NodeJS.ProcessEnv = {}): Ended {
  const { status, stdout, stderr, error } = spawnSync(process.execPath, [program, ...args], {
    cwd,
    encoding: 'utf8',
    env: { ...environment, ...env },
    timeout: 10_000,
    maxBuffer: 64 * 1024 * 1024,
  });
  if (error) throw error;
  return { status, stdout, stderr };
}

/** A new folder with these files. */
export function repository(files: Readonly<Record<string, string>>): string {
  const folder = join(temporary, `repository ${++folders}`);
  mkdirSync(folder);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

export function textOf(folder: string, path: string): string {
  return readFileSync(join(folder, path), 'utf8');
}

/** A flag that is read under another name than it is defined by: one warning, with a suggested fix. */
export const misspelt = {
  'src/checkout.ts': `import { OpenFeature } from '@openfeature/server-sdk';

const client = OpenFeature.getClient();

export async function pay(user: string) {
  return (await client.getBooleanValue('express-pay', false, { targetingKey: user })) ? 'express' : 'usual';
}
`,
  'flags/shop.flagd.json': `{
  "flags": {
    "express-payment": {
      "state": "ENABLED",
      "variants": { "on": true, "off": false },
      "defaultVariant": "off",
      "targeting": { "fractional": [["on", 10], ["off", 90]] },
      "metadata": { "owner": "@acme/payments", "expiry": "2999-09-01" }
    }
  }
}
`,
};

/** The rule that finds it, and no other. */
export const onlyFlags = ['--rule', '*=off', '--rule', 'rollout/flag-undefined=warning'];

/** A command in shell form: one finding, with a safe fix. */
export const shellForm = {
  'shop/Dockerfile': 'FROM node:22.14.0-alpine3.21\nUSER node\n# starts the shop\nCMD node server.js\n',
  'shop/server.js': "require('node:http').createServer(() => {}).listen(8080);\n",
};

/** The rule that finds it, and no other. */
export const onlyShellForm = ['--rule', '*=off', '--rule', 'containers/shell-form-command=warning'];

/**
 * `npm start [-- FOLDER]`: opens the freshly built extension on the sample, or on your folder. In the installed VS Code
 * where there is one; else in a workbench served on this machine alone, until Ctrl+C.
 */
import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { createWorkbench, hostVersions, installEditorHost } from './editorHost.ts';

const root = path.resolve(import.meta.dirname, '../..');
const folder = path.resolve(
  process.env['INIT_CWD'] ?? '.',
  process.argv[2] ?? path.join(root, 'samples/storefront'),
);
if (!fs.statSync(folder, { throwIfNoEntry: false })?.isDirectory()) {
  console.error(`There is no folder ${folder}.`);
  process.exit(2);
}

if (hasDesktop()) {
  console.log('Building …');
  npmRun('build');
  const { status } = spawnSync('code', ['--new-window', '--extensionDevelopmentPath', root, folder], {
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
  process.exit(status ?? 1);
}

console.log('Building and packaging …');
npmRun('package');
const userData = fs.mkdtempSync(path.join(os.tmpdir(), 'scaleready-start-'));
const host = await installEditorHost(hostVersions.oldest, console.log).catch(giveUp);
const workbench = await createWorkbench(host, { userData });
await workbench.installExtension(path.join(root, 'scaleready.vsix'));
await workbench.start();
console.log(
  `\n  VS Code with Scaleready: ${workbench.address(folder)}\n\nReachable from this machine only. Ctrl+C ends it.`,
);

await new Promise<void>((resolve) => {
  process.once('SIGINT', resolve);
  process.once('SIGTERM', resolve);
});
await workbench.stop();
fs.rmSync(userData, { recursive: true, force: true });
process.exit(0);

/** The `code` command of a desktop VS Code; a server's `code` has no window to open. */
function hasDesktop(): boolean {
  const { status } = spawnSync('code', ['--version'], {
    stdio: 'ignore',
    shell: process.platform === 'win32',
  });
  return status === 0;
}

function npmRun(script: string): void {
  const { status } = spawnSync('npm', ['run', '--silent', script], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
    shell: process.platform === 'win32',
  });
  if (status !== 0) process.exit(status ?? 1);
}

function giveUp(error: Error): never {
  console.error(error.message);
  process.exit(1);
}

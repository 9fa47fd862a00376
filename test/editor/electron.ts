/**
 * `npm run test:electron`: the same suite in a downloaded desktop VS Code, for machines that can download one and have
 * a display (`xvfb-run -a` will do).
 */
import { spawnSync } from 'node:child_process';
import * as path from 'node:path';
import {
  downloadAndUnzipVSCode,
  resolveCliArgsFromVSCodeExecutablePath,
  runTests,
} from '@vscode/test-electron';
import { bundleSuite, copySample, temporaryFolder, vsix } from './prepare.ts';

const temporary = temporaryFolder();
const vscodeExecutablePath = await downloadAndUnzipVSCode();
const [program, ...common] = resolveCliArgsFromVSCodeExecutablePath(vscodeExecutablePath);
const profile = [
  '--user-data-dir',
  path.join(temporary, 'user'),
  '--extensions-dir',
  path.join(temporary, 'extensions'),
];
const own = common.filter((argument) => !/^--(user-data|extensions)-dir/.test(argument));
const installed = spawnSync(program!, [...own, ...profile, '--install-extension', vsix], {
  stdio: 'inherit',
  shell: process.platform === 'win32',
});
if (installed.status !== 0) throw new Error('The package could not be installed.');

const suite = await bundleSuite();
await runTests({
  vscodeExecutablePath,
  extensionDevelopmentPath: suite.extension,
  extensionTestsPath: suite.entry,
  launchArgs: [copySample(temporary), ...profile, '--disable-workspace-trust'],
});

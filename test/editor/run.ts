/**
 * `npm run test:editor [-- --latest]`: installs the package in a real VS Code, runs the suite in its extension host,
 * then walks through the editor as a person does, taking the README's pictures on the way. Reports all as one mocha run.
 */
import * as fs from 'node:fs';
import * as path from 'node:path';
import Mocha from 'mocha';
import type { Browser } from 'playwright-core';
import {
  createWorkbench,
  hostVersions,
  installEditorHost,
  openBrowser,
  openWindow,
  type Workbench,
} from '../tools/editorHost.ts';
import { defineOnCall } from './onCall.ts';
import { bundleSuite, copySample, root, temporaryFolder, vsix } from './prepare.ts';
import type { SuiteResult } from './results.ts';
import { defineWalk } from './walk.ts';

/** Milliseconds for the whole suite in the extension host. */
const suiteDeadline = 180_000;

const isLatest = process.argv.includes('--latest');
const version = isLatest ? hostVersions.latest : hostVersions.oldest;

const temporary = temporaryFolder();
const host = await installEditorHost(version, console.log);
const workbench = await createWorkbench(host, {
  userData: path.join(temporary, 'user'),
  settings: { 'workbench.colorTheme': 'Default Dark Modern', 'editor.minimap.enabled': false },
});
await workbench.installExtension(vsix);
await workbench.start();
let failures: number;
try {
  const browser = await openBrowser();
  const results = await runSuite(browser, workbench);
  failures = await report(results, browser, workbench);
  await browser.close();
} finally {
  await workbench.stop();
}
process.exit(failures > 0 ? 1 : 0);

async function runSuite(browser: Browser, workbench: Workbench): Promise<readonly SuiteResult[]> {
  const suite = await bundleSuite();
  const folder = copySample(temporary);
  const page = await openWindow(browser, workbench, folder, { tests: suite });
  const end = Date.now() + suiteDeadline;
  while (!fs.existsSync(suite.results)) {
    if (Date.now() > end) {
      await page.screenshot({ path: path.join(root, 'dist/editor-suite.png') });
      const failure = `no results after ${suiteDeadline / 1000} s; see dist/editor-suite.png`;
      return [{ title: 'the suite in the extension host', failure }];
    }
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  await page.context().close();
  return JSON.parse(fs.readFileSync(suite.results, 'utf8')) as SuiteResult[];
}

/** Tells the suite's results as tests of this run, and runs the walk after them. */
async function report(
  results: readonly SuiteResult[],
  browser: Browser,
  workbench: Workbench,
): Promise<number> {
  const mocha = new Mocha({ ui: 'bdd', reporter: 'spec', timeout: 120_000 });
  const inHost = Mocha.Suite.create(mocha.suite, `in the extension host of VS Code ${version}`);
  for (const { title, failure } of results) {
    inHost.addTest(
      new Mocha.Test(title, () => {
        if (failure) throw new Error(failure);
      }),
    );
  }
  mocha.suite.emit('pre-require', globalThis, 'walk', mocha);
  const pictures = isLatest ? path.join(root, 'dist/pictures') : path.join(root, 'docs/images');
  defineWalk({ browser, workbench, folder: copySample(temporary), pictures });
  defineOnCall({ browser, workbench, folder: copySample(temporary, 'on-call'), pictures, startUntrusted });

  return new Promise((resolve) => {
    const runner = mocha.run((failed) => {
      const file = process.env['SCALEREADY_TEST_RESULTS'];
      const counts = { passed: runner.stats?.passes ?? 0, failed };
      if (file) fs.writeFileSync(file, JSON.stringify(counts));
      resolve(failed);
    });
  });
}

/** A workbench that trusts no folder and does not ask. */
async function startUntrusted(): Promise<Workbench> {
  const workbench = await createWorkbench(host, {
    userData: path.join(temporary, 'untrusted'),
    settings: { 'security.workspace.trust.startupPrompt': 'never' },
    trusted: false,
  });
  await workbench.installExtension(vsix);
  await workbench.start();
  return workbench;
}

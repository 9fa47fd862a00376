/**
 * Runs the suite inside the extension host, under every launcher: what `extensionTestsPath` names. Its exit code does
 * not reach the launchers that show the workbench in a browser, so the results are written beside this file.
 */
import { writeFileSync } from 'node:fs';
import * as path from 'node:path';
import type { SuiteResult } from '../results.ts';

export async function run(): Promise<void> {
  const { default: Mocha } = await import('mocha');
  const mocha = new Mocha({ ui: 'bdd', timeout: 30_000, reporter: 'spec' });
  mocha.addFile(path.join(__dirname, 'extension.cjs'));
  const results: SuiteResult[] = [];
  const failures = await new Promise<number>((resolve) => {
    mocha
      .run(resolve)
      .on('pass', (test) => results.push({ title: test.fullTitle() }))
      .on('fail', (test, error: Error) =>
        results.push({ title: test.fullTitle(), failure: error.stack ?? String(error) }),
      );
  });
  writeFileSync(path.join(__dirname, 'results.json'), JSON.stringify(results));
  if (failures > 0) throw new Error(`${failures} tests failed.`);
}

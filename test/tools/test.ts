/**
 * `npm test`: checks, engine, pages, protocol and command line, then the packaged extension in a real editor. Goes on
 * after a failure, so that one run tells all, and ends with `N passed, N failed`.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));

interface Count {
  readonly passed: number;
  readonly failed: number;
}

/** Programs that pass or fail as a whole. */
const programs: Readonly<Record<string, readonly string[]>> = {
  types: ['tsc', '--noEmit'],
  'types of the panel': ['tsc', '--noEmit', '-p', 'client/panel/page'],
  lint: ['eslint', '.'],
  format: ['prettier', '--check', '--log-level', 'warn', '.'],
  package: ['npm', 'run', '--silent', 'package'],
};

const counts: Count[] = [];
for (const [name, command] of Object.entries(programs)) counts.push(timed(name, () => whole(command)));
counts.push(
  timed('mocha', () =>
    suite('mocha.json', [
      'mocha',
      '--reporter',
      'test/tools/reporter.cjs',
      'test/*.test.ts',
      'test/{engine,cli,server,editor}/*.test.ts',
    ]),
  ),
);
counts.push(timed('editor', () => suite('editor.json', ['tsx', 'test/editor/run.ts'])));

const sum = (of: (count: Count) => number): number => counts.reduce((total, count) => total + of(count), 0);
const failed = sum((count) => count.failed);
console.log(`${sum(({ passed }) => passed)} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;

function timed(name: string, work: () => Count): Count {
  console.log(`\n== ${name}`);
  const start = performance.now();
  const count = work();
  console.log(
    `== ${name}: ${count.failed > 0 ? 'failed' : 'passed'} in ${((performance.now() - start) / 1000).toFixed(1)} s`,
  );
  return count;
}

function whole(command: readonly string[]): Count {
  return run(command) === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
}

/** A run that writes how many passed and failed; one that writes nothing has failed, whatever its exit code. */
function suite(file: string, command: readonly string[]): Count {
  const results = join(root, 'dist', file);
  rmSync(results, { force: true });
  const status = run(command, { SCALEREADY_TEST_RESULTS: results });
  try {
    const { passed, failed } = JSON.parse(readFileSync(results, 'utf8')) as Count;
    const none = passed + failed === 0;
    return { passed, failed: failed + (none || (status !== 0 && failed === 0) ? 1 : 0) };
  } catch {
    return { passed: 0, failed: 1 };
  }
}

/** Runs a program of the project's own packages. @returns its exit code */
function run([program, ...rest]: readonly string[], env: NodeJS.ProcessEnv = {}): number {
  const path = `${join(root, 'node_modules/.bin')}${delimiter}${process.env.PATH ?? ''}`;
  const { status, error } = spawnSync(program!, rest, {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, PATH: path, ...env },
  });
  if (error) console.error(error.message);
  return status ?? 1;
}

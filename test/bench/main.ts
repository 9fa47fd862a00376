/**
 * `npm run bench -- [FOLDER …] [--sizes 1000,10000] [--runs 5]`: times audits of generated monorepos and of any folder
 * against reading every candidate file once (the floor) and oxlint on the same tree, in turn, so that ratios hold on a
 * noisy machine; then the server's time to first diagnostics and from keystroke to diagnostics.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { writeMonorepo } from './monorepo.ts';
import { benchServer } from './server.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    sizes: { type: 'string', default: '1000,10000,100000' },
    runs: { type: 'string', default: '5' },
    seed: { type: 'string', default: '1' },
  },
});

const scratch = mkdtempSync(join(tmpdir(), 'scaleready-bench-'));
try {
  for (const folder of positionals) report(basename(resolve(folder)), resolve(folder));
  const sizes =
    positionals.length > 0 && values.sizes === '1000,10000,100000' ? [] : values.sizes.split(',').map(Number);
  for (const size of sizes) {
    const folder = join(scratch, String(size));
    writeMonorepo(folder, size, Number(values.seed));
    report(`generated, ${size} files`, folder);
    if (size === 10_000) await benchServer(folder);
  }
} finally {
  rmSync(scratch, { recursive: true, force: true });
}

interface Measure {
  /** Wall seconds of the whole process, the median. */
  readonly seconds: number;
  /** Peak resident memory in MiB, the largest. */
  readonly memory: number;
}

function report(name: string, folder: string): void {
  const cache = mkdtempSync(join(scratch, 'cache-'));
  const audit = [
    'dist/cli.js',
    'audit',
    folder,
    '--format',
    'json',
    '--fail-on',
    'never',
    '--output',
    '/dev/null',
  ];
  const node = process.execPath;
  const runs = Number(values.runs);
  const [floor, oxlint, cold, warm] = inTurn(
    runs,
    [
      [node, '--import', './test/bench/peak.mjs', 'test/bench/floor.mjs', folder],
      [node, 'node_modules/oxlint/bin/oxlint', '--quiet', folder],
      [node, '--import', './test/bench/peak.mjs', ...audit, '--no-cache'],
      [node, '--import', './test/bench/peak.mjs', ...audit],
    ],
    { ...process.env, XDG_CACHE_HOME: cache },
  ) as [Measure, Measure, Measure, Measure];
  const seconds = ({ seconds: value }: Measure): string => `${value.toFixed(2)} s`;
  console.log(`\n${name}`);
  console.log(`  reading every candidate   ${seconds(floor)}`);
  console.log(`  oxlint                    ${seconds(oxlint)}`);
  console.log(`  audit, cold               ${seconds(cold)}  ${cold.memory.toFixed(0)} MiB`);
  console.log(`  audit, again              ${seconds(warm)}  ${warm.memory.toFixed(0)} MiB`);
  const ratio = (a: Measure, b: Measure): string => (a.seconds / b.seconds).toFixed(2);
  console.log(
    `  cold : floor ${ratio(cold, floor)} · cold : oxlint ${ratio(cold, oxlint)} · again : cold ${ratio(warm, cold)}`,
  );
}

/** Runs the commands in turn, one uncounted round first. */
function inTurn(runs: number, commands: readonly string[][], env: NodeJS.ProcessEnv): Measure[] {
  const times = commands.map(() => [] as number[]);
  const peaks = commands.map(() => 0);
  for (let round = -1; round < runs; round += 1) {
    for (const [index, [program, ...rest]] of commands.entries()) {
      const peakFile = join(scratch, 'peak');
      const start = performance.now();
      const { error, status, stderr } = spawnSync(program!, rest, {
        cwd: root,
        env: { ...env, SCALEREADY_PEAK: peakFile },
        stdio: ['ignore', 'ignore', 'pipe'],
        maxBuffer: 2 ** 28,
      });
      const seconds = (performance.now() - start) / 1000;
      if (error || (status ?? 1) > 1) throw error ?? new Error(`${rest.join(' ')}: ${String(stderr)}`);
      if (round < 0) continue;
      times[index]!.push(seconds);
      if (rest.includes('./test/bench/peak.mjs')) {
        peaks[index] = Math.max(peaks[index]!, Number(readFileSync(peakFile, 'utf8')) / 1024);
      }
    }
  }
  return times.map((of, index) => ({
    seconds: of.sort((a, b) => a - b)[of.length >> 1]!,
    memory: peaks[index]!,
  }));
}

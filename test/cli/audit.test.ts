import { equal, match, deepEqual, ok } from 'node:assert/strict';
import { readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { audit, DiskWorkspace } from '../../rules/index.ts';
import { writeMonorepo } from '../bench/monorepo.ts';
import { misspelt, onlyFlags, repository, scaleready, textOf } from './support.ts';

interface JsonFinding {
  readonly rule: string;
  readonly path: string;
  readonly workspace: string;
  readonly range: { readonly start: { readonly line: number; readonly column: number } };
}

interface JsonReport {
  readonly version: number;
  readonly findings: readonly JsonFinding[];
  readonly suppressed: readonly (JsonFinding & { readonly reason: string })[];
  readonly scorecard: Readonly<Record<string, unknown>>;
  readonly files: { readonly seen: number; readonly parsed: number; readonly skipped: readonly unknown[] };
}

function audited(args: readonly string[], cwd: string): JsonReport {
  return JSON.parse(scaleready(['audit', '--format', 'json', ...args], cwd).stdout) as JsonReport;
}

describe('scaleready audit', () => {
  it('shows the place, the code, the other end and what to do, and a summary', () => {
    const { stdout, stderr, status } = scaleready(['audit', ...onlyFlags], repository(misspelt));
    match(stdout, /^warning\[rollout\/flag-undefined\]: The flag express-pay is defined nowhere/m);
    match(stdout, /src\/checkout\.ts:6:41$/m);
    match(stdout, /^ *6 │ .*'express-pay'.*\n +│ +━━━━━━━━━━━$/m);
    match(stdout, /├─ flags\/shop\.flagd\.json:3:5\n.*\n.*─ express-payment is defined here$/m);
    match(stdout, /suggested fix: .*\(scaleready fix --suggested\)$/m);
    match(stdout, /^Found 1 warning in 1 file\.$/m);
    match(stdout, /^2 files seen, 2 with something to check, none skipped/m);
    equal(stderr, '');
    equal(status, 1);
  });

  it('colours nothing in a pipe unless forced to', () => {
    const folder = repository(misspelt);
    ok(!scaleready(['audit', ...onlyFlags], folder).stdout.includes('\u001b'));
    ok(scaleready(['audit', ...onlyFlags], folder, { FORCE_COLOR: '1' }).stdout.includes('\u001b[33m'));
    ok(!scaleready(['audit', ...onlyFlags], folder, { FORCE_COLOR: '0' }).stdout.includes('\u001b'));
  });

  it('gives programs findings, scorecard and files', () => {
    const { version, findings, scorecard, files } = audited(onlyFlags, repository(misspelt));
    equal(version, 1);
    equal(findings.length, 1);
    const { rule, path, workspace, range } = findings[0]!;
    deepEqual(
      { rule, path, workspace, range },
      {
        rule: 'rollout/flag-undefined',
        path: 'src/checkout.ts',
        workspace: '.',
        range: { start: { line: 6, column: 41 }, end: { line: 6, column: 52 } },
      },
    );
    deepEqual(Object.keys(scorecard), ['total', 'areas', 'levels', 'services', 'cells', 'checklist']);
    deepEqual(files, { seen: 2, parsed: 2, skipped: [] });
  });

  it('takes each path as a repository of its own', () => {
    const folder = repository({
      'one/src/checkout.ts': misspelt['src/checkout.ts'],
      'one/flags/shop.flagd.json': misspelt['flags/shop.flagd.json'],
      'two/src/checkout.ts': misspelt['src/checkout.ts'],
      'two/flags/shop.flagd.json': misspelt['flags/shop.flagd.json'],
    });
    const report = audited([...onlyFlags, 'one', './two/', 'one/../one'], folder);
    deepEqual(
      report.findings.map(({ workspace, path }) => [workspace, path]),
      [
        ['one', 'src/checkout.ts'],
        ['two', 'src/checkout.ts'],
      ],
    );
    equal(report.files.seen, 4);
    match(scaleready(['audit', ...onlyFlags, 'one', 'two'], folder).stdout, /╭─ two\/src\/checkout\.ts:6:41/);
  });

  it('lists what a comment accepts, apart and with its reason', () => {
    const folder = repository({
      ...misspelt,
      'src/checkout.ts': misspelt['src/checkout.ts'].replace(
        '  return',
        '  // scaleready-disable-next-line rollout/flag-undefined -- renamed next week\n  return',
      ),
    });
    const { findings, suppressed } = audited(onlyFlags, folder);
    deepEqual([findings.length, suppressed.length, suppressed[0]?.reason], [0, 1, 'renamed next week']);
    equal(scaleready(['audit', ...onlyFlags], folder).status, 0);
  });

  it('ends as --fail-on and --rule ask', () => {
    const folder = repository(misspelt);
    const status = (...args: string[]): number | null =>
      scaleready(['audit', ...onlyFlags, ...args], folder).status;
    equal(status(), 1);
    equal(status('--fail-on', 'info'), 1);
    equal(status('--fail-on', 'error'), 0);
    equal(status('--fail-on', 'never'), 0);
    equal(status('--rule', 'rollout/*=error', '--fail-on', 'error'), 1);
    equal(status('--rule', 'rollout/flag-undefined=off'), 0);
  });

  it('names what is near where a rule, level or command does not exist', () => {
    const folder = repository(misspelt);
    const said = (...args: string[]): string => {
      const { status, stderr } = scaleready(args, folder);
      equal(status, 2);
      return stderr;
    };
    match(said('audit', '--rule', 'rollout/flag-undefind=off'), /Did you mean “rollout\/flag-undefined”\?/);
    match(said('audit', '--rule', 'rolout/*=off'), /Did you mean “rollout\/\*”\?/);
    match(said('audit', '--rule', 'rollout/flag-undefined=warn'), /Did you mean “warning”\?/);
    match(said('audit', '--rule', 'rollout/flag-undefined'), /takes a rule and a level/);
    match(said('audit', '--format', 'xml'), /Allowed choices are human, json, sarif/);
    match(said('audti'), /Did you mean audit\?/);
  });

  it('reads the configuration it is given, and says what is wrong in it', () => {
    const folder = repository({
      ...misspelt,
      '.scaleready.yaml': 'rules:\n  "*": off\n',
      'ci/strict.yaml': 'rules:\n  "*": off\n  rollout/flag-undefined: error\n',
      'ci/broken.yaml': 'rules:\n  rollout/flag-undefined: loud\n',
    });
    equal(scaleready(['audit'], folder).status, 0);
    match(
      scaleready(['audit', '--config', 'ci/strict.yaml'], folder).stdout,
      /^error\[rollout\/flag-undefined\]/m,
    );
    const broken = scaleready(['audit', '--config', 'ci/broken.yaml'], folder);
    equal(broken.status, 2);
    match(broken.stdout, /╭─ ci\/broken\.yaml:2:/);
    const absent = scaleready(['audit', '--config', 'ci/absent.yaml'], folder);
    equal(absent.status, 2);
    match(absent.stderr, /“ci\/absent\.yaml” cannot be read: it does not exist/);
  });

  it('writes the report to a file, whole or not at all', () => {
    const folder = repository(misspelt);
    writeFileSync(join(folder, 'report.json'), 'old');
    const { stdout, status } = scaleready(
      ['audit', ...onlyFlags, '--format', 'json', '--output', 'report.json'],
      folder,
    );
    equal(stdout, '');
    equal(status, 1);
    equal((JSON.parse(textOf(folder, 'report.json')) as JsonReport).findings.length, 1);
    ok(!readdirSync(folder).some((name) => name.startsWith('.scaleready-')));
    match(scaleready(['audit', '--output', 'no/such/report.json'], folder).stderr, /it does not exist/);
  });

  it('keeps facts for the next run, and ignores a cache that is damaged', async () => {
    const folder = repository(misspelt);
    // What was written just now may yet change unseen, and is not kept.
    await setTimeout(200);
    const home = repository({});
    const run = (): string =>
      scaleready(['audit', '--format', 'json', ...onlyFlags], folder, { XDG_CACHE_HOME: home }).stdout;
    const first = run();
    const cache = join(home, 'scaleready');
    const [file] = readdirSync(cache);
    const { mtimeMs } = statSync(join(cache, file!));
    equal(run(), first);
    const text = readFileSync(join(cache, file!), 'utf8');
    ok(text.includes('express-pay'));
    writeFileSync(join(cache, file!), text.replaceAll('express-pay', 'express-pax'));
    equal(run(), first);
    ok(statSync(join(cache, file!)).mtimeMs >= mtimeMs);
    writeFileSync(
      join(folder, 'src/checkout.ts'),
      misspelt['src/checkout.ts'].replace('express-pay', 'express-paid'),
    );
    match(run(), /express-paid/);
    // As long as before, and within the same moment.
    writeFileSync(
      join(folder, 'src/checkout.ts'),
      misspelt['src/checkout.ts'].replace('express-pay', 'express-paiD'),
    );
    match(run(), /express-paiD/);
  });

  it('says of many files, which several threads read, what one thread says', async () => {
    const folder = repository({});
    writeMonorepo(folder, 3000);
    writeFileSync(join(folder, 'services/unreadable.ts'), Buffer.from([0, 1, 2, 0]));
    const { findings, files } = audited(['--no-cache'], folder);
    const alone = await audit(new DiskWorkspace(folder));
    deepEqual(
      findings.map(({ rule, path }) => [rule, path]),
      alone.findings.map(({ rule, at }) => [rule, at.file]),
    );
    ok(findings.length > 0);
    deepEqual([files.seen, files.parsed, files.skipped.length], [alone.files.seen, alone.files.parsed, 1]);
  });

  it('resolves links on the way to a folder, and stays in it', () => {
    const folder = repository(misspelt);
    const other = repository({});
    symlinkSync(folder, join(other, 'link'));
    equal(audited([...onlyFlags, 'link'], other).findings.length, 1);
    const log = JSON.parse(
      scaleready(['audit', '--format', 'sarif', ...onlyFlags, 'link'], other).stdout,
    ) as {
      runs: [{ originalUriBaseIds: Record<string, { uri: string }> }];
    };
    const uris = Object.values(log.runs[0].originalUriBaseIds).map(({ uri }) => uri);
    deepEqual(uris, [
      `${pathToFileURL(other).href}/`,
      `${pathToFileURL(dirname(folder)).href}/${encodeURI(basename(folder))}/`,
    ]);
  });
});

describe('scaleready audit --baseline', () => {
  const baseline = ['--baseline', 'known.json'];
  const added = misspelt['src/checkout.ts'].replace('express-pay', 'express-pai');

  it('shows and fails on new findings alone, once what is there is written down', () => {
    const folder = repository(misspelt);
    const first = scaleready(['audit', ...onlyFlags, ...baseline, '--update-baseline'], folder);
    equal(first.status, 0);
    match(first.stdout, /^No new findings\.\n1 finding of the baseline is still there, and not shown\.$/m);
    equal(scaleready(['audit', ...onlyFlags, ...baseline], folder).status, 0);
    writeFileSync(join(folder, 'src/other.ts'), added);
    const second = scaleready(['audit', ...onlyFlags, ...baseline], folder);
    equal(second.status, 1);
    match(second.stdout, /The flag express-pai is defined nowhere/);
    ok(!second.stdout.includes('The flag express-pay is'));
    match(second.stdout, /^Found 1 warning in 1 file\.$/m);
  });

  it('knows a finding again after edits around it, and says what is gone', () => {
    const folder = repository(misspelt);
    scaleready(['audit', ...onlyFlags, ...baseline, '--update-baseline'], folder);
    const text = misspelt['src/checkout.ts'];
    writeFileSync(join(folder, 'src/checkout.ts'), `// Paying.\n\n${text}`);
    equal(scaleready(['audit', ...onlyFlags, ...baseline], folder).status, 0);
    writeFileSync(join(folder, 'src/checkout.ts'), text.replace('express-pay', 'express-payment'));
    const { stdout } = scaleready(['audit', ...onlyFlags, ...baseline], folder);
    match(
      stdout,
      /^1 finding of the baseline is gone: with --update-baseline it cannot come back unnoticed\.$/m,
    );
  });

  it('marks what is known for programs', () => {
    const folder = repository(misspelt);
    scaleready(['audit', ...onlyFlags, ...baseline, '--update-baseline'], folder);
    writeFileSync(join(folder, 'src/other.ts'), added);
    const { findings } = audited([...onlyFlags, ...baseline], folder) as unknown as {
      findings: { path: string; known: boolean }[];
    };
    const known = Object.fromEntries(findings.map(({ path, known }) => [path, known]));
    deepEqual(known, { 'src/checkout.ts': true, 'src/other.ts': false });
    const sarif = JSON.parse(
      scaleready(['audit', ...onlyFlags, ...baseline, '--format', 'sarif'], folder).stdout,
    ) as { runs: [{ results: { baselineState: string }[] }] };
    deepEqual(sarif.runs[0].results.map(({ baselineState }) => baselineState).sort(), ['new', 'unchanged']);
  });

  it('asks for what it needs', () => {
    const folder = repository({ ...misspelt, 'broken.json': '{ "version": 2 }' });
    const absent = scaleready(['audit', ...baseline], folder);
    match(absent.stderr, /There is no baseline “known\.json”; --update-baseline writes one/);
    equal(absent.status, 2);
    match(
      scaleready(['audit', '--update-baseline'], folder).stderr,
      /--update-baseline needs --baseline FILE/,
    );
    match(scaleready(['audit', '--baseline', 'broken.json'], folder).stderr, /“broken\.json” is no baseline/);
  });
});

describe('scaleready audit of several repositories', () => {
  it('shows where each stands, the one that is furthest behind first, without the findings if wanted', () => {
    const folder = repository({
      'good/README.md': '# Shop\n',
      'good/Dockerfile': 'FROM node:22.11.0-slim\nUSER node\nCMD ["node", "a.js"]\n',
      ...Object.fromEntries(Object.entries(misspelt).map(([path, text]) => [`bad/${path}`, text])),
    });
    const { stdout } = scaleready(['audit', 'good', 'bad', '--summary', ...onlyFlags], folder);
    const table = /^repository .*\n(.*)\n(.*)$/m.exec(stdout);
    match(table?.[1] ?? '', /^bad .* 0 {2,}1 {2,}0$/);
    match(table?.[2] ?? '', /^good .* 0 {2,}0 {2,}0$/);
    ok(!stdout.includes('is defined nowhere'));
    match(stdout, /^Found 1 warning in 1 file\.$/m);
  });
});

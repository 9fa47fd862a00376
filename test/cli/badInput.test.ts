import { equal, match, deepEqual, ok } from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { misspelt, onlyFlags, repository, scaleready } from './support.ts';

/** Nine to the ninth values, once every alias is followed. */
const bomb = [...'bcdefghi'].reduce(
  (text, name, index) => `${text}\n${name}: &${name} [${Array(9).fill(`*${'abcdefgh'[index]}`).join(', ')}]`,
  'a: &a [x, x, x, x, x, x, x, x, x]',
);

describe('bad input', () => {
  it('is no success where there is nothing to check', () => {
    const empty = scaleready(['audit'], repository({}));
    equal(empty.status, 2);
    match(empty.stderr, /No file to check was found in the current folder: it holds no files/);
    const other = scaleready(
      ['audit', '--format', 'json', 'pictures'],
      repository({ 'pictures/a.jpg': 'x' }),
    );
    equal(other.status, 2);
    match(other.stderr, /No file to check was found in “pictures”: none of its 1 files/);
    deepEqual((JSON.parse(other.stdout) as { findings: unknown[] }).findings, []);
  });

  it('says what a path is that cannot be audited', () => {
    const folder = repository({ 'a/Dockerfile': 'FROM scratch\n' });
    symlinkSync('loop', join(folder, 'loop'));
    const said = (path: string): string => {
      const { status, stderr, stdout } = scaleready(['audit', path], folder);
      deepEqual([status, stdout], [2, '']);
      return stderr;
    };
    match(said('b'), /“b” cannot be audited: it does not exist\./);
    match(said('a/Dockerfile'), /it is not a folder\. Findings join the files of a repository/);
    match(said('loop'), /its links lead round in a circle/);
    match(said('evil\u001b[31m'), /“evil\ufffd\[31m”/);
  });

  it('goes on past what cannot be read or understood, and says so', () => {
    const folder = repository({
      ...misspelt,
      'huge.ts': `// getBooleanValue\n${'x'.repeat(2_000_000)}`,
      'binary.yaml': 'a: \0\0\0\n',
      'k8s/broken.yaml': 'kind: Deployment\napiVersion: apps/v1\nmetadata: {name: [\n',
      'k8s/bomb.yaml': `apiVersion: v1\nkind: List\n${bomb}\n`,
      'k8s/deep.yaml': `kind: Deployment\napiVersion: apps/v1\nspec: ${'['.repeat(5000)}\n`,
      Dockerfile: 'FROM\nRUN "\nCMD [\n',
      'src/half.ts': 'import { x from "\nexport function (((',
    });
    symlinkSync('/etc/passwd', join(folder, 'outside.yaml'));
    symlinkSync('..', join(folder, 'src/up'));
    symlinkSync('nowhere', join(folder, 'broken-link.yaml'));
    if (process.platform !== 'win32') spawnSync('mkfifo', [join(folder, 'pipe.yaml')]);
    const { status, stdout, stderr } = scaleready(['audit', '--format', 'json', ...onlyFlags], folder);
    equal(stderr, '');
    equal(status, 1);
    const report = JSON.parse(stdout) as {
      findings: { rule: string; path: string }[];
      files: { skipped: { path: string; reason: string }[] };
    };
    ok(report.findings.some(({ rule }) => rule === 'rollout/flag-undefined'));
    const skipped = report.files.skipped.map(({ path }) => path);
    const pipes = process.platform === 'win32' ? [] : ['pipe.yaml'];
    for (const path of ['huge.ts', 'binary.yaml', 'outside.yaml', 'src/up', 'broken-link.yaml', ...pipes])
      ok(skipped.includes(path), path);
    ok(!JSON.stringify(report).includes('root:'));
  });

  it('skips folders it may not read', function () {
    if (process.getuid?.() === 0 || process.platform === 'win32') this.skip();
    const folder = repository(misspelt);
    mkdirSync(join(folder, 'closed'));
    writeFileSync(join(folder, 'closed/Dockerfile'), 'FROM node\n');
    chmodSync(join(folder, 'closed'), 0);
    try {
      match(
        scaleready(['audit', '--format', 'json'], folder).stdout,
        /it may not be read with your permissions/,
      );
      match(scaleready(['audit', 'closed'], folder).stderr, /you may not access it/);
    } finally {
      chmodSync(join(folder, 'closed'), 0o755);
    }
  });

  it('neither loads nor runs what is in the folder', () => {
    const evil = "require('node:fs').writeFileSync('owned', '')";
    const folder = repository({
      ...misspelt,
      'package.json':
        '{"name":"x","main":"index.js","scripts":{"preinstall":"touch owned"},"type":"commonjs"}',
      'index.js': evil,
      '.scaleready.js': evil,
      '.mocharc.js': evil,
      '.scaleready.yaml': '!!js/function "function(){}"\n',
    });
    const { stdout } = scaleready(['audit', '--format', 'json'], folder);
    equal(
      (JSON.parse(stdout) as { findings: { path: string }[] }).findings.some(({ path }) => path === 'owned'),
      false,
    );
    equal(spawnSync('ls', [folder], { encoding: 'utf8' }).stdout.includes('owned'), false);
  });

  it('says that contradicting configuration is in part not in force', () => {
    const configuration =
      'rules:\n  rollout/flag-undefined: off\n  rollout/flag-undefined: error\n  no/such-rule: error\nexclude: 3\n';
    const { status, stdout } = scaleready(
      ['audit'],
      repository({ ...misspelt, '.scaleready.yaml': configuration }),
    );
    equal(status, 2);
    match(stdout, /error\[scaleready\/configuration-invalid\]: .*no\/such-rule/);
    match(stdout, /╭─ \.scaleready\.yaml:5:/);
  });
});

import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { misspelt, onlyFlags, onlyShellForm, repository, scaleready, shellForm, textOf } from './support.ts';

const fixedDockerfile = shellForm['shop/Dockerfile'].replace(
  'CMD node server.js',
  'CMD ["node", "server.js"]',
);

describe('scaleready fix', () => {
  it('applies safe fixes, keeps the rest of the file, and says what it did', () => {
    const folder = repository(shellForm);
    chmodSync(join(folder, 'shop/Dockerfile'), 0o600);
    const { status, stdout, stderr } = scaleready(['fix', ...onlyShellForm], folder);
    deepEqual([status, stderr], [0, '']);
    equal(textOf(folder, 'shop/Dockerfile'), fixedDockerfile);
    equal(statSync(join(folder, 'shop/Dockerfile')).mode & 0o777, 0o600);
    match(stdout, /^shop\/Dockerfile: .* \(containers\/shell-form-command\)$/m);
    match(stdout, /^Fixed 1 finding in 1 file\.$/m);
    match(scaleready(['fix', ...onlyShellForm], folder).stdout, /^Nothing to fix\.$/m);
  });

  it('prints a diff that can be applied, and changes nothing, in a dry run', () => {
    const folder = repository(shellForm);
    const { stdout, stderr } = scaleready(['fix', '--dry-run', ...onlyShellForm], folder);
    equal(textOf(folder, 'shop/Dockerfile'), shellForm['shop/Dockerfile']);
    match(stderr, /^Would fix 1 finding in 1 file\.$/m);
    execFileSync('git', ['apply', '-'], { cwd: folder, input: stdout });
    equal(textOf(folder, 'shop/Dockerfile'), fixedDockerfile);
  });

  it('leaves suggested fixes alone until asked', () => {
    const folder = repository(misspelt);
    match(scaleready(['fix', ...onlyFlags], folder).stdout, /1 finding is left: 1 with a suggested fix/);
    equal(textOf(folder, 'src/checkout.ts'), misspelt['src/checkout.ts']);
    scaleready(['fix', '--suggested', ...onlyFlags], folder);
    equal(
      textOf(folder, 'src/checkout.ts'),
      misspelt['src/checkout.ts'].replace('express-pay', 'express-payment'),
    );
  });

  it('keeps a byte order mark, and does not touch what is not UTF-8', () => {
    const folder = repository(shellForm);
    writeFileSync(join(folder, 'shop/Dockerfile'), `\ufeff${shellForm['shop/Dockerfile']}`);
    scaleready(['fix', ...onlyShellForm], folder);
    equal(textOf(folder, 'shop/Dockerfile'), `\ufeff${fixedDockerfile}`);
    const latin = Buffer.from(shellForm['shop/Dockerfile'].replace('shop', 'caf\u00e9'), 'latin1');
    writeFileSync(join(folder, 'shop/Dockerfile'), latin);
    const { status, stderr } = scaleready(['fix', ...onlyShellForm], folder);
    equal(status, 3);
    match(stderr, /shop\/Dockerfile was not changed: it is not valid UTF-8/);
  });

  it('comes to rest on the sample, and a second run finds nothing to fix', () => {
    const folder = repository({});
    execFileSync('cp', ['-R', `${new URL('../../samples/storefront', import.meta.url).pathname}/.`, folder]);
    const { status, stderr } = scaleready(['fix', '--suggested'], folder);
    deepEqual([status, stderr], [0, '']);
    const again = scaleready(['fix', '--suggested', '--dry-run'], folder);
    ok(again.stderr.startsWith('Nothing to fix.'), again.stderr);
  });
});

import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { scaleready } from './support.ts';

const samples = fileURLToPath(new URL('../../samples/', import.meta.url));

interface FlagsReport {
  readonly version: number;
  readonly flags: readonly {
    readonly key: string;
    readonly standing: string;
    readonly toDo: string;
    readonly definitions: readonly { readonly path: string }[];
    readonly reads: readonly { readonly path: string }[];
  }[];
}

describe('scaleready flags', () => {
  it('lists every flag with both of its ends, the most pressing first', () => {
    const { stdout, stderr, status } = scaleready(['flags', 'storefront'], samples);
    match(stdout, /^express-pay · defined nowhere/);
    match(stdout, /^guest-checkout · should have been gone by 2025-03-31 · .*owned by @larkfield\/payments/m);
    match(stdout, /^ +read +storefront\/services\/checkout\/src\/orders\.js:\d+:\d+$/m);
    match(stdout, /^\d+ flags in storefront\.$/m);
    equal(stderr, '');
    equal(status, 0);
  });

  it('gives programs the same', () => {
    const { stdout } = scaleready(['flags', '--format', 'json', 'storefront'], samples);
    const { version, flags } = JSON.parse(stdout) as FlagsReport;
    equal(version, 1);
    const guest = flags.find(({ key }) => key === 'guest-checkout')!;
    equal(guest.standing, 'expired');
    deepEqual(
      guest.definitions.map(({ path }) => path),
      ['flags/storefront.flagd.json'],
    );
    ok(guest.reads.length > 0);
  });

  it('shows how a flag would be removed, and what needs a person', () => {
    const { stdout, stderr, status } = scaleready(
      ['flags', 'remove', 'guest-checkout', '--keep', 'on', 'storefront'],
      samples,
    );
    match(stdout, /^--- a\/storefront\/services\/checkout\/src\/orders\.js$/m);
    match(stdout, /^-.*guest-checkout/m);
    match(
      stderr,
      /Would remove guest-checkout from \d+ files?, as if it were on for everybody\. Say --write/,
    );
    ok(status === 0 || status === 1);
    equal(scaleready(['flags', 'remove', 'nonsense', '--keep', 'on', 'storefront'], samples).status, 2);
    equal(scaleready(['flags', 'remove', 'guest-checkout', 'storefront'], samples).status, 2);
  });

  it('writes it when told to', () => {
    const folder = mkdtempSync(join(tmpdir(), 'scaleready-'));
    try {
      const code = 'export const x = (unleash) => (unleash.isEnabled("new-x") ? 1 : 2);\n';
      writeFileSync(join(folder, 'a.js'), `import { initialize } from 'unleash-client';\n\n${code}`);
      const { stdout, status } = scaleready(['flags', 'remove', 'new-x', '--keep', 'off', '--write'], folder);
      equal(stdout, 'Removed new-x from 1 file, as if it were off for everybody.\n');
      equal(status, 0);
      match(readFileSync(join(folder, 'a.js'), 'utf8'), /export const x = \(unleash\) => 2;\n$/);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

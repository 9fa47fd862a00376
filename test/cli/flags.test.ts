import { deepEqual, equal, match, ok } from 'node:assert/strict';
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
});

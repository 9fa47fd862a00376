import { deepEqual, equal, match } from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import { scaleready } from './support.ts';

const samples = fileURLToPath(new URL('../../samples/', import.meta.url));

interface Place {
  readonly path: string;
  readonly range: { readonly start: { readonly line: number } } | null;
}

interface ModelReport {
  readonly version: number;
  readonly services: readonly {
    readonly name: string;
    readonly root: string;
    readonly owners: { readonly names: readonly string[] };
    readonly listens: readonly { readonly port: number; readonly variable: string }[];
    readonly checks: readonly {
      readonly by: string;
      readonly path: string;
      readonly at: Place;
      readonly answered: { readonly found: string; readonly at?: Place };
    }[];
  }[];
}

describe('scaleready model', () => {
  it('shows each service with both ends of every join', () => {
    const { stdout, stderr, status } = scaleready(['model', 'storefront'], samples);
    match(stdout, /^web · javascript · services\/web$/m);
    match(
      stdout,
      /^ +listens +http on 3000, or PORT \(express\) {2}storefront\/services\/web\/src\/server\.ts:\d+:\d+$/m,
    );
    match(stdout, /readiness probe \/health on http .*catalog\.yaml:\d+:\d+ → not served$/m);
    match(
      stdout,
      /HEALTHCHECK \/healthz on 3000 .* → served storefront\/services\/web\/src\/server\.ts:\d+:\d+$/m,
    );
    match(stdout, /^4 services in storefront\.$/m);
    equal(stderr, '');
    equal(status, 0);
  });

  it('gives programs the same', () => {
    const { stdout } = scaleready(['model', '--format', 'json', 'storefront'], samples);
    const { version, services } = JSON.parse(stdout) as ModelReport;
    equal(version, 1);
    const catalog = services.find(({ name }) => name === 'catalog')!;
    equal(catalog.root, 'services/catalog');
    deepEqual(catalog.owners.names, ['@maren-larkfield']);
    deepEqual(
      catalog.checks.map(({ by, path, answered }) => [by, path, answered.found, answered.at?.path ?? null]),
      [
        ['readiness', '/health', 'no', null],
        ['liveness', '/healthz', 'yes', 'services/catalog/src/server.ts'],
      ],
    );
    equal(typeof catalog.checks[0]!.at.range!.start.line, 'number');
  });
});

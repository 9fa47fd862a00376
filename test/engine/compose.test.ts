/** Facts of Compose files: every form a value may have, where it is written, and texts that are half-typed or hostile. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { compose } from '../../rules/artifacts/compose/compose.ts';
import type { ComposeFacts, ComposeServiceFacts } from '../../rules/artifacts/compose/facts.ts';
import type { TextRange } from '../../rules/text.ts';
import { textFile } from '../../rules/workspace/textFile.ts';

const sample = `x-common: &common
  restart: unless-stopped
  environment: &env
    LOG_LEVEL: info
services:
  api:
    <<: *common
    build:
      context: ./api
      dockerfile: Dockerfile.prod
      target: runner
    ports: ["8080:80", '127.0.0.1:9000-9001:9000-9001/tcp']
    healthcheck:
      test: ["CMD", "curl", "-f", "http://localhost/healthz"]
    depends_on:
      db:
        condition: service_healthy
    environment:
      <<: *env
      PORT: 80
  db:
    image: postgres:16
    command: postgres -c max_connections=100
volumes:
  data: {}
`;

const tokens = [
  '&x ',
  '*x',
  '<<: ',
  '[',
  '{',
  '"',
  "'",
  '\n',
  '  ',
  ': ',
  '- ',
  '#',
  '|',
  '\t',
  '__proto__: 1\n',
  '---\n',
];

describe('Compose file', () => {
  it('claims the usual names and no others', () => {
    const claimed = [
      'compose.yaml',
      'a/docker-compose.yml',
      'docker-compose.prod.yml',
      'docker-compose-zipkin.yml',
    ];
    for (const path of [...claimed, 'compose-dev.yaml', 'dev.compose.yml'])
      assert.ok(compose.claims(path), path);
    for (const path of ['composer.yaml', 'compose.json', 'decompose.yml'])
      assert.ok(!compose.claims(path), path);
  });

  it('has no facts where there are no services', () => {
    assert.equal(compose.parse(textFile('compose.yaml', 'volumes:\n  a: {}\n')).facts, undefined);
    assert.equal(compose.mayHold('jobs:\n  services: x\n', 'compose.yaml'), false);
  });

  it('merges anchors and keeps own keys', () => {
    const { services, slice } = parse(sample);
    const api = services[0]!;
    assert.equal(api.restart!.value, 'unless-stopped');
    assert.equal(slice(api.restart!), 'unless-stopped');
    assert.deepEqual(Object.keys(api.environment), ['LOG_LEVEL', 'PORT']);
    assert.deepEqual(api.build!.target, 'runner');
    assert.deepEqual(
      api.dependsOn.map(({ value }) => value),
      ['db'],
    );
  });

  it('prefers the earlier of several merged mappings, and the own key to both, wherever it stands', () => {
    const { services } = parse(
      'a: &a {image: a, restart: "no"}\nb: &b {image: b, scale: 2}\nservices:\n  x: {<<: [*a, *b], restart: always}\n',
    );
    const { image, restart, replicas } = services[0]!;
    assert.deepEqual([image?.value, restart?.value, replicas?.value], ['a', 'always', 2]);
  });

  describe('ports', () => {
    const ports = (yaml: string): number[] => service(yaml).ports.map(({ value }) => value);

    it('reads the short forms', () => {
      assert.deepEqual(
        ports('ports: ["3000", "8000:80", 9090, "127.0.0.1:8001:8001/udp", "[::1]:1:2"]'),
        [3000, 80, 9090, 8001, 2],
      );
    });

    it('reads ranges, and leaves ones that say nothing', () => {
      assert.deepEqual(ports('ports: ["3000-3002:4000-4002", "9000-9999:9000-9999"]'), [4000, 4001, 4002]);
    });

    it('reads the long form and expose', () => {
      assert.deepEqual(ports('ports: [{target: 80, published: "8080"}]\n    expose: ["9229"]'), [80, 9229]);
    });

    it('takes the default of a variable and leaves one without', () => {
      assert.deepEqual(
        ports('ports: ["${PORT:-8080}:${PORT:-8080}", "80:${P}", "${HOST}:3000"]'),
        [8080, 3000],
      );
    });
  });

  describe('health checks', () => {
    const test = (yaml: string): string | undefined =>
      service(`healthcheck: ${yaml}`).healthcheck?.test?.value;

    it('reads every form of test as one shell line', () => {
      assert.equal(test('{test: curl -f http://localhost || exit 1}'), 'curl -f http://localhost || exit 1');
      assert.equal(test('{test: ["CMD-SHELL", "curl x || exit 1"]}'), 'curl x || exit 1');
      assert.equal(test(`{test: ["CMD", "sh", "-c", "it's"]}`), `sh -c 'it'\\''s'`);
    });

    it('knows one that is switched off', () => {
      assert.equal(service('healthcheck: {disable: true}').healthcheck!.disabled, true);
      const none = service('healthcheck: {test: ["NONE"]}').healthcheck!;
      assert.deepEqual([none.disabled, none.test], [true, undefined]);
    });
  });

  it('reads environment and labels as list or map', () => {
    const list = service('environment: ["A=1=2", "B"]\n    labels: ["x=y"]');
    assert.deepEqual(
      [list.environment['A']!.value, list.environment['B'], list.labels],
      ['1=2', null, { x: 'y' }],
    );
    const map = service('environment: {A: 1, B: }\n    labels: {x: y}');
    assert.deepEqual(
      [map.environment['A']!.value, map.environment['B'], map.labels],
      ['1', null, { x: 'y' }],
    );
  });

  it('reads build, command, profiles and replicas in their forms', () => {
    assert.equal(service('build: ./api').build!.context, './api');
    assert.equal(service('build: {dockerfile: d}').build!.context, '.');
    assert.equal(service('command: ["node", "a b.js"]').command!.value, "node 'a b.js'");
    assert.deepEqual(service('profiles: [seed, dev]').profiles, ['seed', 'dev']);
    assert.equal(service('deploy: {replicas: 3}').replicas!.value, 3);
    assert.equal(service('image: "${REGISTRY:-hub}/a:${TAG}"').image!.value, 'hub/a:${TAG}');
  });

  it('adds what a service of the same file gives to one that extends it', () => {
    const { services } = parse(
      'services:\n  base: {image: a, ports: ["80"], environment: {A: 1}}\n  x: {extends: base, ports: ["90"], environment: {B: 2}}\n  y: {extends: {service: x}}\n  z: {extends: {service: base, file: other.yml}}\n',
    );
    const [, x, y, z] = services;
    assert.equal(x!.image!.value, 'a');
    assert.deepEqual(
      x!.ports.map(({ value }) => value),
      [80, 90],
    );
    assert.deepEqual(Object.keys(y!.environment), ['A', 'B']);
    assert.equal(z!.image, undefined);
  });

  describe('any text', () => {
    it('never fails, and every range stands in the text and says what the fact says', () => {
      const edits = fc.tuple(
        fc.nat(sample.length),
        fc.nat(30),
        fc.oneof(fc.string(), fc.constantFrom(...tokens)),
      );
      fc.assert(
        fc.property(fc.array(edits, { minLength: 1, maxLength: 3 }), (changes) => {
          let text = sample;
          for (const [at, length, insert] of changes)
            text = text.slice(0, at) + insert + text.slice(at + length);
          const { facts, problems } = compose.parse(textFile('compose.yaml', text));
          for (const { start, end } of rangesIn({ facts, problems })) {
            assert.ok(start >= 0 && start <= end && end <= text.length);
          }
          for (const { name, image, restart } of facts?.services ?? []) {
            for (const fact of [name, image, restart]) if (fact) assertSlice(text, fact);
          }
          assert.deepEqual(JSON.parse(JSON.stringify(facts ?? null)), facts ?? null);
        }),
        { numRuns: 1000 },
      );
    });

    it('keeps aliases that multiply, rings and deep nesting harmless', () => {
      const doubled = Array.from(
        { length: 60 },
        (_, i) => `a${i + 1}: &a${i + 1} {<<: [*a${i}, *a${i}], k${i}: *a${i}}\n`,
      );
      const hostile = [
        `a0: &a0 {k: 1}\n${doubled.join('')}services: *a60\n`,
        'services: {a: {extends: b}, b: {extends: a}}\n',
        'services: &s {a: *s, <<: *s}\n',
        `services:\n  a: ${'['.repeat(20_000)}`,
        `x: &a {image: b}\nservices:\n${Array.from({ length: 5_000 }, (_, i) => `  s${i}: *a\n`).join('')}`,
      ];
      const start = performance.now();
      for (const text of hostile) compose.parse(textFile('compose.yaml', text));
      assert.ok(performance.now() - start < 3000);
    });
  });
});

function parse(text: string): ComposeFacts & { slice(fact: { readonly range: TextRange }): string } {
  const { facts } = compose.parse(textFile('compose.yaml', text));
  assert.ok(facts);
  return { ...facts, slice: ({ range }) => text.slice(range.start, range.end) };
}

function service(yaml: string): ComposeServiceFacts {
  return parse(`services:\n  a:\n    ${yaml}\n`).services[0]!;
}

/** Plain scalars on one line stand in the text as they are. */
function assertSlice(
  text: string,
  { value, range }: { readonly value: string; readonly range: TextRange },
): void {
  const slice = text.slice(range.start, range.end);
  if (/^[\w:./-]*$/.test(slice) && !/^[+-]?[\d.]|^0|^(?:null|true|false)$/i.test(slice))
    assert.equal(value, slice);
}

function rangesIn(value: unknown): TextRange[] {
  if (typeof value !== 'object' || value === null) return [];
  const { start, end } = value as Partial<TextRange>;
  if (typeof start === 'number' && typeof end === 'number') return [{ start, end }];
  return Object.values(value).flatMap(rangesIn);
}

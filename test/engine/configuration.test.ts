/** `.scaleready.yaml`: what is right of it is in force, what is wrong is said at its place. */
import assert from 'node:assert/strict';
import { Ajv } from 'ajv';
import fc from 'fast-check';
import { parse } from 'yaml';
import { configuration } from '../../rules/artifacts/configuration/configuration.ts';
import { defaultConfiguration } from '../../rules/artifacts/configuration/facts.ts';
import schema from '../../rules/artifacts/configuration/scaleready.schema.json' with { type: 'json' };
import { textFile } from '../../rules/workspace/textFile.ts';

const sample = `# what we decided
rules:
  containers/*: off
  health/probe-missing: error # we were bitten
exclude: [legacy/**]
services:
  - name: orders
    root: ./services/orders/
    aliases: [order-api]
    routes: [/healthz]
    owner: "@acme/orders"
runbooks:
  folders: [docs/ops/]
  urls:
    https://runbooks.acme.test: ./docs/ops
  reviewDays: 90
  sections:
    mitigation: [Sofortmaßnahme]
flags:
  functions: [isOn]
`;

const read = (text: string) => configuration.parse(textFile('.scaleready.yaml', text));

describe('Configuration', () => {
  it('is looked for in the root alone', () => {
    assert.ok(configuration.claims('.scaleready.yaml') && configuration.claims('.scaleready.yml'));
    assert.ok(!configuration.claims('sub/.scaleready.yaml'));
  });

  it('is read whole', () => {
    const { facts, problems } = read(sample);
    assert.deepEqual(problems, []);
    assert.deepEqual(
      facts!.rules.map(({ pattern, level, range }) => [pattern, level, sample.slice(range.start, range.end)]),
      [
        ['containers/*', 'off', 'containers/*'],
        ['health/probe-missing', 'error', 'health/probe-missing'],
      ],
    );
    assert.deepEqual(facts!.services, [
      {
        name: 'orders',
        root: 'services/orders',
        aliases: ['order-api'],
        routes: ['/healthz'],
        owner: '@acme/orders',
      },
    ]);
    assert.deepEqual(facts!.runbooks, {
      folders: ['docs/ops'],
      urls: { 'https://runbooks.acme.test': 'docs/ops' },
      reviewDays: 90,
      sections: { mitigation: ['Sofortmaßnahme'] },
    });
    assert.deepEqual([facts!.exclude, facts!.flags.functions], [['legacy/**'], ['isOn']]);
  });

  it('is the default where nothing is said', () => {
    for (const text of ['', '# nothing\n', 'rules:\n'])
      assert.deepEqual(read(text), { facts: defaultConfiguration, problems: [] }, text);
  });

  it('says what is wrong where it is wrong, and keeps the rest in force', () => {
    const cases: readonly (readonly [text: string, where: string, message: RegExp])[] = [
      ['excldue: []\nrules: {a/b: info}\n', 'excldue', /did you mean "exclude"/],
      ['rules: {a/b: info, c/d: loud}\n', 'loud', /must be one of error, warning, info, off/],
      ['rules: {a/b: info}\nservices:\n  - root: x\n', 'root', /"name" is missing/],
      ['rules: {a/b: info}\nexclude: legacy\n', 'legacy', /must be a list/],
      ['rules: {a/b: info}\nflags: {function: [x]}\n', 'function', /did you mean "functions"/],
    ];
    for (const [text, where, message] of cases) {
      const { facts, problems } = read(text);
      assert.deepEqual(
        problems.map(({ range }) => text.slice(range.start, range.end)),
        [where],
      );
      assert.match(problems[0]!.message, message);
      assert.equal(facts!.rules[0]?.level, 'info');
    }
  });

  it('agrees with Ajv on what is right', () => {
    const validate = new Ajv({ allowUnionTypes: true }).compile(schema);
    const word = fc.constantFrom('a', 'off', 'info', '', 1, true, null);
    const value = fc.oneof(
      word,
      fc.array(word, { maxLength: 2 }),
      fc.dictionary(
        fc.constantFrom('name', 'root', 'folders', 'urls', 'functions', 'x'),
        fc.oneof(word, fc.array(word, { maxLength: 2 })),
        { maxKeys: 2 },
      ),
    );
    const key = fc.constantFrom('rules', 'exclude', 'services', 'runbooks', 'flags', 'other');
    fc.assert(
      fc.property(
        fc.dictionary(key, fc.oneof(value, fc.array(value, { maxLength: 2 })), { maxKeys: 3 }),
        (object) => {
          const text = JSON.stringify(object);
          assert.equal(read(text).problems.length === 0, validate(parse(text)), text);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('never fails', () => {
    fc.assert(
      fc.property(fc.nat(sample.length), fc.nat(20), fc.string({ maxLength: 8 }), (at, cut, typed) => {
        const text = sample.slice(0, at) + typed + sample.slice(at + cut);
        for (const { range } of read(text).problems)
          assert.ok(range.start <= range.end && range.end <= text.length);
      }),
    );
  });
});

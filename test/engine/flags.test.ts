/** Definitions of feature flags, the scaling plan, the schemas of both, and the join of flags with their reads. */
import assert from 'node:assert/strict';
import { Ajv } from 'ajv';
import fc from 'fast-check';
import { flags } from '../../rules/artifacts/flags/flags.ts';
import flagsSchema from '../../rules/artifacts/flags/flags.schema.json' with { type: 'json' };
import { flagMentions } from '../../rules/artifacts/flags/mentions.ts';
import { plan } from '../../rules/artifacts/plan/plan.ts';
import planSchema from '../../rules/artifacts/plan/scaling-plan.schema.json' with { type: 'json' };
import { checkSchema, type Schema } from '../../rules/artifacts/schema.ts';
import { noFacts } from '../../rules/artifacts/source/language.ts';
import type { FlagReadFact, SourceFacts } from '../../rules/artifacts/source/facts.ts';
import { parseYaml } from '../../rules/artifacts/artifact.ts';
import { fileIndex } from '../../rules/model/fileIndex.ts';
import { joinFlags } from '../../rules/model/flags.ts';
import { modules } from '../../rules/model/modules.ts';
import { projectFolders } from '../../rules/model/projects.ts';
import { textFile } from '../../rules/workspace/textFile.ts';

const flagd = `{
  "$schema": "https://flagd.dev/schema/v0/flags.json",
  "flags": {
    "new-checkout": {
      "state": "ENABLED",
      "variants": { "on": true, "off": false },
      "defaultVariant": "on",
      "metadata": { "owner": "@acme/checkout", "expiry": "2026-09-01" }
    },
    "banner": {
      "state": "ENABLED",
      "variants": { "red": "r", "blue": "b" },
      "defaultVariant": "red",
      "targeting": { "if": [true, "blue"] }
    }
  }
}
`;

function read(text: string) {
  return flags.mayHold(text, 'x') ? flags.parse(textFile('x', text)) : { problems: [] };
}

describe('Flag definitions', () => {
  it('reads flagd files', () => {
    const { facts, problems } = read(flagd);
    assert.deepEqual(problems, []);
    assert.equal(facts!.format, 'flagd');
    const [checkout, banner] = facts!.flags;
    assert.equal(checkout!.owner?.value, '@acme/checkout');
    assert.equal(checkout!.expires?.value, '2026-09-01');
    assert.equal(checkout!.constant?.value, true);
    assert.equal(checkout!.type, 'boolean');
    assert.equal(flagd.slice(checkout!.key.range.start, checkout!.key.range.end), '"new-checkout"');
    assert.ok(flagd.slice(checkout!.range.start, checkout!.range.end).endsWith('"2026-09-01" }\n    }'));
    assert.equal(banner!.constant, undefined);
    assert.equal(banner!.type, 'string');
  });

  it('reads the resource of the OpenFeature operator', () => {
    const text = `apiVersion: core.openfeature.dev/v1beta1
kind: FeatureFlag
metadata: { name: shop }
spec:
  flagSpec:
    metadata: { team: shop }
    flags:
      fast-search:
        state: DISABLED
        variants: { "on": true, "off": false }
        defaultVariant: "off"
      # the end
`;
    const [flag] = read(text).facts!.flags;
    assert.equal(flag!.owner?.value, 'shop');
    assert.equal(flag!.enabled, false);
    assert.equal(flag!.constant, undefined);
    assert.ok(text.slice(flag!.range.start, flag!.range.end).endsWith('defaultVariant: "off"'));
  });

  it('reads flagd files inside a ConfigMap, where they stand', () => {
    const indented = flagd.replace(/^(?=.)/gm, '    ');
    const text = `apiVersion: v1\nkind: ConfigMap\ndata:\n  other: x\n  flags.json: |\n${indented}`;
    const [flag] = read(text).facts!.flags;
    assert.equal(text.slice(flag!.key.range.start, flag!.key.range.end), '"new-checkout"');
  });

  it("reads Unleash's exports, old and new", () => {
    const old = `version: 1
features:
  - name: search
    type: release
    enabled: true
    createdAt: "2026-01-02T10:00:00.000Z"
    strategies: [{ name: default }]
  - name: beta
    enabled: true
    stale: true
    strategies: [{ name: userWithId, parameters: { userIds: a } }]
`;
    const [search, beta] = read(old).facts!.flags;
    assert.equal(search!.kind?.value, 'release');
    assert.equal(search!.created?.value, '2026-01-02');
    assert.equal(search!.constant?.value, true);
    assert.equal(beta!.constant, undefined);
    assert.equal(beta!.stale?.value, true);
    const exported = JSON.stringify({
      features: [{ name: 'search', type: 'kill-switch' }, { name: 'half' }, { name: 'off' }],
      featureStrategies: [
        { featureName: 'search', name: 'flexibleRollout', parameters: { rollout: '100' } },
        { featureName: 'half', name: 'flexibleRollout', parameters: { rollout: '50' } },
      ],
      featureEnvironments: [
        { featureName: 'search', enabled: true },
        { featureName: 'half', enabled: true },
        { featureName: 'off', enabled: false },
      ],
      featureTags: [{ featureName: 'half', tagType: 'team', tagValue: 'web' }],
    });
    const parsed = read(exported).facts!.flags;
    assert.deepEqual(
      parsed.map(({ constant, owner, enabled }) => [constant?.value, owner?.value, enabled]),
      [
        [true, undefined, true],
        [undefined, 'web', true],
        [undefined, undefined, false],
      ],
    );
  });

  it('reads plain files, as list and as map', () => {
    const list = read(
      'flags:\n  - key: a\n    owner: web\n    expires: 2026-12-31\n  - key: b\n    expires: never\n',
    );
    assert.equal(list.facts!.certain, true);
    assert.deepEqual(
      list.facts!.flags.map(({ key, expires, permanent }) => [key.value, expires?.value, permanent]),
      [
        ['a', '2026-12-31', undefined],
        ['b', undefined, true],
      ],
    );
    const map = read('flags:\n  a:\n    kind: ops\n    enabled: true\n  b:\n');
    assert.equal(map.facts!.certain, false);
    assert.equal(map.facts!.flags[0]!.kind?.value, 'operational');
    assert.equal(map.facts!.flags[0]!.constant?.value, true);
  });

  it('says at the place what is wrong with a date or kind', () => {
    const text = 'flags:\n  - key: a\n    owner: web\n    expires: 2026-02-30\n    kind: relase\n';
    const { facts, problems } = read(text);
    assert.equal(facts!.flags[0]!.expires, undefined);
    assert.deepEqual(
      problems.map(({ range }) => text.slice(range.start, range.end)),
      ['2026-02-30', 'relase'],
    );
  });

  it('leaves alone what only has a key of that name', () => {
    for (const text of [
      'flags: [--verbose, --force]',
      'flags:\n  - --kind=x\n',
      '{"flags":{"DE":{"emoji":"x","name":"Germany"}}}',
      '{"flags":[{"name":"unittests","carryforward":true}]}',
      'features:\n  - name: a\n',
      '{"features":[{"type":"Feature","geometry":{}}],"type":"FeatureCollection"}',
      'features:\n  ghcr.io/devcontainers/features/node:1: {}\n',
      'compiler:\n  flags: -O2\n  variants: [a]\n',
    ]) {
      assert.equal(read(text).facts, undefined, text);
    }
  });

  it('never throws, and finds keys where they are', () => {
    const word = fc.constantFrom(
      'flags',
      'features',
      'state',
      'variants',
      'owner',
      'expires',
      'key',
      'name',
      'version',
    );
    const value = fc.letrec<{ node: unknown }>((tie) => ({
      node: fc.oneof(
        { depthSize: 'small' },
        fc.constantFrom<unknown>('ENABLED', true, 1, null, '2026-01-01', 'a: b'),
        fc.array(tie('node'), { maxLength: 3 }),
        fc.dictionary(word, tie('node'), { maxKeys: 4 }),
      ),
    })).node;
    fc.assert(
      fc.property(
        value,
        fc.nat(),
        fc.constantFrom('', ':', '{', '"', '\n- ', '{{ x }}'),
        (tree, at, noise) => {
          const whole = JSON.stringify(tree, undefined, 2) ?? '';
          const cut = at % (whole.length + 1);
          const text = whole.slice(0, cut) + noise + whole.slice(cut);
          for (const { key, range } of flags.parse(textFile('x', text)).facts?.flags ?? []) {
            assert.ok(
              range.start <= key.range.start && key.range.end <= range.end && range.end <= text.length,
            );
          }
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe('Mentions of flags', () => {
  it('reads keys in other languages, and knows computed ones', () => {
    const text = `from openfeature import api
client = api.get_client()
client.get_boolean_value("fast-search", False)
client.get_string_value(flag_key='banner', default_value='red')
client.get_boolean_value(name, False)
`;
    assert.ok(flagMentions.mayHold(text, 'x'));
    const { facts } = flagMentions.parse(textFile('a.py', text));
    assert.deepEqual(
      facts!.keys.map((key) => key && text.slice(key.range.start, key.range.end)),
      ['fast-search', 'banner', null],
    );
    const go =
      'import "github.com/open-feature/go-sdk"\nv := client.BooleanValue(ctx, "beta", false, evalCtx)\n';
    assert.deepEqual(flagMentions.parse(textFile('a.go', go)).facts!.keys[0]?.value, 'beta');
  });
});

describe('The scaling plan', () => {
  it('is read for what it says', () => {
    const text = `unitEconomics:
  - { segment: Households, cac: 38, ltv: 142 }
  - { segment: Offices, cac: -90 }
kpis:
  - name: Orders per customer
    target: 2.4
tasks:
  - name: Refunds
    automation: npm run refunds
pilots:
  - change: New payment provider
    stages: [staff, 5 %]
`;
    const { facts, problems } = plan.parse(textFile('scaling-plan.yaml', text));
    assert.deepEqual(
      facts!.unitEconomics.map(({ name, fields }) => [name.value, fields.ltv?.value]),
      [
        ['Households', 142],
        ['Offices', undefined],
      ],
    );
    assert.deepEqual(
      facts!.kpis.map(({ name }) => name.value),
      ['Orders per customer'],
    );
    assert.equal(facts!.tasks[0]!.automation?.value, 'npm run refunds');
    assert.equal(facts!.pilots.length, 1);
    assert.deepEqual(
      problems.map(({ message, range }) => [message, text.slice(range.start, range.end)]),
      [['"cac" must be more than 0.', '-90']],
    );
  });

  it('may be empty or broken', () => {
    for (const text of ['', '\n', '- a', 'kpis:\n  - name: [', 'kpis: {', ': :', '\0'])
      assert.ok(plan.parse(textFile('scaling-plan.yaml', text)).facts);
  });
});

describe('The shipped schemas', () => {
  const ajv = new Ajv({ allErrors: true, strict: false });
  const scalar = fc.constantFrom<unknown>(
    'a',
    '',
    1,
    0,
    -1,
    200,
    true,
    null,
    '2026-12-31',
    'never',
    'release',
    'EUR',
  );
  for (const [name, schema] of Object.entries({ plan: planSchema, flags: flagsSchema })) {
    it(`${name}: our check and Ajv agree`, () => {
      const validate = ajv.compile(schema);
      const words = [...JSON.stringify(schema).matchAll(/"(\w+)":\{/g)].map(([, word]) => word!);
      const value = fc.letrec<{ node: unknown }>((tie) => ({
        node: fc.oneof(
          { depthSize: 'medium' },
          scalar,
          fc.array(tie('node'), { maxLength: 3 }),
          fc.dictionary(fc.constantFrom(...words), tie('node'), { maxKeys: 4 }),
        ),
      })).node;
      fc.assert(
        fc.property(value, (tree) => {
          const problems = checkSchema(parseYaml(JSON.stringify(tree))[0]!.contents, schema as Schema);
          assert.equal(
            problems.length === 0,
            validate(tree),
            JSON.stringify([tree, problems, validate.errors]),
          );
        }),
        { numRuns: 1000 },
      );
    });
  }
});

describe('Flags and their reads', () => {
  const production = () => 'production' as const;
  const source = (reads: readonly Partial<FlagReadFact>[], more: Partial<SourceFacts> = {}): SourceFacts => ({
    language: 'typescript',
    ...noFacts(),
    ...more,
    flags: reads.map((read) => ({ sdk: 'openfeature', range: { start: 0, end: 1 }, ...read })),
  });
  const key = (value: string) => ({ key: { value, range: { start: 0, end: 1 } } });
  const join = (
    sources: Record<string, SourceFacts>,
    definitions: Record<string, string> = { 'flags.json': flagd },
  ) =>
    joinFlags(
      {
        flags: new Map(Object.entries(definitions).map(([path, text]) => [path, read(text).facts!])),
        flagMentions: new Map(),
        flagTests: new Map(),
        terraform: new Map(),
        source: new Map(Object.entries(sources)),
      },
      production,
      ['isOn'],
      modules(
        new Map(Object.entries(sources)),
        fileIndex(Object.keys(sources)),
        projectFolders(new Map(), new Map()),
      ),
    );

  it('joins by key', () => {
    const { definitions, reads, complete } = join({ 'a.ts': source([key('new-checkout'), key('gone')]) });
    assert.equal(complete, true);
    assert.equal(reads.length, 2);
    assert.deepEqual(
      definitions.map(({ facts, reads, readsAreKnown }) => [facts.key.value, reads.length, readsAreKnown]),
      [
        ['new-checkout', 1, true],
        ['banner', 0, true],
      ],
    );
  });

  it('knows nothing of reads where a key is computed, or where nothing reads flags', () => {
    assert.ok(join({ 'a.ts': source([{}]) }).definitions.every(({ readsAreKnown }) => !readsAreKnown));
    assert.ok(join({}).definitions.every(({ readsAreKnown }) => !readsAreKnown));
  });

  it('takes a function for a read when the configuration says so', () => {
    const { reads } = join({
      'a.ts': source([
        { ...key('banner'), sdk: 'function', callee: 'flags.isOn' },
        { ...key('banner'), sdk: 'function', callee: 'isOff' },
      ]),
    });
    assert.deepEqual(
      reads.map(({ facts }) => facts.callee),
      ['flags.isOn'],
    );
  });

  it('knows keys in camel case', () => {
    const { definitions } = join({ 'a.tsx': source([{ ...key('newCheckout'), camelCase: true }]) });
    assert.equal(definitions[0]!.reads.length, 1);
  });

  it('does not take flagd for what LaunchDarkly is asked', () => {
    const { reads, definitions } = join({
      'a.ts': source([{ ...key('new-checkout'), sdk: 'launchdarkly' }]),
    });
    assert.equal(reads[0]!.complete, false);
    assert.equal(definitions[0]!.reads.length, 0);
  });

  it('is incomplete with another provider, with broken files, and without any', () => {
    const provider = {
      specifier: '@openfeature/growthbook-provider',
      range: { start: 0, end: 1 },
      names: {},
      topLevel: true,
    };
    assert.equal(join({ 'a.ts': source([key('x')], { imports: [provider] }) }).complete, false);
    assert.equal(join({ 'a.ts': source([key('x')]) }, { 'f.json': flagd.slice(0, -5) }).complete, false);
    assert.equal(join({ 'a.ts': source([key('x')]) }, {}).complete, false);
  });
});

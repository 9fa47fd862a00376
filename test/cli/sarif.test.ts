import { deepEqual, equal, match, notEqual, ok } from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { misspelt, onlyFlags, repository, scaleready } from './support.ts';

interface Result {
  readonly ruleId: string;
  readonly message: { readonly text: string };
  readonly locations: [
    { readonly physicalLocation: { readonly artifactLocation: object; readonly region: object } },
  ];
  readonly partialFingerprints: Readonly<Record<string, string>>;
  readonly suppressions: readonly object[];
  readonly fixes: readonly {
    readonly artifactChanges: readonly { readonly replacements: readonly object[] }[];
  }[];
  readonly properties: { readonly equivalents: readonly string[] };
}

interface Log {
  readonly runs: [
    {
      readonly tool: { readonly driver: { readonly rules: readonly Record<string, unknown>[] } };
      readonly invocations: [
        {
          readonly executionSuccessful: boolean;
          readonly toolExecutionNotifications: readonly { readonly message: { readonly text: string } }[];
        },
      ];
      readonly originalUriBaseIds: Readonly<Record<string, { readonly uri: string }>>;
      readonly results: readonly Result[];
    },
  ];
}

const validate = validator();

/** The log of an audit; it must be valid. */
function logOf(folder: string, args: readonly string[] = onlyFlags): Log {
  const log: unknown = JSON.parse(scaleready(['audit', '--format', 'sarif', ...args], folder).stdout);
  ok(validate(log), JSON.stringify(validate.errors, undefined, 2));
  return log as Log;
}

describe('SARIF', () => {
  it('has a region, a fix, a fingerprint and equivalents for each result', () => {
    const [run] = logOf(repository(misspelt)).runs;
    equal(run.results.length, 1);
    const { ruleId, locations, partialFingerprints, suppressions, fixes, properties } = run.results[0]!;
    equal(ruleId, 'rollout/flag-undefined');
    deepEqual(locations[0].physicalLocation, {
      artifactLocation: { uri: 'src/checkout.ts', uriBaseId: '%SRCROOT%' },
      region: { startLine: 6, startColumn: 41, endLine: 6, endColumn: 52 },
    });
    match(partialFingerprints['primaryLocationLineHash']!, /^[0-9a-f]+:1$/);
    deepEqual([suppressions, properties.equivalents], [[], []]);
    deepEqual(fixes[0]!.artifactChanges[0]!.replacements.length, 1);
    match(run.originalUriBaseIds['%SRCROOT%']!.uri, /^file:\/\/\/.*\/repository%20\d+\/$/);
  });

  it('describes every rule with help, a level and tags', () => {
    const [run] = logOf(repository(misspelt)).runs;
    const texts = (descriptor: Record<string, unknown>, name: string): { text: string; markdown?: string } =>
      descriptor[name] as { text: string; markdown?: string };
    for (const descriptor of run.tool.driver.rules) {
      for (const name of ['shortDescription', 'fullDescription', 'help']) {
        notEqual(texts(descriptor, name).text.trim(), '', `${String(descriptor['id'])} ${name}`);
      }
      ok(texts(descriptor, 'fullDescription').text.length <= 1024);
      ok(!texts(descriptor, 'help').markdown?.includes('## Cases'));
    }
  });

  it('keeps fingerprints when the file changes elsewhere', () => {
    const before = logOf(repository(misspelt)).runs[0].results[0]!;
    const moved = { ...misspelt, 'src/checkout.ts': `// one more line\n${misspelt['src/checkout.ts']}` };
    const after = logOf(repository(moved)).runs[0].results[0]!;
    notEqual(JSON.stringify(after.locations), JSON.stringify(before.locations));
    deepEqual(after.partialFingerprints, before.partialFingerprints);
  });

  it('encodes paths, and lists accepted findings as suppressed', () => {
    const path = 'src/a b#ü[1].ts';
    const comment = '  // scaleready-disable-next-line rollout/flag-undefined -- soon\n';
    const text = misspelt['src/checkout.ts'].replace(/^ {2}return/m, `${comment}$&`);
    const folder = repository({ [path]: text, 'flags/shop.flagd.json': misspelt['flags/shop.flagd.json'] });
    const result = logOf(folder).runs[0].results[0]!;
    deepEqual(result.locations[0].physicalLocation.artifactLocation, {
      uri: 'src/a%20b%23%C3%BC%5B1%5D.ts',
      uriBaseId: '%SRCROOT%',
    });
    equal(result.suppressions.length, 1);
  });

  it('is valid for every finding of the sample', () => {
    const sample = new URL('../../samples/storefront', import.meta.url).pathname;
    const { results } = logOf(sample, ['--rule', '*=warning']).runs[0];
    ok(results.length > 0);
  });

  it('says what was skipped and when there was nothing to check', () => {
    const skipped = logOf(repository({ ...misspelt, 'huge.ts': `// flag\n${'x'.repeat(2_000_000)}` })).runs[0]
      .invocations[0];
    equal(skipped.executionSuccessful, true);
    match(
      skipped.toolExecutionNotifications[0]!.message.text,
      /^huge\.ts was not checked because it is larger/,
    );
    equal(logOf(repository({})).runs[0].invocations[0].executionSuccessful, false);
  });
});

/** The schema is written for draft 4, which differs from what ajv reads in how it says its name. */
function validator(): ReturnType<Ajv['compile']> {
  const schema = JSON.parse(
    readFileSync(new URL('sarif-schema-2.1.0.json', import.meta.url), 'utf8'),
  ) as Record<string, unknown>;
  delete schema['$schema'];
  delete schema['id'];
  const uri = /^[a-z][a-z0-9+.-]*:[\w\-.~:/?#[\]@!$&'()*+,;=%]*$/i;
  const reference = /^(?:%[0-9a-f]{2}|[\w\-.~:/?#[\]@!$&'()*+,;=])*$/i;
  const formats = { uri, 'uri-reference': reference, 'date-time': /^\d{4}-\d\d-\d\dT/ };
  return new Ajv({ strict: false, allErrors: true, formats }).compile(schema);
}

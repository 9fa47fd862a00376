/** Links between the ends of joins, the order of flags, and renaming a flag wherever it is written. */
import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import {
  applyChanges,
  audit,
  completionsAt,
  DiskWorkspace,
  flagAt,
  flagList,
  linksAt,
  MemoryWorkspace,
  referencesAt,
  renameFlag,
  renamePages,
  type Model,
} from '../../rules/index.ts';
import { collectLinks } from '../../rules/navigation/joins.ts';

const client = `import { OpenFeature } from '@openfeature/server-sdk';
export const client = OpenFeature.getClient();
`;

describe('links', () => {
  let model: Model;
  const storefront = fileURLToPath(new URL('../../samples/storefront', import.meta.url));
  before(async () => {
    ({ model } = await audit(new DiskWorkspace(storefront), { today: '2026-06-15' }));
  });

  it('lead back from each end to the other', () => {
    const links = collectLinks(model);
    assert.ok(links.length > 30);
    for (const { from, to } of links) {
      for (const [one, other] of [
        [from, to],
        [to, from],
      ] as const) {
        if (!one.at.range) continue;
        const ends = linksAt(model, one.at.file, one.at.range.start).flatMap(({ others }) => others);
        assert.ok(
          ends.some(({ at }) => at.file === other.at.file && at.range?.start === other.at.range?.start),
          `${one.text} leads to ${other.text}`,
        );
      }
    }
  });

  it('are there for every kind of join', () => {
    assert.deepEqual([...new Set(collectLinks(model).map(({ kind }) => kind))].toSorted(), [
      'flag',
      'image',
      'owner',
      'port',
      'route',
      'runbook',
      'variable',
    ]);
  });

  it('say nothing, and fail nowhere, at any other place', () => {
    const files = [...new Set(collectLinks(model).map(({ from }) => from.at.file)), 'gone.ts'];
    fc.assert(
      fc.property(fc.constantFrom(...files), fc.integer({ min: -5, max: 5000 }), (file, offset) => {
        const places = referencesAt(model, file, offset, true);
        assert.equal(places.length > 0, linksAt(model, file, offset).length > 0);
        assert.equal(linksAt(model, `${file}x`, offset).length, 0);
      }),
    );
  });
});

describe('the list of flags', () => {
  it('begins with what is most pressing', async () => {
    const { model } = await modelOf({
      'client.js': client,
      'flags.yaml': `flags:
  old: { owner: a, expires: 2026-01-01 }
  idle: { owner: a, expires: 2027-01-01 }
  nobodys: { expires: 2027-01-01 }
  fine: { owner: a, expires: 2027-01-01, created: 2026-06-01 }
`,
      'code.js': `import { client } from './client.js';
export const nobodys = () => client.getBooleanValue('nobodys', false);
export const old = () => client.getBooleanValue('old', false);
export const fine = () => client.getBooleanValue('fine', false);
export const none = () => client.getBooleanValue('none-such', false);
`,
    });
    const listed = flagList(model).map(({ key, standing }) => `${standing}: ${key}`);
    assert.deepEqual(listed, [
      'undefined: none-such',
      'expired: old',
      'unused: idle',
      'unowned: nobodys',
      'settled: fine',
    ]);
    const fine = flagList(model).find(({ key }) => key === 'fine')!;
    assert.deepEqual(fine.words, ['until 2027-01-01', 'owned by a', 'made on 2026-06-01, 14 days ago']);
  });
});

describe('renaming a flag', () => {
  const files = {
    'client.js': client,
    'keys.js': `export const Flags = { NewCart: 'new-cart' };\nexport const label = 'new-cart';\n`,
    'cart.js': `import { client } from './client.js';
import { Flags } from './keys.js';
export const a = () => client.getBooleanValue('new-cart', false);
export const b = () => client.getBooleanValue(Flags.NewCart, false);
`,
    'unleash.json': `{
  "version": 1,
  "features": [{ "name": "new-cart", "enabled": true }, { "name": "other", "enabled": true }],
  "featureStrategies": [
    { "featureName": "new-cart", "name": "default" },
    { "featureName": "other", "name": "default" }
  ]
}
`,
    'feature-flags.yaml': 'flags:\n  - key: new-cart\n    owner: a\n  - key: "another"\n',
  };

  it('changes strings, the constants they are named by, and every definition', async () => {
    const { model, read } = await modelOf(files);
    const renaming = renameFlag(model, 'new-cart', 'cart.v2', read);
    assert.ok('changes' in renaming, JSON.stringify(renaming));
    const after = applyChanges(read, renaming.changes);
    assert.equal(after.get('cart.js'), files['cart.js'].replace("'new-cart'", "'cart.v2'"));
    assert.equal(after.get('keys.js'), files['keys.js'].replace("'new-cart'", "'cart.v2'"));
    assert.equal(after.get('unleash.json'), files['unleash.json'].replaceAll('new-cart', 'cart.v2'));
    assert.equal(after.get('feature-flags.yaml'), files['feature-flags.yaml'].replace('new-cart', 'cart.v2'));
  });

  it('starts at any place where the flag is written', async () => {
    const { model, read } = await modelOf(files);
    for (const file of ['cart.js', 'unleash.json', 'feature-flags.yaml']) {
      const text = read(file)!;
      assert.equal(flagAt(model, file, text, text.indexOf('new-cart'))?.key, 'new-cart', file);
    }
    const byName = read('cart.js')!.indexOf('Flags.NewCart');
    assert.equal(flagAt(model, 'cart.js', read('cart.js')!, byName)?.key, 'new-cart');
    assert.equal(flagAt(model, 'cart.js', read('cart.js')!, 0), undefined);
  });

  it('refuses what would leave the flag renamed by half', async () => {
    const { model, read } = await modelOf(files);
    for (const name of ['another', 'has blanks', '', 'true', '7', "it's"])
      assert.ok('refused' in renameFlag(model, 'new-cart', name, read), name);
    assert.ok('refused' in renameFlag(model, 'defined-nowhere', 'x', read));
  });
});

describe('completion of flag keys', () => {
  const flags = 'flags:\n  - key: new-cart\n    owner: a\n';

  it('is there in the first string of a call that reads a flag, typed to the end or not', async () => {
    for (const call of [
      "getBooleanValue('|', false)",
      "getBooleanValue('new|', false)",
      "getStringValue('|')",
    ]) {
      const [head, tail] = call.split('|');
      const before = `import { client } from './client.js';\nexport const a = () => client.${head}`;
      const { model } = await modelOf({
        'client.js': client,
        'feature-flags.yaml': flags,
        'a.js': `${before}${tail};\n`,
      });
      const found = completionsAt(model, 'a.js', `${before}${tail};\n`, before.length);
      assert.deepEqual(found?.items, [{ text: 'new-cart', kind: 'flag', detail: 'owned by a' }], call);
      assert.equal(found.range.end, before.length);
    }
  });

  it('is not there in any other string', async () => {
    for (const call of [
      "getBooleanValue('new-cart', '|')",
      "getBooleanValue('new-cart'|, false)",
      "log('|')",
    ]) {
      const [head, tail] = call.split('|');
      const before = `import { client } from './client.js';\nexport const a = () => client.${head}`;
      const { model } = await modelOf({
        'client.js': client,
        'feature-flags.yaml': flags,
        'a.js': `${before}${tail};\n`,
      });
      assert.equal(completionsAt(model, 'a.js', `${before}${tail};\n`, before.length), undefined, call);
    }
  });
});

async function modelOf(
  files: Record<string, string>,
): Promise<{ model: Model; read: (file: string) => string | undefined }> {
  const { model } = await audit(new MemoryWorkspace(files), { today: '2026-06-15' });
  return { model, read: (file) => files[file] };
}

describe('runbooks', () => {
  const files = {
    'alerts/web.yaml': `groups:
  - name: web
    rules:
      - alert: WebDown
        expr: up == 0
        annotations:
          runbook_url: "https://github.com/acme/shop/blob/main/docs/runbooks/web.md#impact"
      - alert: WebSlow
        expr: up == 0
        annotations: { runbook_url: docs/runbooks/web.md }
      - alert: Other
        expr: up == 0
        annotations: { runbook_url: docs/runbooks/other.md }
      - alert: Lonely
        expr: up == 0
`,
    'package.json': '{ "repository": "github:acme/shop" }',
    'docs/runbooks/web.md':
      '# WebDown\n\nSee [other](./other.md#steps), [root](/README.md), [a](https://x.y/web.md).\n',
    'docs/runbooks/other.md': '# Other\n\n[web](web.md), [all](../README.md)\n',
    'docs/README.md': '[Web](runbooks/web.md) and [folder](runbooks)\n',
    'README.md': '# Shop\n',
    'scripts/restart.sh': '#!/bin/sh\n',
  };
  const renamed = async (from: string, to: string): Promise<Record<string, string>> => {
    const { model } = await modelOf(files);
    const read = (path: string): string | undefined => (files as Record<string, string>)[path];
    const moves = new Map(
      Object.keys(files)
        .filter((path) => path === from || path.startsWith(`${from}/`))
        .map((path) => [path, to + path.slice(from.length)]),
    ).set(from, to);
    return Object.fromEntries(applyChanges(read, renamePages(model, moves, read)));
  };

  it('are renamed with the alerts that lead to them, and the links of other pages', async () => {
    const after = await renamed('docs/runbooks/web.md', 'docs/runbooks/web-down.md');
    assert.deepEqual(Object.keys(after).sort(), [
      'alerts/web.yaml',
      'docs/README.md',
      'docs/runbooks/other.md',
    ]);
    assert.match(
      after['alerts/web.yaml']!,
      /"https:\/\/github.com\/acme\/shop\/blob\/main\/docs\/runbooks\/web-down\.md#impact"/,
    );
    assert.match(after['alerts/web.yaml']!, /runbook_url: docs\/runbooks\/web-down\.md }/);
    assert.match(after['docs/runbooks/other.md']!, /\[web\]\(web-down\.md\)/);
    assert.match(after['docs/README.md']!, /\[Web\]\(runbooks\/web-down\.md\)/);
  });

  it('keep their own links when they move', async () => {
    const after = await renamed('docs/runbooks/web.md', 'runbooks/web.md');
    assert.match(
      after['docs/runbooks/web.md']!,
      /\[other\]\(\.\.\/docs\/runbooks\/other\.md#steps\), \[root\]\(\/README\.md\), \[a\]\(https:\/\/x\.y\/web\.md\)/,
    );
    assert.match(after['alerts/web.yaml']!, /blob\/main\/runbooks\/web\.md#impact/);
    const folder = await renamed('docs/runbooks', 'docs/on-call');
    assert.deepEqual(Object.keys(folder).sort(), ['alerts/web.yaml', 'docs/README.md']);
    assert.equal(folder['docs/README.md'], '[Web](on-call/web.md) and [folder](on-call)\n');
  });

  it('name alerts and paths, completed in titles and code', async () => {
    const { model } = await modelOf(files);
    const at = (marked: string): string[] =>
      completionsAt(model, 'docs/runbooks/web.md', marked.replace('|', ''), marked.indexOf('|'))?.items.map(
        ({ text }) => text,
      ) ?? [];
    assert.equal(at('# We|')[0], 'Lonely');
    assert.ok(at('# a\n\nSee `Web|`').includes('WebSlow'));
    assert.deepEqual(at('# a\n\n`a` and `scripts/|`'), ['scripts/restart.sh']);
    assert.deepEqual(at('# a\n\n`a` and |'), []);
  });
});

describe('completion in our own files', () => {
  const files = {
    '.github/CODEOWNERS': '/web/ @acme/shop\n',
    '.github/workflows/release.yml': 'on: push\njobs: { a: { runs-on: x, steps: [{ run: make }] } }\n',
    Makefile: 'deploy:\n\techo\n',
    'feature-flags.yaml': 'flags:\n  - key: new-cart\n    owner: "@acme/shop"\n',
    'web/cart.ts': "import posthog from 'posthog-js';\nposthog.capture('Order Placed');\n",
    'scaling-plan.yaml': 'product: Shop\n',
    '.scaleready.yaml': '',
  };
  const at = async (path: string, marked: string): Promise<string[]> => {
    const text = marked.replace('|', '');
    const { model } = await modelOf(files);
    const found = completionsAt(model, path, text, marked.indexOf('|'));
    return found?.items.map(({ text }) => text) ?? [];
  };

  it('offers the keys that may stand at the caret, and are not there yet', async () => {
    const kpi = 'product: Shop\nkpis:\n  - name: Orders\n    ow|\n    event: x\ntasks:\n  - name: y\n';
    const keys = await at('scaling-plan.yaml', kpi);
    assert.ok(keys.includes('owner') && keys.includes('metric'), keys.join());
    assert.ok(!keys.includes('name') && !keys.includes('event'), keys.join());
    assert.ok((await at('scaling-plan.yaml', 'kpis: []\n|')).includes('pilots'));
    assert.deepEqual((await at('scaling-plan.yaml', 'scaling:\n- |')).slice(0, 2), ['change', 'direction']);
    assert.deepEqual(await at('.scaleready.yaml', 'profile:\n  |'), ['stage', 'kind']);
    assert.ok((await at('.scaleready.yaml', 'services:\n  - name: web\n    |')).includes('routes'));
    assert.ok((await at('feature-flags.yaml', 'flags:\n  - key: a\n    e|')).includes('expires'));
  });

  it('offers what the values may be: what the schema lists, and what the repository knows', async () => {
    assert.deepEqual(await at('.scaleready.yaml', 'profile:\n  stage: |'), [
      'startup',
      'growing',
      'at-scale',
    ]);
    assert.deepEqual(await at('.scaleready.yaml', 'rules:\n  health/*: |'), [
      'error',
      'warning',
      'info',
      'off',
    ]);
    assert.ok((await at('.scaleready.yaml', 'rules:\n  hea|')).includes('health/endpoint-missing'));
    assert.deepEqual(await at('scaling-plan.yaml', 'kpis:\n  - event: Ord|'), ['Order Placed']);
    assert.deepEqual(await at('scaling-plan.yaml', 'kpis:\n  - owner: "|"'), ['@acme/shop']);
    assert.deepEqual(await at('scaling-plan.yaml', 'pilots:\n  - flag: |'), ['new-cart']);
    assert.deepEqual(await at('scaling-plan.yaml', 'tasks:\n  - automation: |'), [
      '.github/workflows/release.yml',
      'make deploy',
    ]);
  });

  it('offers nothing where anything may stand', async () => {
    assert.deepEqual(await at('scaling-plan.yaml', 'product: |'), []);
    assert.deepEqual(await at('scaling-plan.yaml', 'nothing:\n  known: |'), []);
    assert.deepEqual(await at('compose.yaml', 'services:\n  |'), []);
  });
});

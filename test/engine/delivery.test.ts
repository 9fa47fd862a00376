/** The delivery report: what counts as a deployment, and what each number rests on. */
import assert from 'node:assert/strict';
import { audit, MemoryWorkspace } from '../../rules/index.ts';
import { deliveryReport, type DeliveryReport, type Measure } from '../../rules/report/delivery/delivery.ts';
import { gitopsPaths } from '../../rules/report/delivery/deployments.ts';
import { day, type Commit, type History, type Tag } from '../../rules/report/delivery/history.ts';
import { releasedBy, releaseSubject } from '../../rules/report/delivery/releaseTags.ts';

const start = Date.parse('2026-01-01T00:00:00Z') / 1000;

/** A commit a day, the first one on the first day; what is given replaces what is usual. */
function line(days: number, given: Readonly<Record<number, Partial<Commit>>> = {}): Commit[] {
  return Array.from({ length: days }, (_, index) => ({
    hash: `c${index}`,
    parents: index === 0 ? [] : [`c${index - 1}`],
    author: ['Ann', 'Bo', 'Cy'][index % 3]!,
    email: 'someone@example.com',
    authored: start + index * day,
    committed: start + index * day,
    subject: `Change ${index}`,
    reverts: [],
    files: ['services/shop/server.js'],
    ...given[index],
  })).toReversed();
}

function tag(name: string, index: number, hours = 12): Tag {
  return { name, commit: `c${index}`, created: start + index * day + hours * 3600 };
}

async function reportOf(
  history: Partial<History>,
  files: Readonly<Record<string, string>> = { 'README.md': '# Shop\n' },
): Promise<DeliveryReport> {
  const { model } = await audit(new MemoryWorkspace(files), { today: '2026-06-15' });
  const whole = { commits: [], tags: [], imageChanges: new Set<string>(), shallow: false, ...history };
  return deliveryReport(model, whole, start);
}

function measure(report: DeliveryReport, key: Measure['key']): Measure {
  return report.measures.find((one) => one.key === key)!;
}

describe('delivery report', () => {
  it('counts release tags, and measures each change to the first release that contains it', async () => {
    const tags = [6, 13, 20, 27, 34, 41].map((index, n) => tag(`v1.${n}.0`, index));
    const report = await reportOf({ commits: line(43), tags });
    const frequency = measure(report, 'deployment-frequency').value!;
    assert.equal(frequency.words, '1 a week');
    assert.equal(frequency.events, 6);
    assert.equal(frequency.confidence, 'medium');
    const lead = measure(report, 'lead-time').value!;
    // The first release may hold what was there before.
    assert.equal(lead.events, 35);
    assert.equal(lead.number, 3.5 * day);
  });

  it('says unknown where nothing tells of a deployment or a failure', async () => {
    const report = await reportOf({ commits: line(30) });
    assert.deepEqual(
      report.measures.map(({ value }) => value),
      [undefined, undefined, undefined, undefined],
    );
    const released = await reportOf({ commits: line(30), tags: [tag('v1.0.0', 3), tag('v1.1.0', 20)] });
    assert.equal(measure(released, 'change-failure-rate').value, undefined);
    assert.match(measure(released, 'change-failure-rate').basis, /does not say that nothing failed/);
  });

  it('takes several tags on one commit for one release, and no pre-release for any', async () => {
    const tags = [
      tag('api@1.0.0', 5),
      tag('web@2.0.0', 5),
      tag('api@1.1.0-rc.1', 9),
      tag('api@1.1.0', 20),
    ].filter(({ name }) => releasedBy(name) !== undefined);
    const report = await reportOf({ commits: line(30), tags });
    assert.equal(measure(report, 'deployment-frequency').value!.events, 2);
    assert.equal(measure(report, 'deployment-frequency').value!.confidence, 'low');
  });

  it('counts what was taken back after it was deployed, and not what never was', async () => {
    const tags = [3, 6, 9, 12, 15, 18].map((index, n) => tag(`v1.${n}.0`, index));
    const commits = line(20, {
      // Deployed with c6, taken back with c9.
      7: { subject: 'Revert "Change 5"', reverts: ['c5'] },
      // In one release with what it takes back.
      11: { subject: 'Revert "Change 10"', reverts: ['c10'] },
      // A revert of a revert, a pipeline's.
      13: { subject: 'Reland', reverts: ['c7'] },
      14: { subject: 'Revert "Change 12"', reverts: ['c12'], files: ['.github/workflows/ci.yml'] },
      // By its title alone.
      16: { subject: 'Revert "Change 15" (#123)' },
    });
    const report = await reportOf({ commits, tags });
    const failed = measure(report, 'change-failure-rate').value!;
    assert.equal(failed.events, 2);
    assert.equal(failed.words, 'at least 33 %');
    assert.equal(measure(report, 'recovery-time').value!.words, 'median 3 days');
  });

  it('reads postmortems for failures and recovery', async () => {
    const tags = [3, 6, 9, 12, 15, 18].map((index, n) => tag(`v1.${n}.0`, index));
    const report = await reportOf(
      { commits: line(20), tags },
      {
        'docs/postmortems/2026-01-10-down.md':
          '# Shop was down\n\n- Detected: 2026-01-10 14:00\n- Resolved: 2026-01-10 14:45, the release was rolled back\n',
        'docs/postmortems/2026-01-12-disk.md':
          '# The disk was full\n\nTime to recovery: 2 hours 15 minutes\n',
        'docs/postmortems/template.md':
          '# Title\n\n- Detected: 2026-01-11 14:00\n- Resolved: 2026-01-11 14:45\n',
        'docs/postmortems/2024-01-12-old.md': '# Long ago\n\nDuration: 2 days\n',
      },
    );
    const recovery = measure(report, 'recovery-time').value!;
    assert.equal(recovery.events, 2);
    assert.equal(recovery.number, 45 * 60);
    const failed = measure(report, 'change-failure-rate').value!;
    assert.equal(failed.words, '17 %');
    assert.equal(failed.events, 1);
  });

  it('takes a GitOps controller’s new images before anything else', async () => {
    const files = {
      'argo/shop.yaml':
        'apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: { name: shop }\nspec:\n  source: { repoURL: https://example.com/x.git, path: clusters/production/shop }\n',
      'argo/shop-staging.yaml':
        'apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: { name: shop-staging }\nspec:\n  source: { repoURL: https://example.com/x.git, path: clusters/staging/shop }\n',
      'clusters/production/shop/kustomization.yaml': 'images: []\n',
      'clusters/staging/shop/kustomization.yaml': 'images: []\n',
    };
    const { model } = await audit(new MemoryWorkspace(files));
    assert.deepEqual(gitopsPaths(model), ['argo/shop.yaml', 'clusters/production/shop']);
    const imageChanges = new Set(['c3', 'c8', 'c13', 'c18', 'c23', 'c28']);
    const report = await reportOf({ commits: line(30), tags: [tag('v1.0.0', 3)], imageChanges }, files);
    const { value, basis } = measure(report, 'deployment-frequency');
    assert.equal(value!.confidence, 'high');
    assert.match(basis, /^6 commits .* below clusters\/production\/shop/);
  });

  it('says when the clone is cut, and measures what is there', async () => {
    const commits = line(30).slice(0, 10);
    const report = await reportOf({ commits, shallow: true });
    assert.equal(report.from, '2026-01-21');
    assert.match(report.notes[0]!, /^This clone is shallow: what came before 2026-01-21 is not here\./);
  });

  it('names the service that one person wrote nearly all of', async () => {
    const files = {
      'services/shop/package.json': '{ "name": "shop", "private": true, "dependencies": { "express": "4" } }',
      'services/shop/Dockerfile': 'FROM node:22\nCMD ["node", "server.js"]\n',
      'services/shop/server.js': "require('express')().listen(8080);\n",
    };
    const ann = Object.fromEntries(
      Array.from({ length: 60 }, (_, n) => [
        n,
        n % 2 ? { author: 'Ann' } : { author: ['Bo', 'Cy'][n % 4 ? 1 : 0]!, files: ['README.md'] },
      ]),
    );
    const { knowledge } = await reportOf({ commits: line(60, ann) }, files);
    assert.deepEqual(knowledge, [
      {
        service: 'shop',
        path: 'services/shop',
        commits: 30,
        people: 1,
        most: { name: 'Ann', commits: 30 },
        bottleneck: true,
      },
    ]);
    const shared = await reportOf({ commits: line(60) }, files);
    assert.equal(shared.knowledge[0]!.bottleneck, false);
  });
});

describe('release names', () => {
  for (const [name, expected] of Object.entries({
    'v1.2.3': '',
    '1.2': '',
    '2026.01.31-2': '',
    '20260131-1': '',
    'release-2026-01-31': '',
    'production/2026-01-31': '',
    'deploy-1432': '',
    'api@1.2.3': 'api',
    '@acme/web@1.2.3': '@acme/web',
    'helm-loki-6.38.0': 'helm-loki',
    'operator/v0.11.0': 'operator',
    'v1.2.3-rc.1': undefined,
    'v2.0.0-beta': undefined,
    '1.0.0-SNAPSHOT': undefined,
    'staging/2026-01-31': undefined,
    latest: undefined,
    nightly: undefined,
    'before-refactoring': undefined,
  }))
    it(`${name} ${expected === undefined ? 'is no release' : `releases ${expected || 'the repository'}`}`, () =>
      assert.equal(releasedBy(name), expected));

  it('knows the commits by which tools release', () => {
    for (const subject of ['chore(release): 1.2.3', 'Release v1.2.3', 'Bump version to 1.2.3', 'v1.2.3'])
      assert.ok(releaseSubject.test(subject), subject);
    for (const subject of ['Release the lock', 'Fix release notes', 'Bump express to 5.0.0'])
      assert.ok(!releaseSubject.test(subject), subject);
  });
});

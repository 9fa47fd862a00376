/**
 * The two samples are audited as their users audit them: the one as found has exactly the faults that
 * `samples/storefront.expected.txt` lists, the one made ready has none.
 */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { audit, DiskWorkspace, LineIndex, rules, type Audit, type Finding } from '../rules/index.ts';

const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));
const expectedFile = path('samples/storefront.expected.txt');

/** The day it is in the samples, for those that compare dates. */
const today = '2026-06-15';

/**
 * A repository that shows the faults of runbooks, of its plan and of its events cannot show that it has none; one without
 * Go, none of Go's; one with a pipeline and Terraform, not that it has none; one whose images are built in the services' own folders, no imports from one to the other; one whose
 * runbooks say whom to call, not that nobody does.
 */
const notShown = [
  'runbooks/missing',
  'resilience/server-timeout',
  'resilience/cross-service-import',
  'measures/plan-missing',
  'customers/usage-uninstrumented',
  'ownership/escalation-missing',
  'automation/ci-missing',
  'automation/infrastructure-by-hand',
];

describe('samples/storefront', () => {
  let found: Audit;
  before(async () => {
    found = await auditSample('storefront');
  });

  it('has the faults that are listed', () => {
    const listed = list('storefront', found.findings);
    // `UPDATE=1 npx mocha test/samples.test.ts` writes the list anew, to be read before it is committed.
    if (process.env.UPDATE) writeFileSync(expectedFile, listed);
    assert.equal(listed, readFileSync(expectedFile, 'utf8'));
  });

  it('shows every rule', () => {
    const shown = new Set([...found.findings.map(({ rule }) => rule), ...notShown]);
    assert.deepEqual(
      rules.filter(({ id, level }) => level !== 'off' && !shown.has(id)).map(({ id }) => id),
      [],
    );
  });

  it('is understood as four services', () => {
    assert.deepEqual(
      found.model.services.map(({ root }) => root),
      ['services/catalog', 'services/checkout', 'services/recommendations', 'services/web'],
    );
    assert.deepEqual(found.files.skipped, []);
  });
});

describe('samples/storefront-ready', () => {
  for (const day of [today, new Date().toISOString().slice(0, 10)]) {
    it(`is ready on ${day}`, async () => {
      const { findings, suppressed, scorecard } = await auditSample('storefront-ready', day);
      assert.equal(list('storefront-ready', findings), '');
      assert.deepEqual(suppressed, []);
      assert.equal(scorecard.total.percent, 100);
      assert.deepEqual(
        scorecard.checklist.map(({ item, standing }) => [item, standing]),
        ['a', 'b', 'c', 'd', 'e'].map((item) => [item, 'met']),
      );
    });
  }
});

function auditSample(name: string, day = today): Promise<Audit> {
  return audit(new DiskWorkspace(path(`../samples/${name}`)), { today: day });
}

/** One finding a line: `path:line rule message`. */
function list(name: string, findings: readonly Finding[]): string {
  const lines = findings.map(({ at: { file, range }, rule, message }) => {
    const text = readFileSync(path(`../samples/${name}/${file}`), 'utf8');
    const line = range ? `:${new LineIndex(text).position(range.start).line + 1}` : '';
    return `${file}${line} ${rule} ${message}\n`;
  });
  return lines.join('');
}

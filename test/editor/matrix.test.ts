/** Which rows and columns the panel's matrix shows; needs no editor. */
import * as assert from 'node:assert/strict';
import { matrixOf, type Filter, type Matrix } from '../../client/panel/page/matrix.ts';
import type { Cell, FolderReport, RuleSummary, Standing } from '../../server/protocol.ts';

const rules = [
  rule('health/probe-missing', 'A container has no probe.'),
  rule('containers/user-root', 'The image runs as root.'),
  rule('rollout/flag-unused', 'A flag that nothing reads.'),
  rule('tracing/missing', 'A service has no tracing.'),
];

const report = reportOf(
  { cart: ['@acme/shop'], payments: ['@acme/money'] },
  cell('cart', 'health/probe-missing', 'met'),
  cell('payments', 'health/probe-missing', 'gap'),
  cell('cart', 'containers/user-root', 'unknown'),
  cell('payments', 'containers/user-root', 'met'),
  cell(null, 'rollout/flag-unused', 'met'),
  cell('cart', 'tracing/missing', 'not-applicable'),
);

describe('the matrix of the panel', () => {
  it('has practices as rows by area, and services as columns after the repository', () => {
    assert.equal(
      drawn({ show: 'all', query: '' }),
      `
                      | Repository | cart    | payments
health                |
 health/probe-missing | -          | met     | gap
containers            |
 containers/user-root | -          | unknown | met
rollout               |
 rollout/flag-unused  | met        | -       | -`,
    );
  });

  it('lists what has nothing to apply to apart', () => {
    assert.deepEqual(
      matrix({ show: 'all', query: '' }).inapplicable.map(({ id }) => id),
      ['tracing/missing'],
    );
  });

  it('leaves out rows and columns without what is asked for', () => {
    assert.equal(
      drawn({ show: 'gap', query: '' }),
      `
                      | payments
health                |
 health/probe-missing | gap`,
    );
  });

  it('counts standings whatever is shown of them', () => {
    assert.deepEqual(matrix({ show: 'gap', query: '' }).counts, { all: 5, met: 3, gap: 1, unknown: 1 });
    assert.deepEqual(matrix({ show: 'gap', query: 'cart' }).counts, { all: 2, met: 1, gap: 0, unknown: 1 });
  });

  it('takes a word for a service or its owner, else for a practice', () => {
    const byOwner = matrix({ show: 'all', query: 'money' });
    assert.deepEqual(
      byOwner.columns.map(({ name }) => name),
      ['payments'],
    );
    assert.equal(
      drawn({ show: 'all', query: 'cart ROOT' }),
      `
                      | cart
containers            |
 containers/user-root | unknown`,
    );
  });

  it('is empty where no word fits', () => {
    assert.deepEqual(matrix({ show: 'all', query: 'nowhere' }).groups, []);
  });
});

function matrix(filter: Filter): Matrix {
  return matrixOf(report, rules, filter);
}

/** The matrix as text, its columns aligned. */
function drawn(filter: Filter): string {
  const { columns, groups } = matrix(filter);
  const lines = [['', ...columns.map(({ name }) => name)]];
  for (const { area, rows } of groups) {
    lines.push([area, '']);
    for (const { rule, cells } of rows) {
      lines.push([` ${rule.id}`, ...cells.map((cell) => cell?.standing ?? '-')]);
    }
  }
  const widths = lines[0]!.map((_, index) => Math.max(...lines.map((line) => line[index]?.length ?? 0)));
  const text = lines.map((line) =>
    line
      .map((word, index) => word.padEnd(widths[index]!))
      .join(' | ')
      .trimEnd(),
  );
  return `\n${text.join('\n')}`;
}

function rule(id: string, title: string): RuleSummary {
  const area = id.slice(0, id.indexOf('/'));
  return { id, title, area, areaTitle: area, section: '§4', level: 'warning', fix: 'none' };
}

function cell(service: string | null, rule: string, standing: Standing): Cell {
  return { service, rule, standing, evidence: [], findings: [] };
}

function reportOf(services: Record<string, readonly string[]>, ...cells: Cell[]): FolderReport {
  const score = { met: 0, gap: 0, unknown: 0, percent: null };
  const at = { uri: 'file:///shop', path: '' };
  return {
    folder: at.uri,
    name: 'shop',
    findings: { error: 0, warning: 0, info: 0 },
    files: { seen: 0, parsed: 0, skipped: 0 },
    skipped: [],
    scorecard: {
      total: score,
      areas: [],
      services: Object.entries(services).map(([name, owners]) => ({ name, at, owners, score })),
      cells,
      checklist: [],
    },
  };
}

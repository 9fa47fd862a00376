/** Grafana dashboards wherever they are written: uid, title and expressions, with ranges that hold. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { dashboards } from '../../rules/artifacts/dashboards/dashboards.ts';
import type { DashboardFacts } from '../../rules/artifacts/dashboards/facts.ts';
import { loadPromql } from '../../rules/artifacts/prometheus/promql/query.ts';
import type { Ranged } from '../../rules/text.ts';
import { textFile } from '../../rules/workspace/textFile.ts';

function read(text: string, path = 'dashboard.json'): readonly DashboardFacts[] {
  if (!dashboards.claims(path) || !dashboards.mayHold(text, path)) return [];
  return dashboards.parse(textFile(path, text)).facts?.dashboards ?? [];
}

const json = `{
  "uid": "web-overview",
  "title": "Web",
  "schemaVersion": 39,
  "panels": [
    {
      "title": "Errors",
      "datasource": { "type": "prometheus", "uid": "$datasource" },
      "targets": [{ "expr": "rate(http_requests_total{job=\\"web\\"}[$__rate_interval])\\n  / up" }]
    },
    { "title": "Logs", "datasource": { "type": "loki" }, "targets": [{ "expr": "{app=\\"web\\"}" }] }
  ]
}
`;

describe('Grafana dashboards', () => {
  before(async () => {
    await loadPromql();
  });

  it('are read with exact ranges, and only what is asked in PromQL', () => {
    const [dashboard] = read(json);
    assert.ok(dashboard);
    assert.equal(dashboard.uid?.value, 'web-overview');
    assert.equal(dashboard.title.value, 'Web');
    assert.deepEqual(
      dashboard.queries.map(({ panel }) => panel),
      ['Errors'],
    );
    checkMetrics(dashboard, json);
  });

  it('are found in ConfigMaps and behind Helm’s braces', () => {
    const nested = json.replace(/^/gm, '    ').trimEnd();
    const text = `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ .Release.Name }}-web\ndata:\n  web.json: |\n${nested}\n`;
    const [dashboard] = read(text, 'templates/dashboards.yaml');
    assert.equal(dashboard?.title.value, 'Web');
    checkMetrics(dashboard, text);
  });

  it('are none without panels and title', () => {
    assert.deepEqual(read('{ "uid": "x", "panels": 3, "title": "Web" }'), []);
    assert.deepEqual(read('{ "uid": "x", "panels": [] }'), []);
  });

  it('stay within the text when it is broken anywhere', () => {
    fc.assert(
      fc.property(fc.nat(json.length), fc.nat(20), (at, length) => {
        const text = json.slice(0, at) + json.slice(at + length);
        for (const { queries, title } of read(text))
          for (const { range } of [title, ...queries.map(({ expr }) => expr)])
            assert.ok(range.start >= 0 && range.end <= text.length);
      }),
      { numRuns: 200 },
    );
  });
});

function checkMetrics({ queries }: DashboardFacts, text: string): void {
  const metrics = queries.flatMap(
    ({ query }) => query?.selectors.flatMap(({ metric }) => metric ?? []) ?? [],
  );
  assert.deepEqual(
    metrics.map(({ value }) => value),
    ['http_requests_total', 'up'],
  );
  for (const { value, range } of metrics as readonly Ranged<string>[])
    assert.equal(text.slice(range.start, range.end), value);
}

/** Alerting rules wherever they are written; on any text, never an exception and never a range outside it. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { AlertFacts } from '../../rules/artifacts/prometheus/facts.ts';
import { pint } from '../../rules/artifacts/prometheus/suppressions.ts';
import { prometheus } from '../../rules/artifacts/prometheus/prometheus.ts';
import type { Ranged } from '../../rules/text.ts';
import { textFile } from '../../rules/workspace/textFile.ts';

function alertsOf(text: string, path = 'alerts.yaml'): readonly AlertFacts[] {
  assert.ok(prometheus.claims(path) && prometheus.mayHold(text, path), 'the text is not looked at');
  return prometheus.parse(textFile(path, text)).facts?.alerts ?? [];
}

function only(text: string, path?: string): AlertFacts {
  const alerts = alertsOf(text, path);
  assert.equal(alerts.length, 1);
  return alerts[0]!;
}

const rules = `groups:
  - name: web
    rules:
      - record: job:requests:rate5m
        expr: rate(requests[5m])
      - alert: WebDown # it is
        expr: |
          up{job="web"} == 0
        for: 5m
        labels:
          severity: page
        annotations:
          summary: "{{ $labels.instance }} is down"
          runbook_url: https://example.org/runbooks/web-down
`;

describe('Prometheus alerts', () => {
  it('are read with exact ranges; recording rules are no alerts', () => {
    const alert = only(rules);
    const at = (fact: Ranged<string> | undefined): string => rules.slice(fact!.range.start, fact!.range.end);
    assert.equal(at(alert.name), 'WebDown');
    assert.equal(alert.group, 'web');
    assert.equal(alert.expr!.value, 'up{job="web"} == 0\n');
    assert.equal(at(alert.for), '5m');
    assert.equal(at(alert.labels['severity']), 'page');
    assert.equal(alert.annotations['summary']!.value, '{{ $labels.instance }} is down');
    assert.equal(at(alert.annotations['runbook_url']), 'https://example.org/runbooks/web-down');
    assert.ok(rules.slice(alert.annotationsRange!.start).startsWith('summary:'));
    const whole = rules.slice(alert.range.start, alert.range.end);
    assert.ok(whole.startsWith('alert: WebDown') && whole.endsWith('/web-down'));
    assert.deepEqual([alert.templated, alert.style], [false, 'block']);
  });

  it('are read in resources, values, JSON style and strings of ConfigMaps', () => {
    const indented = (by: number): string => rules.replace(/^(?=.)/gm, ' '.repeat(by));
    const resource = `apiVersion: monitoring.coreos.com/v1\nkind: PrometheusRule\nspec:\n${indented(2)}`;
    const values = `prometheus:\n  rules:\n    web:\n${indented(6)}`;
    const map = `apiVersion: v1\nkind: ConfigMap\ndata:\n  alerts.yml: |\n${indented(4)}`;
    for (const text of [resource, values, map]) {
      const alert = only(text);
      assert.equal(text.slice(alert.name.range.start, alert.name.range.end), 'WebDown');
      const url = alert.annotations['runbook_url']!.range;
      assert.equal(text.slice(url.start, url.end), 'https://example.org/runbooks/web-down');
    }
    assert.equal(only('rules: [{alert: A, expr: up == 0, annotations: {a: b}}]').style, 'flow');
  });

  it('are read in the language of Prometheus 1', () => {
    const text = `ALERT HighLatency
  IF rate(latency[1m]) > 1
  FOR 5m
  LABELS { severity = "page" }
  ANNOTATIONS { summary = "slow", runbook = 'x' }
`;
    const alert = only(text, 'alert.rules');
    assert.deepEqual(
      [alert.name.value, alert.expr!.value, alert.style],
      ['HighLatency', 'rate(latency[1m]) > 1', 'legacy'],
    );
    assert.equal(text.slice(alert.name.range.start, alert.name.range.end), 'HighLatency');
    assert.deepEqual(
      [alert.labels['severity']!.value, alert.annotations['summary']!.value],
      ['page', 'slow'],
    );
  });

  it('are not what tests expect of them', () => {
    assert.deepEqual(
      alertsOf(
        'tests:\n  - alert_rule_test:\n      - alertname: A\n        exp_alerts: []\n# alert: expr:\n',
      ),
      [],
    );
  });

  it('may be templates of Helm', () => {
    const text = `{{- $runbooks := "https://example.org" }}
spec:
  groups:
    - name: {{ .Release.Name }}
      rules:
        - alert: A
          expr: up{job="{{ .Values.job }}"} == 0
          annotations:
            runbook_url: "{{ $runbooks }}/a"
            summary: {{\`{{ $labels.job }}\`}}
        - alert: B
          expr: up == 0
          annotations:
            {{- toYaml .Values.annotations | nindent 12 }}
        - alert: C
          expr: up == 1
          {{- with .Values.labels }}
          labels: {{ . }}
          {{- end }}
          annotations:
            summary: c
`;
    const [a, b, c] = alertsOf(text);
    assert.equal(a!.group, undefined);
    assert.equal(a!.annotations['runbook_url']!.value, 'https://example.org/a');
    assert.equal(a!.expr!.value, 'up{job="{{ .Values.job }}"} == 0');
    assert.deepEqual([a!.templated, b!.templated, c!.templated], [false, true, false]);
    assert.ok(text.slice(c!.annotationsRange!.start).startsWith('summary: c'));
  });

  it('never throw on any text, and their ranges stay in it', () => {
    const pieces = fc.constantFrom(
      '{{',
      '}}',
      '{{- end }}',
      '&a ',
      '*a',
      '- ',
      ': ',
      '\n',
      '\r\n',
      '"',
      "'",
      '|',
      '{',
      ']',
      '\t',
      '\u0000',
      '😀',
    );
    const edits = fc.array(fc.tuple(fc.nat(600), fc.nat(30), pieces), { maxLength: 6 });
    const legacy = 'ALERT A\n  IF up == 0\n  LABELS { a = "b" }\n';
    const helm = rules.replace('page', '{{ .Values.severity }}');
    fc.assert(
      fc.property(fc.constantFrom(rules, helm, legacy, `a: |\n  ${legacy}`), edits, (source, changes) => {
        let text = source;
        for (const [at, length, piece] of changes) text = text.slice(0, at) + piece + text.slice(at + length);
        assertRanges(prometheus.parse(textFile('a.yaml', text)), text.length);
      }),
      { numRuns: 500 },
    );
  });

  it('are found at the same places after Windows line ends', () => {
    const text = rules.replace(/\n/g, '\r\n');
    const alert = only(text);
    assert.equal(text.slice(alert.name.range.start, alert.name.range.end), 'WebDown');
    assert.equal(alert.expr!.value, 'up{job="web"} == 0\n');
  });
});

function assertRanges(value: unknown, length: number): void {
  if (typeof value !== 'object' || value === null) return;
  const { start, end } = value as { start?: unknown; end?: unknown };
  if (typeof start === 'number' && typeof end === 'number')
    assert.ok(start >= 0 && start <= end && end <= length, `${start}–${end} of ${length}`);
  for (const inner of Object.values(value)) assertRanges(inner, length);
}

describe('pint suppressions', () => {
  it('hold for a rule, a file, lines, and until a day', () => {
    const text = `# pint file/disable promql/syntax
groups:
  - name: web
    rules:
      # pint disable alerts/comparison
      - alert: A
        expr: errors
      # pint snooze 2026-07-01 alerts/for
      - alert: B
        expr: errors > 0
        for: 0s # pint ignore/line
      # pint ignore/begin
      - alert: C
        expr: errors
      # pint ignore/end
      - alert: D # pint disable rule/label(severity:true)
        expr: errors > 0
`;
    const read = pint.read(textFile('rules.yml', text)).map(({ checks, covers, until }) => [
      checks[0],
      covers
        ? text
            .slice(covers.start, covers.end)
            .match(/alert: \w/g)
            ?.join()
        : 'file',
      until?.value,
    ]);
    assert.deepEqual(read, [
      ['pint/promql/syntax', 'file', undefined],
      ['pint/alerts/comparison', 'alert: A', undefined],
      ['pint/alerts/for', 'alert: B', '2026-06-30'],
      ['pint/*', undefined, undefined],
      ['pint/*', 'alert: C', undefined],
      ['pint/rule/label(severity:true)', 'alert: D', undefined],
    ]);
  });
});

/** Other linters' configurations say the same in ours, as far as there is an equivalent. */
import assert from 'node:assert/strict';
import { importConfiguration } from '../../rules/index.ts';

function levels(tool: string, text: string, rule: string): string[] {
  return importConfiguration(tool, text)
    .rules.filter(({ pattern }) => pattern.startsWith(`${rule}[`))
    .map(({ pattern, level }) => `${pattern} ${level}`);
}

describe('configurations of other tools', () => {
  it('of kube-linter: all, none, some', () => {
    const only = 'checks:\n  doNotAutoAddDefaults: true\n  include: [minimum-three-replicas]\n';
    const expected = ['single warning', 'kube-linter warning'];
    const replicas = levels('kube-linter', only, 'scaling/single-replica');
    assert.deepEqual(
      replicas,
      expected.map((one) => `scaling/single-replica[${one.replace(' ', '] ')}`),
    );
    assert.ok(levels('kube-linter', only, 'scaling/update-strategy').every((one) => one.endsWith(' off')));
    const most = 'checks:\n  addAllBuiltIn: true\n  exclude: [latest-tag]\n  ignorePaths: [~/a, /**/b/**]\n';
    assert.ok(levels('kube-linter', most, 'scaling/image-unpinned').every((one) => one.endsWith(' off')));
    const { exclude, left } = importConfiguration('kube-linter', most);
    assert.deepEqual([exclude, left], [['/**/b/**'], ['~/a is no path in the repository.']]);
  });

  it('of Polaris: severities of checks', () => {
    const text = 'checks:\n  tagNotSpecified: danger\n  hostIPCSet: danger\nexemptions: []\n';
    assert.ok(
      levels('polaris', text, 'scaling/image-unpinned').includes('scaling/image-unpinned[latest] error'),
    );
    const { unknown, left } = importConfiguration('polaris', text);
    assert.deepEqual(unknown, ['polaris/hostIPCSet']);
    assert.equal(left.length, 1);
  });

  it('of pint: checks that are enabled, disabled, or asked for in a rule block', () => {
    const text = `checks {
  disabled = [ "promql/syntax", "promql/series" ]
}
rule {
  match { kind = "alerting" }
  annotation "runbook_url" {
    required = true
    severity = "bug"
  }
  label "severity" {
    required = false
  }
}
rule {
  match { path = "rules/.*" }
  label "severity" { required = true }
}
prometheus "prod" { uri = "https://prometheus.example" }
`;
    const runbook = levels('pint', text, 'alerting/runbook-url-missing');
    assert.ok(runbook.includes('alerting/runbook-url-missing[missing] error'));
    assert.ok(levels('pint', text, 'alerting/promql-invalid').every((one) => one.endsWith(' off')));
    assert.deepEqual(levels('pint', text, 'alerting/metadata-missing'), []);
    const { unknown, left } = importConfiguration('pint', text);
    assert.deepEqual([unknown, left.length], [['pint/promql/series'], 2]);
    const only = 'checks { enabled = [ "alerts/for" ] }';
    assert.ok(levels('pint', only, 'alerting/always-fires').every((one) => one.endsWith(' off')));
    assert.ok(levels('pint', only, 'alerting/for-missing').every((one) => one.endsWith(' warning')));
    assert.throws(() => importConfiguration('pint', 'no settings'), /no block/);
  });

  it('are refused when they are none', () => {
    assert.throws(() => importConfiguration('kube-linter', '- a\n'), /no mapping of settings/);
    assert.throws(() => importConfiguration('polaris', 'checks: [\n'), /not valid YAML/);
    assert.deepEqual(importConfiguration('kube-linter', 'checks: none\n').rules, []);
  });
});

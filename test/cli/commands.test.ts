import { deepEqual, equal, match, notEqual } from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { environment, misspelt, program, repository, scaleready, textOf } from './support.ts';

describe('scaleready', () => {
  it('lists the rules for people and for programs', () => {
    const folder = repository({});
    match(
      scaleready(['rules'], folder).stdout,
      /^ {2}rollout\/flag-undefined +warning +suggested fix +Code reads/m,
    );
    const rules = JSON.parse(scaleready(['rules', '--format', 'json'], folder).stdout) as Record<
      string,
      unknown
    >[];
    const rule = rules.find(({ id }) => id === 'rollout/flag-undefined')!;
    deepEqual(Object.keys(rule), ['id', 'title', 'area', 'section', 'severity', 'fix', 'joins', 'messages']);
    for (const message of Object.values(rule['messages'] as object)) {
      deepEqual(Object.keys(message as object), ['text', 'severity', 'equivalents']);
    }
  });

  it("explains a rule by its id or another tool's, and names what is near", () => {
    const folder = repository({});
    const { stdout, status } = scaleready(['explain', 'rollout/flag-undefined'], folder);
    equal(status, 0);
    match(stdout, /^rollout\/flag-undefined\n/);
    match(stdout, /^Why it matters when you scale$/m);
    match(scaleready(['explain', 'DL3025'], folder).stdout, /^containers\/shell-form-command\n/);
    const unknown = scaleready(['explain', 'rollout/flag-undefind'], folder);
    equal(unknown.status, 2);
    match(unknown.stderr, /Did you mean “rollout\/flag-undefined”\?/);
  });

  it('writes a first configuration that changes nothing, and never over one', () => {
    const folder = repository(misspelt);
    const before = scaleready(['audit', '--format', 'json'], folder);
    equal(scaleready(['init'], folder).status, 0);
    const after = scaleready(['audit', '--format', 'json'], folder);
    const findings = ({ stdout }: typeof after): unknown =>
      (JSON.parse(stdout) as { findings: unknown }).findings;
    deepEqual([after.status, findings(after)], [before.status, findings(before)]);
    const text = textOf(folder, '.scaleready.yaml');
    const again = scaleready(['init'], folder);
    equal(again.status, 2);
    match(again.stderr, /was not written: it is already there/);
    equal(textOf(folder, '.scaleready.yaml'), text);
  });

  it('takes over what hadolint is told', () => {
    const dockerfile = 'FROM debian\nADD a.txt /a.txt\nCMD exec node server.js\n';
    const settings =
      'ignored: [DL3006, DL3059]\noverride:\n  error: [DL3020]\n  style:\n    - DL3006\ntrustedRegistries: [docker.io]\n';
    const folder = repository({ Dockerfile: dockerfile, '.hadolint.yml': settings });
    const { status, stdout } = scaleready(['init', '--from', 'hadolint'], folder);
    equal(status, 0);
    match(stdout, /nothing here is equivalent: DL3059\./);
    match(stdout, /trustedRegistries has no counterpart/);
    match(
      textOf(folder, '.scaleready.yaml'),
      /\n {2}containers\/base-unpinned\[untagged\]: off # hadolint\/DL3006\n/,
    );
    const { findings } = JSON.parse(scaleready(['audit', '--format', 'json'], folder).stdout) as {
      findings: { rule: string; severity: string }[];
    };
    const found = findings.filter(({ rule }) => /base-unpinned|add-for-copy|^scaleready/.test(rule));
    deepEqual(
      found.map(({ rule, severity }) => [rule, severity]),
      [['containers/add-for-copy', 'error']],
    );
  });

  it('writes a plan that is valid, asks for nothing yet, and is never written over', () => {
    const folder = repository({
      'README.md': '# Larkfield\n',
      CODEOWNERS: '* @larkfield/web\n',
      '.github/workflows/ci.yml': 'on: push\njobs: {}\n',
      ...misspelt,
    });
    const { status, stdout } = scaleready(['init', '--plan'], folder);
    equal(status, 0);
    match(stdout, /^Wrote scaling-plan\.yaml\. /);
    const plan = textOf(folder, 'scaling-plan.yaml');
    match(plan, /^product: Larkfield$/m);
    match(plan, /^draftUntil: \d{4}-\d{2}-\d{2}$/m);
    match(plan, /^# Owners here: @larkfield\/web\.$/m);
    match(plan, /^# Workflows here: \.github\/workflows\/ci\.yml\.$/m);
    match(plan, /^# Flags here: express-payment, express-pay\.$/m);
    const { findings } = JSON.parse(scaleready(['audit', '--format', 'json'], folder).stdout) as {
      findings: { rule: string; path: string }[];
    };
    deepEqual(
      findings.filter(
        ({ rule, path }) => path === 'scaling-plan.yaml' || /^(?:measures|customers)\//.test(rule),
      ),
      [],
    );
    const again = scaleready(['init', '--plan'], folder);
    equal(again.status, 2);
    match(again.stderr, /scaling-plan\.yaml.* was not written: it is already there/);
    equal(textOf(folder, 'scaling-plan.yaml'), plan);
    equal(scaleready(['init', '--plan', '--from', 'hadolint'], folder).status, 2);
  });

  it('says why it cannot take over a configuration', () => {
    const folder = repository({ 'broken/.hadolint.yaml': 'ignored: [', 'list/.hadolint.yaml': '- DL3006' });
    match(
      scaleready(['init', '--from', 'hadolint'], folder).stderr,
      /There is no configuration of hadolint in/,
    );
    match(scaleready(['init', '--from', 'hadolnt'], folder).stderr, /--from takes hadolint/);
    match(scaleready(['init', '--from', 'hadolint', 'broken'], folder).stderr, /It is not valid YAML/);
    match(
      scaleready(['init', '--from', 'hadolint', 'list'], folder).stderr,
      /It is no mapping of settings\.\n$/,
    );
    equal(scaleready(['init', '--from', 'hadolint', 'list'], folder).status, 2);
  });

  it('stays quiet when nobody listens any more', async () => {
    const many = Object.fromEntries(
      Array.from({ length: 400 }, (_, index) => [`src/checkout${index}.ts`, misspelt['src/checkout.ts']]),
    );
    const cwd = repository({ ...misspelt, ...many });
    const child = spawn(process.execPath, [program, 'audit'], { cwd, env: environment });
    let errors = '';
    child.stderr.on('data', (data: Buffer) => (errors += data.toString()));
    child.stdout.once('data', () => child.stdout.destroy());
    await once(child, 'close');
    equal(errors, '');
  });

  it('says its version, and that a command is needed', () => {
    const folder = repository({});
    match(scaleready(['--version'], folder).stdout, /^\d+\.\d+\.\d+\n$/);
    const bare = scaleready([], folder);
    equal(bare.status, 2);
    notEqual(bare.stderr, '');
  });
});

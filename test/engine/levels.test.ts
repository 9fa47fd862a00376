/** Bronze, silver, gold, and what profiles change. */
import assert from 'node:assert/strict';
import { audit, matchesRule, MemoryWorkspace, rules } from '../../rules/index.ts';
import { kinds, stages } from '../../rules/practices/profiles.ts';
import { levelOf } from '../../rules/report/levels.ts';
import { levelNames, requirements } from '../../rules/report/requirements.ts';
import type { Cell, Standing } from '../../rules/report/scorecard.ts';

const all = () => true;

function cells(standings: Readonly<Record<string, Standing>>): Cell[] {
  return Object.entries(standings).map(([rule, standing]) => ({
    service: 'shop',
    rule,
    standing,
    evidence: [],
    findings: [],
  }));
}

const bronze = {
  'ownership/service-unowned': 'met',
  'health/probe-missing': 'met',
  'containers/base-unpinned': 'met',
} as const;
const silver = { 'tracing/missing': 'met', 'alerting/service-unmonitored': 'met' } as const;
const gold = { 'alerting/slo-missing': 'met', 'rollout/big-bang': 'met' } as const;

describe('levels', () => {
  it('are reached one after the other', () => {
    assert.equal(levelOf('service', cells(bronze), all)!.level, 'bronze');
    assert.equal(levelOf('service', cells({ ...bronze, ...silver }), all)!.level, 'silver');
    assert.deepEqual(levelOf('service', cells({ ...bronze, ...silver, ...gold }), all), {
      level: 'gold',
      next: null,
      missing: [],
    });
    const leap = levelOf('service', cells({ ...silver, ...gold }), all)!;
    assert.equal(leap.level, null);
    assert.equal(leap.next, 'bronze');
  });

  it('say what the next one asks for', () => {
    const reached = levelOf('service', cells({ ...bronze, ...silver, 'containers/user-root': 'gap' }), all)!;
    assert.equal(reached.level, 'bronze');
    assert.deepEqual(reached.missing, [
      { title: 'It does not run as root', standing: 'gap', rules: ['containers/user-root'], services: [] },
    ]);
  });

  it('are not given for what nobody knows, or nobody looked at', () => {
    const unknown = levelOf('service', cells({ ...bronze, ...silver, 'tracing/missing': 'unknown' }), all)!;
    assert.equal(unknown.level, 'bronze');
    assert.equal(unknown.missing[0]!.standing, 'unknown');
    const unseen = levelOf(
      'service',
      cells({ 'health/probe-missing': 'met', 'containers/base-unpinned': 'met' }),
      all,
    )!;
    assert.deepEqual(
      unseen.missing.map(({ title }) => title),
      ['Somebody owns it'],
    );
    const little = levelOf('service', cells({ ...bronze, ...silver, 'alerting/slo-missing': 'met' }), all)!;
    assert.match(little.missing[0]!.title, /^Too little of what gold asks for/);
    assert.equal(levelOf('service', cells({ 'containers/pipefail': 'gap' }), all), undefined);
  });

  it('do not ask for what is off', () => {
    const asked = (rule: string): boolean => !rule.startsWith('ownership/');
    const { level } = levelOf(
      'service',
      cells({ ...bronze, 'ownership/service-unowned': 'not-applicable' }),
      asked,
    )!;
    assert.equal(level, 'bronze');
  });

  it('of a repository are no better than those of its services', () => {
    const own = cells({
      'automation/ci-missing': 'met',
      'runbooks/missing': 'met',
      'automation/dependency-updates': 'met',
      'measures/plan-missing': 'met',
    });
    const of = (level: 'bronze' | null) => ({
      name: 'shop',
      reached: {
        level,
        next: 'silver' as const,
        missing: [{ title: '', standing: 'gap' as const, rules: [], services: [] }],
      },
    });
    assert.equal(levelOf('repository', own, all)!.level, 'silver');
    const held = levelOf('repository', own, all, [of('bronze')])!;
    assert.equal(held.level, 'bronze');
    assert.deepEqual(held.missing, [
      { title: 'Each of its services is silver', standing: 'gap', rules: [], services: ['shop'] },
    ]);
  });

  it('name rules that exist, each once', () => {
    const named = levelNames.flatMap((level) => requirements[level].flatMap(({ rules: of }) => of));
    assert.deepEqual(
      named.filter((id, index) => named.indexOf(id) !== index),
      [],
    );
    assert.deepEqual(
      named.filter((id) => !rules.some((rule) => rule.id === id)),
      [],
    );
  });
});

describe('profiles', () => {
  const service = {
    'api/package.json': '{ "name": "api", "private": true, "dependencies": { "express": "4" } }',
    'api/Dockerfile': 'FROM node:22.1.0\nUSER node\nCMD ["node", "server.js"]\n',
    'api/server.js':
      "const app = require('express')();\napp.get('/', (q, r) => r.send(''));\napp.listen(8080);\n",
  };
  const found = async (files: Readonly<Record<string, string>>, levels = {}) => {
    const { findings, scorecard } = await audit(new MemoryWorkspace(files), {
      today: '2026-06-15',
      ...levels,
    });
    return { profile: scorecard.profile, of: (rule: string) => findings.filter((one) => one.rule === rule) };
  };

  it('name rules that exist', () => {
    for (const levels of [...Object.values(stages), ...Object.values(kinds)])
      for (const pattern of Object.values(levels).flat())
        assert.ok(
          rules.some(({ id }) => matchesRule(pattern, id)),
          pattern,
        );
  });

  it('are a growing service where nothing is said', async () => {
    const { profile, of } = await found(service);
    assert.deepEqual(profile, { stage: 'growing', kind: 'service' });
    assert.equal(of('health/endpoint-missing').length, 1);
    assert.equal(of('tracing/missing')[0]!.severity, 'warning');
  });

  it('ask a library for no probes, and a startup for less', async () => {
    const library = await found({ ...service, '.scaleready.yaml': 'profile: { kind: library }\n' });
    assert.equal(library.profile.kind, 'library');
    assert.equal(library.of('health/endpoint-missing').length, 0);
    const startup = await found({ ...service, '.scaleready.yaml': 'profile: { stage: startup }\n' });
    assert.equal(startup.of('tracing/missing')[0]!.severity, 'info');
  });

  it('give way to the configuration and to the command line', async () => {
    const configuration = 'profile: { kind: library }\nrules:\n  health/*: error\n';
    const { of } = await found({ ...service, '.scaleready.yaml': configuration });
    assert.equal(of('health/endpoint-missing')[0]!.severity, 'error');
    const levels = { levels: [{ pattern: 'tracing/*', level: 'info' as const }] };
    const other = await found({ ...service, '.scaleready.yaml': 'profile: { kind: library }\n' }, levels);
    assert.equal(other.of('tracing/missing').length, 1);
  });

  it('read the stage of the plan, and the configuration first', async () => {
    const plan = 'product: Shop\nstage: startup\n';
    const { profile } = await found({ ...service, 'scaling-plan.yaml': plan });
    assert.equal(profile.stage, 'startup');
    const both = await found({
      ...service,
      'scaling-plan.yaml': plan,
      '.scaleready.yaml': 'profile: { stage: at-scale }\n',
    });
    assert.equal(both.profile.stage, 'at-scale');
  });

  it('find out a library and a platform, where it is certain', async () => {
    const library = await found({
      'package.json': '{ "name": "leftpad", "main": "index.js" }',
      'index.js': 'export async function get(url) { return fetch(url); }\n',
    });
    assert.equal(library.profile.kind, 'library');
    assert.equal(library.profile.because!.message, 'nothing here is deployed');
    const platform = await found({
      'apps/shop.yaml':
        'apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: { name: shop }\nspec:\n  source: { repoURL: https://example.com/x.git, path: shop }\n',
    });
    assert.equal(platform.profile.kind, 'platform');
  });

  it('say what is no stage and no kind', async () => {
    const { of } = await found({ ...service, '.scaleready.yaml': 'profile: { stage: huge, kind: tool }\n' });
    assert.equal(of('scaleready/configuration-invalid').length, 2);
  });
});

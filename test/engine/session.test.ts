/** The engine as a host uses it: what a session notices, what configuration and comments change, what faults it tells. */
import assert from 'node:assert/strict';
import { isDeepStrictEqual } from 'node:util';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import {
  applyChanges,
  audit,
  DiskWorkspace,
  MemoryWorkspace,
  Session,
  type AuditOptions,
  type Finding,
} from '../../rules/index.ts';

const today = '2026-06-15';
const dockerfile = 'FROM node:22.11.0-slim\nCOPY . .\nUSER root\nCMD ["node", "server.js"]\n';
const service = {
  'package.json': '{ "name": "web", "scripts": { "start": "node server.js" } }',
  'server.js': "require('express')().listen(3000);\n",
};

async function storefront(): Promise<Record<string, string>> {
  const disk = new DiskWorkspace(fileURLToPath(new URL('../../samples/storefront', import.meta.url)));
  const texts: Record<string, string> = {};
  for (const path of (await disk.list()).files) texts[path] = textOf(disk, path);
  return texts;
}

function textOf(workspace: Pick<DiskWorkspace, 'read'>, path: string): string {
  const reading = workspace.read(path);
  assert.equal(reading.kind, 'text', path);
  return (reading as { text: string }).text;
}

/** A finding without what cannot be compared. */
function plain({ fixes, ...said }: Finding): object {
  return { ...said, fixes: fixes.map(({ title }) => title) };
}

describe('session', () => {
  it('reads again what was said to have changed, come or gone', async () => {
    const workspace = new MemoryWorkspace({ ...service, Dockerfile: dockerfile });
    const session = new Session(workspace, { today });
    const found = async (): Promise<boolean> =>
      (await session.audit()).findings.some(({ rule }) => rule === 'containers/user-root');
    assert.equal(await found(), true);
    workspace.set('Dockerfile', dockerfile.replace('USER root', 'USER node'));
    assert.equal(await found(), true, 'Nobody said that anything changed.');
    session.changed(['Dockerfile']);
    assert.equal(await found(), false);
    workspace.set('docker/Dockerfile', dockerfile);
    session.changed(['docker/Dockerfile']);
    await session.audit();
    workspace.delete('docker/Dockerfile');
    session.changed(['docker']);
    assert.equal(await found(), false);
    const before = await session.audit();
    assert.equal(await session.audit(), before, 'Nothing is done anew where nothing changed.');
  });

  it('leaves out what is ignored or excluded, and takes it in again', async () => {
    const workspace = new MemoryWorkspace({
      ...service,
      Dockerfile: dockerfile,
      '.gitignore': 'Dockerfile\n',
    });
    const session = new Session(workspace, { today });
    const found = async (): Promise<boolean> =>
      (await session.audit()).findings.some(({ at }) => at.file === 'Dockerfile');
    assert.equal(await found(), false);
    workspace.set('.gitignore', '');
    session.changed(['.gitignore']);
    assert.equal(await found(), true);
    workspace.set('.scaleready.yaml', 'exclude: [Dockerfile]\n');
    session.changed(['.scaleready.yaml']);
    assert.equal(await found(), false);
  });

  it('says after every edit what it would say if it had just been started', async () => {
    const files = await storefront();
    const workspace = new MemoryWorkspace(files);
    const session = new Session(workspace, { today });
    await session.audit();
    let quick = 0;
    const near = { same: 0, late: 0 };
    const edit = fc.record({
      path: fc.constantFrom(...Object.keys(files)),
      at: fc.double({ min: 0, max: 1, noNaN: true }),
      removed: fc.nat(2),
      typed: fc.constantFrom(' ', 'x', '\n', '#', '"', ': ', ''),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(edit, { minLength: 1, maxLength: 4 }), async (edits) => {
        for (const { path, at, removed, typed } of edits) {
          const text = textOf(workspace, path);
          const start = Math.floor(at * text.length);
          workspace.set(path, text.slice(0, start) + typed + text.slice(start + removed));
          session.changed([path]);
          const first = (await session.findingsIn(path)).map(plain);
          const said = await session.audit();
          const inFile = said.findings.filter((finding) => finding.at.file === path).map(plain);
          near[isDeepStrictEqual(first, inFile) ? 'same' : 'late'] += 1;
          if (Object.getOwnPropertyDescriptor(said, 'model')!.get) quick += 1;
          session.setLevels([]);
          const anew = await session.audit();
          assert.deepEqual(said.findings.map(plain), anew.findings.map(plain));
        }
      }),
      { numRuns: 60 },
    );
    assert.ok(near.late * 20 < near.same, `What is said first was different ${near.late} times.`);
    assert.ok(quick > 20, `Only ${quick} edits were told to change nothing that a rule sees.`);
  });

  it('fixes the text as it is, after edits that only moved the finding', async () => {
    const workspace = new MemoryWorkspace({ ...service, Dockerfile: `# The shop.\n${dockerfile}` });
    const session = new Session(workspace, { today });
    const type = async (comment: string): Promise<Finding> => {
      workspace.set('Dockerfile', `${comment}\n${dockerfile}`);
      session.changed(['Dockerfile']);
      const { findings } = await session.audit();
      return findings.find(({ rule }) => rule === 'containers/user-root')!;
    };
    await type('# The shop.');
    for (const comment of ['# The shop’s.', '# The shop’s own image, as it is run.']) {
      const finding = await type(comment);
      const text = textOf(workspace, 'Dockerfile');
      assert.equal(text.slice(finding.at.range!.start, finding.at.range!.end), 'root');
      const fixed = applyChanges(() => text, await session.changes(finding)).get('Dockerfile');
      assert.equal(fixed, `${comment}\n${dockerfile.replace('USER root', 'USER node')}`);
    }
  });

  it('says more quietly that a test’s file is broken', async () => {
    const broken = 'apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: api\n labels: { app: api\n';
    const files = { 'k8s/api.yaml': broken, 'test/testdata/bad.yaml': broken };
    const { findings } = await new Session(new MemoryWorkspace(files), { today }).audit();
    const found = findings.filter(({ rule }) => rule === 'scaleready/file-unparsable');
    assert.deepEqual(
      [...new Set(found.map(({ at, severity }) => `${at.file} ${severity}`))],
      ['k8s/api.yaml warning', 'test/testdata/bad.yaml info'],
    );
  });

  it('stops where it is told to, and goes on from there', async () => {
    const session = new Session(new MemoryWorkspace({ ...service, Dockerfile: dockerfile }), { today });
    await assert.rejects(session.audit(AbortSignal.abort(new Error('enough'))), /enough/);
    assert.ok((await session.audit()).findings.length > 0);
  });
});

describe('configuration', () => {
  const files = { ...service, Dockerfile: dockerfile };
  const severityOf = async (
    configuration: string,
    options: AuditOptions = {},
  ): Promise<Finding['severity'] | undefined> => {
    const workspace = new MemoryWorkspace({ ...files, '.scaleready.yaml': configuration });
    const { findings } = await audit(workspace, { today, ...options });
    return findings.find(({ rule }) => rule === 'containers/user-root')?.severity;
  };

  it('sets levels by id and by glob, the last one wins, and the host has the last word', async () => {
    assert.equal(await severityOf('rules: { containers/user-root: error }\n'), 'error');
    assert.equal(await severityOf('rules: { containers/user-root: error, "containers/*": info }\n'), 'info');
    assert.equal(await severityOf('rules: { "*": off }\n'), undefined);
    const levels = [{ pattern: 'containers/user-root', level: 'warning' as const }];
    assert.equal(await severityOf('rules: { "*": off }\n', { levels }), 'warning');
  });

  it('turns quiet messages on by their name or with everything, not with their rule', async () => {
    const manifest = `apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      containers:
        - name: web
          image: web:1.0.0
          resources:
            requests: { cpu: 100m, memory: 64Mi }
            limits: { memory: 64Mi }
`;
    const limits = async (pattern: string): Promise<number> => {
      const levels = [{ pattern, level: 'warning' as const }];
      const { findings } = await audit(new MemoryWorkspace({ 'web.yaml': manifest }), { today, levels });
      return findings.filter(({ messageKey }) => messageKey === 'cpu-limit').length;
    };
    assert.equal(await limits('scaling/resources-missing'), 0);
    assert.equal(await limits('scaling/resources-missing[cpu-limit]'), 1);
    assert.equal(await limits('*'), 1);
  });

  it('says what is wrong with itself, and keeps the rest in force', async () => {
    const workspace = new MemoryWorkspace({
      ...files,
      '.scaleready.yaml':
        'rules:\n  containers/user-rot: error\n  containers/user-root: loud\nexcludes: [a]\n',
    });
    const { findings } = await audit(workspace, { today });
    const said = findings.filter(({ rule }) => rule === 'scaleready/configuration-invalid');
    assert.equal(said.length, 3, said.map(({ message }) => message).join('\n'));
    assert.ok(said.some(({ message }) => message.includes('Did you mean “containers/user-root”?')));
    assert.ok(findings.some(({ rule }) => rule === 'containers/user-root'));
  });
});

describe('suppression', () => {
  const auditWith = (comment: string) =>
    audit(
      new MemoryWorkspace({
        ...service,
        Dockerfile: dockerfile.replace('USER root', `${comment}\nUSER root`),
      }),
      { today },
    );
  const roots = (findings: readonly Finding[]): number =>
    findings.filter(({ rule }) => rule === 'containers/user-root').length;

  it('accepts a finding with a reason, until a day', async () => {
    const comment =
      '# scaleready-disable-next-line containers/user-root until 2026-06-15 -- the proxy needs it';
    const { findings, suppressed } = await auditWith(comment);
    assert.equal(roots(findings), 0);
    assert.deepEqual(
      suppressed.map(({ reason }) => reason),
      ['the proxy needs it'],
    );
    const late = await auditWith(comment.replace('2026-06-15', '2026-06-14'));
    assert.equal(roots(late.findings), 1);
    assert.ok(late.findings.some(({ messageKey }) => messageKey === 'expired'));
  });

  it('tells of comments that accept nothing, name no rule, or no day', async () => {
    const keys = async (comment: string): Promise<string[]> =>
      (await auditWith(comment)).findings
        .filter(({ rule }) => rule.startsWith('scaleready/'))
        .map(({ messageKey }) => messageKey);
    assert.deepEqual(await keys('# scaleready-disable-next-line tracing/loaded-late'), ['unused']);
    assert.deepEqual(await keys('# scaleready-disable-next-line tracing/lat'), ['unknown']);
    assert.deepEqual(await keys('# scaleready-disable-next-line containers/user-root until soon'), [
      'problem',
    ]);
    assert.deepEqual(await keys('# scaleready-disable-next-line'), ['problem']);
  });

  describe('of another tool', () => {
    const auditFile = async (text: string): Promise<string[]> => {
      const { findings } = await audit(new MemoryWorkspace({ ...service, Dockerfile: text }), { today });
      return findings
        .map(({ rule }) => rule)
        .filter((rule) => /base-unpinned|user-root|^scaleready/.test(rule));
    };
    const both = ['containers/base-unpinned', 'containers/user-root'];

    it('is honoured for what is equivalent, as far as it goes', async () => {
      const root = 'FROM node\nUSER root\nCMD ["node", "server.js"]\n';
      assert.deepEqual(await auditFile(root), both);
      assert.deepEqual(await auditFile(`# hadolint ignore=DL3002,DL3006\n${root}`), [both[1]]);
      assert.deepEqual(await auditFile(`# hadolint ignore=DL3006 # as it comes\n\n${root}`), both);
      assert.deepEqual(await auditFile(`# hadolint ignore=DL3007\n${root}`), both);
      assert.deepEqual(await auditFile(`${root}# hadolint global ignore=DL3002, DL3006\n`), []);
    });

    it('holds for the Kubernetes object that it annotates', async () => {
      const object = (name: string, annotation: string): string =>
        `apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: ${name}\n  annotations:\n    ${annotation}\nspec:\n  template:\n    spec:\n      containers:\n        - name: ${name}\n          image: acme/web:latest\n`;
      const found = async (annotation: string): Promise<string[]> => {
        const text = `${object('a', annotation)}---\n${object('b', 'other: "1"')}`;
        const { findings } = await audit(new MemoryWorkspace({ 'k8s/web.yaml': text }), { today });
        return findings.flatMap(({ rule, at }) =>
          rule === 'scaling/image-unpinned' ? [at.range!.start < text.indexOf('---') ? 'a' : 'b'] : [],
        );
      };
      assert.deepEqual(await found('note: none'), ['a', 'b']);
      assert.deepEqual(await found('ignore-check.kube-linter.io/latest-tag: a base image'), ['b']);
      assert.deepEqual(await found('ignore-check.kube-linter.io/no-liveness-probe: ""'), ['a', 'b']);
      assert.deepEqual(await found('kube-linter.io/ignore-all: generated'), ['b']);
      assert.deepEqual(await found('kube-score/ignore: pod-probes, container-image-tag'), ['b']);
      assert.deepEqual(await found('polaris.fairwinds.com/tagNotSpecified-exempt: "true"'), ['b']);
      assert.deepEqual(await found('polaris.fairwinds.com/tagNotSpecified-exempt: "false"'), ['a', 'b']);
      assert.deepEqual(await found('polaris.fairwinds.com/exempt: "true"'), ['b']);
    });

    it('holds only where each part of a verdict is accepted that another tool gives in several checks', async () => {
      const found = async (...checks: string[]): Promise<number> => {
        const annotations = checks.map((check) => `    ignore-check.kube-linter.io/${check}: ""\n`).join('');
        const text = `apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: a\n  annotations:\n    note: none\n${annotations}spec:\n  template:\n    spec:\n      containers:\n        - name: a\n          image: acme/web:1\n`;
        const { findings } = await audit(new MemoryWorkspace({ 'k8s/web.yaml': text }), { today });
        return findings.filter(({ rule }) => rule === 'scaling/resources-missing').length;
      };
      assert.equal(await found(), 1);
      assert.equal(await found('unset-cpu-requirements'), 1);
      assert.equal(await found('unset-cpu-requirements', 'unset-memory-requirements'), 0);
    });

    it('covers an instruction with its continued lines', async () => {
      const from = 'FROM \\\n  # why\n  node\nUSER root\nCMD ["node", "server.js"]\n';
      assert.deepEqual(await auditFile(`# hadolint ignore=DL3006\n${from}`), [both[1]]);
    });

    it('skips build checks of the whole file', async () => {
      const shell = (directive: string): Promise<string[]> =>
        audit(
          new MemoryWorkspace({ ...service, Dockerfile: `${directive}\nFROM node:22\nCMD node server.js\n` }),
          { today },
        ).then(({ findings }) =>
          findings.map(({ rule }) => rule).filter((rule) => rule.endsWith('/shell-form-command')),
        );
      assert.equal((await shell('# hello')).length, 1);
      assert.equal((await shell('# check=skip=StageNameCasing,JSONArgsRecommended;error=true')).length, 0);
      assert.equal((await shell('# syntax=docker/dockerfile:1\n# check = skip=all')).length, 0);
      assert.equal((await shell('# check=error=true')).length, 1);
    });

    it('skips build checks of the instruction below', async () => {
      const above = async (comment: string): Promise<number> => {
        const text = `FROM node:22\n${comment}\nCMD node server.js\n`;
        const { suppressed } = await audit(new MemoryWorkspace({ ...service, Dockerfile: text }), { today });
        return suppressed.length;
      };
      assert.equal(await above('# check=skip=JSONArgsRecommended\n# it starts a shell of its own'), 1);
      assert.equal(await above('# check=skip=JSONArgsRecommended\nUSER node'), 0);
    });
  });
});

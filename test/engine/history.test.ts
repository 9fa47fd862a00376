/** Reading history with git: what is read, and that nothing of the repository is run. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { readHistory } from '../../cli/history.ts';

const temporary = realpathSync(mkdtempSync(join(tmpdir(), 'scaleready-history-')));
let folders = 0;
after(() => rmSync(temporary, { recursive: true, force: true }));

function git(folder: string, ...args: readonly string[]): string {
  const who = ['-c', 'user.name=Ann', '-c', 'user.email=ann@example.com', '-c', 'init.defaultBranch=main'];
  const env = { PATH: process.env['PATH'], HOME: temporary, GIT_CONFIG_NOSYSTEM: '1' };
  return execFileSync('git', [...who, ...args], { cwd: folder, encoding: 'utf8', env, stdio: 'pipe' }).trim();
}

function write(folder: string, path: string, text: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}

/** Two commits, the first one tagged. */
function repository(): string {
  const folder = join(temporary, `repository ${++folders}`);
  mkdirSync(folder);
  git(folder, 'init', '-q');
  write(folder, 'deploy/kustomization.yaml', 'images:\n  - name: shop\n    newTag: 1.0.0\n');
  write(folder, 'src/böse\tname.js', 'listen();\n');
  git(folder, 'add', '.');
  git(folder, 'commit', '-qm', 'Begin\n\nWith a body.');
  git(folder, 'tag', '-am', 'First', 'v1.0.0');
  git(folder, 'tag', 'light');
  write(folder, 'deploy/kustomization.yaml', 'images:\n  - name: shop\n    newTag: 1.1.0\n');
  git(
    folder,
    'commit',
    '-qam',
    'Deploy 1.1.0\n\nThis reverts commit 0123456789012345678901234567890123456789.',
  );
  return folder;
}

const read = (folder: string, imagePaths: readonly string[] = ['deploy']) =>
  readHistory(folder, { since: { beforeNewest: 1e8 }, imagePaths, isWanted: (tag) => tag !== 'light' });

describe('history', () => {
  it('reads commits, the paths they touch, tags and new images', async () => {
    const folder = repository();
    const { history } = await read(folder);
    assert.equal(history.branch, 'main');
    assert.equal(history.shallow, false);
    assert.deepEqual(
      history.commits.map(({ subject, files }) => [subject, files]),
      [
        ['Deploy 1.1.0', ['deploy/kustomization.yaml']],
        ['Begin', ['deploy/kustomization.yaml', 'src/böse\tname.js']],
      ],
    );
    const [last, first] = history.commits;
    assert.deepEqual(last!.reverts, ['0123456789012345678901234567890123456789']);
    assert.deepEqual(last!.parents, [first!.hash]);
    assert.deepEqual(
      history.tags.map(({ name, commit }) => [name, commit]),
      [['v1.0.0', first!.hash]],
    );
    assert.deepEqual([...history.imageChanges], [last!.hash, first!.hash]);
  });

  it('reads all of it where the time is long ago', async () => {
    const { history } = await readHistory(repository(), {
      since: { beforeNewest: 1e10 },
      imagePaths: [],
      isWanted: () => true,
    });
    assert.equal(history.commits.length, 2);
    assert.equal(history.tags.length, 2);
  });

  it('reads packed refs, a folder below, a work tree of its own and a detached HEAD', async () => {
    const folder = repository();
    git(folder, 'pack-refs', '--all');
    git(folder, 'gc', '-q');
    const below = await read(join(folder, 'deploy'), ['kustomization.yaml']);
    assert.deepEqual(below.history.commits[1]!.files, ['kustomization.yaml']);
    assert.equal(below.history.imageChanges.size, 2);
    assert.equal(below.history.tags.length, 1);
    const tree = join(temporary, 'tree');
    git(folder, 'worktree', 'add', '-q', '--detach', tree, 'HEAD~1');
    const { history } = await read(tree);
    assert.equal(history.branch, undefined);
    assert.equal(history.commits.length, 1);
  });

  it('runs nothing that the configuration, hooks or attributes of the repository name', async () => {
    const folder = repository();
    const evil = join(temporary, 'evil.sh');
    const trace = join(temporary, 'ran');
    writeFileSync(evil, `#!/bin/sh\necho "$0 $@" >> '${trace}'\nexit 1\n`);
    chmodSync(evil, 0o755);
    write(folder, '.gitattributes', '* diff=evil filter=evil\n');
    git(folder, 'add', '.');
    git(folder, 'commit', '-qm', 'Attributes');
    const missing = git(folder, 'rev-parse', 'HEAD:deploy/kustomization.yaml');
    for (const [key, value] of Object.entries({
      'core.fsmonitor': evil,
      'core.pager': evil,
      'core.sshCommand': evil,
      'core.hooksPath': temporary,
      'core.askPass': evil,
      'core.alternateRefsCommand': evil,
      'pager.log': evil,
      'diff.external': evil,
      'diff.evil.textconv': evil,
      'diff.evil.command': evil,
      'filter.evil.smudge': evil,
      'filter.evil.clean': evil,
      'filter.evil.process': evil,
      'gpg.program': evil,
      'log.showSignature': 'true',
      'alias.log': `!${evil}`,
      'uploadpack.packObjectsHook': evil,
      'remote.origin.url': `ext::${evil}`,
      'remote.origin.promisor': 'true',
      'remote.origin.uploadpack': evil,
      'extensions.partialClone': 'origin',
      'core.repositoryFormatVersion': '1',
      'protocol.allow': 'always',
    }))
      git(folder, 'config', key, value);
    // An object of a partial clone that git would fetch.
    rmSync(join(folder, '.git/objects', missing.slice(0, 2), missing.slice(2)));
    await assert.rejects(read(folder), /Git cannot read its history: .*A partial clone lacks objects/);
    const { history } = await read(folder, []);
    assert.equal(history.commits.length, 3);
    assert.equal(existsSync(trace), false);
    // The trap works: git itself falls into it.
    assert.throws(() => git(folder, 'diff', 'HEAD~1'));
    assert.equal(existsSync(trace), true);
  });

  it('ignores replaced objects and the environment of whoever runs it', async () => {
    const folder = repository();
    const [head, first] = [git(folder, 'rev-parse', 'HEAD'), git(folder, 'rev-parse', 'HEAD~1')];
    git(folder, 'replace', head, first);
    process.env['GIT_DIR'] = '/nowhere';
    try {
      const { history } = await read(folder);
      assert.equal(history.commits[0]!.subject, 'Deploy 1.1.0');
    } finally {
      delete process.env['GIT_DIR'];
    }
  });

  it('says that a clone is shallow', async () => {
    const folder = repository();
    const clone = join(temporary, 'shallow');
    git(temporary, 'clone', '-q', '--depth', '1', `file://${folder}`, clone);
    const { history } = await read(clone);
    assert.equal(history.shallow, true);
    assert.equal(history.commits.length, 1);
  });

  it('says what is wrong in words', async () => {
    const folder = join(temporary, `repository ${++folders}`);
    mkdirSync(join(folder, 'deep'), { recursive: true });
    await assert.rejects(read(join(folder, 'deep')), /It is not in a git repository/);
    git(folder, 'init', '-q');
    await assert.rejects(read(folder), /The branch main has no commit yet/);
    writeFileSync(join(folder, 'deep', '.git'), 'gitdir: ../../elsewhere\n');
    await assert.rejects(read(join(folder, 'deep')), /leads to .*elsewhere, where no git repository is/);
    writeFileSync(join(folder, 'deep', '.git'), 'nonsense\n');
    await assert.rejects(read(join(folder, 'deep')), /does not say where its git repository is/);
    writeFileSync(join(folder, '.git', 'HEAD'), 'ref: refs/heads/../../../secret\n');
    await assert.rejects(read(folder), /Its HEAD cannot be read/);
  });
});

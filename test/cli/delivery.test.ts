import { equal, match } from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { environment, repository, scaleready } from './support.ts';

function git(folder: string, date: string, ...args: readonly string[]): void {
  const who = ['-c', 'user.name=Ann', '-c', 'user.email=ann@example.com'];
  const env = { ...environment, GIT_AUTHOR_DATE: date, GIT_COMMITTER_DATE: date };
  execFileSync('git', [...who, ...args], { cwd: folder, env, stdio: 'pipe' });
}

function released(): string {
  const folder = repository({ 'README.md': '# Shop\n' });
  git(folder, '2026-01-01T00:00:00Z', 'init', '-qb', 'main');
  git(folder, '2026-01-01T00:00:00Z', 'add', '.');
  for (const [month, name] of ['01', '02', '03', '04', '05', '06'].entries()) {
    const date = `2026-${name}-01T00:00:00Z`;
    git(folder, date, 'commit', '-q', '--allow-empty', '-m', `Change ${month}`);
    git(folder, `2026-${name}-03T00:00:00Z`, 'tag', '-am', 'release', `v1.${month}.0`);
  }
  return folder;
}

describe('scaleready delivery', () => {
  it('shows each number with what it rests on', () => {
    const { stdout, stderr, status } = scaleready(['delivery'], released());
    match(stdout, /^Delivery of the current folder on main, 2026-01-01 to 2026-06-01, 6 commits$/m);
    match(stdout, /^Deployment frequency +1\.2 a month +medium confidence$/m);
    match(stdout, /^Lead time for changes +median 2 days/m);
    match(stdout, /^Change fail rate +unknown$/m);
    match(stdout, /https:\/\/dora\.dev/);
    equal(stderr, '');
    equal(status, 0);
  });

  it('gives programs the same', () => {
    const { stdout } = scaleready(['delivery', '--format', 'json', '--since', '2026-03-15'], released());
    const { version, repositories } = JSON.parse(stdout) as {
      version: number;
      repositories: { from: string; measures: { key: string; value: { events: number } | null }[] }[];
    };
    equal(version, 1);
    equal(repositories[0]!.from, '2026-03-15');
    equal(repositories[0]!.measures.find(({ key }) => key === 'deployment-frequency')!.value!.events, 3);
    equal(repositories[0]!.measures.find(({ key }) => key === 'recovery-time')!.value, null);
  });

  it('says what is wrong', () => {
    const none = scaleready(['delivery'], repository({ 'README.md': '# Shop\n' }));
    match(none.stdout, /It is not in a git repository/);
    equal(none.status, 2);
    const since = scaleready(['delivery', '--since', 'spring'], released());
    match(since.stderr, /--since takes a day such as 2026-01-31/);
    equal(since.status, 2);
  });
});

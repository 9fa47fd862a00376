/** CODEOWNERS and catalogs: how they are read, which one counts, and whom a path belongs to. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { catalog } from '../../rules/artifacts/codeowners/catalog.ts';
import { codeowners } from '../../rules/artifacts/codeowners/codeowners.ts';
import { ownerPattern } from '../../rules/model/ownerPattern.ts';
import { joinOwners } from '../../rules/model/owners.ts';
import { textFile } from '../../rules/workspace/textFile.ts';

const read = (text: string) => codeowners.parse(textFile('CODEOWNERS', text));

function owners(files: Record<string, string>) {
  const facts = new Map(Object.entries(files).map(([path, text]) => [path, read(text).facts!]));
  return joinOwners({ codeowners: facts, catalog: new Map() });
}

describe('CODEOWNERS', () => {
  it('keeps patterns, owners and where they stand', () => {
    const text = '# who decides\n*.ts  @acme/web me@acme.test # front\n/docs/my\\ notes.md @ann\n';
    const { facts, problems } = read(text);
    assert.deepEqual(problems, []);
    const [first, second] = facts!.entries;
    assert.equal(text.slice(first!.range.start, first!.range.end), '*.ts  @acme/web me@acme.test');
    assert.deepEqual(
      first!.owners.map(({ range }) => text.slice(range.start, range.end)),
      ['@acme/web', 'me@acme.test'],
    );
    assert.equal(second!.pattern.value, '/docs/my notes.md');
  });

  it('says which lines GitHub skips', () => {
    const { facts, problems } = read('!/build @a\n[a-z].ts @b/c d\n/src web-team\n@acme/web\n');
    assert.deepEqual(facts!.entries, []);
    assert.equal(problems.length, 4);
  });

  it('gives entries of a GitLab section the owners of the section', () => {
    const { facts } = read('* @all\n^[Docs][2] @writers\n/docs/\n/docs/api/ @api\n');
    assert.deepEqual(
      facts!.entries.map(({ section, owners }) => [section, ...owners.map(({ value }) => value)]),
      [
        [undefined, '@all'],
        ['docs', '@writers'],
        ['docs', '@api'],
      ],
    );
  });

  it('never throws and keeps ranges in the text', () => {
    const line = fc.array(fc.constantFrom('*', '/a', '@b', '\\ ', '#', '[x]', '^', ' ', '!', 'c@d', '\t'));
    fc.assert(
      fc.property(fc.array(line.map((words) => words.join(''))), fc.string(), (lines, noise) => {
        const text = lines.join('\r\n') + noise;
        for (const { pattern, range, owners } of read(text).facts!.entries) {
          assert.ok(range.start <= pattern.range.start && pattern.range.end <= range.end);
          for (const owner of owners)
            assert.equal(text.slice(owner.range.start, owner.range.end), owner.value);
        }
      }),
    );
  });
});

describe('Patterns of CODEOWNERS', () => {
  const cases: [string, string[], string[]][] = [
    ['*', ['a', 'a/b/c.ts'], []],
    ['*.js', ['a.js', 'x/y/a.js'], ['a.jsx', 'a.ts']],
    ['/build/logs/', ['build/logs/a', 'build/logs/x/y'], ['x/build/logs/a', 'build/logs']],
    ['docs/*', ['docs/a.md'], ['docs/x/a.md', 'x/docs/a.md']],
    ['apps/', ['apps/a', 'x/apps/y/a'], ['apps', 'myapps/a']],
    ['/apps/github', ['apps/github', 'apps/github/a'], ['apps/githubber/a', 'x/apps/github']],
    ['**/logs', ['logs', 'build/logs/a', 'x/y/logs'], ['logs2']],
    ['/services/*/api', ['services/a/api/x.ts'], ['services/api', 'services/a/b/api']],
    ['/a/**/b', ['a/b', 'a/x/y/b/c'], ['b', 'a/x']],
    ['/a/**', ['a/b', 'a/b/c'], ['a', 'ab']],
    ['src?', ['src1', 'x/srcs/a'], ['src', 'src/a']],
    ['/', [], ['a']],
  ];
  for (const [pattern, owned, others] of cases) {
    it(`${pattern} on GitHub`, () => {
      const match = ownerPattern(pattern, 'github');
      for (const path of owned) assert.ok(match(path), `${path} belongs to it`);
      for (const path of others) assert.ok(!match(path), `${path} does not belong to it`);
    });
  }

  it('ties patterns to the root on GitLab only by a leading slash', () => {
    assert.ok(ownerPattern('docs/api.md', 'gitlab')('x/docs/api.md'));
    assert.ok(!ownerPattern('/docs/api.md', 'gitlab')('x/docs/api.md'));
    assert.ok(!ownerPattern('/docs', 'gitlab')('docs/api.md'));
    assert.ok(ownerPattern('/docs/', 'gitlab')('docs/x/api.md'));
  });

  it('agrees with a plain regular expression', () => {
    const part = fc.constantFrom('a', 'b', '*', '**', 'a*', '?b');
    const patterns = fc.array(part, { minLength: 1, maxLength: 5 }).filter((parts) => parts.at(-1) !== '*');
    const paths = fc.array(fc.constantFrom('a', 'b', 'ab', 'bb', 'c'), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(patterns, paths, (parts, path) => {
        const below = parts.at(-1) === '**' ? '' : '(?:/.+)?$';
        const source = parts.map((each, index) => {
          if (each === '**') return index === parts.length - 1 ? '.+$' : '(?:[^/]+/)*';
          const name = each.replace(/\*/g, '[^/]*').replace(/\?/g, '[^/]');
          return index === parts.length - 1 ? name : `${name}/`;
        });
        const expected = new RegExp(`^${source.join('')}${below}`).test(path.join('/'));
        assert.equal(ownerPattern(`/${parts.join('/')}`, 'github')(path.join('/')), expected);
      }),
      { numRuns: 2000 },
    );
  });

  it('is not slowed down by hostile patterns', () => {
    const start = performance.now();
    ownerPattern(`/${'**/a*a*a*a*/'.repeat(50)}z`, 'github')('aaaaaaaaaaaaaaaaaaaa/'.repeat(200));
    assert.ok(performance.now() - start < 1000);
  });
});

describe('Owners', () => {
  it('takes the file GitHub takes', () => {
    const joined = owners({
      'docs/CODEOWNERS': '* @docs',
      CODEOWNERS: '* @root',
      '.github/CODEOWNERS': '* @github',
    });
    assert.equal(joined.file, '.github/CODEOWNERS');
    assert.deepEqual(joined.of('a')?.owners, ['@github']);
  });

  it('lets the last match win, also where it takes ownership away', () => {
    const joined = owners({ CODEOWNERS: '* @all\n/api/ @api\n/api/generated/\n' });
    assert.deepEqual(joined.of('web/a')?.owners, ['@all']);
    assert.deepEqual(joined.of('api/a')?.owners, ['@api']);
    assert.equal(joined.of('api/generated/a'), undefined);
  });

  it('takes the last match of every GitLab section', () => {
    const joined = owners({ CODEOWNERS: '/api/ @api\n[Security] @sec\n/api/auth/\n/api/auth/x @x\n' });
    assert.deepEqual(joined.of('api/auth/y')?.owners, ['@api', '@sec']);
    assert.deepEqual(joined.of('api/auth/x')?.owners, ['@api', '@x']);
  });

  it('answers for many paths and entries at once', () => {
    const lines = Array.from({ length: 1000 }, (_, index) => `/services/s${index}/ @team-${index}`).join(
      '\n',
    );
    const joined = owners({ CODEOWNERS: lines });
    const start = performance.now();
    for (let index = 0; index < 1000; index++) joined.of(`services/s${index}/src/main.ts`);
    assert.ok(performance.now() - start < 1000);
  });
});

describe('Backstage catalogs', () => {
  it('names components and their owners', () => {
    const text = `apiVersion: backstage.io/v1alpha1
kind: Component
metadata:
  name: catalog
spec:
  owner: group:shop
---
apiVersion: backstage.io/v1alpha1
kind: System
metadata: { name: store }
---
kind: Deployment
`;
    assert.ok(catalog.mayHold(text, 'catalog-info.yaml'));
    const { facts } = catalog.parse(textFile('catalog-info.yaml', text));
    assert.deepEqual(
      facts!.components.map(({ name, kind, owner }) => [name.value, kind, owner?.value]),
      [
        ['catalog', 'Component', 'group:shop'],
        ['store', 'System', undefined],
      ],
    );
  });
});

/**
 * What other linters say of one file, as far as a message of ours claims the same verdict: with every message turned on, a
 * claimed check is reported exactly where the other tool reports it. The cases in `checks/` were written from the
 * documentation of the tools and from what their checks ask, without their own tests: after `==` the check and its verdict,
 * then the file; `->` begins another one.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { audit, MemoryWorkspace } from '../../rules/index.ts';

const files: Readonly<Record<string, string>> = {
  hadolint: 'Dockerfile',
  buildkit: 'Dockerfile',
  manifests: 'manifest.yaml',
  pint: 'rules.yml',
};

for (const [name, path] of Object.entries(files)) {
  describe(`the verdicts of ${name}`, () => {
    const text = readFileSync(new URL(`checks/${name}.txt`, import.meta.url), 'utf8');
    const byCheck = new Map<string, { readonly verdict: string; readonly body: string }[]>();
    for (const block of text.split(/^== /m).slice(1)) {
      const [, check = '', verdict = ''] = /^(\S+) (\S+)/.exec(block)!;
      const body = block.slice(block.indexOf('\n') + 1);
      byCheck.set(check, [...(byCheck.get(check) ?? []), { verdict, body }]);
    }
    for (const [check, cases] of byCheck) {
      it(`${check}, in ${cases.length} cases`, async () => {
        for (const { verdict, body } of cases) {
          const found = await finds(check, filesOf(path, body));
          assert.equal(found ? 'finding' : 'clean', verdict, body);
        }
      });
    }
  });
}

function filesOf(path: string, body: string): Record<string, string> {
  const [first = '', ...others] = body.split(/^-> (\S+)\n/m);
  const all: Record<string, string> = { [path]: first };
  for (let at = 0; at < others.length; at += 2) all[others[at]!] = others[at + 1]!;
  return all;
}

async function finds(check: string, all: Record<string, string>): Promise<boolean> {
  const levels = [{ pattern: '*', level: 'warning' as const }];
  const { findings } = await audit(new MemoryWorkspace(all), { today: '2026-06-15', levels });
  return findings.some(({ equivalents }) => equivalents.includes(check));
}

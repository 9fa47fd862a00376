/** Whatever is typed into a repository: no rule throws, no place lies outside of its text, and every fix can be applied. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { applyChanges, MemoryWorkspace, pagePath, rules, Session } from '../../rules/index.ts';
import { readCases } from '../pages/cases.ts';

/** What is easily typed by mistake, or means something in one of the languages. */
const pieces =
  '\0|\uFEFF|\r\n|\r|\u2028|{{|}}|{|[|(|"|\'|`|${|*|&|- |---\n|\t|#|/*|<!--|>-|!!|%|\\|\\\n|😀|..|/|://|:|=|$(|<<EOF\n|__proto__|null|~|1e999|-1|@|?|;'.split(
    '|',
  );

type Edit = (text: string, at: number, length: number) => string;

const edits: readonly Edit[] = [
  (text, at) => text.slice(0, at),
  (text, at) => text.slice(at),
  (text, at, length) => text.slice(0, at) + text.slice(at + length),
  (text, at, length) => text.slice(0, at + length) + text.slice(at),
  (text) => text.replace(/\n/g, '\r\n'),
  ...pieces.map(
    (piece): Edit =>
      (text, at) =>
        text.slice(0, at) + piece + text.slice(at),
  ),
];

const mutation = fc.record({
  file: fc.nat(),
  edit: fc.constantFrom(...edits),
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  length: fc.nat(60),
});

describe('broken input', () => {
  const cases = rules.flatMap(({ id }) => readCases(readFileSync(pagePath(id)!, 'utf8')));

  it('is audited and fixed like any other', async () => {
    const mutations = fc.array(mutation, { minLength: 1, maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...cases), mutations, async (one, made) => {
        const files = { ...one.files };
        const paths = Object.keys(files);
        for (const { file, edit, at, length } of made) {
          const path = paths[file % paths.length]!;
          files[path] = edit(files[path]!, Math.floor(at * files[path]!.length), length);
        }
        const levels = [{ pattern: '*', level: 'warning' as const }];
        const session = new Session(new MemoryWorkspace(files), { today: '2026-06-15', levels });
        for (const finding of (await session.audit()).findings) {
          assert.notEqual(finding.rule, 'scaleready/rule-failed', finding.message);
          for (const { file, range } of [finding.at, ...finding.related.map(({ at }) => at)])
            if (range) assert.ok(range.start <= range.end && range.end <= (files[file]?.length ?? 0), file);
          for (const index of finding.fixes.keys())
            applyChanges((path) => files[path], await session.changes(finding, index));
        }
      }),
      { numRuns: 800 },
    );
  }).timeout(60_000);
});

/** Facts of RUN instructions: which commands they run, whatever stands around them, and where each word stands. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { dockerfile } from '../../rules/artifacts/dockerfile/dockerfile.ts';
import type { DockerRun } from '../../rules/artifacts/dockerfile/facts.ts';
import { loadGrammar } from '../../rules/workspace/grammars.ts';
import { textFile } from '../../rules/workspace/textFile.ts';

describe('Shell commands of RUN', () => {
  before(() => loadGrammar('bash'));

  const cases: Readonly<Record<string, readonly [string, readonly string[]]>> = {
    'in lists and pipes': ['a 1 && b 2 || c; d | e & f', ['a 1', 'b 2', 'c', 'd', 'e', 'f']],
    'behind wrappers and assignments': [
      'sudo -E -u app env X=1 apt-get update && A=b time nice -n 5 make -j4 && timeout -k 5 60 exec x',
      ['apt-get update', 'make -j4', 'x'],
    ],
    'but not what is only asked for': ['command -v curl && sudo -v', ['command -v curl', 'sudo -v']],
    'in conditions, loops, subshells and functions': [
      'if [ -f a ]; then b; else c; fi; for i in 1 2; do d $i; done; (cd e && f); g() { h; }; while i; do j; done',
      ['b', 'c', 'd $i', 'cd e', 'f', 'h', 'i', 'j'],
    ],
    'in substitutions': ['a "$(b c)" `d`', ['a $(b c) `d`', 'b c', 'd']],
    'without quotes and redirections': [
      `a "b c" 'd'"e" f\\ g > log 2>&1 && h >/dev/null i j`,
      ['a b c de f g', 'h i j'],
    ],
    'over lines with comments between': ['a \\\n  # why\n\n  b && \\\n c', ['a b', 'c']],
    'in here-documents that are run': ['<<EOF\nset -e\na b\n\nc\nEOF\n', ['set -e', 'a b', 'c']],
    'but not in here-documents that are read': ['cat <<EOF > f && a\nb c\nEOF\n', ['cat', 'a']],
    'nor in other languages': ['<<EOF\n#!/usr/bin/env python3\nimport x\nEOF\n', []],
    'as declarations': ['export A=1 B && a', ['export A=1 B', 'a']],
    'in exec form': ['["apt-get", "install", "a b"]', ['apt-get install a b']],
    'half typed': ['a && b "c', ['a', 'b']],
  };
  for (const [name, [script, expected]] of Object.entries(cases)) {
    it(`are found ${name}`, () => {
      const commands = runOf(`FROM a\nRUN ${script}`).script?.commands ?? [];
      assert.deepEqual(
        commands.map(({ name: program, arguments: words }) =>
          [program, ...words.map(({ text }) => text)].join(' '),
        ),
        expected,
      );
    });
  }

  it('know their places in the file', () => {
    const text = 'FROM a\nRUN --mount=type=cache,target=/c a \\\n # why\n  "b c" && \\\n  d e\n';
    const { script, mounts } = runOf(text);
    const slice = ({ start, end }: { start: number; end: number }): string => text.slice(start, end);
    assert.deepEqual(mounts, [{ type: 'cache', target: '/c' }]);
    assert.deepEqual(
      script!.commands.map(({ range }) => slice(range)),
      ['a \\\n # why\n  "b c"', 'd e'],
    );
    assert.equal(slice(script!.commands[0]!.arguments[0]!.range), '"b c"');
  });

  it('know what feeds a pipe', () => {
    const { script } = runOf('FROM a\nRUN a && curl x | tar y || echo "b | c"; (wget z) | d | e\n');
    assert.deepEqual(
      script!.pipes.map(({ feeds }) => feeds),
      [['curl'], ['wget', 'd']],
    );
  });

  it('are left alone where the shell is not POSIX', () => {
    assert.equal(runOf('FROM a\nSHELL ["powershell", "-Command"]\nRUN a; b\n').script, undefined);
    assert.equal(runOf('FROM mcr.microsoft.com/windows/servercore:ltsc2022\nRUN a && b\n').script, undefined);
    assert.ok(runOf('FROM a\nSHELL ["cmd"]\nSHELL ["/bin/bash", "-c"]\nRUN a\n').script);
    assert.equal(runOf('FROM a AS b\nSHELL ["pwsh"]\nFROM b\nRUN a\n').script, undefined);
  });

  it('are read behind ONBUILD, apart from the stage’s own', () => {
    const { facts } = dockerfile.parse(textFile('Dockerfile', 'FROM a\nONBUILD RUN --network=none b c\n'));
    assert.deepEqual(facts!.stages[0]!.runs, []);
    assert.equal(facts!.stages[0]!.onbuildRuns![0]!.script!.commands[0]!.name, 'b');
  });

  it('never fail to be read, and have ranges within the file', () => {
    const piece = fc.constantFrom(
      ...[
        'a',
        ' ',
        '&&',
        '|',
        '"',
        "'",
        '$(',
        ')',
        '`',
        '{',
        '}',
        '\\\n',
        '<<E',
        '\n',
        'if',
        ';',
        '>',
        'sudo ',
        'A=1',
      ],
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        const text = `FROM a\nRUN ${pieces.join('')}`;
        const { facts } = dockerfile.parse(textFile('Dockerfile', text));
        const words = facts!.stages[0]!.runs.flatMap(({ script }) => script?.commands ?? []);
        for (const { range } of words.flatMap((command) => [command, ...command.arguments]))
          assert.ok(range.start >= 0 && range.start <= range.end && range.end <= text.length, text);
      }),
      { numRuns: 1000 },
    );
  });

  it('are read in little time, whatever somebody has written', () => {
    const pieces = [
      'a && ',
      '(',
      '$(',
      '"a',
      'a|',
      'a=(',
      '{ ',
      'if a; then ',
      'f() { ',
      '${a:-',
      '`',
      '<<A ',
    ];
    const scripts = pieces.flatMap((piece) => [
      piece.repeat(20_000),
      piece.repeat(Math.min(140, Math.floor(20_000 / piece.length))),
      piece.repeat(Math.floor(20_000 / piece.length)),
    ]);
    const start = performance.now();
    for (const script of scripts) dockerfile.parse(textFile('Dockerfile', `FROM a\nRUN ${script}`));
    assert.ok(performance.now() - start < 5000);
  });
});

function runOf(text: string): DockerRun {
  return dockerfile.parse(textFile('Dockerfile', text)).facts!.stages.at(-1)!.runs[0]!;
}

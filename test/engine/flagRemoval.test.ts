/** Taking a flag out of code: what is left does what the code did, and reads like code that never had the flag. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { replaceCalls } from '../../rules/practices/rollout/removal/rewrite.ts';

function remove(text: string, value: boolean, file = 'src/a.tsx'): string | undefined {
  const ranges = [...text.matchAll(/flags\.isEnabled\('k'(?:, [^)]*)?\)/g)].map((match) => ({
    start: match.index,
    end: match.index + match[0].length,
  }));
  assert.ok(ranges.length > 0);
  return replaceCalls(file, text, ranges, value, (name) => name === 'isEnabled');
}

describe('Removing a flag from code', () => {
  const cases: [name: string, value: boolean, before: string, after: string][] = [
    [
      'keeps the branch that is taken, with its comments',
      true,
      `function f() {\n  // before\n  if (flags.isEnabled('k')) {\n    // why\n    yes();\n  } else {\n    no();\n  }\n}\n`,
      `function f() {\n  // before\n  // why\n  yes();\n}\n`,
    ],
    [
      'drops what comes after a branch that leaves',
      true,
      `function f() {\n  if (flags.isEnabled('k')) return 1;\n\n  return 2;\n}\n`,
      `function f() {\n  return 1;\n}\n`,
    ],
    [
      'drops a branch that is not taken, with its lines',
      false,
      `function f() {\n  a();\n\n  if (flags.isEnabled('k')) {\n    yes();\n  }\n\n  b();\n}\n`,
      `function f() {\n  a();\n\n  b();\n}\n`,
    ],
    [
      'shortens a chain of else if',
      false,
      `if (a) {\n  x();\n} else if (flags.isEnabled('k')) {\n  y();\n} else {\n  z();\n}\n`,
      `if (a) {\n  x();\n} else {\n  z();\n}\n`,
    ],
    [
      'keeps braces where names would meet',
      true,
      `const x = 1;\nif (flags.isEnabled('k')) {\n  const x = 2;\n  yes(x);\n}\nno(x);\n`,
      `const x = 1;\n{\n  const x = 2;\n  yes(x);\n}\nno(x);\n`,
    ],
    [
      'decides ternaries and operands',
      true,
      `const a = flags.isEnabled('k', c) ? one : two;\nconst b = flags.isEnabled('k', c) && (x || y);\nif (z && !flags.isEnabled('k', c)) no();\n`,
      `const a = one;\nconst b = x || y;\n`,
    ],
    [
      'follows a constant',
      true,
      `const on = flags.isEnabled('k');\n\nif (!on || x) no();\nf({ on });\nexport const g = () => (on ? 1 : 2);\n`,
      `if (x) no();\nf({ on: true });\nexport const g = () => (1);\n`,
    ],
    [
      'leaves JSX as it would be written',
      true,
      `const a = flags.isEnabled('k');\nconst P = () => <p>{a && <b>x</b>}{!a && <i />}</p>;\n`,
      `const P = () => <p><b>x</b></p>;\n`,
    ],
    [
      'puts the value where nothing can be simplified',
      false,
      `log(flags.isEnabled('k'));\nwhile (await flags.isEnabled('k')) f();\n`,
      `log(false);\nwhile (false) f();\n`,
    ],
    [
      'keeps a text over several lines as it is',
      true,
      "if (flags.isEnabled('k')) {\n    f(`a\n    b`);\n}\n",
      'f(`a\n    b`);\n',
    ],
  ];
  for (const [name, value, before, after] of cases) {
    it(name, () => assert.equal(remove(before, value), after));
  }

  it('leaves other flags and broken code alone', () => {
    const text = `if (flags.isEnabled('k')) a();\nif (flags.isEnabled('other')) b();\n`;
    assert.equal(remove(text, true), `a();\nif (flags.isEnabled('other')) b();\n`);
    assert.equal(
      replaceCalls('a.ts', 'x(', [{ start: 0, end: 2 }], true, () => false),
      undefined,
    );
    assert.equal(
      replaceCalls('a.ts', '', [{ start: 0, end: 2 }], true, () => true),
      undefined,
    );
  });

  it('changes nothing of what the code does', () => {
    const condition = fc.letrec<{ node: string }>((tie) => ({
      node: fc.oneof(
        { maxDepth: 3 },
        fc.constantFrom("flags.isEnabled('k')", "flags.isEnabled('k')", 'a', 'log(1)', 'on'),
        tie('node').map((node) => `!(${node})`),
        fc
          .tuple(tie('node'), fc.constantFrom('&&', '||'), tie('node'))
          .map(([l, o, r]) => `(${l} ${o} ${r})`),
        fc.tuple(tie('node'), tie('node'), tie('node')).map(([c, l, r]) => `(${c} ? ${l} : ${r})`),
      ),
    })).node;
    const program = fc.letrec<{ node: string }>((tie) => ({
      node: fc.oneof(
        { maxDepth: 3 },
        fc.nat(9).map((number) => `log(${number});`),
        condition.map((node) => `log(${node});`),
        condition.map((node) => `if (${node}) return 7;`),
        fc.tuple(condition, tie('node')).map(([c, s]) => `if (${c}) {\n  ${s}\n}`),
        fc
          .tuple(condition, tie('node'), tie('node'))
          .map(([c, s, t]) => `if (${c}) {\n  ${s}\n} else {\n  ${t}\n}`),
        fc
          .tuple(condition, tie('node'), condition)
          .map(([c, s, d]) => `if (${c}) { ${s} } else if (${d}) log(5);`),
        fc.tuple(tie('node'), tie('node')).map(([s, t]) => `${s}\n${t}`),
      ),
    })).node;
    const run = (body: string, value: boolean, a: boolean): unknown => {
      const trace: unknown[] = [];
      const log = (x: unknown): unknown => (trace.push(x), a);
      const code = new Function('flags', 'a', 'log', body) as (...values: unknown[]) => unknown;
      return [code({ isEnabled: () => value }, a, log), trace];
    };
    fc.assert(
      fc.property(program, fc.boolean(), (body, value) => {
        const before = `const on = flags.isEnabled('k');\n${body}\n`;
        const after = remove(`function f() {\n${before}}\n`, value, 'a.js')!;
        assert.ok(!after.includes('isEnabled'), after);
        const inner = after.slice(after.indexOf('{') + 1, after.lastIndexOf('}'));
        for (const a of [true, false]) assert.deepEqual(run(inner, value, a), run(before, value, a), after);
      }),
      { numRuns: 150 },
    );
  });
});

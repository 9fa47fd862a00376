/** Taking a flag out of code: what is left does what the code did, and reads like code that never had the flag. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Syntax } from '../../rules/artifacts/source/syntax.ts';
import { branchingLanguageOf } from '../../rules/practices/rollout/removal/languages.ts';
import { withoutReads, type WithTree } from '../../rules/practices/rollout/removal/rewrite.ts';
import { applyChanges, MemoryWorkspace, Session } from '../../rules/index.ts';
import { loadGrammar, parserFor } from '../../rules/workspace/grammars.ts';

const grammars = ['tsx', 'javascript', 'typescript', 'python', 'go', 'java'] as const;

function remove(text: string, value: boolean, file = 'src/a.tsx'): string | undefined {
  const reads = [...text.matchAll(/flags(?:\.is_?[eE]nabled|\.IsEnabled)\((?:['"]k['"])(?:, [^)]*)?\)/g)].map(
    (match) => ({
      range: { start: match.index, end: match.index + match[0].length },
      holds: 'value' as const,
    }),
  );
  assert.ok(reads.length > 0);
  const language = branchingLanguageOf(file)!;
  const withTree: WithTree = (content, use) => {
    const tree = parserFor(language.grammar(file)).parse(content)!;
    try {
      return use(new Syntax(tree.rootNode, content));
    } finally {
      tree.delete();
    }
  };
  const after = withoutReads(file, text, reads, value, language, withTree, /\bk\b/);
  return after.left.length > 0 ? after.left[0]!.why : after.text;
}

describe('Removing a flag from code', () => {
  before(() => Promise.all(grammars.map((name) => loadGrammar(name))));

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
      `if (x) no();\nf({ on: true });\nexport const g = () => 1;\n`,
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

  const inOthers: [file: string, name: string, value: boolean, before: string, after: string][] = [
    [
      'a.py',
      'branches of Python',
      true,
      `from x import flags, old, new\n\n\ndef f(a):\n    # before\n    if flags.is_enabled("k"):\n        new(a)\n    else:\n        old(a)\n    return a\n`,
      `from x import new\n\n\ndef f(a):\n    # before\n    new(a)\n    return a\n`,
    ],
    [
      'a.py',
      'a chain of elif',
      false,
      `def f(a):\n    if flags.is_enabled("k"):\n        x()\n    elif a:\n        y()\n    else:\n        z()\n    if a:\n        x()\n    elif flags.is_enabled("k"):\n        y()\n    else:\n        z()\n    if a:\n        x()\n    elif flags.is_enabled("k"):\n        y()\n`,
      `def f(a):\n    if a:\n        y()\n    else:\n        z()\n    if a:\n        x()\n    else:\n        z()\n    if a:\n        x()\n`,
    ],
    [
      'a.py',
      'the end of a chain of elif',
      true,
      `def f(a):\n    if a:\n        x()\n    elif flags.is_enabled("k"):\n        y()\n    else:\n        z()\n`,
      `def f(a):\n    if a:\n        x()\n    else:\n        y()\n`,
    ],
    [
      'a.py',
      'a body that is left empty, conditions, and a variable',
      false,
      `def f(a):\n    if flags.is_enabled("k"):\n        x()\n\n\ndef g(a, b):\n    on = flags.is_enabled("k")\n    if not on and a:\n        x(1 if on else 2)\n    return b and not on\n`,
      `def f(a):\n    pass\n\n\ndef g(a, b):\n    if a:\n        x(2)\n    return bool(b)\n`,
    ],
    [
      'a.go',
      'a value with an error in Go',
      true,
      `package a\n\nimport (\n\t"fmt"\n\n\t"example.com/flags"\n)\n\nfunc f(a bool) error {\n\ton, err := flags.IsEnabled("k")\n\tif err != nil {\n\t\treturn fmt.Errorf("x: %w", err)\n\t}\n\tif on && a {\n\t\treturn g()\n\t} else if a {\n\t\treturn h()\n\t}\n\treturn nil\n}\n`,
      `package a\n\nfunc f(a bool) error {\n\tif a {\n\t\treturn g()\n\t} else if a {\n\t\treturn h()\n\t}\n\treturn nil\n}\n`,
    ],
    [
      'a.go',
      'what comes after a return, and a variable that Go would not compile',
      true,
      `package a\n\nfunc f(a bool) int {\n\tother := h(1)\n\tif flags.IsEnabled("k") {\n\t\treturn g()\n\t}\n\n\treturn other\n}\n`,
      `package a\n\nfunc f(a bool) int {\n\t_ = h(1)\n\treturn g()\n}\n`,
    ],
    [
      'A.java',
      'branches of Java',
      false,
      `import x.Old;\nimport x.New;\n\nclass A {\n    int f(boolean a) {\n        boolean on = flags.isEnabled("k");\n        int b = on ? New.g() : Old.h();\n        if (!on || a) {\n            b++;\n        }\n        if (a && on) {\n            return 1;\n        }\n        return b;\n    }\n}\n`,
      `import x.Old;\n\nclass A {\n    int f(boolean a) {\n        int b = Old.h();\n        b++;\n        return b;\n    }\n}\n`,
    ],
    [
      'a.ts',
      'imports, variables and functions that nothing else uses',
      false,
      `import { flags } from './flags';\nimport { a, b, type C } from './x';\nimport d from './d';\n\nconst old = 1;\n\nfunction only(c: C) {\n  return a(c) + d;\n}\n\nexport const f = () => (flags.isEnabled('k') ? only(old) : b());\n`,
      `import { b } from './x';\n\nexport const f = () => b();\n`,
    ],
    [
      'a.ts',
      'private methods that nothing calls',
      true,
      `class A {\n  f() {\n    return flags.isEnabled('k') ? this.new() : this.old();\n  }\n\n  /** As it was. */\n  private old() {\n    return 1;\n  }\n\n  private new() {\n    return 2;\n  }\n}\n`,
      `class A {\n  f() {\n    return this.new();\n  }\n\n  private new() {\n    return 2;\n  }\n}\n`,
    ],
    [
      'A.java',
      'private methods of Java',
      true,
      `class A {\n    int f() {\n        if (flags.isEnabled("k")) {\n            return 1;\n        }\n        return old();\n    }\n\n    private int old() {\n        return 2;\n    }\n}\n`,
      `class A {\n    int f() {\n        return 1;\n    }\n}\n`,
    ],
    [
      'a.tsx',
      'what a hook depends on, and a promise that is promised',
      true,
      `const P = () => {\n  const on = flags.isEnabled('k');\n  const x = useMemo(() => (on ? a : b), [on, a]);\n  return (\n    <p>\n      {on && (\n        <b>\n          {x}\n        </b>\n      )}\n    </p>\n  );\n};\nfunction g(): Promise<boolean> {\n  return flags.isEnabled('k');\n}\n`,
      `const P = () => {\n  const x = useMemo(() => a, [a]);\n  return (\n    <p>\n      <b>\n        {x}\n      </b>\n    </p>\n  );\n};\nfunction g(): Promise<boolean> {\n  return Promise.resolve(true);\n}\n`,
    ],
  ];
  for (const [file, name, value, before, after] of inOthers) {
    it(`knows ${name}`, () => assert.equal(remove(before, value, file), after));
  }

  it('leaves other flags and broken code alone', () => {
    const text = `if (flags.isEnabled('k')) a();\nif (flags.isEnabled('other')) b();\n`;
    assert.equal(remove(text, true), `a();\nif (flags.isEnabled('other')) b();\n`);
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

describe('Removing a flag that functions of the repository read', () => {
  const flagsTs = `import { OpenFeature } from '@openfeature/server-sdk';
import type { User } from './user';

const client = OpenFeature.getClient();

/** Whether the new checkout is shown. */
export async function isNewCheckout(user: User): Promise<boolean> {
  return client.getBooleanValue('new-checkout', false, user);
}

export const limit = () => client.getNumberValue('limit', 3);
`;

  it('takes those functions out with their calls, and what they were the whole of', async () => {
    const { files, left } = await removed('new-checkout', {
      'src/flags.ts': flagsTs,
      'src/checkout.ts': `import { isNewCheckout, limit } from './flags';
import { oldCheckout } from './old';

async function isBoth(user) {
  return (await isNewCheckout(user)) || legacy;
}

export async function checkout(user) {
  if (await isNewCheckout(user)) {
    return newCheckout(user, limit());
  }
  return oldCheckout(user);
}

export async function cart(user) {
  return (await isBoth(user)) ? 1 : 2;
}
`,
    });
    assert.deepEqual(left, []);
    assert.deepEqual(files, {
      'src/flags.ts': `import { OpenFeature } from '@openfeature/server-sdk';

const client = OpenFeature.getClient();

export const limit = () => client.getNumberValue('limit', 3);
`,
      'src/checkout.ts': `import { limit } from './flags';

export async function checkout(user) {
  return newCheckout(user, limit());
}

export async function cart(user) {
  return 1;
}
`,
    });
  });

  it('in Python, Go and Java by the names of modules, packages and classes', async () => {
    const { files } = await removed('new-search', {
      'shop/flags.py': `from openfeature import api

client = api.get_client()


def new_search(user):
    """Whether the new search is on."""
    return client.get_boolean_value("new-search", False)
`,
      'shop/app.py': `from shop import flags
from shop.flags import new_search


def run(user):
    if flags.new_search(user):
        return 1
    return 2 if new_search(user) else 3
`,
      'flags/flags.go': `package flags

import "github.com/open-feature/go-sdk/openfeature"

var client = openfeature.NewClient("shop")

// IsNewSearch tells whether the new search is on.
func IsNewSearch(ctx context.Context) bool {
	on, _ := client.BooleanValue(ctx, "new-search", false, openfeature.EvaluationContext{})
	return on
}
`,
      'cmd/main.go': `package main

import "example.com/shop/flags"

func pages() int {
	if flags.IsNewSearch(ctx) {
		return 2
	}
	return 1
}
`,
      'src/Flags.java': `import dev.openfeature.sdk.Client;

public final class Flags {
    static final Client client = OpenFeatureAPI.getInstance().getClient();

    /** Whether the new search is on. */
    public static boolean isSearchOn() {
        return client.getBooleanValue("new-search", false);
    }
}
`,
      'src/Search.java': `public class Search {
    int pages() {
        return Flags.isSearchOn() ? 2 : 1;
    }
}
`,
    });
    assert.deepEqual(files, {
      'shop/flags.py': 'from openfeature import api\n\nclient = api.get_client()\n',
      'shop/app.py': 'def run(user):\n    return 1\n',
      'flags/flags.go':
        'package flags\n\nimport "github.com/open-feature/go-sdk/openfeature"\n\nvar client = openfeature.NewClient("shop")\n',
      'cmd/main.go': 'package main\n\nfunc pages() int {\n\treturn 2\n}\n',
      'src/Flags.java': `import dev.openfeature.sdk.Client;

public final class Flags {
    static final Client client = OpenFeatureAPI.getInstance().getClient();
}
`,
      'src/Search.java': 'public class Search {\n    int pages() {\n        return 2;\n    }\n}\n',
    });
  });

  const stays: readonly [string, string][] = [
    ['is handed on', `import { isNewCheckout } from './flags';\nuse(isNewCheckout);\n`],
    ['is imported by another name', `import { isNewCheckout as on } from './flags';\nuse(on(user));\n`],
    ['has a namesake', `const isNewCheckout = () => ask();\nuse(isNewCheckout());\n`],
    ['is called on something else', `use(other.isNewCheckout());\n`],
  ];
  for (const [why, text] of stays)
    it(`leaves a function to a person that ${why}`, async () => {
      const { files, left } = await removed('new-checkout', { 'src/flags.ts': flagsTs, 'src/a.ts': text });
      assert.deepEqual(Object.keys(files), ['src/flags.ts']);
      assert.match(
        files['src/flags.ts']!,
        /isNewCheckout\(user: User\): Promise<boolean> \{\n {2}return true;/,
      );
      assert.deepEqual(left, ['src/flags.ts always gives true now']);
    });
});

/** What a removal leaves of the files it changes, and what it leaves to a person. */
async function removed(key: string, files: Readonly<Record<string, string>>) {
  const session = new Session(new MemoryWorkspace(files), { today: '2026-06-15' });
  await session.audit();
  const { changes, left } = await session.removeFlag(key, true);
  return {
    files: Object.fromEntries(applyChanges((path) => files[path], changes)),
    left: left.map(({ at, why }) => `${at.file} ${why}`),
  };
}

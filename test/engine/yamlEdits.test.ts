/** Edits of YAML and JSON: the intended value changes, everything else stays, and the text still parses. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { parse, parseAllDocuments } from 'yaml';
import { applyChanges } from '../../rules/practices/changes.ts';
import { appendDocument } from '../../rules/practices/edits/documents.ts';
import {
  insertProperties,
  insertProperty,
  removeEntry as removeProperty,
  setValue,
  type JsonValue,
} from '../../rules/practices/edits/json.ts';
import { fillEntry, insertEntry, removeEntry, setScalar } from '../../rules/practices/edits/yaml.ts';
import type { Change } from '../../rules/practices/rule.ts';
import type { TextRange } from '../../rules/text.ts';

const path = 'file.yaml';

function apply(text: string, change: Change | undefined): string {
  assert.ok(change, 'the edit was refused');
  return applyChanges(() => text, [change]).get(path)!;
}

/** The place of a piece of the text, the first one after another piece. */
function at(text: string, piece: string, after = ''): TextRange {
  const from = after === '' ? 0 : text.indexOf(after) + after.length;
  const start = text.indexOf(piece, from);
  assert.ok(start >= 0, `no ${piece} in the text`);
  return { start, end: start + piece.length };
}

const pod = `# A web server.
spec:
  containers:
    - name: web # the one
      image: web:1
      ports:
        - containerPort: 80
      resources:
        # measured in May
        requests:
          cpu: 100m # little
    - name: side
      image: side:1
`;

describe('edits of YAML', () => {
  it('adds an entry at the end of a mapping', () => {
    const probe = { tcpSocket: { port: 80 }, command: ['a', 'b'] };
    const result = apply(
      pod,
      insertEntry({ path, text: pod }, at(pod, 'name: web'), 'readinessProbe', probe),
    );
    assert.equal(
      result,
      pod.replace(
        '# little\n',
        `# little
      readinessProbe:
        tcpSocket:
          port: 80
        command:
          - a
          - b
`,
      ),
    );
  });

  it('adds an entry at the start of a mapping', () => {
    const resources = at(pod, 'requests');
    const result = apply(
      pod,
      insertEntry({ path, text: pod }, resources, 'limits', { memory: '64Mi' }, 'start'),
    );
    assert.equal(result, pod.replace('requests:', 'limits:\n          memory: 64Mi\n        requests:'));
  });

  it('keeps Windows line ends, and files without a last line end', () => {
    const text = 'a:\r\n  b: 1';
    const result = apply(text, insertEntry({ path, text }, at(text, 'b'), 'c', { d: 1 }));
    assert.equal(result, 'a:\r\n  b: 1\r\n  c:\r\n    d: 1');
  });

  it('follows how the text indents lists', () => {
    const text = 'a:\n- b: 1\n  c: 2\n';
    const result = apply(text, insertEntry({ path, text }, at(text, 'b'), 'd', ['x']));
    assert.equal(result, 'a:\n- b: 1\n  c: 2\n  d:\n  - x\n');
  });

  it('adds entries to mappings in braces', () => {
    const text = 'a: { b: 1 }\n';
    assert.equal(apply(text, insertEntry({ path, text }, at(text, '{'), 'c', 2)), 'a: { b: 1, c: 2 }\n');
    const empty = 'a: {} # none\nb: 1\n';
    const filled = apply(empty, insertEntry({ path, text: empty }, at(empty, '{'), 'c', 2));
    assert.equal(filled, 'a: # none\n  c: 2\nb: 1\n');
  });

  it('does nothing where the key is there', () => {
    const text = 'a:\n  b: 1\n';
    assert.equal(insertEntry({ path, text }, at(text, 'b'), 'b', 2), undefined);
  });

  it('never adds to what a block scalar keeps', () => {
    const text = 'x:\n  a: 1\n  b: |+\n    text\n\n\ny: 1\n';
    const result = apply(text, insertEntry({ path, text }, at(text, 'a'), 'c', 2));
    assert.deepEqual(parse(result), { x: { a: 1, c: 2, b: 'text\n\n\n' }, y: 1 });
  });

  it('stays out of the conditions of a template', () => {
    const text = 'a:\n  b: {{ .Values.b }}\n  {{- if .Values.c }}\n  c: 1\n  {{- end }}\nd: 1\n';
    const result = apply(text, insertEntry({ path, text }, at(text, 'b'), 'e', 2));
    assert.equal(result, text.replace('.b }}\n', '.b }}\n  e: 2\n'));
  });

  it('fills empty entries', () => {
    for (const [text, expected] of [
      ['a:\nb: 1\n', 'a:\n  x: 1\nb: 1\n'],
      ['a: {}\nb: 1\n', 'a:\n  x: 1\nb: 1\n'],
      ['a: null\nb: 1\n', 'a:\n  x: 1\nb: 1\n'],
      ['a: # later\nb: 1\n', 'a: # later\n  x: 1\nb: 1\n'],
      ['a: {} # later\n', 'a: # later\n  x: 1\n'],
      ['{ "a": {} }', '{ "a": {\n  "x": 1\n} }'],
    ] as const) {
      assert.equal(
        apply(text, fillEntry({ path, text }, at(text, text.startsWith('{') ? '"a"' : 'a'), { x: 1 })),
        expected,
      );
    }
    const text = 'a: 1\n';
    assert.equal(fillEntry({ path, text }, at(text, 'a'), { x: 1 }), undefined);
  });

  it('sets a scalar and keeps its quotes', () => {
    for (const [before, after] of [
      ['a: b # c\n', 'a: d e # c\n'],
      ['a: "b" # c\n', 'a: "d e" # c\n'],
      ["a: 'b'\n", "a: 'd e'\n"],
    ] as const) {
      assert.equal(apply(before, setScalar({ path, text: before }, { start: 3, end: 4 }, 'd e')), after);
    }
  });

  it('removes an entry with its comments', () => {
    const text = 'a: 1\n# about b\nb: # here\n  c: 1\n\n# about d\nd: 2\n';
    assert.equal(
      apply(text, removeEntry({ path, text }, at(text, 'b', 'about b\n'))),
      'a: 1\n\n# about d\nd: 2\n',
    );
  });

  it('removes the first entry of an item, an item, and the only entry', () => {
    const text = 'a:\n  - b: 1\n    # about c\n    c: 2\n  # about d\n  - d\ne:\n  f: 1\ng: 3\n';
    const item = apply(text, removeEntry({ path, text }, at(text, 'd', 'about d\n')));
    assert.equal(item, text.replace('  # about d\n  - d\n', ''));
    const only = apply(text, removeEntry({ path, text }, at(text, 'f')));
    assert.equal(only, text.replace('e:\n  f: 1\n', 'e: {}\n'));
  });

  it('keeps every other value, on any document', () => {
    fc.assert(
      fc.property(documentText(), fc.nat(), fc.nat(), addition(), (text, which, kind, value) => {
        const before = parse(text) as unknown;
        const targets = mappings(text);
        const target = targets[which % targets.length];
        if (!target) return;
        const where = kind % 2 === 0 ? 'start' : 'end';
        const change = insertEntry({ path, text }, target.range, 'zzAdded', value, where);
        if (!change) return;
        const result = apply(text, change);
        assert.deepEqual(parse(result), withAdded(before, target.path, value), result);
        for (const comment of text.match(/#\d+/g) ?? []) assert.ok(result.includes(comment), comment);
        assert.equal(insertEntry({ path, text: result }, target.range, 'zzAdded', value, where), undefined);
      }),
      { numRuns: 400 },
    );
  });

  it('removes one value and keeps every other, on any document', () => {
    fc.assert(
      fc.property(documentText(), fc.nat(), (text, which) => {
        const before = parse(text) as unknown;
        const targets = mappings(text).flatMap(({ path: map, keys }) =>
          keys.map(({ key, range }) => ({ path: [...map, key], range })),
        );
        const target = targets[which % targets.length];
        if (!target) return;
        const change = removeEntry({ path, text }, target.range);
        if (!change) return;
        const result = apply(text, change);
        assert.deepEqual(
          parse(result) ?? {},
          without(before, target.path),
          `${text}\n--- ${target.path.join('.')}\n${result}`,
        );
      }),
      { numRuns: 400 },
    );
  });
});

describe('edits of JSON', () => {
  const text = '{\n    "a": 1, // one\n    "b": [1, 2],\n    /* c */\n    "c": {}\n}\n';

  it('adds a property in the style of the text', () => {
    const added = apply(text, insertProperty({ path, text }, { start: 0, end: 1 }, 'd', { e: [1] }));
    assert.equal(
      added,
      text.replace('"c": {}\n', '"c": {},\n    "d": {\n        "e": [\n            1\n        ]\n    }\n'),
    );
    const inner = apply(text, insertProperty({ path, text }, at(text, '{', '"c": '), 'd', true));
    assert.equal(inner, text.replace('{}\n', '{\n        "d": true\n    }\n'));
    const line = '{ "a": 1 }';
    assert.equal(
      apply(line, insertProperty({ path, text: line }, at(line, '{'), 'b', [1])),
      '{ "a": 1, "b": [ 1 ] }',
    );
  });

  it('adds properties where their names belong, when the others are in order', () => {
    const added = (source: string): string =>
      applyChanges(
        () => source,
        insertProperties({ path, text: source }, { start: 0, end: 1 }, { d: 4, b: 2, a: 1 })!,
      ).get(path)!;
    assert.equal(
      added('{\n  "c": 3 // three\n}\n'),
      '{\n  "a": 1,\n  "b": 2,\n  "c": 3, // three\n  "d": 4\n}\n',
    );
    assert.equal(added('{ "c": 3 }'), '{ "a": 1, "b": 2, "c": 3, "d": 4 }');
    assert.equal(
      added('{\n  "z": 0,\n  "c": 3\n}\n'),
      '{\n  "z": 0,\n  "c": 3,\n  "a": 1,\n  "b": 2,\n  "d": 4\n}\n',
    );
    assert.equal(added('{}'), '{\n  "a": 1,\n  "b": 2,\n  "d": 4\n}');
  });

  it('keeps a comment after the last property, and a trailing comma', () => {
    const comment = '{\n  "a": 1 // one\n}';
    const added = apply(comment, insertProperty({ path, text: comment }, at(comment, '{'), 'b', 2));
    assert.equal(added, '{\n  "a": 1, // one\n  "b": 2\n}');
    const comma = '{\n  "a": 1, // one\n}';
    const more = apply(comma, insertProperty({ path, text: comma }, at(comma, '{'), 'b', 2));
    assert.equal(more, '{\n  "a": 1, // one\n  "b": 2\n}');
  });

  it('removes properties and items', () => {
    const whole = { start: 0, end: 1 };
    assert.equal(
      apply(text, removeProperty({ path, text }, whole, at(text, '"a"'))),
      text.replace('    "a": 1, // one\n', ''),
    );
    assert.equal(
      apply(text, removeProperty({ path, text }, whole, at(text, '"c"'))),
      '{\n    "a": 1, // one\n    "b": [1, 2]\n}\n',
    );
    const array = at(text, '[1, 2]');
    assert.equal(
      apply(text, removeProperty({ path, text }, array, at(text, '1, 2'))),
      text.replace('[1, 2]', '[2]'),
    );
    assert.equal(
      apply(text, removeProperty({ path, text }, array, at(text, '2]'))),
      text.replace('[1, 2]', '[1]'),
    );
  });

  it('changes one value and keeps every other, on any document', () => {
    const value = fc.jsonValue({ maxDepth: 3 });
    const indent = fc.constantFrom(undefined, 2, 4, '\t');
    fc.assert(
      fc.property(fc.dictionary(fc.string(), value), value, indent, (object, added, unit) => {
        const source = JSON.stringify(object, null, unit);
        const whole = { start: 0, end: source.length };
        const key = 'zz-added';
        const result = apply(source, insertProperty({ path, text: source }, whole, key, added as JsonValue));
        assert.deepEqual(JSON.parse(result), JSON.parse(JSON.stringify({ ...object, [key]: added })));
        const again = apply(result, insertProperty({ path, text: result }, whole, key, added as JsonValue));
        assert.deepEqual(JSON.parse(again), JSON.parse(result));
        const start = result.lastIndexOf(`"${key}"`);
        const removed = apply(result, removeProperty({ path, text: result }, whole, { start, end: start }));
        assert.deepEqual(JSON.parse(removed), JSON.parse(source));
        assert.ok(setValue({ path, text: source }, whole, 1));
      }),
    );
  });

  it('refuses what is no JSON', () => {
    for (const broken of ['{', '{"a"', '{"a": }', '{"a": 1 "b": 2}', '{a: 1}', '['])
      assert.equal(insertProperty({ path, text: broken }, { start: 0, end: 1 }, 'x', 1), undefined);
  });
});

describe('documents', () => {
  it('are added at the start of a line, whatever the last one holds', () => {
    for (const end of ['', '\n', '\r\n', '\n   ', '  ', '\n---\n', '\n---', '\n\n']) {
      const text = `kind: Service${end}`;
      const added = apply(text, appendDocument({ path, text }, { kind: 'Deployment' }));
      const documents = parseAllDocuments(added).map((one) =>
        'toJS' in one ? (one.toJS() as unknown) : one,
      );
      assert.deepEqual(documents, [{ kind: 'Service' }, { kind: 'Deployment' }], JSON.stringify(added));
    }
  });
});

/** YAML as people write it: block and flow styles, comments, any indentation, scalars of every kind. */
function documentText(): fc.Arbitrary<string> {
  const scalar = fc.constantFrom(
    '1',
    'true',
    'text',
    '"quoted: #1"',
    "'it''s'",
    '[1, 2]',
    '{ a: 1 }',
    '{}',
    '',
    '|\n~text\n~  more',
    '|+\n~text\n',
    '>-\n~folded',
  );
  const comment = fc.option(
    fc.nat(99).map((number) => ` #${number}`),
    { nil: '' },
  );
  const block: fc.Memo<string> = fc.memo((depth) => {
    const nested = depth > 1 ? block(depth - 1) : scalar.map((text) => ` ${text}`);
    const value = fc.oneof(
      scalar.map((text) => ` ${text}`),
      nested,
      depth > 1 ? list(depth - 1) : nested,
    );
    const entry = fc
      .tuple(value, comment)
      .map(([written, note]) => (/\n/.test(written) || note === '' ? written : `${written}${note}`));
    return fc
      .array(entry, { minLength: 1, maxLength: 4 })
      .map((entries) =>
        entries.map((written, index) => `\n~k${index}:${written.replace(/\n~/g, '\n~~')}`).join(''),
      );
  });
  const list: fc.Memo<string> = fc.memo((depth) =>
    fc
      .array(depth > 1 ? block(depth - 1) : scalar.map((text) => `\n~${text.replace(/\n~/g, '\n~~')}`), {
        minLength: 1,
        maxLength: 3,
      })
      .map((items) =>
        items
          .map((item) =>
            item
              .replace(/^\n~/, '\n~- ')
              .replace(/\n~(?!-)/g, '\n~  ')
              .replace(/^\n~ {2}- /, '\n~- '),
          )
          .join(''),
      ),
  );
  return fc
    .tuple(block(3), fc.constantFrom('  ', '    '), fc.boolean(), fc.boolean())
    .map(([text, unit, windows, last]) => {
      const lines = text.replace(/\n~/g, '\n').replace(/~/g, unit).trimStart() + (last ? '\n' : '');
      return windows ? lines.replace(/\n/g, '\r\n') : lines;
    })
    .filter((text) =>
      parseAllDocuments(text).every((document) => 'errors' in document && document.errors.length === 0),
    );
}

function addition(): fc.Arbitrary<JsonValue> {
  return fc.constantFrom<JsonValue>(1, 'text', 'a: b', true, { x: { y: 'z' } }, { list: ['a', { b: 1 }] });
}

type Path = (string | number)[];

/** Every mapping of a text: where it starts, its path, and where its keys start. */
function mappings(
  text: string,
): { range: TextRange; path: Path; keys: { key: string; range: TextRange }[] }[] {
  const found: ReturnType<typeof mappings> = [];
  const walk = (node: unknown, path: Path): void => {
    const { items, range } = (node ?? {}) as { items?: unknown[]; range?: number[] };
    if (!items || !range) return;
    const pairs = items.filter((item) => typeof item === 'object' && item !== null && 'key' in item) as {
      key: { value: string; range: number[] };
      value: unknown;
    }[];
    if (pairs.length === items.length && (pairs.length > 0 || text[range[0]!] === '{')) {
      const keys = pairs.map(({ key }) => ({
        key: String(key.value),
        range: { start: key.range[0]!, end: key.range[1]! },
      }));
      found.push({ range: { start: range[0]!, end: range[1]! }, path, keys });
      for (const pair of pairs) walk(pair.value, [...path, pair.key.value]);
    } else for (const [index, item] of items.entries()) walk(item, [...path, index]);
  };
  for (const document of parseAllDocuments(text)) if ('contents' in document) walk(document.contents, []);
  return found;
}

function withAdded(value: unknown, path: Path, added: JsonValue): unknown {
  const copy = structuredClone(value);
  const holder = path.reduce<unknown>((node, key) => (node as Record<string, unknown>)[key], copy);
  (holder as Record<string, unknown>)['zzAdded'] = added;
  return copy;
}

function without(value: unknown, path: Path): unknown {
  const copy = structuredClone(value);
  const holder = path
    .slice(0, -1)
    .reduce<unknown>((node, key) => (node as Record<string, unknown>)[key], copy);
  delete (holder as Record<string, unknown>)[path.at(-1)!];
  return copy;
}

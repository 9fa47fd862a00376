/** Facts of Markdown pages, held to the verdict of a full CommonMark parser, however odd or half-typed the text. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { fromMarkdown } from 'mdast-util-from-markdown';
import type { MarkdownFacts } from '../../rules/artifacts/markdown/facts.ts';
import { markdown } from '../../rules/artifacts/markdown/markdown.ts';
import type { Ranged } from '../../rules/text.ts';
import { loadGrammar } from '../../rules/workspace/grammars.ts';
import { textFile } from '../../rules/workspace/textFile.ts';

const read = (text: string): MarkdownFacts => markdown.parse(textFile('page.md', text)).facts!;

const sample = `---
title: "The API" # shown
owner: [a, b]
services:
  - api
  - web
---
# API *down*

Intro with [a link](../x.md#part "title"), ![image](i.png), \`code\` and <https://example.com>.

## Diagnosis

1. Look:

   \`\`\`sh
   kubectl get pods
   # not a heading
   \`\`\`

   > ## Quoted \`x\`
2. Again

## Diagnosis

<!-- nothing -->

Setext
------

**Fix:** do it, [by reference][ref].

<a id="here"></a>

    indented code

## Custom {#own}

[ref]: <./ref.md> "Reference"
`;

describe('Markdown', () => {
  before(() => loadGrammar('bash'));

  it('claims pages, but no change logs', () => {
    for (const path of ['README.md', 'docs/a.markdown', 'b.MDX']) assert.ok(markdown.claims(path), path);
    for (const path of ['CHANGELOG.md', '.changeset/x.md', 'a.txt', 'md'])
      assert.ok(!markdown.claims(path), path);
  });

  it('reads headings with their anchors and bodies', () => {
    const { headings, anchors } = read(sample);
    assert.deepEqual(
      headings.map(({ depth, text, slug, filled, introduced }) => [depth, text, slug, filled, introduced]),
      [
        [1, 'API down', 'api-down', true, true],
        [2, 'Diagnosis', 'diagnosis', true, true],
        [2, 'Quoted x', 'quoted-x', true, true],
        [2, 'Diagnosis', 'diagnosis-1', false, false],
        [2, 'Setext', 'setext', true, true],
        [2, 'Custom', 'custom', true, true],
      ],
    );
    assert.deepEqual(anchors, ['here', 'own']);
    const { body } = headings[3]!;
    assert.equal(sample.slice(body.start, body.end).trim(), '<!-- nothing -->');
  });

  it('reads links, code, labels and front matter at their places', () => {
    const facts = read(sample);
    assert.deepEqual(
      facts.links.map(({ target, image }) => [target.value, image]),
      [
        ['../x.md#part', false],
        ['i.png', true],
        ['https://example.com', false],
        ['./ref.md', false],
      ],
    );
    assert.deepEqual(
      facts.code.map(({ language, text, inline }) => [language, text.trim(), inline]),
      [
        [undefined, 'code', true],
        ['sh', 'kubectl get pods\n   # not a heading', false],
        [undefined, 'x', true],
        [undefined, 'indented code', false],
      ],
    );
    assert.deepEqual(facts.labels, ['Fix']);
    const front = Object.entries(facts.frontMatter).map(([key, { value }]) => [key, value]);
    assert.deepEqual(front, [
      ['title', 'The API'],
      ['owner', 'a, b'],
      ['services', 'api, web'],
    ]);
    for (const range of [...facts.links.map(({ target }) => target), facts.frontMatter['title']!])
      matches(sample, range);
  });

  it('reads what a block runs, without prompts, output and quotes, with the blanks to fill in', () => {
    const text =
      '> ```console Title { name=logs }\n> root@web:~# kubectl -n <my namespace> logs \\\n>   deploy/api --since=$SINCE\n> api | ready\n> $ echo {{ pod }} && P=1 curl "${HOST}/$P"\n> ```\n';
    const [block] = read(text).code;
    assert.deepEqual(
      block!.shell!.commands.map(({ name, arguments: words }) => [name, ...words.map((word) => word.text)]),
      [
        ['kubectl', '-n', '·my·namespace·', 'logs', 'deploy/api', '--since=$SINCE'],
        ['echo', '···pod···'],
        ['curl', '${HOST}/$P'],
      ],
    );
    assert.deepEqual(
      block!.shell!.inputs.map(({ value, kind, range }) => [kind, value, text.slice(range.start, range.end)]),
      [
        ['blank', 'my namespace', '<my namespace>'],
        ['variable', 'SINCE', '$SINCE'],
        ['blank', 'pod', '{{ pod }}'],
        ['variable', 'HOST', '${HOST}'],
      ],
    );
    assert.equal(block!.info, 'Title { name=logs }');
    assert.equal(text.slice(block!.fence!.start, block!.fence!.end), text.slice(2, -1));
    for (const { range } of block!.shell!.commands)
      assert.ok(/^[\w$]/.test(text.slice(range.start, range.end)));
  });

  it('numbers repeated anchors and keeps letters of all scripts, as GitHub does', () => {
    const { headings } = read('# Überblick & *Rest*\n# Überblick & Rest\n# `a_b`-c!\n# 概要 1.2\n');
    assert.deepEqual(
      headings.map(({ slug }) => slug),
      ['überblick--rest', 'überblick--rest-1', 'a_b-c', '概要-12'],
    );
  });

  it('agrees with a CommonMark parser on whatever is put together from its parts', () => {
    const part = fc.constantFrom(
      ...[
        '# a',
        '## b #',
        'text',
        '  text',
        '- item',
        '1. one',
        '2) two',
        '> quote',
        '>',
        '',
        '',
        '```sh',
        '```',
        '~~~',
        '    code',
      ],
      ...[
        'a\n===',
        'b\n---',
        '***',
        '[l](t.md)',
        '`c`',
        '   # c',
        '-',
        '* * *',
        '\ttab',
        '- # in',
        '> - x',
        '+ a\n\n  b',
        '<div>',
        '</div>',
      ],
    );
    const page = fc.array(part, { maxLength: 12 }).map((lines) => lines.join('\n'));
    fc.assert(
      fc.property(page, (text) => {
        // Only a paragraph keeps a list from starting at 2 or empty (CommonMark 5.3); the parser lets indented code too.
        fc.pre(!/^(?: {4}|\t)\S.*\n+(?:2\)|-$)/m.test(text));
        const mine = read(`\n${text}`).headings.map(({ depth, range }) => `${depth}@${range.start}`);
        assert.deepEqual(mine, headingsOf(`\n${text}`));
      }),
      { numRuns: 500 },
    );
  });

  it('never fails, keeps ranges within the text, and is right about what stands there', () => {
    fc.assert(
      fc.property(fc.nat(sample.length), fc.nat(40), fc.string({ maxLength: 12 }), (at, cut, typed) => {
        const text = sample.slice(0, at) + typed + sample.slice(at + cut);
        const facts = read(text);
        for (const { target } of facts.links) matches(text, target);
        for (const { text: value, range } of facts.code) matches(text, { value, range });
        for (const { range, body } of facts.headings) {
          assert.ok(range.start < range.end && range.end <= text.length);
          assert.ok(body.start <= body.end && body.end <= text.length);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('takes time in proportion to the text, whatever is repeated', () => {
    const start = performance.now();
    for (const part of [
      '[',
      '[a](',
      '[a](<',
      '`',
      '``` ',
      '<!--',
      '> ',
      '- ',
      '*',
      '# ',
      '\\',
      '![',
      '<a id="',
      '(',
      '&',
      '#',
      '{#',
      '  ',
    ])
      read(part.repeat(200_000 / part.length));
    assert.ok(performance.now() - start < 5000);
  });
});

function matches(text: string, { value, range }: Ranged<string>): void {
  assert.equal(text.slice(range.start, range.end), value);
}

interface Node {
  readonly type: string;
  readonly depth?: number;
  readonly position?: { readonly start: { readonly offset?: number } };
  readonly children?: readonly Node[];
}

function headingsOf(text: string): string[] {
  const found: string[] = [];
  const visit = (node: Node): void => {
    if (node.type === 'heading') found.push(`${node.depth}@${node.position!.start.offset}`);
    node.children?.forEach(visit);
  };
  visit(fromMarkdown(text) as Node);
  return found;
}

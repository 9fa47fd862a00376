/** Facts of Dockerfiles: what a build would see, and where it is written, however odd or half-typed the text. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { dockerfile } from '../../rules/artifacts/dockerfile/dockerfile.ts';
import type { DockerfileFacts, DockerStage } from '../../rules/artifacts/dockerfile/facts.ts';
import type { TextRange } from '../../rules/text.ts';
import { loadGrammar } from '../../rules/workspace/grammars.ts';
import { textFile } from '../../rules/workspace/textFile.ts';

const sample = `# syntax=docker/dockerfile:1
ARG NODE=20
FROM --platform=$BUILDPLATFORM node:\${NODE}-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN --mount=type=cache,target=/root/.npm npm ci \\
  # only what runs
  --omit=dev && \\
  npm cache clean --force
COPY . .
RUN <<EOF
npm run build
EOF
FROM gcr.io/distroless/nodejs20-debian12:nonroot@sha256:0123
ENV PORT=8080 NAME="a b"
COPY --from=build --chown=nonroot /app/dist /app
USER nonroot:nonroot
EXPOSE 8080/tcp 9000-9002
HEALTHCHECK --interval=10s CMD ["node", "health.js"]
ENTRYPOINT ["/nodejs/bin/node"]
CMD node server.js "$PORT"
`;

describe('Dockerfile', () => {
  before(() => loadGrammar('bash'));

  describe('names', () => {
    const claimed = [
      'Dockerfile',
      'api/Dockerfile.prod',
      'api.Dockerfile',
      'build/dev.dockerfile',
      'Containerfile',
      'Containerfile.ci',
      '.gitpod.dockerfile',
      'dockerfile',
      'Dockerfile-dev',
    ];
    for (const path of claimed) it(`claims ${path}`, () => assert.ok(dockerfile.claims(path)));
    const others = [
      'Dockerfile.dockerignore',
      'docs/Dockerfile.md',
      'dockerfile.ts',
      'Dockerfile.j2',
      'mydockerfile',
    ];
    for (const path of others) it(`leaves ${path}`, () => assert.ok(!dockerfile.claims(path)));
  });

  describe('instructions', () => {
    it('joins continued lines and takes out comments and blank lines within them', () => {
      const { facts } = parse('FROM a\nRUN one \\\n  # why\n\n  two \\  \n  three\nUSER app\n');
      assert.deepEqual(keywords(facts), ['FROM', 'RUN', 'USER']);
      assert.equal(facts.instructions[1]!.arguments, 'one   two   three');
    });

    it('does not continue a line that ends in an escaped backslash', () => {
      assert.deepEqual(keywords(parse('FROM a\nRUN echo \\\\\nUSER app\n').facts), ['FROM', 'RUN', 'USER']);
    });

    it('follows the escape directive, with Windows paths and CRLF', () => {
      const text = '# escape=`\r\nFROM a\r\nRUN dir `\r\n  C:\\\r\nCOPY x C:\\app\\\r\nUSER me\r\n';
      const { facts, slice } = parse(text);
      assert.deepEqual(keywords(facts), ['FROM', 'RUN', 'COPY', 'USER']);
      assert.equal(facts.escape, '`');
      assert.equal(slice(stage(facts).users[0]!), 'me');
      assert.equal(stage(facts).copies[0]!.destination, 'C:\\app\\');
    });

    it('takes an escape directive after a comment for a comment', () => {
      assert.equal(parse('# hello\n# escape=`\nFROM a\nRUN x \\\n y\n').facts.instructions.length, 2);
    });

    it('reads here-documents as part of their instruction', () => {
      const text =
        'FROM a\nRUN 3<<ONE cat <<-"TWO"\nUSER one\nONE\nUSER two\n\tTWO\nCOPY <<EOF /etc/x\nCMD no\nEOF\nUSER app\n';
      const { facts } = parse(text);
      assert.deepEqual(keywords(facts), ['FROM', 'RUN', 'COPY', 'USER']);
      assert.match(stage(facts).runs[0]!.value, /USER one\nUSER two$/);
      assert.deepEqual(stage(facts).copies[0]!.sources, []);
      assert.equal(stage(facts).copies[0]!.destination, '/etc/x');
    });

    it('says that a here-document is never closed', () => {
      const { problems } = parse('FROM a\nRUN <<EOF\necho\n');
      assert.deepEqual(
        problems.map(({ message }) => message),
        ['The here-document is never closed.'],
      );
    });

    it('says which instruction Docker does not know, unless another frontend is asked for', () => {
      assert.equal(parse('FROM a\nRNU x\n').problems.length, 1);
      assert.equal(parse('# syntax=example.org/plus\nFROM a\nINCLUDE x\n').problems.length, 0);
      assert.equal(parse('# syntax=docker/dockerfile:1.7\nFROM a\nINCLUDE x\n').problems.length, 1);
    });

    it('reads lower-case keywords and a byte order mark', () => {
      const { facts, slice } = parse('\uFEFFfrom node:20 as Base\nuser app\nfrom base\n');
      assert.deepEqual(keywords(facts), ['FROM', 'USER', 'FROM']);
      assert.equal(slice(facts.stages[0]!.from), 'node:20');
      assert.equal(facts.stages[1]!.baseStage, 0);
    });

    it('has no stage in a fragment, and no facts in a text that is no Dockerfile', () => {
      const { stages, fragment } = parse('ARG U=app\nCMD x\nADD a.txt /\nUSER $U\n').facts;
      assert.deepEqual(stages, []);
      assert.deepEqual(
        [fragment!.cmd!.form, fragment!.copies.length, fragment!.users[0]!.value],
        ['shell', 1, 'app'],
      );
      assert.equal(parse('FROM a\nUSER app\n').facts.fragment, undefined);
      assert.equal(dockerfile.parse(textFile('Dockerfile', 'hello world\n')).facts, undefined);
    });

    it('does not take what ONBUILD triggers for the stage’s own', () => {
      const { users, copies } = stage(parse('FROM a\nONBUILD USER app\nONBUILD COPY . .\n').facts);
      assert.deepEqual([users.length, copies.length], [0, 0]);
    });
  });

  describe('images', () => {
    const image = (line: string, before = ''): unknown => {
      const { name, tag, digest, resolved } = parse(`${before}FROM ${line}\n`).facts.stages[0]!.from.value;
      return { name, tag, digest, resolved: resolved !== undefined };
    };
    const known = (name: string, tag?: string, digest?: string): unknown => ({
      name,
      tag,
      digest,
      resolved: true,
    });

    it('reads name, tag and digest', () => {
      assert.deepEqual(image('node'), known('node'));
      assert.deepEqual(image('node:20-alpine AS x'), known('node', '20-alpine'));
      assert.deepEqual(image('host:5000/team/app'), known('host:5000/team/app'));
      assert.deepEqual(image('host:5000/app:1@sha256:ab'), known('host:5000/app', '1', 'sha256:ab'));
      assert.deepEqual(image('--platform=$BUILDPLATFORM node:20'), known('node', '20'));
    });

    it('replaces build arguments that have a default', () => {
      assert.deepEqual(image('node:${V}', 'ARG V=20\n'), known('node', '20'));
      assert.deepEqual(image('node:${V:-18}'), known('node', '18'));
      assert.deepEqual(image('"$BASE"', 'ARG V=3\nARG BASE=alpine:$V\n'), known('alpine', '3'));
    });

    it('understands what may follow a name in braces', () => {
      const tag = (use: string, v = '1.2-slim'): string | undefined =>
        parse(`ARG V=${v}\nFROM node:${use}\n`).facts.stages[0]!.from.value.tag;
      assert.equal(tag('${V:+20}'), '20');
      assert.equal(tag('20${V:+-$V}', 'x'), '20-x');
      assert.equal(tag('${V#1.}'), '2-slim');
      assert.equal(tag('${V##*.}'), '2-slim');
      assert.equal(tag('${V%-*}'), '1.2');
      assert.equal(tag('${V%%.*}'), '1');
      assert.equal(tag('${V/slim/alpine}'), '1.2-alpine');
      assert.equal(tag('${V//-/.}'), '1.2.slim');
      assert.equal(tag('${V:?unset}'), '1.2-slim');
    });

    it('knows what an image is worth when a build gives no arguments', () => {
      const worth = (from: string): string => parse(from).facts.stages[0]!.fromByDefault;
      assert.equal(worth('ARG TAG\nFROM busybox:${TAG}\n'), 'busybox:');
      assert.equal(worth('ARG TAG\nFROM busybox:${TAG:-1}\n'), 'busybox:1');
      assert.equal(worth('ARG VARIANT\nFROM busybox:stable${VARIANT}\n'), 'busybox:stable');
    });

    it('does not know a build argument without a default', () => {
      const unknown = { name: 'node', tag: undefined, digest: undefined, resolved: false };
      assert.deepEqual(image('node:${V}', 'ARG V\n'), unknown);
      assert.deepEqual(image('node:${V?which}', 'ARG V\n'), unknown);
      assert.deepEqual(image('node:${V%[0-9]}', 'ARG V=1-2\n'), unknown);
      assert.equal((image('${BASE}') as { name?: string }).name, undefined);
    });

    it('tells COPY --from a stage from an image', () => {
      const { facts, slice } = parse(
        'FROM a AS one\nFROM b\nCOPY --from=0 x y\nCOPY --from=ONE x y\nCOPY --chown=u --from=busybox:1 x y\nCOPY --from=1 x y\n',
      );
      const { copies } = facts.stages[1]!;
      assert.deepEqual(
        copies.map(({ fromStage }) => fromStage),
        [0, 0, undefined, undefined],
      );
      assert.equal(copies[2]!.fromImage!.value.tag, '1');
      assert.equal(slice(copies[2]!.fromImage!), 'busybox:1');
    });
  });

  describe('variables', () => {
    const user = (text: string): string => stage(parse(text).facts).users.at(-1)!.value;

    it('resolves USER through ENV and ARG of the stage and its base stages', () => {
      assert.equal(user('FROM a\nARG U=app\nUSER $U\n'), 'app');
      assert.equal(user('FROM a\nENV U=app G="staff"\nUSER ${U}:$G\n'), 'app:staff');
      assert.equal(user('FROM a\nARG U=arg\nENV U env\nUSER $U\n'), 'env');
      assert.equal(user('FROM a AS base\nENV U=app\nFROM base\nUSER $U\n'), 'app');
      assert.equal(user("FROM a\nENV U=app\nUSER '$U'\n"), '$U');
    });

    it('sees a global ARG in a stage only after it is declared again', () => {
      assert.equal(user('ARG U=app\nFROM a\nUSER $U\n'), '$U');
      assert.equal(user('ARG U=app\nFROM a\nARG U\nUSER $U\n'), 'app');
      assert.equal(user('ARG U=app\nFROM a\nARG U=own\nUSER $U\n'), 'own');
    });

    it('leaves what it does not know as it is written', () => {
      assert.equal(user('FROM a\nUSER ${SERVICE_USER}\n'), '${SERVICE_USER}');
    });

    const unset = (text: string): string[] =>
      parse(text).facts.unset.map(({ value, keyword }) => `${keyword} ${value}`);

    it('tells which variables nothing in the file has declared where they are used', () => {
      assert.deepEqual(unset('FROM a\nCOPY $foo .\nARG foo\nCOPY $foo .\nLABEL a=$PATH\n'), ['COPY foo']);
      assert.deepEqual(unset('FROM a\nARG V=${foo:-x}\nENV A=1 B=$A C=$V\n'), ['ARG foo', 'ENV A']);
      assert.deepEqual(unset('FROM a AS one\nARG V\nENV W=1\nFROM one\nUSER $V$W\nFROM b\nUSER $V\n'), [
        'USER V',
      ]);
      assert.deepEqual(unset('ARG G\nFROM a:$G\nWORKDIR $G\nFROM a:$H\nFROM --platform=$BUILDPLATFORM a\n'), [
        'WORKDIR G',
        'FROM H',
      ]);
      assert.deepEqual(unset("FROM a\nRUN $x\nCMD $x\nEXPOSE $x\nLABEL a='$x' b=\\$x\n"), []);
      assert.deepEqual(unset('FROM a\nCOPY --chown=$u <<A <<"B" $d\n$x\nA\n$y\nB\n'), [
        'COPY u',
        'COPY d',
        'COPY x',
      ]);
      assert.deepEqual(unset('FROM a\nRUN --mount=type=cache,id=$id npm ci $x\n'), ['RUN id']);
    });

    it('keeps every declaration with its value as written', () => {
      const { facts, slice } = parse('ARG A\nFROM a\nENV B="$A" C=2\nENV D d e\nONBUILD ARG E=1\n');
      const written = facts.variables.map(({ keyword, name, value, stage: at, onbuild }) => [
        ...[keyword, name, value?.value, at],
        ...(onbuild ? ['onbuild'] : []),
      ]);
      assert.deepEqual(written, [
        ['ARG', 'A', undefined, -1],
        ['ENV', 'B', '"$A"', 0],
        ['ENV', 'C', '2', 0],
        ['ENV', 'D', 'd e', 0],
        ['ARG', 'E', '1', 0, 'onbuild'],
      ]);
      assert.equal(slice(facts.variables[3]!.value!), 'd e');
    });

    it('gives up on variables that double each other', () => {
      assert.equal(user(`FROM a\nENV A=ab\n${'ENV A=$A$A\n'.repeat(60)}USER $A\n`), '$A');
    });
  });

  describe('stages', () => {
    it('reads commands in both forms, the last one counts', () => {
      const { facts, slice } = parse(
        'FROM a\nCMD old\nCMD ["node", "a b.js"]\nENTRYPOINT exec \\\n  run "$X"\n',
      );
      const { cmd, entrypoint } = stage(facts);
      assert.deepEqual([cmd?.form, cmd?.words], ['exec', ['node', 'a b.js']]);
      assert.deepEqual([entrypoint?.form, entrypoint?.words], ['shell', ['exec   run "$X"']]);
      assert.equal(slice({ range: cmd!.argumentsRange }), '["node", "a b.js"]');
    });

    it('takes a list that is not JSON for the shell form, as Docker does', () => {
      assert.equal(stage(parse("FROM a\nCMD ['node', 'x.js']\n").facts).cmd?.form, 'shell');
      assert.equal(stage(parse('FROM a\nCMD ["node", 1]\n').facts).cmd?.form, 'shell');
      assert.equal(stage(parse('FROM a\nCMD ["node"] x\n').facts).cmd?.form, 'shell');
    });

    it('reads health checks', () => {
      const check = (line: string): DockerStage['healthcheck'] =>
        stage(parse(`FROM a\nHEALTHCHECK ${line}\n`).facts).healthcheck;
      assert.equal(check('NONE')!.none, true);
      assert.deepEqual(
        check('--interval=5s --timeout=3s CMD curl -f http://localhost/ || exit 1')!.command!.words,
        ['curl -f http://localhost/ || exit 1'],
      );
      assert.deepEqual(check('cmd ["wget", "x"]')!.command!.words, ['wget', 'x']);
      assert.equal(check('--interval=5s')!.command, undefined);
    });

    it('reads ports, ranges and protocols', () => {
      const { exposes } = stage(
        parse('FROM a\nENV P=9000\nEXPOSE 80 443/tcp $P 8000-8002/udp $Q 70000\n').facts,
      );
      assert.deepEqual(
        exposes.map(({ value }) => value),
        [80, 443, 9000, 8000, 8001, 8002],
      );
    });

    it('reads copies in both forms and runs without their flags', () => {
      const { copies, runs } = stage(
        parse(
          'FROM a\nCOPY --chown=me a b /c/\nADD ["d e", "/f"]\nRUN --mount=type=cache,target=/x npm ci\nRUN ["npm", "ci"]\n',
        ).facts,
      );
      assert.deepEqual(
        copies.map(({ sources, destination }) => [sources, destination]),
        [
          [['a', 'b'], '/c/'],
          [['d e'], '/f'],
        ],
      );
      assert.deepEqual(
        runs.map(({ value }) => value),
        ['npm ci', 'npm ci'],
      );
    });
  });

  describe('any text', () => {
    const pieces = fc.constantFrom(
      ...[
        'FROM ',
        'node:20 AS x',
        '\n',
        '\r\n',
        '\\\n',
        ' \\  \r\n',
        '# c\n',
        '# escape=`\n',
        'RUN ',
        '<<EOF',
        '\nEOF\n',
      ],
      ...[
        'COPY ',
        '--from=x ',
        '. .',
        'USER ',
        '$A',
        '${A:-b}',
        '${',
        '"',
        "'",
        '\\',
        '`',
        'ENV ',
        'A=b',
        'ARG ',
        '[',
      ],
      ...[
        'CMD ["a", "b"]',
        'HEALTHCHECK CMD ',
        'EXPOSE 80',
        ' ',
        '\t',
        'ONBUILD ',
        '\uFEFF',
        '\0',
        'é😀',
        ']',
        '@',
        ':',
      ],
    );
    const texts = fc.oneof(
      fc.array(pieces, { maxLength: 40 }).map((parts) => parts.join('')),
      fc.tuple(fc.nat(sample.length), fc.nat(30), fc.string()).map(([at, length, insert]) => {
        return sample.slice(0, at) + insert + sample.slice(at + length);
      }),
    );

    it('never fails, and every range says what the fact says', () => {
      fc.assert(
        fc.property(texts, (text) => {
          const { facts, problems } = dockerfile.parse(textFile('Dockerfile', text));
          for (const range of rangesIn({ facts, problems })) {
            assert.ok(
              range.start >= 0 && range.start <= range.end && range.end <= text.length,
              JSON.stringify(range),
            );
          }
          if (facts) assertSlices(text, facts);
          assert.deepEqual(JSON.parse(JSON.stringify(facts ?? null)), facts ?? null);
        }),
        { numRuns: 2000 },
      );
    });

    it('stays fast on texts made to be slow', () => {
      const slow = [
        `FROM a\nUSER ${'${a:-'.repeat(100_000)}`,
        `FROM a\nENV x=1 \\\n${' y=2 \\\n'.repeat(50_000)}`,
        `FROM a\nRUN ${'--a '.repeat(100_000)}`,
        `FROM a\nRUN ${'<<A '.repeat(100_000)}`,
        `FROM a\nRUN <<A ${'"\\'.repeat(200_000)}`,
        'FROM a\n'.repeat(50_000),
      ];
      const start = performance.now();
      for (const text of slow) dockerfile.parse(textFile('Dockerfile', text));
      assert.ok(performance.now() - start < 3000);
    });
  });
});

function parse(text: string): {
  facts: DockerfileFacts;
  problems: readonly { message: string }[];
  slice(fact: { readonly range: TextRange }): string;
} {
  const { facts, problems } = dockerfile.parse(textFile('Dockerfile', text));
  assert.ok(facts);
  return { facts, problems, slice: ({ range }) => text.slice(range.start, range.end) };
}

function stage(facts: DockerfileFacts): DockerStage {
  return facts.stages.at(-1)!;
}

function keywords(facts: DockerfileFacts): string[] {
  return facts.instructions.map(({ keyword }) => keyword);
}

/** Where nothing had to be joined, replaced or unquoted, the text says exactly what the fact says. */
function assertSlices(text: string, facts: DockerfileFacts): void {
  const same = (value: string, { start, end }: TextRange): void => {
    const slice = text.slice(start, end);
    if (!/[\n$"'`\\\0]/.test(slice)) assert.equal(slice, value);
  };
  for (const { keyword, keywordRange, arguments: words, argumentsRange } of facts.instructions) {
    const written = text.slice(keywordRange.start, keywordRange.end);
    if (!written.includes('\n')) assert.equal(written.toUpperCase(), keyword);
    if (argumentsRange) same(words, argumentsRange);
  }
  for (const { name, nameRange, value } of facts.variables) {
    same(name, nameRange);
    if (value) same(value.value, value.range);
  }
  for (const { value, range } of facts.unset) {
    if (!/[\n\\`]/.test(text.slice(range.start, range.end)))
      assert.ok(
        text
          .slice(range.start, range.end)
          .replace(/^\$\{?/, '')
          .startsWith(value),
      );
  }
  for (const { from, users, workdirs, copies, cmd, environment } of facts.stages) {
    same(from.value.text, from.range);
    for (const user of users) same(user.value, user.range);
    for (const workdir of workdirs) same(workdir.value, workdir.range);
    for (const { fromImage } of copies) if (fromImage) same(fromImage.value.text, fromImage.range);
    if (cmd?.form === 'shell') same(cmd.words[0]!, cmd.argumentsRange);
    for (const { value, range } of Object.values(environment)) same(value, range);
  }
}

function rangesIn(value: unknown): TextRange[] {
  if (typeof value !== 'object' || value === null) return [];
  const { start, end } = value as Partial<TextRange>;
  if (typeof start === 'number' && typeof end === 'number') return [{ start, end }];
  return Object.values(value).flatMap(rangesIn);
}

/** Facts of package manifests, task files and other languages' manifests, also of broken ones. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { manifest } from '../../rules/artifacts/packages/manifest.ts';
import { packageJson } from '../../rules/artifacts/packages/packageJson.ts';
import { tasks } from '../../rules/artifacts/packages/tasks.ts';
import type { Ranged } from '../../rules/text.ts';
import { textFile } from '../../rules/workspace/textFile.ts';

const packageText = `{
  "name": "@acme/shop",
  "private": true,
  "type": "module",
  "repository": { "type": "git", "url": "git+https://github.com/acme/shop.git" },
  "workspaces": ["apps/*", "packages/*"],
  "scripts": { "start": "node dist/server.js", "__proto__": "x" },
  "dependencies": { "express": "^4.21.0" },
  "devDependencies": { "mocha": "^11.0.0" }
}
`;

describe('package.json', () => {
  it('is read with the places of what it says', () => {
    const { facts, problems } = packageJson.parse(textFile('package.json', packageText));
    assert.deepEqual(problems, []);
    assert.ok(facts);
    assert.deepEqual(
      [facts.private, facts.type, facts.workspaces],
      [true, 'module', ['apps/*', 'packages/*']],
    );
    assert.deepEqual(Object.keys(facts.scripts), ['start', '__proto__']);
    assert.deepEqual(facts.devDependencies, ['mocha']);
    for (const fact of [
      facts.name!,
      facts.repository!,
      facts.scripts['start']!,
      facts.dependencies['express']!,
    ])
      matches(packageText, fact);
    const { start, end } = facts.dependenciesRange!;
    assert.equal(packageText.slice(start, end), '{ "express": "^4.21.0" }');
  });

  it('is read as far as it goes when it is broken, and says where', () => {
    const text = '{ "name": "a", "scripts": { "x": "y" "z": } ';
    const { facts, problems } = packageJson.parse(textFile('package.json', text));
    assert.equal(facts?.name?.value, 'a');
    assert.equal(facts.scripts['x']?.value, 'y');
    assert.equal(problems.length, 1);
  });

  it('never fails, and knows the places of what it read', () => {
    fc.assert(
      fc.property(fc.nat(packageText.length), fc.nat(20), fc.string({ maxLength: 8 }), (at, cut, typed) => {
        const text = packageText.slice(0, at) + typed + packageText.slice(at + cut);
        const { facts } = packageJson.parse(textFile('package.json', text));
        for (const fact of Object.values(facts?.scripts ?? {}))
          if (!fact.value.includes('"')) inside(text, fact);
      }),
    );
  });

  it('survives deep nesting', () => {
    assert.doesNotThrow(() => packageJson.parse(textFile('package.json', '{"a":['.repeat(100_000))));
  });
});

describe('Task files', () => {
  const read = (path: string, text: string) => tasks.parse(textFile(path, text)).facts!;
  const names = (path: string, text: string): string[] => read(path, text).targets.map(({ value }) => value);

  it('name the targets of a Makefile', () => {
    const text =
      '.PHONY: all clean\nA := b\nB ::= c\nall: build test\nbuild test:: dep\n\techo a: b\nclean:\n\trm x\n';
    assert.deepEqual(names('Makefile', text), ['all', 'build', 'test', 'clean']);
    for (const target of read('Makefile', text).targets) matches(text, target);
    assert.ok(read('Makefile', text).complete);
  });

  it('know when a Makefile may have more targets', () => {
    for (const text of ['include x.mk\na:\n', '%.o: %.c\n', '$(BIN): x\n', 'a:\n\ttrue\n-include y\n'])
      assert.ok(!read('Makefile', text).complete, text);
  });

  it('name the tasks of a Taskfile and the recipes of a justfile', () => {
    const taskfile =
      'version: "3"\ntasks:\n  build:\n    aliases: [b]\n    cmds: [go build]\n  lint: golangci-lint run\n';
    assert.deepEqual(names('Taskfile.yml', taskfile), ['build', 'b', 'lint']);
    assert.ok(!read('Taskfile.yml', `${taskfile}includes:\n  x: ./x\n`).complete);
    const justfile =
      'set shell := ["bash"]\nvar := "x"\n# c\n@build target="a": lint\n  echo\nlint:\nalias l := lint\n';
    assert.deepEqual(names('justfile', justfile), ['build', 'lint', 'l']);
  });
});

describe('Manifests of other languages', () => {
  const samples: Readonly<
    Record<
      string,
      readonly [text: string, language: string, name: string | undefined, dependencies: string[]]
    >
  > = {
    'pom.xml': [
      '<project><parent><artifactId>parent</artifactId></parent><artifactId>orders</artifactId><dependencies><!-- <dependency><artifactId>no</artifactId></dependency> --><dependency><groupId>g</groupId><artifactId>spring-boot-starter-web</artifactId></dependency></dependencies></project>',
      'java',
      'orders',
      ['spring-boot-starter-web'],
    ],
    'build.gradle.kts': [
      'plugins { id("org.springframework.boot") }\ndependencies {\n  implementation("io.ktor:ktor-server-core:2.3")\n  implementation(libs.spring.web)\n}\n',
      'java',
      undefined,
      ['ktor-server-core', 'spring.web', 'org.springframework.boot'],
    ],
    'go.mod': [
      'module github.com/acme/shop\n\nrequire (\n\tgithub.com/gin-gonic/gin v1.9.1\n\tgolang.org/x/net v0.1.0 // indirect\n)\nrequire google.golang.org/grpc v1.60.0\n',
      'go',
      'github.com/acme/shop',
      ['github.com/gin-gonic/gin', 'google.golang.org/grpc'],
    ],
    'Api.csproj': [
      '<Project Sdk="Microsoft.NET.Sdk.Web"><ItemGroup><PackageReference Include="Grpc.AspNetCore" Version="2" /></ItemGroup></Project>',
      'csharp',
      undefined,
      ['Microsoft.NET.Sdk.Web', 'Grpc.AspNetCore'],
    ],
    'pyproject.toml': [
      '[project]\nname = "api"\ndependencies = [\n  "fastapi>=0.1", # don\'t\n  "uvicorn[standard]==0.3",\n]\n[tool.poetry.dependencies]\npython = "^3"\ndjango = "5"\n',
      'python',
      'api',
      ['fastapi', 'uvicorn', 'django'],
    ],
    'requirements.txt': [
      '# c\nflask==3.0\n-r base.txt\ngunicorn\n',
      'python',
      undefined,
      ['flask', 'gunicorn'],
    ],
    'Cargo.toml': [
      '[package]\nname = "api"\n[dependencies]\naxum = "0.7"\n[dev-dependencies]\nx = "1"\n',
      'rust',
      'api',
      ['axum'],
    ],
    Gemfile: ["source 'https://example.com'\ngem 'rails', '~> 7'\n", 'ruby', undefined, ['rails']],
    'composer.json': [
      '{"name": "acme/api", "require": {"php": ">=8", "slim/slim": "4"}}',
      'php',
      'acme/api',
      ['slim/slim'],
    ],
    'mix.exs': [
      'def project, do: [app: :shop]\ndefp deps, do: [{:phoenix, "~> 1.7"}]\n',
      'elixir',
      'shop',
      ['phoenix'],
    ],
  };

  for (const [path, [text, language, name, dependencies]] of Object.entries(samples)) {
    it(`are read: ${path}`, () => {
      assert.ok(manifest.claims(path));
      const facts = manifest.parse(textFile(path, text)).facts!;
      const found = facts.dependencies!.map(({ value }) => value);
      assert.deepEqual([facts.language, facts.name, found], [language, name, dependencies]);
      for (const dependency of facts.dependencies!) matches(text, dependency);
    });

    it(`never fail: ${path}`, () => {
      fc.assert(
        fc.property(fc.nat(text.length), fc.nat(20), fc.string({ maxLength: 8 }), (at, cut, typed) => {
          const changed = text.slice(0, at) + typed + text.slice(at + cut);
          for (const dependency of manifest.parse(textFile(path, changed)).facts!.dependencies!)
            matches(changed, dependency);
        }),
      );
    });
  }

  it('do not take development requirements for what runs', () => {
    for (const path of [
      'requirements-dev.txt',
      'requirements_test.txt',
      'requirements/lint.txt',
      'notes.txt',
    ])
      assert.ok(!manifest.claims(path), path);
  });

  it('take time in proportion to their text', () => {
    const start = performance.now();
    for (const path of Object.keys(samples))
      for (const part of [
        '<dependency>',
        '<dependency><artifactId>',
        '<Project ',
        "'",
        '"a:',
        '[',
        'dependencies = [',
        '<parent>',
        '  a = ',
      ])
        manifest.parse(textFile(path, part.repeat(200_000 / part.length)));
    assert.ok(performance.now() - start < 5000);
  });
});

function matches(text: string, { value, range }: Ranged<string>): void {
  assert.equal(text.slice(range.start, range.end), value);
}

function inside(text: string, { range }: Ranged<string>): void {
  assert.ok(range.start >= 0 && range.start <= range.end && range.end <= text.length);
}

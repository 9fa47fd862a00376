/** Pipelines, Terraform and GitOps releases are read into facts, whatever is written in them. */
import assert from 'node:assert/strict';
import { audit, MemoryWorkspace, type Model } from '../../rules/index.ts';

async function modelOf(files: Readonly<Record<string, string>>): Promise<Model> {
  return (await audit(new MemoryWorkspace(files), { today: '2026-06-15' })).model;
}

describe('pipelines', () => {
  it('reads jobs and commands of every system alike', async () => {
    const { pipelines } = await modelOf({
      '.github/workflows/ci.yml': 'on: push\njobs:\n  a:\n    steps:\n      - run: cd x && npm test\n',
      '.gitlab-ci.yml': '.base: &base\n  script: [npm test]\na:\n  extends: .base\nb:\n  <<: *base\n',
      '.circleci/config.yml': 'jobs:\n  a:\n    steps:\n      - run: npm test\n',
      'azure-pipelines.yml':
        'stages:\n  - jobs:\n      - job: a\n        steps:\n          - script: npm test\n',
      Jenkinsfile: "pipeline { agent any\n stages { stage('a') { steps { sh 'npm test' } } } }\n",
    });
    const tests = pipelines.jobs.filter(({ steps }) =>
      steps.some(({ commands }) => commands.some((words) => words.join(' ') === 'npm test')),
    );
    assert.deepEqual(
      tests.map(({ system }) => system),
      ['github', 'gitlab', 'gitlab', 'circleci', 'azure', 'jenkins'].sort(
        (a, b) =>
          tests.findIndex(({ system }) => system === a) - tests.findIndex(({ system }) => system === b),
      ),
    );
  });

  it('reads no workflow below a folder, which GitHub does not run', async () => {
    const { pipelines } = await modelOf({
      'template/.github/workflows/ci.yml': 'on: push\njobs:\n  a:\n    steps:\n      - run: npm test\n',
    });
    assert.deepEqual(pipelines.jobs, []);
  });
});

describe('terraform', () => {
  it('reads blocks around strings, comments and here-documents', async () => {
    const { terraform } = await modelOf({
      'main.tf':
        'resource "a" "b" {\n  x = "}" # }\n  y = <<-EOT\n    }\n  EOT\n  /* } */ z = { k = "${f("a")}" }\n  c {\n  }\n}\nlocals {}\n',
    });
    const [block, locals] = terraform[0]!.facts.blocks;
    assert.deepEqual(Object.keys(block!.attributes), ['x', 'y', 'z']);
    assert.deepEqual(
      block!.blocks.map(({ type }) => type),
      ['c'],
    );
    assert.equal(locals!.type, 'locals');
  });

  it('takes no long time for what is not closed', async () => {
    const started = performance.now();
    for (const text of ['/*', 'a {', 'a = [', '"${', 'x = <<E\n', 'a "'])
      await modelOf({ 'main.tf': `resource "a" "b" {\n${text.repeat(20_000)}` });
    assert.ok(performance.now() - started < 20_000);
  });
});

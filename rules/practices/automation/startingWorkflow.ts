/** A first workflow for GitHub Actions: it runs the tests that the repository has. */
import type { Model } from '../../model/model.ts';
import { join } from '../../model/paths.ts';
import { ecosystemsOf } from './ecosystems.ts';

/** Minutes after which a job of tests hangs rather than works. */
const minutes = 20;

/** Setup actions' inputs and the commands, by Dependabot's name of the ecosystem. */
const recipes: Readonly<
  Record<string, { readonly setup: readonly string[]; readonly run: readonly string[] }>
> = {
  gomod: {
    setup: ['uses: actions/setup-go@v5', 'with:', '  go-version: stable'],
    run: ['go vet ./...', 'go test ./...'],
  },
  maven: {
    setup: ['uses: actions/setup-java@v4', 'with:', '  distribution: temurin', "  java-version: '21'"],
    run: ['mvn --batch-mode verify'],
  },
  nuget: { setup: ['uses: actions/setup-dotnet@v4'], run: ['dotnet test'] },
  pip: {
    setup: ['uses: actions/setup-python@v5', 'with:', "  python-version: '3.x'"],
    run: ['pip install -r requirements.txt pytest', 'python -m pytest'],
  },
};

/** @returns undefined where it is not plain how to test anything */
export function startingWorkflow(model: Model): string | undefined {
  const jobs: string[] = [];
  for (const [ecosystem, folders] of ecosystemsOf(model))
    for (const folder of folders) {
      const steps = stepsFor(model, ecosystem, folder);
      if (steps) jobs.push(job(folder, ecosystem, steps));
    }
  if (jobs.length === 0 || jobs.length > 10) return undefined;
  return `name: CI\n\non:\n  push:\n    branches: [main]\n  pull_request:\n\npermissions:\n  contents: read\n\njobs:\n${jobs.join('\n')}`;
}

interface Steps {
  readonly setup: readonly string[];
  readonly run: readonly string[];
}

function stepsFor(model: Model, ecosystem: string, folder: string): Steps | undefined {
  if (ecosystem === 'npm') return npmSteps(model, folder);
  const there = (name: string): boolean => model.files.lists(join(folder, name));
  if (ecosystem === 'pip' && !there('requirements.txt')) return undefined;
  return Object.hasOwn(recipes, ecosystem) ? recipes[ecosystem] : undefined;
}

function npmSteps(model: Model, folder: string): Steps | undefined {
  const facts = model.packages.find(({ file }) => file === join(folder, 'package.json'))?.facts;
  const test = facts?.scripts.test?.value;
  if (test === undefined || /no test specified/.test(test)) return undefined;
  const isLocked = model.files.lists(join(folder, 'package-lock.json'));
  const isOther = ['yarn.lock', 'pnpm-lock.yaml', 'bun.lock'].some((lock) =>
    model.files.has(join(folder, lock)),
  );
  if (isOther) return undefined;
  return {
    setup: ['uses: actions/setup-node@v4', 'with:', '  node-version: 22'],
    run: [isLocked ? 'npm ci' : 'npm install', 'npm test'],
  };
}

function job(folder: string, ecosystem: string, { setup, run }: Steps): string {
  const name = (folder === '' ? ecosystem : folder).replace(/[^\w-]+/g, '-').replace(/^[^A-Za-z_]+/, '');
  const defaults = folder === '' ? [] : ['defaults:', '  run:', `    working-directory: ${folder}`];
  const lines = [
    'runs-on: ubuntu-latest',
    `timeout-minutes: ${minutes}`,
    ...defaults,
    'steps:',
    '  - uses: actions/checkout@v4',
    ...setup.map((line, index) => (index === 0 ? `  - ${line}` : `    ${line}`)),
    ...run.map((command) => `  - run: ${command}`),
  ];
  return `  ${name === '' ? 'test' : name}:\n${lines.map((line) => `    ${line}\n`).join('')}`;
}

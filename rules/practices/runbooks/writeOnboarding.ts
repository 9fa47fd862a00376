/** Writes the way in for a new colleague from what the model knows. Only for fixes. */
import type { Model, Service } from '../../model/model.ts';
import { folderOf } from '../../model/paths.ts';
import { link } from './write.ts';

export type OnboardingPart = 'setup' | 'run' | 'change' | 'ask';

export const onboardingTitle = 'Onboarding';

/** The sections of a page, with a line break at the end. */
export function writeOnboarding(parts: readonly OnboardingPart[], page: string, model: Model): string {
  return parts
    .map((part) => `## ${writers[part].heading}\n\n${writers[part].write(model, page)}\n`)
    .join('\n');
}

const writers: Readonly<
  Record<OnboardingPart, { readonly heading: string; write(model: Model, page: string): string }>
> = {
  setup: { heading: 'Set up', write: setup },
  run: { heading: 'First run', write: run },
  change: { heading: 'First change', write: change },
  ask: { heading: 'Whom to ask', write: ask },
};

function setup(model: Model, page: string): string {
  const services = produced(model);
  const rows = services.map(
    ({ name, root, language }) =>
      `| \`${name}\` | ${root ? link(root, page) : 'this repository'} | ${language ?? ''} |`,
  );
  const install = installs(model);
  const table = `| Service | Folder | Language |\n| --- | --- | --- |\n${rows.join('\n')}`;
  return `Clone the repository${install.length > 0 ? ' and install what it needs' : ''}:\n\n${fenced(['git clone <address of this repository>', ...install])}\n\nWhat is in it:\n\n${table}`;
}

function installs(model: Model): string[] {
  const found = new Set<string>();
  for (const [file, command] of [
    ['package-lock.json', 'npm ci'],
    ['pnpm-lock.yaml', 'pnpm install'],
    ['yarn.lock', 'yarn install'],
    ['go.mod', 'go mod download'],
    ['poetry.lock', 'poetry install'],
    ['requirements.txt', 'pip install -r requirements.txt'],
    ['Gemfile.lock', 'bundle install'],
    ['composer.lock', 'composer install'],
  ] as const) {
    if (model.files.lists(file)) found.add(command);
    for (const { root } of produced(model))
      if (root && model.files.lists(`${root}/${file}`)) found.add(`(cd ${root} && ${command})`);
  }
  return [...found].slice(0, 8);
}

function run(model: Model): string {
  const compose = model.composeServices.find(
    ({ file, role }) => role === 'production' && folderOf(file) === '',
  );
  if (compose) return `Everything at once:\n\n${fenced(['docker compose up --build'])}`;
  const make = targetOf(model, /^(?:run|start|dev|up|serve)$/);
  if (make !== undefined) return fenced([make]);
  const starts = produced(model).flatMap((service) => startOf(service));
  return starts.length > 0
    ? fenced(starts.slice(0, 8))
    : 'Start the service in its folder as its README says, and call one of its routes.';
}

function startOf({ root, package: own }: Service): string[] {
  const script = ['dev', 'start'].find((name) => own && Object.hasOwn(own.facts.scripts, name));
  if (script === undefined) return [];
  const command = `npm run ${script}`;
  return [root ? `(cd ${root} && ${command})` : command];
}

function change(model: Model): string {
  const test =
    targetOf(model, /^(?:test|tests|check)$/) ??
    (model.packages.some(({ file, facts }) => file === 'package.json' && Object.hasOwn(facts.scripts, 'test'))
      ? 'npm test'
      : undefined);
  const steps = [
    'Make a branch, and change something small: a text, a test, a line of the documentation.',
    test === undefined
      ? 'Run the tests of the service that you changed.'
      : `Run the tests:\n\n   \`\`\`sh\n   ${test}\n   \`\`\``,
    'Open a pull request, and ask the owner of the folder for a review.',
  ];
  return steps.map((step, index) => `${index + 1}. ${step}`).join('\n');
}

function ask(model: Model, page: string): string {
  const rows = produced(model).flatMap(({ name, root, at }) => {
    const owned = model.owners.of(root ? `${root}/x` : at.file);
    return owned && owned.owners.length > 0 ? [`| \`${name}\` | ${owned.owners.join(', ')} |`] : [];
  });
  const runbooks = model.runbooks.find(({ index }) => index) ?? model.runbooks[0];
  const pages = runbooks ? ` When something is broken, look in ${link(runbooks.file, page)} first.` : '';
  return rows.length > 0
    ? `| Service | Team |\n| --- | --- |\n${rows.join('\n')}\n\nAsk the team that owns the service.${pages}`
    : `Ask whoever changed the code last:\n\n${fenced(['git shortlog -sn --since=1.year HEAD'])}${pages && `\n\n${pages.trim()}`}`;
}

function targetOf({ tasks }: Model, name: RegExp): string | undefined {
  const file = tasks.find((each) => folderOf(each.file) === '');
  const target = file?.facts.targets.find(({ value }) => name.test(value));
  return file && target && `${file.facts.tool} ${target.value}`;
}

function produced({ services }: Model): readonly Service[] {
  return services.filter(({ role, runs }) => role === 'production' && !runs);
}

function fenced(commands: readonly string[]): string {
  return `\`\`\`sh\n${commands.join('\n')}\n\`\`\``;
}

/** Nothing proposes updates of what the code is built from. */
import { stringify } from 'yaml';
import type { EcosystemFacts } from '../../artifacts/updates/facts.ts';
import type { Model } from '../../model/model.ts';
import { defineRule, type LazyFix } from '../rule.ts';
import { newlineOf } from '../edits/lines.ts';
import { ecosystemsOf } from './ecosystems.ts';
import { someOf } from './jobs.ts';

export default defineRule({
  id: 'automation/dependency-updates',
  title: 'Nothing proposes updates of dependencies.',
  area: 'automation',
  section: '§3',
  level: 'info',
  joins: true,
  fix: 'suggested',
  messages: {
    missing: {
      text: 'Neither Dependabot nor Renovate is set up here: updates, security fixes among them, come when somebody thinks of them, and in one large step.',
    },
    uncovered: {
      text: 'Dependabot looks after some dependencies here, but not after those of {ecosystems}, whose security fixes come when somebody thinks of them.',
    },
  },
  check(model, report) {
    const ecosystems = [...ecosystemsOf(model).keys()];
    if (!ecosystems.some((name) => name !== 'github-actions' && name !== 'docker')) return;
    const bot = botOf(model);
    if (!bot) {
      report.gap({ message: 'missing', at: model.root, fixes: writeDependabot(model) });
      return;
    }
    const said = bot.facts?.list ? bot.facts.ecosystems : undefined;
    const lacking = said ? ecosystems.filter((name) => !said.some((one) => covers(one, name))) : [];
    if (lacking.length === 0 || said?.length === 0) {
      report.met(undefined, { at: { file: bot.file }, message: 'proposes updates' });
      return;
    }
    report.gap({
      message: 'uncovered',
      data: { ecosystems: someOf(lacking, 5) },
      at: { file: bot.file, range: said![0]!.name.range },
      fixes: addEcosystems(model, bot.file, lacking),
    });
  },
});

/** What updates dependencies here: a configuration, or a pipeline that starts Renovate. */
function botOf({
  updates,
  pipelines,
  files,
}: Model): { file: string; facts?: Model['updates'][number]['facts'] } | undefined {
  const renovate = updates.find(({ facts }) => facts.tool === 'renovate');
  if (renovate) return { file: renovate.file };
  for (const { steps, file, facts } of pipelines.jobs) {
    const said = [facts.calls?.value ?? '', ...steps.map(({ uses }) => uses?.name ?? '')];
    const commands = steps.flatMap((step) => step.commands.map((words) => words.slice(0, 2).join(' ')));
    if (
      [...said, ...commands].some((text) =>
        /renovate|npm-check-updates|\bncu\b|scala-steward|updatecli/i.test(text),
      )
    )
      return { file };
  }
  const [dependabot] = updates;
  if (dependabot) return { file: dependabot.file, facts: dependabot.facts };
  const other = [
    '.pyup.yml',
    '.scala-steward.conf',
    'updatecli.d',
    '.snyk',
    'renovate-config.js',
    'renovate.config.js',
  ];
  const file = other.find((path) => files.has(path));
  return file === undefined ? undefined : { file };
}

/** Names of Dependabot that look after the same manifests. */
const kin: Readonly<Record<string, readonly string[]>> = {
  npm: ['bun'],
  pip: ['uv'],
  docker: ['docker-compose'],
  terraform: ['opentofu'],
};

function covers({ name: { value } }: EcosystemFacts, ecosystem: string): boolean {
  return value === ecosystem || (kin[ecosystem]?.includes(value) ?? false);
}

function writeDependabot(model: Model): LazyFix[] {
  const { files } = model;
  if (['.gitlab', '.circleci'].some((folder) => files.hasFolder(folder)) || files.has('.gitlab-ci.yml'))
    return [];
  return [
    {
      title: 'Let Dependabot propose updates each week',
      safety: 'suggested',
      changes: () => {
        const updates = [...ecosystemsOf(model).keys()].map((name) => entry(model, name));
        return [{ kind: 'create', file: '.github/dependabot.yml', text: stringify({ version: 2, updates }) }];
      },
    },
  ];
}

function addEcosystems(model: Model, file: string, lacking: readonly string[]): LazyFix[] {
  return [
    {
      title: `Let Dependabot look after ${someOf(lacking, 5)}`,
      safety: 'suggested',
      changes({ read }) {
        const list = model.updates.find((one) => one.file === file)?.facts.list;
        const { text } = read(file);
        if (!list || text[list.start] !== '-') return [];
        const margin = ' '.repeat(list.start - text.lastIndexOf('\n', list.start) - 1);
        const newline = newlineOf(text);
        const lines = stringify(lacking.map((name) => entry(model, name)))
          .trimEnd()
          .split('\n');
        const added = lines.map((line) => `${newline}${margin}${line}`).join('');
        return [{ kind: 'edit', file, range: { start: list.end, end: list.end }, text: added }];
      },
    },
  ];
}

function entry(model: Model, ecosystem: string): Record<string, unknown> {
  const folders = (ecosystemsOf(model).get(ecosystem) ?? ['']).map((folder) => `/${folder}`);
  return {
    'package-ecosystem': ecosystem,
    ...(folders.length === 1 ? { directory: folders[0] } : { directories: folders }),
    schedule: { interval: 'weekly' },
  };
}

/** The whole build context is copied and nothing keeps .git, installed packages or secrets out of it. */
import type { Dockerfile, Model } from '../../model/model.ts';
import { join } from '../../model/paths.ts';
import { place } from '../../model/model.ts';
import { defineRule, type LazyFix } from '../rule.ts';
import { levelIn } from './stages.ts';

export default defineRule({
  id: 'containers/dockerignore-missing',
  title: 'The whole build context is copied into an image, and no .dockerignore leaves anything out.',
  area: 'containers',
  section: '§4',
  level: 'warning',
  fix: 'suggested',
  joins: true,
  messages: {
    missing: {
      text: 'This copies all of {context}, and there is no .dockerignore: every build sends node_modules along, copies it over what was installed, and starts anew whenever it changes.',
    },
    leftovers: {
      text: 'This copies all of {context}, and there is no .dockerignore: every build sends what was left there ({what}) along, and starts anew whenever it changes.',
      level: 'info',
    },
    history: {
      text: 'This copies all of the repository, and there is no .dockerignore: every build sends the history in .git along, and starts anew after every commit and fetch.',
      level: 'info',
    },
  },
  check(model, report) {
    const met = new Set<string>();
    for (const dockerfile of model.dockerfiles) {
      const { file, facts, context } = dockerfile;
      const copy = facts.stages
        .flatMap(({ copies }) => copies)
        .find(({ from, sources }) => from === undefined && sources.some(isWhole));
      if (!copy) continue;
      const service = model.serviceRunning(dockerfile);
      const ignoring = ignoreFile(model, dockerfile);
      if (ignoring !== undefined) {
        report.met(service, { at: { file: ignoring }, message: 'It keeps files out of the build context.' });
        continue;
      }
      const message = messageFor(model, context);
      // One file mends all Dockerfiles of a context.
      if (message === undefined || met.has(context)) continue;
      met.add(context);
      report.gap({
        message,
        data: {
          context: context === '' ? 'the repository' : context,
          what: leftIn(model, context).slice(0, 2).join(', ').replaceAll('**/', ''),
        },
        at: place(file, copy),
        service,
        level: levelIn(model, file),
        fixes: [creation(model, context)],
      });
    }
  },
});

function isWhole(source: string): boolean {
  return /^(?:\.?\/?|\.?\/?\*)$/.test(source);
}

/** Source: https://docs.docker.com/build/concepts/context/#filename-and-location */
function ignoreFile({ files }: Model, { file, context }: Dockerfile): string | undefined {
  const candidates = [
    join(context, '.dockerignore'),
    `${file}.dockerignore`,
    join(context, '.containerignore'),
  ];
  return candidates.find((path) => files.has(path));
}

/** Which files a build leaves behind, by the manifest that says what is built. */
const leftovers: readonly (readonly [string, readonly string[]])[] = [
  ['package.json', ['**/node_modules']],
  ['pyproject.toml', ['**/__pycache__', '**/.venv']],
  ['requirements.txt', ['**/__pycache__', '**/.venv']],
  ['Cargo.toml', ['**/target']],
  ['pom.xml', ['**/target']],
  ['build.gradle', ['**/build', '**/.gradle']],
  ['build.gradle.kts', ['**/build', '**/.gradle']],
];

/** @returns undefined where nothing is known to lie there that does not belong into an image */
function messageFor(model: Model, context: string): 'missing' | 'leftovers' | 'history' | undefined {
  if (model.files.lists(join(context, 'package.json'))) return 'missing';
  if (leftIn(model, context).length > 0) return 'leftovers';
  return context === '' ? 'history' : undefined;
}

function leftIn({ files }: Model, context: string): string[] {
  const found = leftovers.filter(([manifest]) => files.lists(join(context, manifest)));
  return [...new Set(found.flatMap(([, patterns]) => patterns))];
}

function creation(model: Model, context: string): LazyFix {
  const path = join(context, '.dockerignore');
  return {
    title: `Create ${path}`,
    safety: 'suggested',
    changes() {
      const copied = new Set(model.dockerfiles.filter((one) => one.context === context).flatMap(copiedNames));
      const lines = ['.git', '**/.env', '**/.env.*', '!**/.env.example', ...leftIn(model, context)];
      const kept = lines.filter((line) => !copied.has(line.replace('**/', '')));
      return [{ kind: 'create', file: path, text: `${kept.join('\n')}\n` }];
    },
  };
}

/** What a Dockerfile takes by name must stay in the context. */
function copiedNames({ facts }: Dockerfile): string[] {
  return facts.stages
    .flatMap(({ copies }) => copies)
    .filter(({ from }) => from === undefined)
    .flatMap(({ sources }) => sources.flatMap((source) => source.split('/')));
}

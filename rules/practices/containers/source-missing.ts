/** A COPY whose source is not in the build context, because it is not there or because .dockerignore leaves it out. */
import type { DockerCopy } from '../../artifacts/dockerfile/facts.ts';
import { buildOf } from '../../model/dockerfiles.ts';
import { place, type Dockerfile, type Model, type Service } from '../../model/model.ts';
import { baseOf, folderOf, foldersUp, join } from '../../model/paths.ts';
import { defineRule, type Gap } from '../rule.ts';
import { excludingPattern } from './ignoredPaths.ts';
import { levelIn, stagesOf } from './stages.ts';

export default defineRule({
  id: 'containers/source-missing',
  title: 'A file that is copied into an image is not in the build context.',
  area: 'containers',
  section: '§4',
  level: 'error',
  joins: true,
  fix: 'none',
  messages: {
    missing: {
      text: 'There is no {source} in the build context {context}: the image does not build.',
    },
    ignored: {
      text: '{ignore} leaves {source} out of the build context by {pattern}: the image does not build, or builds without it.',
      equivalents: ['buildkit/CopyIgnoredFile'],
    },
  },
  check(model, report) {
    const composed = composedContexts(model);
    for (const dockerfile of model.dockerfiles) {
      const service = model.serviceRunning(dockerfile);
      const context = contextOf(dockerfile, model, composed.get(dockerfile.file));
      if (context === undefined) {
        if (sourcesOf(dockerfile).length > 0)
          report.unknown(service, 'Nothing says from which folder it is built.', { file: dockerfile.file });
        continue;
      }
      const subject = { model, dockerfile, service, context, composed: composed.has(dockerfile.file) };
      const sources = sourcesOf(dockerfile);
      // What several stages copy is missing once.
      const distinct = [...new Map(sources.toReversed().map((source) => [source.path, source])).values()];
      const gaps = distinct.toReversed().flatMap((source) => gapOf(source, subject) ?? []);
      for (const gap of gaps) report.gap(gap);
      const [first] = sources;
      if (gaps.length === 0 && first)
        report.met(service, {
          at: place(dockerfile.file, first.copy),
          message: 'What it copies is in the build context.',
        });
    }
  },
});

interface Source {
  readonly copy: DockerCopy;
  readonly written: string;
  /** Without `./` and `/` at either end; `''` for the context itself. */
  readonly path: string;
}

interface Subject {
  readonly model: Model;
  readonly dockerfile: Dockerfile;
  readonly service: Service | undefined;
  readonly context: string;
  readonly composed: boolean;
}

/** What is taken out of the build context under a name that is known. */
function sourcesOf({ facts }: Dockerfile): Source[] {
  return stagesOf(facts).flatMap(({ copies }) =>
    copies
      .filter(({ from }) => from === undefined)
      .flatMap((copy) =>
        copy.sources
          .filter((source) => !/[$\\]|^<<|:\/\/|^git@|(?:^|\/)\.\.(?:\/|$)/.test(source))
          .map((written) => ({ copy, written, path: cleaned(written) })),
      ),
  );
}

function cleaned(path: string): string {
  return path
    .split('/')
    .filter((part) => part !== '' && part !== '.')
    .join('/');
}

/** The contexts that compose files build each Dockerfile in. */
function composedContexts({ composeServices, role }: Model): ReadonlyMap<string, ReadonlySet<string>> {
  const contexts = new Map<string, Set<string>>();
  for (const { file, facts } of composeServices) {
    const build = role(file) === 'production' ? buildOf(file, facts) : undefined;
    if (!build) continue;
    const known = contexts.get(build.dockerfile);
    if (known) known.add(build.context);
    else contexts.set(build.dockerfile, new Set([build.context]));
  }
  return contexts;
}

/** The folder that it is surely built in: as compose says, or the only one from which anything that it copies exists. */
function contextOf(
  dockerfile: Dockerfile,
  { files, dockerignores }: Model,
  composed: ReadonlySet<string> | undefined,
): string | undefined {
  if (composed) return composed.size === 1 ? [...composed][0] : undefined;
  const { file, context } = dockerfile;
  const sources = sourcesOf(dockerfile).filter(({ path }) => path !== '' && !isGlob(path));
  const present = (folder: string) =>
    sources.filter(({ path }) => files.has(join(folder, path)) || files.hasFolder(join(folder, path))).length;
  if (present(context) === sources.length && sources.length > 0) return context;
  const own = folderOf(file);
  if (dockerignores.has(join(own, '.dockerignore')) || dockerignores.has(`${file}.dockerignore`)) return own;
  const some = [...foldersUp(file)].filter((folder) => present(folder) > 0);
  return some.length === 1 ? some[0] : undefined;
}

function gapOf({ copy, written, path }: Source, subject: Subject): Gap<'missing' | 'ignored'> | undefined {
  const { model, dockerfile, service, context, composed } = subject;
  const at = place(dockerfile.file, copy);
  const level = levelIn(model, dockerfile.file);
  const ignored = excludingPattern(path, dockerfile.file, context, model.dockerignores);
  if (ignored)
    return {
      message: 'ignored',
      data: { source: written, ignore: baseOf(ignored.file), pattern: ignored.pattern.value },
      at,
      service,
      level,
      related: [{ at: place(ignored.file, ignored.pattern), message: 'it is left out here' }],
    };
  if (path === '' || isGlob(path) || !isWrittenByHand(path, written, composed)) return undefined;
  const { files } = model;
  const whole = join(context, path);
  if (files.has(whole) || files.hasFolder(whole) || files.lists('.gitmodules')) return undefined;
  // A project of which nothing is here is fetched before the build.
  const [top, ...below] = path.split('/');
  const isProject = below.length > 0 && manifests.test(baseOf(path));
  if (isProject && !files.hasFolder(join(context, top!))) return undefined;
  // Another folder that has it may be the context after all.
  const elsewhere = [...foldersUp(dockerfile.file)].some((folder) => files.has(join(folder, path)));
  if (elsewhere && !composed) return undefined;
  return {
    message: 'missing',
    data: { source: written, context: context === '' ? 'of the repository' : context },
    at,
    service,
    level,
  };
}

function isGlob(path: string): boolean {
  return /[*?[]/.test(path);
}

/** Folders that a build fills, in the pipeline or before it. */
const output =
  /(?:^|\/)(?:dist|build|built|target|out|output|bin|obj|publish|published|release|node_modules|vendor|artifacts?|\.next|coverage|generated|gen|public|static|assets|certs?|secrets?|_\w+)(?:\/|$)/i;
const manifests =
  /^(?:package\.json|package-lock\.json|npm-shrinkwrap\.json|yarn\.lock|pnpm-lock\.yaml|pnpm-workspace\.yaml|go\.mod|go\.sum|pyproject\.toml|poetry\.lock|uv\.lock|Pipfile(?:\.lock)?|setup\.py|Gemfile(?:\.lock)?|composer\.(?:json|lock)|Cargo\.(?:toml|lock)|pom\.xml|build\.gradle(?:\.kts)?|settings\.gradle(?:\.kts)?|mvnw|gradlew|tsconfig\.json|nx\.json|turbo\.json|manage\.py|.+\.(?:cs|fs|vb)proj|.+\.sln)$/;

/** What no build makes: a file by its name, and in a context that is certain by its kind as well, or a folder of sources. */
function isWrittenByHand(path: string, written: string, composed: boolean): boolean {
  if (output.test(path)) return false;
  const name = baseOf(path);
  if (manifests.test(name)) return true;
  if (!composed) return false;
  if (/\.(?:sh|py|[cm]?[jt]s|go|rb|php|conf|sql|prisma)$/.test(name)) return true;
  return written.endsWith('/') && /^(?:src|cmd|internal|pkg|scripts|migrations|prisma|templates)$/.test(name);
}

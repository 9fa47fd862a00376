/** What was needed to build a service, and is shipped with it: development dependencies, compilers, build tools. */
import type { DockerStage } from '../../artifacts/dockerfile/facts.ts';
import type { ShellCommand } from '../../artifacts/shell/facts.ts';
import { readCommand } from '../../model/commands.ts';
import { chain, startCommands } from '../../model/dockerfiles.ts';
import { place, type Model } from '../../model/model.ts';
import { join } from '../../model/paths.ts';
import { defineRule } from '../rule.ts';
import { officialName } from './baseImages.ts';
import { ImageFiles } from './imageFiles.ts';
import { installsIn } from './installs.ts';
import { hasOption, runsOf, type Ran } from './runs.ts';
import { serviceImages, type ServiceImage } from './serviceImages.ts';

export default defineRule({
  id: 'containers/dev-dependencies',
  title: 'An image ships what was only needed to build it.',
  area: 'containers',
  section: '§4',
  level: 'warning',
  joins: true,
  fix: 'none',
  messages: {
    packages: {
      text: '{command} installs the {count} devDependencies of {manifest} as well, and they stay in the image of {service}: it is larger, starts later on a new node, and carries their vulnerabilities.',
    },
    copied: {
      text: 'The stage {stage} has installed the {count} devDependencies of {manifest} as well, and node_modules is copied from it whole: the image of {service} is larger, starts later on a new node, and carries their vulnerabilities.',
    },
    toolchain: {
      text: '{service} is compiled, and runs in {base}, the image it is built with: compiler, caches and sources are pulled by every node that is to run it.',
    },
    tools: {
      text: 'The image of {service} keeps {tools}, which was needed to build packages and is not to run them.',
      level: 'info',
    },
  },
  check(model, report) {
    for (const image of serviceImages(model)) {
      if (image.level || runsDevelopmentServer(image)) continue;
      const { dockerfile, service } = image;
      const gaps = [...packagesIn(image, model), ...toolsIn(image)];
      const [first] = dockerfile.facts.stages.slice(-1);
      for (const { message, data, at } of gaps)
        report.gap({
          message,
          data: { service: service.name, ...data },
          at: { file: dockerfile.file, range: at },
          service,
        });
      if (gaps.length === 0 && first)
        report.met(service, {
          at: place(dockerfile.file, first.from),
          message: 'Its image ships no compiler and no development dependencies that are known.',
        });
    }
  },
});

/** Servers that are development dependencies themselves: without these the image would not start. */
const developmentServer =
  /(?:^|[\s;&|])(?:ng serve|vue-cli-service serve|react-scripts start|vite(?: dev| serve| --)?(?:$|[\s;&|])|nodemon\b|ts-node(?:-dev)?\b|tsx (?:watch\b|\S)|webpack(?:-dev-server\b| serve\b)|next dev\b|nuxi? dev\b|parcel\b|gatsby develop\b)/;
const maxScripts = 4;

/** Whether the image is one for developers, by what it starts. */
function runsDevelopmentServer({ image, service }: ServiceImage): boolean {
  const scripts = service.package?.facts.scripts ?? {};
  let texts = startCommands(image.chain).map(({ words }) => words.join(' '));
  for (let depth = 0; depth < maxScripts && texts.length > 0; depth++) {
    if (texts.some((text) => developmentServer.test(text))) return true;
    texts = texts
      .flatMap((text) => readCommand(text).scripts)
      .flatMap((name) => (Object.hasOwn(scripts, name) ? scripts[name]!.value : []));
  }
  return false;
}

interface Found {
  readonly message: 'packages' | 'copied' | 'toolchain' | 'tools';
  readonly data: Readonly<Record<string, string | number>>;
  readonly at: DockerStage['range'];
}

function* packagesIn({ dockerfile, image }: ServiceImage, model: Model): Generator<Found> {
  const { facts } = dockerfile;
  const own = installOf(image.chain, { dockerfile, model });
  if (own) {
    const { command, count, manifest, at } = own;
    yield { message: 'packages', data: { command, count, manifest }, at };
    return;
  }
  for (const copy of image.chain.flatMap(({ copies }) => copies)) {
    if (
      copy.fromStage === undefined ||
      !copy.sources.some((source) => /(?:^|\/)node_modules\/?$/.test(source))
    )
      continue;
    const found = installOf(chain(facts, copy.fromStage), { dockerfile, model });
    if (!found) continue;
    const { count, manifest } = found;
    yield { message: 'copied', data: { stage: copy.from ?? '', count, manifest }, at: copy.range };
    return;
  }
}

interface Installed {
  readonly command: string;
  readonly count: number;
  readonly manifest: string;
  readonly at: DockerStage['range'];
}

/** The last install in these stages that takes development dependencies in, where nothing takes them out again. */
function installOf(
  stages: readonly DockerStage[],
  { dockerfile, model }: { readonly dockerfile: ServiceImage['dockerfile']; readonly model: Model },
): Installed | undefined {
  const runs = runsOf(dockerfile).filter(({ stage }) => stages.includes(stage));
  const commands = runs.flatMap(({ script }) => script.commands);
  if (commands.some(takesOut)) return undefined;
  for (const ran of runs.toReversed()) {
    // Kept in a cache, or put elsewhere: it is not known what of it gets into the image.
    if (ran.run.mounts.some(({ target }) => target?.includes('node_modules'))) return undefined;
    for (const { tool, command, run } of installsIn(ran.script)) {
      if (!/^(?:npm|yarn|pnpm)$/.test(tool)) continue;
      // ENV counts for what comes after it.
      const mode = stages.some(
        ({ environment: { NODE_ENV } }) => NODE_ENV && NODE_ENV.range.start < run.range.start,
      );
      if (mode || run.environment?.NODE_ENV !== undefined || leavesOut(run)) return undefined;
      const found = manifestOf(ran, dockerfile, model);
      return found && { command, ...found, at: run.range };
    }
  }
  return undefined;
}

/** `npm prune --omit=dev`, `yarn workspaces focus --production`, `rm -rf node_modules`, and tools that do the like. */
function takesOut({ name, arguments: words }: ShellCommand): boolean {
  const text = words.map((word) => word.text).join(' ');
  return (
    /\b(?:prune|focus|deploy)\b|--prod/.test(text) ||
    (name === 'rm' && /node_modules/.test(text)) ||
    /^(?:node-prune|modclean)$/.test(name)
  );
}

/**
 * What leaves development dependencies out.
 * Sources: https://docs.npmjs.com/cli/commands/npm-install, https://classic.yarnpkg.com/en/docs/cli/install,
 * https://pnpm.io/cli/install
 */
function leavesOut(run: ShellCommand): boolean {
  const text = run.arguments.map((word) => word.text).join(' ');
  return (
    hasOption(run, 'production', 'prod', 'P', 'offline-mirror') ||
    /--(?:omit|only|without)[= ]\S|--filter|--prefix|--workspace|\$|--dir\b|(?:^| )-[CF]\b/.test(text)
  );
}

function manifestOf(
  { stage, run }: Ran,
  dockerfile: ServiceImage['dockerfile'],
  model: Model,
): { readonly count: number; readonly manifest: string } | undefined {
  const files = new ImageFiles(dockerfile, model, stage, run);
  const origin = files.workdir === undefined ? undefined : files.origin(join(files.workdir, 'package.json'));
  const found = origin && model.packages.find(({ file }) => file === origin.file);
  // What a workspace installs is decided by many manifests.
  if (!found || found.facts.workspaces.length > 0 || found.facts.devDependencies.length === 0)
    return undefined;
  return { count: found.facts.devDependencies.length, manifest: found.file };
}

/** Images that hold a compiler, by the language that needs none to run. */
const toolchains: Readonly<Record<string, RegExp>> = {
  go: /^(?:golang|cgr\.dev\/chainguard\/go)$/,
  rust: /^rust$/,
  java: /^(?:maven|gradle)$/,
  kotlin: /^(?:maven|gradle)$/,
  csharp: /^mcr\.microsoft\.com\/dotnet\/sdk$/,
};

const tool = /^(?:build-essential|build-base|gcc|g\+\+|clang|make|cmake)$/;

function* toolsIn({ dockerfile, image, service }: ServiceImage): Generator<Found> {
  const { base } = image;
  const name = officialName(base.value);
  const language = service.language ?? '';
  const toolchain = Object.hasOwn(toolchains, language) ? toolchains[language] : undefined;
  if (toolchain && name !== undefined && toolchain.test(name))
    yield { message: 'toolchain', data: { base: base.value.text }, at: base.range };
  const shipped = runsOf(dockerfile).filter(({ stage }) => image.chain.includes(stage));
  const commands = shipped.flatMap(({ script }) => script.commands);
  const removes = commands.some(
    ({ name, arguments: words }) =>
      /^(?:apk|apt|apt-get|yum|dnf|microdnf)$/.test(name) &&
      words.some(({ text }) => /^(?:del|purge|remove|autoremove)$/.test(text)),
  );
  // Compilers come with these images anyway.
  if (removes || /^(?:golang|rust|gcc|buildpack-deps)$/.test(name ?? '')) return;
  for (const command of commands) {
    if (!/^(?:apk|apt|apt-get|yum|dnf|microdnf)$/.test(command.name)) continue;
    const found = command.arguments.filter(({ text }) => tool.test(text));
    if (found.length === 0) continue;
    yield {
      message: 'tools',
      data: { tools: found.map(({ text }) => text).join(', ') },
      at: found[0]!.range,
    };
    return;
  }
}

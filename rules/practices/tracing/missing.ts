/** A server whose requests leave no trace: when something is slow, nobody can see where the time goes. */
import type { Dockerfile, Model, Service } from '../../model/model.ts';
import { libraryOf } from '../../model/libraries.ts';
import { baseOf, folderOf, join } from '../../model/paths.ts';
import { majorVersion, officialName } from '../containers/baseImages.ts';
import { finalImage } from '../containers/finalImage.ts';
import { addDependencies, lockfileNote } from '../edits/dependencies.ts';
import { execForm, replace } from '../edits/dockerfile.ts';
import { setValue } from '../edits/json.ts';
import { newlineOf } from '../edits/lines.ts';
import { defineRule, type Change, type FixContext, type LazyFix } from '../rule.ts';
import { instrumentPython } from './instrumentPython.ts';

export default defineRule({
  id: 'tracing/missing',
  title: 'A service has no tracing.',
  area: 'tracing',
  section: '§4',
  level: 'warning',
  joins: true,
  fix: 'suggested',
  messages: {
    missing: {
      text: 'Nothing starts tracing in {service}: no SDK in its code, no agent or preload where it is started. A slow or failing request cannot be followed through it.',
    },
  },
  check(model, report) {
    for (const service of model.services) {
      if (service.role !== 'production' || service.runs) continue;
      const { tracing: found, code } = service;
      const tracing = found.find(({ at }) => code?.entryPoints.includes(at.file)) ?? found[0];
      if (tracing) {
        report.met(service, { at: tracing.at, message: `It is traced by ${vendorName(tracing.vendor)}.` });
        continue;
      }
      const elsewhere = service.code?.unresolved.find(({ value }) => tracingModule.test(value));
      if (elsewhere) {
        report.unknown(
          service,
          `It is built with ${elsewhere.value}, which is not in this repository and may start tracing.`,
          elsewhere.at,
        );
        continue;
      }
      const listen = service.code?.listens.find(({ at }) => model.role(at.file) === 'production');
      if (!service.code) {
        report.unknown(service, 'Its code is not here, or is in a language that is not read.');
      } else if (listen) {
        // SENTRY_TRACES_SAMPLE_RATE would do.
        const sentry = libraryOf(model, service, (name) => /(?:^|[/@.:-])sentry\b/i.test(name));
        if (sentry) {
          report.unknown(service, `It ${sentry.message}, which traces where it is told to.`, sentry.at);
          continue;
        }
        report.gap({
          message: 'missing',
          data: { service: service.name },
          at: listen.at,
          service,
          fixes: service.language === 'python' ? instrumentPython(model, service) : fixes(model, service),
        });
      }
    }
  },
});

/** What people call the module that starts tracing. */
const tracingModule = /trac(?:e|ing)|instrument|telemetry|otel|\bapm\b|observab|monitoring|datadog|-sdk$/i;

function vendorName(vendor: string): string {
  return vendor === 'opentelemetry' ? 'OpenTelemetry' : vendor;
}

/** The packages that the tracing file needs: the newest, in November 2026, that do not ask for Node 22.15. */
const packages: Readonly<Record<string, string>> = {
  '@opentelemetry/auto-instrumentations-node': '0.81.2',
  '@opentelemetry/exporter-trace-otlp-proto': '0.223.1',
  '@opentelemetry/sdk-node': '0.223.0',
};

function fixes(model: Model, service: Service): LazyFix[] {
  if (service.language !== 'javascript' || !service.package || service.dockerfiles.some(isOld)) return [];
  const started = start(service);
  const entry = started && entryOf(service, started.file);
  if (!started || entry === undefined) return [];
  const note = lockfileNote(model, service.package.file);
  const title = `Set up OpenTelemetry in a file of its own, loaded before the code${note}`;
  return [{ title, safety: 'suggested', changes: (context) => setUp(context, service, started, entry) }];
}

/** The oldest major version of Node that they run on. */
const oldestNode = 18;

function isOld(dockerfile: Dockerfile): boolean {
  const image = finalImage(dockerfile)?.base.value;
  if (!image || officialName(image) !== 'node') return false;
  return (majorVersion(image) ?? oldestNode) < oldestNode;
}

/** Whether each source becomes a file of its own, and not a part of one bundle. */
function compilesEach({ scripts }: NonNullable<Service['package']>['facts']): boolean {
  const builds = Object.keys(scripts).filter((name) => /^(?:pre|post)?build|compile/.test(name));
  const text = builds.map((name) => scripts[name]!.value).join(' ');
  return (
    /\b(?:tsc|swc|babel|nest build)\b/.test(text) &&
    !/\b(?:esbuild|tsup|tsdown|webpack|rollup|rspack|vite|ncc|parcel|bun build)\b/.test(text)
  );
}

/** Where the process is started with `node FILE`: what has to load tracing first. */
interface Start {
  /** As the command names it: `dist/server.js`. */
  readonly file: string;
  /** Puts options of Node before the file. */
  readonly loader: (options: string, read: FixContext['read']) => Change | undefined;
}

function start({ dockerfiles, package: pkg }: Service): Start | undefined {
  for (const { file, facts } of dockerfiles) {
    const { entrypoint, cmd } = facts.stages.at(-1) ?? {};
    const command = entrypoint && isInit(entrypoint.words) ? cmd : (entrypoint ?? cmd);
    if (command?.form !== 'exec' || command.words[0] !== 'node') continue;
    const at = fileIn(command.words);
    if (at === undefined) continue;
    return {
      file: command.words[at]!,
      loader: (options, read) =>
        replace(
          read(file),
          command.argumentsRange,
          execForm(command.words.toSpliced(at, 0, ...options.split(' '))),
        ),
    };
  }
  const script = pkg?.facts.scripts['start'];
  const words = script?.value.split(' ') ?? [];
  const at = words[0] === 'node' ? fileIn(words) : undefined;
  if (!script || at === undefined) return undefined;
  return {
    file: words[at]!,
    // A script's range is that of the text between its quotes.
    loader: (options, read) =>
      setValue(
        read(pkg.file),
        { start: script.range.start - 1, end: script.range.end + 1 },
        words.toSpliced(at, 0, options).join(' '),
      ),
  };
}

/** The index of the file that `node` runs: the first word that is no option, nor the value of one. */
function fileIn(words: readonly string[]): number | undefined {
  for (let at = 1; at < words.length; at++) {
    const word = words[at]!;
    if (/^(?:-r|--require|--import|--loader|-C|--conditions|--env-file)$/.test(word)) at++;
    else if (!word.startsWith('-')) return /^[\w./@-]+$/.test(word) ? at : undefined;
  }
  return undefined;
}

/** The source of the file that is started; the tracing file stands beside it, so that it is built and copied with it. */
function entryOf({ code }: Service, started: string): string | undefined {
  return code?.entryPoints.find((entry) => stemOf(entry) === stemOf(started));
}

function stemOf(path: string): string {
  return baseOf(path).replace(/\.[cm]?[jt]sx?$/, '');
}

/** An init process that starts what CMD says. */
function isInit(words: readonly string[]): boolean {
  const [first, second] = words.map((word) => word.slice(word.lastIndexOf('/') + 1));
  return (
    /^(?:tini|dumb-init|docker-(?:init|entrypoint\.sh))$/.test(first ?? '') &&
    (second === undefined || second.startsWith('-'))
  );
}

function setUp(
  { read, model }: FixContext,
  service: Service,
  started: Start,
  entry: string,
): readonly Change[] {
  const pkg = service.package!;
  const typescript = /\.[cm]?ts$/.test(entry);
  const compiled = typescript && !/\.[cm]?ts$/.test(started.file);
  if (compiled && !compilesEach(pkg.facts)) return [];
  const modules = pkg.facts.type === 'module' || entry.endsWith('.mjs');
  const name = typescript ? 'tracing.ts' : modules ? 'tracing.mjs' : 'tracing.cjs';
  const path = join(folderOf(entry), name);
  if (model.files.has(path)) return [];
  const loaded = join(folderOf(started.file), compiled ? 'tracing.js' : name);
  const option = modules || (typescript && !compiled) ? '--import' : '--require';
  const manifest = read(pkg.file);
  const loader = started.loader(`${option} ${loaded.replace(/^(?!\.?\/)/, './')}`, read);
  const dependencies = addDependencies(manifest, pkg.facts, packages);
  if (!loader || !dependencies) return [];
  return [
    { kind: 'create', file: path, text: tracingFile(modules || typescript, newlineOf(manifest.text)) },
    ...dependencies,
    loader,
  ];
}

function tracingFile(esm: boolean, newline: string): string {
  const load = (names: string, from: string): string =>
    esm ? `import { ${names} } from '${from}';` : `const { ${names} } = require('${from}');`;
  return [
    '// Starts tracing before anything else is loaded. OTEL_SERVICE_NAME names the service, and',
    '// OTEL_EXPORTER_OTLP_ENDPOINT the collector that traces are sent to.',
    load('getNodeAutoInstrumentations', '@opentelemetry/auto-instrumentations-node'),
    load('OTLPTraceExporter', '@opentelemetry/exporter-trace-otlp-proto'),
    load('NodeSDK', '@opentelemetry/sdk-node'),
    '',
    'const sdk = new NodeSDK({',
    '  traceExporter: new OTLPTraceExporter(),',
    '  instrumentations: [getNodeAutoInstrumentations()],',
    '});',
    '',
    'sdk.start();',
    '',
    '// When nothing else is left to do, the last spans are still to be sent.',
    "process.once('beforeExit', () => void sdk.shutdown());",
    '',
  ].join(newline);
}

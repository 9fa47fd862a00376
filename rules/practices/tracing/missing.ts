/** A server whose requests leave no trace: when something is slow, nobody can see where the time goes. */
import type { Service } from '../../model/model.ts';
import type { TextFile } from '../../artifacts/artifact.ts';
import { folderOf } from '../../model/paths.ts';
import { addDependency } from '../edits/dependencies.ts';
import { execForm, replace } from '../edits/dockerfile.ts';
import { setValue } from '../edits/json.ts';
import { newlineOf } from '../edits/lines.ts';
import { defineRule, type Change, type FixContext, type LazyFix } from '../rule.ts';

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
      const [tracing] = service.tracing;
      if (tracing) {
        report.met(service, { at: tracing.at, message: `It is traced by ${vendorName(tracing.vendor)}.` });
        continue;
      }
      const listen = service.code?.listens.find(({ at }) => model.role(at.file) === 'production');
      if (!service.code) {
        report.unknown(service, 'Its code is not here, or is in a language that is not read.');
      } else if (listen) {
        report.gap({
          message: 'missing',
          data: { service: service.name },
          at: listen.at,
          service,
          fixes: fixes(service),
        });
      }
    }
  },
});

function vendorName(vendor: string): string {
  return vendor === 'opentelemetry' ? 'OpenTelemetry' : vendor;
}

/** The packages that the tracing file needs, with the versions that were current in November 2026. */
const packages: Readonly<Record<string, string>> = {
  '@opentelemetry/auto-instrumentations-node': '0.82.0',
  '@opentelemetry/exporter-trace-otlp-proto': '0.301.1',
  '@opentelemetry/sdk-node': '0.301.0',
};

function fixes(service: Service): LazyFix[] {
  if (service.language !== 'javascript' || !service.package || start(service) === undefined) return [];
  const title = 'Set up OpenTelemetry in a file of its own, loaded before the code';
  return [{ title, safety: 'suggested', changes: (context) => setUp(context, service) }];
}

/** Where the process is started with `node FILE`: what has to load tracing first. */
interface Start {
  readonly loader: (flag: string, read: FixContext['read']) => Change | undefined;
  /** The file started runs as TypeScript, by a loader or by Node itself. */
  readonly typescript: boolean;
}

function start({ dockerfiles, package: pkg }: Service): Start | undefined {
  for (const { file, facts } of dockerfiles) {
    const stage = facts.stages.at(-1);
    const command = stage?.entrypoint ?? stage?.cmd;
    if (command?.form !== 'exec' || command.words[0] !== 'node') continue;
    return {
      typescript: command.words.some((word) => /\.[cm]?ts$/.test(word)),
      loader: (flag, read) =>
        replace(
          read(file),
          command.argumentsRange,
          execForm(['node', ...flag.split(' '), ...command.words.slice(1)]),
        ),
    };
  }
  const script = pkg?.facts.scripts['start'];
  const match = script && /^node(?= )/.exec(script.value);
  if (!script || !match) return undefined;
  return {
    typescript: /\.[cm]?ts\b/.test(script.value),
    // A script's range is that of the text between its quotes.
    loader: (flag, read) =>
      setValue(
        read(pkg.file),
        { start: script.range.start - 1, end: script.range.end + 1 },
        `node ${flag}${script.value.slice('node'.length)}`,
      ),
  };
}

function setUp({ read, model }: FixContext, service: Service): readonly Change[] {
  const pkg = service.package!;
  const started = start(service)!;
  const modules = pkg.facts.type === 'module';
  const name = started.typescript ? 'tracing.ts' : modules ? 'tracing.mjs' : 'tracing.cjs';
  const base = folderOf(pkg.file);
  const path = base === '' ? name : `${base}/${name}`;
  if (model.files.has(path)) return [];
  const manifest = read(pkg.file);
  const loader = started.loader(
    modules || started.typescript ? `--import ./${name}` : `--require ./${name}`,
    read,
  );
  const dependencies = dependencyChanges(manifest, pkg.facts);
  if (!loader || !dependencies) return [];
  const esm = modules || started.typescript;
  return [
    { kind: 'create', file: path, text: tracingFile(esm, newlineOf(manifest.text)) },
    ...dependencies,
    loader,
  ];
}

/** All packages in one edit: several edits at one place would be put in any order. */
function dependencyChanges(
  manifest: TextFile,
  facts: NonNullable<Service['package']>['facts'],
): readonly Change[] | undefined {
  const missing = Object.entries(packages).filter(([name]) => !Object.hasOwn(facts.dependencies, name));
  if (missing.length === 0) return [];
  const changes = missing.map(([name, version]) => addDependency(manifest, facts, name, version));
  const [first] = changes;
  if (changes.some((change) => change?.kind !== 'edit') || first?.kind !== 'edit') return undefined;
  if (facts.dependenciesRange === undefined) return undefined;
  const text = changes.map((change) => (change as typeof first).text).join('');
  return [{ ...first, text }];
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

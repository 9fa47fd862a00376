/**
 * How a service is started, and what is put around its code from outside: entry files, modules loaded first, tracing
 * agents and operators; from package scripts, Dockerfile, compose and manifest.
 */
import type { PackageFacts } from '../artifacts/packages/facts.ts';
import type { ContainerFacts } from '../artifacts/kubernetes/facts.ts';
import type { Place, TextRange } from '../text.ts';
import { agentsIn, preloadsOf, readCommand, vendorOfPreload, type ServerStart } from './commands.ts';
import type { DockerCommand, DockerStage } from '../artifacts/dockerfile/facts.ts';
import { builtStage, chain, isWebServer, startCommands } from './dockerfiles.ts';
import type { Tracing } from './model.ts';
import { startScripts } from './servers.ts';
import type { ServiceDraft } from './serviceDraft.ts';

export interface Started {
  /** File arguments as written. */
  readonly entries: readonly string[];
  /** Modules loaded before them as written. */
  readonly preloads: readonly string[];
  readonly tracing: readonly Tracing[];
  readonly servers: readonly (ServerStart & { readonly at: Place })[];
  /** Settings given as arguments: `--server.port=80`, `-Dserver.port=80`. */
  readonly properties: ReadonlyMap<string, string>;
  /** Environment variables of image, Compose and manifests; null where they are not plain, or not the same everywhere. */
  readonly variables: ReadonlyMap<string, string | null>;
  /** Its images start a web server with nothing but files: its code was run to build them. */
  readonly servesFiles: boolean;
}

const maxScriptDepth = 4;

export function startsOf(draft: ServiceDraft): Started {
  const starts = new Starts(draft);
  for (const { file, facts } of draft.dockerfiles) {
    const stages = chain(facts, builtStage(facts));
    for (const { words, argumentsRange } of wholeCommands(startCommands(stages)))
      starts.command(file, words.join(' '), argumentsRange);
    starts.image(file, stages);
    for (const { environment } of stages) starts.environment(file, environment);
  }
  for (const { file, facts } of draft.composeServices) {
    for (const text of [facts.entrypoint, facts.command])
      if (text) starts.command(file, text.value, text.range);
    starts.environment(file, facts.environment);
  }
  for (const { file, facts, containers } of draft.workloads) {
    for (const container of containers) starts.container(file, container);
    for (const { image, range } of facts.containers)
      if (image?.known && instrumenting.test(image.value))
        starts.trace({ vendor: 'opentelemetry', by: 'agent', range }, file);
    for (const [name, value] of Object.entries(facts.podAnnotations)) {
      const vendor = operatorVendor(name, value);
      if (vendor !== undefined)
        starts.trace(
          { vendor, by: 'operator', range: facts.containers[0]?.range ?? { start: 0, end: 0 } },
          file,
        );
    }
  }
  starts.packageScripts();
  return starts;
}

/** `ENTRYPOINT ["python3"]` and `CMD ["app.py"]` are one command; an entry point that is a script is another one. */
function wholeCommands(commands: readonly DockerCommand[]): readonly DockerCommand[] {
  const [entrypoint, cmd] = commands;
  if (!entrypoint || !cmd || !runtime.test(entrypoint.words.join(' '))) return commands;
  return [{ ...cmd, words: [...entrypoint.words, ...cmd.words] }];
}

const runtime =
  /^(?:\S*\/)?(?:python[\d.]*|node|bun|deno|ruby|php|dotnet|gunicorn|uvicorn|flask|npm|yarn|pnpm)(?: -\S+| run)*$/;

/** Images that trace the process beside them from outside, with eBPF: OpenTelemetry's for Go, Grafana's and Odigos'. */
const instrumenting =
  /\/(?:autoinstrumentation-go|opentelemetry-ebpf\w*|ebpf-instrument|beyla|otel-go-agent)(?:[:@]|$)/;

/** Images that serve PHP by themselves, with the port they listen on unless their environment says another. */
const phpImages: readonly (readonly [RegExp, string, number])[] = [
  [/^(?:docker\.io\/)?(?:library\/)?php:[^:]*apache/, 'apache2-foreground', 80],
  [/(?:^|\/)dunglas\/frankenphp:/, 'frankenphp', 80],
  [/(?:^|\/)webdevops\/php-(?:nginx|apache)(?:-dev)?:/, 'nginx', 80],
  [/(?:^|\/)trafex\/(?:alpine-nginx-php\d|php-nginx):/, 'nginx', 8080],
  [/(?:^|\/)richarvey\/nginx-php-fpm:/, 'nginx', 80],
];

/** Whether a stage changes what the web server of its image is set to, and with it the port. */
function isConfigured({ runs, copies }: DockerStage): boolean {
  return (
    runs.some(({ value }) => /ports\.conf|\bsites-|\.conf\b|\bListen\b/.test(value)) ||
    copies.some(({ sources, destination }) =>
      /\.conf\b|apache2|nginx|Caddyfile/.test([...sources, destination].join(' ')),
    )
  );
}

/** What installs an agent for PHP, which is an extension of its runtime. */
const phpAgents: readonly (readonly [RegExp, string])[] = [
  [/datadog-setup\.php|\bddtrace\b/, 'datadog'],
  [/(?:pecl|pie|install-php-extensions)\b[^&;]*\bopentelemetry\b/, 'opentelemetry'],
  [/newrelic-php5|newrelic-install/, 'newrelic'],
  [/apm-agent-php|elastic-apm-agent/, 'elastic'],
  [/\btideways-php\b|\bblackfire-php\b|scoutapm/, 'agent'],
];

function servesFiles({ dockerfiles, composeServices, workloads }: ServiceDraft): boolean {
  const images = dockerfiles.filter(({ role }) => role === 'production').map(({ facts }) => facts);
  return (
    images.length > 0 &&
    images.every((facts) =>
      [undefined, ...composeServices.map(({ facts: { build } }) => build?.target)].every((target) =>
        isWebServer(facts, builtStage(facts, target)),
      ),
    ) &&
    composeServices.every(({ facts: { command, entrypoint } }) => !command && !entrypoint) &&
    workloads.every(({ containers }) =>
      containers.every(({ command, args }) => command.length + args.length === 0),
    )
  );
}

class Starts implements Started {
  readonly entries: string[] = [];
  readonly preloads: string[] = [];
  readonly tracing: Tracing[] = [];
  readonly servers: (ServerStart & { readonly at: Place })[] = [];
  readonly properties = new Map<string, string>();
  readonly variables = new Map<string, string | null>();
  readonly servesFiles: boolean;
  readonly #package: { readonly file: string; readonly facts: PackageFacts } | undefined;

  constructor(draft: ServiceDraft) {
    this.#package = draft.package;
    this.servesFiles = servesFiles(draft);
  }

  command(file: string, text: string, range: TextRange, depth = 0): void {
    const start = readCommand(text);
    this.#properties(text);
    this.entries.push(...start.entries);
    for (const server of start.servers) this.servers.push({ ...server, at: { file, range } });
    for (const preload of start.preloads) this.#preload(file, preload, range);
    for (const vendor of start.agents) this.trace({ vendor, by: 'agent', range }, file);
    if (depth > maxScriptDepth) return;
    for (const name of start.scripts) {
      const scripts = this.#package?.facts.scripts ?? {};
      const script = Object.hasOwn(scripts, name) ? scripts[name] : undefined;
      if (script) this.command(this.#package!.file, script.value, script.range, depth + 1);
    }
  }

  environment(file: string, environment: ContainerFacts['environment']): void {
    for (const [name, set] of Object.entries(environment)) {
      const known = this.variables.get(name);
      const value = set?.value ?? null;
      this.variables.set(name, known === undefined || known === value ? value : null);
    }
    const nodeOptions = environment['NODE_OPTIONS'];
    if (nodeOptions)
      for (const preload of preloadsOf(nodeOptions.value)) this.#preload(file, preload, nodeOptions.range);
    for (const name of [
      'JAVA_TOOL_OPTIONS',
      'JAVA_OPTS',
      'JDK_JAVA_OPTIONS',
      'CATALINA_OPTS',
      '_JAVA_OPTIONS',
    ]) {
      const options = environment[name];
      if (!options) continue;
      this.#properties(options.value);
      for (const vendor of agentsIn(options.value))
        this.trace({ vendor, by: 'agent', range: options.range }, file);
    }
    const profiler = environment['CORECLR_ENABLE_PROFILING'];
    if (profiler?.value !== '1') return;
    const vendor = environment['OTEL_DOTNET_AUTO_HOME']
      ? 'opentelemetry'
      : environment['DD_DOTNET_TRACER_HOME']
        ? 'datadog'
        : undefined;
    if (vendor !== undefined) this.trace({ vendor, by: 'agent', range: profiler.range }, file);
  }

  /** What the base image starts where the file starts nothing, and the agents that are put into the image. */
  image(file: string, stages: readonly DockerStage[]): void {
    const { from } = stages.at(-1) ?? {};
    const image = from?.value.name === undefined ? '' : `${from.value.name}:${from.value.tag ?? ''}`;
    const served = phpImages.find(([pattern]) => pattern.test(image));
    if (served && from && startCommands(stages).length === 0) {
      const [, program, port] = served;
      const at = { file, range: from.range };
      this.servers.push({ program, ...(!stages.some(isConfigured) && { port }), at });
    }
    for (const { runs } of stages)
      for (const { value, range } of runs) {
        const agent = phpAgents.find(([pattern]) => pattern.test(value));
        if (agent) this.trace({ vendor: agent[1], by: 'agent', range }, file);
      }
  }

  container(file: string, container: ContainerFacts): void {
    if (container.command.length + container.args.length > 0)
      this.command(file, [...container.command, ...container.args].join(' '), container.range);
    this.environment(file, container.environment);
  }

  /** `main` and the start scripts count where nothing else says how the package is started. */
  packageScripts(): void {
    if (!this.#package) return;
    const { file, facts } = this.#package;
    if (this.entries.length > 0) return;
    for (const script of startScripts(facts)) {
      const range = Object.values(facts.scripts).find(({ value }) => value === script)!.range;
      this.command(file, script, range);
    }
    if (this.entries.length === 0) this.entries.push(facts.main ?? 'index.js');
  }

  trace({ vendor, by, range }: { vendor: string; by: Tracing['by']; range: TextRange }, file: string): void {
    const at: Place = { file, range };
    this.tracing.push({ vendor, by, range, at });
  }

  #properties(text: string): void {
    for (const [, name, value] of text.slice(0, 4000).matchAll(/(?:^|\s)(?:--|-D)([\w.-]+)=([^\s"']+)/g))
      this.properties.set(name!, value!);
  }

  #preload(file: string, module: string, range: TextRange): void {
    this.preloads.push(module);
    const vendor = vendorOfPreload(module);
    if (vendor !== undefined) this.trace({ vendor, by: 'preload', range }, file);
  }
}

/**
 * Annotations that make an operator put tracing into a pod: opentelemetry-operator ("instrumentation.opentelemetry.io/
 * inject-*"), Datadog's admission controller, Dynatrace, New Relic.
 */
function operatorVendor(annotation: string, value: string): string | undefined {
  if (/^(?:false|disabled)$/i.test(value)) return undefined;
  if (/^instrumentation\.opentelemetry\.io\/inject-/.test(annotation)) return 'opentelemetry';
  if (/^admission\.datadoghq\.com\/(?:js|java|python|dotnet|ruby|php)-lib\.version$/.test(annotation))
    return 'datadog';
  if (/^(?:oneagent|data-ingest)\.dynatrace\.com\/inject$/.test(annotation)) return 'dynatrace';
  if (/^instrumentation\.newrelic\.com\//.test(annotation)) return 'newrelic';
  return undefined;
}

/**
 * Reads start commands: package scripts, Dockerfile, compose and manifest commands. Says which file a process starts
 * with, what is loaded before it, and which tracing agent is put around it. It knows words only, no files.
 */

export interface Start {
  /** Arguments that name the program's own file: `dist/server.js`, `src/main.ts`. */
  readonly entries: readonly string[];
  /** Modules loaded before it: `./tracing.js`, `dd-trace/init`. */
  readonly preloads: readonly string[];
  /** Package scripts it runs: `npm start` runs `start`. */
  readonly scripts: readonly string[];
  /** Programs run, without their folders: `next`, `gunicorn`. */
  readonly programs: readonly string[];
  /** Servers that serve an application by its framework's conventions, or a Python application they are given. */
  readonly servers: readonly ServerStart[];
  /** Vendors of tracing agents named in it. */
  readonly agents: readonly string[];
}

export interface ServerStart {
  /** `gunicorn`, `uvicorn` … */
  readonly program: string;
  /** `app.main:app`, where it is named in full. */
  readonly application?: string;
  readonly port?: number;
  /** The variable that its port is read from: `-p $PORT`. */
  readonly portVariable?: string;
}

const runtimes = new Set([
  'node', 'nodejs', 'bun', 'deno', 'ts-node', 'ts-node-dev', 'ts-node-esm', 'tsx', 'nodemon', 'babel-node', 'esr', 'swc-node', 'pm2',
  'pm2-runtime', 'forever', 'node-dev', 'tsnd', 'jiti',
]); // prettier-ignore
const wrappers = new Set([
  'exec', 'env', 'cross-env', 'tini', 'dumb-init', 'npx', 'nohup', 'time', 'sudo', 'su-exec', 'gosu', 'dotenv', 'dotenvx', 'catchsegv',
  'infisical', 'doppler', 'op', 'opentelemetry-instrument', 'ddtrace-run', 'newrelic-admin', 'docker-entrypoint.sh', 'entrypoint.sh',
  'poetry', 'pipenv', 'uv', 'pdm', 'bundle',
]); // prettier-ignore
const managers = new Set(['npm', 'yarn', 'pnpm', 'bun']);
/** Flags whose value is the next word. */
const valueFlags = new Set(['--env-file', '-e', '-c', '-f', '--cwd', '-C', '--dir', '--loader', '--experimental-loader', '-P', '--project', '--tsconfig', '--watch-path', '--filter', '-F', '-w', '--workspace', '--prefix', '-x', '--exec', '-i', '--name', '-u', '--user']); // prettier-ignore
const preloadFlag = /^(?:-r|--require|--import)(?:=(.+))?$/;

/** Reads a command line, or the words of an exec form joined by blanks. */
export function readCommand(command: string): Start {
  const start = {
    entries: [] as string[],
    preloads: [] as string[],
    scripts: [] as string[],
    programs: [] as string[],
    servers: [] as ServerStart[],
    agents: agentsIn(command),
  };
  for (const words of simpleCommands(command.slice(0, 4000))) readWords(words, start);
  return start;
}

/** The modules that NODE_OPTIONS loads first. */
export function preloadsOf(nodeOptions: string): string[] {
  const preloads: string[] = [];
  const words = wordsOf(nodeOptions.slice(0, 4000));
  for (let at = 0; at < words.length; at++) at = readPreload(words, at, preloads) ?? at;
  return preloads;
}

/** Vendors whose agent is attached by these words: `-javaagent:…`, `opentelemetry-instrument`, `ddtrace-run`. */
export function agentsIn(text: string): string[] {
  const vendors: string[] = [];
  if (
    /\bopentelemetry-instrument\b|-javaagent:[^\s"']*(?:opentelemetry|otel|splunk-otel|grafana-otel)/i.test(
      text,
    )
  )
    vendors.push('opentelemetry');
  if (/\bddtrace-run\b|-javaagent:[^\s"']*dd-(?:java-agent|trace)/i.test(text)) vendors.push('datadog');
  if (/-javaagent:[^\s"']*elastic-apm/i.test(text)) vendors.push('elastic');
  if (/\bnewrelic-admin\b|-javaagent:[^\s"']*newrelic/i.test(text)) vendors.push('newrelic');
  if (/-javaagent:[^\s"']*applicationinsights/i.test(text)) vendors.push('azure');
  if (/-javaagent:[^\s"']*skywalking/i.test(text)) vendors.push('skywalking');
  if (/-javaagent:[^\s"']*(?:instana|dynatrace|oneagent)/i.test(text)) vendors.push('agent');
  return vendors;
}

const preloadVendors: readonly (readonly [RegExp, string])[] = [
  [
    /^@opentelemetry\/auto-instrumentations-node(?:\/|$)|^@splunk\/otel\/|^@honeycombio\/opentelemetry-node|^@grafana\/otel|^@elastic\/opentelemetry-node|^@vercel\/otel/,
    'opentelemetry',
  ],
  [/^dd-trace(?:\/|$)/, 'datadog'],
  [/^elastic-apm-node(?:\/|$)/, 'elastic'],
  [/^newrelic(?:\/|$)|^@newrelic\//, 'newrelic'],
  [/^@instana\/collector(?:\/|$)/, 'instana'],
  [/^applicationinsights(?:\/|$)|^@azure\/monitor-opentelemetry/, 'azure'],
  [/^@google-cloud\/trace-agent|^@dynatrace\//, 'agent'],
];

/** The vendor whose tracing starts by loading this module. */
export function vendorOfPreload(specifier: string): string | undefined {
  return preloadVendors.find(([pattern]) => pattern.test(specifier))?.[1];
}

function readWords(
  words: readonly string[],
  start: {
    entries: string[];
    preloads: string[];
    scripts: string[];
    programs: string[];
    servers: ServerStart[];
  },
): void {
  let at = 0;
  while (at < words.length) {
    const word = words[at]!;
    const assignment = /^([A-Z][A-Z0-9_]*)=(.*)$/.exec(word);
    if (assignment) {
      if (assignment[1] === 'NODE_OPTIONS') start.preloads.push(...preloadsOf(assignment[2]!));
      at++;
    } else if (wrappers.has(baseName(word)) || word === '--' || word === 'run' || word === 'run-program')
      at++;
    else if (word.startsWith('-') && !preloadFlag.test(word)) at += valueFlags.has(word) ? 2 : 1;
    else break;
  }
  const program = words[at] === undefined ? undefined : baseName(words[at]!);
  if (program === undefined) return;
  const rest = words.slice(at + 1);
  const shell = /^(?:sh|bash|ash|dash|zsh)$/.test(program) && /^-[a-z]*c$/.test(rest[0] ?? '');
  if (shell) {
    for (const inner of simpleCommands(rest.slice(1).join(' '))) readWords(inner, start);
    return;
  }
  start.programs.push(program);
  if (/^python[\d.]*$/.test(program)) return readPython(rest, start);
  if (pythonServers.has(program)) return readServer(program, rest, start);
  const server = otherServer(program, rest);
  if (server) start.servers.push(server);
  if (managers.has(program) && readManager(program, rest, start)) return;
  if (runtimes.has(program)) readRuntime(rest, start);
  else if (/\.[cm]?[jt]sx?$/.test(words[at]!)) start.entries.push(words[at]!);
}

const pythonServers = new Set(['gunicorn', 'uvicorn', 'hypercorn', 'flask', 'fastapi', 'runserver']);

export function isPythonServer(program: string): boolean {
  return pythonServers.has(program);
}

/** Servers of other languages, by program and the first word after it. */
const otherServers: readonly RegExp[] = [
  /^next start\b/,
  /^(?:remix|react-router)-serve\b/,
  /^(?:nuxt|nuxi|nitro) (?:start|preview)\b/,
  /^(?:puma|rackup|unicorn|unicorn_rails|falcon|thrust)\b/,
  /^(?:rails (?:s|server)|thin start|passenger start)\b/,
  /^php (?:\S+ ){0,6}\S*artisan (?:serve|octane:start|octane:frankenphp|octane:swoole|octane:roadrunner)\b/,
  /^(?:frankenphp (?:run|php-server)|apache2-foreground)\b/,
];

function otherServer(program: string, words: readonly string[]): ServerStart | undefined {
  const text = [program, ...words].join(' ').slice(0, 1000);
  const builtIn = /^php (?:\S+ ){0,6}(?:-S|--server)[ =]?\S*:(?:(\d{1,5})|\$\{?(\w+)\}?)/.exec(text);
  if (builtIn)
    return {
      program: 'php -S',
      ...(builtIn[1] !== undefined ? { port: Number(builtIn[1]) } : { portVariable: builtIn[2]! }),
    };
  if (!otherServers.some((pattern) => pattern.test(text))) return undefined;
  const bound =
    / (?:-p|--port|-b ?tcp:[^ ]*:(?=\d))[ =]?(?:(\d{1,5})\b|"?\$\{?(\w+)(?::?-(\d{1,5}))?\}?)/.exec(text);
  const [, digits, portVariable, fallback] = bound ?? [];
  const port = digits ?? fallback;
  return {
    program: /artisan (\w+)/.exec(text)?.[0] ?? program,
    ...(port !== undefined && { port: Number(port) }),
    ...(portVariable !== undefined && { portVariable }),
  };
}

/** `python -u server.py`, `python -m shop.server`, `python -m uvicorn shop.main:app`. */
function readPython(words: readonly string[], start: { entries: string[]; servers: ServerStart[] }): void {
  for (let at = 0; at < words.length; at++) {
    const word = words[at]!;
    if (word === '-m') {
      const module = words[at + 1] ?? '';
      const path = module.replaceAll('.', '/');
      if (pythonServers.has(module)) readServer(module, words.slice(at + 2), start);
      else start.entries.push(`${path}.py`, `${path}/__main__.py`);
      return;
    }
    if (word === '-W' || word === '-X') at++;
    else if (!word.startsWith('-')) {
      if (word.endsWith('.py')) start.entries.push(word);
      if (/(?:^|\/)manage\.py$/.test(word) && words[at + 1] === 'runserver')
        start.servers.push(developmentServer(words.slice(at + 2)));
      return;
    } else if (word === '-c') return;
  }
}

/** Django's own server, on 8000 unless told otherwise: https://docs.djangoproject.com/en/stable/ref/django-admin/#runserver */
function developmentServer(words: readonly string[]): ServerStart {
  const bound = words.find((word) => !word.startsWith('-'));
  const digits = /(?:^|:)(\d{1,5})$/.exec(bound ?? '')?.[1];
  const port = digits ?? (bound === undefined ? '8000' : undefined);
  return { program: 'runserver', ...(port !== undefined && { port: Number(port) }) };
}

function readServer(program: string, words: readonly string[], start: { servers: ServerStart[] }): void {
  if (/^(?:flask|fastapi)$/.test(program) && !words.includes('run')) return;
  const application = words.find((word) => /^[A-Za-z_][\w.]*:[A-Za-z_][\w.]*(?:\(\))?$/.test(word));
  const bound = words.findIndex((word) => /^(?:-b|--bind|-p|--port)(?:=|$)/.test(word));
  const [, digits] =
    /(?:^|[:=])(\d{1,5})$/.exec(/=/.test(words[bound] ?? '') ? words[bound]! : (words[bound + 1] ?? '')) ??
    [];
  start.servers.push({
    program,
    ...(application !== undefined && { application }),
    ...(bound >= 0 && digits !== undefined && { port: Number(digits) }),
    // https://flask.palletsprojects.com/en/stable/cli/
    ...(program === 'flask' && bound < 0 && { port: 5000, portVariable: 'FLASK_RUN_PORT' }),
  });
}

/** `npm start`, `pnpm --filter api run start:prod`, `yarn workspace api serve`. */
function readManager(
  program: string,
  words: readonly string[],
  start: { scripts: string[]; programs: string[] },
): boolean {
  const plain: string[] = [];
  for (let at = 0; at < words.length; at++) {
    const word = words[at]!;
    if (word === '--') break;
    if (word.startsWith('-')) at += valueFlags.has(word) ? 1 : 0;
    else plain.push(word);
  }
  if (plain[0] === 'workspace') plain.splice(0, 2);
  if (plain[0] === 'run' || plain[0] === 'run-script' || plain[0] === 'exec' || plain[0] === 'dlx')
    plain.shift();
  const script = plain[0];
  if (script === undefined) return program !== 'bun';
  if (program === 'bun' && /[./]/.test(script)) return false;
  start.scripts.push(script);
  start.programs.push(script);
  return true;
}

function readRuntime(words: readonly string[], start: { entries: string[]; preloads: string[] }): void {
  for (let at = 0; at < words.length; at++) {
    const word = words[at]!;
    const preload = readPreload(words, at, start.preloads);
    if (preload !== undefined) at = preload;
    else if (word.startsWith('-')) at += valueFlags.has(word) ? 1 : 0;
    else if (!/^(?:run|watch|start|serve|inspect)$/.test(word)) {
      start.entries.push(word);
      return;
    }
  }
}

/** Reads `--require x` or `--import=x` at an index; the index of its last word, or undefined when it is neither. */
function readPreload(words: readonly string[], at: number, preloads: string[]): number | undefined {
  const flag = preloadFlag.exec(words[at]!);
  if (!flag) return undefined;
  const value = flag[1] ?? words[at + 1];
  if (value !== undefined) preloads.push(value);
  return flag[1] === undefined ? at + 1 : at;
}

function simpleCommands(command: string): string[][] {
  const commands: string[][] = [[]];
  for (const word of wordsOf(command)) {
    if (/^(?:&&|\|\||[;|&])$/.test(word)) commands.push([]);
    else commands.at(-1)!.push(word);
  }
  return commands.filter((words) => words.length > 0);
}

/** Words as a shell splits them, as far as start commands need it: quotes, operators, no expansion. */
function wordsOf(text: string): string[] {
  const words: string[] = [];
  for (const [, double, single, operator, bare] of text.matchAll(
    /"((?:[^"\\]|\\.)*)"|'([^']*)'|(&&|\|\||[;|&])|([^\s"';|&]+)/g,
  ))
    words.push(double ?? single ?? operator ?? bare ?? '');
  return words;
}

function baseName(word: string): string {
  return word.slice(word.lastIndexOf('/') + 1);
}

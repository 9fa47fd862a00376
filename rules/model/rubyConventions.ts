/** What Rails, Rack and their servers add to the code of a service by convention. It must never know a file's text. */
import type { Conventions } from './conventions.ts';
import { place, type Listen } from './model.ts';
import { join } from './paths.ts';
import type { PlatformCode } from './platforms/platform.ts';

/** Programs that serve, with the port they listen on when nothing says another. */
const defaultPorts: Readonly<Record<string, number>> = {
  rails: 3000,
  puma: 9292,
  rackup: 9292,
  unicorn: 8080,
  unicorn_rails: 8080,
  falcon: 9292,
  thin: 3000,
  passenger: 3000,
  thrust: 80,
};

/** Gems that answer paths of their own as soon as they are there. */
const servingGems: Readonly<Record<string, string>> = {
  okcomputer: '/okcomputer/*',
  health_check: '/health_check/*',
  'rack-heartbeat': '/heartbeat',
};
const mayServe = /health|heartbeat|alive|ping|status|proxy|high_voltage/;

/** Gems that trace a Rails application as soon as they are there. */
const tracingGems: Readonly<Record<string, string>> = {
  ddtrace: 'datadog',
  datadog: 'datadog',
  'elastic-apm': 'elastic',
  newrelic_rpm: 'newrelic',
  scout_apm: 'scout',
  skylight: 'skylight',
  appsignal: 'appsignal',
  instana: 'instana',
};

export function addRuby(code: PlatformCode, { root, files, manifest, sources, started }: Conventions): void {
  const routers = code.files.flatMap((file) =>
    (sources.get(file)?.language === 'ruby' ? sources.get(file)!.routers : []).map((router) => ({
      file,
      router,
    })),
  );
  const rails = routers.find(
    ({ router }) => router.framework === 'rails' && router.local === 'routes' && !router.parameterOf,
  );
  const application = rails ?? routers.find(({ router }) => /^(?:sinatra|rack)$/.test(router.framework));
  if (!application) return;
  const framework = rails ? 'rails' : application.router.framework;
  const gemfile = ['Gemfile', 'gems.rb'].map((name) => join(root, name)).find(files.lists);
  const at = place(application.file, application.router);
  for (const { value, range } of manifest?.dependencies ?? []) {
    const path = Object.hasOwn(servingGems, value) ? servingGems[value]! : undefined;
    if (path !== undefined) code.routes.push({ method: 'ALL', path, framework, at });
    else if (mayServe.test(value)) code.complete = false;
    const vendor = rails && Object.hasOwn(tracingGems, value) ? tracingGems[value]! : undefined;
    if (vendor !== undefined && gemfile !== undefined)
      code.tracing.push({ vendor, range, at: { file: gemfile, range } });
  }
  if (rails) code.routes.push({ method: 'ALL', path: '/rails/*', framework, at });
  addListen(code, framework, at, started.servers);
}

function addListen(
  code: PlatformCode,
  framework: string,
  at: Listen['at'],
  servers: Conventions['started']['servers'],
): void {
  const start = servers.find(({ program }) => Object.hasOwn(defaultPorts, program));
  const configured = code.listens.find((listen) => listen.framework === 'puma');
  // What the command says goes before what the server's own file says.
  const isOverridden =
    start?.port !== undefined || start?.portVariable !== undefined || start?.program === 'thrust';
  if (configured && !isOverridden) {
    code.listens = code.listens.map((listen) =>
      listen.framework === 'puma' ? { ...listen, router: framework } : listen,
    );
    return;
  }
  if (!configured && code.listens.some(({ protocol }) => protocol === 'http')) return;
  const port = start
    ? (start.port ?? (start.portVariable === undefined ? defaultPorts[start.program] : undefined))
    : undefined;
  const variable =
    start?.portVariable ??
    (start?.program === 'rails' ? 'PORT' : start?.program === 'thrust' ? 'HTTP_PORT' : undefined);
  const place = start?.at ?? at;
  code.listens = [
    ...code.listens.filter((listen) => listen !== configured),
    {
      protocol: 'http',
      framework: start?.program ?? framework,
      router: framework,
      at: place,
      // Puma, which serves unless something else is said, answers what it has accepted before it ends.
      drains: true,
      ...(port !== undefined && { port: { value: port, at: place } }),
      ...(start?.port === undefined && variable !== undefined && { portVariable: variable }),
    },
  ];
}

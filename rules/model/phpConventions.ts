/**
 * What Laravel puts before the routes of a file, by the file's name, and the servers that PHP runs behind. The web server before PHP may answer more, so PHP
 * never says that a path is not served.
 */
import type { Conventions } from './conventions.ts';
import { place } from './model.ts';
import { baseOf, folderOf, isWithin, join, resolve } from './paths.ts';
import type { PlatformCode } from './platforms/platform.ts';
import { joinPaths } from './routes.ts';

/** https://laravel.com/docs/routing#api-routes */
const apiFile = /^api\.php$/;

/**
 * Programs that serve PHP, and whether they answer what they have begun when they are told to end. Of the development
 * servers nothing is said: whoever starts them in production has other worries.
 */
const programs: Readonly<Record<string, { readonly framework: string; readonly drains: true | 'unknown' }>> =
  {
    'php -S': { framework: 'php', drains: 'unknown' },
    'artisan serve': { framework: 'php', drains: 'unknown' },
    'artisan octane': { framework: 'octane', drains: true },
    frankenphp: { framework: 'frankenphp', drains: true },
    'apache2-foreground': { framework: 'apache', drains: true },
    nginx: { framework: 'nginx', drains: true },
  };
/** https://laravel.com/docs/octane#serving-your-application, https://frankenphp.dev/docs/config/ */
const ports: Readonly<Record<string, number>> = {
  'artisan serve': 8000,
  'artisan octane': 8000,
  frankenphp: 80,
};

/** Packages and extensions that trace as soon as they are there. */
const tracing: readonly (readonly [RegExp, string])[] = [
  [
    /^open-telemetry\/opentelemetry-auto-|^keepsuit\/laravel-opentelemetry$|^ext-opentelemetry$/,
    'opentelemetry',
  ],
  [/^datadog\/dd-trace$|^ext-ddtrace$/, 'datadog'],
  [/^(?:nipwaayoni|philkra)\/elastic-apm|^ext-elastic_apm$/, 'elastic'],
  [/^ext-newrelic$/, 'newrelic'],
];

export function addPhp(
  code: PlatformCode,
  { root, sources, started, manifest, symfonyRoutes }: Conventions,
): void {
  const isPhp = code.files.some((file) => sources.get(file)?.language === 'php');
  const start = isPhp && started.servers.find(({ program }) => Object.hasOwn(programs, program));
  if (start && !code.listens.some(({ protocol }) => protocol === 'http')) {
    const { at, program, port = ports[program], portVariable } = start;
    // FrankenPHP listens where SERVER_NAME says.
    const variable = portVariable ?? (program === 'frankenphp' ? 'SERVER_NAME' : undefined);
    code.listens.push({
      protocol: 'http',
      ...programs[program]!,
      at,
      ...(port !== undefined && { port: { value: port, at } }),
      ...(variable !== undefined && { portVariable: variable }),
    });
  }
  for (const { value, range } of isPhp ? (manifest?.dependencies ?? []) : []) {
    const vendor = tracing.find(([name]) => name.test(value))?.[1];
    if (vendor !== undefined)
      code.tracing.push({ vendor, range, at: { file: join(root, 'composer.json'), range } });
  }
  if (isPhp) addSymfony(code, root, symfonyRoutes);
  for (const file of code.files) {
    const facts = sources.get(file);
    if (facts?.language !== 'php') continue;
    code.complete = false;
    for (const router of facts.routers) {
      if (router.framework !== 'laravel' || !router.parameterOf) continue;
      const prefix = apiFile.test(baseOf(file)) ? '/api' : '';
      for (const { method, path } of router.routes)
        code.routes.push({
          method,
          path: joinPaths(prefix, path.value),
          framework: 'laravel',
          at: place(file, path),
        });
    }
  }
}

/** Routes in YAML, and what YAML puts before those in the attributes of controllers. */
function addSymfony(code: PlatformCode, root: string, symfonyRoutes: Conventions['symfonyRoutes']): void {
  for (const [file, { routes, controllers }] of symfonyRoutes) {
    if (!isWithin(file, root)) continue;
    for (const { path, methods } of routes)
      for (const method of methods.length > 0 ? methods : ['ALL'])
        code.routes.push({ method, path: path.value, framework: 'symfony', at: place(file, path) });
    for (const { folder, prefix } of controllers) {
      const below = resolve(folderOf(file), folder);
      if (prefix === '' || below === undefined) continue;
      code.routes = code.routes.map((route) =>
        route.framework === 'symfony' && route.at.file.endsWith('.php') && isWithin(route.at.file, below)
          ? { ...route, path: joinPaths(prefix, route.path) }
          : route,
      );
    }
  }
}

/** A check that asks for a path nobody serves fails for ever, or tells nothing. */
import { isHealthPath } from '../../model/health.ts';
import { healthChecks, type HealthCheck, type HttpQuestion } from '../../model/healthChecks.ts';
import type { Route, Service, ServiceCode } from '../../model/model.ts';
import { findRoute } from '../../model/routes.ts';
import { nearest } from '../../nearest.ts';
import { setScalar } from '../edits/yaml.ts';
import { defineRule, type Change, type FixContext, type LazyFix, type Report } from '../rule.ts';

export default defineRule({
  id: 'health/probe-path-unserved',
  title: 'A health check asks for a path that the service does not serve.',
  area: 'health',
  section: '§4',
  level: 'error',
  joins: true,
  fix: 'safe',
  messages: {
    readiness: {
      text: 'The readiness probe asks {service} for {path}, which its code does not serve: its pods never become ready and get no traffic.',
    },
    liveness: {
      text: 'The liveness probe asks {service} for {path}, which its code does not serve: Kubernetes restarts its pods over and over.',
    },
    startup: {
      text: 'The startup probe asks {service} for {path}, which its code does not serve: Kubernetes stops its pods before they have started.',
    },
    image: {
      text: 'HEALTHCHECK asks {service} for {path}, which its code does not serve: its containers are always unhealthy.',
    },
    compose: {
      text: 'The health check asks {service} for {path}, which its code does not serve: it is always unhealthy, and what waits for it never starts.',
    },
    balancer: {
      text: 'The load balancer asks {service} for {path}, which its code does not serve: it takes every instance for dead and sends none of them traffic.',
    },
  },
  check(model, report) {
    const reported = new Set<string>();
    for (const check of healthChecks(model)) {
      const { service } = check;
      if (!service || check.role === 'test') continue;
      if (check.http) judge(check, check.http, service, reported, report);
      else if (check.unknown && service.code)
        report.unknown(service, 'A template decides what the probe asks for.', check.at);
    }
  },
});

function judge(
  check: HealthCheck,
  asked: HttpQuestion,
  service: Service,
  reported: Set<string>,
  report: Report<HealthCheck['by']>,
): void {
  const declared = service.configuration?.routes ?? [];
  const byConfiguration = findRoute(
    {
      routes: declared.map((path) => ({ method: 'GET', path, framework: '', at: service.at })),
      routesComplete: false,
      staticPrefixes: [],
    },
    asked.path,
  );
  const code = service.code ?? service.runs?.code;
  const found = code ? findRoute(code, asked.path) : byConfiguration;
  if (byConfiguration.served === 'yes')
    return report.met(service, {
      at: asked.at,
      message: `The configuration says that it serves ${asked.path}.`,
    });
  if (found.served === 'yes')
    return report.met(service, { at: found.by, message: `It serves ${asked.path}.` });
  if (found.served === 'unknown' || !code)
    return report.unknown(
      service,
      code
        ? `Some of its routes could not be read, so ${asked.path} may be among them.`
        : `The code that should serve ${asked.path} is not here, or is in a language that is not read yet.`,
      asked.at,
    );
  // Values of a chart may stand for the probes of several workloads.
  const key = `${check.by} ${asked.at.file} ${asked.at.range?.start}`;
  if (reported.has(key)) return;
  reported.add(key);
  const served = getRoutes(code);
  report.gap({
    message: check.by,
    data: { service: service.name, path: asked.path },
    at: asked.at,
    service,
    related: served.slice(0, 3).map(({ at, path }) => ({ at, message: `its code serves ${path}` })),
    fixes: fixes(asked, served),
    ...((check.role !== 'production' || check.by === 'compose' || check.by === 'image') && {
      level: check.role === 'production' ? 'warning' : 'info',
    }),
  });
}

/** Plain paths that answer GET, those named after health first. */
function getRoutes(code: ServiceCode): Route[] {
  const paths = new Set<string>();
  const routes = code.routes.filter(({ method, path }) => {
    if (!/^(?:GET|ALL)$/.test(method) || /[:*{(]/.test(path) || paths.has(path)) return false;
    return paths.add(path);
  });
  return [
    ...routes.filter(({ path }) => isHealthPath(path)),
    ...routes.filter(({ path }) => !isHealthPath(path)),
  ];
}

/** The health route, where there is one to choose; else what was most likely meant. */
function fixes(asked: HttpQuestion, served: readonly Route[]): LazyFix[] {
  const health = served.filter(({ path }) => isHealthPath(path)).map(({ path }) => path);
  const meant = nearest(asked.path, health.length > 0 ? health : served.map(({ path }) => path));
  const paths = [...new Set([...(meant === undefined ? [] : [meant]), ...health])].slice(0, 3);
  return paths.map((path) => ({
    title: `Ask for ${path}, which the code serves`,
    safety: health.length === 1 ? 'safe' : 'suggested',
    changes: (context) => ask(context, asked, path),
  }));
}

function ask(
  { read }: FixContext,
  { at, exact, command, path: wrong }: HttpQuestion,
  path: string,
): readonly Change[] {
  if (exact) {
    const change = at.range && setScalar(read(at.file), at.range, path);
    return change ? [change] : [];
  }
  const { file, range } = command;
  if (!range) return [];
  const found = onlyOccurrence(read(file).text.slice(range.start, range.end), wrong);
  if (found === undefined) return [];
  const start = range.start + found;
  return [{ kind: 'edit', file, range: { start, end: start + wrong.length }, text: path }];
}

/** Where a path stands in a command, if it stands there once: after the host or port, and not as a part of a longer one. */
function onlyOccurrence(command: string, path: string): number | undefined {
  let found: number | undefined;
  for (let at = command.indexOf(path); at >= 0; at = command.indexOf(path, at + 1)) {
    if (/[/]/.test(command[at - 1] ?? '/') || /[\w\-./]/.test(command[at + path.length] ?? ' ')) continue;
    if (found !== undefined) return undefined;
    found = at;
  }
  return found;
}

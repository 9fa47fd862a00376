/** Micronaut: the port, the context path, and the endpoints of its management module. */
import { joinPaths } from '../routes.ts';
import { addRoutes, portOf, prefixRoutes, textOf, traceByDependency, type PlatformCode } from './platform.ts';
import type { Project } from './project.ts';

export function micronaut(code: PlatformCode, project: Project): void {
  const own = code.listens.filter(({ framework }) => framework === 'micronaut');
  const [listen] = own;
  if (!listen) return;
  code.listens = code.listens.filter((other) => !own.includes(other));
  traceByDependency(code, project, [
    [/^micronaut-tracing-opentelemetry(?:-.*)?$/, 'opentelemetry'],
    [/^micronaut-tracing(?:-(?:brave|zipkin|jaeger)(?:-.*)?)?$/, 'zipkin'],
  ]);
  const serves =
    project.dependency(/^micronaut-(?:http-)?server(?:-.*)?$/) ??
    code.routes.find(({ framework }) => framework === 'micronaut');
  if (!serves) return;
  code.listens.unshift({
    ...listen,
    drains: 'unknown',
    ...portOf(project, project.setting('micronaut.server.port'), 8080, 'MICRONAUT_SERVER_PORT', listen.at),
  });
  const base = textOf(project, project.setting('micronaut.server.contextpath'), '');
  prefixRoutes(code, /^micronaut$/, base);
  // Static files, other routers, and endpoints of libraries are told by settings that are not read.
  if (project.dependency(/^micronaut-(?:openapi|views|graphql|graphql-.*|servlet.*|discovery.*|gateway.*)$/))
    code.complete = false;
  const management = project.dependency(/^micronaut-management$/);
  if (!management) return;
  const endpoints = textOf(project, project.setting('endpoints.all.path'), '/');
  const enabled = textOf(project, project.setting('endpoints.health.enabled'), 'true');
  const path = endpoints === undefined ? undefined : joinPaths(base ?? '', endpoints);
  if (path === undefined || enabled === undefined) code.complete = false;
  else if (enabled !== 'false')
    addRoutes(
      code,
      'micronaut-management',
      ['health', 'health/liveness', 'health/readiness', 'info', 'prometheus'].map((name) =>
        joinPaths(path, name),
      ),
      management.at,
    );
}

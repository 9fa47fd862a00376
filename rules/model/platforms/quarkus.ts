/** Quarkus: it listens without a line of code (https://quarkus.io/guides/all-config). */
import { grpcHealthService } from '../health.ts';
import { joinPaths } from '../routes.ts';
import type { Listen } from '../model.ts';
import {
  addFiles,
  addRoutes,
  portOf,
  prefixRoutes,
  textOf,
  traceByDependency,
  type PlatformCode,
} from './platform.ts';
import type { Project } from './project.ts';

const web =
  /^quarkus-(?:rest(?:-(?!client).*)?|resteasy(?:-(?!client).*)?|vertx-http|reactive-routes|undertow|smallrye-graphql|smallrye-health|spring-web|qute-web|websockets.*)$/;

const answering =
  /^quarkus-(?:reactive-routes|undertow|smallrye-graphql|spring-web|spring-data-rest|hibernate-orm-rest-data-panache|.*rest-data.*|qute-web|web-.*|renarde|roq|quinoa|vertx-http|mcp.*)$|^(?:myfaces|primefaces)-quarkus|^camel-quarkus/;

export function quarkus(code: PlatformCode, project: Project): void {
  const found = project.dependency(web);
  const isQuarkus = project.dependency(/^quarkus-/) !== undefined;
  if (!isQuarkus) return;
  code.listens = code.listens.filter(({ framework }) => framework !== 'quarkus');
  if (project.setting('quarkus.otel.sdk.disabled')?.value !== 'true')
    traceByDependency(code, project, [
      [/^quarkus-opentelemetry(?:-exporter.*)?$/, 'opentelemetry'],
      [/^quarkus-(?:smallrye-opentracing|jaeger)$/, 'jaeger'],
    ]);
  // Running requests are waited for only where this is set.
  const shutdown = project.setting('quarkus.shutdown.timeout');
  const drains: Pick<Listen, 'drains' | 'drainsBy'> = shutdown
    ? { drains: true }
    : project.settingsElsewhere
      ? { drains: 'unknown' }
      : { drainsBy: 'quarkus.shutdown.timeout=10s' };
  const grpc = project.dependency(/^quarkus-grpc$/);
  const serves = grpc && code.grpcServices.length > 0;
  const separate = project.setting('quarkus.grpc.server.useseparateserver')?.value !== 'false';
  if (found)
    code.listens.unshift({
      protocol: 'http',
      framework: 'quarkus',
      router: 'quarkus',
      at: found.at,
      ...portOf(project, project.setting('quarkus.http.port'), 8080, 'QUARKUS_HTTP_PORT', found.at),
      ...drains,
    });
  if (serves) {
    code.grpcServices.push({ value: grpcHealthService, at: grpc.at });
    const listen = { protocol: 'grpc', framework: 'quarkus', at: grpc.at, ...drains } as const;
    const setting = separate
      ? project.setting('quarkus.grpc.server.port')
      : project.setting('quarkus.http.port');
    code.listens.push({
      ...listen,
      ...portOf(project, setting, separate ? 9000 : 8080, 'QUARKUS_GRPC_SERVER_PORT', grpc.at),
    });
  }
  if (!found) return;
  const root = textOf(project, project.setting('quarkus.http.rootpath'), '/');
  const rest = textOf(project, project.setting('quarkus.rest.path', 'quarkus.resteasy.path', 'quarkus.resteasyreactive.path'), ''); // prettier-ignore
  const prefix = root === undefined || rest === undefined ? undefined : joinPaths(root, rest);
  prefixRoutes(code, /^jaxrs$/, prefix);
  if (project.dependency(answering)) code.complete = false;
  nonApplication(code, project, root ?? '/');
  addFiles(code, project, 'src/main/resources/META-INF/resources', root ?? '/', found.at);
}

/** Health, metrics and API description, below `/q` unless set otherwise. */
function nonApplication(code: PlatformCode, project: Project, root: string): void {
  const set = textOf(project, project.setting('quarkus.http.nonapplicationrootpath'), 'q');
  if (set === undefined) code.complete = false;
  const base = set?.startsWith('/') ? set : joinPaths(root, set ?? 'q');
  const below = (path: string): string => (path.startsWith('/') ? path : joinPaths(base, path));
  const health = project.dependency(/^quarkus-smallrye-health$/);
  if (health) {
    const own = textOf(project, project.setting('quarkus.smallryehealth.rootpath'), 'health');
    if (own === undefined) code.complete = false;
    const path = below(own ?? 'health');
    addRoutes(code, 'smallrye-health', [path, ...['live', 'ready', 'started', 'well', 'group/*'].map((name) => `${path}/${name}`)], health.at); // prettier-ignore
    const management = project.setting('quarkus.management.enabled');
    if (management?.value === 'true')
      code.listens.push({
        protocol: 'http',
        framework: 'quarkus',
        router: 'management',
        at: management.at,
        ...portOf(project, project.setting('quarkus.management.port'), 9000, 'QUARKUS_MANAGEMENT_PORT', management.at), // prettier-ignore
      });
  }
  const metrics = project.dependency(/^quarkus-(?:micrometer-registry-prometheus|smallrye-metrics)$/);
  if (metrics) addRoutes(code, 'metrics', [below('metrics')], metrics.at);
  const info = project.dependency(/^quarkus-info$/);
  if (info) addRoutes(code, 'info', [below('info')], info.at);
  const openapi = project.dependency(/^quarkus-smallrye-openapi$/);
  if (openapi) addRoutes(code, 'openapi', [below('openapi'), below('swagger-ui')], openapi.at);
}

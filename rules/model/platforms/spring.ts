/**
 * Spring Boot: the port, the context path, the actuator's endpoints, graceful shutdown
 * (https://docs.spring.io/spring-boot/appendix/application-properties/index.html).
 */
import { grpcHealthService } from '../health.ts';
import { joinPaths } from '../routes.ts';
import type { Listen } from '../model.ts';
import {
  addFiles,
  addRoutes,
  isAtLeast,
  portOf,
  prefixRoutes,
  textOf,
  traceByDependency,
  type PlatformCode,
} from './platform.ts';
import type { Project } from './project.ts';

const web =
  /^(?:spring-boot-starter-(?:web|webmvc|webflux|jersey|data-rest|hateoas|web-services|undertow|tomcat|jetty|reactor-netty|oauth2-authorization-server)|spring-cloud-(?:config-server|starter-gateway.*|starter-netflix-(?:eureka-server|zuul)|starter-(?:zuul|eureka-server))|spring-boot-admin-starter-server|spring-boot-starter-admin-server)$/;

/** What answers paths that no code here names. */
const answering =
  /data-rest|gateway|zuul|config-server|eureka-server|admin-(?:starter-)?server|authorization-server|jersey|web-services|graphql|vaadin|^cxf|dispatch|simpleclient-servlet|simpleclient_servlet|spring-integration-http|springfox|javamelody|hystrix-dashboard|turbine|camel|activiti|flowable|hal-browser|hal-explorer/;

/** Starters known to answer nothing of their own. */
const silentStarter =
  /^(?:spring-boot-starter(?!-admin)|spring-cloud-starter|spring-cloud-azure-starter|spring-cloud-aws-starter|spring-ai-starter|mybatis(?:-plus)?-spring|druid|opentelemetry-spring|pagehelper|grpc-|dubbo|rocketmq|knife4j|springdoc|jasypt|shedlock|redisson|liquibase|logstash|camunda-engine|bucket4j|p6spy|datasource)/;

const tracers: readonly (readonly [RegExp, string])[] = [
  [/^(?:micrometer-tracing-bridge-otel|spring-boot-starter-opentelemetry|opentelemetry-spring-boot-(?:starter|autoconfigure)|spring-cloud-sleuth-otel.*)$/, 'opentelemetry'],
  [/^(?:micrometer-tracing-bridge-brave|spring-cloud-starter-(?:sleuth|zipkin)|spring-cloud-sleuth-zipkin|spring-boot-starter-zipkin|spring-boot-zipkin)$/, 'zipkin'],
  [/^opentracing-spring-(?:jaeger-(?:web-|cloud-)?starter|cloud-starter.*|zipkin-.*)$/, 'jaeger'],
  [/^applicationinsights-(?:runtime-attach|spring-boot-starter)$|^spring-cloud-azure-starter-monitor$/, 'azure'],
  [/^apm-agent-attach$/, 'elastic'],
  [/^(?:spring-cloud-gcp-starter-trace)$/, 'google'],
]; // prettier-ignore

export function spring(code: PlatformCode, project: Project): void {
  traceByDependency(code, project, tracers);
  grpcServer(code, project);
  const own = code.listens.filter(({ framework }) => framework === 'spring-boot');
  const [listen] = own;
  if (!listen) return;
  code.listens = code.listens.filter((other) => !own.includes(other));
  const serves = project.dependency(web) ?? code.routes.find(({ framework }) => framework === 'spring');
  const type = project.setting('spring.main.webapplicationtype');
  // Without a web server it is a worker.
  if (!serves || type?.value.toLowerCase() === 'none') return;
  const version = project.version('spring-boot');
  const main: Listen = {
    ...listen,
    ...portOf(project, project.setting('server.port'), 8080, 'SERVER_PORT', listen.at),
    ...drains(project, version),
  };
  code.listens.unshift(main);
  const base = basePath(project, version);
  if (code.routes.some(({ framework }) => framework === 'spring-data-rest'))
    prefixRoutes(
      code,
      /^spring-data-rest$/,
      textOf(project, project.setting('spring.data.rest.basepath'), ''),
    );
  prefixRoutes(code, /^spring(?:-data-rest)?$/, base);
  if (unreadRoutes(project)) code.complete = false;
  library(code, project, base ?? '');
  actuator(code, project, main, base ?? '', version);
}

/** Draining is asked for by a setting, and the default since 3.4; before 2.3 there is none. */
function drains(project: Project, version: string | undefined): Pick<Listen, 'drains' | 'drainsBy'> {
  const set = project.setting('server.shutdown');
  if (set) return set.known ? (set.value === 'graceful' ? { drains: true } : {}) : { drains: 'unknown' };
  const byDefault = isAtLeast(version, 3, 4);
  if (byDefault) return { drains: true };
  if (byDefault === undefined || project.settingsElsewhere) return { drains: 'unknown' };
  return isAtLeast(version, 2, 3) ? { drainsBy: 'server.shutdown=graceful' } : {};
}

function basePath(project: Project, version: string | undefined): string | undefined {
  const first = isAtLeast(version, 2, 0) === false;
  const context = textOf(
    project,
    project.setting(...(first ? ['server.contextpath'] : ['server.servlet.contextpath', 'spring.webflux.basepath'])),
    '',
  ); // prettier-ignore
  const servlet = textOf(
    project,
    project.setting('spring.mvc.servlet.path', 'server.servlet.path', 'server.servletpath'),
    '',
  );
  return context === undefined || servlet === undefined ? undefined : joinPaths(context, servlet);
}

/** Whether some dependency may answer paths of its own. */
function unreadRoutes({ dependencies, isHere, settingsElsewhere }: Project): boolean {
  if (settingsElsewhere) return true;
  return dependencies.some(
    ({ value }) =>
      answering.test(value) ||
      value.startsWith('libs-bundles-') ||
      (/starter|(?:^|-)(?:platform|health|framework|actuator)(?:-|$)/.test(value) &&
        !silentStarter.test(value) &&
        !/^(?:spring|micrometer|jakarta|javax|microprofile)-|^spring-boot-actuator/.test(value) &&
        !isHere(value)),
  );
}

/** Pages and files that libraries and folders bring. */
function library(code: PlatformCode, project: Project, base: string): void {
  const [listen] = code.listens;
  const { at } = listen!;
  const docs = project.dependency(/^springdoc-/);
  if (docs)
    addRoutes(code, 'springdoc', ['/v3/api-docs', '/v3/api-docs/*', '/swagger-ui.html', '/swagger-ui/*'].map((path) => joinPaths(base, path)), docs.at); // prettier-ignore
  if (project.dependency(/webjars|bootstrap|jquery/)) addRoutes(code, 'spring', ['/webjars/*'], at);
  for (const folder of ['static', 'public', 'resources', 'META-INF/resources'])
    addFiles(code, project, `src/main/resources/${folder}`, base, at);
}

/** Health indicators that Spring Boot has, each with a path of its own where its library is used. */
const indicators =
  'cassandra couchbase db diskSpace elasticsearch hazelcast influxDb jms ldap mail mongo neo4j ping rabbit redis ssl livenessState readinessState discoveryComposite refreshScope'.split(
    ' ',
  );

function actuator(
  code: PlatformCode,
  project: Project,
  main: Listen,
  base: string,
  version: string | undefined,
): void {
  const found = project.dependency(/^spring-boot-(?:starter-)?actuator$/);
  if (!found) return;
  const { at } = found;
  const modern = isAtLeast(version, 2, 0);
  if (modern === undefined) code.complete = false;
  const port = project.setting('management.server.port', 'management.port');
  if (port?.value === '-1') return;
  const separate = port !== undefined && port.value !== String(main.port?.value ?? '');
  if (separate)
    code.listens.push({
      protocol: 'http',
      framework: 'spring-boot',
      router: 'actuator',
      at: port.at,
      ...(main.drains && { drains: main.drains }),
      ...portOf(project, port, 8080, 'MANAGEMENT_SERVER_PORT', port.at),
    });
  const enabled = textOf(project, project.setting('management.endpoint.health.enabled', 'management.endpoint.health.access', 'endpoints.health.enabled'), 'true'); // prettier-ignore
  const prefix =
    modern === false
      ? textOf(project, project.setting('management.contextpath'), '')
      : textOf(project, project.setting('management.endpoints.web.basepath'), '/actuator');
  const mapped = textOf(project, project.setting('management.endpoints.web.pathmapping.health', 'endpoints.health.path'), 'health'); // prettier-ignore
  const exposed = textOf(project, project.setting('management.endpoints.web.exposure.include'), 'health') ?? 'health'; // prettier-ignore
  const hidden = project.setting('management.endpoints.web.exposure.exclude')?.value ?? '';
  if (prefix === undefined || mapped === undefined || enabled === undefined) {
    code.complete = false;
    // Its defaults are more likely than not, and nothing is said against a path that may be served.
    if (!project.settingsElsewhere) return;
  }
  const management = separate ? (project.setting('management.server.basepath', 'management.server.servlet.contextpath')?.value ?? '') : base; // prettier-ignore
  const root = joinPaths(management, prefix ?? '/actuator');
  const isExposed = (name: string): boolean =>
    modern === false ||
    (exposed.split(/[\s,]+/).some((one) => one === '*' || one === name) && !/\*/.test(hidden) && !hidden.split(/[\s,]+/).includes(name)); // prettier-ignore
  if (/^(?:false|none)$/i.test(enabled ?? '')) return;
  if (isExposed('health')) {
    const health = joinPaths(root, mapped ?? 'health');
    const groups = project.keys('management.endpoint.health.group.').map((key) => key.split('.')[4]!);
    const probes = project.setting(
      'management.endpoint.health.probes.enabled',
      'management.health.probes.enabled',
    );
    const probed = modern !== false && isAtLeast(version, 2, 3) !== false && probes?.value !== 'false';
    const names = [...(probed ? ['liveness', 'readiness'] : []), ...groups, ...indicators];
    addRoutes(code, 'actuator', [health, ...new Set(names.map((name) => `${health}/${name}`))], at);
    // Liveness and readiness may be asked for on the main port as well.
    const additional = project.setting('management.endpoint.health.probes.addadditionalpaths');
    if (additional?.value === 'true') addRoutes(code, 'actuator', [joinPaths(base, 'livez'), joinPaths(base, 'readyz')], additional.at); // prettier-ignore
    if (project.keys('management.endpoint.health.group.').some((key) => key.endsWith('.additionalpath')))
      code.complete = false;
  }
  for (const name of ['info', 'prometheus', 'metrics', 'env', 'loggers', 'beans', 'mappings', 'conditions'])
    if (isExposed(name)) addRoutes(code, 'actuator', [joinPaths(root, name)], at);
  if (modern !== false && exposed.includes('*')) addRoutes(code, 'actuator', [joinPaths(root, '/*')], at);
  if (modern === false) code.complete = false;
}

/** Starters that serve gRPC on a port of their own, with the health service. */
function grpcServer(code: PlatformCode, project: Project): void {
  const found = project.dependency(
    /^(?:grpc-server-spring-boot-(?:starter|autoconfigure)|grpc-spring-boot-starter|spring-grpc-(?:server-)?spring-boot-starter)$/,
  );
  if (!found || code.listens.some(({ protocol }) => protocol === 'grpc')) return;
  const services = code.grpcServices.length > 0;
  if (!services) return;
  const setting = project.setting('grpc.server.port', 'spring.grpc.server.port', 'grpc.port');
  code.listens.push({
    protocol: 'grpc',
    framework: 'grpc-spring',
    at: found.at,
    drains: 'unknown',
    ...portOf(project, setting, 9090, 'GRPC_SERVER_PORT', found.at),
  });
  code.grpcServices.push({ value: grpcHealthService, at: found.at });
}

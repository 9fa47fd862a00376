/** What a health route is called, in any language and framework. */

/**
 * Paths that exist to be asked for health: the names that Kubernetes, Spring Boot's actuator, Rails (`/up`), Heroku and
 * the health packages of the usual frameworks give them, at any depth, also with a word of one's own before: `/app-health-check`.
 */
const healthPath =
  /^(?:\/[^/]+)*\/_{0,2}(?:health|healthz|healthcheck|health[-_]check|[\w-]+[-_]health[-_]?checks?|healthy|livez?|liveness|live|alive|readyz?|readiness|ready|startupz?|ping|status|up|heartbeat)(?:\/[^/]*)?\/?$/i;

export function isHealthPath(path: string): boolean {
  return healthPath.test(path);
}

/** What stands before the paths of a whole service. */
const common =
  /^(?:api|rest|v\d+|internal|admin|actuator|management|manage|system|monitoring|public|private|utils?|common|core|base|app|site|service|server|ops|q|-|_\w*)$/i;

/** Whether a health route may be that of a part: `/images/health` beside `/images/{id}` and `/orders`. */
export function isHealthOfPart(path: string, served: readonly string[]): boolean {
  const folder = path.slice(0, path.search(/\/[^/]+\/?$/));
  if (folder === '' || common.test(folder.slice(folder.lastIndexOf('/') + 1))) return false;
  const others = served.filter((other) => !isHealthPath(other));
  const beside = others.filter((other) => other.startsWith(`${folder}/`)).length;
  return beside > 0 && beside < others.length;
}

/** The gRPC health checking protocol's service. */
export const grpcHealthService = 'grpc.health.v1.Health';

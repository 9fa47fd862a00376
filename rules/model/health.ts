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

/** The gRPC health checking protocol's service. */
export const grpcHealthService = 'grpc.health.v1.Health';

/** Reads image references, and says which images are other people's products and which may be this repository's services. */

/** An image reference as people write it in a manifest. */
export interface Image {
  /** Registry and repository: `ghcr.io/acme/api`. */
  readonly repository: string;
  /** The repository's last part: `api`. */
  readonly name: string;
  /** Whether a registry or organisation stands before the name. */
  readonly qualified: boolean;
  readonly tag?: string;
  readonly digest?: string;
}

/**
 * Reads an image reference (the grammar of distribution/reference, less its checks); undefined where variables or
 * template text decide the name.
 */
export function parseImage(text: string): Image | undefined {
  const at = text.indexOf('@');
  const digest = at < 0 ? undefined : text.slice(at + 1);
  const rest = at < 0 ? text : text.slice(0, at);
  const slash = rest.lastIndexOf('/');
  const colon = rest.indexOf(':', slash + 1);
  const repository = withoutVariablePrefix(colon < 0 ? rest : rest.slice(0, colon));
  const tag = colon < 0 ? undefined : rest.slice(colon + 1);
  const name = repository.slice(repository.lastIndexOf('/') + 1).toLowerCase();
  if (name === '' || !/^[a-z0-9][a-z0-9._-]*$/.test(name)) return undefined;
  return { repository, name, qualified: repository.includes('/'), tag, digest };
}

/** `${REGISTRY}/api` and `${REGISTRY:-ghcr.io/acme}/api` still name the image. */
function withoutVariablePrefix(repository: string): string {
  const end = repository.lastIndexOf('}/');
  return end < 0 ? repository : `_/${repository.slice(end + 2)}`;
}

/** Stores, brokers and their tools: never a team's own service, not even in an image that the team adds files to. */
const stores = words(
  'postgres postgresql pgvector timescaledb timescaledb-ha pgbouncer pgpool pgadmin pgadmin4 postgis supabase mysql mariadb percona mongo mongodb',
  'mongo-express mongodb-community-server redis redis-stack redis-stack-server redis-commander redisinsight valkey keydb dragonfly memcached',
  'rabbitmq kafka kafka-native cp-kafka cp-zookeeper cp-schema-registry kafka-ui akhq zookeeper redpanda nats nats-streaming pulsar activemq',
  'activemq-artemis artemis elasticsearch opensearch opensearch-dashboards kibana logstash solr clickhouse clickhouse-server cassandra',
  'scylla cockroach cockroachdb couchdb couchbase neo4j dgraph influxdb victoria-metrics etcd consul vault minio mc localstack',
  'azurite dynamodb-local firebase-tools fake-gcs-server sqlpad adminer phpmyadmin mssql-server server mssql-tools oracle-xe',
  'meilisearch typesense qdrant weaviate milvus chroma arangodb rethinkdb eventstore questdb ferretdb tarantool ignite hazelcast',
);

/** Observability, platform and other off-the-shelf software that is deployed next to services. */
const products = words(
  'kong varnish squid nginx-ingress-controller',
  'prometheus alertmanager pushgateway node-exporter blackbox-exporter kube-state-metrics cadvisor cadvisor-amd64 grafana grafana-oss',
  'grafana-enterprise grafana-image-renderer loki promtail tempo mimir pyroscope alloy agent thanos victoriametrics jaeger all-in-one',
  'jaeger-collector jaeger-query jaeger-agent zipkin zipkin-cassandra zipkin-mysql zipkin-dependencies zipkin-cron opentelemetry-collector',
  'opentelemetry-collector-contrib otel-collector otelcol fluentd fluent-bit fluentbit fluentd-kubernetes vector filebeat metricbeat',
  'heapster heapster-amd64 heapster-grafana-amd64 heapster-influxdb-amd64 datadog-agent aspire-dashboard metrics-server dashboard',
  'kubernetes-dashboard cert-manager-controller external-dns cluster-autoscaler keda argocd flux istiod proxyv2 pilot linkerd cloudflared',
  'clamav clamav-debian keycloak dex oauth2-proxy authelia hydra kratos mailhog mailpit maildev mailcatcher smtp4dev inbucket seq unleash-server flagd',
  'unleash-proxy growthbook flipt gitea registry jenkins sonarqube nexus3 verdaccio mockserver wiremock hoverfly httpbin echo-server',
  'whoami hello-world selenium standalone-chrome standalone-firefox gotenberg browserless k6 locust watchtower portainer portainer-ce toxiproxy',
  'swagger-ui redoc stripe-mock stripe-cli soketi temporal temporalio auto-setup ui admin-tools temporal-auto-setup inngest hasura',
  'graphql-engine postgrest posthog plausible superset metabase redis-exporter redis_exporter postgres-exporter postgres_exporter',
  'mysqld-exporter mongodb-exporter rabbitmq-exporter kafka-exporter statsd-exporter nginx-prometheus-exporter ollama vllm',
);

/** What people build their own images on; deployed as they are, they are nobody's service. */
const bases = words(
  'nginx nginx-unprivileged httpd caddy traefik haproxy envoy envoyproxy openresty alpine debian ubuntu centos fedora distroless bash curl',
  'wget git pause busybox node bun deno python golang ruby php openjdk eclipse-temurin maven gradle dotnet sdk aspnet runtime kubectl helm',
  'terraform awscli aws-cli cloud-sdk google-cloud-cli docker dind wait-for-it wait-for chrome playwright',
);

/** Names too common to tell a product from a service, unless the product's own organisation stands before them. */
const ambiguous: Readonly<Record<string, RegExp>> = {
  agent: /grafana|datadog/,
  server: /mssql/,
  runtime: /dotnet/,
  sdk: /dotnet/,
  aspnet: /dotnet/,
  ui: /temporal|keycloak|jaeger/,
  dashboard: /kubernetesui|kubernetes/,
  registry: /^registry$|library\/registry|quay/,
  'admin-tools': /temporal/,
  'auto-setup': /temporal/,
  'all-in-one': /jaeger/,
  docker: /^docker$|library\/docker/,
  vector: /timberio|vector$/,
};

/** Whether it is a product by the name of those who make it, such as `mssql/server`: nobody here makes another one. */
export function hasMakersName(image: Image): boolean {
  return Object.hasOwn(ambiguous, image.name) && isKnownProduct(image);
}

/** Whether an image is a well-known public product rather than something a team builds. */
export function isKnownProduct(image: Image): boolean {
  return isProduct(image) || has(bases, image);
}

/** Whether an image, and one that only adds files to it, is somebody else's product: a store, a broker, a dashboard. */
export function isProduct(image: Image): boolean {
  return has(stores, image) || has(products, image) || /(?:^|\/)bitnami(?:legacy)?\//.test(image.repository);
}

function has(names: ReadonlySet<string>, image: Image): boolean {
  if (!names.has(image.name)) return false;
  const by = Object.hasOwn(ambiguous, image.name) ? ambiguous[image.name] : undefined;
  return by === undefined || by.test(image.repository);
}

/** One spelling for `cartService`, `cart_service` and `cart-service`. */
export function normalName(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]/g, '');
}

const kindSuffix = /[._-]?(?:deployment|deploy|dep|statefulset|sts|rollout|pod|workload)$/;
const rolePrefix = /^(?:svc|srv)[._-](?=.)/;
const roleSuffix = /[._-]?(?:service|svc|server|app|image)$/;

/** A name without the words that say what sort of thing bears it: `api-deployment` is `api`. */
export function bareName(name: string): string {
  const lower = name.toLowerCase();
  const withoutKind = lower.replace(kindSuffix, '').replace(rolePrefix, '') || lower;
  return normalName(withoutKind.replace(roleSuffix, '') || withoutKind);
}

function words(...lists: readonly string[]): ReadonlySet<string> {
  return new Set(lists.flatMap((list) => list.split(' ')));
}

/** Whether a name says that the thing is a database or cache of a service: `catalogue-db`, `session-redis`. */
export function storeLikeName(name: string): boolean {
  return /(?:^|[._-])(?:db|database|redis|postgres|postgresql|mysql|mongo|mongodb|rabbitmq|kafka|memcached|elasticsearch|minio)\d*$/i.test(
    name,
  );
}

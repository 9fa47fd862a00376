/** A start for the resources of a container that says too little about them: small, to be measured and adjusted. */
import { fillEntry, insertEntry, mergeEntries } from '../edits/yaml.ts';
import type { ContainerSubject } from '../manifests.ts';
import type { LazyFix } from '../rule.ts';
import { listed } from '../words.ts';

/** What a small web service gets along with; a start to measure from. */
const start = { cpu: '100m', memory: '128Mi', limit: '256Mi' };

/**
 * The same for one on the JVM, whose heap is a quarter of the limit unless it is told otherwise.
 *
 * Source: MaxRAMPercentage in https://docs.oracle.com/en/java/javase/25/docs/specs/man/java.html
 */
const startOnJvm = { cpu: '100m', memory: '512Mi', limit: '1Gi' };

/** Images whose memory depends on what they hold, and that do not even start with what a web service gets along with. */
const large =
  /elastic|opensearch|logstash|mssql|sqlserver|sql-edge|oracle|db2|cassandra|scylla|kafka|redpanda|pulsar|zookeeper|neo4j|clickhouse|cockroach|couch|mongo|mysql|mariadb|percona|postgres|timescale|postgis|vertica|solr|druid|trino|spark|flink|hadoop|gitlab|sonarqube|nexus|artifactory|jenkins|keycloak|ollama|vllm|tensorflow|pytorch/i;

export interface MissingResources {
  readonly cpuRequest?: boolean;
  readonly memoryRequest?: boolean;
  readonly memoryLimit?: boolean;
}

/** Adds what is missing where it can be added: to the container, or to the values it takes its resources from. */
export function addResources(
  { workload, container, service }: Pick<ContainerSubject, 'workload' | 'container' | 'service'>,
  missing: MissingResources,
): LazyFix[] {
  const { resources, range, image } = container;
  if (image?.known && large.test(image.value)) return [];
  if (workload.template && resources?.file === undefined) return [];
  const proposed = /^(?:java|kotlin|scala)$/.test(service?.language ?? '') ? startOnJvm : start;
  const requests = {
    ...(missing.cpuRequest && { cpu: proposed.cpu }),
    ...(missing.memoryRequest && { memory: proposed.memory }),
  };
  const limit = container.requests.memory?.known ? twice(container.requests.memory.value) : proposed.limit;
  const value = {
    ...(Object.keys(requests).length > 0 && { requests }),
    ...(missing.memoryLimit && { limits: { memory: limit } }),
  };
  const file = resources?.file ?? workload.file;
  return [
    {
      title: `Add ${listed(titles(requests, missing.memoryLimit ? limit : undefined))}`,
      safety: 'suggested',
      changes: ({ read }) => {
        const text = read(file);
        if (!resources) return compact([insertEntry(text, range, 'resources', value)]);
        const merged = resources.value && mergeEntries(text, resources.value, value);
        return merged ?? compact([fillEntry(text, resources.range, value)]);
      },
    },
  ];
}

function titles(requests: { cpu?: string; memory?: string }, limit: string | undefined): string[] {
  return [
    ...(requests.cpu !== undefined ? [`a CPU request of ${requests.cpu}`] : []),
    ...(requests.memory !== undefined ? [`a memory request of ${requests.memory}`] : []),
    ...(limit !== undefined ? [`a memory limit of ${limit}`] : []),
  ];
}

/** Twice a quantity such as `128Mi`; where it cannot be read, the quantity itself. */
function twice(quantity: string): string {
  const [, number = '', unit = ''] = /^(\d{1,12})([A-Za-z]*)$/.exec(quantity) ?? [];
  return number === '' ? quantity : `${Number(number) * 2}${unit}`;
}

function compact<T>(items: readonly (T | undefined)[]): T[] {
  return items.filter((item) => item !== undefined);
}

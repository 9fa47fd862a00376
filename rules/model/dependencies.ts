/**
 * Which service calls which: a variable of a service's environment that holds the address of another one. It knows how
 * hosts are named in compose and in a cluster, and never whether a dependency is good.
 */
import type { SourceFacts } from '../artifacts/source/facts.ts';
import type { Cluster } from './cluster.ts';
import { environments, inCluster, scopeOf, variablesRead } from './environment.ts';
import type { Dependency, Service } from './model.ts';

/**
 * Names of variables that hold an address for others rather than for calls of one's own: what is put into links, allowed
 * as an origin, or announced as one's own address.
 */
const linkName =
  /(?:^|_)(?:FRONT_?END|WEB|WEBSITE|UI|SITE|CLIENT|PUBLIC|CORS|ORIGINS?|ALLOWED|REDIRECT|CALLBACK|WEBHOOK|ISSUER|EXTERNAL|SELF|OWN|BASE|APP|DASHBOARD)(?:_|$)/i;

/**
 * @param sources of the workspace, which tell whether a service's code reads a variable
 * @returns one dependency for each service and each other one that it calls, in the order of the services
 */
export function findDependencies(
  services: readonly Service[],
  cluster: Cluster,
  sources: ReadonlyMap<string, SourceFacts>,
): Dependency[] {
  const hosts = hostsOf(services);
  const environmentOf = environments(cluster);
  return services.flatMap((from) => {
    const found = new Map<Service, Dependency>();
    const reads = variablesRead(from, sources);
    for (const { variable, value, at, scope, shared } of environmentOf(from)) {
      const host = linkName.test(variable) ? undefined : hostIn(value);
      const on = host === undefined ? undefined : hosts.get(`${scope}\0${host}`);
      if (!on || on === from || on === from.runs) continue;
      const read = reads.has(variable);
      if (!read && (shared || found.has(on))) continue;
      if (found.get(on)?.read) continue;
      found.set(on, { from, on, variable, read, at });
    }
    return [...found.values()];
  });
}

function hostsOf(services: readonly Service[]): ReadonlyMap<string, Service | null> {
  const hosts = new Map<string, Service | null>();
  const add = (key: string, service: Service) => {
    const before = hosts.get(key);
    // A name that leads to two services says nothing.
    hosts.set(key, before === undefined || before === service ? service : null);
  };
  for (const service of services) {
    for (const one of service.composeServices) add(`${scopeOf(one)}\0${one.facts.name.value}`, service);
    for (const { services: selecting } of service.workloads)
      for (const { name, template } of selecting)
        if (name !== undefined && !template) add(`${inCluster}\0${name}`, service);
  }
  return hosts;
}

const longestAddress = 300;

/**
 * The host of `http://catalog:4000/v1`, `catalog:4000`, `catalog` or `catalog.shop.svc.cluster.local`; undefined for
 * hosts outside, and for what is no address.
 * Source: https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/
 */
function hostIn(value: string): string | undefined {
  const [, host, domain = ''] =
    /^(?:[a-z][a-z+]{1,12}:\/\/)?(?:[^\s/@:]*(?::[^\s/@]*)?@)?([\w-]+)((?:\.[\w-]+)*)(?::\d{1,5})?(?:\/\S*)?$/i.exec(
      value.length > longestAddress ? '' : value.trim(),
    ) ?? [];
  return domain === '' || /^\.[\w-]+\.svc(?:\.|$)/.test(domain) ? host : undefined;
}

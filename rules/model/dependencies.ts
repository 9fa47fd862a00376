/**
 * Which service calls which: a variable of a service's environment, its code, its settings or its proxy's configuration
 * hold the address of another one. It knows how hosts are named in compose and in a cluster, and never whether a
 * dependency is good.
 */
import type { AddressFacts } from '../artifacts/addresses/facts.ts';
import type { SourceFacts } from '../artifacts/source/facts.ts';
import type { Cluster } from './cluster.ts';
import { environments, inCluster, scopeOf, variablesRead } from './environment.ts';
import { normalName } from './images.ts';
import { located, type Dependency, type Located, type Role, type Service } from './model.ts';
import { foldersUp } from './paths.ts';
import { push } from '../groups.ts';

/**
 * Names of variables that hold an address for others rather than for calls of one's own: what is put into links, allowed
 * as an origin, or announced as one's own address.
 */
const linkName =
  /(?:^|_)(?:FRONT_?END|WEB|WEBSITE|UI|SITE|CLIENT|PUBLIC|CORS|ORIGINS?|ALLOWED|REDIRECT|CALLBACK|WEBHOOK|ISSUER|EXTERNAL|SELF|OWN|APP|DASHBOARD)(?:_|$)|^BASE_/i;
/** Names of variables that hold a host, where nothing in their value says so. */
const hostName = /HOST|ADDR|URL|URI|ENDPOINT|SERVER|SERVICE|SVC|PROXY|UPSTREAM|BACKEND|TARGET|DOMAIN|API/i;

/**
 * @param files all that the dependencies of a workspace are read from: `sources` tell whether a service's code reads a
 *   variable, `addresses` which hosts its files name
 * @param role of a path: what tests and examples call is no dependency
 * @returns one dependency for each service and each other one that it calls, in the order of the services
 */
export function findDependencies(
  services: readonly Service[],
  cluster: Cluster,
  files: {
    readonly sources: ReadonlyMap<string, SourceFacts>;
    readonly addresses: ReadonlyMap<string, AddressFacts>;
  },
  role: (path: string) => Role,
): Dependency[] {
  const hosts = hostsOf(services);
  const environmentOf = environments(cluster);
  const called = byOwnName(services);
  const written = addressesByService(services, files.addresses, role);
  return services.flatMap((from) => {
    const found = new Map<Service, Dependency>();
    const reads = variablesRead(from, files.sources);
    for (const { variable, value, at, scope, shared } of environmentOf(from)) {
      const host = linkName.test(variable) ? undefined : hostIn(value, hostName.test(variable));
      const on = host === undefined ? undefined : hosts.get(`${scope}\0${host}`);
      if (!on || on === from || on === from.runs) continue;
      const read = reads.has(variable);
      if (!read && (shared || found.has(on))) continue;
      if (found.get(on)?.read) continue;
      found.set(on, { from, on, variable, read, at });
    }
    const scopes = scopesOf(from);
    for (const { value, at, isId } of written.get(from) ?? []) {
      const named = isId ? [called(value)] : scopes.map((scope) => hosts.get(`${scope}\0${value}`));
      const [on, ...others] = new Set(named.filter((one) => one));
      if (!on || others.length > 0 || on === from || on === from.runs || found.get(on)?.read) continue;
      found.set(on, { from, on, read: true, at });
    }
    return [...found.values()];
  });
}

type Addresses = (Located<string> & { readonly isId: boolean })[];

/** The hosts that each service's files name: those of its code, and what else stands in its folder. */
function addressesByService(
  services: readonly Service[],
  addresses: ReadonlyMap<string, AddressFacts>,
  role: (path: string) => Role,
): ReadonlyMap<Service, Addresses> {
  const byFile = new Map<string, Service[]>();
  const byRoot = new Map<string, Service>();
  for (const service of services) {
    if (service.root !== undefined && service.role === 'production') byRoot.set(service.root, service);
    for (const file of service.code?.files ?? []) {
      push(byFile, file, service);
    }
  }
  const found = new Map<Service, Addresses>();
  for (const [file, { hosts, ids }] of addresses) {
    if (role(file) !== 'production') continue;
    const root = byFile.has(file) ? undefined : [...foldersUp(file)].find((folder) => byRoot.has(folder));
    for (const service of byFile.get(file) ?? (root === undefined ? [] : [byRoot.get(root)!])) {
      const all = found.get(service) ?? [];
      all.push(
        ...hosts.map((host) => ({ ...located(file, host), isId: false })),
        ...ids.map((id) => ({ ...located(file, id), isId: true })),
      );
      found.set(service, all);
    }
  }
  return found;
}

/** The one service of a name, as registries know it; undefined where several bear it. */
function byOwnName(services: readonly Service[]): (name: string) => Service | undefined {
  const bearers = new Map<string, Service | null>();
  for (const service of services)
    for (const name of new Set([service.name, ...service.names].map(normalName))) {
      const before = bearers.get(name);
      bearers.set(name, before === undefined || before === service ? service : null);
    }
  return (name) => bearers.get(normalName(name)) ?? undefined;
}

/** The networks it runs in. */
function scopesOf({ composeServices, workloads }: Service): string[] {
  return [...new Set([...composeServices.map(scopeOf), ...(workloads.length > 0 ? [inCluster] : [])])];
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
 * @param alone whether a word without scheme, port and path is one
 */
function hostIn(value: string, alone: boolean): string | undefined {
  const [, scheme, host, domain = '', rest] =
    /^([a-z][a-z+]{1,12}:\/\/)?(?:[^\s/@:]*(?::[^\s/@]*)?@)?([\w-]+)((?:\.[\w-]+)*)((?::\d{1,5})?(?:\/\S*)?)$/i.exec(
      value.length > longestAddress ? '' : value.trim(),
    ) ?? [];
  if (domain !== '') return /^\.[\w-]+\.svc(?:\.|$)/.test(domain) ? host : undefined;
  return scheme !== undefined || rest !== '' || alone ? host : undefined;
}

/**
 * Which service calls which: a variable of a service's environment that holds the address of another one. It knows how
 * hosts are named in compose and in a cluster, and never whether a dependency is good.
 */
import type { SettingsFacts } from '../artifacts/kubernetes/facts.ts';
import type { SourceFacts } from '../artifacts/source/facts.ts';
import type { Place, Ranged } from '../text.ts';
import type { Cluster, Deployed } from './cluster.ts';
import { place, type ComposeService, type Dependency, type Service } from './model.ts';
import { folderOf } from './paths.ts';

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
  { settings }: Cluster,
  sources: ReadonlyMap<string, SourceFacts>,
): Dependency[] {
  const hosts = hostsOf(services);
  const configMaps = configMapsByName(settings);
  return services.flatMap((from) => {
    const found = new Map<Service, Dependency>();
    const reads = variablesOf(from, sources);
    for (const { variable, value, at, scope, shared } of variablesIn(from, configMaps)) {
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

/** Hosts of a cluster are looked for everywhere, those of a compose project among the files of its folder. */
const inCluster = 'cluster';

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

function scopeOf({ file }: ComposeService): string {
  return `compose ${folderOf(file)}`;
}

interface Variable {
  readonly variable: string;
  readonly value: string;
  readonly at: Place;
  readonly scope: string;
  /** It comes with all of a ConfigMap, which others use as well. */
  readonly shared: boolean;
}

type ConfigMaps = ReadonlyMap<string, readonly Deployed<SettingsFacts>[]>;

function configMapsByName(settings: Cluster['settings']): ConfigMaps {
  const byName = new Map<string, Deployed<SettingsFacts>[]>();
  for (const one of settings) {
    const { kind, name, values } = one.facts;
    if (kind !== 'ConfigMap' || !values || !name.known) continue;
    const others = byName.get(name.value);
    if (others) others.push(one);
    else byName.set(name.value, [one]);
  }
  return byName;
}

function* variablesIn({ composeServices, workloads }: Service, configMaps: ConfigMaps): Generator<Variable> {
  const all = function* (
    file: string,
    environment: Readonly<Record<string, Ranged<string> | null>>,
    scope: string,
    shared = false,
  ): Generator<Variable> {
    for (const [variable, value] of Object.entries(environment))
      if (value) yield { variable, value: value.value, at: place(file, value), scope, shared };
  };
  for (const { file, containers } of workloads)
    for (const { environment, references } of containers) {
      yield* all(file, environment, inCluster);
      for (const { kind, name, key } of references) {
        const named = (kind === 'ConfigMap' && name.known && configMaps.get(name.value)) || [];
        // Each environment has a folder with a ConfigMap of that name.
        const map = named.find((one) => folderOf(one.file) === folderOf(file)) ?? named[0];
        const values = map?.facts.values ?? {};
        if (!key) yield* all(map?.file ?? file, values, inCluster, true);
        else if (key.known && Object.hasOwn(values, key.value))
          yield* all(map!.file, { [key.value]: values[key.value]! }, inCluster);
      }
    }
  for (const one of composeServices) yield* all(one.file, one.facts.environment, scopeOf(one));
}

function variablesOf({ code, runs }: Service, sources: ReadonlyMap<string, SourceFacts>): Set<string> {
  const files = (code ?? runs?.code)?.files ?? [];
  return new Set(
    files.flatMap((file) => sources.get(file)?.environment.map(({ value }) => value.split('.')[0]!) ?? []),
  );
}

/**
 * The host of `http://catalog:4000/v1`, `catalog:4000`, `catalog` or `catalog.shop.svc.cluster.local`; undefined for
 * hosts outside, and for what is no address.
 * Source: https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/
 */
function hostIn(value: string): string | undefined {
  const plain = /^\$\{\w+:?-([^{}]*)\}$/.exec(value)?.[1] ?? value;
  const [, host, domain = ''] =
    /^(?:[a-z][a-z+]{1,12}:\/\/)?(?:[^\s/@:]*(?::[^\s/@]*)?@)?([\w-]+)((?:\.[\w-]+)*)(?::\d{1,5})?(?:\/\S*)?$/i.exec(
      plain.length > 500 ? '' : plain.trim(),
    ) ?? [];
  return domain === '' || /^\.[\w-]+\.svc(?:\.|$)/.test(domain) ? host : undefined;
}

/**
 * The variables that a service's processes are started with, as far as manifests, ConfigMaps and compose files say them
 * plainly. It must never know what a variable is for.
 */
import type { SettingsFacts } from '../artifacts/kubernetes/facts.ts';
import type { SourceFacts } from '../artifacts/source/facts.ts';
import type { Place, Ranged } from '../text.ts';
import type { Cluster, Deployed } from './cluster.ts';
import { place, type ComposeService, type Service } from './model.ts';
import { folderOf } from './paths.ts';
import { push } from '../groups.ts';

export interface Variable {
  readonly variable: string;
  readonly value: string;
  /** The value. */
  readonly at: Place;
  /** Where the hosts that it names are known: equal for what runs in one network. */
  readonly scope: string;
  /** It comes with all of a ConfigMap, which others use as well. */
  readonly shared: boolean;
}

/** Hosts of a cluster are known everywhere in it, those of a compose project in its files. */
export const inCluster = 'cluster';

export function scopeOf({ project }: ComposeService): string {
  return `compose ${project}`;
}

/** @returns the variables of each service, the cluster's first */
export function environments({ settings }: Cluster): (service: Service) => readonly Variable[] {
  const configMaps = configMapsByName(settings);
  return (service) => [...variablesIn(service, configMaps)];
}

/** The variables that a service's code reads, as far as code is read. */
export function variablesRead(
  { code, runs }: Service,
  sources: ReadonlyMap<string, SourceFacts>,
): ReadonlySet<string> {
  const files = (code ?? runs?.code)?.files ?? [];
  return new Set(files.flatMap((file) => sources.get(file)?.environment.map(({ value }) => value) ?? []));
}

type ConfigMaps = ReadonlyMap<string, readonly Deployed<SettingsFacts>[]>;

function configMapsByName(settings: Cluster['settings']): ConfigMaps {
  const byName = new Map<string, Deployed<SettingsFacts>[]>();
  for (const one of settings) {
    const { kind, name, values } = one.facts;
    if (kind !== 'ConfigMap' || !values || !name.known) continue;
    push(byName, name.value, one);
  }
  return byName;
}

function* variablesIn({ composeServices, workloads }: Service, configMaps: ConfigMaps): Generator<Variable> {
  for (const { file, containers } of workloads)
    for (const { environment, references } of containers) {
      yield* listed(file, environment, inCluster);
      for (const { kind, name, key } of references) {
        const named = (kind === 'ConfigMap' && name.known && configMaps.get(name.value)) || [];
        // Each environment has a folder with a ConfigMap of that name.
        const map = named.find((one) => folderOf(one.file) === folderOf(file)) ?? named[0];
        const values = map?.facts.values ?? {};
        if (!key) yield* listed(map?.file ?? file, values, inCluster, true);
        else if (key.known && Object.hasOwn(values, key.value))
          yield* listed(map!.file, { [key.value]: values[key.value]! }, inCluster);
      }
    }
  for (const one of composeServices) yield* listed(one.file, one.facts.environment, scopeOf(one));
}

function* listed(
  file: string,
  environment: Readonly<Record<string, Ranged<string> | null>>,
  scope: string,
  shared = false,
): Generator<Variable> {
  for (const [variable, value] of Object.entries(environment)) {
    if (!value) continue;
    // `${ADDRESS:-http://api}` in compose is what follows, unless whoever starts it says otherwise.
    const plain = /^\$\{\w+:?-([^{}]*)\}$/.exec(value.value)?.[1] ?? value.value;
    yield { variable, value: plain, at: place(file, value), scope, shared };
  }
}

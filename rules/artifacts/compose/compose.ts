/**
 * Compose files, of version 2, 3 and the Compose Specification, with anchors, merge keys and `extends` within the file.
 * It must never know another file: neither what it includes or extends, nor the Dockerfile it builds.
 *
 * Source: https://github.com/compose-spec/compose-spec/blob/main/spec.md
 */
import { isScalar } from 'yaml';
import type { Ranged } from '../../text.ts';
import type { ArtifactKind, Parsed, TextFile } from '../artifact.ts';
import { problemsOf } from '../yaml.ts';
import type { ComposeFacts, ComposeHealthcheck, ComposeServiceFacts } from './facts.ts';
import { inherit } from './inherit.ts';
import { rangeOf, YamlReader, type Mapping } from './mapping.ts';
import { interpolate, listOrLine, portsOf, shellLine } from './values.ts';

export const compose: ArtifactKind<ComposeFacts> = {
  id: 'compose',
  claims: (path) => /(?:^|[/._-])compose(?:[._-][^/]*)?\.ya?ml$/i.test(path),
  mayHold: (text) => /^["']?services["']?[ \t]*:/m.test(text),
  parse,
};

/** Files by other names, which count as far as Compose files include them or extend their services. */
export const composeParts: ArtifactKind<ComposeFacts> = {
  id: 'composeParts',
  claims: (path) => /\.ya?ml$/i.test(path) && !compose.claims(path),
  mayHold: (text, path) => compose.mayHold(text, path) && /\b(?:image|build|extends)[ \t]*:/.test(text),
  parse: (file) => ({ ...parse(file), problems: [] }),
};

/** `extends` of `extends` beyond this is a mistake, if it is not a ring. */
const maxExtends = 10;

function parse(file: TextFile): Parsed<ComposeFacts> {
  for (const document of file.yaml()) {
    const reader = new YamlReader(document);
    const root = reader.mapping(document.contents);
    const services = root?.mapping('services');
    if (!root || !services) continue;
    const isOpen = hasOpenNetwork(root);
    const all = servicesOf(services);
    const includes = includesOf(root);
    const facts = {
      services: isOpen ? all.map((one) => ({ ...one, openNetwork: true as const })) : all,
      ...(includes.length > 0 && { includes }),
    };
    return { facts, problems: problemsOf(document, file.text.length) };
  }
  return { problems: [] };
}

function servicesOf(services: Mapping): ComposeServiceFacts[] {
  const facts: ComposeServiceFacts[] = [];
  for (const name of services.keys()) {
    const service = services.mapping(name.value);
    if (service) facts.push(serviceWithBases(name, service, services));
  }
  return facts;
}

function serviceWithBases(
  name: Ranged<string>,
  service: Mapping,
  services: Mapping,
  depth = 0,
): ComposeServiceFacts {
  const own = serviceOf(name, service);
  const baseName = baseOf(service);
  const base = baseName === undefined || depth >= maxExtends ? undefined : services.mapping(baseName);
  if (!base) return own;
  return inherit(own, serviceWithBases(name, base, services, depth + 1));
}

/** Services of other projects share a network with those of this one. */
function hasOpenNetwork(root: Mapping): boolean {
  const networks = root.mapping('networks');
  const isExternal = (name: string): boolean => {
    const external = networks!.mapping(name)?.scalar('external')?.value;
    return external !== undefined ? external !== 'false' : networks!.mapping(name)?.has('external') === true;
  };
  return networks?.keys().some(({ value }) => isExternal(value)) ?? false;
}

/** `include`: paths, or mappings whose `path` is one or several. */
function includesOf(root: Mapping): string[] {
  const texts = (items: readonly unknown[]): string[] =>
    items.flatMap((item) => (isScalar(item) ? [interpolate(String(item.value))] : []));
  return [
    ...texts(root.items('include')),
    ...root.mappings('include').flatMap((one) => {
      const path = one.scalar('path');
      return path ? [interpolate(path.value)] : texts(one.items('path'));
    }),
  ];
}

/** The service of another file that `extends` names. */
function extendsOf(service: Mapping): ComposeServiceFacts['extends'] {
  const long = service.mapping('extends');
  const file = interpolated(long?.scalar('file'))?.value;
  const name = long?.scalar('service')?.value;
  return file === undefined || name === undefined ? undefined : { file, service: name };
}

/** The service of this very file that `extends` names. */
function baseOf(service: Mapping): string | undefined {
  const short = service.scalar('extends');
  if (short) return short.value;
  const long = service.mapping('extends');
  return long?.has('file') ? undefined : long?.scalar('service')?.value;
}

function serviceOf(name: Ranged<string>, service: Mapping): ComposeServiceFacts {
  const deploy = service.mapping('deploy');
  const image = interpolated(service.scalar('image'));
  const build = buildOf(service);
  const healthcheck = healthcheckOf(service);
  const restart = service.scalar('restart');
  const user = interpolated(service.scalar('user'));
  const replicas = numberOf(deploy?.scalar('replicas') ?? service.scalar('scale'));
  const command = listOrLine(service, 'command');
  const entrypoint = listOrLine(service, 'entrypoint');
  const extended = extendsOf(service);
  return {
    name,
    range: service.range,
    ...(image && { image }),
    ...(build && { build }),
    ports: [...portsOf(service, 'ports'), ...portsOf(service, 'expose')],
    ...(healthcheck && { healthcheck }),
    environment: environmentOf(service),
    profiles: service.items('profiles').flatMap((item) => (isScalar(item) ? [String(item.value)] : [])),
    ...(restart && { restart }),
    ...(user && { user }),
    ...(replicas && { replicas }),
    ...(command && { command }),
    ...(entrypoint && { entrypoint }),
    dependsOn: dependenciesOf(service),
    environmentFiles: service.has('env_file'),
    restartPolicy: deploy?.has('restart_policy') ?? false,
    labels: labelsOf(service),
    aliases: aliasesOf(service),
    ...(['network_mode', 'extra_hosts', 'external_links'].some((key) => service.has(key)) && {
      openNetwork: true as const,
    }),
    ...(extended && { extends: extended }),
  };
}

function aliasesOf(service: Mapping): string[] {
  const networks = service.mapping('networks');
  const listed = (networks?.keys() ?? []).flatMap(
    ({ value }) => networks!.mapping(value)?.items('aliases') ?? [],
  );
  return [
    ...['container_name', 'hostname'].flatMap((key) => interpolated(service.scalar(key))?.value ?? []),
    ...listed.flatMap((item) => (isScalar(item) ? [String(item.value)] : [])),
  ];
}

function interpolated(value: Ranged<string> | undefined): Ranged<string> | undefined {
  return value && { value: interpolate(value.value), range: value.range };
}

function numberOf(value: Ranged<string> | undefined): Ranged<number> | undefined {
  const number =
    value && /^\d+$/.test(interpolate(value.value)) ? Number(interpolate(value.value)) : undefined;
  return value && number !== undefined ? { value: number, range: value.range } : undefined;
}

function buildOf(service: Mapping): ComposeServiceFacts['build'] {
  const short = service.scalar('build');
  if (short) return { context: interpolate(short.value), range: short.range };
  const long = service.mapping('build');
  if (!long) return undefined;
  const dockerfile = interpolated(long.scalar('dockerfile'))?.value;
  const target = interpolated(long.scalar('target'))?.value;
  return {
    context: interpolated(long.scalar('context'))?.value ?? '.',
    ...(dockerfile !== undefined && { dockerfile }),
    ...(target !== undefined && { target }),
    range: long.range,
  };
}

function healthcheckOf(service: Mapping): ComposeHealthcheck | undefined {
  const healthcheck = service.mapping('healthcheck');
  if (!healthcheck) return undefined;
  const disabled = healthcheck.scalar('disable')?.value === 'true';
  const test = testOf(healthcheck);
  const none = test?.value === 'NONE';
  return { range: healthcheck.range, disabled: disabled || none, ...(test && !none && { test }) };
}

function testOf(healthcheck: Mapping): Ranged<string> | undefined {
  const line = healthcheck.scalar('test');
  if (line) return line;
  const items = healthcheck.items('test');
  const words = items.flatMap((item) => (isScalar(item) ? [String(item.value)] : []));
  const range = healthcheck.rangeOf('test');
  if (words.length === 0 || !range) return undefined;
  if (words[0] === 'NONE') return { value: 'NONE', range };
  if (words[0] === 'CMD-SHELL') return { value: words.slice(1).join(' '), range };
  return { value: shellLine(words[0] === 'CMD' ? words.slice(1) : words), range };
}

function environmentOf(service: Mapping): Record<string, Ranged<string> | null> {
  const environment = new Map<string, Ranged<string> | null>();
  const map = service.mapping('environment');
  for (const { value: name } of map?.keys() ?? []) environment.set(name, map!.scalar(name) ?? null);
  for (const item of service.items('environment')) {
    const range = rangeOf(item);
    if (!isScalar(item) || !range) continue;
    const text = String(item.value);
    const equals = text.indexOf('=');
    if (equals === -1) environment.set(text, null);
    else environment.set(text.slice(0, equals), { value: text.slice(equals + 1), range });
  }
  return Object.fromEntries(environment);
}

function dependenciesOf(service: Mapping): ComposeServiceFacts['dependsOn'][number][] {
  const listed = service.items('depends_on').flatMap((item) => {
    const range = rangeOf(item);
    return isScalar(item) && range ? [{ value: String(item.value), range }] : [];
  });
  const map = service.mapping('depends_on');
  const named = (map?.keys() ?? []).map((name) => {
    const condition = map!.mapping(name.value)?.scalar('condition')?.value;
    return { ...name, ...(condition !== undefined && { condition }) };
  });
  return [...listed, ...named];
}

function labelsOf(service: Mapping): Record<string, string> {
  const labels = new Map<string, string>();
  const map = service.mapping('labels');
  for (const { value: name } of map?.keys() ?? []) labels.set(name, map!.scalar(name)?.value ?? '');
  for (const item of service.items('labels')) {
    const [name, ...value] = isScalar(item) ? String(item.value).split('=') : [];
    if (name) labels.set(name, value.join('='));
  }
  return Object.fromEntries(labels);
}

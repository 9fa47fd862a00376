/**
 * Settings files of Spring, Quarkus, Micronaut, Ktor and ASP.NET Core, flattened to dotted keys; only those that
 * facts are made of. It must never know what a setting means, nor for which profile a file's name says it is.
 */
import { isMap, isScalar, isSeq, type Node } from 'yaml';
import type { Ranged } from '../../text.ts';
import type { ArtifactKind, Parsed, TextFile } from '../artifact.ts';
import { readJson, type JsonNode } from '../packages/json.ts';
import type { SettingFact, SettingsFacts } from './facts.ts';

const paths =
  /(?:^|\/)(?:(?:application|bootstrap)(?:-[\w-]+)?\.(?:properties|ya?ml)|application\.conf|appsettings(?:\.[\w-]+)?\.json)$/;

/** The first words of keys that say something about serving, health, tracing and stopping. */
const kept =
  /^(?:server|management|spring|endpoints|quarkus|micronaut|ktor|otel|grpc|tracing|kestrel|urls|httpports)(?:\.|$)/;

export const settings: ArtifactKind<SettingsFacts> = {
  id: 'settings',
  claims: (path) => paths.test(path),
  mayHold: (text) =>
    /\b(?:server|management|spring|endpoints|quarkus|micronaut|ktor|otel|grpc|tracing|kestrel|urls|http_?ports)\b/i.test(
      text,
    ),
  parse,
};

function parse(file: TextFile): Parsed<SettingsFacts> {
  const found = read(file);
  const values = found.filter(({ key }) => kept.test(key));
  return { ...(values.length > 0 && { facts: { values } }), problems: [] };
}

function read(file: TextFile): readonly SettingFact[] {
  const { path, text } = file;
  if (path.endsWith('.properties')) return fromProperties(text);
  if (path.endsWith('.json')) return jsonSettings(text);
  if (path.endsWith('.conf')) return fromConf(text);
  return fromYaml(file);
}

/** Settings in JSON, as a file has them or a variable. */
export function jsonSettings(text: string): readonly SettingFact[] {
  return fromJson(readJson(text).root, '');
}

/**
 * The key as it is compared, and the profile that stands before it: Quarkus writes `%dev.quarkus.http.port`.
 * What only production has is what counts there.
 */
function fact(written: string, value: Ranged<string>, profile?: string): SettingFact {
  const own = /^"?%([\w,-]+)"?\.(.+)$/.exec(written);
  const key = (own?.[2] ?? written).toLowerCase().replace(/[-_"]/g, '');
  const active = own && !own[1]!.split(',').includes('prod') ? own[1] : profile;
  return { key, value, ...(active !== undefined && { profile: active }) };
}

const line = /^[ \t]*([^\s=:#!][^\s=:]*)[ \t]*[=:][ \t]*([^\r\n]*)$/gm;

function fromProperties(text: string): SettingFact[] {
  const found: SettingFact[] = [];
  let from = 0;
  // One file holds several documents, each for profiles of its own.
  for (const part of text.split(/^#---[^\n]*\n/m)) {
    const start = text.indexOf(part, from);
    from = start + part.length;
    const profile = /^[ \t]*spring\.(?:config\.activate\.on-profile|profiles)[ \t]*=[ \t]*(\S+)/m.exec(
      part,
    )?.[1];
    for (const match of part.matchAll(line)) {
      const [whole, key, raw] = match;
      const value = raw!.trimEnd();
      const at = start + match.index + whole!.length - raw!.length;
      found.push(fact(key!, { value, range: { start: at, end: at + value.length } }, profile));
    }
  }
  return found;
}

function fromYaml(file: TextFile): SettingFact[] {
  return file.yaml().flatMap(({ contents }) => {
    const found: { key: string; value: Ranged<string> }[] = [];
    flatten(contents, '', found, 0);
    const profile = found.find(({ key }) => /^spring\.(?:config\.activate\.on-profile|profiles)$/.test(key));
    return found.map(({ key, value }) => fact(key, value, profile?.value.value));
  });
}

const maxDepth = 20;

function flatten(
  node: Node | null,
  prefix: string,
  found: { key: string; value: Ranged<string> }[],
  depth: number,
): void {
  if (depth > maxDepth || !node) return;
  if (isMap(node)) {
    for (const { key, value } of node.items) {
      const name = isScalar(key) ? String(key.value) : '';
      // Quarkus has `~` for the key itself beside keys below it.
      const full = name === 'null' || name === '~' ? prefix : prefix === '' ? name : `${prefix}.${name}`;
      if (name !== '') flatten(value as Node | null, full, found, depth + 1);
    }
  } else if (isScalar(node)) {
    if (node.range && node.value !== null)
      found.push({
        key: prefix,
        value: { value: String(node.value), range: { start: node.range[0], end: node.range[1] } },
      });
  } else if (isSeq(node) && node.range) {
    const items = node.items.flatMap((item) => (isScalar(item) ? [String(item.value)] : []));
    found.push({
      key: prefix,
      value: { value: items.join(','), range: { start: node.range[0], end: node.range[1] } },
    });
  }
}

function fromJson(node: JsonNode | undefined, prefix: string): SettingFact[] {
  if (!node) return [];
  const below = (key: string): string => (prefix === '' ? key : `${prefix}.${key}`).replaceAll(':', '.');
  if (node.kind === 'object') return node.entries.flatMap(({ key, value }) => fromJson(value, below(key)));
  if (node.kind === 'array') return [];
  return [fact(prefix, { value: String(node.value), range: node.range })];
}

/** HOCON as Ktor's projects write it: braces, one key a line, and `port = ${?PORT}` below `port = 8080`. */
function fromConf(text: string): SettingFact[] {
  const found: SettingFact[] = [];
  const path: string[] = [];
  const pattern =
    /\b([\w.-]{1,100})[ \t]{0,8}[=:]?[ \t]{0,8}\{|\}|^[ \t]*([\w.-]{1,100})[ \t]{0,8}[=:][ \t]{0,8}([^\r\n{}[\]]*(?:\{\??\w+\})?)/gm;
  for (const match of text.matchAll(pattern)) {
    if (match[0] === '}') path.pop();
    else if (match[1] !== undefined) path.push(match[1]);
    else {
      const value = match[3]!.trim().replace(/^"|"$/g, '');
      const start = match.index + match[0].indexOf(match[3]!);
      const key = [...path, match[2]!].join('.');
      found.push(fact(key, { value, range: { start, end: start + value.length } }));
    }
    if (path.length > maxDepth) break;
  }
  return found;
}

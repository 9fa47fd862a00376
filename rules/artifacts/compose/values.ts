/** Values of a Compose file that have several forms: ports, commands, variables. It must never know a service. */
import { isScalar } from 'yaml';
import type { Ranged } from '../../text.ts';
import { rangeOf, type Mapping } from './mapping.ts';

/** A range of more ports than this says nothing about where the service listens. */
const maxPortRange = 20;

/**
 * Replaces `${NAME:-default}` by its default; a variable without one is left as it is written.
 * Source: https://github.com/compose-spec/compose-spec/blob/main/12-interpolation.md
 */
export function interpolate(text: string): string {
  return text.replace(/\$\{\w+:?-([^${}]*)\}/g, '$1').replaceAll('$$', '$');
}

/** Container ports of `ports` (short and long form) or `expose`. */
export function portsOf(service: Mapping, key: 'ports' | 'expose'): Ranged<number>[] {
  const ports: Ranged<number>[] = [];
  for (const item of service.items(key)) {
    const range = rangeOf(item);
    if (isScalar(item) && range)
      ports.push(...shortPorts(String(item.value)).map((value) => ({ value, range })));
  }
  for (const item of service.mappings(key)) {
    const target = item.scalar('target');
    if (!target) continue;
    ports.push(...shortPorts(target.value).map((value) => ({ value, range: target.range })));
  }
  return ports;
}

/** `[[host address:]published:]container[/protocol]`, each port a number or a range. */
function shortPorts(text: string): number[] {
  const match = /(?:^|:)(\d{1,5})(?:-(\d{1,5}))?(?:\/\w+)?$/.exec(interpolate(text).trim());
  if (!match) return [];
  const first = Number(match[1]);
  const last = Number(match[2] ?? match[1]);
  if (last > 65535 || last < first || last - first >= maxPortRange) return [];
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}

/** `command` and `entrypoint`: a line, or a list of words. */
export function listOrLine(service: Mapping, key: 'command' | 'entrypoint'): Ranged<string> | undefined {
  const line = service.scalar(key);
  if (line) return line;
  const range = service.rangeOf(key);
  const words = service.items(key).flatMap((item) => (isScalar(item) ? [String(item.value)] : []));
  return range && words.length > 0 ? { value: shellLine(words), range } : undefined;
}

/** Words as one line that a shell would split into them again. */
export function shellLine(words: readonly string[]): string {
  return words
    .map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`))
    .join(' ');
}

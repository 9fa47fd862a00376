/** What every format says about a flag beside its values: owner, dates, kind. */
import { isMap } from 'yaml';
import type { Ranged } from '../../text.ts';
import type { Problem } from '../artifact.ts';
import { scalarOf, textOf, valueAt } from '../nodes.ts';
import type { FlagDefinitionFacts, FlagKind } from './facts.ts';

/** Other spellings that people use; the first one is ours. */
export const propertyNames = {
  owner: ['owner', 'team', 'maintainer', 'owners', 'contact'],
  expires: [
    'expires',
    'expiry',
    'expiresAt',
    'expires_at',
    'expiration',
    'expirationDate',
    'expiryDate',
    'removeBy',
  ],
  created: ['created', 'createdAt', 'created_at', 'creationDate'],
  kind: ['kind', 'type', 'flagType'],
} as const;

const kinds: Readonly<Record<string, FlagKind>> = {
  release: 'release',
  experiment: 'experiment',
  operational: 'operational',
  ops: 'operational',
  'kill-switch': 'kill-switch',
  killswitch: 'kill-switch',
  permission: 'permission',
};

export type Lifecycle = Pick<
  FlagDefinitionFacts,
  'owner' | 'expires' | 'unreadableExpiry' | 'created' | 'kind' | 'permanent'
>;

/**
 * Reads owner, dates and kind from a map. A date or kind that cannot be read is a problem and counts as absent.
 * @param inherited what holds for every flag of the file
 */
export function readLifecycle(map: unknown, problems: Problem[], inherited: Lifecycle = {}): Lifecycle {
  if (!isMap(map)) return inherited;
  const ending = textOf(valueAt(map, ...propertyNames.expires));
  const permanent = ending !== undefined && /^(?:never|none|permanent)$/i.test(ending.value);
  const owner = ownerOf(valueAt(map, ...propertyNames.owner));
  const expires = permanent ? undefined : dateOf(ending, problems);
  const created = dateOf(textOf(valueAt(map, ...propertyNames.created)), problems);
  const kind = kindOf(textOf(valueAt(map, ...propertyNames.kind)), problems);
  return {
    ...inherited,
    ...(owner && { owner }),
    ...(expires && { expires }),
    ...(ending && !expires && !permanent && { unreadableExpiry: ending.range }),
    ...(created && { created }),
    ...(kind && { kind }),
    ...(permanent && { permanent }),
  };
}

/** A name, the first of a list of names, or an object with a name. */
function ownerOf(node: unknown): Ranged<string> | undefined {
  const items = (node as { items?: unknown[] } | undefined)?.items;
  return textOf(node) ?? textOf(isMap(node) ? valueAt(node, 'name', 'team', 'email') : items?.[0]);
}

function dateOf(text: Ranged<string> | undefined, problems: Problem[]): Ranged<string> | undefined {
  if (!text) return undefined;
  const date = /^\d{4}-\d{2}-\d{2}(?=$|[T ])/.exec(text.value)?.[0];
  if (date !== undefined && isDay(date)) return { value: date, range: text.range };
  problems.push({ message: `"${clip(text.value)}" is no date: write it as 2026-12-31.`, range: text.range });
  return undefined;
}

/** 2026-02-30 is none. */
function isDay(date: string): boolean {
  const time = Date.parse(`${date}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(date);
}

function kindOf(text: Ranged<string> | undefined, problems: Problem[]): Ranged<FlagKind> | undefined {
  if (!text) return undefined;
  const name = text.value.toLowerCase().replace(/[\s_]+/g, '-');
  if (Object.hasOwn(kinds, name)) return { value: kinds[name]!, range: text.range };
  // `type: boolean` says something about the value, which is no mistake.
  if (/^(?:bool(?:ean)?|string|number|integer|float|object|json|multivariate)$/.test(name)) return undefined;
  problems.push({
    message: `"${clip(text.value)}" is no kind of flag: use release, experiment, operational, kill-switch or permission.`,
    range: text.range,
  });
  return undefined;
}

function clip(text: string): string {
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
}

/** The type that all values have. */
export function typeOf(values: readonly unknown[]): FlagDefinitionFacts['type'] {
  const types = new Set(values.map((value) => (isMap(value) ? 'object' : typeof scalarOf(value)?.value)));
  const [type] = types;
  return types.size === 1 && type !== 'undefined' ? (type as FlagDefinitionFacts['type']) : undefined;
}

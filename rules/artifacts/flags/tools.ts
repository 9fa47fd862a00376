/**
 * Definitions as other flag tools write them out: GrowthBook's features, ConfigCat's configuration, and the manifest that
 * OpenFeature's command line generates accessors from. None of them says whose a flag is or when it ends.
 */
import { isMap, isSeq } from 'yaml';
import { entriesOf, rangeOf, scalarOf, valueAt, type Entry } from '../nodes.ts';
import type { FlagDefinitionFacts, FlagDefinitionsFacts, FlagFormat } from './facts.ts';
import { typeOf } from './properties.ts';

/** The definitions under `root`, or undefined where it is none of these tools'. */
export function readTools(root: unknown): FlagDefinitionsFacts | undefined {
  return (
    readList('growthbook', valueAt(root, 'features'), isGrowthBook, growthBookFlag) ??
    readList('configcat', valueAt(root, 'f'), isConfigCat, configCatFlag) ??
    readList('manifest', valueAt(root, 'flags'), isManifest, manifestFlag)
  );
}

function readList(
  format: FlagFormat,
  map: unknown,
  is: (flag: unknown) => boolean,
  read: (flag: unknown) => Partial<FlagDefinitionFacts>,
): FlagDefinitionsFacts | undefined {
  const entries = entriesOf(map);
  if (entries.length === 0 || !entries.every(({ value }) => is(value))) return undefined;
  const flags = entries.map((entry) => ({ ...common(entry), ...read(entry.value) }));
  return { format, certain: true, partial: false, flags };
}

function common({ key, keyNode, range, value }: Entry): FlagDefinitionFacts {
  return {
    key: { value: key, range: rangeOf(keyNode) },
    range,
    bodyRange: isMap(value) ? rangeOf(value) : { start: range.end, end: range.end },
    archived: false,
  };
}

/** https://docs.growthbook.io/lib/build-your-own#features */
function isGrowthBook(flag: unknown): boolean {
  return (
    isMap(flag) && valueAt(flag, 'defaultValue') !== undefined && valueAt(flag, 'flagType') === undefined
  );
}

function growthBookFlag(flag: unknown): Partial<FlagDefinitionFacts> {
  const node = valueAt(flag, 'defaultValue');
  const value = scalarOf(node);
  const type = typeOf([node]);
  const rules = valueAt(flag, 'rules');
  const alike = rules === undefined || (isSeq(rules) && rules.items.length === 0);
  return { enabled: true, ...(type && { type }), ...(alike && value && { constant: value }) };
}

/** https://configcat.com/docs/requests, the configuration's `f`: type `t`, value `v`, targeting `r`, percentages `p`. */
function isConfigCat(flag: unknown): boolean {
  return typeof scalarOf(valueAt(flag, 't'))?.value === 'number' && valueAt(flag, 'v') !== undefined;
}

const configCatTypes = ['boolean', 'string', 'number', 'number'] as const;

function configCatFlag(flag: unknown): Partial<FlagDefinitionFacts> {
  const type = configCatTypes[Number(scalarOf(valueAt(flag, 't'))?.value)];
  const written = valueAt(flag, 'v');
  const value = scalarOf(isMap(written) ? valueAt(written, 'b', 's', 'i', 'd') : written);
  const alike = [valueAt(flag, 'r'), valueAt(flag, 'p')].every(
    (list) => list === undefined || (isSeq(list) && list.items.length === 0),
  );
  return { enabled: true, ...(type && { type }), ...(alike && value && { constant: value }) };
}

/** https://github.com/open-feature/cli/blob/main/schema/v0/flag-manifest.json */
function isManifest(flag: unknown): boolean {
  return isMap(flag) && valueAt(flag, 'flagType') !== undefined;
}

const manifestTypes: Readonly<Record<string, FlagDefinitionFacts['type']>> = {
  boolean: 'boolean',
  string: 'string',
  integer: 'number',
  float: 'number',
  object: 'object',
};

function manifestFlag(flag: unknown): Partial<FlagDefinitionFacts> {
  const type = manifestTypes[String(scalarOf(valueAt(flag, 'flagType'))?.value)];
  return { ...(type && { type }) };
}

/**
 * A plain flags file: a list or map `flags` that says who owns each flag and until when it may live, for teams whose
 * flag tool keeps its definitions elsewhere. Its schema is `flags.schema.json`.
 */
import { isMap, isSeq } from 'yaml';
import type { Ranged, TextRange } from '../../text.ts';
import type { Problem } from '../artifact.ts';
import { entriesOf, rangeOf, scalarOf, textOf, valueAt } from '../nodes.ts';
import { checkSchema, type Schema } from '../schema.ts';
import type { FlagDefinitionFacts, FlagDefinitionsFacts } from './facts.ts';
import schema from './flags.schema.json' with { type: 'json' };
import { propertyNames, readLifecycle } from './properties.ts';

export const flagsSchema = schema as Schema;

interface Candidate {
  readonly key: Ranged<string>;
  readonly range: TextRange;
  readonly body: unknown;
}

/** Keys that only a list of feature flags has; `kind` and `type` alone are everywhere. */
const telling = [...propertyNames.owner.slice(0, 3), ...propertyNames.expires];
const usual = [...telling, 'kind', 'type', 'enabled', 'default', 'rollout', 'created', 'createdAt'];
/** Keys that let the value differ between users. */
const selective = ['targeting', 'rules', 'strategies', 'segments', 'environments', 'variants', 'variations'];

/** The definitions under `root`, or undefined where it has none. */
export function readPlain(root: unknown, problems: Problem[]): FlagDefinitionsFacts | undefined {
  const candidates = candidatesOf(valueAt(root, 'flags'));
  const declared = /(?:^|\/)flags\.schema\.json$/.test(
    String(scalarOf(valueAt(root, '$schema'))?.value ?? ''),
  );
  const bodies = candidates.map(({ body }) => body);
  const likely =
    bodies.some((body) => has(body, usual)) && bodies.every((body) => isMap(body) || isEmpty(body));
  if (!declared && !likely) return undefined;
  const certain =
    declared || bodies.some((body) => has(body, telling.slice(0, 3)) && has(body, propertyNames.expires));
  const found: Problem[] = [];
  const flags = candidates.map((candidate) => readFlag(candidate, found));
  if (declared) problems.push(...checkSchema(root, flagsSchema));
  else if (certain) problems.push(...found);
  return { format: 'plain', certain, partial: false, flags };
}

function candidatesOf(flags: unknown): Candidate[] {
  if (isSeq(flags)) {
    return flags.items.flatMap((item) => {
      const key = isMap(item) ? textOf(valueAt(item, 'key', 'name')) : undefined;
      return key ? [{ key, range: rangeOf(item as Parameters<typeof rangeOf>[0]), body: item }] : [];
    });
  }
  return entriesOf(flags).map(({ key, keyNode, range, value }) => ({
    key: { value: key, range: rangeOf(keyNode) },
    range,
    body: value,
  }));
}

function readFlag({ key, range, body }: Candidate, problems: Problem[]): FlagDefinitionFacts {
  const enabled = scalarOf(isMap(body) ? valueAt(body, 'enabled') : body);
  const rollout = scalarOf(valueAt(body, 'rollout', 'percentage'));
  const everybody =
    !has(body, selective) && (rollout === undefined || /^100\s*%?$/.test(String(rollout.value)));
  return {
    key,
    range,
    bodyRange: isMap(body) ? rangeOf(body) : { start: range.end, end: range.end },
    ...readLifecycle(body, problems),
    ...(typeof enabled?.value === 'boolean' && { enabled: enabled.value }),
    ...(everybody && enabled?.value === true && { constant: { value: true, range: enabled.range } }),
    archived: scalarOf(valueAt(body, 'archived'))?.value === true,
  };
}

function has(body: unknown, keys: readonly string[]): boolean {
  return valueAt(body, ...keys) !== undefined;
}

function isEmpty(body: unknown): boolean {
  return (
    body === null ||
    body === undefined ||
    (!isMap(body) && !isSeq(body) && (scalarOf(body)?.value ?? '') === '')
  );
}

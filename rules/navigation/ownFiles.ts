/**
 * Completion in the files that people write for us: the configuration, the scaling plan and plain flags. What the schema
 * allows at the caret, and names that the repository knows: rules, events, metrics, flags, owners, automations.
 */
import { configurationPaths, configurationSchema } from '../artifacts/configuration/configuration.ts';
import { flagsSchema } from '../artifacts/flags/plain.ts';
import { plan, planSchema } from '../artifacts/plan/plan.ts';
import { schemasAt, type Schema } from '../artifacts/schema.ts';
import type { Model } from '../model/model.ts';
import { rules } from '../practices/registry.generated.ts';
import { teamsOf } from '../practices/ownership/owner-unknown.ts';
import { rolloutsOf } from '../practices/rollout/pilot-unlinked.ts';
import type { Completion, Completions } from './completion.ts';
import { yamlCaretAt, type YamlCaret } from './yamlCaret.ts';

/**
 * @param bySchema false where somebody else completes what the schema says
 * @returns undefined where the file is none of ours, or the caret where nothing is known
 */
export function completionsInOwnFile(
  model: Model,
  file: string,
  text: string,
  offset: number,
  bySchema: boolean,
): Completions | undefined {
  const schema = schemaOf(file);
  const caret = schema && yamlCaretAt(text, offset);
  if (!caret) return undefined;
  const items =
    caret.key === undefined
      ? keysAt(schema, caret, text, bySchema)
      : valuesAt(schema, caret, caret.key, model, bySchema);
  return items.length === 0 ? undefined : { range: caret.range, items };
}

function schemaOf(file: string): Schema | undefined {
  if (configurationPaths.includes(file)) return configurationSchema;
  if (plan.claims(file)) return planSchema;
  return /(?:^|\/)feature-flags\.ya?ml$/i.test(file) ? flagsSchema : undefined;
}

function keysAt(
  schema: Schema,
  { path, siblings, range }: YamlCaret,
  text: string,
  bySchema: boolean,
): Completion[] {
  const colon = text[range.end] === ':' ? '' : ': ';
  if (schema === configurationSchema && path.join() === 'rules')
    return rules.map(({ id, title }) => key(id, title));
  const known = (bySchema ? schemasAt(schema, path) : []).flatMap(({ properties = {} }) =>
    Object.entries(properties),
  );
  return known
    .filter(([name]) => name !== '$schema' && !siblings.has(name))
    .map(([name, { description = '' }]) => key(name, description));

  function key(name: string, detail: string): Completion {
    return { text: name, insert: `${name}${colon}`, kind: 'key', detail };
  }
}

function valuesAt(
  schema: Schema,
  { path }: YamlCaret,
  key: string,
  model: Model,
  bySchema: boolean,
): Completion[] {
  const allowed = (bySchema ? schemasAt(schema, [...path, key]) : []).flatMap(
    ({ type, enum: values, description = '' }) =>
      (values ?? (type === 'boolean' ? [true, false] : [])).map((value) => ({
        text: String(value),
        kind: 'value' as const,
        detail: description,
      })),
  );
  const known = Object.hasOwn(named, key) ? named[key]!(model) : [];
  return [
    ...allowed,
    ...[...new Set(known)].sort().map((text) => ({ text, kind: 'value' as const, detail: '' })),
  ];
}

/** What the repository knows under the names that values of these keys are joined with. */
const named: Readonly<Record<string, (model: Model) => string[]>> = {
  event: ({ events }) => events.sent.map(({ name }) => name),
  metric: ({ services }) =>
    services.flatMap(({ code }) => code?.metrics.flatMap(({ name }) => name?.value ?? []) ?? []),
  flag: ({ flags }) => flags.definitions.map(({ facts }) => facts.key.value),
  owner: (model) => [...teamsOf(model)],
  rollout: (model) => [...rolloutsOf(model).keys()],
  automation: automationsOf,
};

function automationsOf({ pipelines, tasks, packages }: Model): string[] {
  return [
    ...pipelines.files.map(({ file }) => file),
    ...tasks.flatMap(({ facts: { tool, targets } }) => targets.map(({ value }) => `${tool} ${value}`)),
    ...packages.flatMap(({ facts }) => Object.keys(facts.scripts).map((script) => `npm run ${script}`)),
  ];
}

/**
 * `.scaleready.yaml`: what a team decides about the audit. Read leniently, so that one mistake does not undo the rest;
 * every departure from `scaleready.schema.json` is a problem. It must never know which rules there are.
 */
import { isSeq } from 'yaml';
import type { ArtifactKind, Parsed, TextFile } from '../artifact.ts';
import { entriesOf, rangeOf, textOf, valueAt } from '../nodes.ts';
import { checkSchema, type Schema } from '../schema.ts';
import { problemsOf } from '../yaml.ts';
import type { Configuration, Level, ServiceConfiguration } from './facts.ts';
import schema from './scaleready.schema.json' with { type: 'json' };

/** Where the configuration of a workspace is looked for; the first one there is counts. */
export const configurationPaths: readonly string[] = ['.scaleready.yaml', '.scaleready.yml'];

export const configuration: ArtifactKind<Configuration> = {
  id: 'configuration',
  claims: (path) => configurationPaths.includes(path),
  mayHold: () => true,
  parse,
};

export const configurationSchema = schema as Schema;

const levels: readonly string[] = schema.definitions.level.enum;

function parse(file: TextFile): Parsed<Configuration> {
  const [document] = file.yaml();
  const root: unknown = document?.contents;
  const errors = document ? problemsOf(document, file.text.length) : [];
  const start = { start: 0, end: Math.min(file.text.length, file.lines.lineStart(1)) };
  const runbooks = valueAt(root, 'runbooks');
  return {
    facts: {
      rules: entriesOf(valueAt(root, 'rules')).flatMap(({ key, keyNode, value }) => {
        const level = textOf(value)?.value;
        if (level === undefined || !levels.includes(level)) return [];
        return [{ pattern: key, level: level as Level, range: rangeOf(keyNode) }];
      }),
      exclude: textsOf(root, 'exclude'),
      profile: profileOf(valueAt(root, 'profile')),
      services: itemsOf(root, 'services').flatMap(readService),
      runbooks: {
        folders: textsOf(runbooks, 'folders').map(folderOf),
        urls: Object.fromEntries(
          entriesOf(valueAt(runbooks, 'urls')).flatMap(({ key, value }) => {
            const folder = textOf(value)?.value;
            return folder === undefined ? [] : [[key, folderOf(folder)] as const];
          }),
        ),
        ...reviewDaysOf(runbooks),
        sections: Object.fromEntries(
          entriesOf(valueAt(runbooks, 'sections')).map(({ key }) => [
            key,
            textsOf(valueAt(runbooks, 'sections'), key),
          ]),
        ),
      },
      flags: { functions: textsOf(valueAt(root, 'flags'), 'functions') },
    },
    problems: errors.length > 0 ? errors : checkSchema(root, configurationSchema, start),
  };
}

function profileOf(node: unknown): Configuration['profile'] {
  const { stage, kind } = schema.properties.profile.properties;
  const stageName = oneOf(stage.enum, textOf(valueAt(node, 'stage'))?.value);
  const kindName = oneOf(kind.enum, textOf(valueAt(node, 'kind'))?.value);
  return {
    ...(stageName !== undefined && { stage: stageName as Configuration['profile']['stage'] & string }),
    ...(kindName !== undefined && { kind: kindName as Configuration['profile']['kind'] & string }),
  };
}

function oneOf(names: readonly string[], written: string | undefined): string | undefined {
  return names.find((name) => name === written);
}

function reviewDaysOf(runbooks: unknown): { reviewDays?: number } {
  const days = Number(textOf(valueAt(runbooks, 'reviewDays'))?.value);
  return days > 0 && Number.isFinite(days) ? { reviewDays: days } : {};
}

function readService(node: unknown): ServiceConfiguration[] {
  const name = textOf(valueAt(node, 'name'))?.value;
  if (name === undefined) return [];
  const root = textOf(valueAt(node, 'root'))?.value;
  const owner = textOf(valueAt(node, 'owner'))?.value;
  return [
    {
      name,
      ...(root !== undefined && { root: folderOf(root) }),
      aliases: textsOf(node, 'aliases'),
      routes: textsOf(node, 'routes'),
      ...(owner !== undefined && { owner }),
    },
  ];
}

/** As the model writes folders: relative to the workspace, which itself is the empty text. */
function folderOf(written: string): string {
  return written
    .split('/')
    .filter((part) => part !== '' && part !== '.')
    .join('/');
}

function textsOf(map: unknown, key: string): string[] {
  return itemsOf(map, key).flatMap((item) => textOf(item)?.value ?? []);
}

function itemsOf(map: unknown, key: string): readonly unknown[] {
  const list = valueAt(map, key);
  return isSeq(list) ? list.items : [];
}

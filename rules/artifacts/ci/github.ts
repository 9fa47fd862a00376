/**
 * GitHub Actions (Gitea's and Forgejo's read the same): workflows and composite actions.
 *
 * Source: https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax
 */
import { isMap, isScalar } from 'yaml';
import type { Ranged } from '../../text.ts';
import { rangeOf, textOf } from '../nodes.ts';
import type { ActionUse, CiFacts, JobFacts, StepFacts } from './facts.ts';
import { withoutExpressions, type Scripts } from './script.ts';
import type { PipelineReader } from './yamlJobs.ts';

/** A workflow; undefined where the document is none. */
export function readWorkflow(reader: PipelineReader, scripts: Scripts): CiFacts | undefined {
  const { root } = reader;
  const entries = reader.entries(root, 'jobs');
  if (entries.length === 0 || !reader.has(root, 'on')) return undefined;
  const folder = reader.text(root, 'defaults', 'run', 'working-directory')?.value;
  const jobs = entries.flatMap(({ key, keyNode, value }): JobFacts[] => {
    if (!isMap(value)) return [];
    const calls = reader.text(value, 'uses');
    const own = reader.text(value, 'defaults', 'run', 'working-directory')?.value ?? folder;
    const environment =
      reader.text(value, 'environment')?.value ?? reader.text(value, 'environment', 'name')?.value;
    return [
      {
        name: { value: key, range: rangeOf(keyNode) },
        body: rangeOf(value),
        steps: stepsOf(reader, reader.items(value, 'steps'), scripts, own),
        timeout: reader.has(value, 'timeout-minutes'),
        concurrency: reader.has(value, 'concurrency'),
        ...(environment !== undefined && { environment }),
        ...(calls && { calls }),
        matrix: matrixOf(reader, reader.get(value, 'strategy', 'matrix')),
      },
    ];
  });
  return {
    system: 'github',
    triggers: triggersOf(reader),
    jobs,
    concurrency: reader.has(root, 'concurrency'),
    open: jobs.some(({ calls }) => calls !== undefined && !calls.value.startsWith('./')),
  };
}

/** A composite action; undefined for actions in JavaScript or Docker, whose steps are code. */
export function readAction(reader: PipelineReader, scripts: Scripts): CiFacts | undefined {
  const using = reader.text(reader.root, 'runs', 'using');
  if (using?.value !== 'composite') return undefined;
  const steps = stepsOf(reader, reader.items(reader.root, 'runs', 'steps'), scripts);
  const name = { value: 'action', range: using.range };
  const job = { name, steps, timeout: true, concurrency: true, matrix: {} };
  return { system: 'github-action', triggers: [], jobs: [job], concurrency: true, open: false };
}

function triggersOf(reader: PipelineReader): string[] {
  const on = reader.get(reader.root, 'on');
  const keys = reader.entries(on).map(({ key }) => key);
  return keys.length > 0 ? keys : reader.texts(on);
}

function stepsOf(
  reader: PipelineReader,
  items: readonly unknown[],
  scripts: Scripts,
  defaultFolder?: string,
): StepFacts[] {
  return items.flatMap((item): StepFacts[] => {
    const uses = reader.text(item, 'uses');
    const inputs = reader.scalars(reader.get(item, 'with'));
    if (uses)
      return [
        {
          range: uses.range,
          uses: actionOf(uses, reader.get(item, 'uses')),
          ...(inputs && { with: inputs }),
          commands: [],
        },
      ];
    const run = reader.get(item, 'run');
    const range = reader.keyRange(item, 'run');
    if (run === undefined || !range) return [];
    const shell = reader.text(item, 'shell')?.value ?? '';
    const folder = reader.text(item, 'working-directory')?.value ?? defaultFolder;
    const text = /^(?:python|node|perl|ruby)/.test(shell) ? '' : reader.script(run);
    return [
      {
        range,
        ...(folder !== undefined && { folder: withoutExpressions(folder) }),
        commands: scripts.commands(text),
      },
    ];
  });
}

/** `owner/name/path@version`, `./folder`, `docker://image:tag`. */
function actionOf({ value, range }: Ranged<string>, node: unknown): ActionUse {
  const at = value.lastIndexOf('@');
  if (at <= 0) return { name: value, range };
  const note = /^[ \t]*(?:tag=)?(v?\d[\w.+-]*)/.exec((isScalar(node) && node.comment) || '')?.[1];
  return { name: value.slice(0, at), version: value.slice(at + 1), ...(note && { note }), range };
}

/** The lists of the matrix, and the scalars of what `include` adds to it. */
function matrixOf(reader: PipelineReader, matrix: unknown): Record<string, string[]> {
  const values: Record<string, string[]> = {};
  const add = (key: string, found: readonly string[]): void => {
    if (found.length > 0) values[key] = [...(Object.hasOwn(values, key) ? values[key]! : []), ...found];
  };
  for (const { key, value } of reader.entries(matrix)) {
    if (key === 'exclude') continue;
    if (key !== 'include') {
      if (textOf(value)) continue;
      add(key, reader.texts(value));
      for (const item of reader.items(value))
        for (const [name, text] of Object.entries(reader.scalars(item) ?? {})) add(`${key}.${name}`, [text]);
      continue;
    }
    for (const item of reader.items(value))
      for (const [name, text] of Object.entries(reader.scalars(item) ?? {})) add(name, [text]);
  }
  return values;
}

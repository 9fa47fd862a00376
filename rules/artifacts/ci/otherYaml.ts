/**
 * CircleCI and Azure Pipelines: as much of them as says which commands run.
 *
 * Sources: https://circleci.com/docs/reference/configuration-reference/,
 * https://learn.microsoft.com/en-us/azure/devops/pipelines/yaml-schema/
 */
import { isMap } from 'yaml';
import type { TextRange } from '../../text.ts';
import { rangeOf } from '../nodes.ts';
import type { CiFacts, JobFacts, StepFacts } from './facts.ts';
import type { Scripts } from './script.ts';
import type { PipelineReader } from './yamlJobs.ts';

export function readCircleci(reader: PipelineReader, scripts: Scripts): CiFacts | undefined {
  const { root } = reader;
  const holders = [...reader.entries(root, 'jobs'), ...reader.entries(root, 'commands')];
  if (holders.length === 0 && !reader.has(root, 'workflows')) return undefined;
  const jobs = holders.flatMap(({ key, keyNode, value }): JobFacts[] => {
    if (!isMap(value)) return [];
    const range = rangeOf(keyNode);
    const steps = reader.items(value, 'steps').flatMap((item): StepFacts[] => {
      const name = reader.text(item);
      if (name) return [{ range: name.range, uses: { name: name.value, range: name.range }, commands: [] }];
      return reader.entries(item).map(({ key: does, keyNode: at, value: how }) => {
        if (does !== 'run')
          return { range: rangeOf(at), uses: { name: does, range: rangeOf(at) }, commands: [] };
        const script = reader.script(reader.text(how) ? how : reader.get(how, 'command'));
        return { range: rangeOf(at), commands: scripts.commands(script) };
      });
    });
    return [{ name: { value: key, range }, steps, timeout: false, concurrency: false, matrix: {} }];
  });
  return {
    system: 'circleci',
    triggers: [],
    jobs,
    concurrency: false,
    open: reader.has(root, 'orbs') || reader.text(root, 'setup')?.value === 'true',
  };
}

/** Levels of stages, jobs, strategies and steps. */
const maxDepth = 8;

export function readAzure(reader: PipelineReader, scripts: Scripts): CiFacts | undefined {
  const { root } = reader;
  const jobs: JobFacts[] = [];
  let open = reader.has(root, 'extends') || reader.has(root, 'resources');
  if (!['steps', 'jobs', 'stages', 'extends'].some((key) => reader.has(root, key))) return undefined;
  const walk = (node: unknown, depth: number): void => {
    if (depth > maxDepth) return;
    if (reader.has(node, 'template')) open = true;
    const steps = reader.items(node, 'steps');
    if (steps.length > 0) {
      const name = reader.text(node, 'job') ?? reader.text(node, 'deployment');
      const at = name?.range ?? reader.keyRange(node, 'steps')!;
      jobs.push({
        name: { value: name?.value ?? 'steps', range: at },
        steps: steps.flatMap((item) => azureStep(item)),
        timeout: reader.has(node, 'timeoutInMinutes'),
        concurrency: false,
        matrix: {},
      });
    }
    for (const key of ['stages', 'jobs']) for (const item of reader.items(node, key)) walk(item, depth + 1);
    for (const way of ['runOnce', 'rolling', 'canary'])
      walk(reader.get(node, 'strategy', way, 'deploy'), depth + 1);
  };
  const azureStep = (item: unknown): StepFacts[] => {
    if (reader.has(item, 'template')) open = true;
    for (const key of ['script', 'bash', 'pwsh', 'powershell']) {
      const range: TextRange | undefined = reader.keyRange(item, key);
      if (range) return [{ range, commands: scripts.commands(reader.script(reader.get(item, key))) }];
    }
    const task = reader.text(item, 'task');
    if (!task) return [];
    const [name = '', version] = task.value.split('@');
    const inputs = reader.scalars(reader.get(item, 'inputs'));
    const script = inputs?.script ?? inputs?.inlineScript;
    return [
      {
        range: task.range,
        uses: { name, ...(version !== undefined && { version }), range: task.range },
        ...(inputs && { with: inputs }),
        commands: script === undefined ? [] : scripts.commands(script),
      },
    ];
  };
  walk(root, 0);
  return { system: 'azure', triggers: [], jobs, concurrency: false, open };
}

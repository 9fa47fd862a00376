/**
 * GitLab CI/CD.
 *
 * Source: https://docs.gitlab.com/ci/yaml/
 */
import { isMap } from 'yaml';
import { rangeOf } from '../nodes.ts';
import type { CiFacts, JobFacts } from './facts.ts';
import type { Scripts } from './script.ts';
import type { PipelineReader } from './yamlJobs.ts';

/** Keywords of the top level that are no jobs. */
const keywords = new Set(
  'default include stages variables workflow image services cache before_script after_script spec'.split(' '),
);

/** How many jobs one extends another; GitLab allows eleven. */
const maxExtends = 11;

export function readGitlab(reader: PipelineReader, scripts: Scripts): CiFacts | undefined {
  const { root } = reader;
  const jobs = reader.entries(root).flatMap(({ key, keyNode, value }): JobFacts[] => {
    if (keywords.has(key) || key.startsWith('.') || !isMap(value)) return [];
    const inherited = parents(reader, value);
    const find = (name: string): unknown =>
      inherited.map((one) => reader.get(one, name)).find((node) => node !== undefined) ??
      reader.get(root, 'default', name) ??
      (/^(?:before|after)_script$/.test(name) ? reader.get(root, name) : undefined);
    const text = ['before_script', 'script', 'after_script'].map((part) => reader.script(find(part)));
    if (find('script') === undefined && find('trigger') === undefined) return [];
    const environment = find('environment');
    const range = rangeOf(keyNode);
    const name = reader.text(environment)?.value ?? reader.text(environment, 'name')?.value;
    return [
      {
        name: { value: key, range },
        body: rangeOf(value),
        steps: [{ range, commands: scripts.commands(text.join('\n')) }],
        timeout: find('timeout') !== undefined,
        concurrency: find('resource_group') !== undefined,
        ...(name !== undefined && { environment: name }),
        matrix: {},
      },
    ];
  });
  const includes = reader.has(root, 'include');
  if (jobs.length === 0 && !includes) return undefined;
  return { system: 'gitlab', triggers: [], jobs, concurrency: false, open: includes };
}

/** The job and those that it extends, nearest first. */
function parents(reader: PipelineReader, job: unknown): unknown[] {
  const chain: unknown[] = [job];
  for (let at = 0; at < chain.length && chain.length < maxExtends; at += 1) {
    const names = reader.texts(reader.get(chain[at], 'extends'));
    chain.push(...names.reverse().flatMap((name) => reader.get(reader.root, name) ?? []));
  }
  return chain;
}

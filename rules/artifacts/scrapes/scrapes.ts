/**
 * Scrape configurations of Prometheus wherever they are written: its own file, a string of a ConfigMap, a chart's values,
 * the Prometheus receiver of the OpenTelemetry collector. It must never know what a target is.
 *
 * Source: https://prometheus.io/docs/prometheus/latest/configuration/configuration/#scrape_config
 */
import { isMap, isScalar, isSeq, type Scalar } from 'yaml';
import { parseYaml, type ArtifactKind, type Parsed, type TextFile } from '../artifact.ts';
import { entriesOf, rangeOf, textOf, valueAt } from '../nodes.ts';
import { isTemplate, maskCharacter, maskTemplate } from '../template.ts';
import type { ScrapeJob, ScrapesFacts } from './facts.ts';

export const scrapes: ArtifactKind<ScrapesFacts> = {
  id: 'scrapes',
  claims: (path) => /\.ya?ml$/i.test(path),
  mayHold: (text) => text.includes('static_configs') && text.includes('targets'),
  parse,
};

const maxDepth = 30;

function parse(file: TextFile): Parsed<ScrapesFacts> {
  const template = isTemplate(file.text);
  const text = template ? maskTemplate(file.text).text : file.text;
  const jobs: ScrapeJob[] = [];
  for (const { contents } of template ? parseYaml(text) : file.yaml()) collect(contents, text, jobs, 0);
  return { ...(jobs.length > 0 && { facts: { jobs } }), problems: [] };
}

function collect(node: unknown, text: string, jobs: ScrapeJob[], depth: number): void {
  if (depth > maxDepth) return;
  if (isSeq(node)) for (const item of node.items) collect(item, text, jobs, depth + 1);
  if (isScalar(node)) collectEmbedded(node, text, jobs, depth);
  if (!isMap(node)) return;
  if (isSeq(valueAt(node, 'static_configs'))) jobs.push(readJob(node));
  else for (const { value } of entriesOf(node)) collect(value, text, jobs, depth + 1);
}

/** A configuration inside a string: everything around it is blanked, so its offsets hold. */
function collectEmbedded(scalar: Scalar, text: string, jobs: ScrapeJob[], depth: number): void {
  if (scalar.type !== 'BLOCK_LITERAL' || typeof scalar.value !== 'string') return;
  if (!scrapes.mayHold(scalar.value, '')) return;
  const { start, end } = rangeOf(scalar);
  const header = text.indexOf('\n', start) + 1;
  if (header === 0 || header > end) return;
  const blanked = text.slice(0, header).replace(/[^\r\n]/g, ' ') + text.slice(header, end);
  for (const { contents } of parseYaml(blanked)) collect(contents, text, jobs, depth + 10);
}

function readJob(job: unknown): ScrapeJob {
  const name = textOf(valueAt(job, 'job_name'));
  const path = textOf(valueAt(job, 'metrics_path'));
  const relabels = valueAt(job, 'relabel_configs');
  const rewrites = isSeq(relabels)
    ? relabels.items.some((rule) =>
        /^__(?:address|metrics_path|scheme)__$/.test(textOf(valueAt(rule, 'target_label'))?.value ?? ''),
      )
    : relabels !== undefined;
  const configs = valueAt(job, 'static_configs');
  const targets = isSeq(configs)
    ? configs.items.flatMap((config) => {
        const list = valueAt(config, 'targets');
        return isSeq(list) ? list.items.flatMap((target) => textOf(target) ?? []) : [];
      })
    : [];
  const isDecided = [path, ...targets].some(
    (one) => (one !== undefined && /\$|\{\{/.test(one.value)) || one?.value.includes(maskCharacter),
  );
  return {
    ...(name && { name }),
    range: isMap(job) ? rangeOf(job) : { start: 0, end: 0 },
    ...(path && { path }),
    https: textOf(valueAt(job, 'scheme'))?.value === 'https',
    targets,
    open: rewrites || isDecided || valueAt(job, 'params', '<<') !== undefined,
  };
}

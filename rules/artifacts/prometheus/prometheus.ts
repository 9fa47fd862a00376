/**
 * Alerting and recording rules wherever they are written as YAML: rules files of Prometheus, Loki, Thanos and Mimir, PrometheusRule
 * and like resources, Helm templates and values, ConfigMaps that hold a rules file as a string, and Prometheus 1's own
 * language. Promtool tests are no rules. It must never know what a runbook is.
 */
import { isAlias, isMap, isScalar, isSeq, type Pair, type Scalar, type YAMLMap } from 'yaml';
import type { Ranged, TextRange } from '../../text.ts';
import { parseYaml, type ArtifactKind, type Parsed, type Problem, type TextFile } from '../artifact.ts';
import { rangeOf } from '../nodes.ts';
import type { AlertFacts, PrometheusFacts, RecordingFacts } from './facts.ts';
import { parseLegacyRules } from './legacy.ts';
import type { QueryFacts } from './promql/facts.ts';
import { placed } from './promql/placed.ts';
import { loadPromql, readQuery } from './promql/query.ts';
import { isTemplate, maskCharacter, maskTemplate, type Masked } from '../template.ts';
import { problemsOf } from '../yaml.ts';

export const prometheus: ArtifactKind<PrometheusFacts> = {
  id: 'prometheus',
  claims: (path) => /\.(?:ya?ml|rules)$/i.test(path),
  mayHold,
  prepare: loadPromql,
  parse,
};

function mayHold(text: string): boolean {
  return (
    (/\b(?:alert|record)["']?[ \t]*:/.test(text) && /\bexpr["']?[ \t]*:/.test(text)) ||
    /^[ \t]*ALERT[ \t]+\w/m.test(text)
  );
}

/** Nesting beyond this is no rules file; it keeps recursion within the stack. */
const maxDepth = 100;

interface Source {
  readonly text: string;
  readonly masked?: Masked;
}

/** What is found, in order. */
interface Rules {
  readonly alerts: AlertFacts[];
  readonly recordings: RecordingFacts[];
}

interface Group {
  readonly name?: string;
  readonly labels?: Entries;
}

function parse(file: TextFile): Parsed<PrometheusFacts> {
  const { text } = file;
  const masked = isTemplate(text) ? maskTemplate(text) : undefined;
  const documents = masked ? parseYaml(masked.text) : file.yaml();
  const rules: Rules = { alerts: [], recordings: [] };
  const count = (): number => rules.alerts.length + rules.recordings.length;
  const problems: Problem[] = [];
  for (const document of documents) {
    const before = count();
    collect(document.contents, { text, masked }, rules);
    // Errors matter only where rules are: another kind may well understand the rest of the file.
    if (!masked && count() > before) problems.push(...problemsOf(document, text.length));
  }
  if (count() === 0) rules.alerts.push(...parseLegacyRules(text, { start: 0, end: text.length }));
  return count() > 0 ? { facts: rules, problems } : { problems: [] };
}

function collect(node: unknown, source: Source, rules: Rules, group: Group = {}, depth = 0): void {
  if (depth > maxDepth) return;
  if (isSeq(node)) {
    for (const item of node.items) collect(item, source, rules, group, depth + 1);
  } else if (isMap(node)) {
    if (readRule(node, source, rules, group)) return;
    const inGroup = node.has('rules') ? readGroup(node, source) : group;
    for (const { key, value } of node.items) {
      // What an operator's package shows as examples.
      if (isScalar(key) && key.value === 'alm-examples') continue;
      if (isScalar(value)) collectEmbedded(value, source, rules, depth);
      else collect(value, source, rules, inGroup, depth + 1);
    }
  }
}

function readGroup(map: YAMLMap, source: Source): Group {
  const name = scalarOf(map, 'name');
  const labels = map.get('labels', true) as unknown;
  return {
    ...(name && { name: String(name.value) }),
    ...(labels !== undefined && { labels: readEntries(labels, source) }),
  };
}

/** A rules file inside a string, as ConfigMaps hold it: everything around it is blanked, so its offsets hold. */
function collectEmbedded(scalar: Scalar, source: Source, rules: Rules, depth: number): void {
  if (scalar.type !== 'BLOCK_LITERAL' || typeof scalar.value !== 'string' || depth > 20) return;
  if (!mayHold(scalar.value)) return;
  const range = rangeOf(scalar);
  const whole = source.masked?.text ?? source.text;
  const header = whole.indexOf('\n', range.start) + 1;
  if (header === 0 || header > range.end) return;
  const blanked = whole.slice(0, header).replace(/[^\r\n]/g, ' ') + whole.slice(header, range.end);
  const before = rules.alerts.length + rules.recordings.length;
  for (const document of parseYaml(blanked)) collect(document.contents, source, rules, {}, depth + 21);
  if (rules.alerts.length + rules.recordings.length === before)
    rules.alerts.push(...parseLegacyRules(source.text, { start: header, end: range.end }));
}

/** Whether the mapping is a rule; then it is added. */
function readRule(map: YAMLMap, source: Source, rules: Rules, group: Group): boolean {
  const alert = readAlert(map, source, group);
  if (alert) rules.alerts.push(alert);
  const recording = alert ? undefined : readRecording(map, source, group);
  if (recording) rules.recordings.push(recording);
  return alert !== undefined || recording !== undefined;
}

function readRecording(map: YAMLMap, source: Source, { labels }: Group): RecordingFacts | undefined {
  const name = scalarOf(map, 'record');
  const expr = scalarOf(map, 'expr');
  if (!name || !expr) return undefined;
  const expression = ranged(expr, source);
  const query = queryOf(expression, source);
  const own = readEntries(map.get('labels', true) as unknown, source);
  return {
    name: ranged(name, source),
    expr: expression,
    ...(query && { query }),
    labels: { ...labels?.values, ...own.values },
    labelsTemplated: own.templated || (labels?.templated ?? false),
  };
}

/** Other dialects know more than PromQL does: what is an error there is left open. */
const dialect = /victoriametrics|vmalert|metricsql|\bVMRule\b|loki\.grafana\.com/i;

function queryOf(expression: Ranged<string>, { text }: Source): QueryFacts | undefined {
  const query = readQuery(expression.value);
  if (!query || (query.error && dialect.test(text))) return undefined;
  return placed(query, expression, text);
}

function readAlert(map: YAMLMap, source: Source, group: Group): AlertFacts | undefined {
  const name = scalarOf(map, 'alert');
  const expr = scalarOf(map, 'expr');
  if (!name || !expr) return undefined;
  const range = rangeOf(map);
  const annotations = map.get('annotations', true) as unknown;
  const labels = map.get('labels', true) as unknown;
  const duration = scalarOf(map, 'for') ?? braces(map, 'for');
  const keepFiring = scalarOf(map, 'keep_firing_for');
  const entries = readEntries(annotations, source);
  const ownLabels = readEntries(labels, source);
  const annotationsRange = isMap(annotations) ? rangeToExtend(annotations, 'annotations', source) : undefined;
  const labelsRange = isMap(labels) ? rangeToExtend(labels, 'labels', source) : undefined;
  const expression = ranged(expr, source);
  const query = queryOf(expression, source);
  const filled =
    source.masked?.output.some((at) => at >= range.start && at < endOfRule(range, source)) ?? false;
  return {
    name: ranged(name, source),
    range,
    ...(group.name !== undefined && !group.name.includes(maskCharacter) && { group: group.name }),
    expr: expression,
    ...(query && { query }),
    ...(duration && { for: isScalar(duration) ? ranged(duration, source) : asWritten(duration, source) }),
    ...(keepFiring && { keepFiringFor: ranged(keepFiring, source) }),
    labels: { ...group.labels?.values, ...ownLabels.values },
    labelsTemplated: filled || ownLabels.templated || (group.labels?.templated ?? false),
    ...(labelsRange && { labelsRange }),
    annotations: entries.values,
    ...(annotationsRange && { annotationsRange }),
    templated: filled || entries.templated,
    style: map.flow ? 'flow' : 'block',
  };
}

/** Up to the next line that is not further in than the rule: an action after its last key may still add to it. */
function endOfRule(range: TextRange, { masked, text }: Source): number {
  const clean = masked?.text ?? text;
  const column = range.start - (clean.lastIndexOf('\n', range.start - 1) + 1);
  const line = /\n([ \t]*)(?=[^\s])/g;
  line.lastIndex = range.end > 0 ? range.end - 1 : 0;
  for (let match = line.exec(clean); match; match = line.exec(clean)) {
    if (match[1]!.length < column) return match.index;
  }
  return clean.length;
}

interface Entries {
  readonly values: Record<string, Ranged<string>>;
  readonly templated: boolean;
}

/** The plain entries of a mapping; `templated` where something else than they may add to them. */
function readEntries(map: unknown, source: Source): Entries {
  if (!isMap(map)) {
    const decided = isAlias(map) || (isScalar(map) && isMasked(map, source));
    return { values: {}, templated: decided };
  }
  const values: Record<string, Ranged<string>> = {};
  let templated = false;
  for (const { key, value } of map.items as Pair<unknown, unknown>[]) {
    if (!isScalar(key) || !key.range) continue;
    if (isMasked(key, source) || key.value === '<<') templated = true;
    else if (isScalar(value) && value.range) values[String(key.value)] = ranged(value, source);
    else if (isScalar(key)) values[String(key.value)] = { value: '', range: rangeOf(key) };
  }
  return { values, templated };
}

/** Undefined where text that a template decides stands before the first entry: it could be a condition. */
function rangeToExtend(map: YAMLMap, key: 'annotations' | 'labels', { text }: Source): TextRange | undefined {
  const range = rangeOf(map);
  const before = text.slice(Math.max(0, range.start - 400), range.start);
  const direct = key === 'annotations' ? beforeAnnotations : beforeLabels;
  return direct.test(before) ? range : undefined;
}

const beforeAnnotations = /annotations["']?[ \t]*:[ \t]*(?:#[^\n]*)?(?:\r?\n[ \t]*(?:#[^\n]*)?)*$/;
const beforeLabels = /labels["']?[ \t]*:[ \t]*(?:#[^\n]*)?(?:\r?\n[ \t]*(?:#[^\n]*)?)*$/;

function scalarOf(map: YAMLMap, key: string): Scalar | undefined {
  const node: unknown = map.get(key, true);
  const usable = isScalar(node) && node.range && node.value !== null && node.value !== undefined;
  return usable ? node : undefined;
}

/** `{{ wait }}` of another template language than Helm's, which is a mapping in YAML. */
function braces(map: YAMLMap, key: string): YAMLMap | undefined {
  const node: unknown = map.get(key, true);
  return isMap(node) && node.flow && node.range ? node : undefined;
}

function asWritten(node: YAMLMap, { text }: Source): Ranged<string> {
  const range = rangeOf(node);
  return { value: text.slice(range.start, range.end), range };
}

function isMasked(node: Scalar, { masked }: Source): boolean {
  return masked !== undefined && masked.text.slice(node.range![0], node.range![1]).includes(maskCharacter);
}

/** A value that a template decides is given as it is written, braces and all; a variable known here is replaced. */
function ranged(node: Scalar, source: Source): Ranged<string> {
  const range = rangeOf(node);
  if (!isMasked(node, source)) return { value: node.value === null ? '' : String(node.value), range };
  const written = source.text.slice(range.start, range.end).replace(/^(["'])([^]*)\1$/, '$2');
  const variables = source.masked!.variables;
  const value = written.replace(/\{\{-?\s*(\$\w+)\s*-?\}\}/g, (whole, name: string) =>
    Object.hasOwn(variables, name) ? variables[name]! : whole,
  );
  return { value, range };
}

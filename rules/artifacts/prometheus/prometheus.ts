/**
 * Alerting rules wherever they are written as YAML: rules files of Prometheus, Loki, Thanos and Mimir, PrometheusRule
 * and like resources, Helm templates and values, ConfigMaps that hold a rules file as a string, and Prometheus 1's own
 * language. Recording rules and promtool tests are no alerts. It must never know what a runbook is.
 */
import { isMap, isScalar, isSeq, type Pair, type Scalar, type YAMLMap } from 'yaml';
import type { Ranged, TextRange } from '../../text.ts';
import { parseYaml, type ArtifactKind, type Parsed, type Problem, type TextFile } from '../artifact.ts';
import { rangeOf } from '../nodes.ts';
import type { AlertFacts, PrometheusFacts } from './facts.ts';
import { parseLegacyRules } from './legacy.ts';
import { isTemplate, maskCharacter, maskTemplate, type Masked } from '../template.ts';
import { problemsOf } from '../yaml.ts';

export const prometheus: ArtifactKind<PrometheusFacts> = {
  id: 'prometheus',
  claims: (path) => /\.(?:ya?ml|rules)$/i.test(path),
  mayHold,
  parse,
};

function mayHold(text: string): boolean {
  return (
    (/\balert["']?[ \t]*:/.test(text) && /\bexpr["']?[ \t]*:/.test(text)) ||
    /^[ \t]*ALERT[ \t]+\w/m.test(text)
  );
}

/** Nesting beyond this is no rules file; it keeps recursion within the stack. */
const maxDepth = 100;

interface Source {
  readonly text: string;
  readonly masked?: Masked;
}

function parse(file: TextFile): Parsed<PrometheusFacts> {
  const { text } = file;
  const masked = isTemplate(text) ? maskTemplate(text) : undefined;
  const documents = masked ? parseYaml(masked.text) : file.yaml();
  const alerts: AlertFacts[] = [];
  const problems: Problem[] = [];
  for (const document of documents) {
    const before = alerts.length;
    collect(document.contents, { text, masked }, alerts);
    // Errors matter only where alerts are: another kind may well understand the rest of the file.
    if (!masked && alerts.length > before) problems.push(...problemsOf(document, text.length));
  }
  if (alerts.length === 0) alerts.push(...parseLegacyRules(text, { start: 0, end: text.length }));
  return alerts.length > 0 ? { facts: { alerts }, problems } : { problems: [] };
}

function collect(node: unknown, source: Source, alerts: AlertFacts[], group?: string, depth = 0): void {
  if (depth > maxDepth) return;
  if (isSeq(node)) {
    for (const item of node.items) collect(item, source, alerts, group, depth + 1);
  } else if (isMap(node)) {
    const alert = readAlert(node, source, group);
    if (alert) {
      alerts.push(alert);
      return;
    }
    const name = scalarOf(node, 'name');
    const inGroup = name && node.has('rules') ? String(name.value) : group;
    for (const { key, value } of node.items) {
      // What an operator's package shows as examples.
      if (isScalar(key) && key.value === 'alm-examples') continue;
      if (isScalar(value)) collectEmbedded(value, source, alerts, depth);
      else collect(value, source, alerts, inGroup, depth + 1);
    }
  }
}

/** A rules file inside a string, as ConfigMaps hold it: everything around it is blanked, so its offsets hold. */
function collectEmbedded(scalar: Scalar, source: Source, alerts: AlertFacts[], depth: number): void {
  if (scalar.type !== 'BLOCK_LITERAL' || typeof scalar.value !== 'string' || depth > 20) return;
  if (!mayHold(scalar.value)) return;
  const range = rangeOf(scalar);
  const whole = source.masked?.text ?? source.text;
  const header = whole.indexOf('\n', range.start) + 1;
  if (header === 0 || header > range.end) return;
  const blanked = whole.slice(0, header).replace(/[^\r\n]/g, ' ') + whole.slice(header, range.end);
  const before = alerts.length;
  for (const document of parseYaml(blanked))
    collect(document.contents, source, alerts, undefined, depth + 21);
  if (alerts.length === before) {
    alerts.push(...parseLegacyRules(source.text, { start: header, end: range.end }));
  }
}

function readAlert(map: YAMLMap, source: Source, group: string | undefined): AlertFacts | undefined {
  const name = scalarOf(map, 'alert');
  const expr = scalarOf(map, 'expr');
  if (!name || !expr) return undefined;
  const range = rangeOf(map);
  const annotations = map.get('annotations', true) as unknown;
  const labels = map.get('labels', true) as unknown;
  const duration = scalarOf(map, 'for');
  const entries = isMap(annotations) ? readEntries(annotations, source) : undefined;
  const annotationsRange = isMap(annotations) ? rangeToExtend(annotations, source) : undefined;
  const filled =
    source.masked?.output.some((at) => at >= range.start && at < endOfRule(range, source)) ?? false;
  const decided = isScalar(annotations) && isMasked(annotations, source);
  return {
    name: ranged(name, source),
    range,
    ...(group !== undefined && !group.includes(maskCharacter) && { group }),
    expr: ranged(expr, source),
    ...(duration && { for: ranged(duration, source) }),
    labels: isMap(labels) ? readEntries(labels, source).values : {},
    annotations: entries?.values ?? {},
    ...(annotationsRange && { annotationsRange }),
    templated: filled || decided || (entries?.templated ?? false),
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

function readEntries(
  map: YAMLMap,
  source: Source,
): { values: Record<string, Ranged<string>>; templated: boolean } {
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
function rangeToExtend(map: YAMLMap, { text }: Source): TextRange | undefined {
  const range = rangeOf(map);
  const before = text.slice(Math.max(0, range.start - 400), range.start);
  return /annotations["']?[ \t]*:[ \t]*(?:#[^\n]*)?(?:\r?\n[ \t]*(?:#[^\n]*)?)*$/.test(before)
    ? range
    : undefined;
}

function scalarOf(map: YAMLMap, key: string): Scalar | undefined {
  const node: unknown = map.get(key, true);
  const usable = isScalar(node) && node.range && node.value !== null && node.value !== undefined;
  return usable ? node : undefined;
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

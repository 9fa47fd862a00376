/**
 * Grafana dashboards, in JSON files and wherever YAML holds such JSON as a string. It must never know which metrics
 * there are, nor who links to a dashboard.
 */
import { isMap, isScalar, isSeq, type Scalar } from 'yaml';
import type { Ranged } from '../../text.ts';
import { parseYaml, type ArtifactKind, type Parsed, type TextFile } from '../artifact.ts';
import { rangeOf } from '../nodes.ts';
import { entryOf, readJson, type JsonNode } from '../packages/json.ts';
import { placed } from '../prometheus/promql/placed.ts';
import { loadPromql, readQuery } from '../prometheus/promql/query.ts';
import { isTemplate, maskTemplate } from '../template.ts';
import type { DashboardFacts, DashboardQuery, DashboardsFacts } from './facts.ts';

export const dashboards: ArtifactKind<DashboardsFacts> = {
  id: 'dashboards',
  claims: (path) => /\.(?:ya?ml|json)$/i.test(path),
  mayHold: (text) =>
    /"(?:panels|rows)"[ \t]*:/.test(text) && /"(?:schemaVersion|templating|uid|__inputs)"[ \t]*:/.test(text),
  prepare: loadPromql,
  parse,
};

/** Nesting beyond this holds no dashboard; it keeps recursion within the stack. */
const maxDepth = 60;

function parse(file: TextFile): Parsed<DashboardsFacts> {
  const found = /\.json$/i.test(file.path) ? inJson(file.text, file.text, 0) : inYaml(file);
  return { ...(found.length > 0 && { facts: { dashboards: found } }), problems: [] };
}

function inYaml(file: TextFile): DashboardFacts[] {
  const text = isTemplate(file.text) ? maskTemplate(file.text).text : file.text;
  const found: DashboardFacts[] = [];
  const visit = (node: unknown, depth: number): void => {
    if (depth > maxDepth) return;
    if (isMap(node)) for (const { value } of node.items) visit(value, depth + 1);
    else if (isSeq(node)) for (const item of node.items) visit(item, depth + 1);
    else if (isScalar(node)) found.push(...embedded(node, text));
  };
  for (const { contents } of text === file.text ? file.yaml() : parseYaml(text)) visit(contents, 0);
  return found;
}

function embedded(scalar: Scalar, text: string): DashboardFacts[] {
  if (scalar.type !== 'BLOCK_LITERAL' || typeof scalar.value !== 'string') return [];
  if (!dashboards.mayHold(scalar.value, '')) return [];
  const { start, end } = rangeOf(scalar);
  const from = text.indexOf('\n', start) + 1;
  return from === 0 || from > end ? [] : inJson(text.slice(from, end), text, from);
}

/** @param offset of the JSON in the text it stands in */
function inJson(json: string, text: string, offset: number): DashboardFacts[] {
  const { root } = readJson(json);
  const node = entryOf(root, 'dashboard') ?? root;
  const title = textAt(node, 'title', offset);
  const isDashboard =
    title !== undefined && ['panels', 'rows'].some((key) => entryOf(node, key)?.kind === 'array');
  if (!isDashboard) return [];
  const uid = textAt(node, 'uid', offset);
  const queries: DashboardQuery[] = [];
  collect(node, { text, offset, queries }, {}, 0);
  return [{ title, ...(uid && uid.value !== '' && { uid }), queries }];
}

interface Found {
  readonly text: string;
  readonly offset: number;
  readonly queries: DashboardQuery[];
}

/** What panels and their queries take from what stands around them. */
interface Around {
  readonly panel?: string;
  readonly isForeign?: boolean;
}

function collect(node: JsonNode | undefined, found: Found, around: Around, depth: number): void {
  if (!node || depth > maxDepth) return;
  if (node.kind === 'array') for (const item of node.items) collect(item, found, around, depth + 1);
  if (node.kind !== 'object') return;
  const title = entryOf(node, 'title');
  const isForeign = foreignSource(entryOf(node, 'datasource'));
  const inner: Around = {
    ...around,
    ...(depth > 0 && title?.kind === 'string' && title.value !== '' && { panel: title.value }),
    ...(isForeign !== undefined && { isForeign }),
  };
  const expr = textAt(node, 'expr', found.offset);
  if (expr && expr.value.trim() !== '' && !inner.isForeign) found.queries.push(queryOf(expr, found, inner));
  for (const { value } of node.entries) collect(value, found, inner, depth + 1);
}

function queryOf(expr: Ranged<string>, { text }: Found, { panel }: Around): DashboardQuery {
  const read = readQuery(withoutVariables(expr.value));
  // Other products' dialects know more than PromQL does, and a variable may stand for what it lacks.
  const query = read && !read.error ? placed(read, expr, text) : undefined;
  return { ...(panel !== undefined && { panel }), expr, ...(query && { query }) };
}

/** Whether the data comes from something that is surely not asked in PromQL; undefined: it does not say. */
function foreignSource(node: JsonNode | undefined): boolean | undefined {
  const type = node?.kind === 'string' ? node : entryOf(node, 'type');
  if (type?.kind !== 'string' || type.value === '' || type.value.includes('$')) return undefined;
  if (node?.kind === 'object') return !/prometheus|^datasource$|^grafana$/i.test(type.value);
  return /\b(?:loki|elastic|influx|cloudwatch|tempo|jaeger|graphite|postgres|mysql)/i.test(type.value);
}

/** Ranges that a variable gives, such as `[$__rate_interval]`: any range of the same length does for reading. */
function withoutVariables(expr: string): string {
  return expr.replace(
    /(?<=[[:])\s{0,8}(?:\$\w{1,60}|\$\{\w{1,60}(?::\w{1,20})?\}|\[\[\w{1,60}\]\])(?=\s{0,8}[\]:])/g,
    (variable) => '5m'.padEnd(variable.length),
  );
}

function textAt(node: JsonNode | undefined, key: string, offset: number): Ranged<string> | undefined {
  const value = entryOf(node, key);
  if (value?.kind !== 'string') return undefined;
  const { start, end } = value.range;
  return { value: value.value, range: { start: start + offset, end: end + offset } };
}

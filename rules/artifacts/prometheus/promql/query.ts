/**
 * Reads a PromQL expression into facts. The grammar is loaded when the first file with an expression is read. It must
 * never know where the expression is written.
 */
import type { SyntaxNode } from '@lezer/common';
import type { LRParser } from '@lezer/lr';
import { errorIn } from './check.ts';
import { absentWithin, unconditionalPart } from './condition.ts';
import type { MatcherFacts, QueryFacts, SelectorFacts } from './facts.ts';
import { impossiblePart } from './impossible.ts';
import { calledName, childrenOf, unquoted } from './tree.ts';

let parser: LRParser | undefined;
let loading: Promise<void> | undefined;

/** Loads the grammar; undefined once it is there. */
export function loadPromql(): Promise<void> | undefined {
  if (parser) return undefined;
  loading ??= import('@prometheus-io/lezer-promql').then((module) => {
    parser = module.parser;
  });
  return loading;
}

/** Nobody writes longer ones, nor deeper ones. */
const maxLength = 20_000;
const maxDepth = 200;

/**
 * @param expression as Prometheus gets it
 * @returns undefined where it is not PromQL alone: a template, another query language; or where it cannot be read
 */
export function readQuery(expression: string): QueryFacts | undefined {
  if (!parser || expression.length > maxLength || isForeign(expression)) return undefined;
  const { topNode } = parser.parse(expression);
  if (isTooDeep(topNode)) return undefined;
  const root = childrenOf(topNode).find(({ type }) => !type.isError);
  const error =
    expression.trim() === ''
      ? { value: 'it is empty', range: { start: 0, end: expression.length } }
      : errorIn(topNode, expression);
  const selectors: SelectorFacts[] = [];
  const functions = new Set<string>();
  let overTime = false;
  topNode.cursor().iterate(({ name, node }) => {
    if (name === 'VectorSelector') selectors.push(selectorOf(node, expression));
    else if (name === 'MatrixSelector' || name === 'SubqueryExpr' || name === 'OffsetExpr') overTime = true;
    else if (name === 'FunctionCall' || name === 'AggregateExpr') functions.add(calledName(node, expression));
  });
  if (functions.has('time') || functions.has('timestamp')) overTime = true;
  const unconditional = error || !root ? undefined : unconditionalPart(root, expression);
  const absent = error || !root ? undefined : absentWithin(root, expression);
  const impossible = error || !root ? undefined : impossiblePart(root, expression);
  return {
    ...(error && { error }),
    selectors,
    functions: [...functions],
    overTime,
    ...(unconditional && { unconditional }),
    ...(absent && { absentWithin: absent }),
    ...(impossible && { impossible }),
  };
}

const strings = /"(?:[^"\\]|\\[^])*"|'(?:[^'\\]|\\[^])*'|`[^`]*`|#[^\n]*/g;

/** Templates of Helm, Jinja, jsonnet and Grafana; pipelines and line filters of LogQL. */
function isForeign(expression: string): boolean {
  if (/\{\{|\{%|<%|%\(/.test(expression)) return true;
  const bare = expression.replace(strings, '""');
  return /\[\[|\$[\w{(]|\||\}\s*!?[=~]~?\s*""/.test(bare);
}

function isTooDeep(top: SyntaxNode): boolean {
  let depth = 0;
  let deepest = 0;
  top.cursor().iterate(
    () => {
      depth += 1;
      deepest = Math.max(deepest, depth);
      return deepest <= maxDepth;
    },
    () => {
      depth -= 1;
    },
  );
  return deepest > maxDepth;
}

function selectorOf(node: SyntaxNode, text: string): SelectorFacts {
  const list = node.getChild('LabelMatchers');
  const matchers: MatcherFacts[] = [];
  let name = node.getChild('Identifier');
  let quoted = false;
  for (const matcher of list ? childrenOf(list) : []) {
    if (matcher.name === 'QuotedLabelName') {
      name = matcher;
      quoted = true;
    }
    const label = matcher.getChild('LabelName') ?? matcher.getChild('QuotedLabelName');
    const value = matcher.getChild('StringLiteral');
    const operator = matcher.getChild('MatchOp');
    if (!label || !value || !operator) continue;
    const written = text.slice(label.from, label.to).replace(/^["'`]|["'`]$/g, '');
    const sign = text.slice(operator.from, operator.to);
    if (written === '__name__' && sign === '=') {
      name = value;
      quoted = true;
    }
    matchers.push({ label: written, operator: sign, value: unquoted(value, text) });
  }
  if (!name) return { matchers };
  const edge = quoted ? 1 : 0;
  const range = { start: name.from + edge, end: name.to - edge };
  return { metric: { value: text.slice(range.start, range.end), range }, matchers };
}

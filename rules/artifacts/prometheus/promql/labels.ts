/**
 * Which labels the series of an expression surely have, and which they can have at most, as far as the expression alone
 * says it. It must never know what is exported.
 *
 * Source: https://prometheus.io/docs/prometheus/latest/querying/operators/#vector-matching
 */
import type { SyntaxNode } from '@lezer/common';
import { calledName, childrenOf, operandsOf, operatorOf, typeOf, unquoted } from './tree.ts';

export interface Labels {
  /** Labels that every series has, with a value. */
  readonly has: ReadonlySet<string>;
  /** No series has another one; undefined where that is not known. */
  readonly only?: ReadonlySet<string>;
}

const unknown: Labels = { has: new Set() };
const none: Labels = { has: new Set(), only: new Set() };

export function labelsOf(node: SyntaxNode, text: string): Labels {
  switch (node.name) {
    case 'VectorSelector':
      return { has: chosen(node, text) };
    case 'AggregateExpr':
      return ofAggregate(node, text);
    case 'FunctionCall':
      return ofCall(node, text);
    case 'BinaryExpr':
      return ofBinary(node, text);
    default: {
      const inner = operandsOf(node).find((operand) => typeOf(operand, text) !== 'scalar');
      return inner ? labelsOf(inner, text) : unknown;
    }
  }
}

/** How the two sides of an operation are matched: by labels that are named, or by all but those. */
export interface Matching {
  readonly on: boolean;
  readonly labels: readonly string[];
  readonly group?: 'left' | 'right';
  /** Labels that are taken over from the other side. */
  readonly taken: readonly string[];
}

export function matchingOf(node: SyntaxNode, text: string): Matching {
  const clause = node.getChild('MatchingModifierClause');
  const group = clause?.getChild('GroupLeft') ?? clause?.getChild('GroupRight');
  const lists = clause?.getChildren('GroupingLabels') ?? [];
  // The list of the grouping stands after it.
  const isTaken = ({ from }: SyntaxNode): boolean => Boolean(group && from > group.from);
  return {
    on: Boolean(clause?.getChild('On')),
    labels: namesIn(
      lists.find((list) => !isTaken(list)),
      text,
    ),
    taken: namesIn(lists.find(isTaken), text),
    ...(group && { group: group.name === 'GroupLeft' ? ('left' as const) : ('right' as const) }),
  };
}

/** Labels that a selector asks to have a value: `job="api"`, `job!=""`. */
function chosen(node: SyntaxNode, text: string): Set<string> {
  const list = node.getChild('LabelMatchers');
  return new Set(
    (list ? childrenOf(list) : []).flatMap((matcher) => {
      const label = matcher.getChild('LabelName');
      const value = matcher.getChild('StringLiteral');
      const operator = matcher.getChild('MatchOp')?.firstChild?.name;
      const isEmpty = value !== null && unquoted(value, text) === '';
      if (!label || (operator !== 'EqlSingle' && operator !== 'Neq')) return [];
      const name = text.slice(label.from, label.to);
      return isEmpty === (operator === 'Neq') && name !== '__name__' ? [name] : [];
    }),
  );
}

/** These give back the series they choose, with all their labels. */
const choosing = /^(?:topk|bottomk|limitk|limit_ratio)$/i;

function ofAggregate(node: SyntaxNode, text: string): Labels {
  const name = calledName(node, text);
  const inner = operandsOf(node).at(-1);
  const from = inner ? labelsOf(inner, text) : unknown;
  if (choosing.test(name)) return from;
  // It makes a label of its own.
  if (/^count_values$/i.test(name)) return unknown;
  const modifier = node.getChild('AggregateModifier');
  const named = namesIn(modifier?.getChild('GroupingLabels'), text);
  if (modifier?.getChild('Without')) return without(from, named);
  if (named.length === 0) return none;
  return {
    has: new Set(named.filter((label) => from.has.has(label))),
    only: new Set(named.filter((label) => from.only?.has(label) ?? true)),
  };
}

/** These give back the series that they are given, without the name of the metric. */
const keeping =
  /^(?:abs|ceil|exp|floor|ln|log2|log10|sgn|sort|sort_desc|sqrt|timestamp|clamp|clamp_max|clamp_min|round|changes|delta|deriv|idelta|increase|irate|rate|resets|predict_linear|holt_winters|double_exponential_smoothing|\w+_over_time|day_of_\w+|days_in_month|hour|minute|month|year)$/;

function ofCall(node: SyntaxNode, text: string): Labels {
  const name = calledName(node, text);
  if (name === 'vector') return none;
  const inner = operandsOf(node).find((operand) => /^(?:vector|matrix)$/.test(typeOf(operand, text) ?? ''));
  if (!inner) return unknown;
  if (name === 'absent' || name === 'absent_over_time') return unknown;
  if (name === 'histogram_quantile') return without(labelsOf(inner, text), ['le']);
  return keeping.test(name) ? labelsOf(inner, text) : unknown;
}

function ofBinary(node: SyntaxNode, text: string): Labels {
  const [left, right] = operandsOf(node);
  if (!left || !right) return unknown;
  if (typeOf(left, text) === 'scalar') return labelsOf(right, text);
  if (typeOf(right, text) === 'scalar') return labelsOf(left, text);
  const [first, second] = [labelsOf(left, text), labelsOf(right, text)];
  const operator = operatorOf(node);
  if (operator === 'And' || operator === 'Unless') return first;
  if (operator === 'Or')
    return {
      has: new Set([...first.has].filter((label) => second.has.has(label))),
      ...(first.only && second.only && { only: new Set([...first.only, ...second.only]) }),
    };
  const { on, labels, group, taken } = matchingOf(node, text);
  if (group) {
    const many = group === 'left' ? first : second;
    const kept = without(many, taken);
    return { has: kept.has, ...(kept.only && { only: new Set([...kept.only, ...taken]) }) };
  }
  if (on) return { has: new Set(labels.filter((label) => first.has.has(label))), only: new Set(labels) };
  return without(first, labels);
}

function without({ has, only }: Labels, labels: readonly string[]): Labels {
  const rest = (from: ReadonlySet<string>): Set<string> =>
    new Set([...from].filter((label) => !labels.includes(label)));
  return { has: rest(has), ...(only && { only: rest(only) }) };
}

function namesIn(list: SyntaxNode | null | undefined, text: string): string[] {
  return (list ? childrenOf(list) : [])
    .filter(({ name }) => /LabelName/.test(name))
    .map(({ from, to }) => text.slice(from, to).replace(/^["'`]|["'`]$/g, ''));
}

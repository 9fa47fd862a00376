/**
 * What Prometheus refuses when it loads a rule: what the grammar does not know, and what its type checker says. The rules
 * are those of `promql/parser` of Prometheus. What is merely unwise is no error.
 */
import type { SyntaxNode } from '@lezer/common';
import type { Ranged } from '../../../text.ts';
import { regexError } from './regex.ts';
import {
  calledName,
  childrenOf,
  comparisons,
  operandsOf,
  operatorOf,
  setOperators,
  typeOf,
  unquoted,
  type ValueType,
} from './tree.ts';

/** @returns the first error as a clause without period, such as `sum is not closed` */
export function errorIn(top: SyntaxNode, text: string): Ranged<string> | undefined {
  let found: Ranged<string> | undefined;
  top.cursor().iterate((ref) => {
    if (found) return false;
    const node = ref.node;
    if (ref.type.isError) found = syntaxError(node, text);
    else {
      const message = semanticError(node, text);
      if (message !== undefined) found = { value: message, range: { start: node.from, end: node.to } };
    }
    return !found;
  });
  return found;
}

function syntaxError(node: SyntaxNode, text: string): Ranged<string> {
  const written = text.slice(node.from, node.to).trim();
  if (written !== '') {
    const shown = written.length > 30 ? `${written.slice(0, 30)}…` : written;
    return { value: `“${shown}” is not expected there`, range: { start: node.from, end: node.to } };
  }
  const rest = text.slice(node.from).trim();
  const end = Math.min(text.length, Math.max(node.from + 1, node.to));
  const range = { start: Math.max(0, Math.min(node.from, text.length - 1)), end };
  if (rest === '') return { value: `${ends[node.parent?.name ?? ''] ?? 'it'} is not finished`, range };
  return { value: `something is missing before “${rest.slice(0, 20)}”`, range };
}

const ends: Readonly<Record<string, string>> = {
  ParenExpr: 'a parenthesis',
  FunctionCallBody: 'a list of arguments',
  LabelMatchers: 'a list of label matchers',
  MatrixSelector: 'a range',
  BinaryExpr: 'the last operation',
};

function semanticError(node: SyntaxNode, text: string): string | undefined {
  switch (node.name) {
    case 'FunctionCall':
      return callError(node, text);
    case 'AggregateExpr':
      return aggregateError(node, text);
    case 'BinaryExpr':
      return binaryError(node, text);
    case 'UnaryExpr': {
      const type = typeOf(node, text);
      return type === 'matrix' || type === 'string' ? `a sign stands before a ${words[type]}` : undefined;
    }
    case 'MatrixSelector': {
      const range = node.getChild('DurationExpr');
      const isZero = range && /^0+(?:ms|[smhdwy])?$/.test(text.slice(range.from, range.to).trim());
      return isZero ? 'a range has no length' : undefined;
    }
    case 'SubqueryExpr': {
      const [inner] = operandsOf(node);
      const type = inner && typeOf(inner, text);
      return type && type !== 'vector' ? `a subquery is made of a ${words[type]}` : undefined;
    }
    case 'VectorSelector':
      return selectorError(node, text);
    case 'UnquotedLabelMatcher':
    case 'QuotedLabelMatcher':
      return matcherError(node, text);
    case 'StringLiteral':
      return escapeError(node, text);
    default:
      return undefined;
  }
}

const words: Readonly<Record<ValueType, string>> = {
  scalar: 'number',
  vector: 'instant vector',
  matrix: 'range vector',
  string: 'string',
};

function callError(node: SyntaxNode, text: string): string | undefined {
  const name = calledName(node, text);
  const signature = Object.hasOwn(signatures, name) ? signatures[name]! : undefined;
  const body = node.getChild('FunctionCallBody');
  if (!signature || !body || hasError(body)) return undefined;
  const given = operandsOf(node);
  const [types, optional] = signature;
  const least = types.length - optional;
  if (given.length < least || (given.length > types.length && optional !== Infinity))
    return `${name} takes ${least === types.length ? '' : 'at least '}${least} ${least === 1 ? 'argument' : 'arguments'} and is given ${given.length}`;
  for (const [index, argument] of given.entries()) {
    const wanted = letters[types[Math.min(index, types.length - 1)]!]!;
    const type = typeOf(argument, text);
    if (type && type !== wanted) return `${name} takes ${articles[wanted]} and is given ${articles[type]}`;
  }
  return undefined;
}

const letters: Readonly<Record<string, ValueType>> = { s: 'scalar', v: 'vector', m: 'matrix', t: 'string' };
const articles: Readonly<Record<ValueType, string>> = {
  scalar: 'a number',
  vector: 'an instant vector',
  matrix: 'a range vector',
  string: 'a string',
};

/** Types of arguments, and how many of the last ones may be left out (or repeated, when infinite). */
const signatures: Readonly<Record<string, readonly [types: string, optional: number]>> = Object.fromEntries([
  ...entries(
    'abs absent ceil exp floor histogram_avg histogram_count histogram_sum histogram_stddev histogram_stdvar ln log10 log2 scalar sgn sort sort_desc sqrt timestamp acos acosh asin asinh atan atanh cos cosh sin sinh tan tanh deg rad',
    'v',
  ),
  ...entries(
    'absent_over_time avg_over_time changes count_over_time delta deriv idelta increase irate last_over_time max_over_time min_over_time present_over_time rate resets stddev_over_time stdvar_over_time sum_over_time mad_over_time first_over_time',
    'm',
  ),
  ...entries('days_in_month day_of_month day_of_week day_of_year hour minute month year', 'v', 1),
  ...entries('pi time', ''),
  ...entries('vector', 's'),
  ...entries('clamp', 'vss'),
  ...entries('clamp_max clamp_min', 'vs'),
  ...entries('round', 'vs', 1),
  ...entries('histogram_quantile', 'sv'),
  ...entries('histogram_fraction', 'ssv'),
  ...entries('quantile_over_time', 'sm'),
  ...entries('predict_linear', 'ms'),
  ...entries('holt_winters double_exponential_smoothing', 'mss'),
  ...entries('label_replace', 'vtttt'),
  ...entries('label_join', 'vttt', Infinity),
  ...entries('sort_by_label sort_by_label_desc', 'vt', Infinity),
]);

function entries(names: string, types: string, optional = 0): [string, [string, number]][] {
  return names.split(' ').map((name) => [name, [types, optional]]);
}

function aggregateError(node: SyntaxNode, text: string): string | undefined {
  const body = node.getChild('FunctionCallBody');
  if (!body || hasError(body)) return undefined;
  const name = calledName(node, text).toLowerCase();
  const given = operandsOf(node);
  const parameter = Object.hasOwn(parameters, name) ? parameters[name] : undefined;
  const wanted = parameter ? 2 : 1;
  if (given.length !== wanted)
    return `${name} takes ${wanted} ${wanted === 1 ? 'argument' : 'arguments'} and is given ${given.length}`;
  const type = typeOf(given.at(-1)!, text);
  if (type && type !== 'vector') return `${name} takes ${articles.vector} and is given ${articles[type]}`;
  const first = parameter && typeOf(given[0]!, text);
  return first && first !== parameter
    ? `${name} takes ${articles[parameter]} first and is given ${articles[first]}`
    : undefined;
}

const parameters: Readonly<Record<string, ValueType>> = {
  topk: 'scalar',
  bottomk: 'scalar',
  quantile: 'scalar',
  limitk: 'scalar',
  limit_ratio: 'scalar',
  count_values: 'string',
};

function binaryError(node: SyntaxNode, text: string): string | undefined {
  const [left, right] = operandsOf(node);
  if (!left || !right) return undefined;
  const types = [typeOf(left, text), typeOf(right, text)];
  const odd = types.find((type) => type === 'matrix' || type === 'string');
  if (odd) return `an operation is done on ${articles[odd]}`;
  const operator = operatorOf(node);
  const isBool = node.getChild('BoolModifier') !== null;
  if (isBool && !comparisons.has(operator)) return 'bool stands at something that compares nothing';
  const scalars = types.filter((type) => type === 'scalar').length;
  if (scalars > 0 && setOperators.has(operator))
    return `${operator.toLowerCase()} is between instant vectors, and one side is a number`;
  if (scalars === 2 && comparisons.has(operator) && !isBool) return 'two numbers are compared without bool';
  const matching = node.getChild('MatchingModifierClause');
  if (!matching) return undefined;
  if (scalars > 0) return 'labels are matched with a number, which has none';
  const grouped = matching.getChild('GroupLeft') ?? matching.getChild('GroupRight');
  if (grouped && setOperators.has(operator)) return `${operator.toLowerCase()} does not group`;
  return undefined;
}

function selectorError(node: SyntaxNode, text: string): string | undefined {
  if (hasError(node)) return undefined;
  const named = node.getChild('Identifier') !== null;
  const matchers = node.getChild('LabelMatchers');
  const all = matchers ? childrenOf(matchers) : [];
  const quoted = all.some(({ name }) => name === 'QuotedLabelName');
  const names = all.filter((matcher) => {
    const label = matcher.getChild('LabelName');
    return label !== null && text.slice(label.from, label.to) === '__name__';
  });
  if (named && (quoted || names.length > 0)) return 'the metric is named twice';
  if (named || quoted) return undefined;
  return all.every((matcher) => matchesEmpty(matcher, text)) ? 'a selector selects everything' : undefined;
}

/** Whether a matcher takes series without the label: then it selects nothing in particular. */
function matchesEmpty(matcher: SyntaxNode, text: string): boolean {
  const value = matcher.getChild('StringLiteral');
  const operator = matcher.getChild('MatchOp')?.firstChild?.name;
  if (!value) return false;
  const pattern = unquoted(value, text);
  if (operator === 'EqlSingle') return pattern === '';
  if (operator === 'Neq') return pattern !== '';
  const empty = /^(?:|\.\*|\(\.\*\)|\w\*|.*\|)$/.test(pattern) || pattern.startsWith('|');
  return operator === 'EqlRegex' ? empty : !empty;
}

function matcherError(node: SyntaxNode, text: string): string | undefined {
  const value = node.getChild('StringLiteral');
  const operator = node.getChild('MatchOp')?.firstChild?.name;
  if (!value || (operator !== 'EqlRegex' && operator !== 'NeqRegex')) return undefined;
  const written = unquoted(value, text);
  const pattern = text[value.from] === '`' ? written : written.replace(/\\([\\"'])/g, '$1');
  const error = regexError(pattern);
  return error && `the regular expression “${written.slice(0, 40)}” ${error}`;
}

/** In quotes, only Go's escapes are known: `"\."` is an error where `"\\."` was meant. */
function escapeError(node: SyntaxNode, text: string): string | undefined {
  const written = text.slice(node.from, node.to);
  if (written.startsWith('`')) return undefined;
  for (const [escape, letter] of unquoted(node, text).matchAll(/\\([^])/g))
    if (!/[abfnrtv\\xuU0-7]/.test(letter!) && letter !== written[0])
      return `a string has the unknown escape “${escape}”`;
  return undefined;
}

function hasError(node: SyntaxNode): boolean {
  return childrenOf(node).some((child) => child.type.isError);
}

/**
 * Says in words what a PromQL expression means, for people who are woken by it. Only for fixes: the parser is loaded
 * when it is asked for. What it cannot put into plain words it leaves alone.
 */
import type { SyntaxNode } from '@lezer/common';

/**
 * @param expression PromQL, as far as it is known
 * @returns a clause that completes "It fires when …", without period; undefined where plain words would be longer or
 *   less true than the expression itself
 */
export async function expressionInWords(expression: string): Promise<string | undefined> {
  if (expression.length > maxLength || /\{\{|\[\[|\$/.test(expression)) return undefined;
  const { parser } = await import('@prometheus-io/lezer-promql');
  const { topNode } = parser.parse(expression);
  const root = topNode.firstChild;
  if (!root || hasError(topNode)) return undefined;
  const words = condition(root, expression);
  return words !== undefined && words.length <= maxWords ? words : undefined;
}

const units: Readonly<Record<string, string>> = { s: 'second', m: 'minute', h: 'hour', d: 'day', w: 'week' };

/** `5m` as "5 minutes"; other forms as they are. */
export function durationInWords(duration: string): string {
  const match = /^(\d+)([smhdw])$/.exec(duration);
  return match ? `${match[1]!} ${units[match[2]!]!}${match[1] === '1' ? '' : 's'}` : duration;
}

/** Longer expressions have no plain words. */
const maxLength = 1000;
const maxWords = 320;

const comparisons: Readonly<Record<string, string>> = {
  Gtr: 'is above',
  Lss: 'is below',
  Gte: 'is at least',
  Lte: 'is at most',
  Eql: 'is',
  Neq: 'is not',
};
const junctions: Readonly<Record<string, string>> = { And: 'while', Or: 'or', Unless: 'unless' };
const arithmetic: Readonly<Record<string, string>> = {
  Add: 'plus',
  Sub: 'minus',
  Mul: 'times',
  Div: 'divided by',
};
const aggregations: Readonly<Record<string, string>> = {
  Sum: 'the sum of',
  Avg: 'the average of',
  Max: 'the largest of',
  Min: 'the smallest of',
  Count: 'the number of series of',
};
const overTime: Readonly<Record<string, string>> = {
  rate: 'the per-second rate of',
  irate: 'the latest per-second rate of',
  increase: 'the increase of',
  delta: 'the change of',
  changes: 'the number of changes of',
  resets: 'the number of resets of',
  deriv: 'the trend per second of',
  avg_over_time: 'the average of',
  max_over_time: 'the peak of',
  min_over_time: 'the lowest value of',
  sum_over_time: 'the sum of',
  count_over_time: 'the number of samples of',
  last_over_time: 'the last value of',
};

function hasError(node: SyntaxNode): boolean {
  let found = false;
  node.cursor().iterate(({ type }) => {
    if (type.isError) found = true;
    return !found;
  });
  return found;
}

function condition(node: SyntaxNode, text: string): string | undefined {
  if (node.name === 'ParenExpr') return node.firstChild ? condition(node.firstChild, text) : undefined;
  if (node.name === 'FunctionCall') {
    const name = nameOf(node, text);
    const [argument] = argumentsOf(node);
    if (!argument || (name !== 'absent' && name !== 'absent_over_time')) return undefined;
    const compared = binary(argument);
    const bound = compared && comparisons[compared.operator];
    if (compared && bound) {
      const [a, b] = [value(compared.left, text), value(compared.right, text)];
      return a && b ? `there is no ${a} that ${bound} ${b}` : undefined;
    }
    const subject = value(argument, text);
    return subject && `there is no ${subject.replace(/^the /, '')}`;
  }
  if (node.name !== 'BinaryExpr') return undefined;
  const parts = binary(node);
  if (!parts) return undefined;
  const { left, right, operator } = parts;
  const junction = junctions[operator];
  if (junction) {
    const [a, b] = [condition(left, text), condition(right, text)];
    return a && b ? `${a}, ${junction} ${b}` : undefined;
  }
  const comparison = comparisons[operator];
  if (!comparison) return undefined;
  const subject = value(left, text);
  const bound = value(right, text);
  if (subject === undefined || bound === undefined) return undefined;
  const selector = /^`up(?:\{[^`]*\})?`$/.exec(subject);
  if (selector && operator === 'Eql' && bound === '0') return `a target of ${subject} cannot be scraped`;
  return `${subject} ${comparison} ${bound}`;
}

function value(node: SyntaxNode, text: string): string | undefined {
  switch (node.name) {
    case 'ParenExpr':
      return node.firstChild ? value(node.firstChild, text) : undefined;
    case 'NumberDurationLiteral':
      return text.slice(node.from, node.to);
    case 'VectorSelector':
      return `\`${text.slice(node.from, node.to).replace(/\s+/g, ' ')}\``;
    case 'MatrixSelector': {
      const [selector, duration] = [node.firstChild, node.lastChild];
      const inner = selector && value(selector, text);
      return inner && duration
        ? `${inner} over ${durationInWords(text.slice(duration.from, duration.to))}`
        : undefined;
    }
    case 'AggregateExpr':
      return aggregate(node, text);
    case 'FunctionCall':
      return call(node, text);
    case 'BinaryExpr': {
      const parts = binary(node);
      const operator = parts && arithmetic[parts.operator];
      if (!operator) return undefined;
      const [a, b] = [value(parts.left, text), value(parts.right, text)];
      return a && b ? `${a} ${operator} ${b}` : undefined;
    }
    default:
      return undefined;
  }
}

function aggregate(node: SyntaxNode, text: string): string | undefined {
  const operator = aggregations[node.getChild('AggregateOp')?.firstChild?.name ?? ''];
  const [argument] = argumentsOf(node);
  const inner = operator && argument && value(argument, text);
  if (!inner) return undefined;
  const modifier = node.getChild('AggregateModifier');
  const labels = modifier?.getChild('GroupingLabels');
  const names = (labels?.getChildren('LabelName') ?? []).map(({ from, to }) => text.slice(from, to));
  const visible = names.filter((name) => name !== 'le');
  if (modifier && !modifier.getChild('By')) return undefined;
  return visible.length > 0 ? `${operator} ${inner} per ${visible.join(' and ')}` : `${operator} ${inner}`;
}

function call(node: SyntaxNode, text: string): string | undefined {
  const name = nameOf(node, text);
  const [first, second] = argumentsOf(node);
  if (name === 'histogram_quantile' && first && second) {
    const quantile = Number(text.slice(first.from, first.to));
    const metric = /([A-Za-z_:][\w:]*?)_bucket\b/.exec(text.slice(second.from, second.to))?.[1];
    return metric && quantile > 0 && quantile < 1
      ? `the ${ordinal(quantile * 100)} percentile of \`${metric}\``
      : undefined;
  }
  if (name === 'time' && !first) return 'the time now';
  if (name === 'clamp_min' || name === 'clamp_max' || name === 'round') return first && value(first, text);
  const over = Object.hasOwn(overTime, name) ? overTime[name] : undefined;
  const inner = over && first && value(first, text);
  return inner ? `${over} ${inner}` : undefined;
}

function ordinal(percent: number): string {
  const number = Number(percent.toFixed(2));
  const last = Number.isInteger(number) && (number < 10 || number > 20) ? number % 10 : 0;
  return `${number}${['th', 'st', 'nd', 'rd'][last] ?? 'th'}`;
}

function nameOf(node: SyntaxNode, text: string): string {
  const name = node.getChild('FunctionIdentifier');
  return name ? text.slice(name.from, name.to) : '';
}

function argumentsOf(node: SyntaxNode): SyntaxNode[] {
  const found: SyntaxNode[] = [];
  for (let child = node.getChild('FunctionCallBody')?.firstChild ?? null; child; child = child.nextSibling)
    found.push(child);
  return found;
}

function binary(node: SyntaxNode): { left: SyntaxNode; right: SyntaxNode; operator: string } | undefined {
  const { firstChild: left, lastChild: right } = node;
  const operator = left?.nextSibling;
  return left && right && operator && operator !== right
    ? { left, right, operator: operator.name }
    : undefined;
}

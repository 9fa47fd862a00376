/** Small questions to the syntax tree of a PromQL expression. It must never know what is wrong with one. */
import type { SyntaxNode } from '@lezer/common';

/** The kinds of values PromQL has; undefined where it cannot be told. */
export type ValueType = 'scalar' | 'vector' | 'matrix' | 'string';

const values: ReadonlySet<string> = new Set([
  ...['AggregateExpr', 'BinaryExpr', 'FunctionCall', 'MatrixSelector', 'NumberDurationLiteral', 'OffsetExpr'],
  ...['ParenExpr', 'StringLiteral', 'SubqueryExpr', 'UnaryExpr', 'VectorSelector', 'StepInvariantExpr'],
  ...['AnchoredExpr', 'SmoothedExpr'],
]);

/** The expressions that are this node's own operands or arguments. */
export function operandsOf(node: SyntaxNode): SyntaxNode[] {
  const body = node.getChild('FunctionCallBody') ?? node;
  return childrenOf(body).filter(({ name }) => values.has(name));
}

export function childrenOf(node: SyntaxNode): SyntaxNode[] {
  const found: SyntaxNode[] = [];
  for (let child = node.firstChild; child; child = child.nextSibling)
    if (child.name !== 'LineComment') found.push(child);
  return found;
}

export const comparisons: ReadonlySet<string> = new Set(['Eql', 'Neq', 'Gtr', 'Lss', 'Gte', 'Lte']);
export const setOperators: ReadonlySet<string> = new Set(['And', 'Or', 'Unless']);

/** The name of a binary expression's operator, such as `Gtr` or `And`. */
export function operatorOf(node: SyntaxNode): string {
  return childrenOf(node)[1]?.name ?? '';
}

/** The name of the function or aggregation that is called. */
export function calledName(node: SyntaxNode, text: string): string {
  const name = node.getChild('FunctionIdentifier') ?? node.getChild('AggregateOp');
  return name ? text.slice(name.from, name.to) : '';
}

/** A string literal without its quotes; escapes are left as they are. */
export function unquoted(node: SyntaxNode, text: string): string {
  return text.slice(node.from + 1, node.to - 1);
}

/** The type of a value, as Prometheus has it. */
export function typeOf(node: SyntaxNode, text: string): ValueType | undefined {
  switch (node.name) {
    case 'NumberDurationLiteral':
      return 'scalar';
    case 'StringLiteral':
      return 'string';
    case 'VectorSelector':
    case 'AggregateExpr':
      return 'vector';
    case 'MatrixSelector':
    case 'SubqueryExpr':
      return 'matrix';
    case 'FunctionCall':
      return scalarFunctions.has(calledName(node, text)) ? 'scalar' : 'vector';
    case 'BinaryExpr': {
      const types = operandsOf(node).map((operand) => typeOf(operand, text));
      return types.includes('vector')
        ? 'vector'
        : types.every((type) => type === 'scalar')
          ? 'scalar'
          : undefined;
    }
    default: {
      const [inner] = operandsOf(node);
      return inner && typeOf(inner, text);
    }
  }
}

const scalarFunctions: ReadonlySet<string> = new Set([
  'scalar',
  'time',
  'pi',
  'start',
  'end',
  'range',
  'step',
]);

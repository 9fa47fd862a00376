/** Whether an expression returns something only under a condition: an alert fires for whatever its expression returns. */
import type { SyntaxNode } from '@lezer/common';
import type { UnconditionalFacts } from './facts.ts';
import { calledName, childrenOf, comparisons, operandsOf, operatorOf, typeOf } from './tree.ts';

/** @returns what the expression returns without a condition; undefined where there is none such */
export function unconditionalPart(root: SyntaxNode, text: string): UnconditionalFacts | undefined {
  const branches = branchesOf(root, text);
  const open = branches.filter(({ conditional }) => !conditional);
  const [first] = open;
  if (!first) return undefined;
  const bool = open.find((branch) => branch.bool);
  if (bool) return { kind: 'bool', range: rangeOf(bool.bool!) };
  const plain = open.find((branch) => !branch.calculated);
  if (!plain) return { kind: 'calculated', range: rangeOf(first.calculated!) };
  const whole = open.length === branches.length;
  return { kind: whole ? 'whole' : 'branch', range: rangeOf(whole ? root : plain.node) };
}

/** Where one alternative is `absent` within another function. */
export function absentWithin(root: SyntaxNode, text: string): UnconditionalFacts['range'] | undefined {
  const found = branchesOf(root, text).find(({ wrapped }) => wrapped);
  return found && rangeOf(found.node);
}

/** One alternative of what an expression returns: more than one where `or` joins them. */
interface Branch {
  readonly node: SyntaxNode;
  readonly conditional: boolean;
  /** The `bool` that keeps a comparison from filtering. */
  readonly bool?: SyntaxNode;
  /** The same, where something is calculated of its answer. */
  readonly calculated?: SyntaxNode;
  readonly absent?: true;
  /** It is `absent` within another function. */
  readonly wrapped?: true;
}

function branchesOf(node: SyntaxNode, text: string): readonly Branch[] {
  if (node.name === 'BinaryExpr') return ofBinary(node, text);
  if (node.name === 'FunctionCall' || node.name === 'AggregateExpr') {
    const name = calledName(node, text);
    if (name === 'absent' || name === 'absent_over_time') return [{ node, conditional: true, absent: true }];
    // These return something whatever they are given.
    if (name === 'scalar' || name === 'vector') return [{ node, conditional: false }];
  }
  const inner = operandsOf(node).find((operand) => {
    const type = typeOf(operand, text);
    return type === 'vector' || type === 'matrix';
  });
  if (!inner || node.name === 'VectorSelector' || node.name === 'MatrixSelector')
    return [{ node, conditional: false }];
  const isCall = node.name === 'FunctionCall' || node.name === 'AggregateExpr';
  return branchesOf(inner, text).map((branch) =>
    isCall && branch.absent ? { ...branch, wrapped: true as const } : branch,
  );
}

function ofBinary(node: SyntaxNode, text: string): readonly Branch[] {
  const [leftNode, rightNode] = operandsOf(node);
  if (!leftNode || !rightNode) return [{ node, conditional: true }];
  const left = branchesOf(leftNode, text);
  const right = branchesOf(rightNode, text);
  const operator = operatorOf(node);
  if (operator === 'Or') return [...left, ...right];
  if (operator === 'Unless') return left.map((branch) => ({ ...branch, conditional: true }));
  if (comparisons.has(operator)) {
    const bool = childrenOf(node).find(({ name }) => name === 'BoolModifier');
    if (!bool) return [{ node, conditional: true }];
    return [{ node, conditional: isGuarded(left) || isGuarded(right), bool }];
  }
  const isScalar = typeOf(leftNode, text) === 'scalar' && operator !== 'And';
  const guarded = !isScalar && isGuarded(right);
  const other = right.find((branch) => branch.bool ?? branch.calculated);
  return (isScalar ? right : left).map(({ bool, ...branch }) => {
    const calculated =
      branch.calculated ?? (operator === 'And' ? undefined : bool) ?? other?.bool ?? other?.calculated;
    const conditional = branch.conditional || guarded;
    // What `and` leaves of an answer is still the answer.
    const kept = operator === 'And' && bool && !other ? { bool } : {};
    return { ...branch, conditional, ...kept, ...(calculated && { calculated }) };
  });
}

function isGuarded(branches: readonly Branch[]): boolean {
  return branches.every(({ conditional }) => conditional);
}

function rangeOf({ from, to }: SyntaxNode): { start: number; end: number } {
  return { start: from, end: to };
}

/** A part of an expression that can never return anything, or that leaves out nothing it is there to leave out. */
import type { SyntaxNode } from '@lezer/common';
import type { ImpossibleFacts } from './facts.ts';
import { labelsOf, matchingOf, type Labels, type Matching } from './labels.ts';
import { calledName, childrenOf, comparisons, operandsOf, operatorOf, setOperators, typeOf } from './tree.ts';

/** @returns the first such part */
export function impossiblePart(root: SyntaxNode, text: string): ImpossibleFacts | undefined {
  let found: ImpossibleFacts | undefined;
  root.cursor().iterate(({ name, node }) => {
    if (found || name !== 'BinaryExpr') return !found;
    found = neverMet(node, text) ?? neverMatched(node, text);
    return !found;
  });
  return found;
}

/** Of nothing they make nothing, and of anything at least 1. */
const counting = /^(?:count|count_over_time|group|present_over_time|absent|absent_over_time)$/i;

/** `count(x) == 0` */
function neverMet(node: SyntaxNode, text: string): ImpossibleFacts | undefined {
  const [left, right] = operandsOf(node);
  const operator = operatorOf(node);
  if (!left || !right || !comparisons.has(operator) || node.getChild('BoolModifier')) return undefined;
  const isTurned = typeOf(left, text) === 'scalar';
  const [counted, limit] = isTurned ? [right, left] : [left, right];
  const value = Number(text.slice(limit.from, limit.to).trim() || NaN);
  const call = bare(counted);
  const name = /^(?:FunctionCall|AggregateExpr)$/.test(call.name) ? calledName(call, text) : '';
  const asked = isTurned ? (turned[operator] ?? operator) : operator;
  const never =
    (asked === 'Eql' && value < 1) || (asked === 'Lss' && value <= 1) || (asked === 'Lte' && value < 1);
  const argument = operandsOf(call).at(-1);
  if (!never || !argument || !counting.test(name) || hasAlternative(node, text)) return undefined;
  const isGrouped = call.getChild('AggregateModifier') !== null;
  const isAbsence = /^absent/.test(name);
  return {
    kind: 'counted',
    range: { start: node.from, end: node.to },
    function: name,
    ...(!isGrouped && !isAbsence && { counted: { start: argument.from, end: argument.to } }),
  };
}

/** `… or absent(x)` fires where the count does not. */
function hasAlternative(node: SyntaxNode, text: string): boolean {
  for (let at = node.parent; at; at = at.parent)
    if (at.name === 'BinaryExpr' && operatorOf(at) === 'Or' && /\babsent(?:_over_time)?\s*\(/.test(text))
      return true;
  return false;
}

const turned: Readonly<Record<string, string>> = { Gtr: 'Lss', Gte: 'Lte' };

/** One side has a label that the other one cannot have, and they are matched by it. */
function neverMatched(node: SyntaxNode, text: string): ImpossibleFacts | undefined {
  const [left, right] = operandsOf(node);
  const operator = operatorOf(node);
  if (!left || !right || operator === 'Or') return undefined;
  if (typeOf(left, text) !== 'vector' || typeOf(right, text) !== 'vector') return undefined;
  const matching = matchingOf(node, text);
  const [first, second] = [labelsOf(left, text), labelsOf(right, text)];
  const label = oddLabel(first, second, matching) ?? oddLabel(second, first, matching);
  if (label === undefined) return undefined;
  return {
    kind: operator === 'Unless' ? 'spared' : 'unmatched',
    range: { start: node.from, end: node.to },
    label,
    operator: setOperators.has(operator) ? operator.toLowerCase() : operatorText(node, text),
  };
}

/** A label that all of these have and none of those. */
function oddLabel({ has }: Labels, { only }: Labels, { on, labels }: Matching): string | undefined {
  return only && [...has].find((label) => labels.includes(label) === on && !only.has(label));
}

function operatorText(node: SyntaxNode, text: string): string {
  const operator = childrenOf(node)[1]!;
  return text.slice(operator.from, operator.to);
}

function bare(node: SyntaxNode): SyntaxNode {
  const [inner] = node.name === 'ParenExpr' ? operandsOf(node) : [];
  return inner ? bare(inner) : node;
}

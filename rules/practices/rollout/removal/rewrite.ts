/**
 * Rewrites code in which an expression is known to be true or false, as far as that plainly simplifies it: conditions,
 * ternaries, `&&`, `||`, `!`, and constants that hold it. It works on one file, step by step, and reads the text anew
 * after every step. It must never know what the expression was about. Loaded only when a fix is asked for.
 */
import { Node, Project, SyntaxKind, type CallExpression, type SourceFile } from 'ts-morph';
import type { TextRange } from '../../../text.ts';
import { wholeLines, withoutBranch, type Edit } from './branches.ts';

/** A flag that is read more often in one file is not taken out by a person either. */
const maxSteps = 500;

/**
 * Replaces calls by their value.
 * @param ranges of the calls, as they stand in `text`
 * @param isValue whether a function of this name returns the value itself
 * @returns the new text; undefined where one of the calls cannot be replaced
 */
export function replaceCalls(
  file: string,
  text: string,
  ranges: readonly TextRange[],
  value: boolean,
  isValue: (name: string) => boolean,
): string | undefined {
  const project = new Project({
    useInMemoryFileSystem: true,
    compilerOptions: { allowJs: true, noLib: true },
  });
  const read = (content: string) => project.createSourceFile(`/${file}`, content, { overwrite: true });
  const original = read(text);
  const calls = ranges.map((range) => callIn(original, range));
  if (calls.some((call) => !call || !isValue(nameOf(call)))) return undefined;
  const wanted = new Set(calls.map((call) => signatureOf(call!)));
  let now = text;
  for (let step = 0; step < maxSteps; step++) {
    const call = read(now)
      .getDescendantsOfKind(SyntaxKind.CallExpression)
      .find((each) => wanted.has(signatureOf(each)));
    if (!call) return now;
    now = apply(now, decide(call, value));
  }
  return undefined;
}

/** The outermost call that lies in the range. */
function callIn(source: SourceFile, { start, end }: TextRange): CallExpression | undefined {
  let found: CallExpression | undefined;
  for (let node = source.getDescendantAtPos(start); node; node = node.getParent()) {
    if (node.getStart() < start || node.getEnd() > end) break;
    if (Node.isCallExpression(node)) found = node;
    const inner = Node.isAwaitExpression(node) ? node.getExpression() : undefined;
    if (Node.isCallExpression(inner)) found = inner;
  }
  return found;
}

/** What is called with which key: the same in every text, wherever it stands. */
function signatureOf(call: CallExpression): string {
  return `${call.getExpression().getText()}(${call.getArguments()[0]?.getText() ?? ''}`;
}

function nameOf(call: CallExpression): string {
  const callee = call.getExpression();
  return Node.isPropertyAccessExpression(callee) ? callee.getName() : callee.getText();
}

function apply(text: string, edits: readonly Edit[]): string {
  return edits
    .toSorted((a, b) => b.start - a.start)
    .reduce((now, { start, end, text: inserted }) => now.slice(0, start) + inserted + now.slice(end), text);
}

/** The edits of one step, for a node that is worth `value`. */
function decide(node: Node, value: boolean): Edit[] {
  const parent = node.getParentOrThrow();
  if (isWrapper(parent)) return decide(parent, value);
  if (Node.isPrefixUnaryExpression(parent) && parent.getOperatorToken() === SyntaxKind.ExclamationToken) {
    return decide(parent, !value);
  }
  if (Node.isBinaryExpression(parent)) return decideOperand(node, parent, value);
  if (Node.isConditionalExpression(parent) && parent.getCondition() === node) {
    return [put(parent, value ? parent.getWhenTrue() : parent.getWhenFalse())];
  }
  if (Node.isIfStatement(parent) && parent.getExpression() === node) return withoutBranch(parent, value);
  if (Node.isVariableDeclaration(parent)) return decideConstant(parent) ?? [literal(node, value)];
  if (Node.isShorthandPropertyAssignment(parent)) {
    return [{ start: parent.getEnd(), end: parent.getEnd(), text: `: ${value}` }];
  }
  if (Node.isExpressionStatement(parent)) return [lines(parent)];
  if (Node.isJsxExpression(parent) && !value && !Node.isJsxAttribute(parent.getParent()))
    return [lines(parent)];
  return [literal(node, value)];

  /** Every use of a constant is decided first, then its declaration goes. */
  function decideConstant(declaration: Node): Edit[] | undefined {
    if (!Node.isVariableDeclaration(declaration)) return undefined;
    const statement = declaration.getVariableStatement();
    const name = declaration.getNameNode();
    if (!statement || statement.isExported() || !Node.isIdentifier(name)) return undefined;
    if (statement.getDeclarationKind() !== 'const' || declaration.getTypeNode()?.getText() === 'unknown')
      return undefined;
    const uses = name.findReferencesAsNodes().filter((use) => use !== name);
    if (uses.some((use) => !Node.isIdentifier(use) || !isExpression(use))) return undefined;
    const last = uses.at(-1);
    if (last) return decide(last, value);
    return statement.getDeclarations().length === 1 ? [lines(statement)] : undefined;
  }
}

function decideOperand(node: Node, parent: Node, value: boolean): Edit[] {
  if (!Node.isBinaryExpression(parent)) return [];
  const [left, right] = [parent.getLeft(), parent.getRight()];
  const operator = parent.getOperatorToken().getKind();
  const other = node === left ? right : left;
  if (operator === SyntaxKind.AmpersandAmpersandToken || operator === SyntaxKind.BarBarToken) {
    // What decides the whole: false for &&, true for ||.
    const decisive = operator === SyntaxKind.BarBarToken;
    if (node === left) return value === decisive ? decide(parent, value) : [put(parent, right)];
    if (!isCondition(parent)) return [literal(node, value)];
    if (value !== decisive) return [put(parent, left)];
    return isPure(left) ? decide(parent, value) : [literal(node, value)];
  }
  if (operator === SyntaxKind.QuestionQuestionToken && node === left) return decide(parent, value);
  const compared = Node.isTrueLiteral(other) ? true : Node.isFalseLiteral(other) ? false : undefined;
  if (compared !== undefined && operator === SyntaxKind.EqualsEqualsEqualsToken)
    return decide(parent, value === compared);
  if (compared !== undefined && operator === SyntaxKind.ExclamationEqualsEqualsToken)
    return decide(parent, value !== compared);
  return [literal(node, value)];
}

function isWrapper(node: Node): boolean {
  return (
    Node.isAwaitExpression(node) ||
    Node.isParenthesizedExpression(node) ||
    Node.isAsExpression(node) ||
    Node.isNonNullExpression(node) ||
    Node.isSatisfiesExpression(node)
  );
}

/** Only whether it is true or false matters here, not which value it is. */
function isCondition(node: Node): boolean {
  const parent = node.getParent();
  if (!parent) return false;
  if (Node.isParenthesizedExpression(parent) || Node.isBinaryExpression(parent)) return isCondition(parent);
  if (Node.isPrefixUnaryExpression(parent)) return true;
  if (Node.isConditionalExpression(parent)) return parent.getCondition() === node;
  return (Node.isIfStatement(parent) || Node.isWhileStatement(parent)) && parent.getExpression() === node;
}

/** Leaving it out changes nothing. */
function isPure(node: Node): boolean {
  if (Node.isPropertyAccessExpression(node)) return isPure(node.getExpression());
  return Node.isIdentifier(node) || Node.isThisExpression(node) || Node.isLiteralLike(node);
}

/** The identifier stands for its value there, and is no name in a type or an export. */
function isExpression(node: Node): boolean {
  const parent = node.getParent();
  return !Node.isExportSpecifier(parent) && !Node.isTypeQuery(parent) && !Node.isExportAssignment(parent);
}

function literal(node: Node, value: boolean): Edit {
  let whole = node;
  for (let parent = node.getParent(); parent && isWrapper(parent); parent = parent.getParent())
    whole = parent;
  return { start: whole.getStart(), end: whole.getEnd(), text: String(value) };
}

/** Puts what is kept in the place of the whole. Brackets that held it together go where nothing is beside it. */
function put(whole: Node, kept: Node): Edit {
  let target = whole;
  let content = kept;
  while (Node.isParenthesizedExpression(content) && standsAlone(target)) content = content.getExpression();
  const parent = target.getParent();
  const element =
    Node.isJsxElement(content) || Node.isJsxSelfClosingElement(content) || Node.isJsxFragment(content);
  if (element && Node.isJsxExpression(parent) && !Node.isJsxAttribute(parent.getParent())) target = parent;
  return { start: target.getStart(), end: target.getEnd(), text: content.getText() };
}

function standsAlone(node: Node): boolean {
  const parent = node.getParent();
  return (
    Node.isIfStatement(parent) ||
    Node.isWhileStatement(parent) ||
    Node.isParenthesizedExpression(parent) ||
    Node.isVariableDeclaration(parent) ||
    Node.isReturnStatement(parent) ||
    Node.isJsxExpression(parent) ||
    (Node.isCallExpression(parent) && parent.getExpression() !== node)
  );
}

/** All of a node, and its lines where nothing else stands on them. */
function lines(node: Node): Edit {
  return wholeLines(node.getSourceFile().getFullText(), node.getStart(), node.getEnd());
}

/** Takes `if` statements apart whose condition is known. It must never know how it became known. */
import { Node, type IfStatement, type Statement } from 'ts-morph';

export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** Leaves of an `if` only the branch that is taken; what comes after a branch that leaves goes too. */
export function withoutBranch(statement: IfStatement, value: boolean): Edit[] {
  const kept = value ? statement.getThenStatement() : statement.getElseStatement();
  const [start, end] = [statement.getStart(), statement.getEnd()];
  const parent = statement.getParent();
  if (Node.isIfStatement(parent) && parent.getElseStatement() === statement) {
    return kept
      ? [{ start, end, text: kept.getText() }]
      : [{ start: parent.getThenStatement().getEnd(), end, text: '' }];
  }
  const list =
    Node.isBlock(parent) || Node.isSourceFile(parent) || Node.isCaseClause(parent) ? parent : undefined;
  if (!list) return [{ start, end, text: kept?.getText() ?? '{}' }];
  const text = statement.getSourceFile().getFullText();
  const content = kept ? contentOf(kept, statement) : '';
  if (content === '') return [wholeLines(text, start, end)];
  const following = statement
    .getNextSiblings()
    .filter((sibling): sibling is Statement => Node.isStatement(sibling));
  const unreachable = kept && leaves(kept) && !following.some(isHoisted) ? following.at(-1) : undefined;
  return [{ start, end: unreachable?.getEnd() ?? end, text: content }];
}

/** A node's range, or its whole lines where nothing else stands on them, with one of two blank lines around. */
export function wholeLines(text: string, start: number, end: number): Edit {
  const lineStart = text.lastIndexOf('\n', start - 1) + 1;
  const newline = text.indexOf('\n', end);
  const lineEnd = newline === -1 ? text.length : newline + 1;
  if (text.slice(lineStart, start).trim() !== '' || text.slice(end, lineEnd).trim() !== '')
    return { start, end, text: '' };
  const blankBefore =
    lineStart === 0 || /(?:^|\n|\{[ \t]*\r?\n)[ \t]*\r?\n$|\{[ \t]*\r?\n$/.test(text.slice(0, lineStart));
  const blankAfter = /^[ \t]*\r?\n/.exec(text.slice(lineEnd))?.[0].length ?? 0;
  return { start: lineStart, end: blankBefore ? lineEnd + blankAfter : lineEnd, text: '' };
}

/** What a branch does, to stand where the `if` stood: without braces, unless its names would meet others. */
function contentOf(branch: Statement, statement: IfStatement): string {
  if (!Node.isBlock(branch)) return branch.getText();
  if (branch.getStatements().length === 0) return '';
  if (declaresKnownName(branch, statement)) return branch.getText();
  const inner = branch.getText().slice(1, -1);
  const lines = inner.replace(/^[ \t]*\r?\n/, '').trimEnd();
  const surplus = indentOf(lines) - indentOf(lineOf(statement));
  const hasText = branch
    .getDescendants()
    .some(
      (each) =>
        Node.isTemplateExpression(each) || Node.isNoSubstitutionTemplateLiteral(each) || Node.isJsxText(each),
    );
  const multiline = hasText && /`[^`]*\n/.test(lines);
  if (multiline || surplus <= 0) return lines.trimStart();
  return lines.replace(new RegExp(`^[ \\t]{1,${surplus}}`, 'gm'), '').trimStart();
}

function lineOf(statement: Node): string {
  const text = statement.getSourceFile().getFullText();
  return text.slice(text.lastIndexOf('\n', statement.getStart() - 1) + 1, statement.getStart() + 1);
}

function indentOf(text: string): number {
  return /^[ \t]*/.exec(text)![0].length;
}

/** Without its braces, a declaration of the block would meet a name around it. */
function declaresKnownName(block: Node, statement: IfStatement): boolean {
  const names = new Set(
    block
      .getChildSyntaxListOrThrow()
      .getChildren()
      .flatMap((child) => {
        if (Node.isVariableStatement(child)) return child.getDeclarations().map((each) => each.getName());
        const named = Node.isFunctionDeclaration(child) || Node.isClassDeclaration(child);
        return named ? (child.getName() ?? []) : [];
      }),
  );
  if (names.size === 0) return false;
  const scope = statement.getParentOrThrow();
  return scope
    .getDescendants()
    .some(
      (each) =>
        Node.isIdentifier(each) &&
        names.has(each.getText()) &&
        (each.getEnd() <= statement.getStart() || each.getStart() >= statement.getEnd()),
    );
}

/** What follows it in the same block is never reached. */
function leaves(branch: Statement): boolean {
  const last = Node.isBlock(branch) ? branch.getStatements().at(-1) : branch;
  return Node.isReturnStatement(last) || Node.isThrowStatement(last);
}

/** Works before it is reached. */
function isHoisted(statement: Statement): boolean {
  return Node.isFunctionDeclaration(statement) || Node.isClassDeclaration(statement);
}

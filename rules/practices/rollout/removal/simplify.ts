/**
 * Simplifies code in which an expression is known to be true or false, as far as that plainly does: conditions, ternaries,
 * `and`, `or`, negations, comparisons and variables that hold it. One step at a time. It must never know what the
 * expression was about, nor any language but by its description.
 */
import { visitAll, type Syntax } from '../../../artifacts/source/syntax.ts';
import { armOf, isPure, removeStatement, textsIn, withoutBranch, type Place } from './branches.ts';
import { indentAt, moved, wholeLines, type Edit } from './layout.ts';
import type { Binding, BranchingLanguage } from './language.ts';
import { withoutElement } from './markup.ts';

export interface Known extends Place {
  /** What is written for the expression, to be decided in a later step. */
  mark(value: boolean): string;
  /** What a property of the expression is worth, where it is an object: itself, its opposite, or nothing known. */
  readonly holds: 'value' | 'object' | 'variant' | 'unknown';
}

/** Why it cannot be taken out, as the end of a sentence that starts with the place. */
export interface Refusal {
  readonly why: string;
}

/** Properties of what some SDKs give back. */
const members: Readonly<Record<string, boolean>> = {
  value: true,
  Value: true,
  getValue: true,
  booleanValue: true,
  enabled: true,
  isEnabled: true,
  on: true,
  off: false,
};

/** The edits of one step, for a node that is worth `value`. */
export function decide(known: Known, node: Syntax, value: boolean): readonly Edit[] | Refusal {
  const { language } = known;
  const parent = node.parent;
  if (!parent) return { why: 'stands alone' };
  if (language.inner(parent) === node) return decide(known, parent, value);
  if (language.negated(parent) === node) return decide({ ...known, holds: 'value' }, parent, !value);
  const member = language.member(node);
  if (member) {
    if (known.holds === 'value' || !Object.hasOwn(members, member.name))
      return { why: `is asked for its ${member.name}` };
    return decide({ ...known, holds: 'value' }, member.whole, members[member.name] ? value : !value);
  }
  const operation = language.operation(parent);
  if (operation) return decideOperand(known, node, parent, value);
  const choice = language.choice(parent);
  if (choice?.condition === node) return [put(known, parent, value ? choice.yes : choice.no)];
  const arm = armOf(language, node);
  if (arm) {
    const initializer = language.initializer?.(arm.index === 0 ? arm.chain : node.parent!);
    if (initializer) return { why: 'is decided after a statement in the same condition' };
    return withoutBranch(known, arm.chain, arm.index, value);
  }
  const gate = language.gate?.(node);
  const shown = gate && withoutElement(known, gate, value);
  if (shown && !('why' in shown)) return shown;
  if (language.isDependency?.(node)) return [withoutItem(known.text, node)];
  const binding = language.binding(node);
  if (binding) return decideName(known, binding, value) ?? literal(known, node, value);
  const idle = language.idle?.(node);
  if (idle) return [wholeLines(known.text, idle.start, idle.end, known.about)];
  if (language.expressionStatements.has(parent.type)) return removeStatement(known, parent);
  return literal(known, node, value);
}

/** Every use of a name is decided first; then its declaration goes. */
function decideName(known: Known, binding: Binding, value: boolean): readonly Edit[] | Refusal | undefined {
  const { language } = known;
  const { name, scope, statement, shared, error, items } = binding;
  if (shared) return error ? { why: 'is given with an error to names that others use' } : undefined;
  const uses = namesIn(language, scope, name.text).filter((use) => use !== name);
  if (uses.some((use) => language.isWritten(use))) {
    return error ? { why: `is kept as ${name.text}, which is written again` } : undefined;
  }
  const mark = known.mark(value);
  const edits = uses.map((use): Edit => ({
    start: use.start,
    end: use.end,
    text: language.inPlaceOf?.(use, mark) ?? mark,
  }));
  if (items) return [...edits, ...items.map((item) => withoutItem(known.text, item))];
  if (!error) return [...edits, ...removeStatement(known, statement)];
  const rest = withoutError(known, binding, error);
  return 'why' in rest ? rest : [...edits, ...rest, ...removeStatement(known, statement)];
}

/** The check of an error that there is none of any more goes with the read that gave it. */
function withoutError(
  known: Known,
  { statement, scope, name }: Binding,
  error: Syntax,
): readonly Edit[] | Refusal {
  const { language } = known;
  const siblings = statement.parent?.children ?? [];
  const next = siblings[siblings.indexOf(statement) + 1];
  const condition = next && language.arms(next)?.[0]?.condition;
  const operation = condition && language.operation(condition);
  const checks =
    next &&
    operation?.operator === 'unequal' &&
    operation.left.text === error.text &&
    operation.right.text === 'nil';
  const later = namesIn(language, scope, error.text).filter(
    (use) => use.start > statement.end && !(checks && next.contains(use)) && use !== name,
  );
  const [first] = later;
  if (first && !(language.isWritten(first) && first.closest(declared)))
    return { why: `comes with an error, ${error.text}, that is used later` };
  return checks ? withoutBranch(known, next, 0, false) : [];
}

const declared: ReadonlySet<string> = new Set(['short_var_declaration']);

/** All variables of a name below a node. */
export function namesIn(language: BranchingLanguage, scope: Syntax, name: string): Syntax[] {
  const found: Syntax[] = [];
  visitAll(scope, (node) => {
    if (node.children.length === 0 && node.end - node.start === name.length && node.text === name)
      if (language.isName(node)) found.push(node);
    return true;
  });
  return found;
}

function decideOperand(
  known: Known,
  node: Syntax,
  parent: Syntax,
  value: boolean,
): readonly Edit[] | Refusal {
  const { language } = known;
  const { operator, left, right } = language.operation(parent)!;
  const other = node === left ? right : left;
  if (operator === 'equal' || operator === 'unequal') {
    const compared = constantOf(language, other);
    if (compared === undefined) return { why: 'is compared with something that is neither true nor false' };
    return decide({ ...known, holds: 'value' }, parent, (value === compared) === (operator === 'equal'));
  }
  if (operator === 'otherwise')
    return node === left ? decide(known, parent, value) : literal(known, node, value);
  // What decides the whole: false for `and`, true for `or`.
  const decisive = operator === 'or';
  if (node === left) {
    if (value === decisive) return decide({ ...known, holds: 'value' }, parent, value);
    return [put(known, parent, right)];
  }
  if (value === decisive)
    return isPure(left.text)
      ? decide({ ...known, holds: 'value' }, parent, value)
      : literal(known, node, value);
  if (!language.truthy || isCondition(language, parent) || isTruth(language, left))
    return [put(known, parent, left)];
  const inner = language.inner(left) ?? left;
  return [{ start: parent.start, end: parent.end, text: `${language.convert}(${inner.text})` }];
}

/** `true`, and what stands for it in tools that answer with words. */
function constantOf(language: BranchingLanguage, node: Syntax): boolean | undefined {
  if (node.text === language.true) return true;
  if (node.text === language.false) return false;
  const word = /^["'](on|off|true|false)["']$/.exec(node.text)?.[1];
  return word === undefined ? undefined : word === 'on' || word === 'true';
}

/** Only whether it is true or false matters there, not which value it is. */
function isCondition(language: BranchingLanguage, node: Syntax): boolean {
  const parent = node.parent;
  if (!parent) return false;
  if (language.negated(parent) === node || language.choice(parent)?.condition === node) return true;
  if (armOf(language, node)) return true;
  if (language.loops.has(parent.type)) return true;
  if (language.inner(parent) === node) return isCondition(language, parent);
  const operation = language.operation(parent);
  if (operation?.operator !== 'and' && operation?.operator !== 'or') return false;
  // Where the left side does not decide, what it is makes no difference.
  const own = language.operation(language.inner(node) ?? node);
  if (operation.left === node && own?.operator === operation.operator) return true;
  const shown = language.inner(operation.right) ?? operation.right;
  if (operation.left === node && operation.operator === 'and' && isMarkup(shown)) return true;
  return isCondition(language, parent);
}

/** It is true or false, and nothing else: by how it is made, or by its name. */
function isTruth(language: BranchingLanguage, node: Syntax): boolean {
  const inner = language.inner(node);
  if (inner) return isTruth(language, inner);
  if (language.negated(node) || isComparison(language, node)) return true;
  const operation = language.operation(node);
  if (operation) return isTruth(language, operation.left) && isTruth(language, operation.right);
  if (/binary|comparison/.test(node.type)) return /[<>]|\bin\b|\binstanceof\b|\bis\b/.test(node.text);
  return truthName.test(node.text);
}

const truthName =
  /(?:^|[.\s])_?(?:is|has|was|can|should|show|allow|enable|are|did|must)(?:[A-Z_]\w*)?(?:\([^()]*\))?$|(?:[eE]nabled|[dD]isabled|[vV]isible|[aA]llowed|[aA]ctive|[lL]oading|[lL]oaded|_ok|is_\w+)(?:\([^()]*\))?$/;

function literal(known: Known, node: Syntax, value: boolean): readonly Edit[] | Refusal {
  const { language } = known;
  if (known.holds === 'variant') return { why: 'may give one of several variants, and is handed on' };
  if (known.holds === 'object') return { why: 'is handed on as a whole, and not as true or false' };
  let whole = node;
  while (whole.parent && language.inner(whole.parent) === whole) whole = whole.parent;
  // Brackets that belong to a statement stay.
  const bare = bracketed(whole);
  if (bare && /_statement$/.test(whole.parent?.type ?? '')) whole = bare;
  const word = value ? language.true : language.false;
  const text = language.literal?.(whole, word) ?? word;
  return [{ start: whole.start, end: whole.end, text }];
}

/** Puts what is kept in the place of the whole, without brackets that held it together and are needed no more. */
function put({ text, language, about }: Known, whole: Syntax, kept: Syntax): Edit {
  let target = whole;
  let content = kept;
  const single = !text.slice(kept.start, kept.end).includes('\n');
  const bare = bracketed(content);
  if (
    bare &&
    (single ? standsAlone(language, target) || isSimple(bare) : isMarkup(bare) && isMarkupHole(target.parent))
  )
    content = bare;
  else if (bare && bracketed(target.parent)) content = bare;
  const outer = target.parent;
  if (outer && bracketed(outer) === target && single && needsNoBrackets(language, content, outer))
    target = outer;
  if (isMarkupHole(target.parent)) {
    if (/^(?:null|undefined|false|'')$/.test(content.text))
      return wholeLines(text, target.parent!.start, target.parent!.end, about);
    if (isMarkup(content)) target = target.parent!;
  }
  const to = indentAt(text, target.start);
  const bareText = moved(text, content, to, textsIn(language, content));
  // Braces after an arrow are those of a body.
  const isBody = content.type === 'object' && target.parent?.type === 'arrow_function';
  const moving = isBody ? `(${bareText})` : bareText;
  return single ? joined(text, target, moving) : { start: target.start, end: target.end, text: moving };
}

/** Lines as formatters leave them at the least. */
const lineWidth = 80;

/** A line that was broken for the whole alone is one again. */
function joined(text: string, { start, end }: Syntax, content: string): Edit {
  const plain = { start, end, text: content };
  const before = /(=>|=|\{|\breturn \()\s*\n\s*$/.exec(text.slice(Math.max(0, start - 200), start));
  if (!before) return plain;
  const from = start - before[0].length + before[1]!.length;
  const after = /^\s*\n\s*/.exec(text.slice(end, end + 200))?.[0].length ?? 0;
  const lineStart = text.lastIndexOf('\n', from - 1) + 1;
  const closes = before[1] === '{' || before[1]!.endsWith('(');
  if (from - lineStart + content.length + 3 > lineWidth) return plain;
  if (closes && (after === 0 || !/[})]/.test(text[end + after] ?? ''))) return plain;
  return closes
    ? { start: from, end: end + after, text: content }
    : { start: from, end, text: ` ${content}` };
}

function bracketed(node: Syntax | undefined): Syntax | undefined {
  return node?.type === 'parenthesized_expression' ? node.children[0] : undefined;
}

/** Brackets of a statement are its own, and what binds less than what is around it keeps its own. */
function needsNoBrackets(language: BranchingLanguage, content: Syntax, brackets: Syntax): boolean {
  const around = brackets.parent?.type ?? '';
  if (/_statement$/.test(around) && !/^return/.test(around)) return false;
  if (isSimple(content)) return true;
  if (!standsAlone(language, brackets) && !(brackets.parent && isAndOr(language, brackets.parent)))
    return false;
  return /^(?:unary_expression|not_operator)$/.test(content.type) || isComparison(language, content);
}

function isAndOr(language: BranchingLanguage, node: Syntax): boolean {
  const operator = language.operation(node)?.operator;
  return operator === 'and' || operator === 'or';
}

function isComparison(language: BranchingLanguage, node: Syntax): boolean {
  const operator = language.operation(node)?.operator;
  return operator === 'equal' || operator === 'unequal';
}

function isSimple({ type }: Syntax): boolean {
  return /^(?:identifier|call|call_expression|method_invocation|member_expression|attribute|field_access|selector_expression|string\w*|number|array|list|true|false|null|none|\w*_literal)$/.test(
    type,
  );
}

function isMarkup({ type }: Syntax): boolean {
  return /^jsx_(?:element|self_closing_element|fragment)$/.test(type);
}

/** `{…}` among the children of an element. */
function isMarkupHole(node: Syntax | undefined): boolean {
  return node?.type === 'jsx_expression' && /^jsx_(?:element|fragment)$/.test(node.parent?.type ?? '');
}

function standsAlone(language: BranchingLanguage, node: Syntax): boolean {
  const parent = node.parent;
  if (!parent) return true;
  return (
    !language.operation(parent) &&
    !language.negated(parent) &&
    !/await|member|attribute|selector|unary|spread/.test(parent.type)
  );
}

/** An item of a list, with its comma. */
export function withoutItem(text: string, { start, end }: { start: number; end: number }): Edit {
  const after = /^\s*,[ \t]*/.exec(text.slice(end))?.[0];
  const before = /,\s*$/.exec(text.slice(Math.max(0, start - 400), start))?.[0];
  if (after === undefined) return { start: start - (before?.length ?? 0), end, text: '' };
  const ownLines = /(?:^|\n)[ \t]*$/.test(text.slice(0, start)) && /^\s*,[ \t]*\r?\n/.test(text.slice(end));
  if (!ownLines) return { start, end: end + after.length, text: '' };
  const lineStart = text.lastIndexOf('\n', start - 1) + 1;
  return { start: lineStart, end: text.indexOf('\n', end) + 1, text: '' };
}

/** Takes branches apart whose condition is known. It must never know how it became known. */
import { visitAll, type Syntax } from '../../../artifacts/source/syntax.ts';
import type { TextRange } from '../../../text.ts';
import { indentAt, moved, wholeLines, type Edit } from './layout.ts';
import type { Arm, BranchingLanguage } from './language.ts';

export interface Place {
  readonly text: string;
  readonly language: BranchingLanguage;
  /** Comments that are about what is taken out. */
  readonly about: RegExp;
}

/**
 * Leaves of an `if` what is still decided in it; what comes after a branch that leaves goes too.
 * @param chain the outermost `if`
 * @param index which of its branches has the known condition
 */
export function withoutBranch(place: Place, chain: Syntax, index: number, value: boolean): Edit[] {
  const { text, language } = place;
  const arms = language.arms(chain)!;
  const arm = arms[index]!;
  if (index > 0) {
    if (!value) {
      const next = arms[index + 1];
      return [{ start: arm.start, end: next?.start ?? chain.end, text: '' }];
    }
    return [
      { start: arm.start, end: arm.asElse.end, text: arm.asElse.text },
      { start: arm.body.end, end: chain.end, text: '' },
    ];
  }
  if (value) return putBody(place, chain, arm.body);
  const next = arms[1];
  if (!next) return removeStatement(place, chain);
  if (next.condition) return [{ start: chain.start, end: next.head, text: '' }];
  return text.slice(next.body.start, next.body.end) === ''
    ? removeStatement(place, chain)
    : putBody(place, chain, next.body);
}

/** The branch that holds a condition, and its chain. */
export function armOf(
  language: BranchingLanguage,
  condition: Syntax,
): { readonly chain: Syntax; readonly arms: readonly Arm[]; readonly index: number } | undefined {
  const chain = condition.parent && language.chainOf(condition.parent);
  const arms = chain && language.arms(chain);
  const index = arms?.findIndex((arm) => arm.condition === condition) ?? -1;
  return arms && chain && index >= 0 ? { chain, arms, index } : undefined;
}

/** Takes a statement out; a block that has nothing left goes with what it was for, or says that it does nothing. */
export function removeStatement(place: Place, statement: Syntax): Edit[] {
  const { text, language, about } = place;
  const list = listOf(language, statement);
  if (!list) return [{ start: statement.start, end: statement.end, text: language.nothing ?? '{}' }];
  const block = language.blocks.has(list.type) ? list : list.parent!;
  const alone = list.children.length === 1 && language.lists.has(list.type);
  if (alone && !commentedBeside(text, block, statement, about)) {
    const chain = block.parent && language.chainOf(block.parent);
    const arms = chain && language.arms(chain);
    const index = arms?.findIndex(({ body }) => body === block || body === list) ?? -1;
    if (chain && arms && index >= 0) {
      const arm = arms[index]!;
      const last = index === arms.length - 1;
      if (last && index > 0 && (!arm.condition || isPure(arm.condition.text)))
        return [{ start: arm.start, end: chain.end, text: '' }];
      if (last && index === 0 && isPure(arm.condition!.text) && !language.initializer?.(chain))
        return removeStatement(place, chain);
    }
    const effect = language.effect?.(block);
    if (effect) return removeStatement(place, effect);
    if (language.nothing !== undefined && list.parent)
      return [{ start: statement.start, end: statement.end, text: language.nothing }];
  }
  return [wholeLines(text, statement.start, statement.end, about)];
}

function commentedBeside(text: string, block: Syntax, statement: Syntax, about: RegExp): boolean {
  const beside = text.slice(block.start, statement.start) + text.slice(statement.end, block.end);
  return /\/\/|\/\*|#/.test(beside) && !about.test(beside);
}

/** What a branch does, in the place of the whole `if`. */
function putBody(place: Place, chain: Syntax, body: Syntax): Edit[] {
  const { text, language } = place;
  const list = listOf(language, chain);
  if (!list) return [{ start: chain.start, end: chain.end, text: text.slice(body.start, body.end) }];
  const statements = statementsOf(language, body);
  const following = list.children.slice(list.children.indexOf(chain) + 1);
  const last = statements.at(-1);
  const leaves =
    last && language.leaves.has(last.type) && !following.some(({ type }) => language.hoisted.has(type));
  const end = (leaves ? following.at(-1)?.end : undefined) ?? chain.end;
  const content = contentOf(place, chain, body, leaves ? [] : following);
  if (content === '') return removeStatement(place, chain);
  // At the end of a function, leaving it says nothing.
  const block = language.blocks.has(list.type) ? list : list.parent;
  const ends = language.functions.has(block?.parent?.type ?? '') && (leaves || following.length === 0);
  const idle = ends && statements.length > 1 && /^return;?$/.test(last!.text);
  const shown = idle ? content.replace(/\s*return;?$/, '') : content;
  return [{ start: startWithComments(place, chain), end, text: shown }];
}

/** A comment above an `if` that is about the flag has nothing to say about what is left of it. */
function startWithComments({ text, about }: Place, chain: Syntax): number {
  const lineStart = text.lastIndexOf('\n', chain.start - 1) + 1;
  if (text.slice(lineStart, chain.start).trim() !== '') return chain.start;
  const whole = wholeLines(text, chain.start, chain.end, about);
  return whole.start < lineStart ? whole.start + (chain.start - lineStart) : chain.start;
}

/** The nearest list of statements, where this is one of its statements. */
function listOf({ lists }: BranchingLanguage, statement: Syntax): Syntax | undefined {
  return statement.parent && lists.has(statement.parent.type) ? statement.parent : undefined;
}

export function statementsOf(language: BranchingLanguage, body: Syntax): readonly Syntax[] {
  if (!language.blocks.has(body.type) && !language.lists.has(body.type)) return [body];
  const inner = body.children.find(({ type }) => language.lists.has(type) && !language.blocks.has(type));
  return (inner ?? body).children;
}

/** Without braces, unless its names would meet others. @param following statements that stay after it */
function contentOf(
  { text, language }: Place,
  chain: Syntax,
  body: Syntax,
  following: readonly Syntax[],
): string {
  const to = indentAt(text, chain.start);
  const kept = textsIn(language, body);
  const range = innerRange({ text, language }, body);
  if (range.start >= range.end) return '';
  if (language.nothing !== undefined && text.slice(range.start, range.end) === language.nothing) return '';
  const braces = language.nothing === undefined && language.blocks.has(body.type);
  if (braces && meetsNames(language, body, chain, following))
    return moved(text, { start: body.start, end: body.end }, to, kept);
  return moved(text, range, to, kept);
}

/** What stands between braces, with its comments. */
function innerRange({ text, language }: Pick<Place, 'text' | 'language'>, body: Syntax): TextRange {
  if (!language.blocks.has(body.type)) return { start: body.start, end: body.end };
  const whole = text.slice(body.start, body.end);
  const braces = whole.startsWith('{');
  const inner = braces ? whole.slice(1, -1) : whole;
  const lead = /^\s*/.exec(inner)![0].length;
  const start = body.start + (braces ? 1 : 0) + lead;
  return { start, end: start + inner.trim().length };
}

/** Without its braces, a declaration of the block would meet a name around it. */
function meetsNames(
  language: BranchingLanguage,
  body: Syntax,
  chain: Syntax,
  following: readonly Syntax[],
): boolean {
  const names: Syntax[] = [];
  for (const statement of statementsOf(language, body))
    visitAll(statement, (node) => {
      if (node !== statement && (language.blocks.has(node.type) || language.functions.has(node.type)))
        return false;
      if (node.children.length === 0 && language.isName(node) && declares(language, node)) names.push(node);
      return true;
    });
  if (names.length === 0) return false;
  const siblings = chain.parent!.children;
  const before = namesOf(language, siblings.slice(0, siblings.indexOf(chain)));
  const after = namesOf(language, following);
  return names.some(
    (name) =>
      after.has(name.text) || (before.has(name.text) && language.mayRedeclare?.(name, before) !== true),
  );
}

function namesOf(language: BranchingLanguage, statements: readonly Syntax[]): ReadonlySet<string> {
  const found = new Set<string>();
  for (const statement of statements)
    visitAll(statement, (node) => {
      if (node.children.length === 0 && language.isName(node)) found.add(node.text);
      return true;
    });
  return found;
}

function declares(language: BranchingLanguage, name: Syntax): boolean {
  return language.isWritten(name) && !/assignment|update|augmented/.test(name.parent?.type ?? '');
}

/** Texts over several lines: their lines are not code. */
export function textsIn({ texts }: BranchingLanguage, node: Syntax): TextRange[] {
  const found: TextRange[] = [];
  visitAll(node, (each) => {
    if (!texts.has(each.type)) return true;
    found.push(each.range);
    return false;
  });
  return found;
}

/** Leaving it out changes nothing: it asks nobody anything, by what its calls are named. */
export function isPure(text: string): boolean {
  const code = text.replace(/'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"/g, "''");
  if (/\bawait\b|\byield\b|\+\+|--|:=|[^=!<>]=(?![=>])|\bnew\b/.test(code)) return false;
  return [...code.matchAll(/([\w$]+)\s*\(/g)].every(([, name]) => getter.test(name!));
}

const getter =
  /^(?:is|has|get|can|should|contains?|includes|equals|startsWith|endsWith|some|every|find|filter|map|len|bool|Boolean|String|Number|str|int|not|and|or|if|in|any|all|isinstance|use[A-Z]|Is|Has|Get|Can|Len|Value|Contains|Equals?)(?![a-z])\w*$/;

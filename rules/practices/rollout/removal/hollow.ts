/**
 * Functions that nothing is left of but a value once a flag is gone. One that gives the value goes with its calls where
 * every mention of its name is known to be one; of the others a person decides. It must never know a flag.
 */
import { visitAll, type Syntax } from '../../../artifacts/source/syntax.ts';
import type { TextRange } from '../../../text.ts';
import { statementsOf } from './branches.ts';
import { applyEdits, wholeLines } from './layout.ts';
import type { BranchingLanguage } from './language.ts';
import type { WithTree } from './rewrite.ts';

export interface Hollow {
  readonly name: string;
  /** Of its name, in the text as it was. */
  readonly range: TextRange;
  /** What it always gives; undefined where it does nothing. */
  readonly gives?: boolean;
  /** The class it is a method of. */
  readonly owner?: string;
}

/** A function that has a name, its own or that of the variable it is the value of. */
interface NamedFunction {
  readonly name: Syntax;
  readonly body: Syntax | undefined;
  /** What goes with it: its declaration, with what exports or decorates it. */
  readonly whole: Syntax;
}

/** The functions that were more before. */
export function hollowed(
  before: string,
  after: string,
  language: BranchingLanguage,
  withTree: WithTree,
): Hollow[] {
  const now = withTree(after, (root) => hollowIn(root, language));
  if (now.size === 0) return [];
  return withTree(before, (root) => {
    const were = hollowIn(root, language);
    return functionsIn(root, language)
      .filter(({ name }) => now.has(name.text) && !were.has(name.text))
      .map(({ name }): Hollow => {
        const gives = now.get(name.text);
        const owner = name.closest(classes)?.field('name')?.text;
        return {
          name: name.text,
          range: name.range,
          ...(gives !== undefined && { gives }),
          ...(owner !== undefined && { owner }),
        };
      });
  });
}

/**
 * The calls of a hollow function in a file.
 * @param own whether this file declares it
 * @param names by which what is declared beside it may be called, such as that of its package
 * @returns undefined where its name stands for something else too, or for the function itself
 */
export function callsOf(
  root: Syntax,
  { name, owner }: Hollow,
  own: boolean,
  names: ReadonlySet<string>,
): readonly TextRange[] | undefined {
  const calls: TextRange[] = [];
  let understood = true;
  let declared = 0;
  visitAll(root, (node) => {
    if (node.children.length > 0 || node.text !== name || /string/.test(node.type)) return true;
    if (isImported(node)) return true;
    const call = callOf(node);
    if (!call) {
      declared += 1;
      understood &&= own && declared === 1 && isDeclared(node);
      return true;
    }
    const { receiver } = call;
    const onItself = own && /^(?:this|self|cls)$/.test(receiver ?? '');
    const known = receiver === undefined ? owner === undefined || own : onItself || names.has(receiver);
    if (known) calls.push(call.range);
    else understood = false;
    return true;
  });
  return understood ? calls : undefined;
}

/** Takes the declaration of a function out, with the comments right above it. */
export function withoutFunction(
  text: string,
  name: string,
  language: BranchingLanguage,
  withTree: WithTree,
): string {
  return withTree(text, (root) => {
    const found = functionsIn(root, language).find((one) => one.name.text === name);
    if (!found) return text;
    return applyEdits(text, [wholeLines(text, found.whole.start, found.whole.end, anything)]);
  });
}

/** Whatever stands right above a declaration is about it. */
const anything = /^/;

const classes: ReadonlySet<string> = new Set([
  'class_declaration',
  'class_definition',
  'interface_declaration',
  'record_declaration',
]);

function hollowIn(root: Syntax, language: BranchingLanguage): Map<string, boolean | undefined> {
  const found = new Map<string, boolean | undefined>();
  for (const { name, body } of functionsIn(root, language)) {
    if (!body) continue;
    const statements = language.blocks.has(body.type) ? statementsOf(language, body) : [body];
    const [only, more] = isDocstring(statements[0]) ? statements.slice(1) : statements;
    const given = only && !more ? only.text.replace(/^return\s+|;$/g, '') : '';
    if (!only || only.text === language.nothing) found.set(name.text, undefined);
    else if (given === language.true || given === language.false)
      found.set(name.text, given === language.true);
  }
  return found;
}

/** Python's first statement, where it only says what the function is for. */
function isDocstring(statement: Syntax | undefined): boolean {
  return statement?.type === 'expression_statement' && statement.children[0]?.type === 'string';
}

function functionsIn(root: Syntax, language: BranchingLanguage): NamedFunction[] {
  const found: NamedFunction[] = [];
  visitAll(root, (node) => {
    if (!language.functions.has(node.type)) return;
    const declarator = node.parent?.type === 'variable_declarator' ? node.parent : undefined;
    const name = node.field('name') ?? declarator?.field('name');
    if (!name) return;
    const single = declarator?.parent?.children.length === 1 ? declarator.parent : declarator;
    let whole = single ?? node;
    while (/^(?:export_statement|decorated_definition)$/.test(whole.parent?.type ?? ''))
      whole = whole.parent!;
    found.push({ name, body: node.field('body'), whole });
  });
  return found;
}

function isDeclared(name: Syntax): boolean {
  return name.parent?.field('name') === name;
}

/** Imported under its own name. */
function isImported(name: Syntax): boolean {
  const parent = name.parent!;
  if (parent.type === 'import_specifier') return parent.children.length === 1;
  return (
    parent.type === 'dotted_name' &&
    parent.parent?.type === 'import_from_statement' &&
    parent.parent.field('module_name') !== parent
  );
}

/** The call of what a name stands for, and what it is called on. */
function callOf(name: Syntax): { readonly range: TextRange; readonly receiver?: string } | undefined {
  const parent = name.parent!;
  if (parent.type === 'method_invocation' && parent.field('name') === name) {
    const on = parent.field('object')?.text;
    return { range: parent.range, ...(on !== undefined && { receiver: on }) };
  }
  const member = /^(?:member_expression|attribute|selector_expression)$/.test(parent.type)
    ? parent
    : undefined;
  const callee = member ?? name;
  const call = callee.parent;
  if (!call || !/^call(?:_expression)?$/.test(call.type) || call.field('function') !== callee)
    return undefined;
  if (!member) return { range: call.range };
  const on = member.children.at(-1) === name ? member.children[0] : undefined;
  return on && { range: call.range, receiver: on.text };
}

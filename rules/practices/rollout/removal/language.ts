/**
 * What taking a known condition out of code must know of a language: its node types, and how its branches are written.
 * A further language is one file beside the others, and one line in `languages.ts`.
 */
import type { GrammarName } from '../../../artifacts/artifact.ts';
import type { Syntax } from '../../../artifacts/source/syntax.ts';

export interface BranchingLanguage {
  readonly extensions: RegExp;
  grammar(path: string): GrammarName;
  readonly true: string;
  readonly false: string;
  /** A conversion of anything to true or false. */
  readonly convert?: string;
  /** Operands of `and` and `or` can be anything, and the result is one of them. */
  readonly truthy: boolean;
  /** What stands where a statement must and there is none. */
  readonly nothing?: string;
  /** What an expression is worth, where that is what something inside it is worth: parentheses, `await`, casts. */
  inner(node: Syntax): Syntax | undefined;
  /** The operand of a negation. */
  negated(node: Syntax): Syntax | undefined;
  operation(node: Syntax): Operation | undefined;
  /** `a ? b : c` */
  choice(node: Syntax): Choice | undefined;
  /** All branches of an `if` with those of its `else if`s; undefined for other nodes. */
  arms(node: Syntax): readonly Arm[] | undefined;
  /** The outermost `if` of the chain that a branch belongs to. */
  chainOf(node: Syntax): Syntax | undefined;
  /** An initializer of an `if`, such as Go has. */
  initializer?(statement: Syntax): Syntax | undefined;
  /** Nodes whose children are statements. */
  readonly lists: ReadonlySet<string>;
  /** The statements of a body with braces, or of an indented one; undefined for a single statement. */
  readonly blocks: ReadonlySet<string>;
  readonly loops: ReadonlySet<string>;
  readonly leaves: ReadonlySet<string>;
  /** Works before it is reached. */
  readonly hoisted: ReadonlySet<string>;
  readonly expressionStatements: ReadonlySet<string>;
  readonly functions: ReadonlySet<string>;
  readonly texts: ReadonlySet<string>;
  /** The variable that an expression is the value of. */
  binding(node: Syntax): Binding | undefined;
  /** Whether a leaf is the name of a variable, rather than of a property, a keyword or a label. */
  isName(node: Syntax): boolean;
  /** Whether the name is declared or written there. */
  isWritten(name: Syntax): boolean;
  /** Whether a declaration may name what is declared already. @param taken names that are */
  mayRedeclare?(name: Syntax, taken: ReadonlySet<string>): boolean;
  /** What a name is replaced by where its value is known. */
  inPlaceOf?(name: Syntax, value: string): string;
  /** The property that is asked of a node, with the whole that is worth it. */
  member(node: Syntax): { readonly name: string; readonly whole: Syntax } | undefined;
  /** What a value is written as in a place of its own kind, such as the pair that a Go function gives back. */
  literal?(whole: Syntax, value: string): string;
  /** Something that goes as a whole where the value stands there alone. */
  idle?(node: Syntax): Syntax | undefined;
  /** The element that shows its children where an attribute of it is true, and only that. */
  gate?(node: Syntax): Syntax | undefined;
  /** The statement that does nothing but run this block. */
  effect?(block: Syntax): Syntax | undefined;
  /** An element of a list that only says what a function depends on. */
  isDependency?(node: Syntax): boolean;
  /** Names that the file declares for itself, with what goes when nothing uses them. */
  declarations(root: Syntax, path: string): readonly Declaration[];
}

export interface Operation {
  readonly operator: 'and' | 'or' | 'otherwise' | 'equal' | 'unequal';
  readonly left: Syntax;
  readonly right: Syntax;
}

export interface Choice {
  readonly condition: Syntax;
  readonly yes: Syntax;
  readonly no: Syntax;
}

export interface Arm {
  /** Without one, it is the `else`. */
  readonly condition?: Syntax;
  readonly body: Syntax;
  /** Where its `if` stands, and in Python the `if` of its `elif`. */
  readonly head: number;
  /** Before its `else`: the end of the branch before it. */
  readonly start: number;
  /** What turns it into an `else`: the part of it that is replaced, and by what. */
  readonly asElse: { readonly end: number; readonly text: string };
}

export interface Binding {
  readonly name: Syntax;
  /** All of the declaration: it goes when the name does. */
  readonly statement: Syntax;
  /** Where its name is known. */
  readonly scope: Syntax;
  /** Others may ask for it, or it is written again: it keeps its name. */
  readonly shared: boolean;
  /** What goes instead of the declaration, where that has more than this name. */
  readonly items?: readonly Syntax[];
  /** The name of an error that comes with the value and is `nil` from now on. */
  readonly error?: Syntax;
}

export interface Declaration {
  readonly name: string;
  /** What goes. */
  readonly whole: Syntax;
  /** It is one of several in a list with commas. */
  readonly listed: boolean;
  /** What a use of it looks like in the text, where names alone do not tell. */
  readonly use?: RegExp;
  /** How many names are declared together: where none is used, all of it goes. */
  readonly together?: number;
  /** Going without it changes nothing else. */
  readonly removable: boolean;
  /** Where leaving it breaks the build: what is put in the place of its left side. */
  readonly keep?: { readonly start: number; readonly end: number; readonly text: string };
}

/** The nearest node around it, itself included, that is one of a set. */
export function around(node: Syntax, types: ReadonlySet<string>): Syntax | undefined {
  return types.has(node.type) ? node : node.closest(types);
}

/** The operator between two operands, without comments. */
export function operatorBetween(node: Syntax, left: Syntax, right: Syntax): string {
  return /^(?:[^\w\s]+|\w+(?:\s+not)?)/.exec(node.between(left, right))?.[0] ?? '';
}

/** What languages whose operators are written as in C share. */
export const operatorsOfC: Readonly<Record<string, Operation['operator']>> = {
  '&&': 'and',
  '||': 'or',
  '==': 'equal',
  '!=': 'unequal',
};

/** `left operator right`, where it is one of these operators. */
export function binaryOperation(
  node: Syntax,
  operators: Readonly<Record<string, Operation['operator']>>,
): Operation | undefined {
  if (node.type !== 'binary_expression') return undefined;
  const left = node.field('left');
  const right = node.field('right');
  const operator = left && right && operators[operatorBetween(node, left, right)];
  return operator ? { operator, left, right } : undefined;
}

/** `condition ? yes : no` */
export function ternary(node: Syntax): ReturnType<BranchingLanguage['choice']> {
  if (node.type !== 'ternary_expression') return undefined;
  const condition = node.field('condition');
  const yes = node.field('consequence');
  const no = node.field('alternative');
  return condition && yes && no ? { condition, yes, no } : undefined;
}

/** The first `if` of a chain, in grammars where an `else if` is the alternative itself. */
export function firstOfChain(node: Syntax): Syntax | undefined {
  if (node.type !== 'if_statement') return undefined;
  return node.parent?.type === 'if_statement' && node.parent.field('alternative') === node
    ? firstOfChain(node.parent)
    : node;
}

/** The branches of an `if` in languages with braces. @param elseOf what stands after the `else` of a single `if` */
export function bracedArms(
  node: Syntax,
  elseOf: (statement: Syntax) => Syntax | undefined,
): readonly Arm[] | undefined {
  if (node.type !== 'if_statement') return undefined;
  const found: Arm[] = [];
  let statement: Syntax | undefined = node;
  let start = node.start;
  while (statement) {
    const condition = statement.field('condition');
    const body = statement.field('consequence');
    if (!condition || !body) return undefined;
    found.push({
      condition,
      body,
      head: statement.start,
      start,
      asElse: { end: body.start, text: ' else ' },
    });
    start = body.end;
    const last = elseOf(statement);
    if (last && last.type !== 'if_statement')
      found.push({ body: last, head: last.start, start, asElse: { end: last.start, text: ' else ' } });
    statement = last?.type === 'if_statement' ? last : undefined;
  }
  return found;
}

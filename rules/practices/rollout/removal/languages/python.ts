/** How Python writes conditions, branches and names. */
import { visitAll, type Syntax } from '../../../../artifacts/source/syntax.ts';
import { isPure } from '../branches.ts';
import {
  operatorBetween,
  type Arm,
  type BranchingLanguage,
  type Declaration,
  type Operation,
} from '../language.ts';

const operators: Readonly<Record<string, Operation['operator']>> = {
  and: 'and',
  or: 'or',
  is: 'equal',
  '==': 'equal',
  'is not': 'unequal',
  '!=': 'unequal',
};

const functions: ReadonlySet<string> = new Set(['function_definition', 'lambda']);

export const python: BranchingLanguage = {
  extensions: /\.py$/i,
  grammar: () => 'python',
  true: 'True',
  false: 'False',
  convert: 'bool',
  truthy: true,
  nothing: 'pass',
  lists: new Set(['block', 'module']),
  blocks: new Set(['block']),
  loops: new Set(['while_statement']),
  leaves: new Set(['return_statement', 'raise_statement', 'continue_statement', 'break_statement']),
  hoisted: new Set(),
  expressionStatements: new Set(['expression_statement']),
  functions,
  texts: new Set(['string']),
  inner(node) {
    if (node.type === 'parenthesized_expression' || node.type === 'await') return node.children[0];
    if (node.type === 'argument_list')
      return node.parent?.field('function')?.text === 'bool' && node.children.length === 1
        ? node.children[0]
        : undefined;
    const list =
      node.type === 'call' && node.field('function')?.text === 'bool' ? node.field('arguments') : undefined;
    return list?.children.length === 1 ? list : undefined;
  },
  negated: (node) => (node.type === 'not_operator' ? node.field('argument') : undefined),
  operation(node) {
    if (node.type !== 'boolean_operator' && node.type !== 'comparison_operator') return undefined;
    const [left, right, more] = node.children;
    const operator = left && right && !more && operators[operatorBetween(node, left, right)];
    return operator ? { operator, left, right } : undefined;
  },
  choice(node) {
    const [yes, condition, no] = node.type === 'conditional_expression' ? node.children : [];
    return yes && condition && no ? { condition, yes, no } : undefined;
  },
  arms,
  chainOf(node) {
    if (node.type === 'if_statement') return node;
    return /^(?:elif|else)_clause$/.test(node.type) && node.parent?.type === 'if_statement'
      ? node.parent
      : undefined;
  },
  binding(node) {
    const assignment = node.parent;
    if (assignment?.type !== 'assignment' || assignment.field('right') !== node) return undefined;
    const name = assignment.field('left');
    const statement = assignment.parent;
    if (name?.type !== 'identifier' || statement?.type !== 'expression_statement') return undefined;
    const fn = assignment.closest(functions);
    const owner = assignment.closest(new Set(['class_definition']));
    const inClass = owner && fn ? owner.start > fn.start : owner !== undefined;
    const scope = fn ?? assignment.closest(new Set(['module']))!;
    return { name, statement, scope, shared: inClass || (!fn && !name.text.startsWith('_')) };
  },
  isName(node) {
    if (node.type !== 'identifier') return false;
    const parent = node.parent!;
    if (parent.type === 'attribute') return parent.field('attribute') !== node;
    if (parent.type === 'keyword_argument') return parent.field('name') !== node;
    return true;
  },
  isWritten(name) {
    const parent = name.parent!;
    switch (parent.type) {
      case 'assignment':
      case 'augmented_assignment':
      case 'for_statement':
      case 'for_in_clause':
        return parent.field('left') === name;
      case 'pattern_list':
      case 'tuple_pattern':
      case 'parameters':
      case 'lambda_parameters':
      case 'list_splat_pattern':
      case 'dictionary_splat_pattern':
      case 'global_statement':
      case 'nonlocal_statement':
      case 'as_pattern_target':
      case 'delete_statement':
        return true;
      case 'default_parameter':
      case 'typed_default_parameter':
      case 'named_expression':
      case 'function_definition':
      case 'class_definition':
        return parent.field('name') === name;
      case 'typed_parameter':
        return parent.children[0] === name;
      case 'aliased_import':
        return parent.field('alias') === name;
      default:
        return false;
    }
  },
  member(node) {
    const parent = node.parent!;
    if (parent.type === 'attribute' && parent.field('object') === node)
      return { name: parent.field('attribute')?.text ?? '', whole: parent };
    return parent.type === 'subscript' && parent.field('value') === node
      ? { name: 'items', whole: parent }
      : undefined;
  },
  declarations,
};

function arms(node: Syntax): Arm[] | undefined {
  if (node.type !== 'if_statement') return undefined;
  const condition = node.field('condition');
  const body = node.field('consequence');
  if (!condition || !body) return undefined;
  const found: Arm[] = [
    { condition, body, head: node.start, start: node.start, asElse: { end: node.start, text: '' } },
  ];
  let start = body.end;
  for (const clause of node.children.filter(({ type }) => /^(?:elif|else)_clause$/.test(type))) {
    const own = clause.field('condition');
    const inner = clause.field('consequence') ?? clause.field('body');
    if (!inner) return undefined;
    // The line break before the clause is its own, not that of the branch before.
    const colon = own
      ? own.end + /^\s*:/.exec(node.text.slice(own.end - node.start))![0].length
      : clause.start;
    found.push({
      ...(own && { condition: own }),
      body: inner,
      head: clause.start + 2,
      start,
      asElse: { end: colon, text: `\n${indentOf(node, clause)}else:` },
    });
    start = inner.end;
  }
  return found;
}

function indentOf(node: Syntax, clause: Syntax): string {
  const before = node.text.slice(0, clause.start - node.start);
  return /[^\n]*$/.exec(before)![0].replace(/\S.*$/, '');
}

function declarations(root: Syntax, path: string): Declaration[] {
  const found: Declaration[] = [];
  // What a package imports is often there for others.
  const importsAreOwn = !/(?:^|\/)__init__\.py$/.test(path);
  visitAll(root, (node) => {
    if (node.type === 'future_import_statement') return false;
    if (node.type === 'import_statement' || node.type === 'import_from_statement') {
      const from = node.field('module_name');
      const names = node.children.filter((child) => child !== from);
      for (const one of names) {
        const alias = one.type === 'aliased_import' ? one.field('alias')?.text : undefined;
        const name = alias ?? (from ? one.text : one.text.split('.')[0]!);
        const single = names.length === 1;
        found.push({ name, whole: single ? node : one, listed: !single, removable: importsAreOwn });
      }
      return false;
    }
    if (node.type === 'assignment' && node.parent?.type === 'expression_statement') {
      const name = node.field('left');
      const value = node.field('right');
      if (name?.type === 'identifier' && node.closest(functions))
        found.push({
          name: name.text,
          whole: node.parent,
          listed: false,
          removable: !value || isPure(value.text),
        });
    }
    return true;
  });
  return found;
}

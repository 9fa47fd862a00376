/** How Java writes conditions, branches and names. */
import { visitAll, type Syntax } from '../../../../artifacts/source/syntax.ts';
import { isPure } from '../branches.ts';
import {
  bracedArms,
  binaryOperation,
  firstOfChain,
  operatorsOfC,
  ternary,
  type BranchingLanguage,
  type Declaration,
} from '../language.ts';

const scopes: ReadonlySet<string> = new Set([
  'block',
  'constructor_body',
  'switch_block_statement_group',
  'lambda_expression',
]);

export const java: BranchingLanguage = {
  extensions: /\.java$/,
  grammar: () => 'java',
  true: 'true',
  false: 'false',
  truthy: false,
  lists: new Set(['block', 'constructor_body', 'switch_block_statement_group']),
  blocks: new Set(['block', 'constructor_body']),
  loops: new Set(['while_statement', 'do_statement']),
  leaves: new Set(['return_statement', 'throw_statement', 'continue_statement', 'break_statement']),
  hoisted: new Set(['class_declaration']),
  expressionStatements: new Set(['expression_statement']),
  functions: new Set(['method_declaration', 'constructor_declaration', 'lambda_expression']),
  texts: new Set(['text_block']),
  inner: (node) => (node.type === 'parenthesized_expression' ? node.children[0] : undefined),
  negated: (node) =>
    node.type === 'unary_expression' && node.text.startsWith('!') ? node.field('operand') : undefined,
  operation: (node) => binaryOperation(node, operatorsOfC),
  choice: ternary,
  arms: (node) => bracedArms(node, (statement) => statement.field('alternative')),
  chainOf: firstOfChain,
  binding(node) {
    const declarator = node.parent;
    if (declarator?.type !== 'variable_declarator' || declarator.field('value') !== node) return undefined;
    const list = declarator.parent;
    const name = declarator.field('name');
    const scope = list?.closest(scopes);
    if (!name || list?.type !== 'local_variable_declaration' || !scope) return undefined;
    const single = list.children.filter(({ type }) => type === 'variable_declarator').length === 1;
    return { name, statement: single ? list : declarator, scope, shared: !single };
  },
  isName(node) {
    if (node.type === 'type_identifier') return true;
    if (node.type !== 'identifier') return false;
    const parent = node.parent!;
    if (parent.type === 'method_invocation') return parent.field('name') !== node;
    if (parent.type === 'field_access') return parent.field('field') !== node;
    return parent.type !== 'method_declaration' && parent.type !== 'scoped_identifier';
  },
  isWritten(name) {
    const parent = name.parent!;
    switch (parent.type) {
      case 'variable_declarator':
      case 'formal_parameter':
      case 'catch_formal_parameter':
      case 'enhanced_for_statement':
      case 'class_declaration':
        return parent.field('name') === name;
      case 'assignment_expression':
        return parent.field('left') === name;
      case 'lambda_expression':
        return parent.field('parameters') === name;
      case 'update_expression':
      case 'inferred_parameters':
        return true;
      default:
        return false;
    }
  },
  member(node) {
    const parent = node.parent!;
    if (parent.type === 'method_invocation' && parent.field('object') === node)
      return { name: parent.field('name')?.text ?? '', whole: parent };
    return parent.type === 'field_access' && parent.field('object') === node
      ? { name: parent.field('field')?.text ?? '', whole: parent }
      : undefined;
  },
  declarations,
};

function declarations(root: Syntax): Declaration[] {
  const found: Declaration[] = [];
  visitAll(root, (node) => {
    if (node.type === 'import_declaration') {
      const name = /([\w$]+)\s*;$/.exec(node.text)?.[1];
      if (name !== undefined) found.push({ name, whole: node, listed: false, removable: true });
      return false;
    }
    if (node.type === 'method_declaration' && /^(?:@\w+\s+)*private\b/.test(node.text)) {
      const name = node.field('name')?.text ?? '';
      const use = new RegExp(`(?<![\\w$])${name.replace(/\$/g, '\\$&')}(?![\\w$])`, 'g');
      found.push({ name, whole: node, listed: false, removable: true, use });
      return true;
    }
    const list = node.type === 'local_variable_declaration' ? node : undefined;
    const declarators = list?.children.filter(({ type }) => type === 'variable_declarator') ?? [];
    const [only] = declarators;
    if (list && only && declarators.length === 1) {
      const value = only.field('value');
      found.push({
        name: only.field('name')?.text ?? '',
        whole: list,
        listed: false,
        removable: !value || isPure(value.text),
      });
    }
    return true;
  });
  return found;
}

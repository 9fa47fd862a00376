/** How Go writes conditions, branches and names. */
import { visitAll, type Syntax } from '../../../../artifacts/source/syntax.ts';
import { isPure } from '../branches.ts';
import {
  bracedArms,
  binaryOperation,
  firstOfChain,
  operatorsOfC,
  type BranchingLanguage,
  type Declaration,
} from '../language.ts';

const functions: ReadonlySet<string> = new Set([
  'function_declaration',
  'method_declaration',
  'func_literal',
]);

export const go: BranchingLanguage = {
  extensions: /\.go$/,
  grammar: () => 'go',
  true: 'true',
  false: 'false',
  truthy: false,
  lists: new Set(['statement_list', 'expression_case', 'default_case', 'communication_case']),
  blocks: new Set(['block']),
  loops: new Set(['for_statement']),
  leaves: new Set(['return_statement', 'continue_statement', 'break_statement', 'goto_statement']),
  hoisted: new Set(['labeled_statement']),
  expressionStatements: new Set(['expression_statement']),
  functions,
  texts: new Set(['raw_string_literal']),
  inner: (node) => (node.type === 'parenthesized_expression' ? node.children[0] : undefined),
  negated: (node) =>
    node.type === 'unary_expression' && node.text.startsWith('!') ? node.field('operand') : undefined,
  operation: (node) => binaryOperation(node, operatorsOfC),
  choice: () => undefined,
  arms: (node) => bracedArms(node, (statement) => statement.field('alternative')),
  chainOf: firstOfChain,
  initializer: (statement) => statement.field('initializer'),
  binding(node) {
    const list = node.parent?.type === 'expression_list' ? node.parent : undefined;
    const holder = list?.parent;
    if (!list || !holder || list.children.length !== 1) return undefined;
    if (holder.type === 'var_spec' && holder.field('value') === list) {
      const names = holder.children.filter(({ type }) => type === 'identifier');
      return bound(holder.closest(new Set(['var_declaration'])) ?? holder, names);
    }
    if (holder.type !== 'short_var_declaration' && holder.type !== 'assignment_statement') return undefined;
    if (holder.field('right') !== list) return undefined;
    const names = holder.field('left')?.children ?? [];
    // A name that is there already, or one that lives for a condition alone.
    const shared = holder.type === 'assignment_statement' || holder.parent?.type === 'if_statement';
    return bound(holder, names, shared);
  },
  isName(node) {
    if (node.type === 'package_identifier') return node.parent?.type === 'qualified_type';
    if (node.type !== 'identifier') return false;
    const element = node.parent?.type === 'literal_element' ? node.parent : undefined;
    return !(element?.parent?.type === 'keyed_element' && element.parent.field('key') === element);
  },
  isWritten(name) {
    const parent = name.parent!;
    if (parent.type === 'expression_list')
      return (
        /^(?:short_var_declaration|assignment_statement|range_clause|receive_statement)$/.test(
          parent.parent?.type ?? '',
        ) && parent.parent!.field('left') === parent
      );
    if (parent.type === 'unary_expression') return parent.text.startsWith('&');
    return /^(?:parameter_declaration|variadic_parameter_declaration|var_spec|const_spec|inc_statement|dec_statement|function_declaration)$/.test(
      parent.type,
    );
  },
  mayRedeclare(name, taken) {
    const names = name.parent?.parent?.type === 'short_var_declaration' ? name.parent.children : [];
    return names.some(({ text }) => text !== '_' && !taken.has(text));
  },
  member(node) {
    const parent = node.parent!;
    return parent.type === 'selector_expression' && parent.field('operand') === node
      ? { name: parent.field('field')?.text ?? '', whole: parent }
      : undefined;
  },
  literal(whole, value) {
    const given = whole.parent?.type === 'expression_list' && whole.parent.children.length === 1;
    if (!given || whole.parent.parent?.type !== 'return_statement') return value;
    const result = whole.closest(functions)?.field('result');
    const results = result?.type === 'parameter_list' ? result.children.length : 1;
    return results === 2 ? `${value}, nil` : value;
  },
  declarations,
};

function bound(statement: Syntax, names: readonly Syntax[], shared = false) {
  const [name, error, more] = names;
  if (name?.type !== 'identifier' || more || (error && error.type !== 'identifier')) return undefined;
  const scope = statement.closest(new Set(['block', 'source_file', 'expression_case', 'default_case']));
  if (!scope) return undefined;
  return {
    name,
    statement,
    scope,
    shared: shared || scope.type === 'source_file',
    ...(error && error.text !== '_' && { error }),
  };
}

function declarations(root: Syntax): Declaration[] {
  const found: Declaration[] = [];
  visitAll(root, (node) => {
    if (node.type === 'import_spec') {
      const path = node.field('path')?.text.slice(1, -1) ?? '';
      const name = node.field('name')?.text ?? packageName(path);
      const single = node.parent?.type === 'import_declaration';
      if (name !== '_' && name !== '.')
        found.push({
          name,
          whole: single ? node.parent! : node,
          listed: false,
          removable: true,
          use: new RegExp(`(?<![\\w."])${name.replace(/[^\w]/g, '\\$&')}\\.\\w`, 'g'),
        });
      return false;
    }
    if (node.type === 'short_var_declaration' && node.parent?.type === 'statement_list') {
      const left = node.field('left');
      const value = node.field('right');
      if (!left || !value) return true;
      const pure = isPure(value.text);
      for (const name of left.children) {
        if (name.type !== 'identifier' || name.text === '_') continue;
        const others = left.children.filter((one) => one !== name && one.text !== '_');
        const keep =
          others.length > 0
            ? { start: name.start, end: name.end, text: '_' }
            : { start: left.start, end: value.start, text: `${left.children.map(() => '_').join(', ')} = ` };
        found.push({
          name: name.text,
          whole: node,
          listed: false,
          removable: pure && others.length === 0,
          ...(pure && { together: others.length + 1 }),
          keep,
        });
      }
    }
    return true;
  });
  return found;
}

/** What a package is called by, where its path says so: the last part, without version and `go-`. */
function packageName(path: string): string {
  const parts = path.split('/');
  const last = /^v\d+$/.test(parts.at(-1)!) && parts.length > 1 ? parts.at(-2)! : parts.at(-1)!;
  return last.replace(/\.v\d+$/, '').replace(/^go-|-go$/, '');
}

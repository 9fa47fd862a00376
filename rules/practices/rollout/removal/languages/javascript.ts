/** How TypeScript and JavaScript write conditions, branches and names. */
import { visitAll, type Syntax } from '../../../../artifacts/source/syntax.ts';
import { isPure } from '../branches.ts';
import {
  around,
  bracedArms,
  binaryOperation,
  operatorsOfC,
  ternary,
  type Binding,
  type BranchingLanguage,
  type Declaration,
  type Operation,
} from '../language.ts';

const operators: Readonly<Record<string, Operation['operator']>> = {
  ...operatorsOfC,
  '??': 'otherwise',
  '===': 'equal',
  '!==': 'unequal',
};

const casts: ReadonlySet<string> = new Set([
  'parenthesized_expression',
  'await_expression',
  'as_expression',
  'satisfies_expression',
  'non_null_expression',
]);

const functions: ReadonlySet<string> = new Set([
  'function_declaration',
  'function_expression',
  'generator_function_declaration',
  'generator_function',
  'arrow_function',
  'method_definition',
]);

const scopes: ReadonlySet<string> = new Set(['statement_block', 'program', 'switch_case', 'class_body']);

export const javascript: BranchingLanguage = {
  extensions: /\.[cm]?[jt]sx?$/i,
  grammar: (path) => (/\.[cm]?ts$/i.test(path) ? 'typescript' : /\.tsx$/i.test(path) ? 'tsx' : 'javascript'),
  true: 'true',
  false: 'false',
  convert: 'Boolean',
  truthy: true,
  lists: new Set(['statement_block', 'program', 'switch_case', 'switch_default']),
  blocks: new Set(['statement_block']),
  loops: new Set(['while_statement', 'do_statement']),
  leaves: new Set(['return_statement', 'throw_statement', 'continue_statement', 'break_statement']),
  hoisted: new Set(['function_declaration', 'generator_function_declaration', 'class_declaration']),
  expressionStatements: new Set(['expression_statement']),
  functions,
  texts: new Set(['template_string']),
  inner(node) {
    if (casts.has(node.type)) return node.children[0];
    const list = node.type === 'call_expression' ? node.field('arguments') : undefined;
    if (node.type === 'arguments') {
      const callee = node.parent?.field('function');
      return callee?.text === 'Boolean' && node.children.length === 1 ? node.children[0] : undefined;
    }
    return list && node.field('function')?.text === 'Boolean' && list.children.length === 1
      ? list
      : undefined;
  },
  negated: (node) =>
    node.type === 'unary_expression' && node.text.startsWith('!') ? node.children[0] : undefined,
  operation: (node) => binaryOperation(node, operators),
  choice: ternary,
  arms: (node) => bracedArms(node, (statement) => statement.field('alternative')?.children.at(-1)),
  chainOf(node) {
    if (node.type === 'else_clause') return node.parent && this.chainOf(node.parent);
    if (node.type !== 'if_statement') return undefined;
    return node.parent?.type === 'else_clause' ? this.chainOf(node.parent) : node;
  },
  binding(node) {
    const declarator = node.parent;
    if (node.parent?.type === 'array') return bindingInPromises(node);
    if (declarator?.type !== 'variable_declarator' || declarator.field('value') !== node) return undefined;
    const name = declarator.field('name');
    const list = declarator.parent!;
    const scope = around(list, scopes);
    if (name?.type !== 'identifier' || !scope) return undefined;
    return {
      name,
      statement:
        list.children.filter(({ type }) => type === 'variable_declarator').length === 1 ? list : declarator,
      scope,
      shared: list.parent?.type === 'export_statement' || isExported(scope, name.text),
    };
  },
  isName(node) {
    if (
      node.type === 'shorthand_property_identifier' ||
      node.type === 'shorthand_property_identifier_pattern'
    )
      return true;
    if (node.type !== 'identifier' && node.type !== 'type_identifier') return false;
    const element = /^jsx_(?:opening|closing|self_closing)_element$/.test(node.parent?.type ?? '');
    return !element || /^[A-Z]/.test(node.text);
  },
  isWritten(name) {
    const parent = name.parent!;
    if (/pattern/.test(name.type)) return true;
    switch (parent.type) {
      case 'variable_declarator':
      case 'function_declaration':
      case 'generator_function_declaration':
      case 'class_declaration':
      case 'enum_declaration':
        return parent.field('name') === name;
      case 'required_parameter':
      case 'optional_parameter':
        return parent.field('pattern') === name;
      case 'assignment_expression':
      case 'augmented_assignment_expression':
      case 'object_assignment_pattern':
      case 'assignment_pattern':
      case 'for_in_statement':
        return parent.field('left') === name;
      case 'pair_pattern':
        return parent.field('value') === name;
      case 'arrow_function':
        return parent.field('parameter') === name;
      case 'catch_clause':
        return parent.field('parameter') === name;
      case 'update_expression':
      case 'formal_parameters':
      case 'rest_pattern':
      case 'array_pattern':
      case 'import_specifier':
      case 'import_clause':
      case 'namespace_import':
      case 'export_specifier':
      case 'type_query':
        return true;
      default:
        return false;
    }
  },
  inPlaceOf: (name, value) =>
    name.type === 'shorthand_property_identifier' ? `${name.text}: ${value}` : value,
  member(node) {
    const parent = node.parent!;
    if (parent.type === 'member_expression' && parent.field('object') === node)
      return { name: parent.field('property')?.text ?? '', whole: parent };
    if (parent.type === 'subscript_expression' && parent.field('object') === node)
      return { name: parent.field('index')?.text ?? '', whole: parent };
    const pattern = parent.type === 'variable_declarator' ? parent.field('name') : undefined;
    if (pattern?.type === 'object_pattern' && parent.field('value') === node)
      return { name: 'properties', whole: parent };
    return undefined;
  },
  literal(whole, value) {
    const fn = whole.closest(functions);
    const given =
      whole.parent?.type === 'return_statement' ||
      (fn?.type === 'arrow_function' && fn.field('body') === whole);
    const promised = given && /^:\s*Promise\b/.test(fn?.field('return_type')?.text ?? '') && !isAsync(fn!);
    return promised ? `Promise.resolve(${value})` : value;
  },
  gate(node) {
    const hole = node.parent?.type === 'jsx_expression' ? node.parent : undefined;
    const attribute = hole?.parent?.type === 'jsx_attribute' ? hole.parent : undefined;
    const opening = attribute?.parent;
    const named = /^(?:When|If|Show|ShowIf|Maybe|Conditional|Visible)$/.test(
      opening?.field('name')?.text ?? '',
    );
    const asked = /^(?:truthy|when|condition|if|is|show|test|value|visible)$/.test(
      attribute?.children[0]?.text ?? '',
    );
    return named && asked && opening?.type === 'jsx_opening_element' ? opening : undefined;
  },
  effect(block) {
    const fn = block.parent;
    const call =
      fn?.type === 'arrow_function' && fn.parent?.type === 'arguments' ? fn.parent.parent : undefined;
    const effect = /^(?:React\.)?use(?:Layout)?Effect$/.test(call?.field('function')?.text ?? '');
    return effect && call?.parent?.type === 'expression_statement' ? call.parent : undefined;
  },
  idle: (node) =>
    node.parent?.type === 'jsx_expression' &&
    /^jsx_(?:element|fragment)$/.test(node.parent.parent?.type ?? '')
      ? node.parent
      : undefined,
  isDependency(node) {
    const list = node.parent;
    const given = list?.type === 'array' ? list.parent : undefined;
    const call = given?.type === 'arguments' && given.children.at(-1) === list ? given.parent : undefined;
    return (
      given !== undefined &&
      given.children.length > 1 &&
      /^(?:React\.)?use[A-Z]/.test(call?.field('function')?.text ?? '')
    );
  },
  declarations,
};

/** `const [a, b] = await Promise.all([…, …])` */
function bindingInPromises(node: Syntax): Binding | undefined {
  const list = node.parent!;
  const call = list.parent?.parent;
  const awaited = call?.parent;
  const declarator = awaited?.parent;
  const names = declarator?.type === 'variable_declarator' ? declarator.field('name') : undefined;
  if (call?.field('function')?.text !== 'Promise.all' || awaited?.type !== 'await_expression')
    return undefined;
  // A place that is left out has no node, so that places are counted by what they are.
  if (names?.type !== 'array_pattern' || names.children.length !== list.children.length) return undefined;
  if (/,\s*,|\[\s*,/.test(names.text)) return undefined;
  const name = names.children[list.children.indexOf(node)];
  const scope = around(declarator!.parent!, scopes);
  if (name?.type !== 'identifier' || !scope) return undefined;
  return {
    name,
    statement: declarator!.parent!,
    items: [name, node],
    scope,
    shared: names.children.length === 1,
  };
}

function isAsync(fn: Syntax): boolean {
  return /^(?:(?:public|private|protected|static|override)\s+)*async\b/.test(fn.text.slice(0, 80));
}

function isExported(scope: Syntax, name: string): boolean {
  if (scope.type !== 'program') return false;
  return scope.children.some(
    (statement) =>
      statement.type === 'export_statement' &&
      new RegExp(`^export\\s+(?:default\\s+${escaped(name)}\\b|\\{[^}]*\\b${escaped(name)}\\b)`).test(
        statement.text.slice(0, 2000),
      ),
  );
}

function escaped(name: string): string {
  return name.replace(/\$/g, '\\$&');
}

function declarations(root: Syntax): Declaration[] {
  const found: Declaration[] = [];
  const add = (name: Syntax | undefined, whole: Syntax, listed: boolean, removable: boolean): void => {
    if (name) found.push({ name: name.text, whole, listed, removable });
  };
  visitAll(root, (node) => {
    switch (node.type) {
      case 'import_statement':
        importedNames(node, add);
        return false;
      case 'export_statement':
        return !/^export\s+(?:default\s+)?(?:interface|type|enum)\b/.test(node.text.slice(0, 60));
      case 'function_declaration':
        if (node.parent?.type !== 'export_statement') add(node.field('name'), node, false, true);
        return true;
      case 'class_declaration':
      case 'interface_declaration':
      case 'type_alias_declaration':
      case 'enum_declaration':
        add(node.field('name'), node, false, true);
        return true;
      case 'method_definition': {
        const name = node.field('name');
        const isPrivate =
          /^(?:private\b|#)/.test(node.text) && !/^(?:private\s+)?constructor\b/.test(node.text);
        if (name && isPrivate)
          found.push({
            name: name.text,
            whole: node,
            listed: false,
            removable: true,
            use: new RegExp(`(?:\\.|#)${escaped(name.text.replace('#', ''))}(?![\\w$])`, 'g'),
          });
        return true;
      }
      case 'variable_declarator': {
        if (node.parent?.parent?.type === 'export_statement') return true;
        const target = node.field('name');
        const value = node.field('value');
        const pure =
          !value || functions.has(value.type) || isPure(withoutFunctions(value)) || isKnownGetter(value);
        const single = (node.parent?.children.filter(({ type }) => type === node.type).length ?? 1) === 1;
        if (target?.type === 'identifier') add(target, single ? node.parent! : node, !single, pure);
        const last = target?.type === 'array_pattern' ? target.children.at(-1) : undefined;
        if (last?.type === 'identifier' && !/,\s*,|\[\s*,/.test(target!.text)) {
          const own = target!.children.length === 1;
          if (!own || pure) add(last, own ? (single ? node.parent! : node) : last, !own, pure);
        }
        if (target?.type === 'object_pattern') {
          const rest = target.children.some(({ type }) => type === 'rest_pattern');
          for (const one of target.children) {
            const own = target.children.length === 1;
            const name =
              one.type === 'pair_pattern'
                ? one.field('value')
                : one.type === 'object_assignment_pattern'
                  ? one.children[0]
                  : one;
            if (name && name.children.length === 0)
              add(
                name,
                own && pure ? (single ? node.parent! : node) : one,
                !(own && pure),
                !rest && (!own || pure),
              );
          }
        }
        return true;
      }
      default:
        return true;
    }
  });
  return found;
}

function importedNames(
  statement: Syntax,
  add: (name: Syntax | undefined, whole: Syntax, listed: boolean, removable: boolean) => void,
): void {
  const clause = statement.child('import_clause');
  if (!clause) return;
  const named = clause.child('named_imports');
  const names = [
    ...clause.children.filter(({ type }) => type !== 'named_imports'),
    ...(named?.children ?? []),
  ];
  for (const one of names) {
    const name =
      one.type === 'import_specifier'
        ? (one.field('alias') ?? one.field('name'))
        : one.type === 'namespace_import'
          ? one.children[0]
          : one;
    if (names.length === 1) add(name, statement, false, true);
    else if (one.parent === named && named!.children.length === 1) add(name, named!, true, true);
    else add(name, one, true, true);
  }
}

function withoutFunctions(value: Syntax): string {
  return value.type === 'object' || value.type === 'array' || /function/.test(value.type) ? '{}' : value.text;
}

/** Hooks and getters of clients: what they give back is all they are called for. */
function isKnownGetter(value: Syntax): boolean {
  const bare = value.type === 'await_expression' ? value.children[0]! : value;
  const callee = bare.type === 'call_expression' ? (bare.field('function')?.text ?? '') : '';
  if (/^styled\b/.test(callee) || /(?:^|\.)get\w*(?:Flag|Feature|Client)\w*$/i.test(callee)) return true;
  return (
    /^(?:React\.)?use[A-Z]\w*$|(?:^|\.)(?:getClient|getPostHogClient|createClient|require)$/.test(callee) &&
    !/^use(?:Effect|LayoutEffect)/.test(callee)
  );
}

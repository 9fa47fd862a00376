/** What names stand for: the declarations of blocks, functions and classes. It must never follow a name. */
import type { Syntax } from '../syntax.ts';
import {
  bodyOf,
  classTypes,
  functionTypes,
  parametersOf,
  propertyName,
  stringContent,
} from './expressions.ts';

/** What a name stands for. */
export type Declaration =
  | { readonly kind: 'import'; readonly module: string; readonly name: string; readonly node: Syntax }
  | {
      readonly kind: 'variable';
      readonly node: Syntax;
      readonly value?: Syntax;
      /** Properties of the value that were taken apart to get here. */
      readonly path: readonly string[];
      /** What it is when the value has none: `{ port = 3000 }`. */
      readonly fallback?: Syntax;
    }
  | { readonly kind: 'function' | 'class' | 'enum'; readonly node: Syntax }
  | { readonly kind: 'parameter'; readonly node: Syntax; readonly function: Syntax; readonly index: number };

const declarationTypes: ReadonlySet<string> = new Set(['lexical_declaration', 'variable_declaration']);
/** What a block or a function declares, by name. */
export function declarationsIn(scope: Syntax): ReadonlyMap<string, Declaration> {
  const names = new Map<string, Declaration>();
  if (functionTypes.has(scope.type)) {
    parametersOf(scope).forEach((parameter, index) => {
      for (const name of boundNames(parameter)) {
        names.set(name, { kind: 'parameter', node: parameter, function: scope, index });
      }
    });
    return names;
  }
  for (const statement of scope.children) declareStatement(statement, names);
  return names;
}

function declareStatement(statement: Syntax, names: Map<string, Declaration>): void {
  const declared =
    statement.type === 'export_statement' || statement.type === 'ambient_declaration'
      ? statement.children.find(({ type }) => type.endsWith('declaration'))
      : statement;
  if (!declared) return;
  if (declared.type === 'import_statement') declareImport(declared, names);
  else if (declarationTypes.has(declared.type)) {
    for (const declarator of declared.children) {
      if (declarator.type === 'variable_declarator') declareVariable(declarator, names);
    }
  } else if (declared.type === 'expression_statement') assign(declared.children[0], names);
  else if (declared.type === 'try_statement' || declared.type === 'if_statement') {
    // What a `let` gets inside of a block is still what it is afterwards.
    for (const block of declared.children) {
      if (block.type !== 'statement_block') continue;
      for (const inner of block.children) {
        if (inner.type === 'expression_statement') assign(inner.children[0], names);
      }
    }
  } else {
    const kind = /^(?:generator_)?function/.test(declared.type)
      ? 'function'
      : classTypes.has(declared.type)
        ? 'class'
        : declared.type === 'enum_declaration'
          ? 'enum'
          : undefined;
    const name = kind && declared.children.find(({ type }) => /^(?:type_)?identifier$/.test(type));
    if (kind && name) names.set(name.text, { kind, node: declared });
  }
}

/** `let app; app = express();` */
function assign(expression: Syntax | undefined, names: Map<string, Declaration>): void {
  if (expression?.type !== 'assignment_expression') return;
  const [target, value] = expression.children;
  if (target?.type !== 'identifier') return;
  const known = names.get(target.text);
  if (known?.kind === 'variable' && !known.value && known.path.length === 0) {
    names.set(target.text, { ...known, value });
  }
}

function declareImport(statement: Syntax, names: Map<string, Declaration>): void {
  const module = statement.child('string');
  const clause = statement.child('import_clause', 'import_require_clause');
  if (!clause) return;
  if (clause.type === 'import_require_clause') {
    const [local, source] = clause.children;
    if (local && source) {
      names.set(local.text, { kind: 'import', module: stringContent(source), name: 'default', node: local });
    }
    return;
  }
  if (!module) return;
  for (const { local, name } of importedNames(clause)) {
    names.set(local.text, { kind: 'import', module: stringContent(module), name, node: local });
  }
}

/** Every name an import clause brings, with the name it is exported as. */
export function importedNames(clause: Syntax): { local: Syntax; name: string; typeOnly: boolean }[] {
  return clause.children.flatMap((child) => {
    if (child.type === 'identifier') return [{ local: child, name: 'default', typeOnly: false }];
    if (child.type === 'namespace_import') return [{ local: child.children[0]!, name: '*', typeOnly: false }];
    return child.children
      .filter(({ type }) => type === 'import_specifier')
      .map((specifier) => ({
        local: specifier.children.at(-1)!,
        name: propertyName(specifier.children[0]) ?? specifier.children[0]!.text,
        typeOnly: /^type\s/.test(specifier.text),
      }));
  });
}

function declareVariable(declarator: Syntax, names: Map<string, Declaration>): void {
  const [target] = declarator.children;
  if (!target) return;
  const last = declarator.children.at(-1)!;
  const value = last !== target && last.type !== 'type_annotation' ? last : undefined;
  if (target.type === 'identifier')
    names.set(target.text, { kind: 'variable', node: declarator, value, path: [] });
  else if (target.type === 'object_pattern') declarePattern(target, declarator, value, [], names);
}

function declarePattern(
  pattern: Syntax,
  node: Syntax,
  value: Syntax | undefined,
  path: readonly string[],
  names: Map<string, Declaration>,
): void {
  const declare = (name: string, key: string, fallback?: Syntax): void => {
    names.set(name, { kind: 'variable', node, value, path: [...path, key], ...(fallback && { fallback }) });
  };
  for (const child of pattern.children) {
    if (child.type === 'shorthand_property_identifier_pattern') declare(child.text, child.text);
    else if (child.type === 'object_assignment_pattern') {
      const [target, fallback] = child.children;
      if (target) declare(target.text, target.text, fallback);
    } else if (child.type === 'pair_pattern') {
      const key = propertyName(child.children[0]);
      const target = child.children.at(-1)!;
      if (key === undefined) continue;
      if (target.type === 'identifier') declare(target.text, key);
      else if (target.type === 'object_pattern') declarePattern(target, node, value, [...path, key], names);
      else if (target.type === 'assignment_pattern')
        declare(target.children[0]!.text, key, target.children[1]);
    }
  }
}

/** The names a parameter binds. */
function boundNames(parameter: Syntax): string[] {
  if (parameter.type === 'identifier') return [parameter.text];
  const target = parameter.children.find(({ type }) => type === 'identifier' || type.endsWith('pattern'));
  if (!target) return [];
  return target.type === 'identifier'
    ? [target.text]
    : target.children.flatMap((child) =>
        child.type === 'shorthand_property_identifier_pattern' ? [child.text] : boundNames(child),
      );
}

/** What the fields of a class hold: an initial value, an assignment, or a type. */
export function fieldsOf(inClass: Syntax): ReadonlyMap<string, Syntax> {
  const fields = new Map<string, Syntax>();
  const assignments: [string, Syntax][] = [];
  for (const entry of inClass.child('class_body')?.children ?? []) {
    if (entry.type === 'public_field_definition' || entry.type === 'field_definition') {
      const name = entry.children.find(({ type }) => /property_identifier$/.test(type));
      const value = entry.children.at(-1)!;
      if (name && value !== name) fields.set(name.text, value);
    } else if (entry.type === 'method_definition') {
      if (entry.child('property_identifier')?.text === 'constructor') {
        for (const parameter of parametersOf(entry)) {
          const name = parameter.child('identifier');
          const type = parameter.child('type_annotation');
          if (name && type && parameter.child('accessibility_modifier')) fields.set(name.text, type);
        }
      }
      for (const statement of bodyOf(entry)?.children ?? []) {
        const assignment = statement.type === 'expression_statement' ? statement.children[0] : undefined;
        if (assignment?.type !== 'assignment_expression') continue;
        const [target, value] = assignment.children;
        if (target?.type === 'member_expression' && target.children[0]?.type === 'this' && value) {
          assignments.push([target.children.at(-1)!.text, value]);
        }
      }
    }
  }
  // What is assigned says more than the declared type.
  for (const [name, value] of assignments) {
    if (!fields.has(name) || fields.get(name)!.type === 'type_annotation') fields.set(name, value);
  }
  return fields;
}

/** What a file imports and exports, of ES modules and CommonJS. It must never know where a module is. */
import type { ExportFact, ImportFact } from '../facts.ts';
import type { Syntax } from '../syntax.ts';
import type { Code } from './code.ts';
import { importedNames } from './declarations.ts';
import {
  classTypes,
  exportedName,
  functionName,
  functionTypes,
  moduleRequired,
  nameGivenTo,
  propertyName,
  stringContent,
  unwrap,
} from './expressions.ts';

/** An `import` statement; undefined where only types are imported, which leave no trace at run time. */
export function importOf(statement: Syntax): ImportFact | undefined {
  if (/^import\s+type\b(?!\s*(?:,|from\b))/.test(statement.text)) return undefined;
  const clause = statement.child('import_clause', 'import_require_clause');
  const module = statement.child('string') ?? clause?.child('string');
  if (!module) return undefined;
  const names: Record<string, string> = {};
  if (clause?.type === 'import_require_clause') names[clause.children[0]!.text] = 'default';
  else if (clause) {
    const imported = importedNames(clause);
    if (imported.length > 0 && imported.every(({ typeOnly }) => typeOnly)) return undefined;
    for (const { local, name, typeOnly } of imported) if (!typeOnly) names[local.text] = name;
  }
  return { specifier: stringContent(module), range: statement.range, names, topLevel: true, hoisted: true };
}

/** A `require` or `import()` call. */
export function requireOf(call: Syntax): ImportFact | undefined {
  const specifier = moduleRequired(call);
  if (specifier === undefined) return undefined;
  let value = call;
  while (value.parent && /^(?:await|parenthesized)_expression$/.test(value.parent.type)) value = value.parent;
  const names: Record<string, string> = {};
  const parent = value.parent;
  if (parent?.type === 'variable_declarator') bind(parent.children[0]!, undefined, names);
  else if (parent?.type === 'member_expression' && parent.parent?.type === 'variable_declarator') {
    bind(parent.parent.children[0]!, propertyName(parent.children.at(-1)), names);
  }
  return { specifier, range: call.range, names, topLevel: isTopLevel(call) };
}

function bind(target: Syntax, name: string | undefined, names: Record<string, string>): void {
  if (target.type === 'identifier') names[target.text] = name ?? 'default';
  if (target.type !== 'object_pattern' || name !== undefined) return;
  for (const child of target.children) {
    if (child.type === 'shorthand_property_identifier_pattern') names[child.text] = child.text;
    const key = child.type === 'pair_pattern' ? propertyName(child.children[0]) : undefined;
    const local = child.children.at(-1);
    if (key !== undefined && local?.type === 'identifier') names[local.text] = key;
  }
}

const conditional: ReadonlySet<string> = new Set([
  ...functionTypes,
  'if_statement',
  'else_clause',
  'ternary_expression',
  'for_statement',
  'for_in_statement',
  'while_statement',
  'switch_statement',
  'class_body',
]);

function isTopLevel(node: Syntax): boolean {
  return node.closest(conditional) === undefined;
}

/** What an `export` statement exports. */
export function exportsOfStatement(statement: Syntax, code: Code): ExportFact[] {
  const module = statement.child('string');
  if (/^export\s+(?:type|interface|declare)\b/.test(statement.text)) return [];
  if (module) {
    const from = stringContent(module);
    const clause = statement.child('export_clause');
    if (clause) {
      return clause.children.map((specifier) => ({
        name: specifier.children.at(-1)?.text ?? specifier.text,
        local: specifier.children[0]?.text ?? specifier.text,
        from,
      }));
    }
    const namespace = statement.child('namespace_export');
    return [{ name: namespace?.children[0]?.text ?? '*', local: '*', from }];
  }
  const clause = statement.child('export_clause');
  if (clause) {
    return clause.children.map((specifier) => ({
      name: specifier.children.at(-1)?.text ?? specifier.text,
      local: specifier.children[0]?.text ?? specifier.text,
    }));
  }
  const declared = statement.children.findLast(({ type }) => type !== 'decorator');
  const lastDecorator = statement.children.findLast(({ type }) => type === 'decorator');
  if (declared && /^export\s+default\b/.test(wordsBefore(statement, lastDecorator, declared))) {
    return [{ name: 'default', local: localOf(declared, code) ?? 'default' }];
  }
  return (statement.child('lexical_declaration', 'variable_declaration')?.children ?? [statement])
    .flatMap((declared) => {
      if (declared.type === 'variable_declarator') return [declared.children[0]?.text];
      const named = declared.children.find(
        ({ type }) => functionTypes.has(type) || classTypes.has(type) || type === 'enum_declaration',
      );
      return [named?.children.find(({ type }) => /identifier$/.test(type))?.text];
    })
    .flatMap((name) => (name !== undefined && /^[\w$]+$/.test(name) ? [{ name, local: name }] : []));
}

/** `export default` as it stands between a class's decorators and the class. */
function wordsBefore(statement: Syntax, lastDecorator: Syntax | undefined, declared: Syntax): string {
  if (lastDecorator) return statement.between(lastDecorator, declared);
  return statement.text.slice(0, declared.start - statement.start);
}

/** `module.exports = x`, `exports.x = y`, wherever it stands. */
export function exportsOfAssignment(assignment: Syntax, code: Code): ExportFact[] {
  const [target, given] = assignment.children;
  if (!target || !given) return [];
  const name = exportedName(target);
  if (given.type === 'assignment_expression') {
    const inner = exportsOfAssignment(given, code);
    return name === undefined ? inner : [{ name, local: inner[0]?.local ?? name }, ...inner];
  }
  if (name === undefined) return [];
  const value = unwrap(given);
  if (name !== 'default' || value.type !== 'object') return [{ name, local: localOf(value, code) ?? name }];
  const module = moduleExports(value, code);
  return [{ name: 'default', local: 'default' }, ...module];
}

/** `module.exports = { users, admin: adminRouter, health: require('./health') }` */
function moduleExports(object: Syntax, code: Code): ExportFact[] {
  return object.children.flatMap((entry): ExportFact[] => {
    if (entry.type === 'shorthand_property_identifier') return [{ name: entry.text, local: entry.text }];
    if (entry.type === 'method_definition') {
      const name = propertyName(entry.child('property_identifier'));
      return name === undefined ? [] : [{ name, local: name }];
    }
    const name = entry.type === 'pair' ? propertyName(entry.children[0]) : undefined;
    const value = entry.children.at(-1);
    if (name === undefined || !value) return [];
    const from = moduleRequired(unwrap(value));
    return [
      from === undefined ? { name, local: localOf(value, code) ?? name } : { name, local: 'default', from },
    ];
  });
}

/** The name under which the rest of the file's facts know this value. */
function localOf(node: Syntax, code: Code): string | undefined {
  const value = unwrap(node);
  if (value.type === 'identifier') return value.text;
  if (functionTypes.has(value.type)) return functionName(value);
  if (classTypes.has(value.type)) return value.children.find(({ type }) => /identifier$/.test(type))?.text;
  // fastify-plugin gives back the function it is given.
  if (value.type === 'call_expression' && code.origin(value) === 'fastify-plugin()') {
    const inner = value.child('arguments')?.children[0];
    return inner && localOf(inner, code);
  }
  return nameGivenTo(value);
}

const reExport =
  /^export\s+(?:type\s+)?(?:\*(?:\s+as\s+([\w$]+))?|\{([^{}]*)\})\s+from\s+(['"])([^'"\n]+)\3;?[ \t]*(?:\/\/.*)?$/gm;

/** The exports of a file that only hands on what others export; undefined for every other text. */
export function barrelExports(text: string): ExportFact[] | undefined {
  if (!/^export\s/m.test(text)) return undefined;
  const facts: ExportFact[] = [];
  const rest = text.replace(
    reExport,
    (statement: string, namespace, names: string | undefined, _, from: string) => {
      if (names === undefined) facts.push({ name: namespace ?? '*', local: '*', from });
      else if (!/^export\s+type\b/.test(statement)) facts.push(...namesHandedOn(names, from));
      return '';
    },
  );
  return /^(?:\s|\/\/[^\n]*(?:\n|$))*$/.test(rest) ? facts : undefined;
}

function namesHandedOn(names: string, from: string): ExportFact[] {
  return names.split(',').flatMap((name) => {
    const match = /^\s*([\w$]+)(?:\s+as\s+([\w$]+))?\s*$/.exec(name);
    return match && match[1] !== 'type' ? [{ name: match[2] ?? match[1]!, local: match[1]!, from }] : [];
  });
}

/**
 * One JavaScript or TypeScript file as its readers see it: names resolved to what they were declared as, expressions
 * to where they come from. Syntax only, no types are inferred. It must never know a library.
 */
import { Syntax } from '../syntax.ts';

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

/** How many steps from name to name are followed: more is a loop. */
const maxSteps = 24;

export const functionTypes: ReadonlySet<string> = new Set([
  'function_declaration',
  'generator_function_declaration',
  'function_expression',
  'generator_function',
  'arrow_function',
  'method_definition',
]);

export const classTypes: ReadonlySet<string> = new Set([
  'class_declaration',
  'class',
  'abstract_class_declaration',
]);

const declarationTypes: ReadonlySet<string> = new Set(['lexical_declaration', 'variable_declaration']);
const scopeTypes: ReadonlySet<string> = new Set([
  'program',
  'statement_block',
  'switch_case',
  ...functionTypes,
]);

export class Code {
  readonly root: Syntax;
  readonly text: string;
  readonly #scopes = new Map<Syntax, ReadonlyMap<string, Declaration>>();
  /** Values of `constants.ts`, kept here because they belong to the file. */
  readonly constants = new Map<Syntax, unknown>();
  readonly #definitions = new Map<Syntax, Syntax>();
  readonly #origins = new Map<Syntax, string | undefined>();
  readonly #fields = new Map<Syntax, ReadonlyMap<string, Syntax>>();

  constructor(root: Syntax, text: string) {
    this.root = root;
    this.text = text;
  }

  /** The declaration of a name as seen from a node. */
  declaration(name: string, from: Syntax): Declaration | undefined {
    for (let node = from.parent; node; node = node.parent) {
      if (!scopeTypes.has(node.type)) continue;
      const found = this.#scope(node).get(name);
      if (found) return found;
    }
    return undefined;
  }

  /** The expression a value was made by: names and `this` fields followed, wrappers such as `as` and `await` off. */
  definition(node: Syntax | undefined, steps = 0): Syntax | undefined {
    if (!node || steps > maxSteps) return undefined;
    let made = this.#definitions.get(node);
    if (!made) {
      this.#definitions.set(node, unwrap(node));
      made = this.#definitionOf(node, steps);
      if (made) this.#definitions.set(node, made);
    }
    return made;
  }

  #definitionOf(node: Syntax, steps: number): Syntax | undefined {
    const bare = unwrap(node);
    if (bare.type === 'identifier' || bare.type === 'shorthand_property_identifier') {
      const found = this.declaration(bare.text, bare);
      if (!found || found.kind === 'import' || found.kind === 'parameter') return bare;
      if (found.kind !== 'variable') return found.node;
      if (found.path.length === 0) return found.value ? this.definition(found.value, steps + 1) : bare;
      const value = found.path.reduce<Syntax | undefined>(
        (object, key) => object && this.property(object, key, steps + 1),
        found.value,
      );
      return value ? this.definition(value, steps + 1) : bare;
    }
    if (bare.type === 'member_expression' || bare.type === 'subscript_expression') {
      const value = this.#memberValue(bare, steps);
      return value ? this.definition(value, steps + 1) : bare;
    }
    return bare;
  }

  /** The value of an object's key, where the object is written in this file. */
  property(object: Syntax, key: string, steps = 0): Syntax | undefined {
    const written = this.definition(object, steps + 1);
    if (written?.type === 'object') return propertyOf(written, key);
    if (written?.type === 'enum_declaration') {
      const member = written
        .child('enum_body')
        ?.children.find((child) => propertyName(child.children[0] ?? child) === key);
      return member?.type === 'enum_assignment' ? member.children[1] : member;
    }
    if (written && classTypes.has(written.type)) return this.field(written, key);
    // Object.freeze({...}) and defineConfig({...}) give back what they take.
    const argument = written?.type === 'call_expression' ? argumentsOf(written)[0] : undefined;
    return argument?.type === 'object' && /freeze|define/i.test(calleeOf(written!).text)
      ? propertyOf(argument, key)
      : undefined;
  }

  /** What `this.name` holds in a class: a field's initial value or type, an assignment, a constructor's parameter. */
  field(inClass: Syntax, name: string): Syntax | undefined {
    let fields = this.#fields.get(inClass);
    if (!fields) this.#fields.set(inClass, (fields = fieldsOf(inClass)));
    return fields.get(name);
  }

  /**
   * Where an expression comes from, as a path from a module or global: `express()`, `http.createServer()`,
   * `@grpc/grpc-js.Server()`, `:fetch`, `:process.on`. Default and namespace imports and `require` are the module;
   * a value known by its type alone is the type's path with `#` before: `#fastify.FastifyInstance`.
   */
  origin(node: Syntax | undefined, steps = 0): string | undefined {
    if (!node || steps > maxSteps) return undefined;
    if (!this.#origins.has(node)) {
      // Until it is known: what comes from itself comes from nowhere.
      this.#origins.set(node, undefined);
      this.#origins.set(node, this.#originOf(node, steps));
    }
    return this.#origins.get(node);
  }

  #originOf(node: Syntax, steps: number): string | undefined {
    const bare = unwrap(node);
    const next = steps + 1;
    switch (bare.type) {
      case 'identifier':
      case 'shorthand_property_identifier':
      case 'type_identifier':
        return this.#originOfName(bare, next);
      case 'member_expression': {
        if (bare.children[0]?.type === 'this') return this.#originOfField(bare, next);
        const property = bare.children.at(-1);
        const object = this.origin(bare.children[0], next);
        return object === undefined || !property ? undefined : member(object, property.text);
      }
      case 'nested_type_identifier': {
        const object = this.origin(bare.children[0], next);
        return object === undefined ? undefined : member(object, bare.children.at(-1)!.text);
      }
      case 'nested_identifier':
        return bare.text;
      case 'subscript_expression': {
        const object = this.origin(bare.children[0], next);
        const key = bare.children.at(-1)!;
        return object === undefined || key.type !== 'string' ? undefined : member(object, stringContent(key));
      }
      case 'call_expression': {
        const module = moduleRequired(bare);
        if (module !== undefined) return moduleOrigin(module);
        const callee = this.origin(bare.children[0], next);
        return callee === undefined ? undefined : `${callee}()`;
      }
      case 'new_expression': {
        const made = this.origin(bare.children[0], next);
        return made === undefined ? undefined : `${made}()`;
      }
      case 'assignment_expression':
        return this.origin(bare.children[1], next);
      case 'binary_expression':
        return this.origin(bare.children[0], next) ?? this.origin(bare.children[1], next);
      case 'ternary_expression':
        return this.origin(bare.children[1], next) ?? this.origin(bare.children[2], next);
      case 'type_annotation':
      case 'generic_type': {
        const type = this.origin(bare.children[0], next);
        return type === undefined
          ? undefined
          : type.startsWith('#') || bare.type === 'generic_type'
            ? type
            : `#${type}`;
      }
      default:
        return undefined;
    }
  }

  #originOfName(node: Syntax, steps: number): string | undefined {
    const found = this.declaration(node.text, node);
    if (!found) return `:${node.text}`;
    if (found.kind === 'import') {
      const module = moduleOrigin(found.module);
      return found.name === 'default' || found.name === '*' ? module : member(module, found.name);
    }
    if (found.kind === 'parameter') return this.origin(found.node.child('type_annotation'), steps);
    if (found.kind !== 'variable') return undefined;
    const value = this.origin(found.value, steps);
    if (value !== undefined) return found.path.reduce(member, value);
    return found.path.length === 0 ? this.origin(found.node.child('type_annotation'), steps) : undefined;
  }

  #originOfField(node: Syntax, steps: number): string | undefined {
    const inClass = node.closest(classTypes);
    const name = node.children.at(-1)?.text;
    return inClass && name ? this.origin(this.field(inClass, name), steps) : undefined;
  }

  #memberValue(node: Syntax, steps: number): Syntax | undefined {
    const key = node.children.at(-1);
    const name =
      node.type === 'member_expression' ? key?.text : key?.type === 'string' ? stringContent(key) : undefined;
    if (name === undefined) return undefined;
    const object = node.children[0]!;
    if (object.type === 'this') {
      const inClass = node.closest(classTypes);
      const field = inClass && this.field(inClass, name);
      return field?.type === 'type_annotation' ? undefined : field;
    }
    const value = this.property(object, name, steps);
    return value && /annotation$/.test(value.type) ? undefined : value;
  }

  #scope(node: Syntax): ReadonlyMap<string, Declaration> {
    let scope = this.#scopes.get(node);
    if (!scope) this.#scopes.set(node, (scope = this.#declarationsIn(node)));
    return scope;
  }

  #declarationsIn(scope: Syntax): ReadonlyMap<string, Declaration> {
    const names = new Map<string, Declaration>();
    if (functionTypes.has(scope.type)) {
      parametersOf(scope).forEach((parameter, index) => {
        for (const name of boundNames(parameter)) {
          names.set(name, { kind: 'parameter', node: parameter, function: scope, index });
        }
      });
      return names;
    }
    for (const statement of scope.children) this.#declareStatement(statement, names);
    return names;
  }

  #declareStatement(statement: Syntax, names: Map<string, Declaration>): void {
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
    } else if (declared.type === 'expression_statement') this.#assign(declared.children[0], names);
    else if (declared.type === 'try_statement' || declared.type === 'if_statement') {
      // What a `let` gets inside of a block is still what it is afterwards.
      for (const block of declared.children) {
        if (block.type !== 'statement_block') continue;
        for (const inner of block.children) {
          if (inner.type === 'expression_statement') this.#assign(inner.children[0], names);
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
  #assign(expression: Syntax | undefined, names: Map<string, Declaration>): void {
    if (expression?.type !== 'assignment_expression') return;
    const [target, value] = expression.children;
    if (target?.type !== 'identifier') return;
    const known = names.get(target.text);
    if (known?.kind === 'variable' && !known.value && known.path.length === 0) {
      names.set(target.text, { ...known, value });
    }
  }
}

/** An expression without what does not change its value: parentheses, casts, `!`, `await`. */
export function unwrap(node: Syntax): Syntax {
  let bare = node;
  while (wrappers.has(bare.type) && bare.children.length > 0) {
    bare = bare.type === 'type_assertion' ? bare.children.at(-1)! : bare.children[0]!;
  }
  return bare;
}

const wrappers: ReadonlySet<string> = new Set([
  'parenthesized_expression',
  'as_expression',
  'satisfies_expression',
  'non_null_expression',
  'type_assertion',
  'await_expression',
]);

/** The arguments of a call or `new`, spreads included. */
export function argumentsOf(call: Syntax): readonly Syntax[] {
  return call.child('arguments')?.children ?? [];
}

export function calleeOf(call: Syntax): Syntax {
  return unwrap(call.children[0] ?? call);
}

/** The object a method is called on: `app` of `app.get('/')`. */
export function receiverOf(call: Syntax): Syntax | undefined {
  const callee = calleeOf(call);
  return callee.type === 'member_expression' ? callee.children[0] : undefined;
}

/** The name of the method or function that is called. */
export function calledName(call: Syntax): string | undefined {
  const callee = calleeOf(call);
  if (callee.type === 'identifier') return callee.text;
  return callee.type === 'member_expression' ? callee.children.at(-1)?.text : undefined;
}

/** The value of a key in an object literal; a method or shorthand is its own value. */
export function propertyOf(object: Syntax, key: string): Syntax | undefined {
  for (const child of object.children) {
    if (child.type === 'pair' && propertyName(child.children[0]!) === key) return child.children.at(-1);
    if (child.type === 'shorthand_property_identifier' && child.text === key) return child;
    if (child.type === 'method_definition' && propertyName(child.child('property_identifier')) === key)
      return child;
  }
  return undefined;
}

export function hasSpread(node: Syntax): boolean {
  return node.children.some(({ type }) => type === 'spread_element');
}

/** What a key is written as, without quotes; undefined when it is computed. */
export function propertyName(node: Syntax | undefined): string | undefined {
  if (!node) return undefined;
  if (node.type === 'string') return stringContent(node);
  return /^(?:property_identifier|private_property_identifier|identifier|number)$/.test(node.type)
    ? node.text
    : undefined;
}

/** What stands between a string's quotes; escapes that matter in names and paths are few, so they stay as they are. */
export function stringContent(node: Syntax): string {
  return node.text.slice(1, -1);
}

/** The function with this value, by the name under which other code calls it. */
export function functionName(fn: Syntax): string | undefined {
  const own = fn.children.find(({ type }) => type === 'identifier' || type === 'property_identifier');
  if (/^(?:generator_)?function_declaration$|^method_definition$/.test(fn.type)) {
    return own?.text ?? (fn.parent?.type === 'export_statement' ? 'default' : undefined);
  }
  return nameGivenTo(fn) ?? (fn.type === 'arrow_function' ? undefined : own?.text);
}

/** The name an expression is kept under: a variable, `this.x`, a property, or `default` for the module's own value. */
export function nameGivenTo(node: Syntax): string | undefined {
  let child = node;
  let parent = node.parent;
  while (parent && (wrappers.has(parent.type) || isPassThrough(parent))) {
    child = parent;
    parent = parent.parent;
  }
  if (!parent) return undefined;
  if (parent.type === 'variable_declarator' && parent.children[0]?.type === 'identifier') {
    return parent.children[0].text;
  }
  if (parent.type === 'assignment_expression' && parent.children[1] === child) {
    const target = parent.children[0]!;
    return exportedName(target) ?? (/^[\w$.]+$/.test(target.text) ? target.text : undefined);
  }
  if (parent.type === 'pair') return propertyName(parent.children[0]);
  if (parent.type === 'public_field_definition' || parent.type === 'field_definition') {
    const field = parent.children.find(({ type }) => type === 'property_identifier');
    return field && `this.${field.text}`;
  }
  return parent.type === 'export_statement' ? 'default' : undefined;
}

/** `exports = module.exports = x` */
function isPassThrough(node: Syntax): boolean {
  return node.type === 'assignment_expression' && node.parent?.type === 'assignment_expression';
}

/** `default` for `module.exports`, `name` for `exports.name`. */
export function exportedName(target: Syntax): string | undefined {
  const match = /^(?:module\.)?exports(?:\.([\w$]+))?$/.exec(target.text);
  return match ? (match[1] ?? 'default') : undefined;
}

/** The module of `require('x')` and `import('x')`. */
export function moduleRequired(call: Syntax): string | undefined {
  if (call.type !== 'call_expression') return undefined;
  const callee = call.children[0];
  if (callee?.type !== 'import' && !(callee?.type === 'identifier' && callee.text === 'require'))
    return undefined;
  const [specifier] = argumentsOf(call);
  return specifier?.type === 'string' ? stringContent(specifier) : undefined;
}

export function parametersOf(fn: Syntax): readonly Syntax[] {
  const list = fn.child('formal_parameters');
  if (list) return list.children;
  const first = fn.children[0];
  return fn.type === 'arrow_function' && first?.type === 'identifier' ? [first] : [];
}

/** The body of a function: a block, or an arrow's expression. */
export function bodyOf(fn: Syntax): Syntax | undefined {
  return fn.child('statement_block') ?? (fn.type === 'arrow_function' ? fn.children.at(-1) : undefined);
}

function moduleOrigin(module: string): string {
  return module.startsWith('node:') ? module.slice('node:'.length) : module;
}

function member(object: string, property: string): string {
  return property === 'default' ? object : `${object}.${property}`;
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

function fieldsOf(inClass: Syntax): ReadonlyMap<string, Syntax> {
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

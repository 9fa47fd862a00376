/**
 * One JavaScript or TypeScript file as its readers see it: names resolved to what they were declared as, expressions
 * to where they come from. Syntax only, no types are inferred. It must never know a library.
 */
import { Syntax } from '../syntax.ts';
import { declarationsIn, fieldsOf, type Declaration } from './declarations.ts';
import {
  argumentsOf,
  calleeOf,
  classTypes,
  functionTypes,
  moduleRequired,
  propertyName,
  propertyOf,
  stringContent,
  unwrap,
} from './expressions.ts';

/** How many steps from name to name are followed: more is a loop. */
const maxSteps = 24;

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
    if (!scope) this.#scopes.set(node, (scope = declarationsIn(node)));
    return scope;
  }
}

function moduleOrigin(module: string): string {
  return module.startsWith('node:') ? module.slice('node:'.length) : module;
}

function member(object: string, property: string): string {
  return property === 'default' ? object : `${object}.${property}`;
}

/**
 * One Go file as its readers see it: names resolved to what they were declared as, within the file. Syntax only, no
 * types are inferred. It must never know a library.
 */
import type { ImportFact } from '../facts.ts';
import { visitAll, type Syntax } from '../syntax.ts';
import { push } from '../../../groups.ts';

/** What a name was given: a value, a type, or the place of a parameter. */
export interface Declaration {
  readonly value?: Syntax;
  readonly type?: Syntax;
  readonly parameterOf?: { readonly function: Syntax; readonly index: number };
}

const functionTypes: ReadonlySet<string> = new Set([
  'function_declaration',
  'method_declaration',
  'func_literal',
]);

export class Code {
  readonly calls: Syntax[] = [];
  /** By field name, over all types of the file. */
  readonly fields = new Map<string, Declaration[]>();
  readonly #functions = new Map<string, Syntax[]>();
  readonly #packages = new Map<string, string>();
  readonly #scopes = new Map<Syntax, Map<string, Declaration[]>>();
  readonly #assignments: (readonly [name: Syntax, value: Syntax])[] = [];

  constructor(
    readonly root: Syntax,
    readonly text: string,
    imports: readonly ImportFact[],
  ) {
    for (const { specifier, names } of imports)
      for (const name of Object.keys(names)) this.#packages.set(name, unversioned(specifier));
    visitAll(root, (node) => this.#index(node));
    for (const [name, value] of this.#assignments) this.#assign(name, value);
  }

  /** The function or method of this name, where the file has exactly one. */
  function(name: string): Syntax | undefined {
    const found = this.#functions.get(name);
    return found?.length === 1 ? found[0] : undefined;
  }

  /** All that a name was given, as seen from where it stands; undefined where it is not declared in this file. */
  declarations(name: Syntax): readonly Declaration[] | undefined {
    for (let node = name.parent; node; node = node.parent) {
      const found = this.#scopes.get(node)?.get(name.text);
      if (found) return found;
    }
    return undefined;
  }

  /** What `net/http.Get` or a type such as `google.golang.org/grpc.Server` is, by its package; undefined for others. */
  origin(node: Syntax | undefined): string | undefined {
    const bare = node && unwrap(node);
    if (bare?.type === 'call_expression') return this.origin(bare.field('function'));
    if (bare?.type === 'composite_literal') return this.origin(bare.field('type'));
    if (bare?.type === 'pointer_type') return this.origin(bare.children[0]);
    if (bare?.type !== 'selector_expression' && bare?.type !== 'qualified_type') return undefined;
    const [operand, member] = bare.children;
    const path = operand && this.package(operand);
    return path === undefined || !member ? undefined : `${path}.${member.text}`;
  }

  /** The path of the package that an identifier names, without its version. */
  package(node: Syntax): string | undefined {
    if (!/identifier$/.test(node.type) || this.declarations(node)) return undefined;
    return this.#packages.get(node.text);
  }

  /** The top-level function that a node stands in. */
  topFunction(node: Syntax): Syntax | undefined {
    let at: Syntax | undefined = node;
    while (at && at.type !== 'function_declaration' && at.type !== 'method_declaration') at = at.parent;
    return at;
  }

  #index(node: Syntax): void {
    if (functionTypes.has(node.type)) this.#function(node);
    else if (node.type === 'call_expression') this.calls.push(node);
    else if (node.type === 'const_spec' || node.type === 'var_spec') {
      const values = node.field('value')?.children ?? [];
      const type = node.field('type');
      const names = node.children.filter((child) => child.type === 'identifier' && child !== type);
      for (const [index, name] of names.entries())
        this.#declare(name, { value: values[index] ?? values[0], type });
    } else if (node.type === 'short_var_declaration' || node.type === 'assignment_statement') {
      const values = node.children[1]?.children ?? [];
      for (const [index, target] of (node.children[0]?.children ?? []).entries()) {
        const value = values[index] ?? (index === 0 ? values[0] : undefined);
        if (!value) continue;
        if (target.type === 'selector_expression') this.#field(target.children[1]?.text, { value });
        else if (target.type !== 'identifier') continue;
        else if (node.type === 'short_var_declaration') this.#declare(target, { value });
        else this.#assignments.push([target, value]);
      }
    } else if (node.type === 'field_declaration') {
      const type = node.field('type');
      for (const name of node.children)
        if (name.type === 'field_identifier') this.#field(name.text, { type });
    } else if (node.type === 'keyed_element') {
      const [key, value] = node.children;
      if (key && value?.children[0]) this.#field(key.text, { value: value.children[0] });
    }
  }

  #function(node: Syntax): void {
    const name = node.field('name')?.text;
    if (name !== undefined) push(this.#functions, name, node);
    let index = 0;
    for (const parameter of node.field('parameters')?.children ?? []) {
      const type = parameter.field('type');
      const names = parameter.children.filter((child) => child.type === 'identifier' && child !== type);
      for (const child of names) {
        push(this.#scope(node), child.text, { type, parameterOf: { function: node, index: index++ } });
      }
      if (names.length === 0) index++;
    }
  }

  #declare(name: Syntax, declaration: Declaration): void {
    push(this.#scope(name.closest(functionTypes) ?? this.root), name.text, declaration);
  }

  #assign(name: Syntax, value: Syntax): void {
    const found = this.declarations(name) as Declaration[] | undefined;
    if (found) found.push({ value });
    else push(this.#scope(this.root), name.text, { value });
  }

  #field(name: string | undefined, declaration: Declaration): void {
    if (name !== undefined) push(this.fields, name, declaration);
  }

  #scope(node: Syntax): Map<string, Declaration[]> {
    let scope = this.#scopes.get(node);
    if (!scope) this.#scopes.set(node, (scope = new Map<string, Declaration[]>()));
    return scope;
  }
}

/** `github.com/labstack/echo/v4` and `gopkg.in/yaml.v3` without their versions. */
export function unversioned(path: string): string {
  return path.replace(/\/v\d+(?=\/|$)/g, '').replace(/\.v\d+(?=\/|$)/g, '');
}

/** Off with parentheses, `&` and `*`. */
export function unwrap(node: Syntax): Syntax {
  let bare = node;
  while (
    /^(?:parenthesized_expression|unary_expression|literal_element)$/.test(bare.type) &&
    bare.children[0]
  )
    bare = bare.children[0];
  return bare;
}

export function argumentsOf(call: Syntax): readonly Syntax[] {
  return call.field('arguments')?.children ?? [];
}

/** The last name of what is called: `Get` in `http.Get(url)`. */
export function calledName(call: Syntax): string | undefined {
  const callee = call.field('function');
  return callee?.type === 'selector_expression' ? callee.children[1]?.text : callee?.text;
}

/** `http` in `http.Get(url)`. */
export function receiverOf(call: Syntax): Syntax | undefined {
  const callee = call.field('function');
  return callee?.type === 'selector_expression' ? callee.children[0] : undefined;
}

/** The value of a key of a struct's literal. */
export function keyOf(literal: Syntax, name: string): Syntax | undefined {
  const entries = literal.child('literal_value')?.children ?? [];
  return entries.find((entry) => entry.type === 'keyed_element' && entry.children[0]?.text === name)
    ?.children[1]?.children[0];
}

/**
 * One Rust file as its readers see it: paths written out by its `use` declarations, chains of calls, and constants.
 * Tests within the file are left out. It must never know a library.
 */
import type { ImportFact } from '../facts.ts';
import { visitAll, type Syntax } from '../syntax.ts';
import { push } from '../../../groups.ts';

/** One call of a chain, `.route("/", get(index))`; without a name where the head itself is called. */
export interface Link {
  readonly name: string;
  readonly call: Syntax;
}

/** `Router::new().route(…).layer(…)` as what it begins with and the methods called on it in turn. */
export interface Chain {
  readonly head: Syntax;
  readonly links: readonly Link[];
}

const functionTypes: ReadonlySet<string> = new Set(['function_item']);
const wrappers: ReadonlySet<string> = new Set([
  'try_expression',
  'await_expression',
  'parenthesized_expression',
  'reference_expression',
  'return_expression',
]);

export class Code {
  readonly imports: ImportFact[] = [];
  readonly calls: Syntax[] = [];
  readonly macros: Syntax[] = [];
  /** By name; of several with one name, the last. */
  readonly functions = new Map<string, Syntax>();
  /** Attributes of functions, `get("/x")`. */
  readonly attributes: { readonly attribute: Syntax; readonly function: Syntax }[] = [];
  /** Names re-exported, with the path they come from. */
  readonly reexports: { readonly name: string; readonly path: readonly string[] }[] = [];
  readonly #uses = new Map<string, readonly string[]>();
  /** Values of `let`, `const` and `static` by name, with the function they stand in. */
  readonly #values = new Map<string, { readonly value: Syntax; readonly within: Syntax | undefined }[]>();

  constructor(readonly root: Syntax) {
    this.#items(root);
  }

  /** A path with its first name written out: `get` for `axum::routing::get`. */
  path(node: Syntax | undefined): readonly string[] {
    if (!node) return [];
    if (node.type === 'generic_function') return this.path(node.field('function'));
    if (!/identifier$|^crate$|^self$|^super$/.test(node.type)) return [];
    return this.written(node.text.replace(/\s|<(?:[^<>]|<[^<>]*>)*>/g, ''));
  }

  /** The same for a path that has no node of its own, such as one within a macro. */
  written(text: string): readonly string[] {
    const [head, ...rest] = text.split('::').filter((part) => part !== '');
    return head === undefined ? [] : [...(this.#uses.get(head) ?? [head]), ...rest];
  }

  origin(node: Syntax | undefined): string {
    return this.path(node).join('::');
  }

  /** What a name was given where it stands, or at the top of the file; undefined for none and for several. */
  value(name: Syntax): Syntax | undefined {
    return this.valueAt(name.text, name);
  }

  valueAt(name: string, at: Syntax): Syntax | undefined {
    const all = this.#values.get(name) ?? [];
    const within = at.closest(functionTypes);
    const own = all.filter((one) => one.within === within && one.value.end <= at.start);
    const found = own.length > 0 ? own : all.filter((one) => one.within === undefined);
    return own.length > 0 ? own.at(-1)!.value : found.length === 1 ? found[0]!.value : undefined;
  }

  string(node: Syntax | undefined): Syntax | undefined {
    if (!node) return undefined;
    if (node.type === 'identifier') {
      const value = this.value(node);
      return value?.type === 'identifier' ? undefined : this.string(value);
    }
    if (node.type === 'reference_expression') return this.string(node.children[0]);
    if (!/^(?:raw_)?string_literal$/.test(node.type) || node.child('escape_sequence')) return undefined;
    return node;
  }

  #items(container: Syntax): void {
    let attributes: Syntax[] = [];
    for (const item of container.children) {
      if (item.type === 'attribute_item') {
        attributes.push(item);
        continue;
      }
      const isTest = attributes.some(({ text }) => /^#\[(?:cfg\(test|(?:\w+::)?test\b)/.test(text));
      if (!isTest) this.#item(item, attributes);
      attributes = [];
    }
  }

  #item(item: Syntax, attributes: readonly Syntax[]): void {
    if (item.type === 'use_declaration') this.#use(item);
    else if (item.type === 'mod_item' || item.type === 'impl_item' || item.type === 'trait_item') {
      const body = item.field('body');
      const name = item.field('name')?.text;
      if (body) this.#items(body);
      else if (item.type === 'mod_item' && name !== undefined) {
        this.#uses.set(name, ['self', name]);
        this.imports.push({
          specifier: `self::${name}`,
          range: item.range,
          names: { [name]: '*' },
          topLevel: true,
        });
      }
    } else {
      const name = item.field('name')?.text;
      if (item.type === 'function_item' && name !== undefined) {
        this.functions.set(name, item);
        for (const attribute of attributes) this.attributes.push({ attribute, function: item });
      }
      visitAll(item, (node) => this.#node(node));
    }
  }

  #node(node: Syntax): void {
    if (node.type === 'call_expression') this.calls.push(node);
    else if (node.type === 'macro_invocation') this.macros.push(node);
    else if (node.type === 'use_declaration') this.#use(node);
    else if (/^(?:let_declaration|const_item|static_item|assignment_expression)$/.test(node.type)) {
      const name = node.field('pattern') ?? node.field('name') ?? node.field('left');
      const value = node.field('value') ?? node.field('right');
      const bare = name?.type === 'mut_pattern' ? name.children.at(-1) : name;
      if (bare?.type !== 'identifier' || !value) return;
      const entry = { value, within: node.closest(functionTypes) };
      push(this.#values, bare.text, entry);
    }
  }

  #use(declaration: Syntax): void {
    const isPublic = declaration.child('visibility_modifier') !== undefined;
    const argument = declaration.field('argument');
    if (!argument) return;
    for (const { path, alias } of leaves(argument, [])) {
      const full = [...(this.#uses.get(path[0]!) ?? [path[0]!]), ...path.slice(1)];
      const name = full.at(-1)!;
      const local = alias ?? name;
      if (name !== '*') this.#uses.set(local, full);
      if (isPublic) this.reexports.push({ name: local, path: full });
      this.imports.push({
        specifier: full.length > 1 ? full.slice(0, -1).join('::') : name,
        range: declaration.range,
        names: name === '*' ? {} : { [local]: full.length > 1 ? name : '*' },
        topLevel: true,
      });
    }
  }
}

interface Leaf {
  readonly path: readonly string[];
  readonly alias?: string;
}

function leaves(node: Syntax, before: readonly string[], depth = 0): Leaf[] {
  if (depth > 12) return [];
  const parts = (part: Syntax | undefined): string[] =>
    part
      ? part.text
          .replace(/\s|^::/g, '')
          .split('::')
          .filter((one) => one !== '')
      : [];
  switch (node.type) {
    case 'use_list':
      return node.children.flatMap((child) => leaves(child, before, depth + 1));
    case 'scoped_use_list': {
      const path = [...before, ...parts(node.field('path'))];
      const list = node.field('list');
      return list ? leaves(list, path, depth + 1) : [];
    }
    case 'use_as_clause': {
      const alias = node.field('alias')?.text;
      return [
        {
          path: withoutSelf([...before, ...parts(node.field('path'))]),
          ...(alias !== undefined && { alias }),
        },
      ];
    }
    case 'use_wildcard':
      return [{ path: [...before, ...parts(node.children[0]), '*'] }];
    default: {
      const path = withoutSelf([...before, ...parts(node)]);
      return path.length > 0 ? [{ path }] : [];
    }
  }
}

/** `use a::{self}` is `use a`. */
function withoutSelf(path: readonly string[]): readonly string[] {
  return path.length > 1 && path.at(-1) === 'self' ? path.slice(0, -1) : path;
}

export function argumentsOf(call: Syntax): readonly Syntax[] {
  return call.field('arguments')?.children.filter(({ type }) => type !== 'attribute_item') ?? [];
}

/** Without `?`, `.await`, `&`, `return` and parentheses. */
export function unwrap(node: Syntax): Syntax {
  let bare = node;
  while (wrappers.has(bare.type)) {
    const inner = bare.children.find(({ type }) => type !== 'mutable_specifier');
    if (!inner) break;
    bare = inner;
  }
  return bare;
}

/** The method that a call calls, undefined for a plain function. */
export function methodOf(call: Syntax): string | undefined {
  const callee = functionOf(call);
  return callee?.type === 'field_expression' ? callee.field('field')?.text : undefined;
}

export function receiverOf(call: Syntax): Syntax | undefined {
  const callee = functionOf(call);
  return callee?.type === 'field_expression' ? callee.field('value') : undefined;
}

/** What is called, without type arguments: `parse` of `parse::<u16>()`. */
export function functionOf(call: Syntax): Syntax | undefined {
  const callee = call.field('function');
  return callee?.type === 'generic_function' ? callee.field('function') : callee;
}

export function chainOf(node: Syntax): Chain {
  const links: Link[] = [];
  let head = unwrap(node);
  while (head.type === 'call_expression') {
    const name = methodOf(head);
    const receiver = receiverOf(head);
    if (name === undefined || !receiver || links.length > 1000) break;
    links.unshift({ name, call: head });
    head = unwrap(receiver);
  }
  return { head, links };
}

/** The outermost call of the chain that a call stands in. */
export function outermost(call: Syntax): Syntax {
  let at: Syntax = call;
  for (let node = call.parent; node; node = node.parent) {
    if (node.type === 'field_expression' && node.field('value') === at) at = node;
    else if (node.type === 'generic_function' || wrappers.has(node.type)) at = node;
    else if (node.type === 'call_expression' && node.field('function') === at) at = node;
    else break;
  }
  return at;
}

export function functionAround(node: Syntax): Syntax | undefined {
  return node.closest(functionTypes);
}

/**
 * One Python file as its readers see it: names resolved to imports and to what they are assigned, over the whole file
 * without scopes; a name that stands for several things stands for none. It must never know a library.
 */
import type { Ranged } from '../../../text.ts';
import type { ImportFact } from '../facts.ts';
import { visitAll, type Syntax } from '../syntax.ts';
import { push } from '../../../groups.ts';

/** How many steps from name to name are followed: more is a loop. */
const maxSteps = 12;

const functionTypes: ReadonlySet<string> = new Set(['function_definition', 'lambda']);
const conditional: ReadonlySet<string> = new Set(['function_definition', 'if_statement', 'try_statement']);

export class Code {
  readonly imports: ImportFact[] = [];
  /** Functions of the file by name; of those with one name, the last. */
  readonly functions = new Map<string, Syntax>();
  readonly calls: Syntax[] = [];
  readonly decorators: Syntax[] = [];
  readonly assignments: Syntax[] = [];
  /** Local name → `module.name`. */
  readonly #imported = new Map<string, string>();
  readonly #assigned = new Map<string, Syntax[]>();
  readonly #origins = new Map<string, string | undefined>();

  constructor(readonly root: Syntax) {
    visitAll(root, (node) => this.#read(node));
  }

  isImported(name: string): boolean {
    return this.#imported.has(name);
  }

  /** All that is assigned to a name, or to a text such as `self.server`. */
  values(name: string): readonly Syntax[] {
    return this.#assigned.get(name) ?? [];
  }

  /** Where an expression comes from, as a path from a module or builtin: `flask.Flask()`, `requests.Session().get()`. */
  origin(node: Syntax | undefined, steps = 0): string | undefined {
    if (!node || steps > maxSteps) return undefined;
    switch (node.type) {
      case 'call': {
        const callee = this.origin(node.field('function'), steps + 1);
        return callee === undefined ? undefined : `${callee}()`;
      }
      case 'attribute': {
        const assigned = this.#single(node.text, steps);
        if (assigned !== undefined) return assigned;
        const object = this.origin(node.field('object'), steps + 1);
        return object === undefined ? undefined : `${object}.${node.field('attribute')?.text ?? ''}`;
      }
      case 'identifier':
        if (this.values(node.text).length > 0) return this.#single(node.text, steps);
        return this.#imported.get(node.text) ?? (this.functions.has(node.text) ? undefined : node.text);
      case 'await':
      case 'parenthesized_expression':
        return this.origin(node.children[0], steps + 1);
      default:
        return undefined;
    }
  }

  /** A text that is plain, or a name for one. */
  string(node: Syntax | undefined, steps = 0): Ranged<string> | undefined {
    if (!node || steps > maxSteps) return undefined;
    if (node.type === 'string') {
      if (node.child('interpolation') || node.child('escape_sequence')) return undefined;
      const content = /^[rRuU]?("""|'''|"|')([^]*)\1$/.exec(node.text);
      if (!content) return undefined;
      const start = node.start + node.text.indexOf(content[1]!) + content[1]!.length;
      return { value: content[2]!, range: { start, end: start + content[2]!.length } };
    }
    if (node.type !== 'identifier') return undefined;
    const values = this.values(node.text);
    const text = values.length === 1 ? this.string(values[0], steps + 1) : undefined;
    return text && { value: text.value, range: node.range };
  }

  /** A port: a number, a text of digits, the default of an environment variable. */
  port(
    node: Syntax | undefined,
    steps = 0,
  ): { readonly port?: Ranged<number>; readonly portVariable?: string } {
    if (!node || steps > maxSteps) return {};
    if (node.type === 'integer' || node.type === 'string') {
      const text = node.type === 'integer' ? node.text : this.string(node)?.value;
      const digits = /^(?:.*:)?(\d{1,5})$/.exec(text ?? '')?.[1];
      return digits === undefined ? {} : { port: { value: Number(digits), range: node.range } };
    }
    if (node.type === 'identifier') {
      const values = this.values(node.text);
      return values.length === 1 ? this.port(values[0], steps + 1) : {};
    }
    if (node.type === 'binary_operator') return this.port(node.field('right'), steps + 1);
    if (node.type !== 'call') return {};
    const [first, second] = argumentsOf(node);
    const callee = this.origin(node.field('function')) ?? '';
    if (/^(?:int|str)$/.test(callee)) return this.port(first, steps + 1);
    if (!/^os\.(?:environ\.get|getenv)$/.test(callee)) return {};
    const portVariable = this.string(first)?.value;
    return { ...this.port(second, steps + 1), ...(portVariable !== undefined && { portVariable }) };
  }

  /** Known once asked for: names that are assigned from each other would be followed along every path between them. */
  #single(name: string, steps: number): string | undefined {
    if (this.#origins.has(name)) return this.#origins.get(name);
    this.#origins.set(name, undefined);
    const origins = new Set(this.values(name).map((value) => this.origin(value, steps + 1)));
    const origin = origins.size === 1 ? [...origins][0] : undefined;
    this.#origins.set(name, origin);
    return origin;
  }

  #read(node: Syntax): void {
    if (node.type === 'import_statement' || node.type === 'import_from_statement') this.#import(node);
    else if (node.type === 'function_definition') {
      const name = node.field('name')?.text;
      if (name !== undefined) this.functions.set(name, node);
    } else if (node.type === 'call') this.calls.push(node);
    else if (node.type === 'decorator') this.decorators.push(node);
    else if (node.type === 'assignment' || node.type === 'augmented_assignment') {
      this.assignments.push(node);
      const left = node.field('left');
      const right = node.field('right');
      if (left && right && node.type === 'assignment') this.#assign(left.text, right);
    } else if (node.type === 'as_pattern') {
      const [value, target] = node.children;
      if (value && target?.type === 'as_pattern_target') this.#assign(target.text, value);
    }
  }

  #assign(name: string, value: Syntax): void {
    push(this.#assigned, name, value);
  }

  #import(node: Syntax): void {
    const topLevel = node.closest(conditional) === undefined;
    const from = node.type === 'import_from_statement' ? node.field('module_name') : undefined;
    const names: Record<string, string> = {};
    for (const child of node.children) {
      if (child === from) continue;
      const aliased = child.type === 'aliased_import';
      const name = (aliased ? child.children[0] : child)?.text;
      const alias = aliased ? child.children[1]?.text : undefined;
      if (name === undefined) continue;
      if (from && child.type !== 'wildcard_import') {
        names[alias ?? name] = name;
        this.#imported.set(alias ?? name, `${from.text}.${name}`);
      } else if (!from) {
        const local = alias ?? name.split('.')[0]!;
        this.#imported.set(local, alias === undefined ? local : name);
        const bound = alias !== undefined || !name.includes('.') ? { [local]: '*' } : {};
        this.imports.push({ specifier: name, range: node.range, names: bound, topLevel });
      }
    }
    if (from) this.imports.push({ specifier: from.text, range: node.range, names, topLevel });
  }
}

/** Positional arguments. */
export function argumentsOf(call: Syntax): readonly Syntax[] {
  const list = call.field('arguments');
  return list?.type === 'argument_list'
    ? list.children.filter(({ type }) => type !== 'keyword_argument' && !/splat/.test(type))
    : [];
}

export function keyword(call: Syntax, name: string): Syntax | undefined {
  return call
    .field('arguments')
    ?.children.find((child) => child.type === 'keyword_argument' && child.field('name')?.text === name)
    ?.field('value');
}

/** Whether arguments are passed that cannot be read: `**options`. */
export function hasSplat(call: Syntax): boolean {
  return call.field('arguments')?.children.some(({ type }) => /splat/.test(type)) ?? false;
}

/** The name of the method or function called. */
export function calledName(call: Syntax): string {
  const callee = call.field('function');
  return (callee?.type === 'attribute' ? callee.field('attribute') : callee)?.text ?? '';
}

/** What the method is called on. */
export function receiverOf(call: Syntax): Syntax | undefined {
  const callee = call.field('function');
  return callee?.type === 'attribute' ? callee.field('object') : undefined;
}

export function functionAround(node: Syntax): Syntax | undefined {
  return node.closest(functionTypes);
}

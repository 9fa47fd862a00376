/**
 * One Java file as its readers see it: its imports, classes, calls, and the texts it is known to hold. Names are
 * resolved within the file and without scopes; a name that stands for several things stands for none. It must never
 * know a library.
 */
import type { Ranged } from '../../../text.ts';
import type { ImportFact } from '../facts.ts';
import type { Annotation, AnnotationValue, JvmClass, JvmMethod } from '../jvm/classes.ts';
import { visitAll, type Syntax } from '../syntax.ts';
import { push } from '../../../groups.ts';

export interface Value {
  /** undefined: decided when it runs. */
  readonly text?: Ranged<string>;
  /** The environment variable that overrides it. */
  readonly variable?: string;
}

const maxSteps = 12;
/** Longer texts are no paths, ports or names. */
const maxLength = 2000;
const classTypes = new Set(['class_declaration', 'interface_declaration', 'record_declaration']);

export class Code {
  readonly calls: Syntax[] = [];
  readonly creations: Syntax[] = [];
  readonly classes: JvmClass[] = [];
  readonly imports: ImportFact[] = [];
  readonly #imported = new Map<string, string>();
  readonly #packages: string[] = [];
  readonly #values = new Map<string, Syntax[]>();
  readonly #parameters = new Set<string>();

  constructor(
    readonly root: Syntax,
    readonly text: string,
  ) {
    const classes: Syntax[] = [];
    visitAll(root, (node) => {
      if (node.type === 'import_declaration') this.#import(node);
      else if (node.type === 'method_invocation') this.calls.push(node);
      else if (node.type === 'object_creation_expression') this.creations.push(node);
      else if (classTypes.has(node.type)) classes.push(node);
      else if (node.type === 'variable_declarator') this.#give(node.field('name'), node.field('value'));
      else if (node.type === 'assignment_expression') this.#give(node.field('left'), node.field('right'));
      else if (node.type === 'formal_parameter') this.#parameters.add(node.field('name')?.text ?? '');
    });
    // Constants are known only now.
    this.classes.push(...classes.map((node) => this.#class(node)));
  }

  /** Whether something of a package is imported, or a type of this simple name from it. */
  uses(name: RegExp): boolean {
    return this.imports.some(({ specifier }) => name.test(specifier));
  }

  /** Whether a simple name is, or may be by an import of its whole package, this full name. */
  is(name: string | undefined, full: string): boolean {
    const at = full.lastIndexOf('.');
    if (name === full) return true;
    if (name !== full.slice(at + 1)) return false;
    const imported = this.#imported.get(name);
    return imported === undefined ? this.#packages.includes(full.slice(0, at)) : imported === full;
  }

  value(node: Syntax | undefined, steps = 0): Value {
    if (!node || steps > maxSteps) return {};
    switch (node.type) {
      case 'string_literal': {
        const value = node.text.slice(1, -1);
        if (value.length > maxLength || value.includes('\\') || value.startsWith('""')) return {};
        return { text: { value, range: { start: node.start + 1, end: node.end - 1 } } };
      }
      case 'decimal_integer_literal':
        return { text: { value: node.text.replaceAll('_', ''), range: node.range } };
      case 'parenthesized_expression':
        return this.value(node.children[0], steps + 1);
      case 'binary_expression': {
        const [left, right] = node.children;
        if (!left || !right || node.between(left, right) !== '+') return {};
        const a = this.value(left, steps + 1);
        const b = this.value(right, steps + 1);
        if (!a.text || !b.text || a.variable !== undefined || b.variable !== undefined) return {};
        return { text: { value: (a.text.value + b.text.value).slice(0, maxLength), range: node.range } };
      }
      case 'ternary_expression': {
        const [, first, second] = node.children;
        const values = [this.value(first, steps + 1), this.value(second, steps + 1)];
        const variable = values.find((value) => value.variable !== undefined)?.variable;
        const text = values.find((value) => value.text && value.variable === undefined)?.text;
        return variable === undefined ? {} : { ...(text && { text }), variable };
      }
      case 'identifier':
      case 'field_access':
        return this.#named(node, steps);
      case 'method_invocation':
        return this.#called(node, steps);
      default:
        return {};
    }
  }

  /** What a variable or field is given in this file. */
  given(name: string): readonly Syntax[] {
    return this.#values.get(name) ?? [];
  }

  #named(node: Syntax, steps: number): Value {
    const name = node.type === 'field_access' ? (node.field('field')?.text ?? '') : node.text;
    const values = this.given(name);
    if (values.length !== 1 || this.#parameters.has(name)) return {};
    const value = this.value(values[0], steps + 1);
    return value.text ? { ...value, text: { value: value.text.value, range: node.range } } : value;
  }

  #called(call: Syntax, steps: number): Value {
    const name = calledName(call);
    const receiver = receiverOf(call);
    const [first, second] = argumentsOf(call);
    if (name === 'getenv' && receiver?.text === 'System') {
      const variable = this.value(first, steps + 1).text?.value;
      return variable === undefined ? {} : { variable };
    }
    if (/^(?:parseInt|valueOf|trim|ofNullable|requireNonNullElse)$/.test(name)) {
      const value = this.value(first, steps + 1);
      const text = second && value.variable !== undefined ? this.value(second, steps + 1).text : value.text;
      return { ...value, ...(text && { text }) };
    }
    if (name === 'getOrDefault' && /^System\.getenv\(\)$/.test(receiver?.text ?? '')) {
      const variable = this.value(first, steps + 1).text?.value;
      const text = this.value(second, steps + 1).text;
      return variable === undefined ? {} : { variable, ...(text && { text }) };
    }
    if (/^(?:orElse|orElseGet|map)$/.test(name)) {
      const value = this.value(receiver, steps + 1);
      if (value.variable === undefined || name === 'map') return value;
      const text = this.value(first, steps + 1).text;
      return { variable: value.variable, ...(text && { text }) };
    }
    return {};
  }

  #give(name: Syntax | undefined, value: Syntax | undefined): void {
    if (!name || !value) return;
    const key = name.type === 'field_access' ? (name.field('field')?.text ?? '') : name.text;
    push(this.#values, key, value);
  }

  #import(node: Syntax): void {
    const named = node.child('scoped_identifier', 'identifier');
    if (!named) return;
    const specifier = named.text.replace(/\s+/g, '');
    if (node.child('asterisk')) this.#packages.push(specifier);
    else this.#imported.set(specifier.slice(specifier.lastIndexOf('.') + 1), specifier);
    this.imports.push({ specifier, range: named.range, names: {}, topLevel: true });
  }

  #class(node: Syntax): JvmClass {
    const supers = [node.field('superclass'), node.field('interfaces'), node.child('extends_interfaces')];
    const types = supers.flatMap((list) => (list?.child('type_list') ?? list)?.children ?? []);
    const methods = (node.field('body')?.children ?? []).filter(({ type }) => type === 'method_declaration');
    return {
      name: node.field('name')?.text ?? '',
      range: (node.field('name') ?? node).range,
      isInterface: node.type === 'interface_declaration',
      annotations: this.#annotations(node),
      supertypes: types.map(({ text }) => text.replace(/<[^]*$/, '').replace(/^.*\./, '')),
      methods: methods.map((method) => this.#method(method)),
    };
  }

  #method(node: Syntax): JvmMethod {
    return { name: node.field('name')?.text ?? '', range: node.range, annotations: this.#annotations(node) };
  }

  #annotations(node: Syntax): Annotation[] {
    const written = node.child('modifiers')?.children ?? [];
    return written
      .filter(({ type }) => type === 'annotation' || type === 'marker_annotation')
      .map((annotation) => {
        const values: Record<string, AnnotationValue[]> = {};
        for (const child of annotation.field('arguments')?.children ?? []) {
          const pair = child.type === 'element_value_pair';
          const key = pair ? (child.field('key')?.text ?? '') : 'value';
          const value = pair ? child.field('value') : child;
          const items = value?.type === 'element_value_array_initializer' ? value.children : [value];
          values[key] = items.flatMap((item) =>
            item ? [{ text: this.value(item).text, written: item.text }] : [],
          );
        }
        return {
          name: (annotation.field('name')?.text ?? '').replace(/^.*\./, ''),
          range: annotation.range,
          values,
        };
      });
  }
}

export function calledName(call: Syntax): string {
  return call.field('name')?.text ?? '';
}

export function receiverOf(call: Syntax): Syntax | undefined {
  return call.field('object');
}

export function argumentsOf(call: Syntax): readonly Syntax[] {
  return call.field('arguments')?.children ?? [];
}

/** The calls of a chain that follow a call or `new`: `.addService(x)`, `.build()`. */
export function following(node: Syntax): readonly Syntax[] {
  const calls: Syntax[] = [];
  let at = node;
  while (at.parent?.type === 'method_invocation' && at.parent.field('object') === at && calls.length < 60) {
    at = at.parent;
    calls.push(at);
  }
  return calls;
}

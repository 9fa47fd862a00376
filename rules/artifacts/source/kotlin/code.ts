/**
 * One Kotlin file as its readers see it: imports, calls, classes with their annotations, and the texts it is known to
 * hold. Names are resolved within the file; a name that stands for several things stands for none. It must never know a
 * library.
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

export class Code {
  readonly calls: Syntax[] = [];
  readonly functions: Syntax[] = [];
  readonly classes: JvmClass[] = [];
  readonly imports: ImportFact[] = [];
  readonly #values = new Map<string, Syntax[]>();
  readonly #parameters = new Set<string>();

  constructor(
    readonly root: Syntax,
    readonly text: string,
  ) {
    const classes: Syntax[] = [];
    visitAll(root, (node) => {
      if (node.type === 'import') this.#import(node);
      else if (node.type === 'call_expression') this.calls.push(node);
      else if (node.type === 'function_declaration') this.functions.push(node);
      else if (node.type === 'class_declaration') classes.push(node);
      else if (node.type === 'property_declaration') this.#give(node);
      else if (node.type === 'parameter' || node.type === 'class_parameter')
        this.#parameters.add(node.child('identifier')?.text ?? '');
    });
    // Constants are known only now.
    this.classes.push(...classes.map((node) => this.#class(node)));
  }

  value(node: Syntax | undefined, steps = 0): Value {
    if (!node || steps > maxSteps) return {};
    switch (node.type) {
      case 'string_literal': {
        const [content, ...others] = node.children;
        if (
          others.length > 0 ||
          (content && content.type !== 'string_content') ||
          node.end - node.start > maxLength ||
          node.text.includes('$')
        )
          return {};
        return { text: { value: content?.text ?? '', range: (content ?? node).range } };
      }
      case 'number_literal':
        return { text: { value: node.text.replaceAll('_', ''), range: node.range } };
      case 'parenthesized_expression':
        return this.value(node.children[0], steps + 1);
      case 'binary_expression':
        return this.#binary(node, steps);
      case 'identifier':
        return this.#named(node, node.text, steps);
      case 'navigation_expression':
        return this.#named(node, node.children.at(-1)?.text ?? '', steps);
      case 'call_expression':
        return this.#called(node, steps);
      default:
        return {};
    }
  }

  #binary(node: Syntax, steps: number): Value {
    const [left, right] = node.children;
    if (!left || !right) return {};
    const operator = node.between(left, right);
    const a = this.value(left, steps + 1);
    const b = this.value(right, steps + 1);
    // `System.getenv("PORT") ?: "8080"`
    if (operator === '?:')
      return a.variable === undefined ? {} : { variable: a.variable, ...(b.text && { text: b.text }) };
    if (operator !== '+' || !a.text || !b.text || a.variable !== undefined || b.variable !== undefined)
      return {};
    return { text: { value: (a.text.value + b.text.value).slice(0, maxLength), range: node.range } };
  }

  #named(node: Syntax, name: string, steps: number): Value {
    const values = this.#values.get(name) ?? [];
    if (values.length !== 1 || this.#parameters.has(name)) return {};
    const value = this.value(values[0], steps + 1);
    return value.text ? { ...value, text: { value: value.text.value, range: node.range } } : value;
  }

  #called(call: Syntax, steps: number): Value {
    const name = calledName(call);
    const [first, second] = argumentsOf(call);
    if (name === 'getenv') {
      const variable = this.value(first, steps + 1).text?.value;
      return variable === undefined ? {} : { variable };
    }
    if (name === 'getOrDefault' && /System\.getenv\(\)/.test(receiverOf(call)?.text ?? '')) {
      const variable = this.value(first, steps + 1).text?.value;
      const text = this.value(second, steps + 1).text;
      return variable === undefined ? {} : { variable, ...(text && { text }) };
    }
    return /^(?:toInt|toIntOrNull|trim)$/.test(name) ? this.value(receiverOf(call), steps + 1) : {};
  }

  #give(node: Syntax): void {
    const name = node.child('variable_declaration')?.child('identifier')?.text;
    const value = node.children.at(-1);
    if (name === undefined || !value || /declaration|modifiers|type/.test(value.type)) return;
    push(this.#values, name, value);
  }

  #import(node: Syntax): void {
    const name = node.child('qualified_identifier');
    if (name) this.imports.push({ specifier: name.text, range: name.range, names: {}, topLevel: true });
  }

  #class(node: Syntax): JvmClass {
    const name = node.field('name');
    const before = node.text.slice(0, (name?.start ?? node.start) - node.start);
    const supers = node.child('delegation_specifiers')?.children ?? [];
    const methods = (node.child('class_body')?.children ?? []).filter(
      ({ type }) => type === 'function_declaration',
    );
    return {
      name: name?.text ?? '',
      range: (name ?? node).range,
      isInterface: /\binterface\s+$/.test(before),
      annotations: this.#annotations(node),
      supertypes: supers.map(({ text }) => text.replace(/[<(][^]*$/, '').replace(/^.*\./, '')),
      methods: methods.map((method) => this.#method(method)),
    };
  }

  #method(node: Syntax): JvmMethod {
    return { name: node.field('name')?.text ?? '', range: node.range, annotations: this.#annotations(node) };
  }

  #annotations(node: Syntax): Annotation[] {
    const written = node.child('modifiers')?.children ?? [];
    return written
      .filter(({ type }) => type === 'annotation')
      .map((annotation) => {
        const made = annotation.child('constructor_invocation');
        const values: Record<string, AnnotationValue[]> = {};
        for (const argument of made?.child('value_arguments')?.children ?? []) {
          const named = argument.children.length > 1;
          const value = argument.children.at(-1);
          const items = value?.type === 'collection_literal' ? value.children : value ? [value] : [];
          const key = named ? argument.children[0]!.text : 'value';
          values[key] = [
            ...(values[key] ?? []),
            ...items.map((item) => ({ text: this.value(item).text, written: item.text })),
          ];
        }
        const type = made?.child('user_type') ?? annotation.child('user_type');
        return { name: (type?.text ?? '').replace(/^.*\./, ''), range: annotation.range, values };
      });
  }
}

/** The call itself where it is called once more with a function behind it: `route("/x") { … }`. */
function bare(call: Syntax): Syntax {
  const [first] = call.children;
  return first?.type === 'call_expression' && call.child('annotated_lambda') && !call.child('value_arguments')
    ? first
    : call;
}

/** The name of what is called: `get` in `get("/x") { … }`, `build` in `builder.build()`. */
export function calledName(call: Syntax): string {
  const [callee] = bare(call).children;
  return (callee?.type === 'navigation_expression' ? callee.children.at(-1) : callee)?.text ?? '';
}

export function receiverOf(call: Syntax): Syntax | undefined {
  const [callee] = bare(call).children;
  return callee?.type === 'navigation_expression' ? callee.children[0] : undefined;
}

/** Values of the arguments without a name. */
export function argumentsOf(call: Syntax): readonly Syntax[] {
  return (bare(call).child('value_arguments')?.children ?? []).flatMap((argument) =>
    argument.children.length === 1 ? argument.children : [],
  );
}

export function namedArgument(call: Syntax, name: string): Syntax | undefined {
  return bare(call)
    .child('value_arguments')
    ?.children.find(({ children }) => children.length > 1 && children[0]!.text === name)?.children[1];
}

/** The function behind a call: `{ … }`. */
export function lambdaOf(call: Syntax): Syntax | undefined {
  return call.child('annotated_lambda')?.child('lambda_literal');
}

/**
 * One C# file as its readers see it: calls, creations, classes with their attributes, and the texts it is known to
 * hold. Names are resolved within the file; a name that stands for several things stands for none. It must never know a
 * library.
 */
import type { Ranged } from '../../../text.ts';
import type { ImportFact } from '../facts.ts';
import { visitAll, type Syntax } from '../syntax.ts';
import { push } from '../../../groups.ts';

const maxSteps = 12;
/** Longer texts are no paths, ports or names. */
const maxLength = 2000;
export const functionTypes: ReadonlySet<string> = new Set([
  'method_declaration',
  'local_function_statement',
  'constructor_declaration',
]);

export class Code {
  readonly calls: Syntax[] = [];
  readonly creations: Syntax[] = [];
  readonly assignments: Syntax[] = [];
  readonly classes: Syntax[] = [];
  readonly functions: Syntax[] = [];
  readonly imports: ImportFact[] = [];
  readonly #values = new Map<string, Syntax[]>();
  readonly #parameters = new Set<string>();

  constructor(
    readonly root: Syntax,
    readonly text: string,
  ) {
    visitAll(root, (node) => this.#read(node));
  }

  /** A text that is plain, a constant of this file, or parts of these joined. */
  string(node: Syntax | undefined, steps = 0): Ranged<string> | undefined {
    if (!node || steps > maxSteps) return undefined;
    switch (node.type) {
      case 'string_literal':
      case 'verbatim_string_literal': {
        const open = node.text.indexOf('"') + 1;
        const value = node.text.slice(open, -1);
        if (value.length > maxLength || (node.type === 'string_literal' && value.includes('\\')))
          return undefined;
        return { value, range: { start: node.start + open, end: node.end - 1 } };
      }
      case 'parenthesized_expression':
        return this.string(node.children[0], steps + 1);
      case 'binary_expression': {
        const [left, right] = node.children;
        if (!left || !right || node.between(left, right) !== '+') return undefined;
        const parts = [this.string(left, steps + 1), this.string(right, steps + 1)];
        if (parts.includes(undefined)) return undefined;
        return {
          value: parts
            .map((part) => part!.value)
            .join('')
            .slice(0, maxLength),
          range: node.range,
        };
      }
      case 'identifier':
      case 'member_access_expression': {
        const name = node.type === 'identifier' ? node.text : (node.field('name')?.text ?? '');
        const values = this.given(name);
        const found =
          values.length === 1 && !this.#parameters.has(name) ? this.string(values[0], steps + 1) : undefined;
        return found && { value: found.value, range: node.range };
      }
      default:
        return undefined;
    }
  }

  number(node: Syntax | undefined, steps = 0): Ranged<number> | undefined {
    if (!node || steps > maxSteps) return undefined;
    if (node.type === 'integer_literal') {
      const value = Number(node.text.replaceAll('_', ''));
      return Number.isInteger(value) ? { value, range: node.range } : undefined;
    }
    if (node.type !== 'identifier' || this.#parameters.has(node.text)) return undefined;
    const values = this.given(node.text);
    return values.length === 1 ? this.number(values[0], steps + 1) : undefined;
  }

  /** What a variable or field is given in this file. */
  given(name: string): readonly Syntax[] {
    return this.#values.get(name) ?? [];
  }

  #read(node: Syntax): void {
    switch (node.type) {
      case 'using_directive': {
        const name = node.child('qualified_name', 'identifier');
        if (name) this.imports.push({ specifier: name.text, range: name.range, names: {}, topLevel: true });
        break;
      }
      case 'invocation_expression':
        this.calls.push(node);
        break;
      case 'object_creation_expression':
        this.creations.push(node);
        break;
      case 'class_declaration':
        this.classes.push(node);
        break;
      case 'variable_declarator': {
        const [name, value] = node.children;
        if (name && value) this.#give(name.text, value);
        break;
      }
      case 'assignment_expression': {
        this.assignments.push(node);
        const left = node.field('left');
        const right = node.field('right');
        if (left?.type === 'identifier' && right) this.#give(left.text, right);
        break;
      }
      case 'parameter':
        this.#parameters.add(node.field('name')?.text ?? '');
        break;
    }
    if (functionTypes.has(node.type)) this.functions.push(node);
  }

  #give(name: string, value: Syntax): void {
    push(this.#values, name, value);
  }
}

/** The name of what is called, without type arguments: `MapHub` in `app.MapHub<Chat>("/chat")`. */
export function calledName(call: Syntax): string {
  const name = nameNode(call);
  return (name?.type === 'generic_name' ? name.child('identifier') : name)?.text ?? '';
}

/** The type arguments as written. */
export function typeArgument(call: Syntax): Syntax | undefined {
  return nameNode(call)?.child('type_argument_list')?.children[0];
}

function nameNode(call: Syntax): Syntax | undefined {
  const callee = call.field('function');
  if (callee?.type === 'conditional_access_expression') return callee.children.at(-1)?.children[0];
  return callee?.type === 'member_access_expression' ? callee.field('name') : callee;
}

/** What the method is called on. */
export function receiverOf(call: Syntax): Syntax | undefined {
  const callee = call.field('function');
  return callee?.type === 'member_access_expression' ? callee.field('expression') : undefined;
}

/** Values of the arguments, those with names as well, in order. */
export function argumentsOf(node: Syntax): readonly Syntax[] {
  const list = node.field('arguments') ?? node.child('argument_list');
  return (list?.children ?? []).flatMap((argument) => argument.children.at(-1) ?? []);
}

/** The value of an argument that is named: `key: "new-checkout"`. */
export function namedArgument(node: Syntax, name: string): Syntax | undefined {
  const list = node.field('arguments') ?? node.child('argument_list');
  const argument = list?.children.find(
    ({ children }) => children.length > 1 && children[0]!.text.replace(/\s*:$/, '') === name,
  );
  return argument?.children.at(-1);
}

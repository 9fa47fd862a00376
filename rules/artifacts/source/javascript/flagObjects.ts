/** Flags that come as the properties of one object, as LaunchDarkly's React SDK hands them out. */
import type { FlagReadFact } from '../facts.ts';
import type { Syntax } from '../syntax.ts';
import type { Code } from './code.ts';
import { functionTypes, parametersOf, propertyName } from './expressions.ts';
import { flagKeyOf } from './flagKeys.ts';

/** `const { newCheckout } = useFlags()`, `const flags = useFlags(); flags.newCheckout`, `useFlags()['new-checkout']`. */
export function readsOfFlagObject(call: Syntax, sdk: string, code: Code): FlagReadFact[] {
  return new FlagObjects(sdk, code).readsOf(call);
}

/**
 * `({ flags }) => flags.newCheckout` or `this.props.flags.newCheckout`, in a component that is given to
 * `withLDConsumer()`.
 */
export function readsOfConsumer(component: Syntax, sdk: string, code: Code): FlagReadFact[] {
  return new FlagObjects(sdk, code).readsOfComponent(component);
}

/** Code that is nested deeper is generated. */
const maxDepth = 200;

const scopes: ReadonlySet<string> = new Set(['statement_block', 'program']);

class FlagObjects {
  readonly #facts: FlagReadFact[] = [];
  readonly #sdk: string;
  readonly #code: Code;

  constructor(sdk: string, code: Code) {
    this.#sdk = sdk;
    this.#code = code;
  }

  /** @param object an expression that gives the object */
  readsOf(object: Syntax): FlagReadFact[] {
    const parent = object.parent;
    const target = parent?.type === 'variable_declarator' ? parent.children[0] : undefined;
    if (parent?.type === 'member_expression' || parent?.type === 'subscript_expression') this.#member(parent);
    else if (target?.type === 'object_pattern') this.#pattern(target);
    else {
      const scope = target?.type === 'identifier' ? object.closest(scopes) : undefined;
      if (scope && target) this.#members(scope, target.text);
      if (this.#facts.length === 0) this.#add(object, undefined);
    }
    return this.#facts;
  }

  readsOfComponent(given: Syntax): FlagReadFact[] {
    const component = this.#code.definition(given) ?? given;
    const [props] = functionTypes.has(component.type) ? parametersOf(component) : [];
    const pattern = props?.type === 'object_pattern' ? props : props?.child('object_pattern');
    const name = props?.type === 'identifier' ? props : props?.child('identifier');
    if (pattern) this.#flagsIn(pattern, component);
    else this.#flagsOf(name?.text ?? 'this.props', component);
    // Any flag may be read where it is not seen how.
    if (this.#facts.length === 0) this.#add(given, undefined);
    return this.#facts;
  }

  /** `{ flags }` and `{ flags: { newCheckout } }` */
  #flagsIn(pattern: Syntax, scope: Syntax): void {
    for (const child of pattern.children) {
      const value = child.type === 'pair_pattern' ? child.children.at(-1) : child;
      const name = child.type === 'pair_pattern' ? propertyName(child.children[0]) : child.text;
      if (name !== 'flags' || !value) continue;
      if (value.type === 'object_pattern') this.#pattern(value);
      else this.#members(scope, value.text);
    }
  }

  /** `props.flags`, and `const { flags } = props` */
  #flagsOf(props: string, scope: Syntax, depth = 0): void {
    for (const child of scope.children) {
      const value = child.type === 'variable_declarator' ? child.field('value') : undefined;
      if (child.type === 'member_expression' && child.text === `${props}.flags`) this.readsOf(child);
      else if (value?.text === props && child.children[0]?.type === 'object_pattern')
        this.#flagsIn(child.children[0], child.closest(scopes) ?? scope);
      else if (depth < maxDepth) this.#flagsOf(props, child, depth + 1);
    }
  }

  #pattern(pattern: Syntax): void {
    for (const child of pattern.children) {
      const key = child.type === 'pair_pattern' ? propertyName(child.children[0]) : undefined;
      this.#add(child, child.type === 'rest_pattern' ? undefined : (key ?? /^[\w$]+/.exec(child.text)?.[0]));
    }
  }

  #members(node: Syntax, name: string, depth = 0): void {
    for (const child of node.children) {
      const object = /^(?:member|subscript)_expression$/.test(child.type) ? child.children[0] : undefined;
      if (object?.type === 'identifier' && object.text === name) this.#member(child);
      // Handed on whole: any flag may be read.
      else if (child.type === 'identifier' && child.text === name && node.type !== 'variable_declarator')
        this.#add(child, undefined);
      else if (depth < maxDepth) this.#members(child, name, depth + 1);
    }
  }

  /** `flags.x`, `flags['x']`, `flags[key]` */
  #member(node: Syntax): void {
    const key = node.children.at(-1)!;
    if (node.type === 'member_expression' || key.type === 'string') this.#add(key, propertyName(key));
    else this.#facts.push({ ...flagKeyOf(key, this.#code), sdk: this.#sdk, range: node.range });
  }

  #add({ range }: Syntax, value: string | undefined): void {
    this.#facts.push({
      ...(value !== undefined && { key: { value, range } }),
      sdk: this.#sdk,
      range,
      ...(value !== undefined && /^[a-z][A-Za-z0-9]*$/.test(value) && { camelCase: true as const }),
    });
  }
}

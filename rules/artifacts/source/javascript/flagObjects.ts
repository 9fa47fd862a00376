/** Flags that come as the properties of one object, as LaunchDarkly's React SDK hands them out. */
import type { FlagReadFact } from '../facts.ts';
import type { Syntax } from '../syntax.ts';
import type { Code } from './code.ts';
import { propertyName } from './expressions.ts';
import { flagKeyOf } from './flagKeys.ts';

/** `const { newCheckout } = useFlags()`, `const flags = useFlags(); flags.newCheckout`, `useFlags()['new-checkout']`. */
export function readsOfFlagObject(call: Syntax, sdk: string, code: Code): FlagReadFact[] {
  const facts: FlagReadFact[] = [];
  const add = (node: Syntax, value: string | undefined): void => {
    facts.push({
      ...(value !== undefined && { key: { value, range: node.range } }),
      sdk,
      range: node.range,
      ...(value !== undefined && /^[a-z][A-Za-z0-9]*$/.test(value) && { camelCase: true as const }),
    });
  };
  /** `flags.x`, `flags['x']`, `flags[key]` */
  const member = (node: Syntax): void => {
    const key = node.children.at(-1)!;
    if (node.type === 'member_expression' || key.type === 'string') add(key, propertyName(key));
    else facts.push({ ...flagKeyOf(key, code), sdk, range: node.range });
  };
  const parent = call.parent;
  if (parent?.type === 'member_expression' || parent?.type === 'subscript_expression') {
    member(parent);
    return facts;
  }
  const target = parent?.type === 'variable_declarator' ? parent.children[0] : undefined;
  if (target?.type === 'object_pattern') {
    for (const child of target.children) {
      if (child.type === 'rest_pattern') add(child, undefined);
      else
        add(
          child,
          propertyName(child.type === 'pair_pattern' ? child.children[0] : undefined) ??
            /^[\w$]+/.exec(child.text)?.[0],
        );
    }
    return facts;
  }
  if (target?.type !== 'identifier') {
    add(call, undefined);
    return facts;
  }
  const scope = call.closest(scopes);
  if (scope) collectMembers(scope, target.text, member, (node) => add(node, undefined));
  if (facts.length === 0) add(call, undefined);
  return facts;
}

const scopes: ReadonlySet<string> = new Set(['statement_block', 'program']);

function collectMembers(
  node: Syntax,
  name: string,
  member: (node: Syntax) => void,
  whole: (node: Syntax) => void,
  depth = 0,
): void {
  for (const child of node.children) {
    const object = /^(?:member|subscript)_expression$/.test(child.type) ? child.children[0] : undefined;
    if (object?.type === 'identifier' && object.text === name) member(child);
    // Handed on whole: any flag may be read.
    else if (child.type === 'identifier' && child.text === name && node.type !== 'variable_declarator')
      whole(child);
    else if (depth < 200) collectMembers(child, name, member, whole, depth + 1);
  }
}

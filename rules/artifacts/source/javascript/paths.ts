/** Reads the arguments that routes and mounts are written with: paths, and what a mount names. */
import type { TextRange } from '../../../text.ts';
import type { Syntax } from '../syntax.ts';
import type { Code } from './code.ts';
import { stringConstant } from './constants.ts';
import type { Declaration } from './declarations.ts';
import { calleeOf, moduleRequired, propertyName, propertyOf, unwrap } from './expressions.ts';

export interface Path {
  readonly value: string;
  readonly range: TextRange;
}

/** The paths of one argument: a string, or an array of strings. */
export function pathsOf(code: Code, node: Syntax | undefined): readonly Path[] | undefined {
  if (!node) return undefined;
  const one = stringConstant(code, node);
  if (one) return [one];
  const list = code.definition(node);
  if (list?.type !== 'array' || list.children.length === 0) return undefined;
  const paths = list.children.map((item) => stringConstant(code, item));
  return paths.every((path) => path !== undefined) ? paths : undefined;
}

/** The value of an option, where the options are written in this file. */
export function optionOf(code: Code, object: Syntax, key: string): Syntax | undefined {
  const written = code.definition(object);
  return written?.type === 'object' ? propertyOf(written, key) : undefined;
}

/** `require('./x')`, `require('./x').name`, and either called. */
export function requiredInline(node: Syntax): { specifier: string; target?: string } | undefined {
  const bare = unwrap(node);
  const specifier = moduleRequired(bare);
  if (specifier !== undefined) return { specifier };
  if (bare.type === 'call_expression') return bare.children[0] && requiredInline(bare.children[0]);
  if (bare.type !== 'member_expression') return undefined;
  const object = moduleRequired(unwrap(bare.children[0]!));
  const target = propertyName(bare.children.at(-1));
  if (object === undefined || target === undefined) return undefined;
  return target === 'default' ? { specifier: object } : { specifier: object, target };
}

/** Whether a variable holds what `require` gave. */
export function isRequired(declared: Declaration | undefined): boolean {
  if (declared?.kind !== 'variable' || !declared.value) return false;
  return requiredInline(declared.value) !== undefined;
}

/** `routes.users` as written, without calls: what a mount names. */
export function targetName(node: Syntax): string | undefined {
  const named = node.type === 'call_expression' ? calleeOf(node) : unwrap(node);
  // `router.routes()` of Koa mounts the router.
  const text = named.text.replace(/\.(?:routes|middleware|callback|handler)$/, '');
  return /^[\w$]+(?:\.[\w$]+)*$/.test(text) && named.type !== 'this' ? text : undefined;
}

/** A path below a prefix, with one slash between them. */
export function joined(prefix: string, path: string): string {
  const base = prefix.replace(/\/+$/, '');
  return path.startsWith('/') || base === '' ? base + path : `${base}/${path}`;
}

/** What a handler answers by itself: the paths that it compares its request with. */
import { visitAll, type Syntax } from '../syntax.ts';
import type { Code } from './code.ts';
import { stringConstant } from './constants.ts';
import { argumentsOf, bodyOf, calledName, parametersOf, receiverOf, unwrap } from './expressions.ts';
import type { Path } from './paths.ts';

/** Properties in which a request holds its path. */
const requestPath = /(?:^|\.)(?:url|originalUrl|path|pathname|rawPath)!?$/;

export interface Answers {
  readonly paths: readonly Path[];
  /** It looks at the path at all. */
  readonly readsPath: boolean;
  /** False when it looks in a way that cannot be read. */
  readonly complete: boolean;
}

/** The paths a function compares its request's path with. */
export function answersOf(code: Code, fn: Syntax): Answers {
  const body = bodyOf(fn);
  const found = { paths: [] as Path[], readsPath: false, complete: true };
  if (!body || !/\b(?:url|originalUrl|path|pathname|rawPath)\b/.test(body.text)) return found;
  const isPath = (node: Syntax | undefined): boolean => {
    if (!node) return false;
    const bare = unwrap(node);
    return requestPath.test(bare.text) || (bare.type === 'call_expression' && /\burl\b/.test(bare.text));
  };
  const add = (node: Syntax | undefined, suffix = ''): void => {
    const path = stringConstant(code, node);
    if (!path) found.complete = false;
    else if (path.value.startsWith('/')) found.paths.push({ ...path, value: path.value + suffix });
  };
  visitAll(body, (node) => {
    if (node.type === 'binary_expression') {
      const [left, right] = node.children;
      if (!left || !right || !/^[=!]==?$/.test(node.between(left, right))) return;
      if (isPath(left)) add(right);
      else if (isPath(right)) add(left);
      else return;
      found.readsPath = true;
    } else if (node.type === 'switch_statement' && isPath(node.children[0])) {
      found.readsPath = true;
      for (const entry of node.children[1]?.children ?? [])
        if (entry.type === 'switch_case') add(entry.children[0]);
    } else if (node.type === 'call_expression') {
      const receiver = receiverOf(node);
      if (
        receiver &&
        isPath(receiver) &&
        /^(?:startsWith|match|endsWith|includes)$/.test(calledName(node) ?? '')
      ) {
        found.readsPath = true;
        if (calledName(node) === 'startsWith') add(argumentsOf(node)[0], '*');
        else found.complete = false;
      }
    } else if (node.type === 'member_expression' && requestPath.test(node.text)) found.readsPath = true;
  });
  return found;
}

/** Signs that a function gives the whole request to another framework or host. */
export const delegates =
  /\b(?:handle|handler|requestHandler|nextHandler|getRequestHandler|createRequestHandler|proxy|middlewares)\s*\(/;

/** Whether a function gives its request on to another one, which may answer more. */
export function handsOn(fn: Syntax): boolean {
  const request = parametersOf(fn)[0];
  const name = request?.type === 'identifier' ? request.text : request?.child('identifier')?.text;
  return name !== undefined && new RegExp(`[(,]\\s*${escaped(name)}\\s*[,)]`).test(bodyOf(fn)?.text ?? '');
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

/** Functions that nothing is left of but a value: a person decides whether those who call them go on. */
import { visitAll, type Syntax } from '../../../artifacts/source/syntax.ts';
import type { TextRange } from '../../../text.ts';
import { statementsOf } from './branches.ts';
import type { BranchingLanguage } from './language.ts';
import type { WithTree } from './rewrite.ts';

export interface Hollow {
  /** Of its name, in the text as it was. */
  readonly range: TextRange;
  readonly why: string;
}

/** The functions that were more before. */
export function hollowed(
  before: string,
  after: string,
  language: BranchingLanguage,
  withTree: WithTree,
): Hollow[] {
  const now = withTree(after, (root) => hollowIn(root, language));
  if (now.size === 0) return [];
  return withTree(before, (root) => {
    const were = hollowIn(root, language);
    const names = namesOf(root, language);
    return [...now].flatMap(([name, why]) => {
      const range = names.get(name);
      return were.has(name) || !range ? [] : [{ range, why }];
    });
  });
}

function hollowIn(root: Syntax, language: BranchingLanguage): Map<string, string> {
  const found = new Map<string, string>();
  visitAll(root, (node) => {
    const name = language.functions.has(node.type) ? nameOf(node) : undefined;
    const body = node.field('body');
    if (!name || !body) return true;
    const statements = language.blocks.has(body.type) ? statementsOf(language, body) : [body];
    const [only, more] = statements;
    const given = only && !more ? only.text.replace(/^return\s+|;$/g, '') : '';
    if (!only || only.text === language.nothing) found.set(name.text, 'does nothing any more');
    else if (given === language.true || given === language.false)
      found.set(name.text, `always gives ${given} now`);
    return true;
  });
  return found;
}

function namesOf(root: Syntax, language: BranchingLanguage): Map<string, TextRange> {
  const found = new Map<string, TextRange>();
  visitAll(root, (node) => {
    const name = language.functions.has(node.type) ? nameOf(node) : undefined;
    if (name) found.set(name.text, name.range);
    return true;
  });
  return found;
}

/** Its own name, or that of the variable it is the value of. */
function nameOf(fn: Syntax): Syntax | undefined {
  const own = fn.field('name');
  if (own) return own;
  const declarator = fn.parent?.type === 'variable_declarator' ? fn.parent : undefined;
  return declarator?.field('name');
}

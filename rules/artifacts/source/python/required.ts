/**
 * Environment variables without which a Python module cannot be imported: `os.environ["X"]` at its top level, outside any
 * condition, since what a function asks for may never be needed.
 */
import type { Ranged } from '../../../text.ts';
import { visitAll, type Syntax } from '../syntax.ts';

/** What importing the module requires. */
export function requiredBy(root: Syntax): Ranged<string>[] {
  const found: Ranged<string>[] = [];
  for (const statement of root.children) {
    if (statement.type !== 'expression_statement') continue;
    // `os.environ["X"] = …` sets it.
    const assignment = statement.child('assignment');
    const value = assignment ? assignment.field('right') : statement.children[0];
    if (!value) continue;
    visitAll(value, (node) => {
      if (
        /^(?:lambda|conditional_expression|boolean_operator|.*_comprehension|generator_expression)$/.test(
          node.type,
        )
      )
        return false;
      const name = /^(?:os\.)?environ\[\s*(['"])([A-Z][A-Z0-9_]*)\1\s*\]$/.exec(node.text)?.[2];
      if (node.type === 'subscript' && name !== undefined) found.push({ value: name, range: node.range });
      return undefined;
    });
  }
  return found;
}

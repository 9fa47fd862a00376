/** The constant that holds a flag's key: found by name, and taken out of its enum, object or file. */
import type { SourceFacts } from '../../../artifacts/source/facts.ts';
import { visitAll, type Syntax } from '../../../artifacts/source/syntax.ts';
import { applyEdits, wholeLines, type Edit } from './layout.ts';
import type { BranchingLanguage } from './language.ts';
import type { WithTree } from './rewrite.ts';
import { withoutItem } from './simplify.ts';

/** Names of constants with this key, as code writes them. */
export function constantNames(sources: ReadonlyMap<string, SourceFacts>, key: string): string[] {
  const names = [...sources.values()].flatMap(({ flagKeys }) =>
    flagKeys.filter((one) => one.key.value === key).map(({ name }) => name),
  );
  return [...new Set(names)];
}

/** Takes the declarations of constants with this text out of a file. */
export function withoutConstant(
  _path: string,
  text: string,
  key: string,
  _language: BranchingLanguage,
  withTree: WithTree,
  about: RegExp,
): string {
  const edits = withTree(text, (root) => {
    const found: Edit[] = [];
    visitAll(root, (node) => {
      if (!/string|literal/.test(node.type) || node.text.replace(/^["'`]|["'`]$/g, '') !== key) return true;
      const declaration = declarationOf(node);
      if (!declaration) return false;
      const item = /^(?:enum_assignment|enum_constant|pair)$/.test(declaration.type);
      found.push(
        item
          ? withComment(text, withoutItem(text, declaration))
          : wholeLines(text, declaration.start, declaration.end, about),
      );
      return false;
    });
    return found;
  });
  return applyEdits(text, edits);
}

const holders: ReadonlySet<string> = new Set([
  'enum_assignment',
  'enum_constant',
  'pair',
  'variable_declarator',
  'assignment',
  'const_spec',
  'var_spec',
]);

function declarationOf(text: Syntax): Syntax | undefined {
  const holder = text.closest(holders);
  if (holder?.type === 'enum_constant')
    return holder.field('arguments')?.children.length === 1 ? holder : undefined;
  if (!holder || holder.end !== text.end) return undefined;
  if (holder.type === 'variable_declarator' || holder.type === 'assignment') {
    const statement = holder.parent;
    const outer = statement?.parent?.type === 'export_statement' ? statement.parent : statement;
    return statement?.children.filter(({ type }) => type === holder.type).length === 1 ? outer : undefined;
  }
  const single = holder.parent?.type === 'const_declaration' || holder.parent?.type === 'var_declaration';
  return single && holder.parent!.children.length === 1 ? holder.parent : holder;
}

/** The comment right above an item that stands on lines of its own is about it. */
function withComment(text: string, edit: Edit): Edit {
  let { start } = edit;
  for (;;) {
    const previous = text.lastIndexOf('\n', start - 2) + 1;
    const line = text.slice(previous, start);
    if (start === 0 || text[start - 1] !== '\n' || !/^[ \t]*\/\//.test(line)) return { ...edit, start };
    start = previous;
  }
}

/** Takes out what nothing uses any more after something else went: imports, variables, functions. */
import { visitAll, type Syntax } from '../../../artifacts/source/syntax.ts';
import { removeStatement } from './branches.ts';
import { applyEdits, wholeLines, type Edit } from './layout.ts';
import type { BranchingLanguage, Declaration } from './language.ts';
import type { WithTree } from './rewrite.ts';
import { withoutItem } from './simplify.ts';

/** Of a list with commas one goes in each. */
const maxRounds = 200;

/**
 * @param before the text with everything in it: what nothing used then is left as it is
 * @param after the text without what went
 */
export function withoutUnused(
  path: string,
  before: string,
  after: string,
  language: BranchingLanguage,
  withTree: WithTree,
): string {
  if (before === after) return after;
  const used = withTree(before, (root) => usesIn(root, language));
  let now = after;
  for (let round = 0; round < maxRounds; round++) {
    const edits = withTree(now, (root): Edit[] => {
      const uses = usesIn(root, language);
      const unused = language
        .declarations(root, path)
        .filter((one) =>
          one.use
            ? isUnusedByText(one, one.use, before, now)
            : isLess(used.get(one.name), uses.get(one.name)) && isUnused(one, uses, language),
        );
      return unused.flatMap((one) => editsFor(one, unused));
    });
    const next = applyEdits(now, edits);
    if (next === now) break;
    now = next;
  }
  // Where all imports went, nothing stands above the first line.
  return /^\s/.test(before) ? now : now.replace(/^(?:[ \t]*\r?\n)+/, '');

  function editsFor(declaration: Declaration, all: readonly Declaration[]): Edit[] {
    const { whole, listed, removable, keep, together } = declaration;
    const beside = all.filter((one) => one.whole === whole);
    if (!removable && keep && beside.length === together)
      return beside[0] === declaration
        ? removeStatement({ text: now, language, about: anything }, whole)
        : [];
    if (!removable) return keep ? [keep] : [];
    if (!listed && /import/.test(whole.type)) {
      const list = whole.type === 'import_spec' ? whole.parent! : undefined;
      const gone = all.filter((one) => one.whole.parent === list).length === list?.children.length;
      const { start, end } = list && gone ? list.parent! : whole;
      return [wholeLines(now, start, end)];
    }
    // A member of a class is no statement.
    if (!listed && /class_body/.test(whole.parent?.type ?? ''))
      return [wholeLines(now, whole.start, whole.end, anything)];
    if (!listed) return removeStatement({ text: now, language, about: anything }, whole);
    // Several of one list go in several rounds, so that their commas are not taken twice.
    const first = all.find((one) => one.listed && one.removable && one.whole.parent === whole.parent);
    return first === declaration ? [withoutItem(now, whole)] : [];
  }
}

/** Whatever stands right above a declaration is about it. */
const anything = /^/;

interface Uses {
  /** Places where it is not declared. */
  readonly reads: Syntax[];
  readonly writes: Syntax[];
}

function usesIn(root: Syntax, language: BranchingLanguage): Map<string, Uses> {
  const found = new Map<string, Uses>();
  visitAll(root, (node) => {
    if (/^import_(?:statement|declaration|from_statement)$/.test(node.type)) return false;
    if (node.children.length > 0 || !language.isName(node)) return true;
    const name = node.text;
    const uses = found.get(name) ?? { reads: [], writes: [] };
    if (language.isWritten(node)) uses.writes.push(node);
    else uses.reads.push(node);
    found.set(name, uses);
    return true;
  });
  return found;
}

/** It was used more: what nothing used before is left as it was. */
function isLess(before: Uses | undefined, now: Uses | undefined): boolean {
  return (before?.reads.length ?? 0) > (now?.reads.length ?? 0);
}

/** What a function or a type says of itself is no use of it, nor is what another scope calls by the same name. */
function isUnused(
  { name, whole }: Declaration,
  uses: ReadonlyMap<string, Uses>,
  { functions }: BranchingLanguage,
): boolean {
  const found = uses.get(name);
  if (!found) return true;
  const scope = whole.closest(functions);
  const inScope = (node: Syntax): boolean => !whole.contains(node) && (scope?.contains(node) ?? true);
  const isImport = /import/.test(whole.type) || /import/.test(whole.parent?.type ?? '');
  // Written elsewhere, it is more than this declaration.
  const writes = found.writes.filter(inScope).length;
  return (isImport || writes === 0) && !found.reads.some(inScope);
}

function isUnusedByText({ whole }: Declaration, use: RegExp, before: string, now: string): boolean {
  const count = (text: string): number => text.match(use)?.length ?? 0;
  const own = count(now.slice(whole.start, whole.end));
  return count(before) > count(now) && count(now) === own;
}

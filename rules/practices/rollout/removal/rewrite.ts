/**
 * Takes reads of a flag out of one file: each is marked, then the marks are decided one by one, and the text is read anew
 * after every step; then what only they used goes. It must never know what a flag is, nor any other file.
 */
import { Syntax, visitAll } from '../../../artifacts/source/syntax.ts';
import type { TextRange } from '../../../text.ts';
import { removeStatement, type Place } from './branches.ts';
import { withoutElement } from './markup.ts';
import { hollowed, type Hollow } from './hollow.ts';
import { applyEdits, type Edit } from './layout.ts';
import type { BranchingLanguage } from './language.ts';
import { decide, namesIn, withoutItem, type Known, type Refusal } from './simplify.ts';
import { withoutUnused } from './unused.ts';

export interface KnownRead {
  /** The call, or what else reads it. */
  readonly range: TextRange;
  readonly holds: Known['holds'];
}

export interface Rewritten {
  readonly text: string;
  /** Reads that are still there, and why. */
  readonly left: readonly { readonly read: KnownRead; readonly why: string }[];
  /** Functions that are hardly one any more. */
  readonly hollow: readonly Hollow[];
}

/** Reads a text into a tree, and forgets it after. */
export type WithTree = <T>(text: string, use: (root: Syntax) => T) => T;

/** A flag that is read more often in one file is not taken out by a person either. */
const maxSteps = 500;

/**
 * @param value what every read is worth from now on
 * @param about comments right above what goes that match go too
 */
export function withoutReads(
  path: string,
  text: string,
  reads: readonly KnownRead[],
  value: boolean,
  language: BranchingLanguage,
  withTree: WithTree,
  about: RegExp,
): Rewritten {
  const left: { read: KnownRead; why: string }[] = [];
  const broken = withTree(text, isBroken);
  for (;;) {
    const going = reads.filter((read) => !left.some((one) => one.read === read));
    if (going.length === 0) return { text, left, hollow: [] };
    const outcome = withoutMarks(text, going);
    if (typeof outcome !== 'string') {
      left.push(outcome);
      continue;
    }
    const after = withoutUnused(path, text, outcome, language, withTree);
    if (!broken && withTree(after, isBroken)) {
      left.push(
        ...going.map((read) => ({ read, why: 'stands where what is left would not be code any more' })),
      );
      continue;
    }
    return { text: after, left, hollow: hollowed(text, after, language, withTree) };
  }

  function withoutMarks(
    original: string,
    going: readonly KnownRead[],
  ): string | { readonly read: KnownRead; readonly why: string } {
    const prefix = markIn(original);
    const markOf = (index: number, worth: boolean): string => `${prefix}${worth ? 'Yes' : 'No'}${index}`;
    const pattern = new RegExp(`${prefix}(Yes|No)(\\d+)\\b`);
    const edits: Edit[] = [];
    const refused = withTree(original, (root) => {
      for (const [index, read] of going.entries()) {
        const marked = mark({ text: original, language, about }, root, read, markOf(index, value), value);
        if ('why' in marked) return { read, why: marked.why };
        edits.push(...marked);
      }
      return undefined;
    });
    if (refused) return refused;
    let now = applyEdits(original, edits);
    for (let step = 0; step < maxSteps; step++) {
      const found = pattern.exec(now);
      if (!found) return now;
      const index = Number(found[2]);
      const read = going[index]!;
      const known: Known = {
        text: now,
        language,
        about,
        holds: read.holds,
        mark: (worth) => markOf(index, worth),
      };
      const outcome = withTree(now, (root): readonly Edit[] | Refusal => {
        const leaf = leafAt(root, found.index);
        if (leaf?.text !== found[0]) return { why: 'stands where it cannot be taken out' };
        return decide(known, leaf, found[1] === 'Yes');
      });
      if ('why' in outcome) return { read, why: outcome.why };
      now = applyEdits(now, outcome);
    }
    return { read: going[0]!, why: 'is read too often in one file' };
  }
}

/** A name that is nowhere in the text. */
function markIn(text: string): string {
  let mark = 'knownFlag';
  while (text.includes(mark)) mark += 'X';
  return mark;
}

function isBroken(root: Syntax): boolean {
  return root.broken;
}

function leafAt(root: Syntax, offset: number): Syntax | undefined {
  let node: Syntax | undefined = root;
  while (node && node.children.length > 0)
    node = node.children.find(({ start, end }) => start <= offset && offset < end);
  return node;
}

/** Writes a mark in the place of a read; where a name is taken out of an object, in every place of the name. */
function mark(
  place: Place,
  root: Syntax,
  { range }: KnownRead,
  name: string,
  value: boolean,
): readonly Edit[] | Refusal {
  const node = nodeOf(root, range);
  if (!node) return { why: 'cannot be found in the text' };
  const { type } = node;
  if (/^jsx_/.test(type)) return withoutElement(place, node, value);
  if (/pattern/.test(type)) return withoutProperty(place, node, name);
  if (/decorator/.test(type)) return { why: 'is a decorator' };
  if (node.parent?.type === 'jsx_attribute' || node.parent?.parent?.type === 'jsx_attribute') {
    const element = node.closest(elements);
    return element ? withoutElement(place, element, value) : { why: 'is an attribute' };
  }
  if (!/call|invocation|member|subscript|attribute|await|selector/.test(type)) return { why: `is no call` };
  return [{ start: node.start, end: node.end, text: name }];
}

const elements: ReadonlySet<string> = new Set(['jsx_opening_element', 'jsx_self_closing_element']);

/** The outermost node with this range, without an `await` around a call. */
function nodeOf(root: Syntax, { start, end }: TextRange): Syntax | undefined {
  let found: Syntax | undefined;
  visitAll(root, (node) => {
    if (node.start > start || node.end < end) return false;
    if (node.start === start && node.end === end) found ??= node;
    return !found;
  });
  while (
    found &&
    /^(?:parenthesized_expression|expression_statement|expression_list|literal_element|decorator)$/.test(
      found.type,
    )
  ) {
    if (found.type === 'decorator') return found;
    found = found.children[0];
  }
  return found;
}

/** `const { newCheckout } = useFlags()` */
function withoutProperty(place: Place, property: Syntax, name: string): readonly Edit[] | Refusal {
  const { text, language } = place;
  const pattern = property.parent;
  const declarator = pattern?.parent;
  const list = declarator?.parent;
  const local =
    property.type === 'pair_pattern'
      ? property.field('value')
      : property.type === 'object_assignment_pattern'
        ? property.children[0]
        : property;
  if (pattern?.type !== 'object_pattern' || declarator?.type !== 'variable_declarator' || !list || !local)
    return { why: 'is taken out of an object that is handed over' };
  if (local.children.length > 0 || list.parent?.type === 'export_statement')
    return { why: 'is taken out of an object in a way that others may use' };
  const scope = list.parent!;
  const uses = namesIn(language, scope, local.text).filter(({ start }) => start !== local.start);
  if (uses.some((use) => language.isWritten(use)))
    return { why: `is kept as ${local.text}, which is written again` };
  const edits = uses.map((use) => ({
    start: use.start,
    end: use.end,
    text: language.inPlaceOf?.(use, name) ?? name,
  }));
  const gone =
    pattern.children.length === 1 && list.children.length === 1
      ? removeStatement(place, list)
      : [withoutItem(text, property)];
  return [...edits, ...gone];
}

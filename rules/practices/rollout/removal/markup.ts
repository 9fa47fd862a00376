/** Elements of markup in code that show what is below them where something is true. */
import type { Syntax } from '../../../artifacts/source/syntax.ts';
import type { Place } from './branches.ts';
import { indentAt, moved, wholeLines, type Edit } from './layout.ts';
import type { Refusal } from './simplify.ts';

/** An element that shows its children where the flag is on. */
export function withoutElement(
  { text, about }: Place,
  opening: Syntax,
  value: boolean,
): readonly Edit[] | Refusal {
  const element = opening.type === 'jsx_opening_element' ? opening.parent! : opening;
  const attributes = opening.children.filter(({ type }) => type === 'jsx_attribute');
  if (attributes.length !== 1) return { why: 'is an element with more to say than the flag' };
  if (element.type !== 'jsx_element') return { why: 'is an element without children' };
  const inner = element.children.filter(
    (child) => !/^jsx_(?:opening|closing)_element$/.test(child.type) && child.text.trim() !== '',
  );
  const inMarkup = /^jsx_(?:element|fragment)$/.test(element.parent?.type ?? '');
  const [first] = inner;
  const last = inner.at(-1);
  if (!value || !first || !last)
    return inMarkup
      ? [wholeLines(text, element.start, element.end, about)]
      : [{ start: element.start, end: element.end, text: 'null' }];
  if (inner.some(({ type }) => type === 'jsx_expression') && inner.length === 1)
    return { why: 'is an element whose only child is a function or an expression' };
  if (!inMarkup && (inner.length > 1 || !/^jsx_(?:element|self_closing_element|fragment)$/.test(first.type)))
    return { why: 'is an element with several children' };
  const range = { start: first.start, end: last.end };
  const shown = moved(text, range, indentAt(text, element.start), []);
  return [{ start: element.start, end: element.end, text: shown }];
}

/**
 * Moves the ranges of an expression's facts into the text it is written in. A scalar of YAML in several lines is what is
 * written but for white space, one in double quotes but for its escapes; where that does not hold, the whole of it is
 * what can be pointed at.
 */
import type { Ranged, TextRange } from '../../../text.ts';
import type { ImpossibleFacts, QueryFacts } from './facts.ts';

/**
 * @param query with ranges in the expression
 * @param expression the expression and where it is written
 * @param text of the file
 */
export function placed(query: QueryFacts, expression: Ranged<string>, text: string): QueryFacts {
  const offsets = offsetsOf(expression, text);
  const move = ({ start, end }: TextRange): TextRange => {
    const from = offsets?.[start];
    const to = offsets?.[Math.max(start, end - 1)];
    return from === undefined || to === undefined
      ? firstLine(expression.range, text)
      : { start: from, end: to + 1 };
  };
  return {
    ...query,
    ...(query.error && { error: { value: query.error.value, range: move(query.error.range) } }),
    selectors: query.selectors.map((selector) => ({
      ...selector,
      ...(selector.metric && {
        metric: { value: selector.metric.value, range: move(selector.metric.range) },
      }),
    })),
    ...(query.unconditional && {
      unconditional: { ...query.unconditional, range: move(query.unconditional.range) },
    }),
    ...(query.impossible && { impossible: movedImpossible(query.impossible, move) }),
    ...(query.absentWithin && { absentWithin: move(query.absentWithin) }),
  };
}

function movedImpossible(
  impossible: ImpossibleFacts,
  move: (range: TextRange) => TextRange,
): ImpossibleFacts {
  const range = move(impossible.range);
  return impossible.kind === 'counted' && impossible.counted
    ? { ...impossible, range, counted: move(impossible.counted) }
    : { ...impossible, range };
}

/** For each character of the expression its offset in the text; undefined where they cannot be laid side by side. */
function offsetsOf({ value, range }: Ranged<string>, text: string): readonly number[] | undefined {
  const offsets: number[] = [];
  const block = /^[|>][^\n]*\n/.exec(text.slice(range.start, range.start + 200));
  let at = range.start + (block ? block[0].length : /["']/.test(text[range.start] ?? '') ? 1 : 0);
  // Strings of JSON begin after their quote.
  const isEscaped = text[range.start] === '"' || (!block && text[range.start - 1] === '"');
  for (let index = 0; index < value.length; index += 1) {
    const character = value[index]!;
    if (!/\s/.test(character)) {
      while (at < range.end && /\s/.test(text[at]!)) at += 1;
      if (isEscaped && text[at] === '\\' && text[at + 1] === character) at += 1;
      if (text[at] !== character) return undefined;
      offsets[index] = at;
      at += 1;
    } else {
      offsets[index] = Math.min(at, range.end);
      if (isEscaped && text[at] === '\\') at += 2;
      else if (/[ \t]/.test(text[at] ?? '')) at += 1;
    }
  }
  return offsets;
}

function firstLine({ start, end }: TextRange, text: string): TextRange {
  const newline = text.indexOf('\n', start);
  return { start, end: newline < 0 ? end : Math.min(end, newline) };
}

/** Searches in the text of a manifest that keep ranges. They must never know a manifest. */
import type { Ranged } from '../../text.ts';

/** What the first group finds, wherever the expression matches. */
export const each = (text: string, expression: RegExp): Ranged<string>[] =>
  [...text.matchAll(expression)].map((match) => {
    const start = match.index + match[0].lastIndexOf(match[1]!);
    return { value: match[1]!, range: { start, end: start + match[1]!.length } };
  });

/** Everything but line breaks replaced by blanks where the expression matches, so that ranges hold. */
export const without = (text: string, expression: RegExp): string =>
  text.replace(expression, (match) => match.replace(/[^\r\n]/g, ' '));

export const xmlComments = /<!--[^]*?(?:-->|$)/g;

/** Says what is surely wrong with a regular expression of Go (RE2), as label matchers have it. It compiles nothing. */

/** @returns a clause such as `has a parenthesis that is not closed`; undefined where nothing is surely wrong */
export function regexError(pattern: string): string | undefined {
  let open = 0;
  for (let at = 0; at < pattern.length; at += 1) {
    const character = pattern[at]!;
    if (character === '\\') {
      if (at + 1 === pattern.length) return 'ends with a backslash';
      if (/[1-9]/.test(pattern[at + 1]!)) return 'refers back to a group, which RE2 does not know';
      // What is quoted by `\Q` goes on to `\E`.
      if (pattern[at + 1] === 'Q') return undefined;
      at += 1;
    } else if (character === '[') {
      const end = endOfClass(pattern, at);
      if (end < 0) return 'has a bracket that is not closed';
      at = end;
    } else if (character === '(') {
      if (/^\(\?<?[=!]/.test(pattern.slice(at, at + 4))) return 'looks around, which RE2 does not know';
      open += 1;
    } else if (character === ')') {
      open -= 1;
      if (open < 0) return 'closes a parenthesis that is not open';
    } else if (/[*+?]/.test(character) && (at === 0 || /[(|]/.test(pattern[at - 1]!))) {
      if (character === '?' && pattern[at - 1] === '(') continue;
      if (pattern[at - 2] === '\\') continue;
      return `repeats nothing with “${character}”`;
    }
  }
  return open > 0 ? 'has a parenthesis that is not closed' : undefined;
}

/** The offset of a class's `]`, or -1. A `]` right after the start is a member of the class. */
function endOfClass(pattern: string, start: number): number {
  let at = start + 1;
  if (pattern[at] === '^') at += 1;
  if (pattern[at] === ']') at += 1;
  for (; at < pattern.length; at += 1) {
    if (pattern[at] === '\\') at += 1;
    else if (pattern.startsWith('[:', at)) {
      const end = pattern.indexOf(':]', at);
      if (end >= 0) at = end + 1;
    } else if (pattern[at] === ']') return at;
  }
  return -1;
}

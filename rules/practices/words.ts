/** Words of messages that several rules put together in the same way. */

/** `a`, `a and b`, `a, b and c`; empty for none. */
export function listed(words: readonly string[], joint = 'and'): string {
  return words.length < 2 ? (words[0] ?? '') : `${words.slice(0, -1).join(', ')} ${joint} ${words.at(-1)}`;
}

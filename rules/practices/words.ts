/** Words of messages that several rules put together in the same way. */

/** `a`, `a and b`, `a, b and c`; empty for none. */
export function listed(words: readonly string[], joint = 'and'): string {
  return words.length < 2 ? (words[0] ?? '') : `${words.slice(0, -1).join(', ')} ${joint} ${words.at(-1)}`;
}

/** The start of a text that people wrote, as much of it as a message has room for. */
export function clip(text: string): string {
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
}

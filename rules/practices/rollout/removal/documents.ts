/** What documents say about a flag: items, rows and sections that are about it alone. */

export function isDocument(path: string): boolean {
  return /\.(?:md|mdx|markdown)$/i.test(path);
}

/** Takes out the list items and table rows that start with a key, and the sections it is the heading of. */
export function withoutMention(text: string, key: string): string {
  const escaped = key.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&');
  const named = `[\`*_]*${escaped}[\`*_]*`;
  const item = new RegExp(`^(\\s*)(?:[-*+]|\\d+\\.)\\s+${named}(?=\\s|[:,.]|$)`);
  const row = new RegExp(`^\\s*\\|?\\s*${named}\\s*\\|`);
  const heading = new RegExp(`^(#{1,6})\\s+(?:.*\\s)?${named}(?:\\s.*)?$`);
  const kept: string[] = [];
  const lines = text.split('\n');
  let fenced = false;
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at]!;
    if (/^\s*(?:```|~~~)/.test(line)) fenced = !fenced;
    const section = fenced ? null : heading.exec(line);
    const listed = fenced ? null : item.exec(line);
    if (section) {
      const level = section[1]!.length;
      at += 1;
      while (at < lines.length && !new RegExp(`^#{1,${level}}\\s`).test(lines[at]!)) at++;
      at -= 1;
    } else if (listed) {
      // What is indented below an item belongs to it.
      while (at + 1 < lines.length && new RegExp(`^\\s{${listed[1]!.length + 2},}\\S`).test(lines[at + 1]!))
        at++;
    } else if (fenced || !row.test(line)) kept.push(line);
  }
  return kept.length === lines.length ? text : kept.join('\n');
}

/** Whether `#anchor` is on a page. It knows headings and anchors of one page, and no link. */
import type { MarkdownFacts } from '../artifacts/markdown/facts.ts';

/**
 * Compares leniently: hosts and site generators differ in case, dashes and what they strip, and a link that works
 * somewhere is not called dead.
 * @param anchor as in a link, without `#`, possibly percent-encoded
 */
export function hasAnchor(page: MarkdownFacts, anchor: string): boolean {
  // Lines and text of a page, as code hosts and browsers address them, and the top that every page has.
  if (anchor === '' || /^L\d|^:~:|^top$/i.test(anchor)) return true;
  const wanted = comparable(anchor);
  if (wanted === '') return true;
  return (
    page.headings.some(({ slug, text }) => comparable(slug) === wanted || comparable(text) === wanted) ||
    page.anchors.some((name) => comparable(name) === wanted)
  );
}

/** Letters and digits alone. */
export function comparable(text: string): string {
  let known = comparables.get(text);
  if (known === undefined) {
    if (comparables.size >= maxComparables) comparables.clear();
    comparables.set(text, (known = compared(text)));
  }
  return known;
}

/** Names are compared again after every keystroke, and are the same ones. */
const comparables = new Map<string, string>();
const maxComparables = 20_000;

function compared(text: string): string {
  return decode(text)
    .toLowerCase()
    .replace(/^user-content-/, '')
    .replace(/[^\p{L}\p{N}]/gu, '');
}

/** Percent-decodes; text that is not encoded well stays as it is. */
export function decode(text: string): string {
  if (!text.includes('%')) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** When a page was last reviewed, as its front matter or text says. It must never know the clock, nor git. */
import type { MarkdownFacts } from '../../artifacts/markdown/facts.ts';
import type { TextRange } from '../../text.ts';

export interface Review {
  /** ISO date. */
  readonly date: string;
  readonly range: TextRange;
}

/** Keys people use for it, without `_` and `-`; the most telling first. */
const reviewedKeys = [
  ...['reviewed', 'lastreviewed', 'lastreview', 'reviewedon', 'reviewedat', 'lastreviewedon', 'revieweddate'],
  ...['reviewdate', 'verified', 'lastverified', 'validated', 'lastvalidated', 'lasttested', 'tested'],
  ...['updated', 'lastupdated'],
];
/** Keys that say until when a page holds. */
const dueKeys = ['reviewby', 'nextreview', 'nextreviewdate', 'reviewdue', 'expires', 'expiry', 'validuntil'];

/** The last review of a page; undefined where it does not say. */
export function reviewOf(page: MarkdownFacts): Review | undefined {
  const written = dateUnder(reviewedKeys, page);
  if (written || !page.reviewed) return written;
  return { date: page.reviewed.value, range: page.reviewed.range };
}

/** The date by which a page says itself that it is to be reviewed again. */
export function reviewDueOf(page: MarkdownFacts): Review | undefined {
  return dateUnder(dueKeys, page);
}

/** Whole days between two ISO dates. */
export function daysBetween(from: string, to: string): number {
  return Math.floor((Date.parse(to) - Date.parse(from)) / 86_400_000);
}

/** A page is stale when its review is longer ago than this, unless `runbooks.reviewDays` says otherwise. */
export const defaultReviewDays = 180;

function dateUnder(keys: readonly string[], { frontMatter }: MarkdownFacts): Review | undefined {
  const entries = Object.entries(frontMatter).map(
    ([key, value]) => [key.toLowerCase().replace(/[-_ ]/g, ''), value] as const,
  );
  for (const key of keys) {
    const found = entries.find(([name]) => name === key)?.[1];
    const date = found && isoDate(found.value);
    if (date) return { date, range: found.range };
  }
  return undefined;
}

/** `2026-06-15`, also with a time behind it; other forms are not the same everywhere. */
function isoDate(written: string): string | undefined {
  const date = /^(\d{4}-\d{2}-\d{2})(?:[T ].*)?$/.exec(written.trim())?.[1];
  return date !== undefined && !Number.isNaN(Date.parse(date)) ? date : undefined;
}

/**
 * Words of a page that tell something whatever stands around them: warnings, placeholders, dates of a review, owners,
 * times. One pass each over the raw text. It must never know what a page is for.
 */
import type { Ranged } from '../../text.ts';
import type { CodeBlock, MarkdownFacts } from './facts.ts';

type Phrases = Pick<
  MarkdownFacts,
  'warnings' | 'placeholders' | 'reviewed' | 'namesOwner' | 'times' | 'assignments'
>;

/** Words that make a reader stop, in the languages whose headings are known. */
const warning =
  /\b(?:warn(?:ing)?s?\b|caution|careful|danger|accident|beware|be aware|take care|\blost\b|\bNB\b|note that|destructive|destroys?\b|irrevers|irrecover|unrecover|permanent|cannot be (?:undone|reverted|restored|recovered)|can't be undone|can ?not undo|data[ -]?loss|los(?:e|es|ing) (?:all |any |the |your |its )?(?:\w+ )?data|(?:take|make|create|have|check|verify|see|recent|valid)\b[^.\n]{0,40}\b(?:back[- ]?up|snapshot)|make sure|ensure|be sure|double[- ]check|confirm|only if|unused|no longer (?:needed|used|in use)|not in use|last resort|dry[- ]run|downtime|outage|interrupt|disrupt|risk|safe(?:ly)?\b|attention|vorsicht|achtung|warnung|avertissement|atenci[oó]n|advertencia|cuidado|aten[cç][aã]o|attenzione|waarschuwing|uwaga)|⚠|❗|🚨|внимание|осторожно|警告|注意|危险|주의|경고/giu;
/** Not the list, comment or tool of that name. */
const placeholder =
  /(?<![\w/#."'-])(?:(?:TODO|TBD|TBC|FIXME)(?![\w"'-]|\.\w| (?:lists?|items?|apps?|comments?)\b)|lorem ipsum\b|(?:to be (?:determined|defined|written|documented|completed)|coming soon)(?=[ \t]*[.!…*_)]*[ \t]*(?:\||\r?$)))/gim;
const review =
  /\b(?:last[ -]?)?(?:reviewed|review|verified|validated|tested)(?:[ -](?:on|at|date))?\b[*_: |\t]{1,8}(\d{4}-\d{2}-\d{2})\b/gi;
const owner =
  /^[ \t>|*_+-]*(?:(?:service|runbook|page|document|primary|technical|code) )?(?:owners?|owned by|owning team|owner team|team|maintainers?|contacts?|responsible(?: team)?|point of contact)[*_ \t]*(?::|\|)[*_ \t]*[^\s*_|:-]/im;
const time = /(?<![\d:])(?:[01]?\d|2[0-3]):[0-5]\d\b(?!:\d*[a-z])/g;
const assignment =
  /(?<![\w.])@[A-Za-z][\w/.-]+|\b(?:owners?|assignees?|assigned|responsible|dri)\b|(?<![\w&])#\d+\b|\b[A-Z][A-Z0-9]+-\d+\b|\/(?:issues|pull|merge_requests|browse|work_items)\/|trello\.com|linear\.app|app\.asana\.com/gi;

/** @param from where the front matter ends */
export function readPhrases(text: string, from: number, code: readonly CodeBlock[]): Phrases {
  const owned = owner.exec(text.slice(from));
  const reviewed = [...text.matchAll(review)].find(
    ({ index, 1: date }) => index >= from && !Number.isNaN(Date.parse(date!)),
  );
  const comments = text.includes('<!--') ? [...text.matchAll(/<!--[^]*?(?:-->|$)/g)] : [];
  const isProse = (at: number): boolean =>
    at >= from &&
    !code.some(({ range }) => at >= range.start && at < range.end) &&
    !comments.some(({ index, 0: comment }) => at >= index && at < index + comment.length);
  return {
    warnings: offsets(text, warning),
    placeholders: [...text.matchAll(placeholder)].flatMap(({ index, 0: words }): Ranged<string>[] => {
      // `TODO` is written in capitals; "todo" may be a word of any language.
      const known = /^(?:todo|tbd|tbc|fixme)$/i.test(words) ? words === words.toUpperCase() : true;
      return known && isProse(index)
        ? [{ value: words, range: { start: index, end: index + words.length } }]
        : [];
    }),
    ...(reviewed && { reviewed: ranged(reviewed[1]!, reviewed.index + reviewed[0].length) }),
    ...(owned && {
      namesOwner: { start: from + owned.index, end: from + owned.index + owned[0].length },
    }),
    times: offsets(text, time),
    assignments: offsets(text, assignment),
  };
}

function ranged(value: string, end: number): Ranged<string> {
  return { value, range: { start: end - value.length, end } };
}

/** More than this tells nothing more. */
const maxOffsets = 200;

function offsets(text: string, pattern: RegExp): number[] {
  const found: number[] = [];
  for (const { index } of text.matchAll(pattern)) {
    if (found.push(index) >= maxOffsets) break;
  }
  return found;
}

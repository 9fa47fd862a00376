/**
 * When an incident began, was noticed and was over, as a postmortem says it: in front matter, in a line such as
 * `Resolved: 2026-03-02 10:47`, or in a timeline whose lines begin with a time. A page's times are of one clock, so only
 * differences mean something. It must never guess: a line that does not say what happened counts for nothing.
 */
import type { IncidentFacts } from './facts.ts';

/** Lines longer than this are no entries of a timeline. */
const maxLine = 1000;
const maxLines = 2000;

const stamp =
  /(?:(?<date>\d{4}-\d{2}-\d{2})(?:[T ]{1,2}|,? (?:at )?))?(?<![\d:])(?<hour>[01]?\d|2[0-3]):(?<minute>[0-5]\d)(?![\d])/;
const dateOnly = /(?<!\d)(\d{4})-(\d{2})-(\d{2})(?!\d)/;

const began =
  /^(?:(?:incident|outage|impact|issue|errors?|failures?|problem|disruption)s? )?(?:start(?:ed|s)?|began|begins?|onset)\b|\b(?:incident|outage|impact|errors?|failures?|requests?|service) (?:start(?:ed|s)?|began|begins?|went down|fail(?:ed|ing))\b|\b(?:start|begin|began|started)s? (?:to fail|failing|returning|timing out)\b/i;
const detected =
  /\bdetect(?:ed|ion)|\bnoticed\b|\bdiscovered\b|\balert(?:s|ed)?\b.{0,60}\b(?:fir|trigger|receiv|rais)|^alert\b|\bpaged\b|\bfirst (?:report|alert|page)|\breported\b|\bpagerduty\b/i;
const over =
  /\b(?:incident|issue|problem|outage|impact|service|services|all systems?|traffic|everything|site|cluster)?\b.{0,40}\b(?:resolved|restored|recovered|mitigated|back to normal|back up|operational|all[- ]clear|healthy again|works? again)\b|^(?:over|end(?:ed)?|recovery|resolution|mitigation)\b|\b(?:incident|outage|impact) (?:end(?:ed|s)?|over|closed)\b/i;
const notOver =
  /\bnot (?:yet )?(?:been )?(?:resolved|restored|recovered|fixed)|\bun(?:resolved|successful)|\b(?:partially|attempt\w*|trying|tried|to be|should be|will be|until|expected)\b/i;
const change =
  /\broll(?:ed|ing)?[ -]?back|\breverted|\breverting|\bhot-?fix|\b(?:new|bad|faulty|latest|recent|broken) (?:deploy\w*|release|version|rollout|image)\b|\b(?:after|since|by|during|following|with) (?:the|a|an|our|this)?\s?(?:\w+ )?(?:deploy(?:ment|ed|ing)?|release|rollout|upgrade|version bump)\b|\b(?:was|were|been|got) (?:deployed|released|upgraded)\b|\bversion (?:bump|update|change)\b|\b(?:accidental|unintended|inadvertent|faulty|bad|wrong) (?:\w+ )?(?:change|update|configuration|deletion)\b/i;
const duration =
  /^[ \t>|*_+-]{0,20}(?:(?:total|incident|outage|impact) )?(?:duration|time to (?:recover\w*|restor\w*|resol\w*|repair|mitigat\w*)|ttr|mttr|downtime)[*_ \t]{0,20}[:|][*_ |\t]{0,20}(?:about |approx(?:imately|\.)? |~ ?|ca\. )?(.{1,60})/im;

/** Where a page gives times and no day; only the time between them means something then. */
const someDay = '1970-01-01';

/**
 * @param path may say the day
 * @param frontMatter scalars of the page's front matter
 */
export function readIncident(
  path: string,
  text: string,
  frontMatter: Readonly<Record<string, { readonly value: string }>>,
): IncidentFacts | undefined {
  const found: { began?: string; detected?: string; resolved?: string } = {};
  for (const [key, { value }] of Object.entries(frontMatter))
    note(found, key.replaceAll('_', ' '), value, '');
  let date = dateOnly.exec(path)?.[0] ?? dateOnly.exec(text)?.[0] ?? someDay;
  for (const line of text.split(/\r?\n/, maxLines)) {
    if (line.length > maxLine) continue;
    const [day] = dateOnly.exec(line) ?? [];
    if (day !== undefined) date = day;
    const at = stamp.exec(line);
    if (!at) continue;
    const words = `${line.slice(0, at.index)} ${line.slice(at.index + at[0].length)}`;
    note(found, words.replace(/<[^>]{0,200}>/g, ' ').replace(/^[\s>|*_+#:.,()[\]–—-]+/, ''), line, date);
  }
  const times = date === someDay ? {} : found;
  const minutes =
    minutesIn(duration.exec(text)?.[1]) ?? minutesBetween(found.began ?? found.detected, found.resolved);
  if (Object.keys(times).length === 0 && minutes === undefined) return undefined;
  return { ...times, ...(minutes !== undefined && { minutes }), byChange: change.test(text) };
}

/** The first time something began or was noticed, and the last time it was over. */
function note(
  found: { began?: string; detected?: string; resolved?: string },
  words: string,
  text: string,
  date: string,
): void {
  const groups = stamp.exec(text)?.groups;
  const on = groups?.['date'] ?? date;
  if (!groups || on === '') return;
  const at = `${on}T${groups['hour']!.padStart(2, '0')}:${groups['minute']}`;
  const said = words
    .replace(/^(?:utc|gmt|[a-z]{2,4}t|z)\b[\s|:–—-]*/i, '')
    .replace(/\*\*|__|\|/g, ' ')
    .trim();
  if (over.test(said) && !notOver.test(said)) found.resolved = at;
  else if (began.test(said)) found.began ??= at;
  else if (detected.test(said)) found.detected ??= at;
}

function minutesBetween(start: string | undefined, end: string | undefined): number | undefined {
  if (start === undefined || end === undefined) return undefined;
  const minutes = (Date.parse(`${end}:00Z`) - Date.parse(`${start}:00Z`)) / 60_000;
  return minutes > 0 ? minutes : undefined;
}

/** `47 minutes`, `1h 20m`, `2 hours and 5 min`. */
function minutesIn(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  let minutes = 0;
  for (const [, number, unit] of text.matchAll(
    /(\d+(?:\.\d+)?) ?(d(?:ays?)?|h(?:ours?|rs?)?|m(?:in(?:ute)?s?)?)\b/gi,
  ))
    minutes += Number(number) * { d: 1440, h: 60, m: 1 }[unit![0]!.toLowerCase() as 'd' | 'h' | 'm'];
  return minutes > 0 ? Math.round(minutes) : undefined;
}

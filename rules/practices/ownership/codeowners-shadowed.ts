/** The last line that matches decides: an earlier, narrower one is without effect. */
import type { CodeownersEntry } from '../../artifacts/codeowners/facts.ts';
import { defineRule } from '../rule.ts';
import { matchedEntries, type Matched } from './matches.ts';

export default defineRule({
  id: 'ownership/codeowners-shadowed',
  title: 'A line of CODEOWNERS has no effect, as a later one matches all of its files.',
  area: 'ownership',
  section: '§3',
  level: 'warning',
  joins: true,
  fix: 'none',
  messages: {
    shadowed: {
      text: '{pattern} gives nothing to {owners}: {later} further down matches the same files, and the last match wins.',
    },
  },
  check(model, report) {
    const { file } = model.owners;
    if (file === undefined) return;
    const matched = matchedEntries(model);
    for (const [index, one] of matched.entries()) {
      if (one.files.length === 0 || one.entry.owners.length === 0) continue;
      const at = { file, range: one.entry.pattern.range };
      const later = shadowOf(one, matched.slice(index + 1));
      const pattern = one.entry.pattern.value;
      if (!later) report.met(undefined, { at, message: `${pattern} decides` });
      else
        report.gap({
          message: 'shadowed',
          data: {
            pattern,
            owners: namesOf(one.entry),
            later: later.entry.pattern.value,
          },
          at,
          related: [
            { at: { file, range: later.entry.range }, message: `This gives them to ${namesOf(later.entry)}` },
          ],
        });
    }
  },
});

/**
 * A later line that takes all of its files away. A line that is followed by narrower ones is what is left over for
 * everybody else, even where nothing is left: so the later one must match more files, or be the same pattern.
 */
function shadowOf({ entry, files }: Matched, later: readonly Matched[]): Matched | undefined {
  return later.find(
    (other) =>
      other.entry.section === entry.section &&
      other.entry.owners.length > 0 &&
      namesOf(other.entry) !== namesOf(entry) &&
      (other.files.length > files.length || bare(other.entry) === bare(entry)) &&
      files.every((path) => other.match(path)),
  );
}

function bare({ pattern }: CodeownersEntry): string {
  return pattern.value.replace(/^\/|\/\*{0,2}$/g, '');
}

function namesOf({ owners }: CodeownersEntry): string {
  return owners
    .map(({ value }) => value)
    .toSorted()
    .join(', ');
}

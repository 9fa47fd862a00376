/** The annotation by which an alert names its runbook: where it is left empty, and how a URL is put into it. Only for edits. */
import type { Ranged } from '../../text.ts';
import type { Alert, Model } from '../../model/model.ts';
import { runbookAnnotation } from '../../model/runbookLinks.ts';
import type { Change, FixContext } from '../rule.ts';
import { annotate } from './annotate.ts';

/** Name and place of an annotation for a runbook that has no value, on an alert that names none. */
export function emptyAnnotation({ facts }: Alert): readonly [string, Ranged<string>] | undefined {
  return Object.entries(facts.annotations).find(([name]) => /^(?:runbook|playbook)/i.test(name));
}

/**
 * Lets an alert that names no runbook lead to this URL.
 * @returns nothing where it cannot be done surely
 */
export function annotateRunbook(alert: Alert, context: FixContext, url: string): readonly Change[] {
  const file = context.read(alert.file);
  const empty = emptyAnnotation(alert);
  if (!empty) return annotate(file, alert.facts, nameOfAnnotation(context.model), url);
  const [name, { range }] = empty;
  const written = file.text.slice(range.start, range.end);
  if (/^(?:""|'')$/.test(written)) {
    return [{ kind: 'edit', file: alert.file, range, text: JSON.stringify(url) }];
  }
  // The range of an entry without value is its key's.
  if (written !== name || file.text[range.end] !== ':') return [];
  const after = { start: range.end + 1, end: range.end + 1 };
  return [{ kind: 'edit', file: alert.file, range: after, text: ` ${url}` }];
}

/** As the other alerts call it. */
function nameOfAnnotation({ alerts }: Model): string {
  for (const { facts } of alerts) {
    const used = runbookAnnotation(facts);
    const name = used && Object.keys(facts.annotations).find((key) => facts.annotations[key] === used);
    if (name !== undefined) return name;
  }
  return 'runbook_url';
}

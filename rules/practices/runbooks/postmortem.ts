/**
 * The skeleton of a postmortem, from the run of a runbook: when it was noticed and over, and what was done in between. What
 * nobody but people know is left to be filled in. Its times are written so that they are read back.
 */
import type { Model, Runbook } from '../../model/model.ts';
import { folderOf, join } from '../../model/paths.ts';
import { postmortems } from './kinds.ts';
import { link } from './write.ts';

/** A runbook as it was followed. Times are milliseconds since 1970. */
export interface RunbookRun {
  readonly began: number;
  readonly finished?: number;
  /** What was done, in the order in which it was. */
  readonly entries: readonly { readonly at: number; readonly text: string }[];
}

/** @returns where it belongs, which may be there already, and what it says */
export function writePostmortem(
  { file, title, alerts, services }: Pick<Runbook, 'file' | 'title' | 'alerts' | 'services'>,
  run: RunbookRun,
  model: Model,
): { readonly path: string; readonly text: string } {
  const day = new Date(run.began).toISOString().slice(0, 10);
  const name =
    title
      .toLowerCase()
      .replace(/[^\p{L}\p{N}]+/gu, '-')
      .replace(/^-|-$/g, '') || 'incident';
  const path = join(postmortemFolder(model), `${day}-${name}.md`);
  const names = [...alerts.map(({ facts }) => facts.name.value), ...services.map((service) => service.name)];
  const about = [...new Set(names)];
  const text = `# Postmortem: ${title}, ${day}

Detected: ${minuteOf(run.began)} UTC

Resolved: ${run.finished === undefined ? '<!-- when it was over: 2026-01-31 10:47 UTC -->' : `${minuteOf(run.finished)} UTC`}

Runbook that was followed: ${link(file, path)}
${about.length > 0 ? `\nAbout: ${about.join(', ')}\n` : ''}
## Summary

<!-- What happened, in two sentences. -->

## Impact

<!-- Who noticed what, how many they were, and for how long. -->

## Root cause

<!-- Why it happened, and why it was not prevented. Was it a change? -->

## Timeline

Minutes since the runbook was opened.

${run.entries.map((entry) => `- +${minutesBetween(run.began, entry.at)} min: ${plain(entry.text)}`).join('\n')}

## What went well, and what did not

<!-- Was the runbook right? What was missing in it? -->

## Action items

<!-- What is done so that it does not happen again: each with its owner, and an issue. -->
`;
  return { path, text };
}

/** Where the others are. */
function postmortemFolder(model: Model): string {
  const [last] = postmortems(model)
    .map(({ file }) => file)
    .toSorted()
    .slice(-1);
  if (last !== undefined) return folderOf(last);
  return model.files.hasFolder('docs') ? 'docs/postmortems' : 'postmortems';
}

function minuteOf(time: number): string {
  return new Date(time).toISOString().slice(0, 16).replace('T', ' ');
}

function minutesBetween(start: number, end: number): number {
  return Math.max(0, Math.round((end - start) / 60_000));
}

/** One line, without times of day, which would be read as the incident's own. */
function plain(text: string): string {
  return text
    .replace(/\s+/g, ' ')
    .replace(/(\d{1,2}):(\d{2})/g, '$1.$2')
    .trim();
}

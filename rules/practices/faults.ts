/** What goes wrong in the engine's own work. Reported like findings, so that nobody takes silence for success. */
import { defineRule } from './rule.ts';

const check = (): void => undefined;
const common = { area: 'engine', section: '§4', joins: false, fix: 'none', check } as const;

export const fileUnparsable = defineRule({
  ...common,
  id: 'scaleready/file-unparsable',
  title: 'A file, or part of it, could not be understood.',
  level: 'warning',
  messages: { problem: { text: '{problem}' } },
});

export const configurationInvalid = defineRule({
  ...common,
  id: 'scaleready/configuration-invalid',
  title: 'The configuration has a mistake, and that part of it is not in force.',
  level: 'error',
  messages: {
    problem: { text: '{problem}' },
    'unknown-rule': { text: 'No rule is called “{pattern}”, so this line changes nothing.{hint}' },
  },
});

export const ruleFailed = defineRule({
  ...common,
  id: 'scaleready/rule-failed',
  title: 'A rule failed, and what it would have found is not reported.',
  level: 'error',
  messages: {
    failed: {
      text: 'The rule {rule} failed ({error}), so what it would have found is missing here. Please report this.',
    },
  },
});

export const suppressionUnused = defineRule({
  ...common,
  id: 'scaleready/suppression-unused',
  title: 'A suppression suppresses nothing.',
  level: 'info',
  messages: {
    unused: {
      text: 'Nothing is suppressed here: {rules} finds nothing in what this comment covers. Remove it.',
    },
    unknown: { text: 'No rule is called “{rule}”, so this comment suppresses nothing.{hint}' },
    expired: {
      text: 'This suppression ended on {until}, so what it covered is reported again. Fix that, or give it a later date.',
    },
  },
});

export const faults = [fileUnparsable, configurationInvalid, ruleFailed, suppressionUnused] as const;

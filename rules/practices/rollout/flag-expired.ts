/** Compares flags with today: past their date, or decided for everybody, while the code still asks. */
import { place, type FlagDefinition, type Model } from '../../model/model.ts';
import { defineRule, type LazyFix, type Report } from '../rule.ts';
import { endingOf, lifetimeOf, overdue } from './lifetimes.ts';
import { canRemove, removeFlag } from './removal/removal.ts';

export default defineRule({
  id: 'rollout/flag-expired',
  title: 'A feature flag has outlived its date, or everybody gets the same value.',
  area: 'rollout',
  section: '§7',
  level: 'warning',
  joins: true,
  fix: 'suggested',
  messages: {
    'past-date': {
      text: 'The flag {key} should have been gone by {date}. Until it is removed, both branches must be kept working and tested.',
    },
    'past-lifetime': {
      text: 'The {kind} flag {key} has outlived its {days} days: it should have been gone by {date}.',
    },
    stale: {
      text: 'Unleash has marked the flag {key} as stale: it has outlived its kind and should leave the code.',
    },
    'rolled-out': {
      text: 'Everybody gets {value} for the flag {key}, so the other branch is dead code that still has to be read and tested.',
      level: 'info',
    },
  },
  check(model, report) {
    for (const definition of model.flags.definitions) {
      const { facts, role, reads, readsAreKnown } = definition;
      if (role !== 'production' || facts.archived) continue;
      // A flag that nothing reads is another rule's finding.
      if (reads.length === 0 && readsAreKnown) continue;
      checkFlag(model, definition, report);
    }
  },
});

type Messages = 'past-date' | 'past-lifetime' | 'stale' | 'rolled-out';

function checkFlag(model: Model, definition: FlagDefinition, report: Report<Messages>): void {
  const { file, facts, reads, format } = definition;
  const key = facts.key.value;
  const ending = endingOf(definition);
  const related = reads.map((read) => ({ at: place(read.file, read.facts), message: `${key} is read here` }));
  const common = { related, fixes: fixesFor(model, definition) };
  const message = overdue(definition, model.today);
  if (message === 'past-date' || message === 'past-lifetime') {
    const kind = facts.kind?.value ?? 'release';
    const derived = message === 'past-lifetime' && { kind, days: lifetimeOf(kind)! };
    const data = { key, date: ending!.date, ...derived };
    const at = place(file, facts.expires ?? facts.created ?? facts.key);
    report.gap({ message, data, at, ...common });
  } else if (message) {
    const data = { key, ...(message === 'rolled-out' && { value: 'true' }) };
    const at = place(file, message === 'stale' ? facts.stale : facts.constant);
    report.gap({ message, data, at, ...common });
  } else if (ending || facts.permanent || facts.kind || format === 'unleash') {
    report.met(undefined, { at: place(file, facts.key), message: `${key} is within its time` });
  }
}

/** Offered where everybody gets one boolean and every read is known and can be rewritten. */
function fixesFor(model: Model, definition: FlagDefinition): LazyFix[] {
  const { facts, file, reads, readsAreKnown } = definition;
  const key = facts.key.value;
  const value = facts.constant?.value;
  const elsewhere = model.flags.definitions.filter((each) => each.facts.key.value === key).length > 1;
  if (typeof value !== 'boolean' || !readsAreKnown || elsewhere || !reads.every(canRemove)) return [];
  return [
    {
      title: `Remove the flag ${key} and the branch that nobody takes`,
      safety: 'suggested',
      async changes(context) {
        const { changes, readsLeft } = await removeFlag(context, key, value);
        return readsLeft === 0 && changes.some((change) => change.file === file) ? changes : [];
      },
    },
  ];
}

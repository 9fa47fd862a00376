/** Looks at the value code falls back to when a flag cannot be evaluated. */
import { place, type FlagRead, type Model } from '../../model/model.ts';
import { defineRule, type LazyFix } from '../rule.ts';

export default defineRule({
  id: 'rollout/flag-default-missing',
  title: 'A feature flag is read without a default, or with one of another type.',
  area: 'rollout',
  section: '§7',
  level: 'warning',
  joins: true,
  fix: 'suggested',
  messages: {
    missing: {
      text: 'The flag {key} is read without a default, so the code gets nothing to decide by when the flag service does not answer.',
    },
    mistyped: {
      text: 'The default of the flag {key} is a {given}, and its values are {type}s: what follows is decided by a value of the wrong type whenever the flag service does not answer.',
    },
  },
  check(model, report) {
    const types = definedTypes(model);
    for (const read of model.flags.reads) {
      const { file, facts, key, role } = read;
      const { fallback } = facts;
      if (role !== 'production' || key === undefined || !fallback) continue;
      const at = place(file, fallback);
      const type = facts.type ?? types.get(key);
      if (fallback.value === 'missing') {
        report.gap({ message: 'missing', data: { key }, at, fixes: fixesFor(read, type) });
      } else if (type && type !== fallback.value && isPlain(type) && isPlain(fallback.value)) {
        report.gap({ message: 'mistyped', data: { key, given: fallback.value, type }, at });
      } else {
        report.met(model.serviceOf(file), { at, message: `${key} has a default` });
      }
    }
  },
});

type FlagType = NonNullable<FlagRead['facts']['type']>;

/** Objects are often written as what they hold. */
function isPlain(type: string): boolean {
  return type === 'boolean' || type === 'string' || type === 'number';
}

/** The type of a flag's values, where its definitions agree. */
function definedTypes({ flags }: Model): ReadonlyMap<string, FlagType> {
  const types = new Map<string, FlagType>();
  const contested = new Set<string>();
  for (const { facts } of flags.definitions) {
    const key = facts.key.value;
    const before = types.get(key);
    if (!facts.type || (before && before !== facts.type)) contested.add(key);
    else types.set(key, facts.type);
  }
  for (const key of contested) types.delete(key);
  return types;
}

/** Off is what a boolean flag was before it came; for others nobody can say. */
function fixesFor({ file, facts }: FlagRead, type: FlagType | undefined): LazyFix[] {
  if (type !== 'boolean') return [];
  return [
    {
      title: 'Fall back to false',
      safety: 'suggested',
      changes({ read }) {
        const { text } = read(file);
        const end = facts.range.end - 1;
        if (text[end] !== ')') return [];
        const before = text.slice(facts.range.start, end).trimEnd();
        const at = facts.range.start + before.length;
        const added = before.endsWith(',') ? ' false' : ', false';
        return [{ kind: 'edit', file, range: { start: at, end: at }, text: added }];
      },
    },
  ];
}

/** Asks every flag who answers for it and until when it may live. */
import { place, type FlagDefinition, type Model } from '../../model/model.ts';
import { defineRule, type LazyFix } from '../rule.ts';
import { addProperties } from './definitions.ts';
import { addDays, isEndKnown, keepsOwners, lifetimeOf, likelyOwner } from './lifetimes.ts';

export default defineRule({
  id: 'rollout/flag-owner-missing',
  title: 'A feature flag has no owner, or no date by which it should be gone.',
  area: 'rollout',
  section: '§7',
  level: 'info',
  joins: true,
  fix: 'suggested',
  messages: {
    both: {
      text: 'The flag {key} has neither an owner nor an expiry date, so nobody will notice when it should be removed.',
    },
    owner: {
      text: 'The flag {key} has no owner, so nobody will remove it or knows whether it may be switched.',
    },
    expiry: {
      text: 'The flag {key} has no expiry date and no kind that may stay, so it is likely to live for ever.',
    },
  },
  check(model, report) {
    for (const definition of model.flags.definitions) {
      const { file, facts, format, role } = definition;
      if (role !== 'production' || facts.archived) continue;
      // What a tool writes out has no owners; who may change a flag is a matter of its project there.
      const owned = facts.owner !== undefined || !keepsOwners(format);
      const bounded = isEndKnown(definition);
      const at = place(file, facts.key);
      if (owned && bounded) {
        report.met(undefined, { at, message: `${facts.key.value} has an owner and an end` });
      } else {
        report.gap({
          message: !owned && !bounded ? 'both' : owned ? 'expiry' : 'owner',
          data: { key: facts.key.value },
          at,
          fixes: fixesFor(model, definition, { owned, bounded }),
        });
      }
    }
  },
});

/** Offered where nothing is left to be asked for: an owner is never invented. */
function fixesFor(
  model: Model,
  definition: FlagDefinition,
  { owned, bounded }: { readonly owned: boolean; readonly bounded: boolean },
): LazyFix[] {
  const { file, facts, reads } = definition;
  const owner = owned ? undefined : likelyOwner(model, [...reads.map((read) => read.file), file]);
  if (!owned && owner === undefined) return [];
  const days = lifetimeOf(facts.kind?.value);
  const expires = bounded || days === undefined ? undefined : addDays(model.today, days);
  const properties = { ...(owner !== undefined && { owner }), ...(expires !== undefined && { expires }) };
  const added = [owner && `${owner} as owner`, expires && `${expires} as expiry`]
    .filter(Boolean)
    .join(' and ');
  return [
    {
      title: `Add ${added}`,
      safety: 'suggested',
      changes: ({ read }) => addProperties(read(file), definition, properties),
    },
  ];
}

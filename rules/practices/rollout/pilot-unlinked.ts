/** Joins the pilots of the plan with the flags and rollouts that would carry them out. */
import { place, type Model } from '../../model/model.ts';
import { nearest } from '../../nearest.ts';
import type { Evidence } from '../../text.ts';
import { planOf, textIn, writeInstead } from '../measures/plan.ts';
import { defineRule } from '../rule.ts';

export default defineRule({
  id: 'rollout/pilot-unlinked',
  title: 'A pilot is to be run by a flag or rollout that does not exist.',
  area: 'rollout',
  section: '§7',
  level: 'warning',
  joins: true,
  fix: 'suggested',
  messages: {
    missing: {
      text: '“{pilot}” is to be run by the {what} {name}, which is not in this repository: the change will reach everybody at once.{hint}',
    },
  },
  check(model, report) {
    const plan = planOf(model);
    if (!plan) return;
    for (const pilot of [...plan.facts.pilots, ...plan.facts.experiments]) {
      for (const what of ['flag', 'rollout'] as const) {
        const named = textIn(pilot, what);
        if (!named) continue;
        const known = what === 'flag' ? flagsOf(model) : rolloutsOf(model);
        const at = place(plan.file, named);
        const found = known.get(named.value);
        if (found) report.met(undefined, found);
        // Where none is defined at all, they are kept elsewhere.
        else if (known.size === 0)
          report.unknown(undefined, `No ${what} is defined in this repository; they may be elsewhere.`, at);
        else {
          const meant = nearest(named.value, known.keys());
          report.gap({
            message: 'missing',
            data: {
              pilot: pilot.name.value,
              what,
              name: named.value,
              hint: meant === undefined ? '' : ` Did you mean ${meant}?`,
            },
            at,
            related: meant === undefined ? [] : [known.get(meant)!],
            fixes: meant === undefined ? [] : [writeInstead(plan, named, meant, `Name the ${what} ${meant}`)],
          });
        }
      }
    }
  },
});

/** Flags that are defined or, where their definitions are elsewhere, read. */
function flagsOf({ flags }: Model): ReadonlyMap<string, Evidence> {
  const defined = new Map<string, Evidence>();
  for (const { file, facts } of flags.definitions) {
    const { key } = facts;
    defined.set(key.value, { at: place(file, key), message: `${key.value} is defined here` });
  }
  if (defined.size === 0 || flags.complete) return defined;
  for (const { key, file, facts } of flags.reads)
    if (key !== undefined && !defined.has(key))
      defined.set(key, { at: place(file, facts), message: `reads ${key}` });
  return defined;
}

/** Argo Rollouts and Canaries by name. */
export function rolloutsOf({ kubernetesObjects }: Model): ReadonlyMap<string, Evidence> {
  return new Map(
    kubernetesObjects.flatMap(({ file, facts }) => {
      const name = facts.name?.known ? facts.name.value : undefined;
      if (name === undefined || !/^(?:Rollout|Canary)$/.test(facts.kind)) return [];
      const at = { file, range: facts.kindRange };
      return [[name, { at, message: `The ${facts.kind} ${name}` }] as const];
    }),
  );
}

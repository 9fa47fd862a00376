/** Joins the owners that the plan and feature flags name with those whom the repository knows. */
import { planSections, type PlanSection } from '../../artifacts/plan/facts.ts';
import { place, type Model } from '../../model/model.ts';
import { nearest } from '../../nearest.ts';
import type { Ranged } from '../../text.ts';
import { planOf, textIn, writeInstead } from '../measures/plan.ts';
import { defineRule } from '../rule.ts';

export default defineRule({
  id: 'ownership/owner-unknown',
  title: 'The plan or a feature flag names an owner that owns nothing here.',
  area: 'ownership',
  section: '§8',
  level: 'warning',
  joins: true,
  fix: 'suggested',
  messages: {
    unknown: {
      text: '{owner} answers for “{item}”, and owns nothing here: no line of CODEOWNERS, catalog or OWNERS file names it.',
    },
    misspelt: { text: '{owner} answers for “{item}”, and owns nothing here. Did you mean {nearest}?' },
  },
  check(model, report) {
    const teams = teamsOf(model);
    if (teams.size === 0) return;
    for (const { file, owner, item } of ownedBy(model)) {
      if (!isTeam(owner.value)) continue;
      const at = place(file, owner);
      if (teams.has(owner.value)) {
        report.met(undefined, { at, message: `${owner.value} is an owner` });
        continue;
      }
      const meant = meantBy(owner.value, teams);
      report.gap({
        message: meant === undefined ? 'unknown' : 'misspelt',
        data: { owner: owner.value, item, ...(meant !== undefined && { nearest: meant }) },
        at,
        related:
          model.owners.file === undefined ? [] : [{ at: { file: model.owners.file }, message: 'Owners' }],
        fixes: meant === undefined ? [] : [writeInstead({ file }, owner, meant, `Name ${meant}`)],
      });
    }
  },
});

interface Owned {
  readonly file: string;
  readonly owner: Ranged<string>;
  /** What is owned. */
  readonly item: string;
}

/** Everything that names an owner: items of the plan, and flags that are still there. */
function ownedBy(model: Model): Owned[] {
  const plan = planOf(model);
  const items = plan
    ? (Object.keys(planSections) as PlanSection[]).flatMap((section) => plan.facts[section])
    : [];
  return [
    ...items.flatMap((item): Owned[] => {
      const owner = textIn(item, 'owner');
      return owner ? [{ file: plan!.file, owner, item: item.name.value }] : [];
    }),
    ...model.flags.definitions.flatMap(({ file, facts, role }): Owned[] =>
      role === 'production' && !facts.archived && facts.owner
        ? [{ file, owner: facts.owner, item: facts.key.value }]
        : [],
    ),
  ];
}

/** A team of the same organization whose name is nearly the same. */
function meantBy(owner: string, teams: ReadonlySet<string>): string | undefined {
  const organization = owner.slice(0, owner.indexOf('/') + 1);
  const siblings = [...teams].filter((team) => team.startsWith(organization));
  const name = nearest(
    owner.slice(organization.length),
    siblings.map((team) => team.slice(organization.length)),
  );
  return name === undefined ? undefined : organization + name;
}

/** A person may answer for a number without owning code; a team that owns nothing is most likely misspelt or gone. */
function isTeam(owner: string): boolean {
  return /^@[\w.-]+\/[\w./-]+$/.test(owner);
}

/** Teams that own something here. */
export function teamsOf({ owners, configuration }: Model): ReadonlySet<string> {
  const named = owners.entries.flatMap((entry) => entry.owners.map(({ value }) => value));
  const configured = configuration.services.flatMap(({ owner }) => owner ?? []);
  return new Set([...named, ...configured].filter(isTeam));
}

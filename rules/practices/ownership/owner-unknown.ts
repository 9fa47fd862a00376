/** Joins the owners that the plan names with those whom the repository knows. */
import { planSections, type PlanSection } from '../../artifacts/plan/facts.ts';
import { place, type Model } from '../../model/model.ts';
import { nearest } from '../../nearest.ts';
import { planOf, textIn, writeInstead } from '../measures/plan.ts';
import { defineRule } from '../rule.ts';

export default defineRule({
  id: 'ownership/owner-unknown',
  title: 'The plan names an owner that owns nothing here.',
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
    const plan = planOf(model);
    const teams = plan && teamsOf(model);
    if (!plan || !teams || teams.size === 0) return;
    for (const section of Object.keys(planSections) as PlanSection[]) {
      for (const item of plan.facts[section]) {
        const owner = textIn(item, 'owner');
        if (!owner || !isTeam(owner.value)) continue;
        const at = place(plan.file, owner);
        if (teams.has(owner.value)) {
          report.met(undefined, { at, message: `${owner.value} is an owner` });
          continue;
        }
        const meant = meantBy(owner.value, teams);
        report.gap({
          message: meant === undefined ? 'unknown' : 'misspelt',
          data: {
            owner: owner.value,
            item: item.name.value,
            ...(meant !== undefined && { nearest: meant }),
          },
          at,
          related:
            model.owners.file === undefined ? [] : [{ at: { file: model.owners.file }, message: 'Owners' }],
          fixes: meant === undefined ? [] : [writeInstead(plan, owner, meant, `Name ${meant}`)],
        });
      }
    }
  },
});

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

function teamsOf({ owners, configuration }: Model): ReadonlySet<string> {
  const named = owners.entries.flatMap((entry) => entry.owners.map(({ value }) => value));
  const configured = configuration.services.flatMap(({ owner }) => owner ?? []);
  return new Set([...named, ...configured].filter(isTeam));
}

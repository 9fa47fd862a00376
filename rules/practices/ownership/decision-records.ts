/** Decisions that outlive the people who took them: whether there are records, and whether they say what holds. */
import { baseOf, folderOf } from '../../model/paths.ts';
import type { Model } from '../../model/model.ts';
import { planOf } from '../measures/plan.ts';
import { defineRule } from '../rule.ts';

export default defineRule({
  id: 'ownership/decision-records',
  title: 'Decisions are not recorded, or a record does not say whether it holds.',
  area: 'ownership',
  section: '§8',
  level: 'info',
  joins: true,
  fix: 'none',
  messages: {
    none: {
      text: 'Several teams own parts of this repository, and no decision is recorded: each newcomer asks, or decides again.',
    },
    statusless: {
      text: 'This record has no status, so nobody can tell whether the decision was taken, rejected or replaced.',
    },
  },
  check(model, report) {
    const records = [...model.pages].filter(([path]) => isRecord(path));
    for (const [file, { frontMatter, headings, labels, statesStatus }] of records) {
      const says = [...headings.map(({ text }) => text), ...labels].some((text) =>
        /^\W*(?:status|state)\b/i.test(text),
      );
      if (says || statesStatus || frontMatter.status || frontMatter.state)
        report.met(undefined, { at: { file }, message: 'A decision with its status' });
      else report.gap({ message: 'statusless', at: { file, range: headings[0]?.range } });
    }
    if (records.length === 0 && hasSeveralTeams(model)) {
      const elsewhere = model.files.under('').find((path) => recordFolder.test(`${folderOf(path)}/`));
      if (elsewhere !== undefined)
        report.unknown(undefined, `Decisions may be recorded in ${folderOf(elsewhere)}.`);
      else report.gap({ message: 'none', at: model.root });
    }
  },
});

/** Folders of decision records, as adr-tools, MADR and teams call them. */
const recordFolder =
  /(?:^|\/)(?:adrs?|decisions?|decision-?records?|decision-?logs?|architecture-?decisions?|architecture-?decision-?records?|rfcs?|design-?docs?|proposals?)\//i;

/** A numbered or dated page in such a folder; RFCs and proposals have other ways to say where they stand. */
function isRecord(path: string): boolean {
  const folder =
    /(?:^|\/)(?:adrs?|decisions?|decision-?records?|architecture-?decisions?|architecture-?decision-?records?)$/i;
  return (
    folder.test(folderOf(path)) && /^(?:adr[-_]?)?\d{3,}[-_. ]/i.test(baseOf(path)) && !/template/i.test(path)
  );
}

/** Two teams in CODEOWNERS, and a plan: people who decide apart from each other, and who write things down. */
function hasSeveralTeams(model: Model): boolean {
  const owners = model.owners.entries.flatMap((entry) => entry.owners.map(({ value }) => value));
  const teams = new Set(owners.filter((owner) => owner.includes('/')));
  return teams.size > 1 && planOf(model) !== undefined;
}

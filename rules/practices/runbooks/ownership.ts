/** Who answers for a page: itself, CODEOWNERS, an OWNERS file, or the owner of the one service it is about. */
import type { Model, Runbook } from '../../model/model.ts';
import { foldersUp, join } from '../../model/paths.ts';
import type { Place } from '../../text.ts';

export interface PageOwner {
  /** Empty where a file is known to say it, and is not read. */
  readonly names: readonly string[];
  readonly at: Place;
}

const keys = [
  ...['owner', 'owners', 'team', 'teams', 'squad', 'maintainer', 'maintainers', 'contact', 'contacts'],
  ...['author', 'authors', 'approvers', 'reviewers', 'responsible', 'oncall', 'on-call', 'owner_slack'],
];
const label =
  /^(?:owners?|owned by|owning team|team|maintainers?|contacts?|responsible(?: team)?|point of contact|poc)$/i;

/** undefined: nothing says whose it is. */
export function ownerOf(runbook: Runbook, model: Model): PageOwner | undefined {
  const { file, facts, services } = runbook;
  for (const key of keys) {
    const written = facts.frontMatter[key];
    if (written?.value) return { names: written.value.split(/\s*,\s*/), at: { file, range: written.range } };
  }
  if (facts.labels.some((words) => label.test(words))) return { names: [], at: { file } };
  const heading = facts.headings.find(({ text, filled }) => filled && label.test(text));
  if (heading) return { names: [], at: { file, range: heading.range } };
  const owned = model.owners.of(file);
  if (owned) return { names: owned.owners, at: owned.at };
  for (const folder of foldersUp(file)) {
    const owners = join(folder, 'OWNERS');
    if (model.files.lists(owners)) return { names: [], at: { file: owners } };
  }
  for (const service of services) {
    const configured = service.configuration?.owner;
    if (configured !== undefined) return { names: [configured], at: service.at };
    const found = model.owners.of(service.root ? `${service.root}/x` : service.at.file);
    if (found) return { names: found.owners, at: found.at };
  }
  return undefined;
}

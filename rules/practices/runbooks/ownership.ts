/** Who answers for a page: itself, CODEOWNERS, an OWNERS file, or the owner of the one service it is about. */
import type { Model, Runbook } from '../../model/model.ts';
import { ownershipOf } from '../../model/serviceOwners.ts';
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
/** undefined: nothing says whose it is. */
export function ownerOf(runbook: Runbook, model: Model): PageOwner | undefined {
  const { file, facts, services } = runbook;
  for (const key of keys) {
    const written = facts.frontMatter[key];
    if (written?.value) return { names: written.value.split(/\s*,\s*/), at: { file, range: written.range } };
  }
  if (facts.namesOwner) return { names: [], at: { file, range: facts.namesOwner } };
  const owned = model.owners.of(file);
  if (owned) return { names: owned.owners, at: owned.at };
  for (const service of services) {
    const ownership = ownershipOf(service, model);
    if (ownership) return { names: ownership.owners, at: ownership.at };
  }
  return undefined;
}

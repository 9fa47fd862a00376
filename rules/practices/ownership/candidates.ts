/** Who might own something that nobody owns yet: people and teams the repository already names nearby. */
import type { Model, Service } from '../../model/model.ts';
import { foldersUp } from '../../model/paths.ts';

/** More choices than this are no help. */
const maxCandidates = 3;

/** What CODEOWNERS can name: `@user`, `@organization/team`, an e-mail address. */
const handle = /^(?:@[\w.-]+(?:\/[\w.-]+)?|[^@\s]+@[^@\s]+\.[^@\s]+)$/;

/**
 * Owners for a service, the likeliest first: of its own runbooks, then of what lies nearest to it in the tree, and among
 * those who owns most.
 */
export function candidateOwners(
  service: Service,
  model: Model,
  services: readonly Service[],
): readonly string[] {
  const ofRunbooks = model.runbooks
    .filter((runbook) => runbook.services.includes(service))
    .map(({ facts }) => facts.frontMatter.owner?.value ?? '');
  const configured = services.flatMap(({ configuration }) => configuration?.owner ?? []);
  const near = nearestOwners(service.root ?? '', model, services);
  const known = [...ofRunbooks, ...near, ...configured].filter((owner) => handle.test(owner));
  return [...new Set(known)].slice(0, maxCandidates);
}

function nearestOwners(root: string, model: Model, services: readonly Service[]): readonly string[] {
  for (const folder of foldersUp(root)) {
    const prefix = folder === '' ? '' : `${folder}/`;
    const owners = new Map<string, number>();
    for (const { at } of services) {
      if (!at.file.startsWith(prefix)) continue;
      for (const owner of model.owners.of(at.file)?.owners ?? [])
        owners.set(owner, (owners.get(owner) ?? 0) + 1);
    }
    if (owners.size > 0) return [...owners].toSorted(([, a], [, b]) => b - a).map(([owner]) => owner);
  }
  // Far from everything owned a team may take it; a person who owns some folder has nothing to do with it.
  const all = model.owners.entries.flatMap((entry) => entry.owners.map(({ value }) => value));
  return [...new Set(all)].filter((owner) => owner.includes('/'));
}

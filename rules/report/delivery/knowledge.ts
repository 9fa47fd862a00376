/** Who wrote a service lately: where it is one person, everything about it waits for that person. */
import type { Model, Service } from '../../model/model.ts';
import { isWithin } from '../../model/paths.ts';
import { isBot, type Commit } from './history.ts';
import { groupBy } from '../../groups.ts';

export interface Knowledge {
  readonly service: string;
  readonly path: string;
  /** Commits of people in the period that touched it, merges left out. */
  readonly commits: number;
  readonly people: number;
  /** Who wrote most of them, and how many. */
  readonly most: { readonly name: string; readonly commits: number };
  /** One person wrote nearly all of it, while others work on the repository as well. */
  readonly bottleneck: boolean;
}

/** Fewer commits tell nothing about who knows a service. */
const enoughCommits = 20;
/** “One person wrote nearly all of it”. */
const nearlyAll = 0.9;
/** Where fewer people work at all, one person is what to expect. */
const enoughPeople = 3;

/** Services of which enough was written in the period to tell, the most dependent on one person first. */
export function knowledgeOf({ services }: Model, commits: readonly Commit[]): Knowledge[] {
  const written = commits.filter((commit) => commit.parents.length < 2 && !isBot(commit));
  const team = new Set(written.map(personOf)).size;
  return services
    .filter(hasFolder)
    .map((service): Knowledge => {
      const own = written.filter(({ files }) => files.some((file) => isWithin(file, service.root)));
      const people = groupBy(own, personOf);
      const [most = []] = [...people.values()].toSorted((a, b) => b.length - a.length);
      const share = own.length === 0 ? 0 : most.length / own.length;
      return {
        service: service.name,
        path: service.root,
        commits: own.length,
        people: people.size,
        most: { name: most[0]?.author ?? '', commits: most.length },
        bottleneck: share >= nearlyAll && team >= enoughPeople,
      };
    })
    .filter(({ commits }) => commits >= enoughCommits)
    .toSorted((a, b) => b.most.commits / b.commits - a.most.commits / a.commits);
}

/** The repository's root is everybody's. */
function hasFolder(service: Service): service is Service & { readonly root: string } {
  return service.role === 'production' && !service.runs && Boolean(service.root);
}

/** People change their address more often than their name. */
function personOf({ author, email }: Commit): string {
  return author.trim().toLowerCase() || email.toLowerCase();
}

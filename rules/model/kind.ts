/**
 * What kind of repository this is, where that is certain: a library or tool that others build in or install, or a platform that runs what is
 * built elsewhere. Errs on the side of a service, of which most is asked.
 */
import type { Evidence } from '../text.ts';
import { place, type Model } from './model.ts';
import { isInterface } from './product.ts';

export type RepositoryKind = 'service' | 'library' | 'platform';

/** The kind, and what shows it; undefined where it is a service, or may be one. */
export function kindOf(
  model: Model,
): { readonly kind: Exclude<RepositoryKind, 'service'>; readonly because: Evidence } | undefined {
  // Whoever plans how to scale has something that users reach.
  if (model.plans.some(({ file }) => model.role(file) === 'production')) return undefined;
  const services = model.services.filter(({ role, runs }) => role === 'production' && !runs);
  const serves = services.some(
    ({ code, dockerfiles, composeServices }) =>
      code !== undefined || dockerfiles.length > 0 || composeServices.some(({ thirdParty }) => !thirdParty),
  );
  if (serves) return undefined;
  const [release] = model.gitops.filter(({ file }) => model.role(file) === 'production');
  if (release)
    return {
      kind: 'platform',
      because: { at: place(release.file, release.facts.releases[0]?.name), message: 'deploys from git' },
    };
  const [terraform] = model.terraform.filter(({ file }) => model.role(file) === 'production');
  if (terraform)
    return { kind: 'platform', because: { at: { file: terraform.file }, message: 'creates infrastructure' } };
  const deployed = [...model.workloads, ...model.composeServices].some(({ role }) => role === 'production');
  if (services.length > 0 || deployed || hasUsers(model)) return undefined;
  const named = model.packages.find(({ file }) => file === 'package.json');
  const [source] = [...model.sources.keys()].filter((file) => model.role(file) === 'production');
  const at = named
    ? place(named.file, named.facts.name)
    : source === undefined
      ? undefined
      : { file: source };
  return at && { kind: 'library', because: { at, message: 'nothing here is deployed' } };
}

/** Pages, events and flags are for people who use it, wherever it is deployed from. */
function hasUsers({ events, flags, packages, pipelines, role }: Model): boolean {
  return (
    events.sent.length + events.tools.length + flags.reads.length > 0 ||
    pipelines.unread.some((path) =>
      /vercel|netlify|fly|railway|Procfile|nixpacks|render|amplify|app/i.test(path),
    ) ||
    packages.some(
      ({ file, facts }) => role(file) === 'production' && Object.keys(facts.dependencies).some(isInterface),
    )
  );
}

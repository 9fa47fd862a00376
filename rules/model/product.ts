/**
 * Whether the repository is a product that a team runs for users, as against a library, an example or a tool: a product
 * alone is asked for a plan. Errs on the side of no. It must never know what is asked.
 */
import { place, type Model, type Service } from './model.ts';
import type { Evidence } from '../text.ts';

/** Frameworks of pages that people look at. */
const interfaces =
  /^(?:next|nuxt|react-dom|vue|svelte|@angular\/core|@remix-run\/react|@sveltejs\/kit|astro|solid-js|preact|qwik)$/;

/** Whether a package is there to show pages to people. */
export function isInterface(dependency: string): boolean {
  return interfaces.test(dependency);
}

/** What only somebody who sells to users depends on. */
const selling = /^(?:stripe|@stripe\/|braintree|@paddle\/|chargebee|@lemonsqueezy\/|recurly)/i;

/** Where users reach services of this repository: an ingress, a load balancer, a page that is served. */
export function waysIn(model: Model): Evidence[] {
  return ownServices(model).flatMap((service) => wayIn(service, model) ?? []);
}

/**
 * Why this is taken for a product: users reach several services of it, and somebody watches them, releases to some users
 * first, counts what users do, or takes their money. undefined where it is none, or may be none.
 */
export function productSigns(model: Model): readonly Evidence[] | undefined {
  if (!signsOf.has(model)) signsOf.set(model, findSigns(model));
  return signsOf.get(model);
}

/** Organisations that keep what shows others how something is done. */
const showing = /(?:^|[-_])(?:demos?|samples|examples|tutorials|quickstarts|workshops?)$/;

/** Many rules ask whether there is a product to ask something of. */
const signsOf = new WeakMap<Model, readonly Evidence[] | undefined>();

function findSigns(model: Model): readonly Evidence[] | undefined {
  if (ownServices(model).length < 2 || model.pipelines.owners.some((owner) => showing.test(owner)))
    return undefined;
  const doors = waysIn(model);
  const signs = signsOfOperation(model);
  return doors.length > 0 && signs.length > 0 ? [...doors.slice(0, 2), ...signs.slice(0, 2)] : undefined;
}

function ownServices(model: Model): readonly Service[] {
  return model.services.filter(({ role, runs }) => role === 'production' && !runs);
}

function wayIn(
  { name, workloads, package: manifest, ...service }: Service,
  model: Model,
): Evidence | undefined {
  const selecting = workloads.flatMap(({ services }) => services);
  const names = new Set(selecting.flatMap((one) => one.name ?? []));
  for (const { file, facts } of model.ingresses)
    for (const backend of facts.backends)
      if (isOurs(file, model) && backend.service.known && names.has(backend.service.value))
        return { at: { file, range: backend.service.range }, message: `users reach ${name} here` };
  const balanced = selecting.find(({ facts }) => /^(?:LoadBalancer|NodePort)$/.test(facts.type ?? ''));
  if (balanced) return { at: place(balanced.file, undefined), message: `users reach ${name} here` };
  const deployed = service.dockerfiles.length + service.composeServices.length + workloads.length > 0;
  const page =
    deployed && Object.entries(manifest?.facts.dependencies ?? {}).find(([key]) => isInterface(key));
  return page && manifest
    ? { at: { file: manifest.file, range: page[1].range }, message: `${name} has pages for people` }
    : undefined;
}

function signsOfOperation(model: Model): Evidence[] {
  // Alerts alone come with many a demonstration; a page for whoever is woken by one does not.
  const [alert] = model.alerts.filter(
    ({ file, runbook }) => isOurs(file, model) && runbook?.leads === 'page',
  );
  const [slo] = model.slos.filter(({ file }) => isOurs(file, model));
  const [read] = model.flags.reads.filter(({ role }) => role === 'production');
  const [event] = model.events.sent;
  const sold = model.packages.flatMap(({ file, facts }) =>
    Object.entries(facts.dependencies)
      .filter(([name]) => isOurs(file, model) && selling.test(name))
      .map(([name, { range }]) => ({ at: { file, range }, message: `takes money with ${name}` })),
  );
  return [
    ...(alert ? [{ at: place(alert.file, alert.facts.name), message: 'an alert leads to its runbook' }] : []),
    ...(slo ? [{ at: place(slo.file, slo.facts.name), message: 'an SLO says what is promised' }] : []),
    ...(event ? [{ at: place(event.file, event.facts), message: `sends ${event.name}` }] : []),
    ...sold.slice(0, 1),
    ...(read ? [{ at: place(read.file, read.facts), message: 'a feature flag is read' }] : []),
  ];
}

function isOurs(file: string, model: Model): boolean {
  return model.role(file) === 'production';
}

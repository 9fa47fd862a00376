/**
 * What a repository has for whoever is woken or new: its runbooks with their owner, review and what they are about, the
 * alerts and services without one, the records of incidents and the way in. It judges nothing; that is what rules are for.
 */
import { place, type Alert, type Model, type Service } from '../model/model.ts';
import { isWithin } from '../model/paths.ts';
import { isHeartbeat } from '../practices/alerting/alerts.ts';
import { onboardingPages, postmortems, type Page } from '../practices/runbooks/kinds.ts';
import { leadsOf } from '../practices/runbooks/leads.ts';
import { ownerOf } from '../practices/runbooks/ownership.ts';
import { pageNamed } from '../practices/runbooks/place.ts';
import { daysBetween, defaultReviewDays, reviewDueOf, reviewOf } from '../practices/runbooks/review.ts';
import type { Evidence, Place } from '../text.ts';
import { groupBy } from '../groups.ts';

export interface RunbookReport {
  /** Runbooks, then indexes, postmortems and onboarding pages. */
  readonly pages: readonly RunbookPage[];
  /** Alerts and services that no page is about. */
  readonly gaps: readonly RunbookGap[];
}

export interface RunbookPage {
  readonly kind: 'runbook' | 'index' | 'postmortem' | 'onboarding';
  readonly path: string;
  readonly title: string;
  /** Of its title. */
  readonly at: Place;
  /** Names are empty where a file says it that is not read. */
  readonly owner?: { readonly names: readonly string[]; readonly at: Place };
  /** ISO date of the last review. */
  readonly reviewed?: string;
  /** Days since the review; undefined where the page does not say. */
  readonly age?: number;
  /** Reviewed longer ago than the team wants. */
  readonly stale: boolean;
  readonly services: readonly { readonly name: string; readonly at: Place }[];
  /** Those that lead to it, and those that it bears the name of. */
  readonly alerts: readonly { readonly name: string; readonly at: Place }[];
  /** Flags of its services, by which they can be switched off. */
  readonly flags: readonly { readonly name: string; readonly at: Place }[];
  /** What leads a reader here; undefined for an orphan. */
  readonly ledToBy?: Evidence;
  /** Blocks of code on it, so that a page with nothing to run is known. */
  readonly commands: number;
}

export interface RunbookGap {
  readonly kind: 'alert' | 'service';
  readonly name: string;
  readonly at: Place;
  /** The services that the alert is about. */
  readonly services: readonly string[];
  /** A runbook_url that leads out of this repository: there may be a page. */
  readonly url?: string;
}

/** Everything a view of runbooks shows, in the order of the files. */
export function runbookReport(model: Model): RunbookReport {
  const leads = leadsOf(model);
  const days = model.configuration.runbooks.reviewDays ?? defaultReviewDays;
  const known = new Set(model.runbooks.map(({ file }) => file));
  const named = groupBy(
    model.alerts.filter(({ runbook }) => runbook?.leads !== 'page'),
    (alert) => pageNamed(alert.facts.name.value, model),
  );
  const other = (kind: 'postmortem' | 'onboarding') => (page: Page) => otherPage(kind, page);
  return {
    pages: [
      ...model.runbooks.map((runbook): RunbookPage => {
        const { file, facts, title, services, alerts, index } = runbook;
        const owner = ownerOf(runbook, model);
        const review = reviewOf(facts);
        const due = reviewDueOf(facts);
        const age = review && daysBetween(review.date, model.today);
        const led = leads.get(runbook);
        return {
          kind: index ? 'index' : 'runbook',
          path: file,
          title,
          at: titlePlace(file, facts),
          ...(owner && { owner }),
          ...(review && { reviewed: review.date }),
          ...(age !== undefined && { age }),
          stale: due ? due.date < model.today : age !== undefined && age > days,
          services: services.map(({ name, at }) => ({ name, at })),
          alerts: [...alerts, ...(named.get(runbook) ?? [])].map((alert) => ({
            name: alert.facts.name.value,
            at: place(alert.file, alert.facts.name),
          })),
          flags: flagsOf(services, model),
          ...(led && { ledToBy: led }),
          commands: facts.code.filter(({ inline }) => !inline).length,
        };
      }),
      ...postmortems(model)
        .filter(({ file }) => !known.has(file))
        .map(other('postmortem')),
      ...onboardingPages(model)
        .filter(({ file }) => !known.has(file))
        .map(other('onboarding')),
    ],
    gaps: [...alertGaps(model), ...serviceGaps(model)],
  };
}

/** What somebody needs who looks at a file: the pages of its service, its alerts and its flags, and which are missing. */
export interface FileRunbooks {
  /** Paths of runbooks. */
  readonly pages: readonly string[];
  readonly gaps: readonly RunbookGap[];
}

/** @param report of the same model, where the caller has it already */
export function runbooksFor(path: string, model: Model, report = runbookReport(model)): FileRunbooks {
  const services = servicesIn(path, model);
  const names = new Set([...services].map(({ name }) => name));
  const flags = flagsIn(path, model);
  const isNear = (gap: RunbookGap): boolean =>
    gap.at.file === path || gap.services.some((service) => names.has(service));
  const pages = model.runbooks.filter(
    ({ file, facts, services: about, index }) =>
      !index &&
      (file === path ||
        about.some((service) => services.has(service)) ||
        facts.code.some(({ inline, text }) => inline && flags.has(text))),
  );
  const ofAlerts = report.pages.filter(({ alerts }) => alerts.some(({ at }) => at.file === path));
  return {
    pages: [...new Set([...ofAlerts.map((page) => page.path), ...pages.map(({ file }) => file)])],
    gaps: report.gaps.filter(isNear),
  };
}

/** The services that a file is code of, or that it builds or runs. */
function servicesIn(path: string, model: Model): ReadonlySet<Service> {
  const around = model.serviceOf(path);
  const parts = model.services.filter(({ at, workloads, composeServices, dockerfiles }) =>
    [at, ...workloads, ...composeServices, ...dockerfiles].some(({ file }) => file === path),
  );
  return new Set([...(around ? [around] : []), ...parts]);
}

/** Keys of the flags that a file defines or reads. */
function flagsIn(path: string, { flags }: Model): ReadonlySet<string> {
  return new Set([
    ...flags.definitions.flatMap(({ file, facts }) => (file === path ? facts.key.value : [])),
    ...flags.reads.flatMap(({ file, key }) => (file === path && key !== undefined ? key : [])),
  ]);
}

function otherPage(kind: 'postmortem' | 'onboarding', { file, facts, title }: Page): RunbookPage {
  const review = reviewOf(facts);
  return {
    kind,
    path: file,
    title,
    at: titlePlace(file, facts),
    ...(review && { reviewed: review.date }),
    stale: false,
    services: [],
    alerts: [],
    flags: [],
    commands: facts.code.filter(({ inline }) => !inline).length,
  };
}

function titlePlace(file: string, { headings }: Page['facts']): Place {
  return headings[0] ? { file, range: headings[0].range } : { file };
}

function alertGaps(model: Model): RunbookGap[] {
  return model.alerts
    .filter((alert) => lacksPage(alert, model))
    .map((alert) => ({
      kind: 'alert',
      name: alert.facts.name.value,
      at: place(alert.file, alert.facts.name),
      services: alert.services.map(({ name }) => name),
      ...(alert.runbook && { url: alert.runbook.url }),
    }));
}

/** A production alert that no page of this repository is about. */
export function lacksPage({ facts, file, runbook }: Alert, model: Model): boolean {
  if (model.role(file) !== 'production' || isHeartbeat(facts) || runbook?.leads === 'page') return false;
  return pageNamed(facts.name.value, model) === undefined;
}

function serviceGaps(model: Model): RunbookGap[] {
  const covered = new Set(model.runbooks.flatMap(({ services, index }) => (index ? [] : services)));
  return model.services
    .filter((service) => service.role === 'production' && !service.runs && !covered.has(service))
    .map(({ name, at }) => ({ kind: 'service', name, at, services: [name] }));
}

function flagsOf(services: readonly Service[], { flags }: Model): RunbookPage['flags'] {
  const files = new Set(services.flatMap(({ code }) => code?.files ?? []));
  const roots = services.flatMap(({ root }) => (root ? [root] : []));
  return flags.definitions
    .filter(({ reads }) =>
      reads.some(({ file }) => files.has(file) || roots.some((root) => isWithin(file, root))),
    )
    .map(({ file, facts }) => ({ name: facts.key.value, at: { file, range: facts.key.range } }));
}

/**
 * What is said above a line about runbooks: on an alert, on the line where a service begins to listen, and on a page
 * itself. Each leads to the other end, or to the page that is missing. It knows no editor.
 */
import { place, type Alert, type Model, type Service } from '../model/model.ts';
import { ownershipOf } from '../model/serviceOwners.ts';
import type { NewRunbook } from '../practices/runbooks/create.ts';
import { pageNamed } from '../practices/runbooks/place.ts';
import { count } from '../report/audited.ts';
import { lacksPage } from '../report/runbooks.ts';
import type { Place } from '../text.ts';

export interface Lens {
  readonly at: Place;
  readonly title: string;
  /** Where it leads. */
  readonly places: readonly Place[];
  /** What it creates, where there is nothing to lead to. */
  readonly creates?: NewRunbook;
}

export function lensesIn(model: Model, file: string): readonly Lens[] {
  return [
    ...alertLenses(model, file),
    ...model.services.flatMap((service) => serviceLens(service, model, file)),
    ...pageLens(model, file),
  ];
}

function alertLenses(model: Model, file: string): Lens[] {
  return model.alerts
    .filter((alert) => alert.file === file && !alert.facts.name.value.includes('{{'))
    .flatMap((alert): Lens[] => {
      const name = alert.facts.name.value;
      const at = place(file, alert.facts.name);
      const named = alert.runbook?.leads === 'page' ? alert.runbook.page : pageNamed(name, model)?.file;
      if (named !== undefined)
        return [{ at, title: 'Runbook', places: [titleOf(named, model, anchorOf(alert))] }];
      return lacksPage(alert, model)
        ? [{ at, title: 'Create runbook', places: [], creates: { alert: name } }]
        : [];
    });
}

function anchorOf({ runbook }: Alert): string | undefined {
  return runbook?.leads === 'page' ? runbook.anchor : undefined;
}

/** The title of a page, or the heading of the section that is meant. */
function titleOf(page: string, { pages }: Model, anchor?: string): Place {
  const headings = pages.get(page)?.headings ?? [];
  const heading = headings.find(({ slug }) => slug === anchor) ?? headings[0];
  return { file: page, ...(heading && { range: heading.range }) };
}

function serviceLens(service: Service, model: Model, file: string): Lens[] {
  const at = entryOf(service);
  if (at?.file !== file || service.role !== 'production' || service.runs) return [];
  const pages = model.runbooks.filter(({ index, services }) => !index && services.includes(service));
  const owners = ownershipOf(service, model)?.owners ?? [];
  const owned = owners.length > 0 ? `, owner ${owners.join(' ')}` : '';
  if (pages.length === 0)
    return [{ at, title: `Create runbook${owned}`, places: [], creates: { service: service.name } }];
  return [
    {
      at,
      title: `${count(pages.length, 'runbook')}${owned}`,
      places: pages.map((page) => titleOf(page.file, model)),
    },
  ];
}

/** Where its code begins to listen. */
function entryOf({ code }: Service): Place | undefined {
  return code?.listens.find(({ at }) => at.range)?.at;
}

function pageLens(model: Model, file: string): Lens[] {
  const page = model.runbooks.find((runbook) => runbook.file === file);
  if (!page) return [];
  const heading = page.facts.headings[0];
  const named = model.alerts.filter(
    ({ facts, runbook }) => runbook?.leads !== 'page' && pageNamed(facts.name.value, model) === page,
  );
  const alerts = [...page.alerts, ...named];
  if (alerts.length === 0) return [];
  return [
    {
      at: { file, range: heading?.range ?? { start: 0, end: 0 } },
      title: `Used by ${count(alerts.length, 'alert')}`,
      places: alerts.map((alert) => place(alert.file, alert.facts.name)),
    },
  ];
}

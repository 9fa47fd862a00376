/**
 * A new page for an alert, a service or a title, where the repository keeps its pages, and the alerts that lead to it
 * then. It writes no file.
 */
import { comparable } from '../../model/anchors.ts';
import type { Alert, Model, Service } from '../../model/model.ts';
import { annotateRunbook } from '../alerting/runbookAnnotation.ts';
import type { Change, FixContext } from '../rule.ts';
import { pathFor, urlOf } from './place.ts';
import { writePage } from './write.ts';

export type NewRunbook =
  { readonly alert: string } | { readonly service: string } | { readonly title: string };

/**
 * @param about names of an alert or a service as they are written; a title may name one as well
 * @returns where the page goes and what is on it; undefined where there is no such alert or service. Whether a file of
 *   that path exists is for the caller to see: it is never to be written over
 */
export async function newRunbook(
  model: Model,
  about: NewRunbook,
  output?: string,
): Promise<{ readonly path: string; readonly text: string } | undefined> {
  const subject = subjectOf(model, about);
  if (!subject) return undefined;
  const { name, title, alerts, services } = subject;
  const near = alerts[0]?.file ?? services[0]?.at.file ?? '';
  const page = output ?? pathFor(name, model, near);
  return { path: page, text: await writePage({ page, title, alerts, services }, model) };
}

/**
 * The new page, at the path that its alert names already, and its URL in the annotations of alerts that name none.
 * @returns undefined where there is no such alert or service
 */
export async function createRunbook(
  context: FixContext,
  about: NewRunbook,
): Promise<{ readonly page: string; readonly changes: readonly Change[] } | undefined> {
  const { model } = context;
  const alerts = 'alert' in about ? model.alerts.filter(({ facts }) => facts.name.value === about.alert) : [];
  const named = alerts.map(({ runbook }) =>
    runbook?.leads === 'nowhere' && runbook.missing === 'page' && /\.mdx?$/i.test(runbook.page)
      ? runbook.page
      : undefined,
  );
  const written = await newRunbook(
    model,
    about,
    named.find((page) => page !== undefined),
  );
  if (!written) return undefined;
  const { path: page, text } = written;
  const url = urlOf(page, context);
  const links = alerts
    .filter(({ runbook, facts }) => !runbook && !facts.templated)
    .flatMap((alert) => annotateRunbook(alert, context, url));
  return { page, changes: [...links, { kind: 'create', file: page, text }] };
}

interface Subject {
  /** For the file. */
  readonly name: string;
  readonly title: string;
  readonly alerts: readonly Alert[];
  readonly services: readonly Service[];
}

function subjectOf(model: Model, about: NewRunbook): Subject | undefined {
  if ('alert' in about) {
    const alerts = model.alerts.filter(({ facts }) => facts.name.value === about.alert);
    const services = [...new Set(alerts.flatMap((alert) => alert.services))];
    const name = fileName(about.alert);
    return alerts.length > 0 ? { name, title: about.alert, alerts: alerts.slice(0, 3), services } : undefined;
  }
  if ('service' in about) {
    const service = serviceNamed(about.service, model);
    return service && { name: fileName(service.name), title: service.name, alerts: [], services: [service] };
  }
  const wanted = comparable(about.title);
  const alert = model.alerts.find(({ facts }) => comparable(facts.name.value) === wanted);
  if (alert) return subjectOf(model, { alert: alert.facts.name.value });
  const words = about.title.split(/[^\p{L}\p{N}_-]+/u).map(comparable);
  const services = model.services.filter(
    ({ name, role }) => role === 'production' && words.includes(comparable(name)),
  );
  const name = about.title
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .replace(/^-|-$/g, '');
  return { name: name || 'runbook', title: about.title, alerts: [], services };
}

function serviceNamed(name: string, { services }: Model): Service | undefined {
  const wanted = comparable(name);
  return (
    services.find((service) => service.name === name) ??
    services.find((service) => service.names.some((each) => comparable(each) === wanted))
  );
}

function fileName(name: string): string {
  return name.replace(/[^\p{L}\p{N}_.-]+/gu, '-').replace(/^[.-]+/, '') || 'runbook';
}

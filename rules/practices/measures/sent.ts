/** Asks whether code sends an event or declares a metric, for rules about what the plan counts. */
import type { Model } from '../../model/model.ts';
import { exposed, isSeriesOf, meantMetric, metricOwners } from '../../model/metrics.ts';
import { nearest } from '../../nearest.ts';
import type { Evidence } from '../../text.ts';
import { place } from '../../model/model.ts';

/** Languages in which events are read. */
const readable = /^(?:javascript|typescript|python)$/;

export type Sent =
  | { readonly sent: 'yes'; readonly evidence: Evidence }
  /** With what was perhaps meant. */
  | { readonly sent: 'no'; readonly meant?: Evidence & { readonly name: string } }
  | { readonly sent: 'unknown' };

/** Whether production code sends this event; unknown where a name is computed, or code is elsewhere or not read. */
export function isSent(name: string, model: Model): Sent {
  const { sent } = model.events;
  const found = sent.find((event) => event.name === name);
  if (found)
    return { sent: 'yes', evidence: { at: place(found.file, found.facts), message: `sends ${name}` } };
  if (!everythingIsRead(model)) return { sent: 'unknown' };
  const meant = nearest(name, new Set(sent.map((event) => event.name)));
  const at = sent.find((event) => event.name === meant);
  return {
    sent: 'no',
    ...(at && {
      meant: { at: place(at.file, at.facts.name), message: `${at.name} is sent here`, name: at.name },
    }),
  };
}

/**
 * Whether production code declares this metric, or a recording rule computes it. A name that may be anybody's, an exporter's
 * or a library's, is unknown, and so is an expression.
 */
export function isDeclared(metric: string, model: Model): Sent {
  if (!/^[a-zA-Z_:][\w:.]*$/.test(metric)) return { sent: 'unknown' };
  const name = exposed(metric);
  const recorded = model.recordings.find(({ facts }) => facts.name.value === metric);
  if (recorded)
    return {
      sent: 'yes',
      evidence: { at: place(recorded.file, recorded.facts.name), message: `records ${metric}` },
    };
  for (const [file, { metrics }] of model.sources)
    for (const { name: declared } of model.role(file) === 'production' ? metrics : [])
      if (declared && isSeriesOf(name, exposed(declared.value)))
        return {
          sent: 'yes',
          evidence: { at: place(file, declared), message: `declares ${declared.value}` },
        };
  const owner = metricOwners(model)(name);
  if (!owner || owner.declared.length === 0) return { sent: 'unknown' };
  const meant = meantMetric(name, owner);
  return {
    sent: 'no',
    ...(meant && { meant: { at: meant.at, message: `${meant.value} is declared here`, name: meant.value } }),
  };
}

function everythingIsRead({ events, services }: Model): boolean {
  if (!events.complete) return false;
  if (events.sent.length > 0) return true;
  const own = services.filter(({ role, runs }) => role === 'production' && !runs);
  return (
    own.length > 0 && own.every(({ code, language = '' }) => code !== undefined && readable.test(language))
  );
}

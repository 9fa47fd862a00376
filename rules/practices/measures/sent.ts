/** Asks whether code sends an event, for rules about what the plan counts. */
import type { Model } from '../../model/model.ts';
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

function everythingIsRead({ events, services }: Model): boolean {
  if (!events.complete) return false;
  if (events.sent.length > 0) return true;
  const own = services.filter(({ role, runs }) => role === 'production' && !runs);
  return (
    own.length > 0 && own.every(({ code, language = '' }) => code !== undefined && readable.test(language))
  );
}

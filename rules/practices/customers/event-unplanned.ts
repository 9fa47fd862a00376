/** Joins the events that code sends with the tracking plan, in both directions. */
import { place } from '../../model/model.ts';
import { nearest } from '../../nearest.ts';
import { defineRule } from '../rule.ts';

export default defineRule({
  id: 'customers/event-unplanned',
  title: 'Code and tracking plan do not name the same events.',
  area: 'customers',
  section: '§6',
  level: 'info',
  joins: true,
  fix: 'none',
  messages: {
    unplanned: {
      text: 'The event {event} is not in the tracking plan, so nobody who reads the numbers knows what it means.{hint}',
    },
    unsent: {
      text: 'The tracking plan has the event {event}, which no code sends: whatever is computed from it stays at zero.',
    },
  },
  check(model, report) {
    const { sent, planned, complete, planComplete } = model.events;
    if (planned.length === 0) return;
    const plannedNames = new Set(planned.map(({ facts }) => facts.name.value));
    const sentNames = new Set(sent.map(({ name }) => name));
    const file = planned[0]!.file;
    const reported = new Set<string>();
    const renamed = new Set<string>();
    for (const event of sent) {
      const at = place(event.file, event.facts.name);
      if (plannedNames.has(event.name)) report.met(undefined, { at, message: `sends ${event.name}` });
      // PostHog's and Google's own events begin with a sign of theirs, and need no plan.
      else if (event.name.startsWith('$') || reported.has(`${event.file}\n${event.name}`)) continue;
      else if (!planComplete) report.unknown(undefined, 'Parts of the tracking plan could not be read.', at);
      else {
        reported.add(`${event.file}\n${event.name}`);
        const meant = nearest(event.name, plannedNames);
        if (meant !== undefined) renamed.add(meant);
        const hint = meant === undefined ? '' : ` Did you mean ${meant}?`;
        const entry = planned.find(({ facts }) => facts.name.value === meant);
        report.gap({
          message: 'unplanned',
          data: { event: event.name, hint },
          at,
          related: [
            entry
              ? { at: place(entry.file, entry.facts.name), message: `${meant} is planned here` }
              : { at: { file }, message: 'The tracking plan' },
          ],
        });
      }
    }
    // A plan of which this repository sends nothing is carried out elsewhere.
    if (!complete || !planned.some(({ facts }) => sentNames.has(facts.name.value))) return;
    for (const { file, facts } of planned)
      if (!sentNames.has(facts.name.value) && !renamed.has(facts.name.value))
        report.gap({ message: 'unsent', data: { event: facts.name.value }, at: place(file, facts.name) });
  },
});

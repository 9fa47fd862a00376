/**
 * Joins the events of product analytics that code sends with the tracking plan. It knows which of the team's own
 * functions hand events on, and when nothing can be said; it must never know what is wrong with an event.
 */
import type { PlannedEvent } from '../artifacts/events/facts.ts';
import type { FactsByKind } from '../artifacts/kinds.ts';
import type { EventFact } from '../artifacts/source/facts.ts';
import type { Evidence } from '../text.ts';
import { place, type InFile, type Role } from './model.ts';

export interface Events {
  /** What production code sends, each place with the event's name. */
  readonly sent: readonly (InFile<EventFact> & { readonly name: string })[];
  /** Every event that production code sends is in `sent`: none is computed, or sent by what is not read. */
  readonly complete: boolean;
  /** Where a tool of product analytics is used, in code that is read or not. */
  readonly tools: readonly Evidence[];
  readonly planned: readonly InFile<PlannedEvent>[];
  /** The tracking plans could be read to their end. */
  readonly planComplete: boolean;
}

/** Packages and modules of tools whose events are not read here, or in a language that is not. */
const otherTool =
  /posthog|segment.*analytics|analytics-(?:ruby|go|java|php|\.?net)|analytics\.net|rudder|mixpanel|amplitude|snowplow|heap-api|plausible|^@umami\/(?:node|browser|tracker)|umami-analytics|next-umami|(?:vue|nuxt)-umami|matomo|piwik|pendo|fullstory|react-ga|@vercel\/analytics|june-so|statsig|firebase(?:$|\/analytics)/i;

/** @param role of a path: what tests and examples send says nothing about production */
export function joinEvents(
  facts: Pick<FactsByKind, 'source' | 'trackingPlan' | 'packageJson' | 'manifest'>,
  role: (path: string) => Role,
): Events {
  const found = [...facts.source].flatMap(([file, { events }]) =>
    role(file) === 'production' ? events.map((event) => ({ file, facts: event })) : [],
  );
  const direct = found.filter(({ facts }) => facts.tool !== 'function');
  const wrappers = new Set(direct.flatMap(({ facts }) => facts.forwardedBy ?? []));
  const own = found.filter(({ facts }) => facts.tool === 'function' && wrappers.has(facts.callee ?? ''));
  const all = [...direct, ...own];
  const reached = new Set(own.map(({ facts }) => facts.callee));
  // What hands events on is known once it is called by its name somewhere.
  const isKnown = ({ name, forwardedBy }: EventFact): boolean =>
    name !== undefined || (forwardedBy !== undefined && reached.has(forwardedBy));
  const elsewhere = toolsElsewhere(facts, role, direct);
  return {
    sent: all.flatMap((event) => (event.facts.name ? { ...event, name: event.facts.name.value } : [])),
    complete: all.every(({ facts }) => isKnown(facts)) && elsewhere.length === 0,
    tools: [
      ...direct.map(({ file, facts }) => ({
        at: place(file, facts),
        message: facts.name ? `sends ${facts.name.value}` : 'sends an event',
      })),
      ...elsewhere,
    ],
    planned: [...facts.trackingPlan].flatMap(([file, { events }]) =>
      role(file) === 'production' ? events.map((event) => ({ file, facts: event })) : [],
    ),
    planComplete: [...facts.trackingPlan.values()].every(({ complete }) => complete),
  };
}

/** Tools that are depended on, but of which no call was read. */
function toolsElsewhere(
  { packageJson, manifest }: Pick<FactsByKind, 'packageJson' | 'manifest'>,
  role: (path: string) => Role,
  direct: readonly InFile<EventFact>[],
): Evidence[] {
  const readTools = new Set(direct.map(({ facts }) => facts.tool));
  const isElsewhere = (name: string): boolean =>
    otherTool.test(name) && ![...readTools].some((tool) => name.toLowerCase().includes(tool));
  const inPackages = [...packageJson].flatMap(([file, { dependencies }]) =>
    Object.entries(dependencies).flatMap(([name, version]) => ({ file, name, range: version.range })),
  );
  const inManifests = [...manifest].flatMap(([file, { dependencies = [] }]) =>
    dependencies.map(({ value, range }) => ({ file, name: value, range })),
  );
  return [...inPackages, ...inManifests]
    .filter(({ file, name }) => role(file) === 'production' && isElsewhere(name))
    .map(({ file, name, range }) => ({ at: { file, range }, message: `depends on ${name}` }));
}

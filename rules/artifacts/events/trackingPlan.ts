/**
 * Tracking plans as JSON or YAML: the protocols of Segment and RudderStack (`rules.events`), exports of Avo and plain
 * lists (`events`). It must never know what code sends.
 */
import { isMap, isSeq } from 'yaml';
import type { ArtifactKind, Parsed, TextFile } from '../artifact.ts';
import { entriesOf, rangeOf, scalarOf, textOf, valueAt } from '../nodes.ts';
import { problemsOf } from '../yaml.ts';
import type { PlannedEvent, TrackingPlanFacts } from './facts.ts';

export const trackingPlan: ArtifactKind<TrackingPlanFacts> = {
  id: 'trackingPlan',
  claims: (path) =>
    /(?:^|[/._-])(?:tracking|event|analytics)[._-]?plan(?:[._-][^/]*)?\.(?:json|ya?ml)$/i.test(path),
  mayHold: (text) => /\bevents\b/.test(text),
  parse,
};

function parse(file: TextFile): Parsed<TrackingPlanFacts> {
  const [document] = file.yaml();
  const root: unknown = document?.contents;
  const list =
    valueAt(root, 'events') ?? valueAt(valueAt(root, 'rules'), 'events') ?? (isSeq(root) ? root : undefined);
  const problems = document ? problemsOf(document, file.text.length) : [];
  if (!isSeq(list) && !isMap(list)) return { problems };
  const written = isSeq(list) ? list.items.map(itemOf) : entriesOf(list).map(entryOf);
  const events = written.filter((event) => event !== undefined);
  return { facts: { events, complete: events.length === written.length && problems.length === 0 }, problems };
}

/** `- Order Completed`, or an object with the event's name. */
function itemOf(item: unknown): PlannedEvent | undefined {
  const scalar = scalarOf(item);
  const name = scalar ? textOf(item) : (textOf(valueAt(item, 'name')) ?? textOf(valueAt(item, 'event')));
  if (!name) return undefined;
  const owner = textOf(valueAt(item, 'owner'));
  return { name, range: isMap(item) ? rangeOf(item) : name.range, ...(owner && { owner }) };
}

/** `Order Completed: { description: … }` */
function entryOf({ key, keyNode, range, value }: ReturnType<typeof entriesOf>[number]): PlannedEvent {
  const owner = textOf(valueAt(value, 'owner'));
  return { name: { value: key, range: rangeOf(keyNode) }, range, ...(owner && { owner }) };
}

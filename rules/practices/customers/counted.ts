/** What the plan says about customers and counts by an event: whether code sends it. */
import type { PlanItem } from '../../artifacts/plan/facts.ts';
import { place, type Model } from '../../model/model.ts';
import { isSent } from '../measures/sent.ts';
import { shown, textIn, type Plan } from '../measures/plan.ts';
import type { Report } from '../rule.ts';

/** Reports an item's event as sent, as not sent (`unsent`), or as unknown; an item without an event as it stands. */
export function reportCounted(
  item: PlanItem,
  plan: Plan,
  what: string,
  model: Model,
  report: Report<'unsent'>,
): void {
  const event = textIn(item, 'event');
  if (!event) return report.met(undefined, shown(plan, item, what));
  const at = place(plan.file, event);
  const verdict = isSent(event.value, model);
  if (verdict.sent === 'yes') report.met(undefined, verdict.evidence);
  else if (verdict.sent === 'unknown')
    report.unknown(undefined, 'Not every event that code sends can be read.', at);
  else {
    const { meant } = verdict;
    const data = {
      name: item.name.value,
      event: event.value,
      hint: meant ? ` Did you mean ${meant.name}?` : '',
    };
    report.gap({ message: 'unsent', data, at, related: meant ? [meant] : [] });
  }
}

/** Asks how long a condition must hold before somebody is woken. */
import type { AlertFacts } from '../../artifacts/prometheus/facts.ts';
import { place, type Alert } from '../../model/model.ts';
import type { Ranged } from '../../text.ts';
import { removeEntry } from '../edits/yaml.ts';
import { defineRule, type FixContext } from '../rule.ts';
import { isHeartbeat, isTemplateText, levelOf } from './alerts.ts';
import { addTo } from './annotate.ts';

export default defineRule({
  id: 'alerting/for-missing',
  title: 'An alert fires on a single scrape, or waits for a time that is none.',
  area: 'alerting',
  section: '§4',
  level: 'warning',
  joins: false,
  fix: 'safe',
  messages: {
    missing: {
      text: 'The alert {alert} looks at one sample of {metric} and has no `for`, so a single odd scrape wakes somebody.',
    },
    invalid: {
      text: '“{value}” is no duration, so Prometheus refuses the file with the alert {alert}; write one such as 5m or 1h30m.',
      equivalents: ['pint/alerts/for'],
    },
    zero: {
      text: '`{key}: {value}` is what the alert {alert} has without it; it reads like a decision and is none.',
      equivalents: ['pint/alerts/for'],
      level: 'info',
    },
  },
  check(model, report) {
    for (const alert of model.alerts) {
      const { file, facts, services } = alert;
      if (model.role(file) !== 'production' || facts.style === 'legacy') continue;
      const service = services.length === 1 ? services[0] : undefined;
      const name = facts.name.value;
      let written = false;
      for (const [key, duration] of durationsOf(facts)) {
        if (key === 'for' && isTemplateText(duration.value)) written = true;
        const fault = isTemplateText(duration.value) ? undefined : faultOf(duration.value);
        if (!fault) continue;
        written = true;
        report.gap({
          message: fault,
          data: { alert: name, value: duration.value, ...(fault === 'zero' && { key }) },
          at: place(file, duration),
          service,
          ...(fault === 'zero' && {
            fixes: [
              {
                title: `Remove ${key} from ${name}`,
                safety: 'safe',
                changes: (context) => removeKey(alert, key, duration, context),
              },
            ],
          }),
        });
      }
      if (written) continue;
      const metric = unsteadyMetric(facts);
      if (facts.for) {
        report.met(service, { at: place(file, facts.for), message: `${name} waits for ${facts.for.value}` });
      } else if (metric !== undefined && !facts.templated) {
        report.gap({
          message: 'missing',
          data: { alert: name, metric },
          at: place(file, facts.name),
          level: levelOf(facts),
          service,
          fixes: [
            {
              title: `Let ${name} wait for 5 minutes`,
              safety: 'suggested',
              changes: (context) => addTo(context.read(file), facts, 'rule', 'for', '5m'),
            },
          ],
        });
      }
    }
  },
});

function durationsOf({
  for: wait,
  keepFiringFor,
}: AlertFacts): ['for' | 'keep_firing_for', Ranged<string>][] {
  return [
    ...(wait ? [['for', wait] as ['for', Ranged<string>]] : []),
    ...(keepFiringFor ? [['keep_firing_for', keepFiringFor] as ['keep_firing_for', Ranged<string>]] : []),
  ];
}

/** As Prometheus reads durations: units from years to milliseconds, each at most once and in this order. */
const duration = /^(?:0|(?=\d)(?:\d+y)?(?:\d+w)?(?:\d+d)?(?:\d+h)?(?:\d+m)?(?:\d+s)?(?:\d+ms)?)$/;

function faultOf(value: string): 'invalid' | 'zero' | undefined {
  if (!duration.test(value)) return 'invalid';
  return /[1-9]/.test(value) ? undefined : 'zero';
}

/** Changes only when something happens, or says what it says for long. */
const steady =
  /(?:_total|_count|_sum|_bucket|_info|_created|_status|_state|_timestamp|_time|_age|_expiry|_not_after|_seconds|_days|_version)$|:/;

/** The metric that one sample of decides; undefined where the expression is steady by itself, or cannot be judged. */
function unsteadyMetric(facts: AlertFacts): string | undefined {
  const { query } = facts;
  if (!query || query.error || query.unconditional || query.overTime || isHeartbeat(facts)) return undefined;
  if (query.functions.some((name) => name === 'absent' || name === 'absent_over_time')) return undefined;
  const names = query.selectors.map(({ metric }) => metric?.value);
  if (names.length === 0 || names.some((name) => name === undefined || steady.test(name))) return undefined;
  return names[0];
}

function removeKey(
  { file, facts }: Alert,
  key: string,
  { range }: Ranged<string>,
  context: FixContext,
): ReturnType<typeof addTo> {
  const source = context.read(file);
  const before = /(?:for|keep_firing_for)["']?[ \t]*:[ \t]*$/.exec(
    source.text.slice(facts.range.start, range.start),
  );
  if (!before) return [];
  const start = facts.range.start + before.index;
  const change = removeEntry(source, { start, end: start + key.length });
  return change ? [change] : [];
}

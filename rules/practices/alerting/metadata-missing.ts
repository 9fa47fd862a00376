/** Asks whether an alert says how bad it is and what is wrong. */
import type { AlertFacts, RecordingFacts } from '../../artifacts/prometheus/facts.ts';
import { place, type Model } from '../../model/model.ts';
import { defineRule, type FixContext } from '../rule.ts';
import { isHeartbeat, isTemplateText } from './alerts.ts';
import { addTo, annotate } from './annotate.ts';

export default defineRule({
  id: 'alerting/metadata-missing',
  title: 'An alert does not say how bad it is, or what is wrong.',
  area: 'alerting',
  section: '§4',
  level: 'warning',
  joins: false,
  fix: 'suggested',
  messages: {
    severity: {
      text: 'The alert {alert} has no severity, so it cannot be told whether it should wake somebody.',
      equivalents: ['pint/rule/label(severity:true)'],
    },
    // Pint asks for this very label, of every rule.
    'severity-named': {
      text: '{rule} has no label severity.',
      equivalents: ['pint/rule/label(severity:true)'],
      level: 'off',
    },
    // It is there, but empty.
    'severity-empty': {
      text: 'The severity of the alert {alert} is empty, so it cannot be told whether it should wake somebody.',
      equivalents: ['pint/rule/label(severity:true)'],
    },
    summary: {
      text: 'The alert {alert} has neither a summary nor a description, so whoever gets it reads a name and must guess the rest.',
    },
  },
  check(model, report) {
    for (const { file, facts } of [...model.alerts, ...model.recordings]) {
      const isOwn = isAlert(facts) && !isHeartbeat(facts) && !find(facts.labels, severities);
      const isEmpty = facts.labels['severity'] === undefined;
      if (model.role(file) !== 'production' || isOwn || !isEmpty || facts.labelsTemplated) continue;
      const data = { rule: facts.name.value };
      report.gap({ message: 'severity-named', data, at: place(file, facts.name) });
    }
    for (const { file, facts, services } of model.alerts) {
      const { name, labels, annotations } = facts;
      if (model.role(file) !== 'production' || isHeartbeat(facts) || isTemplateText(name.value)) continue;
      const service = services.length === 1 ? services[0] : undefined;
      const at = place(file, facts.name);
      const data = { alert: name.value };
      const severity = find(labels, severities);
      const summary = find(annotations, summaries);
      if (severity && summary)
        report.met(service, {
          at: place(file, severity),
          message: `${name.value} says how bad it is, and what`,
        });
      else if ((!severity && facts.labelsTemplated) || (!summary && facts.templated)) {
        report.unknown(service, `A template fills labels or annotations of ${name.value}.`, at);
        continue;
      }
      if (severity && labels['severity']?.value === '')
        report.gap({ message: 'severity-empty', data, at: place(file, severity), service });
      if (!severity) {
        const usual = usualSeverity(model);
        const changes = (context: FixContext) =>
          addTo(context.read(file), facts, 'labels', 'severity', usual);
        const title = `Add the severity ${usual} to ${name.value}`;
        report.gap({
          message: 'severity',
          data,
          at,
          service,
          fixes: [{ title, safety: 'suggested', changes }],
        });
      }
      if (!summary) {
        const changes = (context: FixContext) =>
          annotate(context.read(file), facts, 'summary', inWords(name.value));
        const title = `Add a summary to ${name.value}`;
        report.gap({
          message: 'summary',
          data,
          at,
          service,
          fixes: [{ title, safety: 'suggested', changes }],
        });
      }
    }
  },
});

function isAlert(facts: AlertFacts | RecordingFacts): facts is AlertFacts {
  return 'annotations' in facts;
}

/** How teams call it: a label of another name that ranks alerts is as good. */
const severities = /^(?:\w+_)?(?:severity|sev|priority|urgency|criticality|level|alertlevel|importance)$/i;
const summaries = /^(?:summary|description|message|title|subject|text|info|details?|impact)$/i;

function find<T>(entries: Readonly<Record<string, T>>, names: RegExp): T | undefined {
  const name = Object.keys(entries).find((key) => names.test(key));
  return name === undefined ? undefined : entries[name];
}

/** The one that is neither the quietest nor the loudest, in the words of the other alerts. */
function usualSeverity({ alerts }: Model): string {
  const used = new Set(alerts.map(({ facts }) => facts.labels['severity']?.value));
  return ['warning', 'warn', 'medium', 'minor', 'ticket', 'P3'].find((name) => used.has(name)) ?? 'warning';
}

/** `WebErrorRateHigh` as "Web error rate high". */
function inWords(name: string): string {
  const words = name.match(/[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+/g) ?? [name];
  const lower = words.map((word) => (/^[A-Z]{2,}$/.test(word) ? word : word.toLowerCase())).join(' ');
  return lower.charAt(0).toUpperCase() + lower.slice(1);
}

/** Joins alerts with pages: somebody is woken, and nothing says whom to wake next. */
import type { MarkdownFacts } from '../../artifacts/markdown/facts.ts';
import { place, type FileIndex } from '../../model/model.ts';
import { defineRule } from '../rule.ts';

export default defineRule({
  id: 'ownership/escalation-missing',
  title: 'Alerts go off, and nothing says who is called next.',
  area: 'ownership',
  section: '§3',
  level: 'info',
  joins: true,
  fix: 'none',
  messages: {
    missing: {
      text: 'Alerts go off here, and no page says who is on call, or whom to call when the first does not answer or does not know.',
    },
  },
  check(model, report) {
    const alerts = model.alerts.filter(
      ({ file, services }) =>
        model.role(file) === 'production' && services.some(({ role }) => role === 'production'),
    );
    const [alert] = alerts;
    // Where nobody has written a page for those who are woken, the alerts may be a demonstration's.
    if (!alert || !model.runbooks.some(({ index }) => !index)) return;
    const page = [...model.pages].find(([path, facts]) => tellsWhomToCall(path, facts));
    if (page) return report.met(undefined, { at: { file: page[0] }, message: 'It says whom to call' });
    const tool = pagerIn(model.files);
    if (tool !== undefined)
      return report.unknown(undefined, 'Whom to call may be kept in the on-call tool.', { file: tool });
    if (alerts.some(({ runbook }) => runbook?.leads === 'elsewhere'))
      return report.unknown(undefined, 'Runbooks elsewhere may say whom to call.');
    report.gap({
      message: 'missing',
      at: model.root,
      related: [{ at: place(alert.file, alert.facts.name), message: 'An alert that wakes somebody' }],
    });
  },
});

const words = /\bescalat|\bon[- ]?call\b|\brota\b|\bwhom? to (?:call|ask)\b/i;
const pager = /pager-?duty|opsgenie|victorops|grafana-?oncall|(?:^|\/)on-?call\.ya?ml$/i;

/** Every path is looked at, so it is done once until files come or go. */
const found = new WeakMap<FileIndex, string | undefined>();

function pagerIn(files: FileIndex): string | undefined {
  if (!found.has(files))
    found.set(
      files,
      files.under('').find((path) => pager.test(path)),
    );
  return found.get(files);
}

function tellsWhomToCall(path: string, { headings, labels, frontMatter }: MarkdownFacts): boolean {
  return (
    /(?:^|\/)(?:on-?call|escalation)/i.test(path) ||
    headings.some(({ text, filled }) => filled && words.test(text)) ||
    labels.some((label) => words.test(label)) ||
    frontMatter.escalation !== undefined
  );
}

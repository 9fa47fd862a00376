import type { Alert, Model } from '../../model/model.ts';
import { place } from '../../model/model.ts';
import { defineRule, type LazyFix } from '../rule.ts';
import { pageNamed, pathFor, urlOf } from '../runbooks/place.ts';
import { writePage } from '../runbooks/write.ts';
import { isHeartbeat, levelOf } from './alerts.ts';
import { annotateRunbook, emptyAnnotation } from './runbookAnnotation.ts';

export default defineRule({
  id: 'alerting/runbook-url-missing',
  title: 'An alert does not say where its runbook is.',
  area: 'alerting',
  section: '§4',
  level: 'warning',
  joins: true,
  fix: 'suggested',
  messages: {
    missing: {
      text: 'The alert {alert} has no runbook_url, so whoever is woken by it starts with nothing in hand.',
      equivalents: ['pint/alerts/annotation(runbook_url:true)'],
    },
    unlinked: {
      text: 'The alert {alert} has no runbook_url, so whoever is woken by it does not find its runbook {page}.',
      equivalents: ['pint/alerts/annotation(runbook_url:true)'],
    },
    empty: {
      text: 'The {annotation} of the alert {alert} is empty, so whoever is woken by it starts with nothing in hand.',
    },
    'empty-url': {
      text: 'The runbook_url of the alert {alert} is empty, so whoever is woken by it starts with nothing in hand.',
      equivalents: ['pint/alerts/annotation(runbook_url:true)'],
    },
    // A heartbeat, or an alert that says it in another annotation.
    elsewhere: {
      text: 'The alert {alert} has no annotation runbook_url.',
      equivalents: ['pint/alerts/annotation(runbook_url:true)'],
      level: 'off',
    },
  },
  check(model, report) {
    for (const alert of model.alerts) {
      const { facts, file, services, runbook } = alert;
      if (model.role(file) !== 'production') continue;
      const elsewhere = (): void => {
        if (facts.templated || facts.annotations['runbook_url']?.value) return;
        report.gap({ message: 'elsewhere', data: { alert: facts.name.value }, at: place(file, facts.name) });
      };
      if (isHeartbeat(facts)) {
        elsewhere();
        continue;
      }
      const service = services.length === 1 ? services[0] : undefined;
      if (runbook) {
        report.met(service, { at: runbook.at, message: `${facts.name.value} names its runbook` });
        elsewhere();
        continue;
      }
      const described = Object.values(facts.annotations).find(({ value }) => namesRunbook.test(value));
      if (described) {
        report.met(service, {
          at: place(file, described),
          message: `${facts.name.value} describes where its runbook is`,
        });
        elsewhere();
        continue;
      }
      if (facts.templated || facts.name.value.includes('{{')) {
        report.unknown(
          service,
          `A template fills the annotations of ${facts.name.value}.`,
          place(file, facts.name),
        );
        continue;
      }
      const empty = emptyAnnotation(alert);
      const page = pageNamed(facts.name.value, model);
      const common = { service, level: levelOf(facts), fixes: [fixFor(alert, model)] };
      const alertName = facts.name.value;
      if (empty) {
        const at = place(file, empty[1]);
        const message = empty[0] === 'runbook_url' ? 'empty-url' : 'empty';
        report.gap({ ...common, message, data: { alert: alertName, annotation: empty[0] }, at });
        if (message === 'empty') elsewhere();
      } else if (page) {
        const related = [{ at: { file: page.file }, message: 'The runbook that bears its name' }];
        report.gap({
          ...common,
          message: 'unlinked',
          data: { alert: alertName, page: page.file },
          at: place(file, facts.name),
          related,
        });
      } else {
        report.gap({
          ...common,
          message: 'missing',
          data: { alert: alertName },
          at: place(file, facts.name),
        });
      }
    }
  },
});

const namesRunbook =
  /https?:\/\/\S*(?:runbook|playbook)|\b(?:runbook|playbook)s?\b[^.\n]{0,40}(?:https?:|\.md\b)/i;

function fixFor(alert: Alert, model: Model): LazyFix {
  const name = alert.facts.name.value;
  const page = pageNamed(name, model)?.file;
  const path = page ?? pathFor(name, model, alert.file);
  return {
    title: page ? `Link ${name} to ${page}` : `Write ${path} and link ${name} to it`,
    safety: 'suggested',
    async changes(context) {
      const link = annotateRunbook(alert, context, urlOf(path, context));
      if (link.length === 0 || page) return link;
      const subject = { page: path, title: name, alerts: [alert], services: alert.services };
      return [...link, { kind: 'create', file: path, text: await writePage(subject, context.model) }];
    },
  };
}

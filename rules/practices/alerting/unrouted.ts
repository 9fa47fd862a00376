/** Asks whether Alertmanager tells somebody of an alert. */
import type { AlertmanagerConfiguration, RouteFacts } from '../../artifacts/alertmanager/facts.ts';
import { deliveriesOf, routedValues } from '../../model/alertRoutes.ts';
import { place, type Alert, type InFile } from '../../model/model.ts';
import { nearest } from '../../nearest.ts';
import type { Ranged } from '../../text.ts';
import { setScalar } from '../edits/yaml.ts';
import { defineRule, type LazyFix, type Report } from '../rule.ts';
import { isMeantToFire } from './alerts.ts';

export default defineRule({
  id: 'alerting/unrouted',
  title: 'Nobody is told of an alert, or a route leads to a receiver that does not exist.',
  area: 'alerting',
  section: '§4',
  level: 'warning',
  joins: true,
  fix: 'suggested',
  messages: {
    receiver: {
      text: 'The route leads to the receiver {receiver}, which is not defined, so Alertmanager does not start.{hint}',
      level: 'error',
    },
    nobody: {
      text: 'No route takes the alert {alert}, and the default receiver {receiver} notifies nobody: it fires unheard.',
    },
    silent: {
      text: 'No receiver of this Alertmanager notifies anybody: every alert fires unheard.',
      level: 'info',
    },
    misspelt: {
      text: 'No route takes the alert {alert} by {label} {value}, but one takes {meant}: it goes to the default receiver {receiver}.',
    },
  },
  check(model, report) {
    const configurations = model.alertmanagers.filter(({ file }) => model.role(file) === 'production');
    for (const configuration of configurations) {
      if (!configuration.facts.open) checkReceivers(configuration, configuration.facts.route, report);
    }
    const trees = configurations.filter(({ facts }) => facts.form !== 'resource');
    const [only] = trees;
    // Which of several is told is decided where they are deployed.
    if (!only || trees.length > 1) return;
    const { file, facts } = only;
    if (!facts.open && facts.receivers.every(({ silent }) => silent)) {
      report.gap({ message: 'silent', at: place(file, facts.receivers[0]!.name) });
      return;
    }
    const alerts = model.alerts.filter(
      (alert) => model.role(alert.file) === 'production' && !isMeantToFire(alert.facts),
    );
    const isTheirs = alerts.some((alert) => heardBy(alert, facts).length > 0);
    for (const alert of alerts) checkAlert(alert, only, isTheirs, report);
  },
});

type Key = 'receiver' | 'nobody' | 'silent' | 'misspelt';
type Configuration = InFile<AlertmanagerConfiguration>;

function checkReceivers(
  { file, facts }: Configuration,
  { receiver, routes }: RouteFacts,
  report: Report<Key>,
): void {
  const names = facts.receivers.map(({ name }) => name.value);
  if (receiver && !names.includes(receiver.value)) {
    const near = nearest(receiver.value, names);
    report.gap({
      message: 'receiver',
      data: { receiver: receiver.value, hint: near === undefined ? '' : ` Did you mean ${near}?` },
      at: place(file, receiver),
      fixes: near === undefined ? [] : [set(`Lead to ${near}`, file, receiver, near)],
    });
  } else if (receiver)
    report.met(undefined, {
      at: place(file, receiver),
      message: `The receiver ${receiver.value} is defined.`,
    });
  for (const child of routes) checkReceivers({ file, facts }, child, report);
}

/** The receivers that surely notify somebody of an alert. */
function heardBy(
  alert: Alert,
  configuration: AlertmanagerConfiguration,
): AlertmanagerConfiguration['receivers'] {
  const deliveries = deliveriesOf(alert.facts, configuration) ?? [];
  return deliveries.flatMap(({ receiver }) =>
    configuration.receivers.filter((one) => one.name.value === receiver && !one.silent),
  );
}

/** @param isTheirs the configuration is for the alerts of this repository: somebody is told of one of them */
function checkAlert(
  alert: Alert,
  { file, facts: configuration }: Configuration,
  isTheirs: boolean,
  report: Report<Key>,
): void {
  const { facts, services } = alert;
  const service = services.length === 1 ? services[0] : undefined;
  const at = place(alert.file, facts.name);
  const deliveries =
    configuration.open || facts.labelsTemplated ? undefined : deliveriesOf(facts, configuration);
  if (!deliveries) {
    report.unknown(
      service,
      'Its routes ask for labels that are not written in the rule, or a template decides them.',
      at,
    );
    return;
  }
  const { route, receivers } = configuration;
  const heard = heardBy(alert, configuration);
  const [default_] = deliveries;
  const isDefault = deliveries.length === 1 && default_!.route === route;
  const receiver = default_?.receiver ?? '';
  const related = [{ at: place(file, route.receiver), message: 'The default receiver' }];
  const misspelt = isTheirs && isDefault ? misspeltLabel(alert, configuration) : undefined;
  if (misspelt) {
    const { label, value, meant } = misspelt;
    report.gap({
      message: 'misspelt',
      data: { alert: facts.name.value, label, value: value.value, meant, receiver },
      at: place(alert.file, value),
      service,
      related,
      fixes: [set(`Write ${meant}`, alert.file, value, meant)],
    });
  } else if (heard[0])
    report.met(service, {
      at: place(file, heard[0].name),
      message: `${heard[0].name.value} is told of ${facts.name.value}.`,
    });
  // A route that leads to nobody was written for it; a receiver that does not exist is reported above.
  else if (isTheirs && isDefault && receivers.some((one) => one.name.value === receiver))
    report.gap({ message: 'nobody', data: { alert: facts.name.value, receiver }, at, service, related });
}

/** A label whose value is nearly one that a route asks for, and none of those. */
function misspeltLabel(
  { facts }: Alert,
  configuration: AlertmanagerConfiguration,
): { readonly label: string; readonly value: Ranged<string>; readonly meant: string } | undefined {
  for (const [label, value] of Object.entries(facts.labels)) {
    const values = routedValues(configuration, label);
    if (values.includes(value.value) || value.value.length < 4) continue;
    const meant = nearest(value.value, values);
    if (meant !== undefined) return { label, value, meant };
  }
  return undefined;
}

function set(title: string, file: string, { range }: Ranged<string>, value: string): LazyFix {
  return {
    title,
    safety: 'suggested',
    changes({ read }) {
      const change = setScalar(read(file), range, value);
      return change ? [change] : [];
    },
  };
}

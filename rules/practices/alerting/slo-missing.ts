/** Asks what the services that users reach have promised them. */
import type { Model, Service } from '../../model/model.ts';
import type { Evidence } from '../../text.ts';
import { defineRule } from '../rule.ts';

export default defineRule({
  id: 'alerting/slo-missing',
  title: 'A service that users reach has no SLO.',
  area: 'alerting',
  section: '§4',
  level: 'info',
  joins: true,
  fix: 'none',
  messages: {
    missing: {
      text: 'Users reach {service} from outside, and no SLO says how often it may fail: each incident is argued about anew.',
    },
  },
  check(model, report) {
    const known = isJudgedHere(model);
    for (const service of model.services) {
      if (service.role !== 'production' || service.runs) continue;
      const door = wayIn(service, model);
      if (!door) continue;
      const [slo] = model.slos.filter(({ services }) => services.includes(service));
      if (slo) {
        const at = { file: slo.file, range: slo.facts.name.range };
        report.met(service, { at, message: `The SLO ${slo.facts.name.value} is about it` });
      } else if (model.slos.some(({ services }) => services.length === 0)) {
        report.unknown(service, 'There are SLOs here of which it cannot be told what they are about.');
      } else if (!known) {
        report.unknown(service, 'No alert and no SLO of this repository is about one of its services.');
      } else {
        report.gap({
          message: 'missing',
          data: { service: service.name },
          at: service.at,
          service,
          related: [door],
        });
      }
    }
  },
});

/** Where no alert and no SLO is about a service, both may well be kept elsewhere. */
function isJudgedHere(model: Model): boolean {
  return [...model.alerts, ...model.slos].some(
    ({ file, services }) =>
      model.role(file) === 'production' && services.some(({ role }) => role === 'production'),
  );
}

/** The ingress or gateway route that leads to one of its Kubernetes services. */
function wayIn({ workloads }: Service, { ingresses }: Model): Evidence | undefined {
  const names = new Set(
    workloads.flatMap(({ services }) => services.flatMap(({ name }) => (name === undefined ? [] : name))),
  );
  for (const { file, facts } of ingresses)
    for (const { service } of facts.backends)
      if (service.known && names.has(service.value))
        return { at: { file, range: service.range }, message: 'The way in from outside' };
  return undefined;
}

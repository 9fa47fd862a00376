/** Asks which services nobody would hear of when they fail. */
import type { Alert, Model, Service } from '../../model/model.ts';
import { defineRule } from '../rule.ts';

export default defineRule({
  id: 'alerting/service-unmonitored',
  title: 'No alert and no SLO is about a service.',
  area: 'alerting',
  section: '§4',
  level: 'warning',
  joins: true,
  fix: 'none',
  messages: {
    unmonitored: {
      text: 'Other services here have alerts; no alert and no SLO is about {service}, so its users are the first to notice when it fails.',
    },
  },
  check(model, report) {
    const alerts = model.alerts.filter(({ file }) => model.role(file) === 'production');
    const slos = model.slos.filter(({ file }) => model.role(file) === 'production');
    const judged = model.services.filter(isDeployed);
    const watched = judged.filter((service) => alerts.some(({ services }) => services.includes(service)));
    // Where hardly any has one, alerts of services are kept elsewhere, or a product ships some for its users.
    const known = watched.length * 2 >= judged.length;
    const general = alerts.find(coversAll);
    for (const service of judged) {
      const alert = alerts.find(({ services }) => services.includes(service));
      const slo = slos.find(({ services }) => services.includes(service));
      if (alert || slo) {
        const { file, facts } = (alert ?? slo)!;
        report.met(service, {
          at: { file, range: facts.name.range },
          message: `${facts.name.value} is about it`,
        });
      } else if (!known) {
        report.unknown(service, 'Hardly any service has its alerts in this repository.');
      } else if (general) {
        const at = { file: general.file, range: general.facts.name.range };
        report.unknown(service, `The alert ${general.facts.name.value} may be about every service.`, at);
      } else {
        report.gap({
          message: 'unmonitored',
          data: { service: service.name },
          at: service.at,
          service,
          related: relatedOf(alerts, model),
        });
      }
    }
  },
});

/** What nothing here builds or runs may never have been deployed. */
function isDeployed({ role, runs, workloads, composeServices, dockerfiles }: Service): boolean {
  return role === 'production' && !runs && workloads.length + composeServices.length + dockerfiles.length > 0;
}

/** Metrics that every service has, or that its platform has of it. */
const everywhere =
  /^(?:up|probe_|http_|grpc_|rpc_|kube_(?:pod|deployment|statefulset|job)|container_|istio_|traefik_|nginx_|envoy_|linkerd_|process_|jvm_|nodejs_|go_|traces_|span)/;
const namesService =
  /^(?:service|service_?name|app|application|job|component|workload|deployment|container|pod|instance)$/i;

/** It names no service, and looks at what every service has. */
function coversAll({ facts, services }: Alert): boolean {
  if (services.length > 0) return false;
  if (!facts.query) return true;
  return facts.query.selectors.some(
    ({ metric, matchers }) =>
      (metric === undefined || everywhere.test(metric.value)) &&
      !matchers.some(({ label, operator }) => namesService.test(label) && operator === '='),
  );
}

function relatedOf(alerts: readonly Alert[], model: Model) {
  const example = alerts.find(({ services }) => services.some((service) => model.services.includes(service)));
  if (!example) return [];
  const [service] = example.services;
  return [
    {
      at: { file: example.file, range: example.facts.name.range },
      message: `An alert about ${service!.name}`,
    },
  ];
}

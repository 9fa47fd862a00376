/** Whoever finds a public address may ask as much as they can, and one client leaves nothing for the others. */
import type { IngressFacts } from '../../artifacts/kubernetes/facts.ts';
import type { Deployed } from '../../model/cluster.ts';
import { libraryOf } from '../../model/libraries.ts';
import type { Model, Service } from '../../model/model.ts';
import type { Evidence, Place } from '../../text.ts';
import { defineRule } from '../rule.ts';

export default defineRule({
  id: 'resilience/rate-limit-missing',
  title: 'Nothing limits how much one client may ask of a public service.',
  area: 'resilience',
  section: '§4',
  level: 'info',
  joins: true,
  fix: 'none',
  messages: {
    unlimited: {
      text: '{ingress} lets everybody in to {service}, and neither it nor the code limits how much one client may ask: a single script takes what all users share.',
    },
  },
  check(model, report) {
    const elsewhere = limitsElsewhere(model);
    for (const service of model.services) {
      const { code } = service;
      if (service.role !== 'production' || service.runs) continue;
      const entrances = entrancesOf(model, service);
      const [entrance] = entrances;
      if (!entrance || !code?.listens.some(({ protocol }) => protocol === 'http')) continue;
      const limit = limitOf(model, service, entrances);
      if (limit) {
        report.met(service, limit);
        continue;
      }
      if (elsewhere) {
        report.unknown(service, elsewhere.message, elsewhere.at);
        continue;
      }
      const open = entrances.find(({ template }) => template);
      if (open) {
        report.unknown(service, 'A template decides what its ingress limits.', { file: open.file });
        continue;
      }
      const { kind, name } = entrance.object;
      report.gap({
        message: 'unlimited',
        data: { service: service.name, ingress: name.known ? `${kind} ${name.value}` : `This ${kind}` },
        at: { file: entrance.file, range: entrance.object.kindRange },
        service,
        related: [{ at: code.listens[0]!.at, message: 'it answers here' }],
      });
    }
  },
});

/** Ingresses and routes of gateways that lead to a service. */
function entrancesOf({ cluster, role }: Model, { workloads }: Service): readonly Deployed<IngressFacts>[] {
  const names = new Set(
    workloads.flatMap(({ services }) => services.flatMap(({ name }) => (name === undefined ? [] : [name]))),
  );
  if (names.size === 0) return [];
  return cluster.ingresses.filter(
    ({ file, object, facts }) =>
      role(file) === 'production' &&
      /^(?:Ingress|HTTPRoute)$/.test(object.kind) &&
      facts.backends.some(({ service }) => service.known && names.has(service.value)),
  );
}

/** Annotations by which controllers and clouds limit, or lead to what may. */
const limiting =
  /limit|rate-|throttl|waf|security|middleware|plugin|snippet|policy|backend-?config|shield|auth-url|whitelist|allowlist/i;
const library =
  /rate-?limit|throttl|limiter|bucket4j|rack-attack|tollbooth|governor|slowapi|arcjet|ratelimiter|express-slow-down|gateway/i;
const namedFor = /(?:^|\/)[^/]*(?:rate-?_?limit|throttl)[^/]*\.\w+$/i;

function limitOf(
  model: Model,
  service: Service,
  entrances: readonly Deployed<IngressFacts>[],
): Evidence | undefined {
  const [sign] = service.code!.rateLimits;
  if (sign) return { at: sign.at, message: 'Its code limits or throttles.' };
  for (const { file, object } of entrances)
    if (Object.keys(object.annotations).some((name) => limiting.test(name)))
      return { at: { file, range: object.kindRange }, message: `${object.kind} limits by an annotation.` };
  const found = libraryOf(model, service, (name) => library.test(name));
  if (found) return { at: found.at, message: `It ${found.message}.` };
  const file =
    service.root === undefined
      ? undefined
      : model.files.under(service.root).find((path) => namedFor.test(path));
  return file === undefined ? undefined : { at: { file }, message: 'It has code for limits.' };
}

/** What may limit in front of all services, such as a firewall or a plugin of the gateway. */
function limitsElsewhere({
  kubernetesObjects,
  terraform,
}: Model): { at: Place; message: string } | undefined {
  const object = kubernetesObjects.find(({ facts }) =>
    /RateLimit|^(?:Middleware|EnvoyFilter|KongPlugin|KongClusterPlugin|BackendTrafficPolicy|BackendConfig|GCPBackendPolicy|WasmPlugin|Policy|VirtualServer|APIPolicy|Apisix\w*)$/.test(
      facts.kind,
    ),
  );
  if (object)
    return {
      at: { file: object.file, range: object.facts.kindRange },
      message: `A ${object.facts.kind} may limit what clients ask.`,
    };
  for (const { file, facts } of terraform)
    for (const { type, labels, header } of facts.blocks)
      if (
        type === 'resource' &&
        /waf|security_policy|cloudflare|fastly|api_?gateway|frontdoor|shield|cloudfront/.test(labels[0] ?? '')
      )
        return { at: { file, range: header }, message: `${labels[0]!} may limit what clients ask.` };
  return undefined;
}

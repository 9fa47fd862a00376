/** A readiness probe that always succeeds, of a service that cannot do its work without its database. */
import { healthChecks } from '../../model/healthChecks.ts';
import type { Model, Service, ServiceCode } from '../../model/model.ts';
import { routeAsked } from '../../model/routes.ts';
import { defineRule } from '../rule.ts';

export default defineRule({
  id: 'health/readiness-constant',
  title: 'A readiness probe always succeeds, although the service cannot work without its database.',
  area: 'health',
  section: '§4',
  // Some teams want it so where all replicas share one database.
  level: 'info',
  joins: true,
  fix: 'none',
  messages: {
    constant: {
      text: 'The readiness probe of {service} asks for {path}, which always says yes: a replica that has no connection to its database gets requests all the same.',
    },
  },
  check(model, report) {
    for (const { by, service, role, http, at } of healthChecks(model)) {
      if (by !== 'readiness' || !http || role !== 'production') continue;
      const code = service?.runs?.code ?? service?.code;
      const route = code && routeAsked(code, http.path);
      if (!service || !route?.handler || model.role(route.at.file) !== 'production') continue;
      const { constant, asks } = route.handler;
      const database = databaseOf(model, service.runs ?? service, code!);
      if (!database) continue;
      if (asks[0]) {
        report.met(service, { at: asks[0].at, message: `Its readiness depends on ${asks[0].callee}.` });
      } else if (constant) {
        report.gap({
          message: 'constant',
          data: { service: service.name, path: http.path },
          at: route.at,
          service,
          related: [
            { at: http.exact ? http.at : at, message: `the readiness probe asks for ${http.path}` },
            { at: database.at, message: 'the database it works with' },
          ],
        });
      }
    }
  },
});

/** A client in the service's own folder: what it imports from others it may never call. */
function databaseOf(
  model: Model,
  { root }: Service,
  { stores }: ServiceCode,
): ServiceCode['stores'][number] | undefined {
  return stores.find(
    ({ kind, at }) =>
      kind === 'database' &&
      model.role(at.file) === 'production' &&
      (root === '' || root === undefined || at.file.startsWith(`${root}/`)),
  );
}

/** A liveness probe whose answer depends on a database, queue or other service: their outage restarts every pod. */
import { healthChecks } from '../../model/healthChecks.ts';
import { routeAsked } from '../../model/routes.ts';
import { defineRule } from '../rule.ts';

export default defineRule({
  id: 'health/liveness-calls-dependency',
  title: 'A liveness probe fails whenever something that the service depends on does.',
  area: 'health',
  section: '§4',
  level: 'error',
  joins: true,
  fix: 'none',
  messages: {
    dependency: {
      text: 'The liveness probe of {service} asks for {path}, whose handler waits for {callee}: one outage of {what} restarts every replica at once.',
    },
  },
  check(model, report) {
    for (const { by, service, role, http, at } of healthChecks(model)) {
      if (by !== 'liveness' || !http || role !== 'production') continue;
      const code = service?.runs?.code ?? service?.code;
      const route = code && routeAsked(code, http.path);
      if (!service || !route?.handler || model.role(route.at.file) !== 'production') continue;
      const [ask] = route.handler.asks;
      if (ask) {
        report.gap({
          message: 'dependency',
          data: { service: service.name, path: http.path, callee: ask.callee, what: ask.what },
          at: ask.at,
          service,
          related: [{ at: http.exact ? http.at : at, message: `the liveness probe asks for ${http.path}` }],
        });
      } else if (route.handler.constant) {
        report.met(service, { at: route.at, message: 'Its liveness depends on nothing but the process.' });
      }
    }
  },
});

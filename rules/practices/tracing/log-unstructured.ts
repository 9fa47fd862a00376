/** A server whose only log are lines that it prints: nobody can search them by request, level or customer. */
import { libraryOf } from '../../model/libraries.ts';
import { runsOnServer } from '../resilience/serverSide.ts';
import { defineRule } from '../rule.ts';

export default defineRule({
  id: 'tracing/log-unstructured',
  title: 'A server logs by bare prints alone.',
  area: 'tracing',
  section: '§4',
  level: 'info',
  joins: true,
  fix: 'none',
  messages: {
    printed: {
      text: '{service} logs by {prints} alone: lines without level, time and request can be neither filtered nor joined to a trace once several replicas write them.',
    },
  },
  check(model, report) {
    for (const service of model.services) {
      const { code } = service;
      if (!code || service.role !== 'production' || service.runs || code.listens.length === 0) continue;
      const [logger] = code.loggers;
      if (logger) {
        report.met(service, { at: logger.at, message: 'It writes to a logger.' });
        continue;
      }
      const onServer = runsOnServer(model, service);
      const printed = code.prints.filter(
        ({ at: { file } }) => model.role(file) === 'production' && onServer(file) && !script.test(file),
      );
      // A line or two say that it has started.
      if (printed.length < enough) continue;
      const library = libraryOf(model, service, (name) => logging.test(name));
      if (library) {
        report.unknown(service, `It ${library.message}, which may write its log.`, library.at);
        continue;
      }
      const names = [...new Set(printed.map(({ value }) => value))];
      report.gap({
        message: 'printed',
        data: { service: service.name, prints: names[0]! },
        at: printed[0]!.at,
        service,
        related: printed.slice(1, 3).map(({ at }) => ({ at, message: 'and here' })),
      });
    }
  },
});

const enough = 3;

/** What people run by hand prints to them. */
const script =
  /(?:^|\/)(?:scripts?|bin|tools?|cli|cmd\/\w*ctl|seeds?|migrations?|examples?|benches|build)(?:\/|\.\w+$)|(?:^|\/)(?:seed|migrate|setup|build)\b[^/]*$|build\.rs$/i;

/** Libraries for logs, and frameworks that bring a logger of their own. */
const logging =
  /log(?!in|ic|o\b)|^debug$|pino|winston|bunyan|consola|signale|roarr|morgan|zap\b|spring-boot|quarkus|micronaut|dropwizard|@nestjs\/core|@adonisjs|@feathersjs|strapi|sails|django|tracing|telemetry|sentry|datadog|dd-trace|newrelic|apm/i;

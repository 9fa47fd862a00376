/** Two services that keep their data in the same database are not isolated from each other. */
import { environments, variablesRead, type Variable } from '../../model/environment.ts';
import type { Model, Service } from '../../model/model.ts';
import { defineRule } from '../rule.ts';
import { push } from '../../groups.ts';

export default defineRule({
  id: 'resilience/shared-database',
  title: 'Two services use the same database.',
  area: 'resilience',
  section: '§4',
  level: 'info',
  joins: true,
  fix: 'none',
  messages: {
    shared: {
      text: '{services} use the same database {database}: the load of one slows the others down, and no table can change without all of them.',
    },
  },
  check(model, report) {
    const users = usersOf(model);
    const sharing = new Set<Service>();
    for (const [, uses] of users) {
      const services = [...new Set(uses.map(({ service }) => service))];
      if (services.length < 2) continue;
      for (const service of services) sharing.add(service);
      const [first, ...others] = services.map((service) => uses.find((use) => use.service === service)!);
      const names = services.map(({ name }) => name);
      report.gap({
        message: 'shared',
        data: {
          services: `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`,
          database: first!.database,
        },
        at: first!.variable.at,
        service: first!.service,
        related: others.map(({ service, variable: { at } }) => ({
          at,
          message: `${service.name} uses it too`,
        })),
      });
    }
    for (const uses of users.values())
      for (const { service, variable } of uses)
        if (!sharing.has(service)) {
          sharing.add(service);
          report.met(service, { at: variable.at, message: 'No other service uses its database.' });
        }
  },
});

interface Use {
  readonly service: Service;
  /** `orders on postgres`. */
  readonly database: string;
  readonly variable: Variable;
}

/** By network and database. */
function usersOf(model: Model): ReadonlyMap<string, readonly Use[]> {
  const environmentOf = environments(model.cluster);
  const users = new Map<string, Use[]>();
  for (const service of model.services) {
    if (service.role !== 'production' || service.runs || !isServer(service)) continue;
    const reads = variablesRead(service, model.sources);
    for (const variable of environmentOf(service)) {
      if (variable.shared && !reads.has(variable.variable) && !isReadBySpring(variable, service)) continue;
      const database = databaseIn(variable.value);
      if (database === undefined) continue;
      const key = `${variable.scope}\0${database}`;
      push(users, key, { service, database, variable });
    }
  }
  return users;
}

/** Workers and jobs keep the data of the server that they belong to. */
function isServer({ code, names }: Service): boolean {
  const isWorker = names.some((name) => /worker|consumer|processor|scheduler|cron|jobs?\b|admin/i.test(name));
  return code !== undefined && code.listens.length > 0 && !isWorker;
}

function isReadBySpring({ variable }: Variable, { language }: Service): boolean {
  return variable === 'SPRING_DATASOURCE_URL' && /^(?:java|kotlin)$/.test(language ?? '');
}

/** The database that a connection string names and the host it is on. */
function databaseIn(value: string): string | undefined {
  const [, host, name] =
    /^(?:jdbc:)?(?:postgres(?:ql)?(?:\+\w+)?|mysql(?:\+\w+)?|mariadb|mongodb(?:\+srv)?|sqlserver):\/\/(?:[^\s@]{0,200}@)?([\w.-]+)(?::\d+)?\/([\w-]+)(?:\?\S*)?$/i.exec(
      value,
    ) ?? [];
  return host === undefined || /^(?:localhost|127\.)/.test(host) ? undefined : `${name} on ${host}`;
}

/** Code of one service that is built into another one: both have to be changed, built and deployed together. */
import type { ImportFact } from '../../artifacts/source/facts.ts';
import type { Model, Service } from '../../model/model.ts';
import { folderOf, foldersUp, isWithin, join, resolve } from '../../model/paths.ts';
import type { Evidence } from '../../text.ts';
import { defineRule } from '../rule.ts';

export default defineRule({
  id: 'resilience/cross-service-import',
  title: 'A service imports the source of another service.',
  area: 'resilience',
  section: '§4',
  level: 'warning',
  joins: true,
  fix: 'none',
  messages: {
    imported: {
      text: '{service} imports {path}, which is the source of {other}: a change there breaks here, and neither can be deployed, scaled or rolled back alone.',
    },
  },
  check(model, report) {
    const deployed = model.services.filter(isDeployed);
    if (deployed.length < 2) return;
    for (const service of deployed) {
      const imported = importsOf(model, service, deployed);
      for (const [other, [first, ...more]] of imported)
        report.gap({
          message: 'imported',
          data: { service: service.name, other: other.name, path: first!.path },
          at: first!.at,
          service,
          related: [
            { at: other.at, message: `${other.name} is declared here` },
            ...more.slice(0, 3).map(({ at, path }): Evidence => ({ at, message: `imports ${path} as well` })),
          ],
        });
      if (imported.size === 0 && service.code!.files.length > 0)
        report.met(service, { at: service.at, message: 'It imports no other service’s source.' });
    }
  },
});

/** Something else than its code makes it a service: what is only a package may be a library. */
function isDeployed(service: Service): boolean {
  const { role, runs, root, code, dockerfiles, workloads, composeServices } = service;
  return (
    role === 'production' &&
    !runs &&
    root !== undefined &&
    root !== '' &&
    code !== undefined &&
    dockerfiles.length + workloads.length + composeServices.length > 0
  );
}

interface Import {
  /** What is imported, from the workspace. */
  readonly path: string;
  readonly at: Evidence['at'];
}

function importsOf(
  model: Model,
  service: Service,
  deployed: readonly Service[],
): ReadonlyMap<Service, Import[]> {
  const found = new Map<Service, Import[]>();
  for (const file of service.code!.files) {
    if (!isWithin(file, service.root!) || model.role(file) !== 'production') continue;
    for (const fact of model.sources.get(file)?.imports ?? []) {
      const path = pathOf(file, fact, model);
      const other = path === undefined ? undefined : model.serviceOf(path);
      if (path === undefined || !other || other === service || !deployed.includes(other)) continue;
      // A service within another one's folder is a part of it more often than not.
      if (isWithin(other.root!, service.root!) || isWithin(service.root!, other.root!)) continue;
      if (isContract(path.slice(other.root!.length))) continue;
      const others = found.get(other);
      const one = { path, at: { file, range: fact.range } };
      if (others) others.push(one);
      else found.set(other, [one]);
    }
  }
  return found;
}

/** What a service gives to those who call it. */
function isContract(path: string): boolean {
  return /(?:^|[/._-])(?:protos?|pb|grpc|api|apis|clients?|sdk|contracts?|types?|dtos?|schemas?|interfaces?|generated|gen|public|shared|common|package)(?=$|[/._-])/i.test(
    path,
  );
}

/** A path that leaves the service's own folder, as JavaScript and Python write it. */
function pathOf(file: string, { specifier }: ImportFact, { files }: Model): string | undefined {
  if (/\.[cm]?[jt]sx?$/.test(file))
    return specifier.startsWith('..') ? resolve(folderOf(file), specifier) : undefined;
  if (!file.endsWith('.py') || !/^\w+(?:\.\w+)+$/.test(specifier)) return undefined;
  const path = specifier.replaceAll('.', '/');
  for (const folder of foldersUp(file)) {
    const at = join(folder, path);
    if (files.lists(`${at}.py`) || files.lists(`${at}/__init__.py`)) return at;
  }
  return undefined;
}

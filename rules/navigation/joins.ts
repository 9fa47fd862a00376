/** The links of a model, kind by kind: which of its joins have two places, and what stands at each of them. */
import type { ContainerFacts, Templated } from '../artifacts/kubernetes/facts.ts';
import type { MarkdownFacts } from '../artifacts/markdown/facts.ts';
import { comparable } from '../model/anchors.ts';
import { buildOf, builtStage, chain } from '../model/dockerfiles.ts';
import { healthChecks, runsIn, type HealthCheck } from '../model/healthChecks.ts';
import {
  place,
  type ComposeService,
  type Dockerfile,
  type Model,
  type Service,
  type Workload,
} from '../model/model.ts';
import { listenedPorts } from '../model/ports.ts';
import { findRoute, routeAsked } from '../model/routes.ts';
import type { Place } from '../text.ts';
import { flagInWords } from '../report/flagList.ts';
import type { End, Link } from './links.ts';
import { askers } from '../report/modelLines.ts';

/** Every join of the model that has two places in files. */
export function collectLinks(model: Model): readonly Link[] {
  return [
    ...healthChecks(model).flatMap(routeLinks),
    ...healthChecks(model).flatMap(probePortLinks),
    ...model.workloads.flatMap((workload) => portLinks(workload, model)),
    ...backendLinks(model),
    ...model.services.flatMap((service) => [
      ...listeningLinks(service, model),
      ...imageLinks(service),
      ...ownerLinks(service, model),
      ...variableLinks(service, model),
    ]),
    ...runbookLinks(model),
    ...flagLinks(model),
  ];
}

function routeLinks(check: HealthCheck): Link[] {
  const { service, http } = check;
  const code = service?.code ?? service?.runs?.code;
  if (!http || !code) return [];
  const served = findRoute(code, http.path);
  if (served.served !== 'yes') return [];
  const route = routeAsked(code, http.path);
  const text = route ? `the route ${route.method} ${route.path}` : `files served for ${http.path}`;
  return [
    {
      kind: 'route',
      from: { at: http.at, text: checkInWords(check) },
      to: { at: served.by, text: `${text} of ${service!.name}` },
    },
  ];
}

function checkInWords({ by, workload, compose, dockerfile }: HealthCheck): string {
  if (workload) return `the ${askers[by]} of ${titleOf(workload)}`;
  if (compose) return `the health check of ${composeTitle(compose)}`;
  return `the ${askers[by]} of ${dockerfile!.file}`;
}

function probePortLinks(check: HealthCheck): Link[] {
  const { port, container, workload } = check;
  if (!port || !container || !workload) return [];
  return container.ports
    .filter((one) => isPort(one, port.value))
    .map((one) => ({
      kind: 'port',
      from: { at: port.at, text: checkInWords(check) },
      to: containerPort(workload, container, one.port),
    }));
}

/** Kubernetes Services to the ports of their pods' containers. */
function portLinks(workload: Workload, model: Model): Link[] {
  const service = model.serviceRunning(workload);
  return workload.services.flatMap(({ file, name, facts }) =>
    facts.ports.flatMap(({ port, targetPort }): Link[] => {
      const target = targetPort ?? port;
      if (!target.known) return [];
      const from: End = { at: place(file, target), text: `Service ${name ?? ''}`.trim() };
      const declared = workload.containers.flatMap((container) =>
        container.ports
          .filter((one) => isPort(one, target.value))
          .map((one) => containerPort(workload, container, one.port)),
      );
      const [container] = workload.containers;
      const ends =
        declared.length > 0 || !service || !container || workload.containers.length > 1
          ? declared
          : listenersOn(target.value, service, container.environment, model);
      return ends.map((to) => ({ kind: 'port', from, to }));
    }),
  );
}

/** Ingresses to the Kubernetes Services that they name. */
function backendLinks(model: Model): Link[] {
  const byName = new Map(model.kubernetesServices.map((service) => [service.name, service]));
  return model.ingresses.flatMap(({ file, facts }) =>
    facts.backends.flatMap(({ service: named, path }): Link[] => {
      const service = named.known ? byName.get(named.value) : undefined;
      if (!service?.facts.range) return [];
      return [
        {
          kind: 'port',
          from: { at: place(file, named), text: `the Ingress${path === undefined ? '' : `, for ${path}`}` },
          to: { at: { file: service.file, range: service.facts.range }, text: `Service ${service.name}` },
        },
      ];
    }),
  );
}

/** Declared ports of a service's containers and images to the code that listens on them. */
function listeningLinks(service: Service, model: Model): Link[] {
  const declared = [
    ...service.workloads.flatMap((workload) =>
      workload.containers
        .filter((container) => runsIn(container, workload, service))
        .flatMap((container) =>
          container.ports.map(({ port }) => ({
            port: port.known ? port.value : undefined,
            from: containerPort(workload, container, port),
            environment: container.environment,
          })),
        ),
    ),
    ...service.composeServices.flatMap((compose) =>
      compose.facts.ports.map((port) => ({
        port: port.value,
        from: { at: place(compose.file, port), text: `port ${port.value} of ${composeTitle(compose)}` },
        environment: compose.facts.environment,
      })),
    ),
    ...service.dockerfiles.flatMap(({ file, facts }) =>
      chain(facts, builtStage(facts)).flatMap(({ exposes }) =>
        exposes.map((port) => ({
          port: port.value,
          from: { at: place(file, port), text: `EXPOSE ${port.value} of ${file}` },
          environment: {},
        })),
      ),
    ),
  ];
  return declared.flatMap(({ port, from, environment }) =>
    port === undefined
      ? []
      : listenersOn(port, service, environment, model).map((to): Link => ({ kind: 'port', from, to })),
  );
}

function listenersOn(
  port: number | string,
  service: Service,
  environment: ContainerFacts['environment'],
  model: Model,
): End[] {
  const listens = (service.code ?? service.runs?.code)?.listens ?? [];
  return listenedPorts(service, model.sources, environment, true)
    .ports.filter(({ value }) => value === port)
    .map(({ value, at }) => {
      const listen = listens.find((one) => one.at === at);
      return {
        at: listen ? (listen.port?.at ?? startOf(listen.at)) : at,
        text: `the code of ${service.name}, which listens on ${value}`,
      };
    });
}

/** A call may hold a whole callback, in which other things stand that lead elsewhere. */
function startOf({ file, range }: Place): Place {
  return { file, ...(range && { range: { start: range.start, end: range.start } }) };
}

function imageLinks(service: Service): Link[] {
  const own = service.runs?.dockerfiles ?? service.dockerfiles;
  const product = own.filter(({ role }) => role === 'production');
  const images = product.length > 0 ? product : own;
  const link = (at: Place, text: string, of: readonly Dockerfile[]): Link[] =>
    of.map((dockerfile) => ({ kind: 'image', from: { at, text }, to: dockerfileEnd(dockerfile) }));
  return [
    ...service.composeServices.flatMap((compose) => {
      const { file, facts } = compose;
      const at = place(file, facts.build ?? facts.image);
      const path = buildOf(file, facts)?.dockerfile;
      const built = own.filter((dockerfile) => dockerfile.file === path);
      return at.range ? link(at, composeTitle(compose), built.length > 0 ? built : images) : [];
    }),
    ...service.workloads.flatMap((workload) =>
      workload.containers
        .filter((container) => container.image && runsIn(container, workload, service))
        .flatMap((container) => link(place(workload.file, container.image), titleOf(workload), images)),
    ),
  ];
}

/** A Dockerfile leads to the start of what it builds. */
function dockerfileEnd({ file, facts }: Dockerfile): End {
  const stage = facts.stages[builtStage(facts)];
  return { at: { file, ...(stage && { range: stage.from.range }) }, text: file };
}

function ownerLinks({ name, root, at }: Service, { owners }: Model): Link[] {
  const owned = owners.of(root ? `${root}/` : at.file);
  if (!owned) return [];
  const to = { at: owned.at, text: owned.owners.join(' ') };
  return [{ kind: 'owner', from: { at, text: `the service ${name}` }, to }];
}

/** Environment variables that code reads to where its containers set them. */
function variableLinks(service: Service, model: Model): Link[] {
  const set = new Map<string, End[]>();
  const add = (name: string, at: Place, by: string): void => {
    const ends = set.get(name);
    const end = { at, text: by };
    if (ends) ends.push(end);
    else set.set(name, [end]);
  };
  for (const workload of service.workloads)
    for (const { environment } of workload.containers.filter((one) => runsIn(one, workload, service)))
      for (const [name, value] of Object.entries(environment))
        if (value) add(name, place(workload.file, value), titleOf(workload));
  for (const compose of service.composeServices)
    for (const [name, value] of Object.entries(compose.facts.environment))
      if (value) add(name, place(compose.file, value), composeTitle(compose));
  for (const { file, facts } of service.dockerfiles)
    for (const stage of chain(facts, builtStage(facts)))
      for (const [name, value] of Object.entries(stage.environment)) add(name, place(file, value), file);
  if (set.size === 0) return [];
  const { files = [] } = service.code ?? service.runs?.code ?? {};
  return files.flatMap((file) =>
    (model.sources.get(file)?.environment ?? []).flatMap(({ value, range }) =>
      (set.get(value) ?? []).map((to): Link => {
        const from = { at: { file, range }, text: `the code of ${service.name}, as ${value}` };
        return { kind: 'variable', from, to };
      }),
    ),
  );
}

function runbookLinks({ alerts, pages }: Model): Link[] {
  return alerts.flatMap(({ facts, runbook }): Link[] => {
    if (runbook?.leads !== 'page') return [];
    const page = pages.get(runbook.page);
    const heading = page && headingOf(page, runbook.anchor);
    const range = heading?.range ?? page?.frontMatter['title']?.range;
    return [
      {
        kind: 'runbook',
        from: { at: runbook.at, text: `the alert ${facts.name.value}` },
        to: {
          at: { file: runbook.page, ...(range && { range }) },
          text: heading ? `the runbook ${heading.text}` : runbook.page,
        },
      },
    ];
  });
}

function headingOf(
  { headings }: MarkdownFacts,
  anchor: string | undefined,
): MarkdownFacts['headings'][number] | undefined {
  const wanted = anchor === undefined ? undefined : comparable(anchor);
  const named = headings.find(({ slug, text }) => wanted === comparable(slug) || wanted === comparable(text));
  return named ?? headings.find(({ depth }) => depth === 1) ?? headings[0];
}

function flagLinks(model: Model): Link[] {
  return model.flags.definitions.flatMap((definition) => {
    const { file, facts, reads } = definition;
    const to = {
      at: place(file, facts.key),
      text: `the definition of ${facts.key.value}`,
      details: flagInWords(definition, model.today),
    };
    return reads.map((read): Link => {
      const service = model.serviceOf(read.file);
      const text = service ? `the code of ${service.name}` : 'the code';
      return { kind: 'flag', from: { at: place(read.file, read.facts.key), text }, to };
    });
  });
}

function containerPort(workload: Workload, container: ContainerFacts, port: Templated<number>): End {
  const name = container.name.known ? ` ${container.name.value}` : '';
  const number = port.known ? ` ${port.value}` : '';
  return {
    at: place(workload.file, port),
    text: `port${number} of container${name} in ${titleOf(workload)}`,
  };
}

function isPort({ port, name }: ContainerFacts['ports'][number], wanted: number | string): boolean {
  return name === wanted || (port.known && port.value === wanted);
}

function titleOf({ kind, name }: Workload): string {
  return name === undefined ? `a ${kind}` : `${kind} ${name}`;
}

function composeTitle({ facts }: ComposeService): string {
  return `compose service ${facts.name.value}`;
}

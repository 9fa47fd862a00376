/**
 * Joins what Prometheus is told to scrape with what answers there: annotations, monitors and scrape jobs with the ports
 * that Services, containers and code have. It must never decide whether that is right.
 */
import type {
  ContainerFacts,
  KubernetesServiceFacts,
  MonitorEndpoint,
  Templated,
} from '../artifacts/kubernetes/facts.ts';
import { isIn, matches, type Deployed } from './cluster.ts';
import { runsIn } from './healthChecks.ts';
import {
  place,
  type ComposeService,
  type KubernetesService,
  type Located,
  type Model,
  type Role,
  type Service,
  type Workload,
} from './model.ts';
import { listenedPorts } from './ports.ts';
import type { Place } from '../text.ts';
import { push } from '../groups.ts';

/** One question that Prometheus asks again and again. */
export interface Scrape {
  /** What makes it ask, in words: `ServiceMonitor web`. */
  readonly asker: string;
  readonly role: Role;
  readonly at: Place;
  /** A number, or a port's name; the place is where it can be set. */
  readonly port?: Located<number | string> & { readonly within?: Place };
  /** What has ports to ask; undefined where something else may have more. */
  readonly offers?: { readonly by: string; readonly ports: readonly Located<number | string>[] };
  /** `/metrics` where none is written. */
  readonly path: Located<string>;
  readonly pathWritten: boolean;
  /** The service whose own server answers there. */
  readonly service?: Service;
}

const scrapesOf = new WeakMap<Model, readonly Scrape[]>();

/** All of them, but for those that a template or a relabelling decides. */
export function scrapes(model: Model): readonly Scrape[] {
  let found = scrapesOf.get(model);
  if (!found) {
    const join = new Join(model);
    scrapesOf.set(model, (found = [...join.annotated(), ...join.monitored(), ...join.configured()]));
  }
  return found;
}

/** The ports of pods, and which of them are a service's own server. */
interface Answering {
  readonly by: string;
  readonly ports: readonly Located<number | string>[];
  /** No other port answers. */
  readonly complete: boolean;
  /** No port has another name. */
  readonly named: boolean;
  /** The service whose own server answers on this port. */
  serviceOn(port: number | string | undefined): Service | undefined;
}

class Join {
  readonly #model: Model;
  readonly #behind = new Map<KubernetesServiceFacts, Workload[]>();

  constructor(model: Model) {
    this.#model = model;
    for (const workload of model.workloads)
      for (const { facts } of workload.services) {
        push(this.#behind, facts, workload);
      }
  }

  annotated(): Scrape[] {
    const found: Scrape[] = [];
    for (const workload of this.#model.workloads) {
      if (workload.batch) continue;
      const services = workload.services.filter(({ facts }) => facts.scrape);
      for (const { file, facts, name, kind } of [
        { file: workload.file, facts: workload.facts, name: workload.name, kind: workload.kind },
        ...services.map((service) => ({ ...service, kind: 'Service' })),
      ]) {
        const { scrape } = facts;
        if (!scrape || isOpen(scrape.port, scrape.path)) continue;
        const at = place(file, scrape);
        const answering = this.#pods(workload);
        const port = plain(file, scrape.port);
        // Whether a Service's annotation means its own port or the pods' is for the scrape job to say.
        const own = 'selector' in facts && 'ports' in facts ? facts.ports : [];
        if (own.some((one) => one.port.known && one.port.value === port?.value) && !has(answering, port))
          continue;
        found.push({
          asker: `The annotation of ${kind} ${name ?? ''}`.trim(),
          role: this.#model.role(file),
          at,
          ...this.#asked(answering, port),
          ...pathOf(file, scrape.path, at),
        });
      }
    }
    return found;
  }

  monitored(): Scrape[] {
    return this.#model.cluster.monitors.flatMap((monitor) => {
      const { facts, object, file, template } = monitor;
      if (!facts.selector || facts.selector.templated || template) return [];
      const asker = object.name.known ? `${object.kind} ${object.name.value}` : `This ${object.kind}`;
      return facts.endpoints.flatMap((endpoint): Scrape[] => {
        if (endpoint.open || isOpen(endpoint.port, endpoint.targetPort, endpoint.path)) return [];
        const at = place(file, endpoint);
        const asked =
          object.kind === 'PodMonitor'
            ? this.#askedOfPods(monitor, endpoint)
            : this.#askedOfServices(monitor, endpoint);
        if (!asked) return [];
        return [{ asker, role: this.#model.role(file), at, ...asked, ...pathOf(file, endpoint.path, at) }];
      });
    });
  }

  /** Addresses that are written down: services of Compose, and Services. */
  configured(): Scrape[] {
    const compose = new Map<string, ComposeService[]>();
    for (const one of this.#model.composeServices) {
      push(compose, one.facts.name.value, one);
    }
    const kubernetes = new Map<string, KubernetesService[]>();
    for (const one of this.#model.kubernetesServices) {
      const list = one.name === undefined ? undefined : kubernetes.get(one.name);
      if (list) list.push(one);
      else if (one.name !== undefined) kubernetes.set(one.name, [one]);
    }
    return [...this.#model.scrapeJobs].flatMap(({ file, facts: job }) => {
      if (job.open) return [];
      return job.targets.flatMap((target): Scrape[] => {
        const parsed = /^([a-z0-9][\w-]{0,62})((?:\.[a-z0-9-]{1,63}){0,5})(?::(\d{1,5}))?$/i.exec(
          target.value,
        );
        if (!parsed) return [];
        const [, host = '', domain = '', digits] = parsed;
        const at = { file, range: target.range };
        const start = target.range.end - (digits?.length ?? 0);
        const quoted = target.range.end - target.range.start > target.value.length ? 1 : 0;
        const port = {
          value: digits === undefined ? (job.https ? 443 : 80) : Number(digits),
          at:
            digits === undefined
              ? at
              : { file, range: { start: start - quoted, end: target.range.end - quoted } },
          within: at,
        };
        const near = domain === '' ? (compose.get(host) ?? []) : [];
        const asked =
          near.length > 0
            ? this.#askedOfCompose(near, port)
            : this.#askedByName(kubernetes.get(host) ?? [], port);
        if (!asked) return [];
        const name = job.name ? `The scrape job ${job.name.value}` : 'This scrape job';
        const path = job.path
          ? { value: job.path.value, at: { file, range: job.path.range } }
          : { value: '/metrics', at };
        return [
          {
            asker: name,
            role: this.#model.role(file),
            at,
            ...asked,
            path,
            pathWritten: job.path !== undefined,
          },
        ];
      });
    });
  }

  #askedOfServices(
    monitor: Deployed<{ readonly selector?: Parameters<typeof matches>[0]; readonly namespaces?: unknown }>,
    endpoint: MonitorEndpoint,
  ): Asked | undefined {
    const { facts, object, file } = monitor;
    const selected = this.#model.cluster.services.filter(
      (service) =>
        matches(facts.selector!, service.object.labels) &&
        (facts.namespaces !== undefined || isIn(service.object.namespace, object.namespace, 'possible')),
    );
    const isKnown = selected.every(
      (service) =>
        !service.template &&
        !service.facts.portsTemplated &&
        service.facts.ports.length > 0 &&
        !service.object.labelsTemplated,
    );
    if (selected.length === 0 || !isKnown) return undefined;
    const behind = selected.flatMap((service) => this.#behind.get(service.facts) ?? []);
    if (endpoint.targetPort) {
      const port = plain(file, endpoint.targetPort);
      return behind.length === 1 ? this.#asked(this.#pods(behind[0]!), port) : undefined;
    }
    const port = plain(file, endpoint.port);
    if (!port) return undefined;
    const ports = selected.flatMap((service) =>
      service.facts.ports.map((one) => ({ service, name: one.name, at: place(service.file, one.port), one })),
    );
    const names = ports.filter(({ name }) => name !== undefined);
    const [first] = selected;
    const by = `Service ${first!.object.name.known ? first!.object.name.value : ''}`.trim();
    const asked = ports.filter(({ name }) => name === port.value);
    const service =
      asked.length === 1 && behind.length === 1 ? this.#behindPort(asked[0]!.one, behind[0]!) : undefined;
    return {
      port,
      offers: { by, ports: names.map(({ name, at }) => ({ value: name!, at })) },
      ...(service && { service }),
    };
  }

  #askedOfPods(
    {
      facts,
      object,
      file,
    }: Deployed<{ readonly selector?: Parameters<typeof matches>[0]; readonly namespaces?: unknown }>,
    endpoint: MonitorEndpoint,
  ): Asked | undefined {
    const selected = this.#model.workloads.filter(
      (workload) =>
        matches(facts.selector!, workload.facts.podLabels) &&
        (facts.namespaces !== undefined || isIn(workload.object.namespace, object.namespace, 'possible')),
    );
    const [workload] = selected;
    const port = plain(file, endpoint.port ?? endpoint.targetPort);
    if (!workload || selected.length > 1 || workload.facts.labelsTemplated || !port) return undefined;
    return this.#asked(this.#pods(workload), port);
  }

  #askedOfCompose(candidates: readonly ComposeService[], port: Asked['port']): Asked | undefined {
    const production = candidates.filter(({ role }) => role === 'production');
    const [compose] = production.length > 0 ? production : candidates;
    const service = compose && this.#model.serviceRunning(compose);
    if (!service) return undefined;
    const { facts, file } = compose;
    const listened = listenedPorts(service, this.#model.sources, facts.environment, !facts.environmentFiles);
    const declared = facts.ports.map((one) => ({ value: one.value, at: place(file, one) }));
    return this.#asked(
      {
        by: service.name,
        ports: [...listened.ports, ...declared],
        complete: listened.complete,
        named: false,
        serviceOn: (asked) => (listened.ports.some(({ value }) => value === asked) ? service : undefined),
      },
      port,
    );
  }

  #askedByName(services: readonly KubernetesService[], port: Asked['port']): Asked | undefined {
    const isKnown = services.every(
      ({ facts, template }) =>
        !template &&
        !facts.portsTemplated &&
        !facts.headless &&
        facts.type !== 'ExternalName' &&
        facts.ports.length > 0,
    );
    if (services.length === 0 || !isKnown) return undefined;
    const ports = services.flatMap(({ file, facts }) =>
      facts.ports.flatMap((one) =>
        one.port.known ? { value: one.port.value, at: place(file, one.port), one, facts } : [],
      ),
    );
    const asked = ports.filter(({ value }) => value === port?.value);
    const behind = asked.flatMap(({ facts }) => this.#behind.get(facts) ?? []);
    const service =
      asked.length === 1 && behind.length === 1 ? this.#behindPort(asked[0]!.one, behind[0]!) : undefined;
    return {
      ...(port && { port }),
      offers: {
        by: `Service ${services[0]!.name ?? ''}`,
        ports: ports.map(({ value, at }) => ({ value, at })),
      },
      ...(service && { service }),
    };
  }

  /** The service that answers behind a Service's port. */
  #behindPort(
    { port, targetPort }: KubernetesServiceFacts['ports'][number],
    workload: Workload,
  ): Service | undefined {
    const target = targetPort ?? port;
    return target.known ? this.#pods(workload).serviceOn(target.value) : undefined;
  }

  #asked(answering: Answering, port: Asked['port']): Asked {
    const service = answering.serviceOn(port?.value);
    const isName = typeof port?.value === 'string';
    const known = (isName ? answering.named : answering.complete) || has(answering, port);
    const ports = answering.ports.filter(({ value }) => (typeof value === 'string') === isName);
    return {
      ...(port && { port }),
      ...(known && { offers: { by: answering.by, ports } }),
      ...(service && { service }),
    };
  }

  #pods(workload: Workload): Answering {
    const { containers } = workload;
    const service = this.#model.serviceRunning(workload);
    const own = service && containers.find((container) => runsIn(container, workload, service));
    const listened = own
      ? listenedPorts(service, this.#model.sources, own.environment, own.ports.length > 0)
      : { ports: [], complete: false };
    const declared = containers.flatMap((container) => declaredPorts(container, workload.file));
    const numbers = [...declared.map(({ port }) => port), ...listened.ports];
    const names = declared.flatMap(({ name, port }) =>
      name === undefined ? [] : { value: name, at: port.at },
    );
    const isClosed = containers.length > 0 && containers.every(({ templated }) => !templated);
    const ownPort = (asked: number | string | undefined): boolean => {
      const number =
        typeof asked === 'string' ? declared.find(({ name }) => name === asked)?.port.value : asked;
      if (number === undefined)
        return asked === undefined && containers.length === 1 && listened.ports.length === 1;
      return listened.ports.some(({ value }) => value === number);
    };
    return {
      by: `${workload.kind} ${workload.name ?? ''}`.trim(),
      ports: [...numbers, ...names],
      complete: isClosed && containers.length === 1 && listened.complete,
      named: isClosed,
      serviceOn: (asked) => (service && own && ownPort(asked) ? service : undefined),
    };
  }
}

type Asked = Pick<Scrape, 'port' | 'offers' | 'service'>;

function declaredPorts({ ports }: ContainerFacts, file: string) {
  return ports.flatMap(({ port, name, protocol }) =>
    port.known && (protocol === undefined || protocol === 'TCP')
      ? [{ name, port: { value: port.value, at: place(port.file ?? file, port) } }]
      : [],
  );
}

function has({ ports }: Answering, port: Asked['port']): boolean {
  return ports.some(({ value }) => value === port?.value);
}

function isOpen(...values: readonly (Templated<unknown> | undefined)[]): boolean {
  return values.some((value) => value?.known === false);
}

function plain<T extends number | string>(
  file: string,
  value: Templated<T> | undefined,
): Located<T> | undefined {
  return value?.known ? { value: value.value, at: place(value.file ?? file, value) } : undefined;
}

function pathOf(
  file: string,
  path: Templated<string> | undefined,
  at: Place,
): Pick<Scrape, 'path' | 'pathWritten'> {
  const written = plain(file, path);
  return { path: written ?? { value: '/metrics', at }, pathWritten: written !== undefined };
}

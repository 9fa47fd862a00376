/** The walk over workloads and their containers that rules of several areas share, and words for them. */
import type { ContainerFacts } from '../artifacts/kubernetes/facts.ts';
import { place, type KubernetesService, type Model, type Service, type Workload } from '../model/model.ts';
import type { Place, TextRange } from '../text.ts';

export interface WorkloadSubject {
  readonly workload: Workload;
  readonly service: Service | undefined;
  /**
   * It is deployed for users, and whole. What is not, other linters look at all the same: what a rule says of it is off
   * unless it is turned on.
   */
  readonly judged: boolean;
  /** It is written once more, and judged where it is written first. */
  readonly copy?: true;
}

export interface ContainerSubject extends WorkloadSubject {
  readonly container: ContainerFacts;
}

/** Every workload of a known kind; hooks of Helm, which are not there for long, are left out. */
export function workloadsOf(model: Model): WorkloadSubject[] {
  const isLooked = (workload: Workload): boolean => !workload.facts.hook && !isOfUnknownKind(workload);
  return [
    ...model.workloads.filter(isLooked).map((workload) => ({
      workload,
      service: model.serviceRunning(workload),
      judged: workload.role === 'production' || workload.role === 'example',
    })),
    ...model.workloadFragments
      .filter(isLooked)
      .map((workload) => ({ workload, service: undefined, judged: false })),
    ...model.workloadCopies
      .filter(isLooked)
      .map((workload) => ({ workload, service: undefined, judged: false, copy: true as const })),
  ];
}

/** Every main container of these workloads; one without an image is not judged. */
export function containersOf(model: Model): ContainerSubject[] {
  return workloadsOf(model).flatMap((subject) =>
    subject.workload.containers.map((container) => ({
      ...subject,
      container,
      judged: subject.judged && container.image !== undefined,
    })),
  );
}

/** The Service that sends a workload requests; one that metrics are scraped through sends none. */
export function senderOf(
  { services }: Workload,
  also: (service: KubernetesService) => boolean = () => true,
): KubernetesService | undefined {
  return services.find((service) => !isForMetrics(service) && also(service));
}

function isForMetrics({ name = '', facts: { ports } }: KubernetesService): boolean {
  return (
    /(?:^|-)(?:metrics|exporter)$/.test(name) ||
    (ports.length > 0 && ports.every((port) => /metrics|prom|pprof|profil/.test(port.name ?? '')))
  );
}

/** Where a workload is named, or else its kind. */
export function placeOfWorkload({ file, object }: Workload): Place {
  return place(file, { range: object.name.range });
}

/** `Deployment shop`, as far as the name is known. */
export function describeWorkload({ kind, name }: Workload): string {
  return name === undefined ? `The ${kind}` : `${kind} ${name}`;
}

/** Kinds of Kubernetes itself and of OpenShift that other linters look at too; the rest is somebody's own kind. */
const builtIn = new Set([
  ...['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'ReplicationController', 'Pod'],
  ...['Job', 'CronJob', 'DeploymentConfig'],
]);

export function isBuiltIn({ kind }: Workload): boolean {
  return builtIn.has(kind);
}

/** Whether a Helm template decides what kind of workload it is: then it may be one that a rule leaves alone. */
export function isOfUnknownKind({ kind }: Workload): boolean {
  return kind.includes('{{');
}

/** Whether it runs to an end rather than until it is stopped. */
export function runsToAnEnd({ batch, kind, facts }: Workload): boolean {
  return batch || (kind === 'Pod' && /^(?:Never|OnFailure)$/.test(facts.restartPolicy ?? ''));
}

/** Whether people enter it to work there: all that its command does in the end is to stay up. */
export function onlyStaysUp({ command, args }: ContainerFacts): boolean {
  const words = [...command, ...args].join(' ').trimEnd();
  return ['sleep infinity', 'sleep inf', 'tail -f /dev/null'].some((end) => words.endsWith(end));
}

/** `Container web of Deployment shop`, as far as the names are known. */
export function describeContainer(container: ContainerFacts, workload: Workload): string {
  const which = container.name.known ? ` ${container.name.value}` : '';
  const owner = workload.name === undefined ? `the ${workload.kind}` : `${workload.kind} ${workload.name}`;
  return `Container${which} of ${owner}`;
}

/**
 * Whether something was not met before: many workloads of a chart may read the same values, which are worth one finding.
 * @param met what was met so far; what stands in the workload's own file is not noted
 */
export function isFirstAt(
  fact: { readonly file?: string; readonly range: TextRange } | undefined,
  met: Set<string>,
): boolean {
  if (fact?.file === undefined) return true;
  const place = `${fact.file}:${fact.range.start}`;
  if (met.has(place)) return false;
  met.add(place);
  return true;
}

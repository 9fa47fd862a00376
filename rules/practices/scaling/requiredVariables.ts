/** Variables that the code of a service requires, and the containers that do not set them. */
import type { ContainerFacts } from '../../artifacts/kubernetes/facts.ts';
import { builtStage, chain } from '../../model/dockerfiles.ts';
import {
  place,
  type ComposeService,
  type Located,
  type Model,
  type Service,
  type Workload,
} from '../../model/model.ts';
import { folderOf, join } from '../../model/paths.ts';
import type { Place } from '../../text.ts';
import { describeContainer } from '../manifests.ts';
import { mildly } from '../objects.ts';
import type { Report } from '../rule.ts';
import { list } from './startingResources.ts';

/** Annotations of what puts variables into pods at run time. */
const injecting = /vault|secrets-store|infisical|doppler|external-secrets|bank-vaults|dapr/i;

export function checkRequired(model: Model, report: Report<'unset'>): void {
  for (const service of model.services) {
    const required = (service.runs ?? service).code?.required ?? [];
    if (required.length === 0 || service.role !== 'production') continue;
    // Read into the environment by whatever starts it.
    const root = (service.runs ?? service).root;
    if (root !== undefined && model.files.lists(join(root, '.env'))) continue;
    for (const workload of service.workloads) checkWorkload({ model, service, required }, workload, report);
    for (const compose of service.composeServices)
      checkCompose({ model, service, required }, compose, report);
  }
}

interface Subject {
  readonly model: Model;
  readonly service: Service;
  readonly required: readonly Located<string>[];
}

function checkWorkload(subject: Subject, workload: Workload, report: Report<'unset'>): void {
  const { model, service } = subject;
  const [container] = workload.containers;
  if (!container || workload.containers.length > 1 || workload.role === 'test' || workload.batch) return;
  const at = place(workload.file, container.name);
  // Patches and copies of it, which may set more.
  const all = model.cluster.pods.filter(
    ({ object }) =>
      object === workload.object ||
      (object.kind === workload.kind && object.name.known && object.name.value === workload.name),
  );
  const containers = all.flatMap(({ facts }) => facts.containers);
  const isInjected = all.some(({ facts }) =>
    Object.keys(facts.podAnnotations).some((name) => injecting.test(name)),
  );
  if (workload.template || isInjected || containers.some((one) => isOpen(one)))
    return report.unknown(service, 'More variables may be set than the manifest shows.', at);
  const set = containers.map(({ environment }) => environment);
  tell(subject, set, { at, container: describeContainer(container, workload), report });
}

/** Everything of a ConfigMap or Secret, a template, or another program that needs other variables. */
function isOpen({ templated, references, command, args }: ContainerFacts): boolean {
  return templated || references.some(({ key }) => !key) || command.length + args.length > 0;
}

function checkCompose(subject: Subject, compose: ComposeService, report: Report<'unset'>): void {
  const { model, service } = subject;
  const { facts, file, oneShot, role } = compose;
  if (role === 'test' || oneShot) return;
  const at = place(file, facts.name);
  // Of several files in a folder the later ones complete the first.
  const all = model.composeServices.filter(
    (one) => one.facts.name.value === facts.name.value && folderOf(one.file) === folderOf(file),
  );
  if (all.some((one) => one.facts.environmentFiles || one.facts.command || one.facts.entrypoint))
    return report.unknown(service, 'More variables may be set than the compose file shows.', at);
  const set = all.map((one) => one.facts.environment);
  tell(subject, set, { at, container: `Compose service ${facts.name.value}`, report });
}

function tell(
  { model, service, required }: Subject,
  set: readonly Readonly<Record<string, unknown>>[],
  { at, container, report }: { at: Place; container: string; report: Report<'unset'> },
): void {
  const image = imageOf(service.runs ?? service);
  const missing = required.filter(
    ({ value }) => ![...set, ...image].some((one) => Object.hasOwn(one, value)),
  );
  if (missing.length === 0)
    return report.met(service, { at, message: 'All variables that its code requires are set.' });
  report.gap({
    message: 'unset',
    data: { container, variables: list(missing.map(({ value }) => value)) },
    at,
    service,
    related: missing.slice(0, 5).map((one) => ({ at: one.at, message: `${one.value} is required here` })),
    level: mildly(model, at),
  });
}

function imageOf({ dockerfiles }: Service): Readonly<Record<string, unknown>>[] {
  return dockerfiles.flatMap(({ facts }) =>
    chain(facts, builtStage(facts)).map(({ environment }) => environment),
  );
}

/** Words and kinds of workloads that rules of several areas share. */
import type { ContainerFacts } from '../artifacts/kubernetes/facts.ts';
import type { Workload } from '../model/model.ts';

/** Kinds of Kubernetes itself and of OpenShift that other linters look at too; the rest is somebody's own kind. */
const builtIn = new Set([
  ...['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'ReplicationController', 'Pod'],
  ...['Job', 'CronJob', 'DeploymentConfig'],
]);

export function isBuiltIn({ kind }: Workload): boolean {
  return builtIn.has(kind);
}

/** Whether it runs to an end rather than until it is stopped. */
export function runsToAnEnd({ batch, kind, facts }: Workload): boolean {
  return batch || (kind === 'Pod' && /^(?:Never|OnFailure)$/.test(facts.restartPolicy ?? ''));
}

/** `Container web of Deployment shop`, as far as the names are known. */
export function describeContainer(container: ContainerFacts, workload: Workload): string {
  const which = container.name.known ? ` ${container.name.value}` : '';
  const owner = workload.name === undefined ? `the ${workload.kind}` : `${workload.kind} ${workload.name}`;
  return `Container${which} of ${owner}`;
}

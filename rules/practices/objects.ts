/** Words, places and values that the rules about joined Kubernetes objects share. */
import type { KubernetesObject, Templated } from '../artifacts/kubernetes/facts.ts';
import type { Deployed, Pods } from '../model/cluster.ts';
import { place, type Model, type Workload } from '../model/model.ts';
import type { Place, TextRange } from '../text.ts';
import type { Severity } from './rule.ts';

/** `Deployment web`, or `this Deployment` where a template names it. */
export function describe({ kind, name }: KubernetesObject): string {
  return name.known ? `${kind} ${name.value}` : `this ${kind}`;
}

/** Where an object says its name, or else its kind. */
export function nameOf({ file, object }: Deployed<unknown>): Place {
  return object.name.known ? place(file, object.name) : place(file, { range: object.kindRange });
}

/** What is no production is judged mildly, and so is what a chart's users will change. */
export function mildly(model: Model, at: Place): Severity | undefined {
  const isValues = /(?:^|\/)values[^/]*\.ya?ml$/.test(at.file);
  return isValues || model.role(at.file) !== 'production' ? 'info' : undefined;
}

export function valueOf<T>(value: Templated<T> | undefined): T | undefined {
  return value?.known ? value.value : undefined;
}

/** The workload that these pods are of; undefined for copies of one, and for patches. */
export function workloadsByObject(model: Model): (pods: Pods) => Workload | undefined {
  const byObject = new Map(model.workloads.map((workload) => [workload.object, workload]));
  return ({ object }) => byObject.get(object);
}

/**
 * How many pods a budget asks for: a number, or a share rounded up, as Kubernetes rounds it.
 * @returns undefined for text that is neither
 */
export function podsOf(amount: string, replicas: number): number | undefined {
  const [, number = '', percent = ''] = /^(\d{1,9})(%?)$/.exec(amount.trim()) ?? [];
  if (number === '') return undefined;
  return percent === '' ? Number(number) : Math.ceil((Number(number) * replicas) / 100);
}

/** The range of an entry's key, looked for before its value. */
export function entryKey(text: string, value: number, key: string): TextRange | undefined {
  const start = text.lastIndexOf(key, value);
  return start < 0 ? undefined : { start, end: start + key.length };
}

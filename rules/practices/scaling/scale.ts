/** How many processes of a service run at a time, as far as manifests say. It must never judge. */
import { place, type Service, type Workload } from '../../model/model.ts';
import type { Evidence } from '../../text.ts';

export interface Scale {
  /** For a message: `3 replicas`, `up to 8 replicas`. */
  readonly words: string;
  /** The most there are; undefined where an autoscaler's bound is not known. */
  readonly most?: number;
  readonly evidence: Evidence;
}

/** Why more than one process runs at a time; undefined where that is not known. */
export function scaleOf({ workloads, composeServices }: Service): Scale | undefined {
  for (const workload of workloads) {
    const scale = workload.role === 'production' ? scaleOfWorkload(workload) : undefined;
    if (scale) return scale;
  }
  for (const { file, facts, role } of composeServices) {
    const { replicas } = facts;
    if (role !== 'production' || !replicas || replicas.value < 2) continue;
    const words = `${replicas.value} replicas`;
    return { words, most: replicas.value, evidence: { at: place(file, replicas), message: `runs ${words}` } };
  }
  return undefined;
}

function scaleOfWorkload({ file, facts, autoscaler, object }: Workload): Scale | undefined {
  if (autoscaler) {
    const { max } = autoscaler.facts;
    const words = max?.known ? `up to ${max.value} replicas` : 'as many replicas as its autoscaler wants';
    const at = max ? place(autoscaler.file, max) : { file: autoscaler.file };
    if (max?.known && max.value < 2) return undefined;
    return {
      words,
      ...(max?.known && { most: max.value }),
      evidence: { at, message: `is scaled to ${words}` },
    };
  }
  const { replicas } = facts;
  if (!replicas?.known || replicas.value < 2) return undefined;
  const words = `${replicas.value} replicas`;
  return {
    words,
    most: replicas.value,
    evidence: { at: place(file, replicas), message: `${object.kind} runs ${words}` },
  };
}

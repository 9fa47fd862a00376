/** Which label of a kind the workloads of a repository have agreed on. It must never know what the label says. */
import type { Workload } from '../model/model.ts';
import type { WorkloadSubject } from './manifests.ts';

export interface Convention {
  readonly label: string;
  readonly workload: Workload;
}

/** The label that most workloads with one of this kind have. */
export function conventionOf(subjects: readonly WorkloadSubject[], kind: RegExp): Convention | undefined {
  const uses = new Map<string, { count: number; workload: Workload }>();
  for (const { workload, judged } of subjects) {
    const label = judged ? labelOf(workload, kind) : undefined;
    if (label === undefined) continue;
    const use = uses.get(label);
    if (use) use.count += 1;
    else uses.set(label, { count: 1, workload });
  }
  const [most] = [...uses].sort(([, a], [, b]) => b.count - a.count);
  return most && { label: most[0], workload: most[1].workload };
}

/** The first label or annotation of this kind that the workload or its pods have. */
export function labelOf({ object, facts }: Workload, kind: RegExp): string | undefined {
  return [object.labels, facts.podLabels, object.annotations, facts.podAnnotations]
    .flatMap((record) => Object.keys(record))
    .find((key) => kind.test(key));
}

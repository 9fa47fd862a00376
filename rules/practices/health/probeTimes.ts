/** How long probes wait, with Kubernetes' defaults for what is left out. */
import type { ProbeFacts, ProbeTiming } from '../../artifacts/kubernetes/facts.ts';

/** https://kubernetes.io/docs/tasks/configure-pod-container/configure-liveness-readiness-startup-probes/#configure-probes */
const defaults = {
  initialDelaySeconds: 0,
  periodSeconds: 10,
  timeoutSeconds: 1,
  successThreshold: 1,
  failureThreshold: 3,
} as const satisfies Record<keyof ProbeTiming, number>;

/** A field's value or default; undefined where a template decides it. */
export function timeOf({ timing }: ProbeFacts, field: keyof ProbeTiming): number | undefined {
  const written = timing[field];
  return written ? (written.known ? written.value : undefined) : defaults[field];
}

/** Seconds from the first failure to what follows from it; undefined where a template decides. */
export function secondsToGiveUp(probe: ProbeFacts): number | undefined {
  const [period, failures] = [timeOf(probe, 'periodSeconds'), timeOf(probe, 'failureThreshold')];
  return period === undefined || failures === undefined ? undefined : period * failures;
}

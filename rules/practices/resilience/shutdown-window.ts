/** A pod is killed before the code has had the time that it takes to drain. */
import { builtStage, chain, startCommands } from '../../model/dockerfiles.ts';
import { place, type Located, type Service, type Workload } from '../../model/model.ts';
import type { Evidence } from '../../text.ts';
import { describeWorkload, isOfUnknownKind } from '../manifests.ts';
import { defineRule } from '../rule.ts';

/** Source: https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#pod-termination */
const defaultGrace = 30;

export default defineRule({
  id: 'resilience/shutdown-window',
  title: 'A pod is killed before it can have drained.',
  area: 'resilience',
  section: '§4',
  level: 'warning',
  joins: true,
  fix: 'none',
  messages: {
    hook: {
      text: 'The preStop hook of {workload} takes {hook} s, but the pod is killed after {grace} s: the process is never asked to stop, and what it is doing is cut off.',
    },
    drain: {
      text: '{workload} is killed after {grace} s, but takes up to {total} s to stop ({parts}): requests that it still waits for are cut off.',
    },
  },
  check(model, report) {
    for (const workload of model.workloads) {
      if (workload.role === 'test' || workload.batch || isOfUnknownKind(workload)) continue;
      const { facts, file } = workload;
      const service = model.serviceRunning(workload);
      const hooks = workload.containers.flatMap(({ preStop }) => preStop ?? []);
      const hook = hooks.toSorted((a, b) => b.value - a.value)[0];
      const drain = service && workload.containers.length === 1 ? drainOf(workload, service) : undefined;
      if (!hook && !drain) continue;
      if (facts.gracePeriod?.known === false) {
        report.unknown(
          service,
          'A template decides when its pods are killed.',
          place(file, facts.gracePeriod),
        );
        continue;
      }
      const grace = facts.gracePeriod?.value ?? defaultGrace;
      const total = (hook?.value ?? 0) + (drain?.value ?? 0);
      const at = facts.gracePeriod ? place(file, facts.gracePeriod) : hook ? place(file, hook) : drain!.at;
      if (total <= grace && !(hook && hook.value >= grace)) {
        report.met(service, { at, message: `It is given ${grace} s to stop and takes up to ${total} s.` });
        continue;
      }
      const isHook = hook !== undefined && hook.value >= grace;
      const parts = [hook && `${hook.value} s in its preStop hook`, drain && `${drain.value} s to drain`];
      report.gap({
        message: isHook ? 'hook' : 'drain',
        data: isHook
          ? { workload: describeWorkload(workload), hook: hook.value, grace }
          : {
              workload: describeWorkload(workload),
              grace,
              total,
              parts: parts.filter((part) => part !== undefined).join(' and '),
            },
        at,
        service,
        related: relatedTo(workload, hook, drain, at),
        ...(workload.role !== 'production' && { level: 'info' }),
      });
    }
  },
});

function relatedTo(
  { file }: Workload,
  hook: Workload['containers'][number]['preStop'],
  drain: Located<number> | undefined,
  at: Evidence['at'],
): Evidence[] {
  const both = [
    ...(hook ? [{ at: place(file, hook), message: `the preStop hook takes ${hook.value} s` }] : []),
    ...(drain ? [{ at: drain.at, message: `draining is given up after ${drain.value} s` }] : []),
  ];
  return both.filter((one) => one.at.range?.start !== at.range?.start || one.at.file !== at.file);
}

/** The seconds after which the service itself gives up: by its code, or by an option of the server that runs it. */
function drainOf({ containers, file }: Workload, service: Service): Located<number> | undefined {
  const [container] = containers;
  const command = [...container!.command, ...container!.args].join(' ');
  const inManifest = optionIn(command);
  if (inManifest !== undefined) return { value: inManifest, at: place(file, container) };
  for (const { file, facts } of command === '' ? service.dockerfiles : [])
    for (const { words, range } of startCommands(chain(facts, builtStage(facts)))) {
      const value = optionIn(words.join(' '));
      if (value !== undefined) return { value, at: place(file, { range }) };
    }
  const limits = (service.code?.signals ?? []).flatMap(({ signal, drains, drainSeconds, at }) =>
    signal === 'SIGTERM' && drains && drainSeconds
      ? [{ value: drainSeconds.value, at: { file: at.file, range: drainSeconds.range } }]
      : [],
  );
  return limits.toSorted((a, b) => b.value - a.value)[0];
}

/** Sources: https://docs.gunicorn.org/en/stable/settings.html#graceful-timeout, https://uvicorn.dev/settings/ */
function optionIn(command: string): number | undefined {
  const option =
    /\b(?:gunicorn\b.{0,300} --graceful-timeout|uvicorn\b.{0,300} --timeout-graceful-shutdown)[ =](\d+)/.exec(
      command,
    );
  return option ? Number(option[1]) : undefined;
}

/** State in one process, where several processes answer: what one replica remembers, the next one does not know. */
import { place, type Service, type Workload } from '../../model/model.ts';
import type { LocalStateFact } from '../../artifacts/source/facts.ts';
import type { Evidence } from '../../text.ts';
import { defineRule } from '../rule.ts';

export default defineRule({
  id: 'scaling/local-state',
  title: 'A replicated service keeps state in its own process or on its own disk.',
  area: 'scaling',
  section: '§2',
  level: 'error',
  joins: true,
  fix: 'none',
  messages: {
    session: {
      text: '{what} keeps sessions in the memory of one process, but {service} runs as {scale}: users are signed out whenever another replica answers.',
    },
    upload: {
      text: '{what} keeps uploads on the disk of one replica, but {service} runs as {scale}: the other replicas do not have them, and a restart loses them.',
      // What is uploaded may be taken on to elsewhere at once, which is not seen from here.
      level: 'warning',
    },
    'rate-limit': {
      text: '{what} counts in the memory of one process, but {service} runs as {scale}: the limit is multiplied by the number of replicas.',
    },
  },
  check(model, report) {
    for (const service of model.services) {
      const { code } = service;
      if (!code || service.role !== 'production' || service.runs) continue;
      const scale = scaleOf(service);
      if (!scale) continue;
      // How Go keeps state is not read yet.
      if (service.language === 'go') continue;
      const states = code.state.filter(({ at }) => model.role(at.file) === 'production');
      for (const state of states) {
        const { kind, what, at } = state as LocalStateFact & typeof state;
        const data = { what, service: service.name, scale: scale.words };
        report.gap({ message: kind, data, at, service, related: [scale.evidence] });
      }
      // In other languages such state is not looked for.
      const read = /^(?:java|type)script$/.test(service.language ?? '');
      if (states.length === 0 && read && code.listens.length > 0) report.met(service, scale.evidence);
    }
  },
});

interface Scale {
  readonly words: string;
  readonly evidence: Evidence;
}

/** Why more than one process runs at a time; undefined where that is not known. */
function scaleOf({ workloads, composeServices }: Service): Scale | undefined {
  for (const workload of workloads) {
    const scale = workload.role === 'production' ? scaleOfWorkload(workload) : undefined;
    if (scale) return scale;
  }
  for (const { file, facts, role } of composeServices) {
    const { replicas } = facts;
    if (role !== 'production' || !replicas || replicas.value < 2) continue;
    const words = `${replicas.value} replicas`;
    return { words, evidence: { at: place(file, replicas), message: `runs ${words}` } };
  }
  return undefined;
}

function scaleOfWorkload({ file, facts, autoscaler, object }: Workload): Scale | undefined {
  if (autoscaler) {
    const { max } = autoscaler.facts;
    const words = max?.known ? `up to ${max.value} replicas` : 'as many replicas as its autoscaler wants';
    const at = max ? place(autoscaler.file, max) : { file: autoscaler.file };
    if (max?.known && max.value < 2) return undefined;
    return { words, evidence: { at, message: `is scaled to ${words}` } };
  }
  const { replicas } = facts;
  if (!replicas?.known || replicas.value < 2) return undefined;
  const words = `${replicas.value} replicas`;
  return { words, evidence: { at: place(file, replicas), message: `${object.kind} runs ${words}` } };
}

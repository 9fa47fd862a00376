/** State in one process, where several processes answer: what one replica remembers, the next one does not know. */
import type { LocalStateFact } from '../../artifacts/source/facts.ts';
import { defineRule } from '../rule.ts';
import { scaleOf } from './scale.ts';

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
      const states = code.state.filter(({ at }) => model.role(at.file) === 'production');
      for (const state of states) {
        const { kind, what, at } = state as LocalStateFact & typeof state;
        const data = { what, service: service.name, scale: scale.words };
        report.gap({ message: kind, data, at, service, related: [scale.evidence] });
      }
      // In other languages such state is not looked for.
      const read = /^(?:(?:java|type)script|go|python)$/.test(service.language ?? '');
      if (states.length === 0 && read && code.listens.length > 0) report.met(service, scale.evidence);
    }
  },
});

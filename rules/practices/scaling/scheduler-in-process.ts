/** A job runs by the clock inside a service of which several processes run: it runs in each of them. */
import { defineRule } from '../rule.ts';
import { scaleOf } from './scale.ts';

export default defineRule({
  id: 'scaling/scheduler-in-process',
  title: 'A replicated service starts a scheduled job in each of its replicas.',
  area: 'scaling',
  section: '§4',
  level: 'warning',
  joins: true,
  fix: 'none',
  messages: {
    scheduled: {
      text: '{library} starts a job{when} in every process of {service}, which runs as {scale}: it is done as many times, and all at once.',
    },
  },
  check(model, report) {
    for (const service of model.services) {
      const { code } = service;
      if (!code || service.role !== 'production' || service.runs || code.listens.length === 0) continue;
      const scale = scaleOf(service);
      if (!scale) continue;
      const schedules = code.schedules.filter(({ at }) => model.role(at.file) === 'production');
      for (const { library, when, at } of schedules) {
        const data = {
          library,
          when: when === undefined ? '' : ` at ${when}`,
          service: service.name,
          scale: scale.words,
        };
        report.gap({ message: 'scheduled', data, at, service, related: [scale.evidence] });
      }
    }
  },
});

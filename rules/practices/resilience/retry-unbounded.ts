/** Something that fails is tried again without end, or at once: while a service is down, its callers keep it down. */
import { runsOnServer } from './serverSide.ts';
import { defineRule } from '../rule.ts';

export default defineRule({
  id: 'resilience/retry-unbounded',
  title: 'Something is tried again without a limit, or without a pause.',
  area: 'resilience',
  section: '§4',
  level: 'warning',
  joins: true,
  fix: 'none',
  messages: {
    forever: {
      text: 'Nothing ends what {what} tries again: for as long as the other side is down, {service} keeps asking, and whoever waits for it waits as long.',
    },
    immediate: {
      text: '{what} tries again at once: a service that fails under load is asked several times as often, by all replicas of {service} in the same moment.',
    },
  },
  check(model, report) {
    const reported = new Set<string>();
    for (const service of model.services) {
      const { code } = service;
      if (!code || service.runs || service.role !== 'production') continue;
      const onServer = runsOnServer(model, service);
      for (const { kind, what, at } of code.retries) {
        if (model.role(at.file) !== 'production' || !onServer(at.file)) continue;
        // A library that several services share is at fault once.
        const place = `${at.file}\0${at.range?.start}`;
        if (reported.has(place)) continue;
        reported.add(place);
        report.gap({ message: kind, data: { what, service: service.name }, at, service });
      }
    }
  },
});

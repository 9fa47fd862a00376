/** A handler of uncaught errors that keeps a broken process alive. */
import { defineRule } from '../rule.ts';

export default defineRule({
  id: 'resilience/crash-swallowed',
  title: 'A service goes on after an error that nobody caught.',
  area: 'resilience',
  section: '§4',
  level: 'warning',
  joins: true,
  fix: 'none',
  messages: {
    swallowed: {
      text: 'On {what}, {service} only tells of the error and goes on in whatever state that has left it: it answers wrongly, or not at all, where a new process would work.',
    },
  },
  check(model, report) {
    for (const service of model.services) {
      const { code } = service;
      if (!code || service.runs || service.role !== 'production' || code.listens.length === 0) continue;
      for (const { what, at } of code.swallowed) {
        if (model.role(at.file) !== 'production') continue;
        report.gap({ message: 'swallowed', data: { what, service: service.name }, at, service });
      }
    }
  },
});

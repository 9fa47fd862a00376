/** One request makes as many calls at once as it asks for: a single long list takes down what they go to. */
import { runsOnServer } from './serverSide.ts';
import { defineRule } from '../rule.ts';

export default defineRule({
  id: 'resilience/fan-out-unbounded',
  title: 'One request makes as many calls over the network at once as its sender wants.',
  area: 'resilience',
  section: '§4',
  level: 'warning',
  joins: true,
  fix: 'none',
  messages: {
    unbounded: {
      text: '{what} starts one call for each of {input}, all at once, and nothing bounds how many a request to {service} may bring: one long list exhausts connections here and overloads whoever answers them.',
    },
  },
  check(model, report) {
    for (const service of model.services) {
      const { code } = service;
      if (!code || service.runs || service.role !== 'production') continue;
      const onServer = runsOnServer(model, service);
      for (const { what, input, at } of code.fanOuts) {
        if (model.role(at.file) !== 'production' || !onServer(at.file)) continue;
        report.gap({ message: 'unbounded', data: { what, input, service: service.name }, at, service });
      }
    }
  },
});

/** Without a sampler every request is a trace, and tracing costs as much as the traffic wants it to. */
import { variableOf } from '../../model/runs.ts';
import { defineRule } from '../rule.ts';
import { isScripted, tracedServices } from './traced.ts';

export default defineRule({
  id: 'tracing/sampler-unset',
  title: 'No sampler is set, so every request is traced.',
  area: 'tracing',
  section: '§4',
  level: 'info',
  joins: true,
  fix: 'none',
  messages: {
    unset: {
      text: 'Nothing sets a sampler for {service}, so each of its requests becomes a trace: what tracing costs grows with traffic.',
    },
  },
  check(model, report) {
    // A collector that samples decides for all that send to it.
    const collector = model.collectors
      .flatMap(({ file, facts }) => facts.configurations.map((configuration) => ({ file, configuration })))
      .flatMap(({ file, configuration: { defined } }) =>
        defined.processors.map((processor) => ({ file, processor })),
      )
      .find(({ processor }) => /^(?:tail_sampling|probabilistic_sampler)\b/.test(processor.value));
    for (const { service, setups: all, agents } of tracedServices(model)) {
      // What is sent nowhere costs nothing there.
      const setups = all.filter(({ setup }) => setup.exporter !== 'missing' && setup.exporter !== 'console');
      const set = setups.find(({ setup }) => setup.sampler === 'set');
      const [unset] = setups.filter(({ setup }) => setup.sampler === 'missing');
      const start = unset ?? (isScripted(service) ? agents[0] : undefined);
      if (set) report.met(service, { at: set.at, message: 'Its code sets a sampler.' });
      else if (!start) continue;
      else if (collector)
        report.met(service, {
          at: { file: collector.file, range: collector.processor.range },
          message: 'The collector samples.',
        });
      else {
        const variable = variableOf(model, service, 'OTEL_TRACES_SAMPLER');
        if (variable.standing === 'set')
          report.met(service, {
            at: variable.values[0]?.at ?? start.at,
            message: 'Its environment sets a sampler.',
          });
        else if (variable.standing === 'unknown' || setups.some(({ setup }) => setup.sampler === undefined))
          report.unknown(service, 'Where it is deployed its environment is not all in sight.', start.at);
        else report.gap({ message: 'unset', data: { service: service.name }, at: start.at, service });
      }
    }
  },
});

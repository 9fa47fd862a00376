/** Tracing that costs its time and sends nothing to anybody. */
import { runsOf } from '../../model/runs.ts';
import type { Located, Model, Service } from '../../model/model.ts';
import { defineRule } from '../rule.ts';
import { tracedServices } from './traced.ts';

export default defineRule({
  id: 'tracing/exporter-missing',
  title: 'Tracing is started without an exporter, or only prints.',
  area: 'tracing',
  section: '§4',
  level: 'warning',
  joins: true,
  fix: 'none',
  messages: {
    missing: {
      text: 'Tracing of {service} is started without an exporter: its spans are made, cost time, and are thrown away.',
    },
    console: {
      text: 'Tracing of {service} only prints its spans: they are in nobody’s traces, and fill the logs.',
    },
    environment: {
      text: 'OTEL_TRACES_EXPORTER is {value} wherever {service} is deployed from here, so its spans reach nobody.',
    },
  },
  check(model, report) {
    for (const { service, setups, agents, operator } of tracedServices(model)) {
      const sending = setups.find(({ setup }) => setup.exporter === 'set');
      const asking = setups.find(({ setup }) => setup.exporter === 'default') ?? agents[0] ?? operator;
      const open = setups.find(({ setup }) => setup.exporter === undefined);
      if (sending) {
        report.met(service, { at: sending.at, message: 'Its spans are exported.' });
      } else if (asking) {
        const off = switchedOff(model, service);
        if (off)
          report.gap({
            message: 'environment',
            data: { service: service.name, value: off.value },
            at: off.at,
            service,
            related: [{ at: asking.at, message: 'tracing is started here' }],
          });
        else report.met(service, { at: asking.at, message: 'Its spans are exported.' });
      } else if (open ?? service.tracing.some(({ vendor }) => vendor !== 'opentelemetry')) {
        // Another vendor's SDK may add its own exporter to the same provider.
        report.unknown(service, 'What exports its spans is made where it is not in sight.', open?.at);
      } else {
        const console = setups.find(({ setup }) => setup.exporter === 'console');
        const { at } = console ?? setups[0]!;
        report.gap({
          message: console ? 'console' : 'missing',
          data: { service: service.name },
          at,
          service,
        });
      }
    }
  },
});

/** The environment's word for no exporter but the console's, where every deployment has it. */
function switchedOff(model: Model, service: Service): Located<string> | undefined {
  const values = runsOf(model, service).map(({ variables }) => variables.get('OTEL_TRACES_EXPORTER'));
  const isOff = (one: (typeof values)[number]): boolean =>
    /^(?:none|console|logging)$/.test(one?.value.trim() ?? '');
  return values.every(isOff) ? (values[0] ?? undefined) : undefined;
}

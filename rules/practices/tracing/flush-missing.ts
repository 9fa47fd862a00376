/** Spans are sent in batches: what is still waiting when the process ends was about the requests that it ended with. */
import type { Service } from '../../model/model.ts';
import { insertAfter, parseCode, statementAt } from '../edits/typescript.ts';
import { defineRule, type Change, type FixContext, type LazyFix } from '../rule.ts';
import { tracedServices, type Setup } from './traced.ts';

export default defineRule({
  id: 'tracing/flush-missing',
  title: 'Nothing sends the last spans when the process ends.',
  area: 'tracing',
  section: '§4',
  level: 'warning',
  joins: true,
  fix: 'suggested',
  messages: {
    missing: {
      text: 'Nothing shuts down the tracing of {service} when it ends, so each deployment and scale-down loses its last spans: those of the requests it stopped in.',
    },
  },
  check(model, report) {
    const reported = new Set<string>();
    for (const { service, setups } of tracedServices(model)) {
      for (const setup of setups) {
        const { flush, exporter } = setup.setup;
        const place = `${setup.at.file}\0${setup.at.range?.start}`;
        if (flush === 'set') report.met(service, { at: setup.at, message: 'It is shut down in the end.' });
        else if (flush === 'missing' && exporter !== 'missing' && !reported.has(place)) {
          // A library that several services share is at fault once.
          reported.add(place);
          report.gap({
            message: 'missing',
            data: { service: service.name },
            at: setup.at,
            service,
            fixes: fixes(service, setup),
          });
        }
      }
    }
  },
});

function fixes(service: Service, setup: Setup): LazyFix[] {
  const { local } = setup.setup;
  if (local === undefined || !setup.at.range || !/\.[cm]?[jt]s$/.test(setup.at.file)) return [];
  // A handler takes away Node's own end of the process, so another one has to be there that ends it.
  if (!service.code?.signals.some(({ signal, drains }) => signal === 'SIGTERM' && drains)) return [];
  const title = 'Shut tracing down on SIGTERM';
  return [{ title, safety: 'suggested', changes: (context) => shutDown(context, setup, local) }];
}

async function shutDown({ read }: FixContext, { at }: Setup, local: string): Promise<readonly Change[]> {
  const code = await parseCode(read(at.file));
  const statement = statementAt(code, at.range!);
  if (!statement) return [];
  const { quote, semicolon } = code.style;
  const handler = `process.once(${quote}SIGTERM${quote}, () => ${local}.shutdown())${semicolon}`;
  return [insertAfter(code, statement, [handler])];
}

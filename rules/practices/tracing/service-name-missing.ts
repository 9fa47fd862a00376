/** A service that does not name itself: its spans are there, and nobody finds them. */
import { variableOf } from '../../model/runs.ts';
import type { Model, Service } from '../../model/model.ts';
import { addProperty, insertArgument, nodesIn, parseCode } from '../edits/typescript.ts';
import { insertBefore } from '../edits/dockerfile.ts';
import { defineRule, type Change, type FixContext, type LazyFix } from '../rule.ts';
import { isScripted, tracedServices, type Setup } from './traced.ts';

export default defineRule({
  id: 'tracing/service-name-missing',
  title: 'A service sends traces and does not say which service it is.',
  area: 'tracing',
  section: '§4',
  level: 'warning',
  joins: true,
  fix: 'suggested',
  messages: {
    missing: {
      text: 'Neither the code of {service} nor its environment names it to OpenTelemetry: its spans arrive as unknown_service, among those of everybody else without a name.',
    },
  },
  check(model, report) {
    for (const { service, setups, agents, operator } of tracedServices(model)) {
      const named = setups.find(({ setup }) => setup.serviceName === 'set');
      if (named ?? operator) {
        const { at } = (named ?? operator)!;
        report.met(service, { at, message: 'It is named where its tracing is set up.' });
        continue;
      }
      const [unnamed] = setups.filter(({ setup }) => setup.serviceName === 'missing');
      const start = unnamed ?? (isScripted(service) ? agents[0] : undefined);
      if (!start) continue;
      const environment = nameIn(model, service);
      if (environment.standing === 'set')
        report.met(service, { at: environment.at ?? start.at, message: 'Its environment names it.' });
      else if (
        environment.standing === 'unknown' ||
        setups.some(({ setup }) => setup.serviceName === undefined)
      )
        report.unknown(service, 'Where it is deployed its environment is not all in sight.', start.at);
      else
        report.gap({
          message: 'missing',
          data: { service: service.name },
          at: start.at,
          service,
          fixes: fixes(service, unnamed),
        });
    }
  },
});

function nameIn(model: Model, service: Service) {
  const name = variableOf(model, service, 'OTEL_SERVICE_NAME');
  const [first] = name.standing === 'set' ? name.values : [];
  if (name.standing === 'set') return { standing: name.standing, at: first?.at } as const;
  const attributes = variableOf(
    model,
    service,
    'OTEL_RESOURCE_ATTRIBUTES',
    '--service_name',
    '--service-name',
  );
  if (attributes.standing !== 'set') return { standing: name.standing };
  const naming = attributes.values.find(({ value }) => /(?:^|,)\s*service\.name=/.test(value));
  return naming || attributes.values.length === 0
    ? ({ standing: 'set', at: naming?.at } as const)
    : { standing: name.standing };
}

function fixes(service: Service, unnamed: Setup | undefined): LazyFix[] {
  const { name, dockerfiles } = service;
  const [dockerfile] = dockerfiles;
  const stage = dockerfile?.facts.stages.at(-1);
  const start = stage?.entrypoint ?? stage?.cmd;
  return [
    ...(unnamed?.by === 'code' && /\.[cm]?[jt]s$/.test(unnamed.at.file)
      ? [
          {
            title: `Name it ${name} in the code`,
            safety: 'suggested' as const,
            changes: (context: FixContext) => nameInCode(context, unnamed.at.file, name),
          },
        ]
      : []),
    ...(dockerfile && dockerfiles.length === 1 && start
      ? [
          {
            title: `Name it ${name} in its image`,
            safety: 'suggested' as const,
            changes: ({ read }: FixContext) => [
              insertBefore(read(dockerfile.file), start.range, [`ENV OTEL_SERVICE_NAME=${name}`]),
            ],
          },
        ]
      : []),
  ];
}

/** Gives the only NodeSDK of a file a name. */
async function nameInCode({ read }: FixContext, file: string, name: string): Promise<readonly Change[]> {
  const code = await parseCode(read(file));
  const { ts, style } = code;
  const made = nodesIn(code, ts.isNewExpression).filter(({ expression }) =>
    /\bNodeSDK$/.test(expression.getText()),
  );
  const [sdk] = made;
  if (!sdk || made.length !== 1) return [];
  const property = `serviceName: ${style.quote}${name}${style.quote}`;
  const [options] = sdk.arguments ?? [];
  if (!options) return [insertArgument(code, sdk, 0, `{ ${property} }`)];
  return ts.isObjectLiteralExpression(options) ? [addProperty(code, options, property)] : [];
}

/** Variables that the code of a service requires, and the containers that do not set them. */
import { runsOf, type Run } from '../../model/runs.ts';
import type { Located, Model, Service } from '../../model/model.ts';
import { describeContainer } from '../manifests.ts';
import { mildly } from '../objects.ts';
import type { Report } from '../rule.ts';
import { listed } from '../words.ts';

export function checkRequired(model: Model, report: Report<'unset'>): void {
  for (const service of model.services) {
    const required = (service.runs ?? service).code?.required ?? [];
    if (required.length === 0 || service.role !== 'production') continue;
    for (const run of runsOf(model, service)) {
      if ((run.workload?.containers.length ?? 1) !== 1) continue;
      // Another program needs other variables.
      if (run.complete && !run.ownCommand) tell(model, service, required, run, report);
      else report.unknown(service, 'More variables may be set than is written where it is deployed.', run.at);
    }
  }
}

function tell(
  model: Model,
  service: Service,
  required: readonly Located<string>[],
  { at, variables, workload, compose }: Run,
  report: Report<'unset'>,
): void {
  const missing = required.filter(({ value }) => !variables.has(value));
  if (missing.length === 0)
    return report.met(service, { at, message: 'All variables that its code requires are set.' });
  const container = workload
    ? describeContainer(workload.containers[0]!, workload)
    : `Compose service ${compose!.facts.name.value}`;
  report.gap({
    message: 'unset',
    data: { container, variables: listed(missing.map(({ value }) => value)) },
    at,
    service,
    related: missing.slice(0, 5).map((one) => ({ at: one.at, message: `${one.value} is required here` })),
    level: mildly(model, at),
  });
}

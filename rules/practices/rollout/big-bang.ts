/** Asks of what users reach whether a new version can be let in bit by bit. */
import { place, type Model, type Workload } from '../../model/model.ts';
import type { Evidence } from '../../text.ts';
import { describeWorkload, placeOfWorkload } from '../manifests.ts';
import { defineRule } from '../rule.ts';
import { canaryFixes } from './canaries.ts';
import { imagesAreKnown } from '../scaling/replicas.ts';

export default defineRule({
  id: 'rollout/big-bang',
  title: 'Every release of what users reach goes to all of them at once.',
  area: 'rollout',
  section: '§7',
  level: 'info',
  joins: true,
  fix: 'suggested',
  messages: {
    'big-bang': {
      text: 'Users reach {workload}, and each release goes to all of them at once: no canary splits its traffic, and its code reads no feature flag.',
    },
  },
  check(model, report) {
    for (const workload of model.workloads) {
      const exposed = exposureOf(model, workload);
      if (!exposed || !releases.has(workload.kind)) continue;
      const service = model.serviceRunning(workload);
      if (!service || service.role !== 'production') continue;
      const staged = stagingOf(model, workload) ?? flagsOf(model, service.code?.files ?? []);
      const at = placeOfWorkload(workload);
      if (staged) report.met(service, staged);
      else if (!service.code)
        report.unknown(service, 'Its code is not here, so flags may stage its changes.', at);
      else if (workload.template && !imagesAreKnown(workload))
        report.unknown(service, 'A template decides what it runs.', at);
      else {
        report.gap({
          message: 'big-bang',
          data: { workload: describeWorkload(workload) },
          at,
          service,
          related: [exposed],
          fixes: canaryFixes(model, workload),
        });
      }
    }
  },
});

const releases: ReadonlySet<string> = new Set(['Deployment', 'DeploymentConfig', 'StatefulSet']);

/** Where users come in: an ingress, or a load balancer of its own. */
function exposureOf(model: Model, { role, thirdParty, batch, services }: Workload): Evidence | undefined {
  if (role !== 'production' || thirdParty || batch) return undefined;
  const balanced = services.find(({ facts }) => facts.type === 'LoadBalancer');
  if (balanced)
    return {
      at: { file: balanced.file, range: balanced.facts.range },
      message: 'has a load balancer of its own',
    };
  const names = new Set(services.flatMap(({ name }) => name ?? []));
  for (const { file, facts } of model.ingresses)
    for (const { service } of facts.backends)
      if (service.known && names.has(service.value))
        return { at: place(file, service), message: 'leads users to it' };
  return undefined;
}

function stagingOf(model: Model, { name, services }: Workload): Evidence | undefined {
  const names = new Set(services.flatMap((service) => service.name ?? []));
  for (const { file, facts } of model.rollouts) {
    const own = name !== undefined && facts.target === name;
    if (own || facts.services.some((one) => names.has(one)))
      return { at: place(file, facts), message: `${facts.tool} lets new versions in bit by bit` };
  }
  return undefined;
}

function flagsOf(model: Model, files: readonly string[]): Evidence | undefined {
  const own = new Set(files);
  const read = model.flags.reads.find(({ file, role }) => role === 'production' && own.has(file));
  return read && { at: place(read.file, read.facts), message: 'its code reads feature flags' };
}

/** An autoscaler that measures CPU or memory against a request that nobody made. */
import type { AutoscalerFacts, ContainerFacts } from '../../artifacts/kubernetes/facts.ts';
import { place, type InFile } from '../../model/model.ts';
import { describeContainer } from '../manifests.ts';
import { defineRule } from '../rule.ts';
import { mildly } from '../objects.ts';
import { addResources } from './startingResources.ts';

export default defineRule({
  id: 'scaling/autoscaler-blind',
  title: 'An autoscaler measures CPU or memory against a request that a container does not make.',
  area: 'scaling',
  section: '§2',
  level: 'warning',
  joins: true,
  fix: 'suggested',
  messages: {
    blind: {
      text: 'It scales on {resource} as a share of what is requested, but {container} requests none: it never scales.',
    },
  },
  check(model, report) {
    for (const workload of model.workloads) {
      const { autoscaler } = workload;
      if (!autoscaler) continue;
      const service = model.serviceRunning(workload);
      for (const metric of metricsOf(autoscaler)) {
        const at = place(autoscaler.file, metric);
        const measured = workload.containers.filter(
          ({ name }) => metric.container === undefined || (name.known && name.value === metric.container),
        );
        const blind = measured.find((container) => requestsNone(container, metric.resource));
        if (!blind) {
          if (measured.some((container) => isOpen(container)))
            report.unknown(service, 'A template or patch decides the resources.', at);
          else report.met(service, { at, message: 'What it measures is requested.' });
          continue;
        }
        const { requests, limits } = blind;
        report.gap({
          message: 'blind',
          data: {
            resource: metric.resource === 'cpu' ? 'CPU' : 'memory',
            container: describeContainer(blind, workload).replace('Container', 'container'),
          },
          at,
          service,
          related: [
            { at: place(workload.file, blind.resources ?? blind.name), message: 'the container is here' },
          ],
          // A chart's users decide whether it scales, and what its pods request.
          level: workload.template ? 'info' : mildly(model, at),
          fixes: addResources(
            { workload, container: blind, service },
            {
              cpuRequest: !requests.cpu && !limits.cpu,
              memoryRequest: !requests.memory && !limits.memory,
              memoryLimit: !limits.memory,
            },
          ),
        });
      }
    }
  },
});

function metricsOf({ facts }: InFile<AutoscalerFacts>): AutoscalerFacts['metrics'] {
  return facts.metrics.filter(({ relative }) => relative);
}

/** A limit without a request is a request of the same size. */
function requestsNone(container: ContainerFacts, resource: 'cpu' | 'memory'): boolean {
  return !isOpen(container) && !container.requests[resource] && !container.limits[resource];
}

function isOpen({ resources, templated, image }: ContainerFacts): boolean {
  return image === undefined || (resources ? resources.templated : templated);
}

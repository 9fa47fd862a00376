/** Nothing asks whether a service still answers: its image has no HEALTHCHECK, Compose has none, and no probe does. */
import type { DockerfileFacts, DockerStage } from '../../artifacts/dockerfile/facts.ts';
import { place, type Model, type Service } from '../../model/model.ts';
import { defaultUser } from '../containers/baseImages.ts';
import { beforeCommand } from '../containers/nonRootUser.ts';
import { serviceImages, type ServiceImage } from '../containers/serviceImages.ts';
import { defineRule, type LazyFix } from '../rule.ts';
import type { Evidence, Place } from '../../text.ts';
import { healthcheckFor } from './healthcheckCommand.ts';

export default defineRule({
  id: 'health/healthcheck-missing',
  title: 'A service’s image has no HEALTHCHECK, and nothing else checks the service.',
  area: 'health',
  section: '§4',
  level: 'warning',
  fix: 'suggested',
  joins: true,
  messages: {
    missing: {
      text: 'Nothing checks whether {service} still answers: its image has no HEALTHCHECK, and there is no health check in Compose and no probe. A process that hangs stays in service.',
    },
    // Hadolint asks of every stage, whatever else checks the service.
    stage: {
      text: 'Neither this stage nor one based on it has a HEALTHCHECK.',
      equivalents: ['hadolint/DL3057'],
      level: 'off',
    },
  },
  check(model, report) {
    for (const { file, facts } of model.dockerfiles) {
      for (const stage of stagesWithoutHealthcheck(facts)) {
        report.gap({ message: 'stage', at: place(file, stage.from) });
      }
    }
    // Platforms that start images have health checks of their own.
    const platform = model.pipelines.unread.find((path) =>
      /(?:^|\/)(?:render|fly|railway|apprunner|app)\b[\w.-]*\.\w+$/.test(path),
    );
    const chart = probedByAnyChart(model);
    for (const subject of serviceImages(model)) {
      const { dockerfile, service, image, level } = subject;
      const { file } = dockerfile;
      if (level !== undefined) continue;
      if (image.healthcheck) {
        // NONE is a decision.
        if (!image.healthcheck.none) {
          report.met(service, {
            at: place(file, image.healthcheck),
            message: 'Its image has a HEALTHCHECK.',
          });
        }
        continue;
      }
      const checked = checkedBy(service);
      if (checked) report.met(service, checked);
      else if (!listens(subject) || isLeftToProbes(service) || isSwitchedOff(service)) continue;
      else if (platform !== undefined)
        report.unknown(service, `${platform} may say how it is checked.`, { file: platform });
      else if (chart && service.workloads.length === 0)
        report.unknown(
          service,
          'A chart whose image its users choose has probes, and may run this one.',
          chart,
        );
      else if (defaultUser(image.base.value) === 'unknown') {
        const name = image.base.value.resolved ?? image.base.value.text;
        report.unknown(service, `${name} may bring a HEALTHCHECK along.`, place(file, image.base));
      } else {
        const command = startOf(dockerfile.facts.instructions, image.stage.index);
        report.gap({
          message: 'missing',
          data: { service: service.name },
          at: { file, range: command?.keywordRange ?? image.stage.from.range },
          service,
          related: [...listening(subject)],
          fixes: fixes(subject),
        });
      }
    }
  },
});

/** Stages without a HEALTHCHECK that share nothing with one that has it, by the names of images and stages. */
function stagesWithoutHealthcheck({ stages, instructions }: DockerfileFacts): DockerStage[] {
  const imageOf = ({ from }: DockerStage): string => from.value.name ?? from.value.text;
  const nameOf = (stage: DockerStage): string => stage.name ?? imageOf(stage);
  const good = new Set<DockerStage>();
  for (const stage of stages) {
    if ([...good].some((one) => nameOf(one) === imageOf(stage))) good.add(stage);
    const isChecked = instructions.some((one) => one.keyword === 'HEALTHCHECK' && one.stage === stage.index);
    for (let at = isChecked ? [stage] : []; at.length > 0;) {
      for (const one of at) good.add(one);
      const below = new Set(at.map(imageOf));
      at = stages.filter((one) => one.index < stage.index && !good.has(one) && below.has(nameOf(one)));
    }
  }
  return stages.filter((stage) => !good.has(stage));
}

/** The last CMD of a stage, else its ENTRYPOINT. */
function startOf(
  instructions: ServiceImage['dockerfile']['facts']['instructions'],
  stage: number,
): (typeof instructions)[number] | undefined {
  const own = instructions.filter((instruction) => instruction.stage === stage);
  return (
    own.findLast(({ keyword }) => keyword === 'CMD') ??
    own.findLast(({ keyword }) => keyword === 'ENTRYPOINT')
  );
}

/** A probe of a chart that runs whatever image it is given: any service may be deployed by it. */
function probedByAnyChart(model: Model): Place | undefined {
  for (const workload of model.workloads) {
    if (!workload.template || workload.role !== 'production' || model.serviceRunning(workload)) continue;
    const probe = workload.containers
      .map(({ readiness, liveness }) => readiness ?? liveness)
      .find((one) => one);
    if (probe && !workload.thirdParty) return place(workload.file, probe);
  }
  return undefined;
}

function checkedBy(service: Service): Evidence | undefined {
  for (const { file, facts } of service.composeServices) {
    if (facts.healthcheck && !facts.healthcheck.disabled) {
      return { at: place(file, facts.healthcheck), message: 'Compose checks its health.' };
    }
  }
  for (const { file, containers } of service.workloads) {
    for (const { readiness, liveness, startup } of containers) {
      const probe = liveness ?? readiness ?? startup;
      if (probe) return { at: place(file, probe), message: `A ${probe.kind} probe checks its health.` };
    }
  }
  return undefined;
}

function listens({ service, image }: ServiceImage): boolean {
  if ((service.code?.listens.length ?? 0) > 0) return true;
  if (image.chain.some(({ exposes }) => exposes.length > 0)) return true;
  return service.composeServices.some(({ facts }) => facts.ports.length > 0);
}

function listening({ dockerfile, service, image }: ServiceImage): Evidence[] {
  const listen = service.code?.listens[0];
  if (listen) return [{ at: listen.at, message: 'It listens here' }];
  const port = image.chain.find(({ exposes }) => exposes.length > 0)?.exposes[0];
  return port ? [{ at: place(dockerfile.file, port), message: `It listens on ${port.value}` }] : [];
}

/** Kubernetes ignores HEALTHCHECK: where a service runs there alone, missing probes are health/probe-missing's. */
function isLeftToProbes({ workloads, composeServices }: Service): boolean {
  return composeServices.length === 0 && workloads.some(({ batch }) => !batch);
}

function isSwitchedOff({ composeServices }: Service): boolean {
  return composeServices.some(({ facts }) => facts.healthcheck?.disabled);
}

function fixes(subject: ServiceImage): LazyFix[] {
  const { dockerfile, image } = subject;
  const found = healthcheckFor(subject);
  if (!found) return [];
  return [
    {
      title: `Add a HEALTHCHECK that asks for ${found.path}`,
      safety: 'suggested',
      changes: ({ read }) => [
        beforeCommand(read(dockerfile.file), dockerfile, image.stage.index, [found.instruction]),
      ],
    },
  ];
}

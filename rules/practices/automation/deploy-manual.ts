/** A service that people build or deploy by hand, as far as the pipelines can be read. */
import type { PipelineJob, PipelineStep } from '../../model/pipelines.ts';
import type { Model, Service } from '../../model/model.ts';
import { deliveryOf, isThrowaway } from '../../model/pipelineWork.ts';
import { isWithin } from '../../model/paths.ts';
import type { Evidence } from '../../text.ts';
import { defineRule } from '../rule.ts';

export default defineRule({
  id: 'automation/deploy-manual',
  title: 'No pipeline builds or deploys a service.',
  area: 'automation',
  section: '§3',
  level: 'info',
  joins: true,
  fix: 'none',
  messages: {
    nothing: {
      text: 'No pipeline builds the image of {service} or deploys it: each release waits for whoever knows how, and differs with who does it.',
    },
    'left-out': {
      text: 'Pipelines build or deploy other services here, such as {other}, but not {service}: each of its releases waits for whoever knows how.',
    },
  },
  check(model, report) {
    const { pipelines } = model;
    if (pipelines.files.length === 0) return;
    const services = model.services.filter(isReleased);
    const deliveries = deliveriesIn(model);
    const subjects = services.map((service) => ({
      service,
      by: deliveryOfService(service, deliveries, model),
    }));
    const other = subjects.find(({ by }) => by)?.service;
    // A step that names no service may deliver any of them.
    const isNamed = (one: Delivery): boolean => services.some((service) => names(one, service));
    const maybe = deliveries.maybe || !deliveries.sure.every(isNamed);
    for (const { service, by } of subjects) {
      if (by) report.met(service, by);
      else if (maybe || pipelines.open || pipelines.unread.length > 0 || model.gitops.length > 0)
        report.unknown(service, 'What the pipelines build and deploy is written where it is not read.');
      else
        report.gap({
          message: other ? 'left-out' : 'nothing',
          data: { service: service.name, ...(other && { other: other.name }) },
          at: service.at,
          service,
          related: [{ at: { file: pipelines.files[0]!.file }, message: 'a pipeline' }],
        });
    }
  },
});

/** Whether it is released as an image of its own. */
function isReleased({ role, runs, dockerfiles }: Service): boolean {
  return role === 'production' && !runs && dockerfiles.some((one) => one.role === 'production');
}

interface Delivery {
  readonly step: PipelineStep;
  readonly of: 'image' | 'deploy';
  /** Everything that is said where it is delivered. */
  readonly words: string;
}

interface Deliveries {
  readonly sure: readonly Delivery[];
  readonly maybe: boolean;
}

function deliveriesIn({ pipelines }: Model): Deliveries {
  const sure: Delivery[] = [];
  let maybe = false;
  for (const job of pipelines.jobs) {
    if (job.facts.calls && !job.facts.calls.value.startsWith('./')) maybe = true;
    if (isThrowaway(job.steps)) continue;
    for (const step of job.steps) {
      const delivery = deliveryOf(step);
      if (delivery === 'maybe') maybe = true;
      else if (delivery) sure.push({ step, of: delivery, words: wordsOf(job, step) });
    }
  }
  return { sure, maybe };
}

function wordsOf({ facts }: PipelineJob, step: PipelineStep): string {
  const commands = step.commands.map((words) => words.join(' ')).join('\n');
  const inputs = Object.values(step.with ?? {}).join('\n');
  const matrix = Object.values(facts.matrix).flat().join('\n');
  return [facts.name.value, step.folder ?? '', commands, inputs, matrix].join('\n').toLowerCase();
}

function deliveryOfService(service: Service, { sure }: Deliveries, model: Model): Evidence | undefined {
  const found = sure.find((one) => names(one, service) || buildsAll(one, service));
  if (found) {
    const message = found.of === 'image' ? `builds the image of ${service.name}` : `deploys ${service.name}`;
    return { at: { file: found.step.file, range: found.step.range }, message };
  }
  for (const { file, facts } of model.gitops)
    for (const { paths } of facts.releases) {
      const path = paths.find(({ value }) => deploys(value.replace(/^\.\//, ''), service));
      if (path) return { at: { file, range: path.range }, message: `deploys ${service.name} from git` };
    }
  return undefined;
}

function names({ words }: Delivery, { names: own, root }: Service): boolean {
  const said = [...own, ...(root ? [root] : [])]
    .map((name) => name.toLowerCase())
    .filter((name) => name.length > 1);
  return said.some((name) => mentions(words, name));
}

/** Whether a name stands there as a word: not `web` in `web-admin` or `webhook`. */
function mentions(words: string, name: string): boolean {
  for (let at = words.indexOf(name); at !== -1; at = words.indexOf(name, at + 1)) {
    const around = `${words[at - 1] ?? ' '}${words[at + name.length] ?? ' '}`;
    if (!/[\w-]/.test(around)) return true;
  }
  return false;
}

/** `docker compose build` builds whatever the file builds, and one service alone is meant where none is named. */
function buildsAll({ words }: Delivery, { composeServices, root }: Service): boolean {
  if (/\bdocker[ -]compose\b[^\n]*\b(?:build|push)\s*(?:$|\n)/.test(words)) return composeServices.length > 0;
  return root === '';
}

function deploys(path: string, { workloads }: Service): boolean {
  return path !== '' && workloads.some(({ file }) => isWithin(file, path.replace(/\/$/, '')));
}

/** An image without a version: which one runs depends on when a node pulled it. */
import type { ContainerFacts } from '../../artifacts/kubernetes/facts.ts';
import { isKnownProduct, parseImage } from '../../model/images.ts';
import { place, type Model, type Workload } from '../../model/model.ts';
import { supportedRelease, versionElsewhere } from '../containers/versions.ts';
import { setScalar } from '../edits/yaml.ts';
import { describeContainer, isBuiltIn, workloadsOf, type ContainerSubject } from '../manifests.ts';
import { defineRule, type LazyFix, type Report } from '../rule.ts';

const everybody = ['kube-linter/latest-tag', 'kube-score/container-image-tag', 'polaris/tagNotSpecified'];

export default defineRule({
  id: 'scaling/image-unpinned',
  title: 'A container runs an image that has no tag, or the tag latest.',
  area: 'scaling',
  section: '§4',
  level: 'warning',
  fix: 'suggested',
  // Values and kustomizations may set the tag.
  joins: true,
  messages: {
    latest: {
      text: '{container} runs {image}, whatever that is when a node pulls it: replicas may run different versions, and there is none to go back to.',
      equivalents: everybody,
    },
    untagged: {
      text: '{container} runs {image} without a tag, which means latest: replicas may run different versions, and there is none to go back to.',
      equivalents: everybody,
    },
    // A colon before the registry’s port passes for a tag with others.
    'untagged-port': {
      text: '{container} runs {image} without a tag, which means latest: replicas may run different versions, and there is none to go back to.',
      equivalents: ['kube-linter/latest-tag'],
    },
    custom: {
      text: '{container} runs {image}, whatever that is when a node pulls it: replicas may run different versions, and there is none to go back to.',
    },
    elsewhere: {
      text: '{container} runs {image} without a version; it is a tool or test, or gets its version elsewhere.',
      level: 'off',
      equivalents: everybody,
    },
    'elsewhere-port': {
      text: '{container} runs {image} without a version; it is a tool or test, or gets its version elsewhere.',
      level: 'off',
      equivalents: ['kube-linter/latest-tag'],
    },
    imageless: {
      text: '{container} names no image.',
      level: 'off',
      equivalents: everybody,
    },
  },
  check(model, report) {
    for (const subject of workloadsOf(model))
      for (const container of subject.workload.facts.containers)
        checkContainer(model, { ...subject, container }, report);
  },
});

type Key = 'latest' | `untagged${'' | '-port'}` | 'custom' | `elsewhere${'' | '-port'}` | 'imageless';

function checkContainer(model: Model, subject: ContainerSubject, report: Report<Key>): void {
  const { workload, service, judged, container } = subject;
  const builtIn = isBuiltIn(workload);
  const { image } = container;
  const name = place(workload.file, { range: container.name.range });
  const data = { container: describeContainer(container, workload) };
  if (!image) {
    if (builtIn && !container.templated) report.gap({ message: 'imageless', data, at: name, service });
    return;
  }
  const at = place(workload.file, image);
  if (!image.known) {
    if (judged) report.unknown(service, 'A template decides which image it runs.', at);
    return;
  }
  const verdict = verdictOf(image.value);
  if (!verdict || container.imageSetBy !== undefined) {
    if (judged) report.met(service, { at, message: 'Its image has a version.' });
    if (!verdict) return;
  }
  const described = { ...data, image: image.value };
  if (!judged || container.imageSetBy !== undefined || isPlaceholder(image.value)) {
    if (judged && container.imageSetBy === undefined)
      report.unknown(service, `What ${image.value} is called in the end is decided when it is deployed.`, at);
    const message = verdict === 'untagged-port' ? 'elsewhere-port' : 'elsewhere';
    if (builtIn) report.gap({ message, data: described, at, service });
    return;
  }
  // A chart’s defaults are for its users to change.
  const mild = workload.role === 'example' || workload.template;
  report.gap({
    message: builtIn ? verdict : 'custom',
    data: described,
    at,
    service,
    ...(mild && { level: 'info' }),
    fixes: fixesFor(model, workload, container, image.value),
  });
}

/** The verdict that all share; https://docs.docker.com/reference/cli/docker/image/pull/ says what a reference without a tag means. */
function verdictOf(image: string): 'latest' | `untagged${'' | '-port'}` | undefined {
  if (image.endsWith(':latest')) return 'latest';
  if (image.includes('@')) return undefined;
  if (!image.includes(':')) return 'untagged';
  return image.lastIndexOf('/') > image.lastIndexOf(':') ? 'untagged-port' : undefined;
}

/**
 * A bare name that is nobody's product, or `ko://…`: what builds and deploys it, such as Skaffold and ko, puts the real
 * one in its place.
 */
function isPlaceholder(text: string): boolean {
  const image = parseImage(text);
  return (
    !image ||
    (!image.qualified && !isKnownProduct(image)) ||
    /^(?:localhost|minikube|kind)\b|^ko:\/\//.test(text)
  );
}

function fixesFor(model: Model, workload: Workload, { image }: ContainerFacts, written: string): LazyFix[] {
  const at = place(workload.file, image);
  const repository = written.replace(/:latest$/, '');
  const pin = pinnedBeside(model, repository) ?? pinElsewhere(model, repository);
  if (!pin || (workload.template && at.file === workload.file)) return [];
  const { tag, source } = pin;
  return [
    {
      title: `Pin ${repository} to ${tag}${source === undefined ? '' : `, the version of ${source}`}`,
      safety: 'suggested',
      changes({ read }) {
        const change = setScalar(read(at.file), at.range!, `${repository}:${tag}`);
        return change ? [change] : [];
      },
    },
  ];
}

interface Pin {
  readonly tag: string;
  readonly source?: string;
}

/** The one version that other workloads run of the same image. */
function pinnedBeside({ workloads }: Model, repository: string): Pin | undefined {
  const pins = new Map<string, string>();
  for (const { file, containers } of workloads)
    for (const { image } of containers) {
      const parsed = image?.known ? parseImage(image.value) : undefined;
      if (parsed?.repository !== repository || parsed.tag === undefined || parsed.tag === 'latest') continue;
      if (!pins.has(parsed.tag)) pins.set(parsed.tag, file);
    }
  const [only] = pins.size === 1 ? [...pins] : [];
  return only && { tag: only[0], source: only[1] };
}

function pinElsewhere(model: Model, repository: string): Pin | undefined {
  const image = { text: repository, name: repository };
  const elsewhere = versionElsewhere(model, image);
  if (elsewhere) return elsewhere;
  const release = supportedRelease(image);
  return release === undefined ? undefined : { tag: release };
}

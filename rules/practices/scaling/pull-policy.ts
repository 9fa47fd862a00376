/** A tag that moves, on nodes that keep what they have: replicas run different builds under one name. */
import type { ContainerFacts } from '../../artifacts/kubernetes/facts.ts';
import { isKnownProduct, parseImage } from '../../model/images.ts';
import { place, type Workload } from '../../model/model.ts';
import { setScalar } from '../edits/yaml.ts';
import { describeContainer, isBuiltIn, workloadsOf, type ContainerSubject } from '../manifests.ts';
import { defineRule, type LazyFix, type Report } from '../rule.ts';

export default defineRule({
  id: 'scaling/pull-policy',
  title: 'An image whose tag moves is not pulled again, so replicas run different builds.',
  area: 'scaling',
  section: '§4',
  level: 'warning',
  fix: 'suggested',
  // Values and kustomizations may set the tag.
  joins: true,
  messages: {
    stale: {
      text: '{container} runs {image} and pulls it only where it is not present: each node goes on with the build it got first, so replicas differ and a deployment changes nothing.',
    },
    // A policy for every image is a matter of taste: what is pinned need not be pulled again.
    'kube-score': {
      text: '{container} does not pull its image each time it starts.',
      level: 'off',
      equivalents: ['kube-score/container-image-pull-policy'],
    },
    polaris: {
      text: '{container} does not say that its image is pulled each time it starts.',
      level: 'off',
      equivalents: ['polaris/pullPolicyNotAlways'],
    },
  },
  check(model, report) {
    for (const subject of workloadsOf(model))
      for (const container of subject.workload.facts.containers)
        checkContainer({ ...subject, container }, report);
  },
});

function checkContainer(
  { workload, service, judged, container }: ContainerSubject,
  report: Report<'stale' | 'kube-score' | 'polaris'>,
): void {
  const { image, pullPolicy, imageSetBy } = container;
  const at = place(workload.file, pullPolicy ?? { range: container.name.range });
  const data = { container: describeContainer(container, workload) };
  if (pullPolicy ? !pullPolicy.known : container.templated) return;
  const policy = pullPolicy?.known ? pullPolicy.value : undefined;
  const moves = image?.known === true && imageSetBy === undefined && isMoving(image.value);
  if (judged && moves && policy === 'IfNotPresent')
    report.gap({
      message: 'stale',
      data: { ...data, image: image.value },
      at,
      service,
      ...((workload.role === 'example' || workload.template) && { level: 'info' }),
      fixes: fixes(workload, container),
    });
  else if (judged && moves && policy !== 'Never')
    report.met(service, { at, message: 'It pulls its image each time.' });
  if (!isBuiltIn(workload) || policy === 'Always') return;
  report.gap({ message: 'polaris', data, at, service });
  // Without a policy Kubernetes pulls latest each time, and kube-score takes what follows the last colon for the tag.
  const [, ...parts] = image?.known ? image.value.split(':') : [];
  const isLatest = image?.known !== false && /^(?:latest)?$/.test(parts.at(-1) ?? '');
  const isKnown = image?.known !== false;
  if (isKnown && !(policy === undefined && isLatest))
    report.gap({ message: 'kube-score', data, at, service });
}

/** The tag latest, or none; not a name that is put in place of another, nor what a developer's machine builds. */
function isMoving(text: string): boolean {
  const image = parseImage(text);
  if (!image || text.includes('@') || /^(?:localhost|minikube|kind|k3d)\b|^ko:\/\//.test(text)) return false;
  if (!image.qualified && !isKnownProduct(image)) return false;
  return image.tag === undefined || image.tag === 'latest';
}

function fixes(workload: Workload, { pullPolicy }: ContainerFacts): LazyFix[] {
  if (workload.template || !pullPolicy) return [];
  return [
    {
      title: 'Pull it each time',
      safety: 'suggested',
      changes({ read }) {
        const change = setScalar(read(workload.file), pullPolicy.range, 'Always');
        return change ? [change] : [];
      },
    },
  ];
}

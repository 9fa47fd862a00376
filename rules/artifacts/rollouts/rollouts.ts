/**
 * Staged rollouts on Kubernetes: Rollout of Argo Rollouts, Canary of Flagger, and routes of the Gateway API that split
 * traffic by weight. What a template decides is unknown. It must never know which service they are for.
 */
import { isMap, isSeq } from 'yaml';
import { parseYaml, type ArtifactKind, type Parsed, type TextFile } from '../artifact.ts';
import { entriesOf, rangeOf, scalarOf, textOf, valueAt } from '../nodes.ts';
import { isTemplate, maskTemplate } from '../template.ts';
import type { Ranged } from '../../text.ts';
import type { RolloutFacts, RolloutsFacts } from './facts.ts';

export const rollouts: ArtifactKind<RolloutsFacts> = {
  id: 'rollouts',
  claims: (path) => /\.ya?ml$/i.test(path),
  mayHold: (text) =>
    /^[ \t]*(?:-[ \t]+)?kind:[ \t]*['"]?(?:Rollout|Canary|HTTPRoute|GRPCRoute)\b/m.test(text),
  parse,
};

function parse(file: TextFile): Parsed<RolloutsFacts> {
  const template = isTemplate(file.text);
  const documents = template ? parseYaml(maskTemplate(file.text).text) : file.yaml();
  const found = documents.flatMap((document) => {
    const root: unknown = document.contents;
    const kind = scalarOf(valueAt(root, 'kind'))?.value;
    const version = String(scalarOf(valueAt(root, 'apiVersion'))?.value ?? '');
    if (kind === 'Rollout' && version.startsWith('argoproj.io/')) return argo(root, file.text);
    if (kind === 'Canary' && version.startsWith('flagger.app/')) return flagger(root, file.text);
    if (/Route$/.test(String(kind)) && version.startsWith('gateway.networking.k8s.io/')) return gateway(root);
    return [];
  });
  return { ...(found.length > 0 && { facts: { rollouts: found } }), problems: [] };
}

/** https://argo-rollouts.readthedocs.io/en/stable/features/specification/ */
function argo(root: unknown, text: string): RolloutFacts[] {
  const spec = valueAt(root, 'spec');
  const strategy = valueAt(spec, 'strategy');
  const key = entriesOf(strategy).find((entry) => entry.key === 'canary' || entry.key === 'blueGreen');
  if (!key) return [];
  const { value } = key;
  const templated = holdsTemplate(text, key.range);
  const target = textOf(valueAt(valueAt(spec, 'workloadRef'), 'name'))?.value;
  const services = ['canaryService', 'stableService', 'activeService'].flatMap(
    (name) => textOf(valueAt(value, name))?.value ?? [],
  );
  const base = {
    tool: 'Argo Rollouts' as const,
    ...nameOf(root),
    ...(target !== undefined && { target }),
    services,
    range: rangeOf(key.keyNode),
  };
  if (key.key === 'blueGreen') {
    const analysed = valueAt(value, 'prePromotionAnalysis', 'postPromotionAnalysis') !== undefined;
    const held = scalarOf(valueAt(value, 'autoPromotionEnabled'))?.value === false;
    const judged = templated ? 'unknown' : analysed ? 'analysis' : held ? 'person' : 'nobody';
    return [{ ...base, strategy: 'blue-green', judged }];
  }
  const steps = itemsOf(valueAt(value, 'steps'));
  const analysed =
    valueAt(value, 'analysis') !== undefined ||
    steps.some((step) => valueAt(step, 'analysis', 'experiment', 'plugin') !== undefined);
  const pauses = steps.flatMap((step) => entriesOf(step).filter((entry) => entry.key === 'pause'));
  const timed = pauses.filter((pause) => valueAt(pause.value, 'duration') !== undefined);
  const judged = templated
    ? 'unknown'
    : analysed
      ? 'analysis'
      : timed.length < pauses.length
        ? 'person'
        : 'nobody';
  const first = steps
    .map((step) => numberOf(valueAt(step, 'setWeight')))
    .find((weight) => weight !== undefined);
  const [pause] = timed;
  return [
    {
      ...base,
      strategy: 'canary',
      judged,
      ...(first && !templated && { first }),
      ...(pause && { pause: { start: rangeOf(pause.keyNode).end + 1, end: pause.range.end } }),
    },
  ];
}

/** https://docs.flagger.app/usage/how-it-works */
function flagger(root: unknown, text: string): RolloutFacts[] {
  const spec = valueAt(root, 'spec');
  const key = entriesOf(spec).find((entry) => entry.key === 'analysis' || entry.key === 'canaryAnalysis');
  const target = textOf(valueAt(valueAt(spec, 'targetRef'), 'name'))?.value;
  if (!key) return [];
  const templated = holdsTemplate(text, key.range);
  const hooks = itemsOf(valueAt(key.value, 'webhooks')).map(
    (hook) => textOf(valueAt(hook, 'type'))?.value ?? '',
  );
  // A webhook without a type is called at every step and may fail it.
  const measured =
    itemsOf(valueAt(key.value, 'metrics')).length > 0 ||
    hooks.some((type) => /^(?:(?:pre-)?rollout)?$/.test(type));
  const judged = templated
    ? 'unknown'
    : measured
      ? 'analysis'
      : hooks.some((type) => type.startsWith('confirm-'))
        ? 'person'
        : 'nobody';
  const weights = itemsOf(valueAt(key.value, 'stepWeights'));
  const first = numberOf(weights[0]) ?? numberOf(valueAt(key.value, 'stepWeight'));
  const mirrored = scalarOf(valueAt(key.value, 'mirror'))?.value === true;
  return [
    {
      tool: 'Flagger',
      strategy: first ? 'canary' : 'blue-green',
      ...nameOf(root),
      ...(target !== undefined && { target }),
      services: [],
      range: rangeOf(key.keyNode),
      judged,
      ...(first && !templated && !mirrored && { first }),
    },
  ];
}

/** https://gateway-api.sigs.k8s.io/guides/traffic-splitting/ */
function gateway(root: unknown): RolloutFacts[] {
  const split = itemsOf(valueAt(valueAt(root, 'spec'), 'rules')).flatMap((rule) => {
    const backends = itemsOf(valueAt(rule, 'backendRefs'));
    return backends.length > 1 && backends.some((backend) => valueAt(backend, 'weight') !== undefined)
      ? backends
      : [];
  });
  const [first] = split;
  if (!isMap(first)) return [];
  return [
    {
      tool: 'Gateway API',
      strategy: 'split',
      ...nameOf(root),
      services: split.flatMap((backend) => textOf(valueAt(backend, 'name'))?.value ?? []),
      range: rangeOf(first),
      judged: 'unknown',
    },
  ];
}

function nameOf(root: unknown): { readonly name?: Ranged<string> } {
  const name = textOf(valueAt(valueAt(root, 'metadata'), 'name'));
  return name ? { name } : {};
}

function holdsTemplate(
  text: string,
  { start, end }: { readonly start: number; readonly end: number },
): boolean {
  return text.slice(start, end).includes('{{');
}

function numberOf(node: unknown): Ranged<number> | undefined {
  const scalar = scalarOf(node);
  return typeof scalar?.value === 'number' ? { value: scalar.value, range: scalar.range } : undefined;
}

function itemsOf(node: unknown): readonly unknown[] {
  return isSeq(node) ? node.items : [];
}

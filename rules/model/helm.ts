/**
 * Puts the values of a Helm chart in place of what its templates leave open, as far as a template reads them plainly.
 * What the values settle stands in values.yaml from then on: every such fact names the file its range points into.
 */
import type {
  ContainerFacts,
  HelmChartFacts,
  HelmValuesFacts,
  KubernetesFacts,
  ProbeFacts,
  Reference,
  Templated,
  UnsetValues,
  WorkloadFacts,
} from '../artifacts/kubernetes/facts.ts';
import { chartOf, join } from './paths.ts';

/**
 * @param byPath the Kubernetes facts of every manifest
 * @param values of every values file
 * @param charts of every Chart.yaml
 * @returns the same facts, with the defaults of its chart in every template
 */
export function withHelmValues(
  byPath: ReadonlyMap<string, KubernetesFacts>,
  values: ReadonlyMap<string, HelmValuesFacts>,
  charts: ReadonlyMap<string, HelmChartFacts>,
): ReadonlyMap<string, KubernetesFacts> {
  if (values.size + charts.size === 0) return byPath;
  const filled = new Map<string, KubernetesFacts>();
  for (const [path, facts] of byPath) {
    const root = facts.template ? chartOf(path) : undefined;
    const file = root === undefined ? undefined : valuesFile(values, root);
    const chart = root === undefined ? undefined : charts.get(join(root, 'Chart.yaml'));
    const settled = file || chart ? fill(facts, new Values(file, values.get(file ?? ''), chart)) : facts;
    filled.set(path, settled);
  }
  return filled;
}

function valuesFile(values: ReadonlyMap<string, HelmValuesFacts>, root: string): string | undefined {
  return ['values.yaml', 'values.yml'].map((name) => join(root, name)).find((path) => values.has(path));
}

type Scalar = string | number | boolean;

/** What one chart's templates are filled with. */
class Values {
  constructor(
    readonly file: string | undefined,
    readonly facts: HelmValuesFacts | undefined,
    readonly chart: HelmChartFacts | undefined,
  ) {}

  /** A value that says something; empty text and null are as good as none to Helm. */
  scalar(
    path: string | undefined,
  ): { value: Scalar; range: Templated<Scalar>['range']; file?: string } | undefined {
    if (path === undefined) return undefined;
    const own = /^\.Chart\.(Name|Version|AppVersion)$/.exec(path)?.[1];
    // The chart's own name is nobody's default: the place stays the template's.
    if (own !== undefined) return this.chart?.[ownFields[own as keyof typeof ownFields]];
    const found = lookUp(this.facts?.scalars, path);
    if (!found || found.value === null || found.value === '') return undefined;
    return { value: found.value, range: found.range, file: this.file };
  }

  /** What stands at a path when it is left empty: `{}`, or nothing after the key. */
  unset(path: string | undefined): UnsetValues | undefined {
    if (path === undefined || this.file === undefined) return undefined;
    const block = lookUp(this.facts?.blocks, path);
    if (block?.empty) return { file: this.file, range: block.range, value: block.value };
    const scalar = lookUp(this.facts?.scalars, path);
    return scalar?.value === null ? { file: this.file, range: scalar.range } : undefined;
  }

  block(path: string | undefined) {
    return path === undefined ? undefined : lookUp(this.facts?.blocks, path);
  }
}

const ownFields = { Name: 'name', Version: 'version', AppVersion: 'appVersion' } as const;

function lookUp<T>(record: Readonly<Record<string, T>> | undefined, key: string): T | undefined {
  return record && Object.hasOwn(record, key) ? record[key] : undefined;
}

function fill(facts: KubernetesFacts, values: Values): KubernetesFacts {
  const workloads = facts.workloads.map((workload): WorkloadFacts => ({
    ...workload,
    containers: workload.containers.map((container) => fillContainer(container, values)),
  }));
  return fillLeaves({ ...facts, workloads }, values);
}

function fillContainer(container: ContainerFacts, values: Values): ContainerFacts {
  const unset: Partial<Record<ProbeFacts['kind'], UnsetValues>> = {};
  const probes: Partial<Record<ProbeFacts['kind'], ProbeFacts>> = {};
  for (const kind of ['readiness', 'liveness', 'startup'] as const) {
    const probe = container[kind];
    const left = values.unset(probe?.values);
    if (left) unset[kind] = left;
    else if (probe) probes[kind] = fillProbe(probe, values);
  }
  return {
    ...container,
    readiness: probes.readiness,
    liveness: probes.liveness,
    startup: probes.startup,
    ...fillResources(container, values),
    ...(Object.keys(unset).length > 0 && { unset }),
  };
}

function fillProbe(probe: ProbeFacts, values: Values): ProbeFacts {
  const block = values.block(probe.values)?.probe;
  return block && values.file !== undefined
    ? { ...probe, ...inFile(block, values.file), kind: probe.kind, file: values.file }
    : probe;
}

function fillResources(container: ContainerFacts, values: Values): Partial<ContainerFacts> {
  const { resources } = container;
  const left = values.unset(resources?.values);
  if (resources && left) return { resources: { ...left, templated: false, values: resources.values } };
  const block = values.block(resources?.values);
  const file = values.file;
  if (!resources || !block || file === undefined || !(block.requests ?? block.limits)) return {};
  return {
    resources: { range: block.range, value: block.value, templated: false, values: resources.values, file },
    requests: inFile(block.requests ?? {}, file),
    limits: inFile(block.limits ?? {}, file),
  };
}

/** Marks every value of a block as standing in this file. */
function inFile<T extends object>(block: T, file: string): T {
  const entries = Object.entries(block).map(([key, value]: [string, unknown]) => [
    key,
    isTemplated(value) ? { ...value, file } : value,
  ]);
  return Object.fromEntries(entries) as T;
}

/** Fields that hold numbers; everything else that a template may decide is text. */
const numeric = new Set([
  ...['replicas', 'port', 'targetPort', 'min', 'max'],
  ...['initialDelaySeconds', 'periodSeconds', 'timeoutSeconds', 'successThreshold', 'failureThreshold'],
  ...['activeDeadlineSeconds', 'ttlSecondsAfterFinished', 'startingDeadlineSeconds'],
]);

/** Settles every unknown value below a fact; what is settled already is kept as it is. */
function fillLeaves<T>(fact: T, values: Values, key = ''): T {
  if (typeof fact !== 'object' || fact === null) return fact;
  if (Array.isArray(fact)) return fact.map((item: unknown) => fillLeaves(item, values, key)) as T;
  if (isTemplated(fact)) return (fact.known ? fact : settle(fact, values, numeric.has(key))) as T;
  const entries = Object.entries(fact).map(([name, value]) => [
    name,
    fillLeaves<unknown>(value, values, name),
  ]);
  return Object.fromEntries(entries) as T;
}

function settle(unknown: Templated<unknown> & { known: false }, values: Values, wantsNumber: boolean) {
  const { range } = unknown;
  const typed = (value: unknown): unknown =>
    wantsNumber && /^\d+$/.test(String(value)) ? Number(value) : String(value);
  if (unknown.parts) {
    const texts = unknown.parts.map((part) => (typeof part === 'string' ? part : textOf(part, values)));
    return texts.includes(undefined) ? unknown : { known: true, value: texts.join(''), range };
  }
  const found = values.scalar(unknown.values);
  if (found)
    return {
      known: true,
      value: typed(found.value),
      range: found.file ? found.range : range,
      file: found.file,
    };
  const text = textOf(unknown, values);
  return text === undefined ? unknown : { known: true, value: typed(text), range };
}

/** The text a reference comes out as. */
function textOf(
  { values: path, fallback, fallbackValues }: Reference<unknown>,
  values: Values,
): string | undefined {
  const found = values.scalar(path)?.value ?? fallback ?? values.scalar(fallbackValues)?.value;
  return found === undefined ? undefined : String(found);
}

function isTemplated(value: unknown): value is Templated<unknown> {
  return typeof value === 'object' && value !== null && 'known' in value && 'range' in value;
}

/**
 * Kubernetes objects of all files as a cluster would have them: every object as it is written, copies and all, and which
 * of them select or name which. It knows manifests only, and never whether a repository holds all that is deployed.
 */
import type {
  AutoscalerFacts,
  DisruptionBudgetFacts,
  IngressFacts,
  KubernetesFacts,
  KubernetesObject,
  KubernetesServiceFacts,
  MonitorFacts,
  NetworkPolicyFacts,
  NodePoolFacts,
  SelectorFacts,
  SettingsFacts,
  WorkloadFacts,
} from '../artifacts/kubernetes/facts.ts';
import type { InFile } from './model.ts';
import { folderOf, resolve } from './paths.ts';
import { push } from '../groups.ts';

/** The facts of one object, the object itself, and whether a template writes it. */
export interface Deployed<T> extends InFile<T> {
  readonly object: KubernetesObject;
  readonly template: boolean;
}

export type Pods = Deployed<WorkloadFacts>;

/**
 * `exact`: objects without namespace are in one of their own, as linters of single files have it. `possible`: they may be
 * in any, since whoever applies them says where.
 */
export type Namespaces = 'exact' | 'possible';

type Labels = Readonly<Record<string, string>>;
type Selector = Pick<SelectorFacts, 'labels' | 'expressions'>;

export class Cluster {
  readonly objects: readonly Deployed<KubernetesObject>[];
  readonly pods: readonly Pods[];
  readonly services: readonly Deployed<KubernetesServiceFacts>[];
  readonly ingresses: readonly Deployed<IngressFacts>[];
  readonly autoscalers: readonly Deployed<AutoscalerFacts>[];
  readonly budgets: readonly Deployed<DisruptionBudgetFacts>[];
  readonly monitors: readonly Deployed<MonitorFacts>[];
  readonly networkPolicies: readonly Deployed<NetworkPolicyFacts>[];
  readonly settings: readonly Deployed<SettingsFacts>[];
  readonly nodePools: readonly Deployed<NodePoolFacts>[];
  /** Names of the ConfigMaps and Secrets that kustomizations make. */
  readonly generated: ReadonlySet<string>;
  readonly #patchFiles = new Set<string>();
  readonly #podsByLabel = new Map<string, Pods[]>();
  readonly #byName = new Map<string, Deployed<KubernetesObject>[]>();

  constructor(byPath: ReadonlyMap<string, KubernetesFacts>) {
    const all = <T extends { readonly object: number }>(
      of: (facts: KubernetesFacts) => readonly T[],
    ): Deployed<T>[] =>
      [...byPath].flatMap(([file, facts]) =>
        of(facts).map((one) => ({
          file,
          facts: one,
          object: facts.objects[one.object]!,
          template: facts.template,
        })),
      );
    this.objects = [...byPath].flatMap(([file, { objects, template }]) =>
      objects.map((object) => ({ file, facts: object, object, template })),
    );
    this.pods = all(({ workloads }) => workloads);
    // Kubernetes takes none without a name: a program fills it in.
    const isNamed = ({ object: { name }, template }: Deployed<unknown>): boolean => name.known || template;
    this.services = all(({ services }) => services);
    this.ingresses = all(({ ingresses }) => ingresses);
    this.autoscalers = all(({ autoscalers }) => autoscalers).filter(isNamed);
    this.budgets = all(({ budgets }) => budgets).filter(isNamed);
    this.monitors = all(({ monitors }) => monitors);
    this.networkPolicies = all(({ networkPolicies }) => networkPolicies);
    this.settings = all(({ settings }) => settings);
    this.nodePools = all(({ nodePools }) => nodePools);
    this.generated = new Set(
      [...byPath.values()].flatMap(({ kustomization }) => kustomization?.generates ?? []),
    );
    for (const [file, { kustomization }] of byPath)
      for (const patch of kustomization?.patches ?? []) {
        const path = resolve(folderOf(file), patch);
        if (path !== undefined) this.#patchFiles.add(path);
      }
    for (const pods of this.pods)
      for (const label of Object.entries(pods.facts.podLabels))
        push(this.#podsByLabel, label.join('='), pods);
    for (const one of this.objects) {
      const { name } = one.object;
      if (name.known) push(this.#byName, name.value, one);
    }
  }

  /** Whether it is all of an object, and no patch of one. */
  isWhole({ file, facts }: Pods): boolean {
    if (this.#patchFiles.has(file)) return false;
    return !facts.patch || (facts.selector !== undefined && Object.keys(facts.podLabels).length > 0);
  }

  /** Objects of this name, patches among them. */
  named(name: string): readonly Deployed<KubernetesObject>[] {
    return this.#byName.get(name) ?? [];
  }

  /**
   * Whether a Service of the very namespace selects pods with these labels, as kube-score has it: one without a selector
   * selects all.
   */
  isServed(labels: Labels, namespace: string | undefined): boolean {
    return this.services.some(
      ({ object, facts }) =>
        object.namespace === namespace &&
        !facts.selectorTemplated &&
        matches({ labels: facts.selector, expressions: [] }, labels),
    );
  }

  /** The pods that a selector chooses, among those whose labels are plain. */
  podsSelectedBy(selector: Selector, namespace: string | undefined, namespaces: Namespaces): readonly Pods[] {
    const [label] = Object.entries(selector.labels);
    const candidates = label ? (this.#podsByLabel.get(label.join('=')) ?? []) : this.pods;
    return candidates.filter(
      ({ facts, object }) =>
        isIn(object.namespace, namespace, namespaces) && matches(selector, facts.podLabels),
    );
  }
}

/** Whether a selector chooses something with these labels; an empty one chooses everything. */
export function matches({ labels, expressions }: Selector, found: Labels): boolean {
  return (
    Object.entries(labels).every(([key, value]) => valueOf(found, key) === value) &&
    expressions.every(({ key, operator, values }) => {
      const value = valueOf(found, key);
      switch (operator) {
        case 'In':
          return value !== undefined && values.includes(value);
        case 'NotIn':
          return value === undefined || !values.includes(value);
        case 'Exists':
          return value !== undefined;
        case 'DoesNotExist':
          return value === undefined;
        default:
          return true;
      }
    })
  );
}

export function isIn(a: string | undefined, b: string | undefined, namespaces: Namespaces): boolean {
  return a === b || (namespaces === 'possible' && (a === undefined || b === undefined));
}

function valueOf(labels: Labels, key: string): string | undefined {
  return Object.hasOwn(labels, key) ? labels[key] : undefined;
}

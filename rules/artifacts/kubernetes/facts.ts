import type { Ranged, TextRange } from '../../text.ts';

/** A value that a template decides when it is rendered is `unknown`. */
export type Templated<T> =
  | { readonly known: true; readonly value: T; readonly range: TextRange }
  | { readonly known: false; readonly range: TextRange };

export interface KubernetesFacts {
  /** The file is a Helm template: `{{ }}` was masked. */
  readonly template: boolean;
  readonly objects: readonly KubernetesObject[];
  readonly workloads: readonly WorkloadFacts[];
  readonly services: readonly KubernetesServiceFacts[];
  readonly ingresses: readonly IngressFacts[];
  readonly autoscalers: readonly AutoscalerFacts[];
  /** A kustomization: what it lists, relative to its own folder. */
  readonly kustomization?: KustomizationFacts;
}

export interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: Templated<string>;
  readonly namespace?: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  /** The whole document. */
  readonly range: TextRange;
  readonly kindRange: TextRange;
}

/** Anything with a pod template: Deployment, StatefulSet, DaemonSet, Job, CronJob, Rollout, Knative Service, Pod … */
export interface WorkloadFacts {
  /** Index into `objects`. */
  readonly object: number;
  readonly replicas?: Templated<number>;
  readonly podLabels: Readonly<Record<string, string>>;
  readonly podAnnotations: Readonly<Record<string, string>>;
  /** Labels hold template text, so a selector may or may not match. */
  readonly labelsTemplated: boolean;
  readonly containers: readonly ContainerFacts[];
  /** `$patch: delete`, or no image in any container: a kustomize patch, not a workload of its own. */
  readonly patch: boolean;
  /** A Helm hook such as `test`. */
  readonly hook: boolean;
}

export interface ContainerFacts {
  readonly name: Templated<string>;
  readonly image?: Templated<string>;
  readonly init: boolean;
  /** The container's mapping (without the `- `). */
  readonly range: TextRange;
  readonly ports: readonly {
    readonly port: Templated<number>;
    readonly name?: string;
    readonly protocol?: string;
  }[];
  readonly readiness?: ProbeFacts;
  readonly liveness?: ProbeFacts;
  readonly startup?: ProbeFacts;
  readonly requests: { readonly cpu?: Templated<string>; readonly memory?: Templated<string> };
  readonly limits: { readonly cpu?: Templated<string>; readonly memory?: Templated<string> };
  /** The `resources` key, present or not; `templated` when a template fills it. */
  readonly resources?: { readonly range: TextRange; readonly templated: boolean };
  /** Part of the container is filled by a template (`toYaml .Values.…`), so a missing key proves nothing. */
  readonly templated: boolean;
  /** null: set, but not as a plain value. */
  readonly environment: Readonly<Record<string, Ranged<string> | null>>;
  readonly command: readonly string[];
  readonly args: readonly string[];
}

export interface ProbeFacts {
  readonly kind: 'liveness' | 'readiness' | 'startup';
  readonly handler: 'http' | 'grpc' | 'tcp' | 'exec' | 'unknown';
  readonly range: TextRange;
  readonly path?: Templated<string>;
  /** A number, or the name of a container port. */
  readonly port?: Templated<number | string>;
  readonly command: readonly string[];
}

export interface KubernetesServiceFacts {
  readonly object: number;
  readonly type?: string;
  readonly selector: Readonly<Record<string, string>>;
  readonly selectorTemplated: boolean;
  readonly ports: readonly {
    readonly port: Templated<number>;
    readonly targetPort?: Templated<number | string>;
    readonly name?: string;
  }[];
}

export interface IngressFacts {
  readonly object: number;
  readonly backends: readonly { readonly service: Templated<string>; readonly path?: string }[];
  /** A health-check path in an annotation of a known controller. */
  readonly healthPath?: Ranged<string>;
}

export interface AutoscalerFacts {
  readonly object: number;
  readonly target: { readonly kind: string; readonly name: Templated<string> };
  readonly min?: Templated<number>;
  readonly max?: Templated<number>;
}

export interface KustomizationFacts {
  readonly resources: readonly string[];
  readonly patches: readonly string[];
}

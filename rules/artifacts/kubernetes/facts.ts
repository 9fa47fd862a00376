import type { Ranged, TextRange } from '../../text.ts';

/** A value that a template decides when it is rendered is `unknown`. */
export type Templated<T> =
  | ({ readonly known: true; readonly value: T; readonly range: TextRange } & FromValues)
  | ({ readonly known: false; readonly range: TextRange } & Reference<T> & {
        /** Text and references in turn, where the value is put together from them: an image's repository and tag. */
        readonly parts?: readonly (string | Reference<string>)[];
      });

/** What a template reads when it reads one thing. */
export interface Reference<T> {
  /** `image.tag` for `.Values.image.tag`; `.Chart.Name` for the chart's own. */
  readonly values?: string;
  /** The literal it falls back to when the values say nothing. */
  readonly fallback?: T;
  /** The reference it falls back to. */
  readonly fallbackValues?: string;
}

/** Joined facts only: the values file that a range points into, where it is not the template's own file. */
export interface FromValues {
  readonly file?: string;
}

export interface KubernetesFacts {
  /** The file is a Helm template: `{{ }}` was masked. */
  readonly template: boolean;
  readonly objects: readonly KubernetesObject[];
  readonly workloads: readonly WorkloadFacts[];
  readonly services: readonly KubernetesServiceFacts[];
  readonly ingresses: readonly IngressFacts[];
  readonly autoscalers: readonly AutoscalerFacts[];
  readonly budgets: readonly DisruptionBudgetFacts[];
  readonly monitors: readonly MonitorFacts[];
  readonly networkPolicies: readonly NetworkPolicyFacts[];
  readonly settings: readonly SettingsFacts[];
  readonly nodePools: readonly NodePoolFacts[];
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
  /** Labels hold template text, or a template puts out some of them. */
  readonly labelsTemplated?: true;
  /** The whole document. */
  readonly range: TextRange;
  readonly kindRange: TextRange;
  readonly apiVersionRange: TextRange;
  /** A template asks the cluster which versions it has, so this may be the one for an old cluster. */
  readonly versionDepends?: true;
  readonly metadata?: MappingFacts;
}

/** A mapping that keys may be missing from. */
export interface MappingFacts {
  readonly range: TextRange;
  /** A template may add keys. */
  readonly templated: boolean;
}

/** Anything with a pod template: Deployment, StatefulSet, DaemonSet, Job, CronJob, Rollout, Knative Service, Pod … */
export interface WorkloadFacts {
  /** Index into `objects`. */
  readonly object: number;
  readonly replicas?: Templated<number>;
  /** Earlier versions that are kept, to go back to. */
  readonly revisionHistoryLimit?: Templated<number>;
  /**
   * As written, `{{ }}` and all. Whole lines that a template puts out are entries too, the expression as key and `''` as
   * value: so the same `include` in a selector and in a pod's labels is seen to match.
   */
  readonly podLabels: Readonly<Record<string, string>>;
  readonly podAnnotations: Readonly<Record<string, string>>;
  /** Its pods ask to be scraped. */
  readonly scrape?: ScrapeFacts;
  /** Labels hold template text, so a selector may or may not match. */
  readonly labelsTemplated: boolean;
  /** A pod keeps data on a volume of its own, which a second one cannot share. */
  readonly keepsData: boolean;
  /** Of the pods it looks after. */
  readonly selector?: SelectorFacts;
  readonly serviceAccount?: Templated<string>;
  /** Of a StatefulSet: the Service that gives its pods their names. */
  readonly serviceName?: Templated<string>;
  readonly containers: readonly ContainerFacts[];
  /** `$patch: delete`, or no image in any container: a kustomize patch, not a workload of its own. */
  readonly patch: boolean;
  /** `$patch` is written in it: a patch without doubt. */
  readonly marked?: true;
  /** A Helm hook such as `test`. */
  readonly hook: boolean;
  /** Whether the pod is started again when it ends: `Never` and `OnFailure` are for work that does. */
  readonly restartPolicy?: string;
  /** The seconds a pod has from SIGTERM, or from its preStop hook, until it is killed. */
  readonly gracePeriod?: Templated<number>;
  readonly spec?: MappingFacts;
  readonly strategy?: StrategyFacts;
  readonly placement?: PlacementFacts;
  readonly job?: JobFacts;
}

/** How pods are replaced: `strategy` of a Deployment, `updateStrategy` of a StatefulSet or DaemonSet. */
export interface StrategyFacts {
  /** The key. */
  readonly range: TextRange;
  readonly type?: Templated<string>;
  /** As written: a number or a percentage. */
  readonly maxUnavailable?: Templated<string>;
  /** A template decides it, or a part of it. */
  readonly templated: boolean;
}

/** Where pods may run and what ties them to one place. */
export interface PlacementFacts {
  /** The pod's spec. */
  readonly pod: MappingFacts;
  /** A template decides the affinity or the spread constraints, or may. */
  readonly templated: boolean;
  /** Terms of `podAntiAffinity`, required and preferred. */
  readonly apart: readonly AffinityTerm[];
  /** `topologySpreadConstraints` */
  readonly spreads: readonly SpreadFacts[];
}

export interface SpreadFacts {
  /** The item. */
  readonly range: TextRange;
  /** A template decides a part of it. */
  readonly templated: boolean;
  readonly topologyKey?: Templated<string>;
  readonly maxSkew?: Templated<number>;
  readonly whenUnsatisfiable?: Templated<string>;
  /** undefined: none is written, which selects nothing. */
  readonly selector?: LabelSelector;
}

export interface AffinityTerm {
  readonly topologyKey?: string;
  readonly namespaces: readonly string[];
  /** undefined: none is written, which selects nothing. */
  readonly selector?: LabelSelector;
}

export interface LabelSelector {
  readonly labels: Readonly<Record<string, string>>;
  readonly expressions: readonly {
    readonly key: string;
    readonly operator: string;
    readonly values: readonly string[];
  }[];
}

/** What bounds a Job, or each Job that a CronJob starts. */
export interface JobFacts {
  readonly spec: MappingFacts;
  readonly pod?: MappingFacts;
  readonly activeDeadlineSeconds?: Templated<number>;
  readonly ttlSecondsAfterFinished?: Templated<number>;
  readonly restartPolicy?: Templated<string>;
  /** A CronJob's own. */
  readonly schedule?: {
    readonly spec: MappingFacts;
    readonly concurrencyPolicy?: Templated<string>;
    readonly startingDeadlineSeconds?: Templated<number>;
    readonly suspended: boolean;
  };
}

export interface ContainerFacts {
  readonly name: Templated<string>;
  readonly image?: Templated<string>;
  readonly pullPolicy?: Templated<string>;
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
  readonly requests: ResourceQuantities;
  readonly limits: ResourceQuantities;
  /** The `resources` key, where there is one. */
  readonly resources?: ResourcesFacts;
  /** Where its `securityContext`, or that of its pod, keeps it from starting as root. */
  readonly nonRoot?: TextRange;
  /** Joined facts only: probes that the template takes from values which leave them empty. */
  readonly unset?: Readonly<Partial<Record<ProbeFacts['kind'], UnsetValues>>>;
  /** Joined facts only: the kustomization that gives the image its tag or digest. */
  readonly imageSetBy?: string;
  /** Part of the container is filled by a template (`toYaml .Values.…`), so a missing key proves nothing. */
  readonly templated: boolean;
  /** null: set, but not as a plain value. */
  readonly environment: Readonly<Record<string, Ranged<string> | null>>;
  /** Variables that are set again further down, which alone counts. */
  readonly overridden?: readonly OverriddenVariable[];
  /** ConfigMaps and Secrets that its environment is taken from. */
  readonly references: readonly SettingsReference[];
  readonly command: readonly string[];
  readonly args: readonly string[];
  /** The seconds its preStop hook sleeps. */
  readonly preStop?: Ranged<number>;
}

export interface ResourceQuantities {
  readonly cpu?: Templated<string>;
  readonly memory?: Templated<string>;
  readonly ephemeralStorage?: Templated<string>;
}

export interface OverriddenVariable {
  readonly name: string;
  /** The name, as it stands here. */
  readonly range: TextRange;
  readonly item: TextRange;
  /** The name of the last one. */
  readonly last: TextRange;
}

export interface UnsetValues {
  readonly file: string;
  /** The key. */
  readonly range: TextRange;
  /** The empty mapping, where one is written. */
  readonly value?: TextRange;
}

export interface ResourcesFacts extends FromValues {
  /** The key. */
  readonly range: TextRange;
  /** The mapping under it, where one is written. */
  readonly value?: TextRange;
  /** A template fills it, or a part of it. */
  readonly templated: boolean;
  /** It is this block of the values and nothing else. */
  readonly values?: string;
}

export interface ProbeFacts extends FromValues {
  readonly kind: 'liveness' | 'readiness' | 'startup';
  readonly handler: 'http' | 'grpc' | 'tcp' | 'exec' | 'unknown';
  /** The key. */
  readonly range: TextRange;
  /** The mapping under it, where one is written. */
  readonly value?: TextRange;
  /** It is this block of the values and nothing else. */
  readonly values?: string;
  readonly path?: Templated<string>;
  /** A number, or the name of a container port. */
  readonly port?: Templated<number | string>;
  readonly command: readonly string[];
  readonly timing: ProbeTiming;
}

/** As written: what is left out has Kubernetes' default. */
export interface ProbeTiming {
  readonly initialDelaySeconds?: Templated<number>;
  readonly periodSeconds?: Templated<number>;
  readonly timeoutSeconds?: Templated<number>;
  readonly successThreshold?: Templated<number>;
  readonly failureThreshold?: Templated<number>;
}

export interface KubernetesServiceFacts {
  readonly object: number;
  /** Its name, or else its kind. */
  readonly range?: TextRange;
  readonly type?: string;
  readonly selector: Readonly<Record<string, string>>;
  readonly selectorTemplated: boolean;
  /** The `selector` key. */
  readonly selectorRange?: TextRange;
  /** `clusterIP: None` */
  readonly headless: boolean;
  readonly ports: readonly {
    readonly port: Templated<number>;
    readonly targetPort?: Templated<number | string>;
    /** The target is text, even if it is made of digits: it is a name then. */
    readonly targetIsName?: true;
    readonly name?: string;
    readonly protocol?: string;
  }[];
  /** A template puts out ports of its own. */
  readonly portsTemplated: boolean;
  /** It asks for the pods behind it to be scraped. */
  readonly scrape?: ScrapeFacts;
  /** A health-check path in an annotation of a known cloud's load balancer. */
  readonly healthPath?: Ranged<string>;
}

export interface IngressFacts {
  readonly object: number;
  readonly backends: readonly {
    readonly service: Templated<string>;
    readonly path?: string;
    readonly port?: Templated<number | string>;
    /** For whatever no rule takes. */
    readonly isDefault?: true;
  }[];
  /** A health-check path in an annotation of a known controller. */
  readonly healthPath?: Ranged<string>;
}

export interface AutoscalerFacts {
  readonly object: number;
  readonly target: {
    readonly kind: string;
    readonly name: Templated<string>;
    readonly apiVersion?: string;
  };
  readonly min?: Templated<number>;
  readonly max?: Templated<number>;
  /** The mapping under `spec`. */
  readonly spec?: TextRange;
  /** What it scales on, as far as it is CPU or memory of its own pods. */
  readonly metrics: readonly {
    readonly resource: 'cpu' | 'memory';
    /** Measured against what is requested, not in absolute terms. */
    readonly relative: boolean;
    /** Of this container alone. */
    readonly container?: string;
    readonly range: TextRange;
  }[];
}

/** matchLabels and matchExpressions, or the plain map of a Service or ReplicationController. */
export interface SelectorFacts {
  /** The key it stands under. */
  readonly range: TextRange;
  readonly labels: Readonly<Record<string, string>>;
  readonly expressions: readonly {
    readonly key: string;
    /** `In`, `NotIn`, `Exists`, `DoesNotExist`. */
    readonly operator: string;
    readonly values: readonly string[];
  }[];
  /** A template decides a part of it. */
  readonly templated: boolean;
}

export interface DisruptionBudgetFacts {
  readonly object: number;
  readonly selector?: SelectorFacts;
  /** Pods or, with `%`, a share of them. */
  readonly minAvailable?: Templated<string>;
  readonly maxUnavailable?: Templated<string>;
  readonly evictionPolicy?: Templated<string>;
  /** The mapping under `spec`. */
  readonly range?: TextRange;
  /** A template adds to it. */
  readonly templated: boolean;
}

/** A ServiceMonitor or PodMonitor. */
export interface MonitorFacts {
  readonly object: number;
  readonly selector?: SelectorFacts;
  /** Where it looks; undefined: in its own namespace. */
  readonly namespaces?: readonly string[] | 'any';
  readonly endpoints: readonly MonitorEndpoint[];
}

/** What a monitor asks each pod that it finds. */
export interface MonitorEndpoint {
  readonly range: TextRange;
  /** The name of a Service's port, or of a container's for a PodMonitor. */
  readonly port?: Templated<string>;
  /** A container's port. */
  readonly targetPort?: Templated<number | string>;
  /** `/metrics` where none is written. */
  readonly path?: Templated<string>;
  /** A template or a relabelling decides what is asked. */
  readonly open: boolean;
}

/** `prometheus.io/scrape: "true"` and what stands beside it. */
export interface ScrapeFacts {
  /** The key. */
  readonly range: TextRange;
  readonly port?: Templated<number | string>;
  readonly path?: Templated<string>;
}

export interface NetworkPolicyFacts {
  readonly object: number;
  readonly selector?: SelectorFacts;
  /** Pods that its rules name, where they name no namespaces and no addresses beside. */
  readonly peers: readonly SelectorFacts[];
}

/** A ConfigMap or Secret, or what becomes one in the cluster: a SealedSecret, an ExternalSecret. */
export interface SettingsFacts {
  readonly object: number;
  readonly kind: 'ConfigMap' | 'Secret';
  /** In the cluster. */
  readonly name: Templated<string>;
  readonly keys: readonly string[];
  /** Of a ConfigMap: what stands on one line. */
  readonly values?: Readonly<Record<string, Ranged<string>>>;
  /** False where more keys come from elsewhere. */
  readonly complete: boolean;
}

export interface SettingsReference {
  readonly kind: 'ConfigMap' | 'Secret';
  readonly name: Templated<string>;
  /** undefined: every key, as `envFrom` has it. */
  readonly key?: Templated<string>;
  readonly optional: boolean;
}

export interface KustomizationFacts {
  /** `resources`, `bases` and `components`. */
  readonly resources: readonly string[];
  /** Files of patches. */
  readonly patches: readonly string[];
  /** What its patches change, as far as the kustomization says so itself. */
  readonly changes: readonly KustomizationChange[];
  /** Names of images that it gives a tag or digest. */
  readonly images: readonly string[];
  /** Names of the ConfigMaps and Secrets that it makes. */
  readonly generates: readonly string[];
}

/** A change of objects that a kustomization makes: `replicas`, or a patch of its own or with a target. */
export interface KustomizationChange {
  /** undefined: of any kind. */
  readonly kind?: string;
  /** A name, or a pattern of names; undefined: of any name. */
  readonly name?: string;
  /** For a patch in a file, that file: it may say itself what it changes. */
  readonly file?: string;
  /** JSON pointers of what is changed; `''` where it is not known. */
  readonly paths: readonly string[];
  /** The number of replicas it sets. */
  readonly replicas?: Templated<number>;
}

/** A chart's values.yaml, or another file of values for it. */
export interface HelmValuesFacts {
  /** Leaves by dotted path; `null` where a key has no value. Below lists nothing is read. */
  readonly scalars: Readonly<Record<string, Ranged<string | number | boolean | null>>>;
  /** Mappings by dotted path that are empty, or read like a probe or a container's resources. */
  readonly blocks: Readonly<Record<string, ValuesBlock>>;
}

export interface ValuesBlock {
  /** The key. */
  readonly range: TextRange;
  /** The mapping, `{}` included. */
  readonly value: TextRange;
  readonly empty: boolean;
  /** What it says when it stands for a probe. */
  readonly probe?: Omit<ProbeFacts, 'kind'>;
  /** What it says when it stands for `resources`. */
  readonly requests?: ContainerFacts['requests'];
  readonly limits?: ContainerFacts['limits'];
}

/** Chart.yaml. */
export interface HelmChartFacts {
  readonly name?: Ranged<string>;
  readonly version?: Ranged<string>;
  readonly appVersion?: Ranged<string>;
}

/** What Karpenter adds nodes from: a NodePool, or a Provisioner as it was called before. */
export interface NodePoolFacts {
  readonly object: number;
  /** Something says how much it may add at most. */
  readonly limited: boolean;
}

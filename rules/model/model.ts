/**
 * The model: the facts of all files, joined, with the evidence for every join. It holds no text, knows no rule and no
 * editor, and is never changed once built.
 */
import type { CatalogFacts, CodeownersEntry, OwnersFileFacts } from '../artifacts/codeowners/facts.ts';
import type { CollectorFacts } from '../artifacts/collector/facts.ts';
import type { ComposeServiceFacts, Written } from '../artifacts/compose/facts.ts';
import type { Configuration, ServiceConfiguration } from '../artifacts/configuration/facts.ts';
import type { AlertmanagerConfiguration } from '../artifacts/alertmanager/facts.ts';
import type { DashboardFacts } from '../artifacts/dashboards/facts.ts';
import type { DockerfileFacts } from '../artifacts/dockerfile/facts.ts';
import type { DockerignoreFacts } from '../artifacts/dockerignore/facts.ts';
import type { FlagDefinitionFacts, FlagFormat } from '../artifacts/flags/facts.ts';
import type {
  AutoscalerFacts,
  ContainerFacts,
  HelmValuesFacts,
  IngressFacts,
  KubernetesObject,
  KubernetesServiceFacts,
  WorkloadFacts,
} from '../artifacts/kubernetes/facts.ts';
import type { GitopsFacts } from '../artifacts/gitops/facts.ts';
import type { MarkdownFacts } from '../artifacts/markdown/facts.ts';
import type { ForeignManifestFacts, PackageFacts, TaskFacts } from '../artifacts/packages/facts.ts';
import type { PlanFacts } from '../artifacts/plan/facts.ts';
import type { AlertFacts, RecordingFacts } from '../artifacts/prometheus/facts.ts';
import type { ScrapeJob } from '../artifacts/scrapes/facts.ts';
import type { RolloutFacts } from '../artifacts/rollouts/facts.ts';
import type { SloFacts } from '../artifacts/slo/facts.ts';
import type {
  FanOutFact,
  FlagReadFact,
  LocalStateFact,
  MetricFact,
  OutgoingCallFact,
  RetryFact,
  ScheduleFact,
  SignalFact,
  SourceFacts,
  StoreFact,
  SwallowedErrorFact,
  TracingFact,
} from '../artifacts/source/facts.ts';
import type { TerraformFacts } from '../artifacts/terraform/facts.ts';
import type { UpdateFacts } from '../artifacts/updates/facts.ts';
import type { Evidence, Place } from '../text.ts';
import type { Events } from './events.ts';
import type { OwnerDialect } from './ownerPattern.ts';
import type { Cluster } from './cluster.ts';
import type { Pipelines } from './pipelines.ts';
import type { Migration } from './migrations.ts';

/** A fact and the file it stands in. */
export interface InFile<T> {
  readonly file: string;
  readonly facts: T;
}

/** A value and its full place. */
export interface Located<T> {
  readonly value: T;
  readonly at: Place;
}

/** The place of something a file's facts hold; a fact settled by a values file stands there. */
export function place(
  file: string,
  fact: { readonly range: Place['range']; readonly file?: string } | undefined,
): Place {
  return fact?.range ? { file: fact.file ?? file, range: fact.range } : { file };
}

/** A fact's value with its full place. */
export function located<T>(file: string, fact: Written<T>): Located<T> {
  return { value: fact.value, at: place(file, fact) };
}

/** The paths of the workspace, without ignored ones: what a link or a COPY can point at. */
export interface FileIndex {
  has(path: string): boolean;
  hasFolder(path: string): boolean;
  /** Whether this very file was listed: unlike `has`, false for what may or may not be below a path not looked into. */
  lists(path: string): boolean;
  /** Everything in this folder and below. */
  under(folder: string): readonly string[];
}

/** Why a path is not production: material of tests, examples and the like is judged mildly or not at all. */
export type Role = 'production' | 'test' | 'example' | 'tool';

export interface Model {
  readonly files: FileIndex;
  readonly configuration: Configuration;
  /** Today, as ISO date; dates are compared with it and never with the clock. */
  readonly today: string;
  /** Where to report what the repository lacks as a whole: its README or first manifest. */
  readonly root: Place;
  readonly services: readonly Service[];
  /** Calls between services of this workspace, as far as their environments, code and settings name each other. */
  readonly dependencies: readonly Dependency[];
  readonly dockerfiles: readonly Dockerfile[];
  /** What keeps files out of build contexts, by path. */
  readonly dockerignores: ReadonlyMap<string, DockerignoreFacts>;
  readonly composeServices: readonly ComposeService[];
  readonly workloads: readonly Workload[];
  /** Manifests without an image that no kustomization lists: parts of workloads, or workloads not yet written to the end. */
  readonly workloadFragments: readonly Workload[];
  /** The other places where a workload is written, each as it stands there: overlays, releases, further namespaces. */
  readonly workloadCopies: readonly Workload[];
  readonly kubernetesObjects: readonly KubernetesObjectInFile[];
  readonly kubernetesServices: readonly KubernetesService[];
  /** Every Kubernetes object as it is written, copies and all, and what selects what. */
  readonly cluster: Cluster;
  readonly ingresses: readonly InFile<IngressFacts>[];
  readonly alerts: readonly Alert[];
  readonly recordings: readonly InFile<RecordingFacts>[];
  readonly slos: readonly Slo[];
  readonly scrapeJobs: readonly InFile<ScrapeJob>[];
  /** Of Grafana. */
  readonly dashboards: readonly InFile<DashboardFacts>[];
  readonly collectors: readonly InFile<CollectorFacts>[];
  /** Whom Alertmanager tells of what. */
  readonly alertmanagers: readonly InFile<AlertmanagerConfiguration>[];
  readonly runbooks: readonly Runbook[];
  readonly pages: ReadonlyMap<string, MarkdownFacts>;
  readonly flags: Flags;
  /** Changes of schemas that databases have most likely not run yet. */
  readonly migrations: readonly Migration[];
  /** How new versions are let in step by step, in production. */
  readonly rollouts: readonly InFile<RolloutFacts>[];
  readonly events: Events;
  readonly owners: Owners;
  readonly packages: readonly InFile<PackageFacts>[];
  /** Build manifests of the other languages. */
  readonly manifests: readonly InFile<ForeignManifestFacts>[];
  readonly tasks: readonly InFile<TaskFacts>[];
  readonly sources: ReadonlyMap<string, SourceFacts>;
  readonly plans: readonly InFile<PlanFacts>[];
  readonly pipelines: Pipelines;
  readonly gitops: readonly InFile<GitopsFacts>[];
  readonly terraform: readonly InFile<TerraformFacts>[];
  readonly helmValues: readonly InFile<HelmValuesFacts>[];
  readonly updates: readonly InFile<UpdateFacts>[];
  role(path: string): Role;
  /** The service whose folder holds this path, the deepest one. */
  serviceOf(path: string): Service | undefined;
  /** The service that this Dockerfile builds, or that this compose service or workload runs. */
  serviceRunning(part: Dockerfile | ComposeService | Workload): Service | undefined;
}

/** Something deployable: its own Dockerfile, workload, compose service, or a package with a server entry point. */
export interface Service {
  readonly name: string;
  /** Its folder; `''` for the workspace itself; undefined when only manifests of it are here. */
  readonly root?: string;
  readonly language?: string;
  /** Whatever it is called: by its folder, package, image, compose services, workloads, and configuration. */
  readonly names: readonly string[];
  /** `tool` for a load generator and the like. */
  readonly role: Role;
  /** The service whose image it runs under another name: that one's code is its code, and is judged there. */
  readonly runs?: Service;
  /** What the team says about it in the configuration. */
  readonly configuration?: ServiceConfiguration;
  /** Where the service is declared best: package.json, Dockerfile, workload. */
  readonly at: Place;
  /** Why these artifacts were taken as one service. */
  readonly evidence: readonly Evidence[];
  readonly dockerfiles: readonly Dockerfile[];
  readonly composeServices: readonly ComposeService[];
  readonly workloads: readonly Workload[];
  readonly package?: InFile<PackageFacts>;
  /** undefined: its code is not here, or is in a language that is not read. */
  readonly code?: ServiceCode;
  /**
   * Wherever its tracing is set up: in code, or around code of any language, by a module loaded first, an agent or an
   * operator's annotation.
   */
  readonly tracing: readonly Tracing[];
}

/** A service that calls another one: its environment, code or settings hold the other's address. */
export interface Dependency {
  readonly from: Service;
  readonly on: Service;
  /** The environment variable that holds the address; undefined: its own files do. */
  readonly variable?: string;
  /** Its code has the address, or reads that variable, as far as code is read. */
  readonly read: boolean;
  /** The address. */
  readonly at: Place;
}

export interface Tracing extends TracingFact {
  readonly at: Place;
  /** `code` starts it itself; `preload`, `agent` and `operator` need no line of code. */
  readonly by: 'code' | 'preload' | 'agent' | 'operator';
}

/** What a service's own code says, joined over its files. */
export interface ServiceCode {
  readonly files: readonly string[];
  /** Files a process starts with: from package.json, Dockerfile, compose or manifest. */
  readonly entryPoints: readonly string[];
  /** Files of the service that `--require` or `--import` loads before the entry point. */
  readonly preloads: readonly string[];
  /** What may do anything and is not in the repository: modules beside its files that they import, SDKs it is built on. */
  readonly unresolved: readonly Located<string>[];
  readonly listens: readonly Listen[];
  /** Full paths, over routers and mounts of all files. */
  readonly routes: readonly Route[];
  /** False when a route or mount could not be read: then nothing can be said to be unserved. */
  readonly routesComplete: boolean;
  /** Static files are served below these prefixes. */
  readonly staticPrefixes: readonly Located<string>[];
  readonly grpcServices: readonly Located<string>[];
  /** In code alone; see `Service.tracing` for the rest. */
  readonly tracing: readonly (TracingFact & { readonly at: Place })[];
  readonly signals: readonly (SignalFact & { readonly at: Place })[];
  readonly calls: readonly (OutgoingCallFact & { readonly at: Place })[];
  readonly state: readonly (LocalStateFact & { readonly at: Place })[];
  /** Environment variables without which none of its programs starts. */
  readonly required: readonly Located<string>[];
  readonly stores: readonly (StoreFact & { readonly at: Place })[];
  readonly schedules: readonly (ScheduleFact & { readonly at: Place })[];
  readonly swallowed: readonly (SwallowedErrorFact & { readonly at: Place })[];
  readonly retries: readonly (RetryFact & { readonly at: Place })[];
  readonly fanOuts: readonly (FanOutFact & { readonly at: Place })[];
  readonly prints: readonly Located<string>[];
  readonly loggers: readonly Located<string>[];
  readonly rateLimits: readonly Located<string>[];
  /** Metrics that it declares. */
  readonly metrics: readonly (MetricFact & { readonly at: Place })[];
}

export interface Listen {
  readonly protocol: 'http' | 'grpc';
  readonly framework: string;
  readonly port?: Located<number>;
  readonly portVariable?: string;
  /** The command-line flag that sets it, without its dashes. */
  readonly portFlag?: string;
  /** More environment variables that may set the port. */
  readonly overrides?: readonly string[];
  readonly server?: string;
  readonly router?: string;
  /** The server it is drains on SIGTERM by itself; `unknown`: settings elsewhere or its version decide. */
  readonly drains?: true | 'unknown';
  /** The setting that makes it drain, where it does not: `server.shutdown=graceful`. */
  readonly drainsBy?: string;
  /** Only where its very file is started. */
  readonly asMain?: true;
  /** Code that is not in its file may add services to it. */
  readonly open?: true;
  /** Whether slow clients are cut off; undefined: not knowable. */
  readonly readTimeout?: 'set' | 'missing';
  readonly at: Place;
}

export interface Route {
  readonly method: string;
  readonly path: string;
  readonly framework: string;
  /** undefined where it cannot be read. */
  readonly handler?: Handler;
  readonly at: Place;
}

/** What a route's handler does before it answers. */
export interface Handler {
  /** It gives the same answer whatever happens. */
  readonly constant: boolean;
  /** What it waits for and fails with, as far as it is known. */
  readonly asks: readonly { readonly callee: string; readonly what: string; readonly at: Place }[];
}

export interface Dockerfile extends InFile<DockerfileFacts> {
  readonly role: Role;
  /** Build context folder: from compose, else the nearest one that has what it copies. */
  readonly context: string;
}

export interface ComposeService extends InFile<ComposeServiceFacts> {
  readonly role: Role;
  /** The folder of its project: services of one project find each other by name. */
  readonly project: string;
  /** Runs once or on demand: a profile, `restart: "no"`, or a command that ends. */
  readonly oneShot: boolean;
  /** Runs a well-known public image, and not one that is built here. */
  readonly thirdParty: boolean;
}

export interface KubernetesObjectInFile extends InFile<KubernetesObject> {
  readonly template: boolean;
}

export interface KubernetesService extends InFile<KubernetesServiceFacts> {
  readonly name: string | undefined;
  readonly template: boolean;
}

export interface Workload extends InFile<WorkloadFacts> {
  readonly object: KubernetesObject;
  /** undefined when a template decides it. */
  readonly name: string | undefined;
  readonly kind: string;
  readonly template: boolean;
  readonly role: Role;
  /** Job, CronJob and the like: runs to an end. */
  readonly batch: boolean;
  /** Its images are well-known public ones, and not built here. */
  readonly thirdParty: boolean;
  /** The same workload rendered elsewhere (kustomize base, release folder): findings are reported here alone. */
  readonly copies: readonly Place[];
  /** Kubernetes Services that select its pods. */
  readonly services: readonly KubernetesService[];
  readonly autoscaler?: InFile<AutoscalerFacts>;
  /** Main containers, init containers left out. */
  readonly containers: readonly ContainerFacts[];
}

export interface Alert extends InFile<AlertFacts> {
  /** Services that it names in its labels, its expression, its group or its own name. */
  readonly services: readonly Service[];
  /** Its runbook_url, and what it leads to in this repository. */
  readonly runbook?: AlertRunbook;
}

export interface Slo extends InFile<SloFacts> {
  /** Services that it names, or that its queries match. */
  readonly services: readonly Service[];
}

export type AlertRunbook = { readonly url: string; readonly at: Place } & (
  | { readonly leads: 'page'; readonly page: string; readonly anchor?: string }
  /** Points into this repository at nothing. */
  | {
      readonly leads: 'nowhere';
      readonly missing: 'page' | 'anchor';
      readonly page: string;
      readonly anchor?: string;
    }
  /** Outside this repository, or decided by a template. */
  | { readonly leads: 'elsewhere' }
);

export interface Runbook extends InFile<MarkdownFacts> {
  readonly title: string;
  /** Alerts that lead to it. */
  readonly alerts: readonly Alert[];
  readonly services: readonly Service[];
  /** An index or README of runbooks, or a template to copy. */
  readonly index: boolean;
}

export interface Flags {
  readonly definitions: readonly FlagDefinition[];
  readonly reads: readonly FlagRead[];
  /** Where tests switch one on or off. */
  readonly settings: readonly FlagSetting[];
  /** Every definition the code could read is in this repository: then a missing one is missing. */
  readonly complete: boolean;
}

export interface FlagSetting {
  readonly key: string;
  readonly on: boolean;
  readonly at: Place;
}

export interface FlagDefinition extends InFile<FlagDefinitionFacts> {
  readonly format: FlagFormat;
  readonly role: Role;
  readonly reads: readonly FlagRead[];
  /** No computed key, no language that is not read and no unknown SDK could read it besides. */
  readonly readsAreKnown: boolean;
}

export interface FlagRead extends InFile<FlagReadFact> {
  /** In the spelling of the definition; undefined: computed. */
  readonly key: string | undefined;
  readonly role: Role;
  /** Every flag its SDK could be asked for is defined in this repository. */
  readonly complete: boolean;
}

export interface Owners {
  /** The CODEOWNERS file that counts. */
  readonly file?: string;
  readonly entries: readonly CodeownersEntry[];
  /** How its host reads the patterns; undefined without a file. */
  readonly dialect?: OwnerDialect;
  readonly catalogs: readonly InFile<CatalogFacts>[];
  /** OWNERS files, as Kubernetes has them, one for a folder. */
  readonly folders: readonly InFile<OwnersFileFacts>[];
  /** The owners of a path (the last matching entry, else the nearest OWNERS file), and where it is said. */
  of(path: string): { readonly owners: readonly string[]; readonly at: Place } | undefined;
}

/**
 * Builds the model: every fact of every file, joined. Pure, and linear in the number of facts, since it runs again after
 * every keystroke.
 */
import type { ComposeServiceFacts } from '../artifacts/compose/facts.ts';
import type { Configuration } from '../artifacts/configuration/facts.ts';
import type { DockerfileFacts } from '../artifacts/dockerfile/facts.ts';
import type { FactsByKind } from '../artifacts/kinds.ts';
import type { Place } from '../text.ts';
import { Cluster } from './cluster.ts';
import { codeOf } from './code.ts';
import { projectsOf, withExtended } from './composeProjects.ts';
import { findDependencies } from './dependencies.ts';
import {
  buildOf,
  containerPort,
  contextOf,
  isNamedAsStore,
  nameHint,
  programFolder,
  rootOf,
} from './dockerfiles.ts';
import { joinEvents } from './events.ts';
import { joinFlags } from './flags.ts';
import { goPrograms } from './goPrograms.ts';
import { isKnownProduct, parseImage } from './images.ts';
import { withHelmValues } from './helm.ts';
import type {
  ComposeService,
  Dockerfile,
  FileIndex,
  InFile,
  Model,
  Role,
  Service,
  Tracing,
  Workload,
} from './model.ts';
import { hasPlatform, isPartOf, languageOfFile } from './languages.ts';
import { modules, type Modules } from './modules.ts';
import { joinedFiles } from './joinedFiles.ts';
import { newMigrations } from './migrations.ts';
import { joinOwners } from './owners.ts';
import { baseOf, foldersUp, folderOf } from './paths.ts';
import { joinPipelines } from './pipelines.ts';
import { projectFacts } from './platforms/project.ts';
import { projectFolders, type ProjectFolders } from './projects.ts';
import { roleByName, roles } from './roles.ts';
import { joinRunbooks } from './runbooks.ts';
import type { ServiceDraft } from './serviceDraft.ts';
import { findServices } from './services.ts';
import { joinSlos } from './slos.ts';
import { startsOf, type Started } from './starts.ts';
import { joinManifests } from './workloads.ts';
import { push } from '../groups.ts';

export interface ModelInput {
  readonly facts: FactsByKind;
  readonly files: FileIndex;
  readonly configuration: Configuration;
  /** ISO date. */
  readonly today: string;
}

/** Joins the facts of all files. */
export function buildModel({ facts: read, files, configuration, today }: ModelInput): Model {
  const facts = {
    ...read,
    kubernetes: withHelmValues(read.kubernetes, read.helmValues, read.helmChart),
    compose: withExtended(read.compose, read.composeParts),
  };
  const role = rolesIn(files, examplesAreTheProduct(facts, rolesIn(files, false)));
  const projects = projectFolders(facts.packageJson, facts.manifest);
  const dockerfiles = placeDockerfiles(facts, files, projects, role);
  const projectOf = projectsOf(facts.compose);
  const composeServices = [...facts.compose].flatMap(([file, { services }]) =>
    services.map((service) => composeService(file, service, role(file), projectOf(file))),
  );
  const manifests = joinManifests(facts.kubernetes, role);
  const drafts = findServices({
    dockerfiles: dockerfiles.filter(
      ({ dockerfile, root }) => !isNamedAsStore(dockerfile.file, root, projects),
    ),
    composeServices,
    workloads: manifests.workloads,
    projects,
    sources: facts.source,
    configuration,
    role,
  });
  const workloads = withOwnProducts(manifests.workloads, drafts);
  const built = new Set(drafts.flatMap((draft) => draft.dockerfiles));
  const resolver = modules(facts.source, files, projects);
  const services = finishServices(drafts, facts, files, projects, role, resolver);
  const byRoot = new Map<string, Service>();
  const byPart = new Map<Dockerfile | ComposeService | Workload, Service>();
  for (const service of services) {
    if (service.root !== undefined) byRoot.set(service.root, service);
    for (const part of [...service.dockerfiles, ...service.composeServices, ...service.workloads])
      byPart.set(part, service);
  }
  const cluster = new Cluster(facts.kubernetes);
  const { alerts, runbooks } = joinRunbooks(facts, files, configuration, services);
  const model: Model = {
    files,
    configuration,
    today,
    root: rootPlace(facts, files),
    services,
    dependencies: findDependencies(
      services,
      cluster,
      { sources: facts.source, addresses: facts.addresses },
      role,
    ),
    dockerfiles: dockerfiles.map(({ dockerfile }) =>
      built.has(dockerfile) ? dockerfile : asTool(dockerfile),
    ),
    dockerignores: facts.dockerignore,
    composeServices,
    workloads,
    workloadFragments: manifests.fragments,
    workloadCopies: manifests.copies,
    kubernetesObjects: manifests.objects,
    kubernetesServices: manifests.services,
    cluster,
    ingresses: [...facts.kubernetes].flatMap(([file, { ingresses }]) =>
      ingresses.map((ingress) => ({ file, facts: ingress })),
    ),
    alerts,
    recordings: [...facts.prometheus].flatMap(([file, { recordings }]) =>
      recordings.map((recording) => ({ file, facts: recording })),
    ),
    slos: joinSlos(facts, services),
    scrapeJobs: [...facts.scrapes].flatMap(([file, { jobs }]) => jobs.map((job) => ({ file, facts: job }))),
    dashboards: [...facts.dashboards].flatMap(([file, { dashboards }]) =>
      dashboards.map((dashboard) => ({ file, facts: dashboard })),
    ),
    collectors: inFiles(facts.collector),
    alertmanagers: [...facts.alertmanager].flatMap(([file, { configurations }]) =>
      configurations.map((configuration) => ({ file, facts: configuration })),
    ),
    runbooks,
    pages: facts.markdown,
    events: joinEvents(facts, role),
    flags: joinFlags(facts, role, configuration.flags.functions, resolver),
    migrations: newMigrations(facts.migrations, role, today),
    rollouts: [...facts.rollouts].flatMap(([file, { rollouts }]) =>
      role(file) === 'production' ? rollouts.map((rollout) => ({ file, facts: rollout })) : [],
    ),
    owners: joinOwners(facts),
    packages: inFiles(facts.packageJson),
    manifests: inFiles(facts.manifest),
    tasks: inFiles(facts.tasks),
    sources: facts.source,
    plans: inFiles(facts.plan),
    pipelines: joinPipelines(facts, files),
    gitops: inFiles(facts.gitops),
    terraform: inFiles(facts.terraform),
    helmValues: inFiles(facts.helmValues),
    updates: inFiles(facts.updates),
    role,
    serviceOf(path) {
      for (const folder of foldersUp(path)) {
        const service = byRoot.get(folder);
        if (service) return service;
      }
      return undefined;
    },
    serviceRunning: (part) => byPart.get(part),
  };
  return model;
}

function inFiles<T>(byPath: ReadonlyMap<string, T>): InFile<T>[] {
  return [...byPath].map(([file, facts]) => ({ file, facts }));
}

const rolesByIndex = new WeakMap<FileIndex, Map<boolean, (path: string) => Role>>();

/** Roles are remembered while the files stay the same, so that typing does not find them again. */
function rolesIn(files: FileIndex, examples: boolean): (path: string) => Role {
  let known = rolesByIndex.get(files);
  if (!known) rolesByIndex.set(files, (known = new Map()));
  let role = known.get(examples);
  if (!role) known.set(examples, (role = roles(examples)));
  return role;
}

/** A repository of examples alone has its product in them; a library that has examples beside it has not. */
function examplesAreTheProduct(facts: FactsByKind, role: (path: string) => Role): boolean {
  let example = false;
  for (const byPath of [facts.dockerfile, facts.compose, facts.kubernetes])
    for (const path of byPath.keys()) {
      if (role(path) === 'production') return false;
      example ||= role(path) === 'example';
    }
  for (const [path, { listens, routers }] of facts.source) {
    if (listens.length + routers.length === 0) continue;
    if (role(path) === 'production') return false;
    example ||= role(path) === 'example';
  }
  if (!example) return false;
  return ![...facts.packageJson].some(
    ([path, pkg]) => !pkg.private && pkg.name && pkg.main !== undefined && role(path) === 'production',
  );
}

interface PlacedDockerfile {
  readonly dockerfile: Dockerfile;
  readonly root: string;
}

function placeDockerfiles(
  facts: FactsByKind,
  files: FileIndex,
  projects: ProjectFolders,
  role: (path: string) => Role,
): PlacedDockerfile[] {
  const contexts = new Map<string, string>();
  for (const [file, { services }] of facts.compose)
    for (const service of services) {
      const build = buildOf(file, service);
      if (!build || (contexts.has(build.dockerfile) && role(file) !== 'production')) continue;
      contexts.set(build.dockerfile, build.context);
    }
  const placed = [...facts.dockerfile].map(([file, dockerfile]) => {
    const context =
      contexts.get(file) ?? contextOf(file, dockerfile, files, (folder) => projects.has(folder));
    return {
      dockerfile: { file, facts: dockerfile, role: role(file), context },
      root: rootOf(file, dockerfile, context, files, projects),
    };
  });
  return byProgram(placed, files);
}

/** Where several images are built from one folder, each is the service whose program it compiles. */
function byProgram(placed: readonly PlacedDockerfile[], files: FileIndex): PlacedDockerfile[] {
  const programs = new Map<string, Map<Dockerfile, string>>();
  for (const { dockerfile, root } of placed) {
    const program = dockerfile.role === 'production' ? programFolder(dockerfile, files) : undefined;
    if (program === undefined) continue;
    const others = programs.get(root);
    if (others) others.set(dockerfile, program);
    else programs.set(root, new Map([[dockerfile, program]]));
  }
  return placed.map(({ dockerfile, root }) => {
    const compiled = programs.get(root);
    const folders = new Set(compiled?.values());
    if (folders.size < 2) return { dockerfile, root };
    const last = nameHint(dockerfile.file)?.split('.').at(-1);
    const named = [...folders].find((folder) => baseOf(folder) === last);
    return { dockerfile, root: compiled!.get(dockerfile) ?? named ?? root };
  });
}

/** A well-known image that is built here is no third party's; such workloads are put right in the drafts as well. */
function withOwnProducts(
  workloads: readonly Workload[],
  drafts: readonly ServiceDraft[],
): readonly Workload[] {
  const own = new Map<Workload, Workload>();
  for (const { workloads } of drafts)
    for (const [index, workload] of workloads.entries()) {
      if (!workload.thirdParty) continue;
      workloads[index] = { ...workload, thirdParty: false };
      own.set(workload, workloads[index]);
    }
  return own.size === 0 ? workloads : workloads.map((workload) => own.get(workload) ?? workload);
}

/** What no service is built from is a tool at most. */
function asTool(dockerfile: Dockerfile): Dockerfile {
  return dockerfile.role === 'production' ? { ...dockerfile, role: 'tool' } : dockerfile;
}

const endingName =
  /(?:^|[._-])(?:migrat(?:e|ion|ions|or)|seed|seeder|init|setup|bootstrap|create-.+|wait-for.*)(?:$|[._-])/i;
const endingCommand =
  /(?:^|[\s:./-])(?:migrate|migrations?|db:(?:push|seed|deploy)|seed|createbuckets?)(?:$|[\s:;&"'])/i;

function composeService(
  file: string,
  facts: ComposeServiceFacts,
  role: Role,
  project: string,
): ComposeService {
  const image = facts.image && !facts.build ? parseImage(facts.image.value) : undefined;
  const command = `${facts.entrypoint?.value ?? ''} ${facts.command?.value ?? ''}`;
  const isTool = [facts.name.value, image?.name ?? ''].some((name) => roleByName(name) === 'tool');
  return {
    file,
    facts,
    role: role === 'production' && isTool ? 'tool' : role,
    project,
    oneShot:
      facts.profiles.length > 0 ||
      // What publishes a port is there to be asked, whether it comes back by itself or not.
      (facts.restart?.value === 'no' && facts.ports.length === 0) ||
      endingName.test(facts.name.value) ||
      (endingCommand.test(command) && !/(?:start|serve|server|run dev|&&\s*exec)\b/.test(command)),
    thirdParty: image !== undefined && isKnownProduct(image),
  };
}

function finishServices(
  drafts: readonly ServiceDraft[],
  facts: FactsByKind,
  index: FileIndex,
  projects: ProjectFolders,
  role: (path: string) => Role,
  resolver: Modules,
): Service[] {
  const own = filesByRoot(drafts, facts, role, projects);
  const joinFiles = joinedFiles(facts, index, resolver);
  const produced = [...facts.source.keys()].filter((path) => role(path) === 'production');
  const goProgram = goPrograms(produced, facts.source, projects);
  const built = projectFacts(facts.manifest, facts.settings, index);
  const byProject = filesByProject(produced, projects);
  /** The files of its code; undefined where it is not here, or cannot be told from other code. */
  const filesOf = ({ root, language, name, runs }: ServiceDraft): readonly string[] | undefined => {
    // An image that holds several programs, of which this service runs another one.
    if (runs?.root !== undefined && language === 'go') return goProgram(own.get(runs.root) ?? [], name, true);
    if (root === undefined) return undefined;
    const all = own.get(root) ?? [];
    const written = all.map(languageOfFile);
    const only = language ?? (written.every((one) => one === written[0]) ? written[0] : undefined);
    // What stands beside a service in another language is a script of its makers, or runs in browsers.
    const rest = all.filter((_, index) =>
      only === undefined || !readLanguages.has(only)
        ? beside(written[index]!)
        : isPartOf(only, written[index]!),
    );
    if (only !== undefined && hasPlatform(only)) {
      const referenced = built.foldersOf(root).flatMap((folder) => byProject(folder));
      return [...new Set([...rest, ...referenced.filter((path) => isPartOf(only, languageOfFile(path)))])];
    }
    if (language === 'go' || (language === undefined && rest.length === 0 && all.length > 0))
      return goProgram(all, name);
    return rest.length > 0 || language === 'javascript' ? rest : undefined;
  };
  const finished = new Map<ServiceDraft, Service>();
  const finish = (draft: ServiceDraft): Service => {
    const done = finished.get(draft);
    if (done) return done;
    const started = startsOf(draft);
    const files = filesOf(draft);
    const read = files
      ? codeOf({
          root: (draft.root ?? draft.runs?.root)!,
          own: files,
          started,
          sources: facts.source,
          symfonyRoutes: facts.symfonyRoutes,
          files: index,
          modules: resolver,
          joinFiles,
          package: draft.package,
          manifest: projects.foreignIn(draft.root ?? draft.runs?.root),
          deployed: draft.dockerfiles.length + draft.composeServices.length + draft.workloads.length > 0,
          // An image that is put together of others, below a project, is not built from it.
          ...(hasPlatform(draft.language) &&
            (projects.has(draft.root!) || files.length > 0) && {
              project: built.project(draft.root!, started, containerPort(draft.dockerfiles)),
            }),
        })
      : undefined;
    // A framework may serve without a line of code that is worth reading.
    const isEmpty = read?.files.length === 0 && read.listens.length === 0 && hasPlatform(draft.language);
    const code = isEmpty ? undefined : read;
    const service: Service = {
      name: draft.name,
      names: draft.names,
      root: draft.root,
      language: languageOf(draft, code?.files ?? [], facts),
      role: draft.role,
      runs: draft.runs && finish(draft.runs),
      configuration: draft.configuration,
      at: placeOf(draft, facts),
      evidence: draft.evidence,
      dockerfiles: draft.dockerfiles,
      composeServices: draft.composeServices,
      workloads: draft.workloads,
      package: draft.package,
      code,
      tracing: tracingOf(started, code?.tracing ?? []),
    };
    finished.set(draft, service);
    return service;
  };
  return drafts.map(finish);
}

/** Languages whose code is read. */
const readLanguages = new Set([
  'javascript',
  'python',
  'go',
  'rust',
  'ruby',
  'php',
  'java',
  'kotlin',
  'csharp',
]);

/** Whether code in this language is a service's own when its language is not known, or not read. */
function beside(language: string): boolean {
  return language === 'javascript' || language === 'python';
}

function tracingOf(started: Started, code: NonNullable<Service['code']>['tracing']): Tracing[] {
  return [...code.map((fact) => ({ ...fact, by: 'code' as const })), ...started.tracing];
}

/** The files of each project that others can be built with, no deeper project's among them. */
function filesByProject(
  files: readonly string[],
  projects: ProjectFolders,
): (folder: string) => readonly string[] {
  const byFolder = new Map<string, string[]>();
  for (const path of files) {
    if (!hasPlatform(languageOfFile(path))) continue;
    const folder = [...foldersUp(path)].find((above) => projects.has(above));
    if (folder === undefined) continue;
    push(byFolder, folder, path);
  }
  return (folder) => byFolder.get(folder) ?? [];
}

/** The source files of each service: those below its folder and no deeper service's, tests and tools left out. */
function filesByRoot(
  drafts: readonly ServiceDraft[],
  facts: FactsByKind,
  role: (path: string) => Role,
  { isMonorepo, packages }: ProjectFolders,
): ReadonlyMap<string, string[]> {
  const byRoot = new Map<string, string[]>();
  for (const { root } of drafts) if (root !== undefined) byRoot.set(root, []);
  for (const path of facts.source.keys()) {
    if (role(path) === 'test') continue;
    let isInPackage = false;
    for (const folder of foldersUp(path)) {
      const files = byRoot.get(folder);
      isInPackage ||= folder !== '' && packages.has(folder);
      if (!files) continue;
      // What holds packages together has the code of those that it imports.
      if (folder === '' && isMonorepo && isInPackage) break;
      if (role(path) === 'production' || role(path) === role(`${folder}/x`)) files.push(path);
      break;
    }
  }
  return byRoot;
}

function languageOf(draft: ServiceDraft, files: readonly string[], facts: FactsByKind): string | undefined {
  const written = files.map((file) => facts.source.get(file)?.language);
  // Manifests and images of the JVM do not say which of its languages it is.
  if (draft.language === 'java' && written.length > 0 && written.every((one) => one === 'kotlin'))
    return 'kotlin';
  if (draft.language !== undefined && draft.language !== 'javascript') return draft.language;
  return written.includes('typescript') ? 'typescript' : (draft.language ?? written[0]);
}

function placeOf(draft: ServiceDraft, facts: FactsByKind): Place {
  if (draft.package) return { file: draft.package.file, range: draft.package.facts.name?.range };
  const [dockerfile] = draft.dockerfiles;
  if (dockerfile) return { file: dockerfile.file, range: startOf(dockerfile.facts) };
  const [workload] = draft.workloads;
  if (workload) return { file: workload.file, range: workload.object.kindRange };
  const [compose] = draft.composeServices;
  if (compose) return { file: compose.file, range: compose.facts.name.range };
  const manifest = [...facts.manifest.keys()].find((path) => folderOf(path) === draft.root);
  return { file: manifest ?? draft.root ?? '' };
}

function startOf(facts: DockerfileFacts): Place['range'] {
  return facts.stages.at(-1)?.from.range;
}

function rootPlace(facts: FactsByKind, files: FileIndex): Place {
  const readme = ['README.md', 'readme.md', 'Readme.md', 'README.rst', 'README'].find((path) =>
    files.lists(path),
  );
  const first = [
    facts.packageJson,
    facts.manifest,
    facts.compose,
    facts.dockerfile,
    facts.kubernetes,
    facts.prometheus,
    facts.markdown,
  ]
    .flatMap((byPath) => [...byPath.keys()].slice(0, 1))
    .at(0);
  return { file: readme ?? first ?? files.under('')[0] ?? '' };
}

/**
 * Finds what is deployed from this repository and which artifacts belong to it: Dockerfiles, compose services,
 * workloads, package manifests and folders. Every join leaves a piece of evidence. It reads no code.
 */
import type { Configuration, ServiceConfiguration } from '../artifacts/configuration/facts.ts';
import type { SourceFacts } from '../artifacts/source/facts.ts';
import {
  buildOf,
  builtStage,
  chain,
  extendsProduct,
  isGenericName,
  nameHint,
  startCommands,
} from './dockerfiles.ts';
import type { Build } from './dockerfiles.ts';
import {
  hasMakersName,
  isKnownProduct,
  normalName,
  parseImage,
  storeLikeName,
  type Image,
} from './images.ts';
import { languageOfFile } from './languages.ts';
import { place, type ComposeService, type Dockerfile, type Role, type Workload } from './model.ts';
import { baseOf, folderOf, foldersUp, isWithin, join } from './paths.ts';
import type { ProjectFolders } from './projects.ts';
import {
  isStarted,
  listeningProjects,
  projectIsProgram,
  serverDependency,
  startScripts,
  startsServer,
  usedByOthers,
} from './servers.ts';
import { languageOfDraft, nameOf, roleOfDraft, type ServiceDraft } from './serviceDraft.ts';
import { isInfrastructureName, lastPart, otherNames, ServiceNames, unscoped } from './serviceNames.ts';
import { partsOf } from './serviceParts.ts';
import { runsAnotherImage, sharesWord } from './serviceMatches.ts';
import { imagesOf } from './workloads.ts';

export interface Parts {
  /** With the folder of the service each of them builds. */
  readonly dockerfiles: readonly { readonly dockerfile: Dockerfile; readonly root: string }[];
  readonly composeServices: readonly ComposeService[];
  readonly workloads: readonly Workload[];
  readonly projects: ProjectFolders;
  readonly sources: ReadonlyMap<string, SourceFacts>;
  readonly configuration: Configuration;
  role(path: string): Role;
}

/** Joins the parts to services; parts that belong to none are in no draft. */
export function findServices(parts: Parts): ServiceDraft[] {
  const drafts = new Drafts(parts);
  drafts.addConfigured();
  drafts.addDockerfiles();
  drafts.addServers();
  drafts.nameConfigured();
  drafts.addComposeServices();
  drafts.addWorkloads();
  drafts.dropTools();
  drafts.joinTheOnlyOnes();
  drafts.addFromManifestsAlone();
  return drafts.finish();
}

class Drafts {
  readonly #parts: Parts;
  readonly #all: ServiceDraft[] = [];
  readonly #byRoot = new Map<string, ServiceDraft>();
  readonly #names = new ServiceNames((draft) => this.#certain.has(draft));
  readonly #listening: ReadonlySet<string>;
  #programs?: ReturnType<typeof programsByName>;
  /** Services that are certain without anything else pointing at them. */
  readonly #certain = new Set<ServiceDraft>();
  readonly #unmatched: Workload[] = [];
  readonly #unmatchedCompose: ComposeService[] = [];

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#listening = listeningProjects(parts.sources, parts.projects, parts.role);
  }

  /** Services that the configuration gives a folder. */
  addConfigured(): void {
    for (const configured of this.#parts.configuration.services) {
      const { root, name } = configured;
      if (root !== undefined) this.#configure(this.#at(root.replace(/^\.?\/|\/$/g, ''), name), configured);
    }
  }

  /** Services that the configuration only names: ones that are known by now, else ones whose code is elsewhere. */
  nameConfigured(): void {
    for (const configured of this.#parts.configuration.services) {
      if (configured.root !== undefined) continue;
      const called = [configured.name, ...configured.aliases].map((name) => this.#names.called(name));
      const known = called.find((draft) => draft !== undefined);
      this.#configure(known ?? this.#create(undefined, configured.name), configured);
    }
  }

  #configure(draft: ServiceDraft, configured: ServiceConfiguration): void {
    draft.configuration = configured;
    for (const name of [configured.name, ...configured.aliases]) this.#names.add(draft, name);
    this.#certain.add(draft);
  }

  addDockerfiles(): void {
    for (const { dockerfile, root } of this.#parts.dockerfiles) {
      if (dockerfile.role === 'test' || dockerfile.role === 'example' || extendsProduct(dockerfile.facts))
        continue;
      // What stands among tools is one of them, whatever it is built from.
      if (this.#isToolFolder(folderOf(dockerfile.file)) && !this.#isToolFolder(root)) continue;
      const draft = this.#at(root);
      const stage = dockerfile.facts.stages.at(-1);
      draft.dockerfiles.push(dockerfile);
      draft.evidence.push({
        at: { file: dockerfile.file, range: stage?.from.range },
        message: `${baseOf(dockerfile.file)} builds it.`,
      });
      const hint = nameHint(dockerfile.file);
      if (hint !== undefined) this.#names.add(draft, hint);
      if (dockerfile.role !== 'production') continue;
      const pkg = this.#parts.projects.packages.get(root);
      if (pkg && startScripts(pkg.facts).length > 0 && !(root === '' && this.#parts.projects.isMonorepo))
        this.#certain.add(draft);
      const stages = chain(dockerfile.facts, builtStage(dockerfile.facts));
      if (stages.some(({ exposes, healthcheck }) => exposes.length > 0 || (healthcheck && !healthcheck.none)))
        this.#certain.add(draft);
    }
  }

  /** Projects that listen, or that a server framework starts, are services without any Dockerfile. */
  addServers(): void {
    const { projects, role } = this.#parts;
    for (const [folder, pkg] of projects.packages) {
      const dockerized = this.#byRoot.get(folder);
      const starts = startScripts(pkg.facts).some((script) => startsServer(script));
      const listens = this.#listening.has(folder);
      if (!starts && !(listens && (dockerized || isStarted(pkg.facts)))) continue;
      if (!dockerized && role(pkg.file) !== 'production') continue;
      // A command may listen on the machine of whoever runs it.
      if (!dockerized && !starts && pkg.facts.command) continue;
      this.#certain.add(dockerized ?? this.#at(folder));
    }
    const isUsed = usedByOthers(projects.foreign, (folder) => !this.#isToolFolder(folder));
    for (const [folder, manifest] of projects.foreign) {
      if (this.#isToolFolder(folder) || manifest.noProgram) continue;
      // A program of its own may be packaged by another project; what has none is a part of it.
      const isLibrary = isUsed(manifest) && !this.#listening.has(folder);
      const depends = !isLibrary && manifest.dependencies?.some(({ value }) => serverDependency.test(value));
      const listens = this.#listening.has(folder) && projectIsProgram.has(manifest.language);
      // A part of a workspace that is built as a whole is no service of its own.
      const isPart = listens && [...foldersUp(folder)].some((above) => this.#byRoot.has(above));
      if (depends || (listens && !isPart)) this.#certain.add(this.#at(folder));
    }
    this.#giveRootDockerfileToItsOnlyServer();
  }

  /** In a monorepo, the Dockerfile at the top builds the one server there is, wherever its folder. */
  #giveRootDockerfileToItsOnlyServer(): void {
    const top = this.#byRoot.get('');
    if (!top || top.dockerfiles.length === 0 || top.configuration || this.#listening.has('')) return;
    if (!this.#parts.projects.isMonorepo) return;
    const servers = this.#all.filter((draft) => draft !== top && this.#certain.has(draft));
    const [server] = servers;
    if (servers.length !== 1 || !server || server.dockerfiles.length > 0) return;
    server.dockerfiles.push(...top.dockerfiles);
    server.evidence.push(...top.evidence);
    this.#remove(top);
  }

  addComposeServices(): void {
    const { composeServices, projects } = this.#parts;
    const byDockerfile = new Map<string, ServiceDraft>();
    for (const draft of this.#all) for (const { file } of draft.dockerfiles) byDockerfile.set(file, draft);
    const stores = new Set(
      this.#parts.dockerfiles
        .filter(({ dockerfile }) => extendsProduct(dockerfile.facts))
        .map((d) => d.dockerfile.file),
    );
    const withoutBuild: ComposeService[] = [];
    for (const service of composeServices) {
      if (service.role === 'test' || service.role === 'example') continue;
      const build = buildOf(service.file, service.facts);
      if (!build) {
        if (!service.facts.build) withoutBuild.push(service);
        continue;
      }
      if (stores.has(build.dockerfile) || this.#parts.role(build.dockerfile) === 'test') continue;
      const known = byDockerfile.get(build.dockerfile) ?? this.#byRoot.get(build.context);
      if (!known && (service.oneShot || !projects.has(build.context))) continue;
      this.#joinBuild(known ?? this.#at(build.context), service, build);
    }
    for (const service of withoutBuild) {
      const image = service.facts.image ? parseImage(service.facts.image.value) : undefined;
      const found = this.#find(image ? [image] : [], service.facts.name.value, [], service);
      if (found) this.#joinCompose(found.draft, service, found.why);
      else if (!service.thirdParty && !service.oneShot) this.#unmatchedCompose.push(service);
    }
  }

  #joinBuild(draft: ServiceDraft, service: ComposeService, build: Build): void {
    const image = service.facts.image ? parseImage(service.facts.image.value) : undefined;
    if (image) this.#names.add(draft, image.name);
    this.#joinCompose(draft, service, `is built from ${build.context || 'this folder'}`, build.service.build);
  }

  #joinCompose(
    draft: ServiceDraft,
    service: ComposeService,
    why: string,
    fact: ComposeService['facts']['build'] | ComposeService['facts']['name'] = service.facts.name,
  ): void {
    const name = service.facts.name;
    draft.composeServices.push(service);
    draft.evidence.push({
      at: place(service.file, fact),
      message: `Compose service ${name.value} ${why}.`,
    });
    if (service.oneShot) return;
    this.#names.add(draft, name.value, service.file);
    if (service.role === 'production' || !this.#isTool(draft)) this.#certain.add(draft);
  }

  #isTool({ root }: ServiceDraft): boolean {
    return root !== undefined && this.#isToolFolder(root);
  }

  #isToolFolder(folder: string): boolean {
    return this.#parts.role(join(folder, 'x')) !== 'production';
  }

  addWorkloads(): void {
    for (const workload of this.#parts.workloads) {
      const images = imagesOf(workload.containers);
      if (images.length > 0 && images.every((image) => isKnownProduct(image) && !image.qualified)) continue;
      const found = this.#find(images, workload.name, otherNames(workload), workload);
      if (found) this.#joinWorkload(found.draft, workload, found.why);
      else if (!workload.thirdParty) this.#unmatched.push(workload);
    }
  }

  #joinWorkload(draft: ServiceDraft, workload: Workload, why: string): void {
    draft.workloads.push(workload);
    draft.evidence.push({
      at: { file: workload.file, range: workload.object.kindRange },
      message: `${workload.kind}${workload.name === undefined ? '' : ` ${workload.name}`} ${why}.`,
    });
    if (!workload.batch && workload.role !== 'test') this.#certain.add(draft);
  }

  /** A Dockerfile that nothing deploys, and that starts no server, builds a tool. */
  dropTools(): void {
    const deploys =
      this.#parts.workloads.length > 0 ||
      this.#parts.composeServices.some(({ role }) => role === 'production');
    for (const draft of [...this.#all]) {
      if (this.#certain.has(draft)) continue;
      if (deploys || draft.root === undefined || !this.#mayBeWorker(draft)) this.#remove(draft);
    }
  }

  /** Without any deployment to compare with: a project whose image starts something. */
  #mayBeWorker(draft: ServiceDraft): boolean {
    const { projects } = this.#parts;
    const pkg = projects.packages.get(draft.root!);
    if (pkg ? !isStarted(pkg.facts) : !projects.has(draft.root!)) return false;
    return draft.dockerfiles.some(
      ({ facts, role }) =>
        role === 'production' && startCommands(chain(facts, facts.stages.length - 1)).length > 0,
    );
  }

  /** One service here and one image deployed that nothing else explains: they are the same. */
  joinTheOnlyOnes(): void {
    const nameless = this.#all.filter(({ root, names }) => root !== undefined && names.length === 0);
    const [only, ...others] = this.#all.length === 1 ? this.#all : nameless;
    if (!only || others.length > 0 || only.root === undefined || only.workloads.length > 0) return;
    const running = this.#unmatched.filter(
      ({ batch, role, kind }) => !batch && role === 'production' && kind !== 'DaemonSet',
    );
    const composed = this.#unmatchedCompose.filter(({ role, facts }) => role === 'production' && facts.image);
    const images = new Set([
      ...running.map(({ name, containers }) => imagesOf(containers)[0]?.name ?? name ?? ''),
      ...composed.map(({ facts }) => parseImage(facts.image!.value)?.name ?? facts.name.value),
    ]);
    const [image, ...moreImages] = images;
    if (image === undefined || moreImages.length > 0) return;
    // Somebody else's image may be the only one as well: one that is of this repository bears one of its names.
    if (!this.#parts.projects.names.some((name) => sharesWord(name, [image]))) return;
    const why = 'is the only one here, as is the service';
    this.#names.add(only, image);
    for (const workload of running) this.#joinWorkload(only, workload, why);
    for (const service of composed) this.#joinCompose(only, service, why);
  }

  /** A repository of manifests alone: what is deployed and no known product is a service, its code elsewhere. */
  addFromManifestsAlone(): void {
    if (this.#all.some(({ root }) => root !== undefined)) return;
    for (const workload of this.#unmatched) {
      if (workload.batch || workload.role === 'test' || workload.role === 'example') continue;
      // Agents of the cluster's nodes.
      if (workload.kind === 'DaemonSet') continue;
      const image = imagesOf(workload.containers)[0];
      const name = workload.name ?? otherNames(workload)[0];
      if (name === undefined || isInfrastructureName(name) || (image && storeLikeName(image.name))) continue;
      const draft = this.#names.called(name) ?? this.#create(undefined, name);
      this.#joinWorkload(draft, workload, image ? `runs ${image.repository}` : 'is deployed from here');
    }
    for (const service of this.#unmatchedCompose) {
      const name = service.facts.name.value;
      const image = service.facts.image ? parseImage(service.facts.image.value) : undefined;
      if (!image || service.role !== 'production' || storeLikeName(name) || storeLikeName(image.name))
        continue;
      this.#joinCompose(
        this.#names.called(name) ?? this.#create(undefined, name),
        service,
        `runs ${image.repository}`,
      );
    }
  }

  finish(): ServiceDraft[] {
    for (const draft of [...this.#all]) {
      this.#complete(draft);
      this.#split(draft);
    }
    const taken = new Set<string>();
    for (const draft of this.#all) {
      if (taken.has(draft.name) && draft.root) draft.name = draft.root;
      taken.add(draft.name);
    }
    return this.#all.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  }

  #complete(draft: ServiceDraft): void {
    const { projects } = this.#parts;
    if (draft.root !== undefined) draft.package = projects.packages.get(draft.root);
    draft.language = languageOfDraft(draft, projects.foreignIn(draft.root)) ?? draft.language;
    draft.role = roleOfDraft(draft, this.#parts.role);
    draft.name = draft.configuration?.name ?? nameOf(draft, projects.foreignIn(draft.root));
  }

  #split(draft: ServiceDraft): void {
    for (const { name, workloads, composeServices } of partsOf(draft)) {
      const part: ServiceDraft = {
        ...this.#create(undefined, name),
        language: draft.language,
        runs: draft,
      };
      this.#all[this.#all.length - 1] = part;
      for (const workload of workloads) this.#joinWorkload(part, workload, `runs the image of ${draft.name}`);
      for (const service of composeServices)
        this.#joinCompose(part, service, `runs the image of ${draft.name}`);
      part.role = roleOfDraft(part, this.#parts.role);
    }
  }

  #at(root: string | undefined, name?: string): ServiceDraft {
    return (root === undefined ? undefined : this.#byRoot.get(root)) ?? this.#create(root, name);
  }

  #create(root: string | undefined, name?: string): ServiceDraft {
    const draft: ServiceDraft = {
      name: name ?? '',
      root,
      role: 'production',
      names: [],
      learned: new Map(),
      evidence: [],
      dockerfiles: [],
      composeServices: [],
      workloads: [],
    };
    this.#all.push(draft);
    if (name !== undefined) this.#names.add(draft, name);
    if (root === undefined) return draft;
    this.#byRoot.set(root, draft);
    const pkg = this.#parts.projects.packages.get(root);
    const folder =
      root === ''
        ? undefined
        : [root, ...foldersUp(root)].map(baseOf).find((base) => base !== '' && !isGenericName(base));
    if (folder !== undefined) this.#names.add(draft, folder);
    if (pkg?.facts.name) {
      this.#names.add(draft, unscoped(pkg.facts.name.value));
      draft.evidence.push({
        at: { file: pkg.file, range: pkg.facts.name.range },
        message: `Package ${pkg.facts.name.value} is it.`,
      });
    }
    const foreign = this.#parts.projects.foreignIn(root);
    if (foreign?.name !== undefined) this.#names.add(draft, lastPart(foreign.name));
    return draft;
  }

  #remove(draft: ServiceDraft): void {
    this.#all.splice(this.#all.indexOf(draft), 1);
    this.#certain.delete(draft);
    if (draft.root !== undefined) this.#byRoot.delete(draft.root);
    this.#names.forget(draft);
  }

  /** Finds the service that something deployed runs: by its image, its name, then by what else it is called. */
  #find(
    images: readonly Image[],
    name: string | undefined,
    others: readonly string[],
    { file, role }: { readonly file: string; readonly role: Role },
  ): Found | undefined {
    for (const image of images) {
      const compiled = this.#goProgram(image);
      if (compiled) return { draft: compiled, why: `runs the Go program ${image.repository}` };
      if (isKnownProduct(image) && (!image.qualified || hasMakersName(image))) continue;
      const draft = this.#names.exactly(image.name, file) ?? this.#project(image.name);
      if (draft) return { draft, why: `runs the image ${image.repository}` };
    }
    if (images.length > 0 && images.every(isKnownProduct)) return undefined;
    const around = [...foldersUp(file)]
      .map((folder) => this.#byRoot.get(folder))
      .find((draft) => draft?.root);
    const called = images.length > 0 ? images.map((image) => image.name) : name === undefined ? [] : [name];
    if (around && images.some((image) => normalName(image.name).startsWith(normalName(baseOf(around.root!)))))
      return { draft: around, why: 'runs the image that is named after its folder' };
    for (const candidate of name === undefined ? others : [name, ...others]) {
      const draft = this.#names.called(candidate, file);
      if (!draft || runsAnotherImage(draft, candidate, images, file)) continue;
      if (role !== 'production' || !this.#isTool(draft)) return { draft, why: `bears its name` };
    }
    if (
      around &&
      role !== 'test' &&
      !isInfrastructureName(name ?? '') &&
      sharesWord(baseOf(around.root!), called)
    )
      return { draft: around, why: 'stands in its folder' };
    for (const image of role === 'test' ? [] : images) {
      const draft = this.#names.ending(image.name, file);
      if (draft && !runsAnotherImage(draft, image.name, images, file))
        return { draft, why: `runs the image ${image.repository}` };
    }
    return undefined;
  }

  /** `ko://example.com/shop/cmd/api`, which ko compiles: https://ko.build/features/k8s/ */
  #goProgram({ repository }: Image): ServiceDraft | undefined {
    const path = /^ko:\/\/(.+)$/.exec(repository)?.[1];
    for (const [folder, { language, name }] of path === undefined ? [] : this.#parts.projects.foreign) {
      if (language !== 'go' || name === undefined || !isWithin(path!, name)) continue;
      const program = join(folder, path!.slice(name.length + 1));
      const isHere = [...this.#parts.sources.keys()].some((file) => folderOf(file) === program);
      if (isHere) return this.#at(program);
    }
    return undefined;
  }

  /** A project here that nothing else has made a service yet, but whose image is deployed. */
  #project(image: string): ServiceDraft | undefined {
    const { projects } = this.#parts;
    const folder = projects.named(image, '');
    if (folder === undefined) return this.#program(image);
    if (this.#isToolFolder(folder)) return undefined;
    // The image of a whole monorepo is that of its only service, if it is anything's.
    if (this.#names.has(image)) return undefined;
    if (folder === '' && projects.isMonorepo)
      return this.#certain.size === 1 ? [...this.#certain][0] : undefined;
    return this.#at(folder);
  }

  /** The one folder of this name with a server in it: a program of a project that holds several. */
  #program(name: string): ServiceDraft | undefined {
    this.#programs ??= programsByName(this.#parts);
    const [[folder, language] = [], ...others] = this.#programs.get(name) ?? [];
    if (folder === undefined || others.length > 0) return undefined;
    const draft = this.#at(folder);
    draft.language = language;
    return draft;
  }
}

/** The folders with a server in them, and its language, by the folder's name. */
function programsByName({ sources, role }: Parts): ReadonlyMap<string, ReadonlyMap<string, string>> {
  const found = new Map<string, Map<string, string>>();
  for (const [file, { listens }] of sources) {
    if (listens.length === 0 || role(file) !== 'production') continue;
    for (const folder of foldersUp(file)) {
      const name = baseOf(folder);
      found.set(name, (found.get(name) ?? new Map<string, string>()).set(folder, languageOfFile(file)));
    }
  }
  return found;
}

interface Found {
  readonly draft: ServiceDraft;
  readonly why: string;
}

/** A service while its parts are being found, and what its parts say about it: name, language, role. */
import type { ServiceConfiguration } from '../artifacts/configuration/facts.ts';
import type { ForeignManifestFacts, PackageFacts } from '../artifacts/packages/facts.ts';
import type { Evidence } from '../text.ts';
import type { DockerfileFacts } from '../artifacts/dockerfile/facts.ts';
import { builtStage, chain, isGenericName, languageOf, startCommands } from './dockerfiles.ts';
import { normalName } from './images.ts';
import type { ComposeService, Dockerfile, InFile, Role, Workload } from './model.ts';
import { roleByName } from './roles.ts';
import { isStarted } from './servers.ts';
import { lastPart } from './serviceNames.ts';

/** A service before its code is read. */
export interface ServiceDraft {
  name: string;
  root?: string;
  language?: string;
  role: Role;
  package?: InFile<PackageFacts>;
  configuration?: ServiceConfiguration;
  /** What it is called anywhere, the most trusted first. */
  readonly names: string[];
  /** Of these, the ones that are known from what is deployed alone, and the files that say so. */
  readonly learned: Map<string, string>;
  readonly evidence: Evidence[];
  readonly dockerfiles: Dockerfile[];
  readonly composeServices: ComposeService[];
  readonly workloads: Workload[];
  /** The service whose image it runs under another name. */
  runs?: ServiceDraft;
}

/** The language of its image, else of its manifest. */
export function languageOfDraft(
  draft: ServiceDraft,
  foreign: ForeignManifestFacts | undefined,
): string | undefined {
  const images = draft.dockerfiles.map(({ facts }) => languageOf(facts));
  const final = images.find((image) => image.final !== undefined)?.final;
  if (final !== undefined && (!foreign || !draft.package))
    return final === 'javascript' && foreign && !draft.package ? foreign.language : final;
  if (foreign && (!draft.package || final === foreign.language)) return foreign.language;
  // A package that nothing starts is for what is sent to browsers.
  const isAsset = draft.package && !isStarted(draft.package.facts);
  if (foreign && isAsset) return foreign.language;
  return draft.package ? 'javascript' : images.find((image) => image.builder !== undefined)?.builder;
}

/** The role of its folder, else of what is deployed of it. */
export function roleOfDraft(draft: ServiceDraft, role: (path: string) => Role): Role {
  if (draft.root !== undefined && draft.root !== '') {
    const own = role(`${draft.root}/x`);
    if (own !== 'production') return own;
  }
  const images = draft.dockerfiles.filter((one) => one.role === 'production');
  if (images.length > 0 && images.every(({ facts }) => generatesLoad(facts))) return 'tool';
  const roles = [...draft.workloads, ...draft.composeServices, ...draft.dockerfiles].map((part) => part.role);
  return roles.length === 0 || roles.includes('production') ? 'production' : roles[0]!;
}

/** Whether what an image starts, or copies to be started, is a load generator's by its name. */
function generatesLoad(facts: DockerfileFacts): boolean {
  const stages = chain(facts, builtStage(facts));
  const words = startCommands(stages).flatMap((command) => command.words.join(' ').split(/[\s/]+/));
  return words.some((word) => roleByName(word) === 'tool');
}

/** The name people know it by: as it is deployed, else as its package or folder is called. */
export function nameOf(draft: ServiceDraft, foreign: ForeignManifestFacts | undefined): string {
  const own = draft.names.map(normalName);
  const composed = draft.composeServices;
  const hasProduction = composed.some(({ role }) => role === 'production');
  const deployed = [
    ...draft.workloads.filter(({ batch }) => !batch).map(({ name }) => name),
    ...composed
      .filter(({ oneShot, role }) => !oneShot && (role === 'production' || !hasProduction))
      .map(({ facts }) => facts.name.value),
  ].filter((name) => name !== undefined);
  const distinct = [...new Set(deployed)];
  const named = distinct.filter((name) => !isGenericName(name));
  // The product's name stands before it: `shop-web` is `web`.
  const matching =
    named.find((name) => own.includes(normalName(name))) ??
    named.find((name) => draft.names.some((said) => said.endsWith(`-${name}`)));
  if (matching !== undefined) return matching;
  if (distinct.length === 1 && !isGenericName(distinct[0]!)) return distinct[0]!;
  const said = draft.names.find((name) => !isGenericName(name));
  return (
    said ??
    distinct[0] ??
    (foreign?.name === undefined ? undefined : lastPart(foreign.name)) ??
    draft.names[0] ??
    'app'
  );
}

/**
 * The image that a Dockerfile builds by default: its last stage with the stages below it. It must never judge.
 */
import type { DockerCommand, DockerStage, ImageReference } from '../../artifacts/dockerfile/facts.ts';
import { chain } from '../../model/dockerfiles.ts';
import type { Dockerfile } from '../../model/model.ts';
import type { Ranged } from '../../text.ts';

export interface FinalImage {
  /** The last stage. */
  readonly stage: DockerStage;
  /** The last stage first, then what it is based on. */
  readonly chain: readonly DockerStage[];
  /** The image that the lowest of them starts from. */
  readonly base: Ranged<ImageReference>;
  /** The last USER that counts. */
  readonly user?: Ranged<string>;
  readonly entrypoint?: DockerCommand;
  readonly cmd?: DockerCommand;
  readonly healthcheck?: DockerStage['healthcheck'];
  /** What its stages run while they are built, in one text. */
  readonly built: string;
}

/**
 * @param index of the stage that is built
 * @returns undefined for a fragment without FROM, or with an empty one
 */
export function finalImage({ facts }: Dockerfile, index = facts.stages.length - 1): FinalImage | undefined {
  const stages = chain(facts, index);
  const [stage] = stages;
  const base = stages.at(-1)?.from;
  if (!stage || !base || base.value.text === '') return undefined;
  const withEntrypoint = stages.findIndex(({ entrypoint }) => entrypoint !== undefined);
  const withCmd = stages.findIndex(({ cmd }) => cmd !== undefined);
  // An ENTRYPOINT empties the CMD that the image below it brought along.
  const cmdCounts = withCmd !== -1 && (withEntrypoint === -1 || withCmd <= withEntrypoint);
  return {
    stage,
    chain: stages,
    base,
    user: stages.find(({ users }) => users.length > 0)?.users.at(-1),
    entrypoint: stages[withEntrypoint]?.entrypoint,
    cmd: cmdCounts ? stages[withCmd]!.cmd : undefined,
    healthcheck: stages.find(({ healthcheck }) => healthcheck !== undefined)?.healthcheck,
    built: stages.flatMap(({ runs }) => runs.map(({ value }) => value)).join('\n'),
  };
}

/** Whether a USER is root, by name or number, with any group. */
export function isRoot(user: string): boolean {
  return /^(?:root|0+)(?::|$)/i.test(user.trim());
}

/** Whether a variable in it could not be replaced. */
export function isUnknown(user: string): boolean {
  return user.includes('$');
}

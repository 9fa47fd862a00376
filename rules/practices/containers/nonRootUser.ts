/** How an image gets a user of its own, by the customs of what it is based on. It must never decide whether it should. */
import type { TextFile } from '../../artifacts/artifact.ts';
import type { DockerInstruction, ImageReference } from '../../artifacts/dockerfile/facts.ts';
import type { Dockerfile } from '../../model/model.ts';
import { insertAfter, insertBefore } from '../edits/dockerfile.ts';
import type { Change } from '../rule.ts';
import { familyOf, shippedUser } from './baseImages.ts';
import type { FinalImage } from './finalImage.ts';

export interface NonRootUser {
  /** What goes after USER. */
  readonly user: string;
  /** Instructions that make it, before. */
  readonly create: readonly string[];
}

/**
 * The user an image should start as: one that its build makes already, one that the base image ships, or a new one.
 * Numbers where there is no /etc/passwd to write to; 65532 is the number distroless gave its `nonroot`.
 * @returns undefined where nothing is known of the base image
 */
export function nonRootUser({ base, built }: FinalImage): NonRootUser | undefined {
  const made = userMadeBy(built);
  if (made) return { user: made, create: [] };
  const shipped = shippedUser(base.value);
  if (shipped) return { user: shipped, create: [] };
  return newUser(base.value);
}

function newUser(image: ImageReference): NonRootUser | undefined {
  switch (familyOf(image)) {
    case 'alpine':
      return { user: 'app', create: ['RUN addgroup -S app && adduser -S -G app app'] };
    case 'debian':
      return { user: 'app', create: ['RUN groupadd --system app && useradd --system --gid app app'] };
    case 'redhat':
    case 'busybox':
    case 'scratch':
    case 'distroless':
      return { user: '65532:65532', create: [] };
    default:
      return undefined;
  }
}

/** The last user that a RUN of the image makes. */
function userMadeBy(built: string): string | undefined {
  const commands = built.split(/&&|\|\||[;\n]/).map((command) => command.trim().split(/\s+/));
  const made = commands.filter(([program]) => /^(?:\/usr\/s?bin\/)?(?:adduser|useradd)$/.test(program ?? ''));
  const words = made.at(-1) ?? [];
  // `adduser USER GROUP` and the name as the last word of the others.
  const name = words.at(-1);
  return name !== undefined && /^[a-z_][a-z0-9_-]*$/i.test(name) && words.length > 1 ? name : undefined;
}

/**
 * Puts instructions where the image is complete: above the command it starts with, else at its end.
 * @param instructions without line ends
 */
export function beforeCommand(
  file: TextFile,
  { facts }: Dockerfile,
  stage: number,
  instructions: readonly string[],
): Change {
  const own = facts.instructions.filter((instruction) => instruction.stage === stage);
  const builds = own.findLastIndex(({ keyword }) => /^(?:RUN|COPY|ADD|WORKDIR)$/.test(keyword));
  const isCommand = ({ keyword }: DockerInstruction): boolean => /^(?:CMD|ENTRYPOINT)$/.test(keyword);
  const command = own.find((instruction, index) => index > builds && isCommand(instruction));
  if (command) return insertBefore(file, command.range, instructions);
  return insertAfter(file, own.at(-1)!.range, instructions);
}

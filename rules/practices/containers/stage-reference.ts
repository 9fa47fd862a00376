/** COPY --from or a stage's name leads elsewhere than it seems: to no stage, to itself, or to another stage of that name. */
import type { DockerCopy, DockerStage } from '../../artifacts/dockerfile/facts.ts';
import type { Dockerfile, Model } from '../../model/model.ts';
import { folderOf } from '../../model/paths.ts';
import { nearest } from '../../nearest.ts';
import { replace } from '../edits/dockerfile.ts';
import { defineRule, type Gap, type LazyFix } from '../rule.ts';
import { levelIn, stagesOf } from './stages.ts';
import { isPublicImage } from './versions.ts';

type Message =
  | 'unknown'
  | 'later'
  | 'untagged'
  | 'itself'
  | 'itself-by-number'
  | 'duplicate'
  | 'duplicate-case'
  | 'reserved'
  | 'reserved-case';

export default defineRule<Message>({
  id: 'containers/stage-reference',
  title: 'COPY --from names no stage above it, or two stages share a name.',
  area: 'containers',
  section: '§4',
  level: 'warning',
  fix: 'suggested',
  joins: true,
  messages: {
    unknown: {
      text: 'No stage above is called {name}, so Docker asks the registry for an image of that name: the build fails, or takes files out of somebody else’s image.',
      equivalents: ['hadolint/DL3022'],
    },
    later: {
      text: 'Stage {name} comes after this one, and a stage can only copy from those before it: the build fails.',
      equivalents: ['hadolint/DL3022'],
      level: 'error',
    },
    // An image that is plainly meant; that it has no version is containers/base-unpinned's.
    untagged: {
      text: '{name} is written neither like a stage above nor like an image with a tag.',
      equivalents: ['hadolint/DL3022'],
      level: 'off',
    },
    itself: {
      text: 'Stage {name} copies from itself, and the build fails: only stages before it are finished.',
      equivalents: ['hadolint/DL3023'],
      level: 'error',
    },
    'itself-by-number': {
      text: 'Stage {name} is the one that copies, and the build fails: only stages before it are finished.',
      level: 'error',
    },
    duplicate: {
      text: 'Another stage is called {name} already: COPY --from={name} below takes this one, and that one may be left out of the build without a word.',
      equivalents: ['hadolint/DL3024', 'buildkit/DuplicateStageName'],
    },
    // To Docker names are the same in capitals, to hadolint they are not.
    'duplicate-case': {
      text: 'To Docker {name} is the same name as {other}, which a stage has already: COPY --from={name} below takes this one.',
      equivalents: ['buildkit/DuplicateStageName'],
    },
    reserved: {
      text: 'Docker means something else by {name}, so this stage cannot be counted on to be found by its name.',
      equivalents: ['hadolint/DL3063', 'buildkit/ReservedStageName'],
    },
    'reserved-case': {
      text: 'Docker means something else by {name}, in small letters or capitals, so this stage cannot be counted on to be found by its name.',
      equivalents: ['buildkit/ReservedStageName'],
    },
  },
  check(model, report) {
    for (const dockerfile of model.dockerfiles) {
      const level = levelIn(model, dockerfile.file);
      const gaps = [...nameGaps(dockerfile), ...copyGaps(dockerfile, stagesBeside(dockerfile, model))];
      for (const gap of gaps) report.gap({ ...gap, level });
    }
  },
});

function* nameGaps({ file, facts }: Dockerfile): Generator<Gap<Message>> {
  const before: DockerStage[] = [];
  for (const stage of facts.stages) {
    const { name, nameRange: range } = stage;
    if (name === undefined || !range) continue;
    const at = { file, range };
    const lower = name.toLowerCase();
    if (lower === 'scratch' || lower === 'context') {
      yield { message: name === lower ? 'reserved' : 'reserved-case', data: { name }, at };
    }
    const same = before.find((one) => one.name === name);
    const other = same ?? before.find((one) => one.name!.toLowerCase() === lower);
    before.push(stage);
    if (!other) continue;
    const related = [{ at: { file, range: other.nameRange! }, message: 'The first stage of this name' }];
    if (same) yield { message: 'duplicate', data: { name }, at, related };
    else yield { message: 'duplicate-case', data: { name, other: other.name! }, at, related };
  }
}

/** The names of stages in other files of its folder: a script may put them together. */
function stagesBeside({ file }: Dockerfile, { dockerfiles }: Model): ReadonlySet<string> {
  const beside = dockerfiles.filter((one) => one.file !== file && folderOf(one.file) === folderOf(file));
  return new Set(beside.flatMap(({ facts }) => facts.stages.flatMap(({ name }) => name ?? [])));
}

function* copyGaps(dockerfile: Dockerfile, beside: ReadonlySet<string>): Generator<Gap<Message>> {
  const { file, facts } = dockerfile;
  for (const stage of stagesOf(facts)) {
    for (const copy of stage.copies) {
      if (copy.keyword !== 'COPY' || copy.from === undefined || !copy.fromRange) continue;
      for (const verdict of verdicts(facts.stages, stage, copy)) {
        const message = verdict === 'unknown' && beside.has(copy.from) ? 'untagged' : verdict;
        yield {
          message,
          data: { name: copy.from },
          at: { file, range: copy.fromRange },
          fixes: message === 'unknown' ? fixes(dockerfile, stage, copy) : [],
        };
      }
    }
  }
}

/** @returns nothing where it names a stage above, or an image with a tag or a digest */
function verdicts(
  stages: readonly DockerStage[],
  stage: DockerStage,
  { from, fromImage, fromStage, flags }: DockerCopy,
): Message[] {
  const name = from!;
  const own = stage.name;
  const written = flags.find(({ value }) => value.startsWith('--from='))!.value.slice('--from='.length);
  // Hadolint takes a name in other capitals for another name, and replaces no variables.
  const isUntagged = !written.includes(':') && !isStageAsWritten(stages, stage, written);
  const untagged: Message[] = isUntagged ? ['untagged'] : [];
  if (own === name) return ['itself', ...untagged];
  const isItself = own?.toLowerCase() === name.toLowerCase() && lastNamed(stages, name) === stage.index;
  if (isItself || name === `${stage.index}`) return ['itself-by-number', ...untagged];
  if (fromStage !== undefined || !isUntagged || written.includes('$')) return untagged;
  const index = /^\d+$/.test(name) ? Number(name) : lastNamed(stages, name);
  if (index > stage.index && index < stages.length) return ['later'];
  if (/^\d+$/.test(name)) return ['unknown'];
  return fromImage === undefined || isPublicImage(fromImage.value) ? untagged : ['unknown'];
}

function isStageAsWritten(stages: readonly DockerStage[], { index }: DockerStage, written: string): boolean {
  if (/^\d/.test(written)) return Number.parseInt(written, 10) <= index;
  return stages.some((one) => one.name === written && one.index <= index);
}

function lastNamed(stages: readonly DockerStage[], name: string): number {
  return stages.findLastIndex((one) => one.name?.toLowerCase() === name.toLowerCase());
}

function fixes({ file, facts }: Dockerfile, stage: DockerStage, { from, fromRange }: DockerCopy): LazyFix[] {
  const above = facts.stages.filter(({ index }) => index < stage.index).map(({ name }) => name);
  const meant = nearest(
    from!,
    above.filter((name) => name !== undefined),
  );
  if (meant === undefined) return [];
  return [
    {
      title: `Copy from ${meant}`,
      safety: 'suggested',
      changes: ({ read }) => [replace(read(file), fromRange!, meant)],
    },
  ];
}

/** A base image has no version: what is built tomorrow is not what was tested today. */
import type { ImageReference } from '../../artifacts/dockerfile/facts.ts';
import type { Dockerfile, Model } from '../../model/model.ts';
import { place } from '../../model/model.ts';
import type { Ranged } from '../../text.ts';
import { replace } from '../edits/dockerfile.ts';
import { defineRule, type LazyFix } from '../rule.ts';
import {
  declaredVersion,
  declaringFile,
  engineOf,
  isPublicImage,
  supportedRelease,
  versionElsewhere,
} from './versions.ts';

export default defineRule({
  id: 'containers/base-unpinned',
  title: 'A base image has no tag, or the tag latest.',
  area: 'containers',
  section: '§4',
  level: 'warning',
  fix: 'suggested',
  joins: false,
  messages: {
    untagged: {
      text: '{image} has no tag, which means latest: the next build may get another version without anybody having changed a line.',
      equivalents: ['hadolint/DL3006'],
    },
    latest: {
      text: '{image} is whatever is newest when the image is built: the next build may get another version without anybody having changed a line.',
      equivalents: ['hadolint/DL3007'],
    },
    // Hadolint replaces no build arguments.
    argument: {
      text: '{text} is {image} unless the build says otherwise, and that names no version: the next build may get another one without anybody having changed a line.',
    },
    'latest-variant': {
      text: '{image} is the newest of its variant: the tag says latest in other words, and the next build may get another version.',
    },
    'copy-untagged': {
      text: 'COPY takes files out of {image}, which has no version: the next build may copy something else without anybody having changed a line.',
    },
  },
  check(model, report) {
    for (const dockerfile of model.dockerfiles) {
      const { file, facts } = dockerfile;
      const service = model.serviceRunning(dockerfile);
      const level = model.role(file) === 'production' ? undefined : 'info';
      let met = facts.stages.length > 0;
      for (const image of imagesOf(dockerfile)) {
        const { value } = image;
        const unpinned = verdict(image);
        if (unpinned === 'pinned') continue;
        met = false;
        const at = place(file, image);
        if (unpinned === 'unknown') {
          if (level === undefined)
            report.unknown(service, `${value.text} is decided outside the Dockerfile.`, at);
          continue;
        }
        const data = {
          image: value.resolved ?? value.text,
          ...(unpinned === 'argument' && { text: value.text }),
        };
        report.gap({ message: unpinned, data, at, service, level, fixes: fixes(model, dockerfile, image) });
      }
      const first = facts.stages[0];
      if (service && met && first && level === undefined) {
        report.met(service, { at: place(file, first.from), message: 'Every base image has a version.' });
      }
    }
  },
});

interface Use extends Ranged<ImageReference> {
  readonly copied: boolean;
}

/** Images from outside: neither stages, nor the empty image, nor a name that may be a build context. */
function imagesOf({ facts }: Dockerfile): Use[] {
  return facts.stages.flatMap(({ from, baseStage, copies }) => {
    const bases = baseStage === undefined && from.value.text !== '' ? [{ ...from, copied: false }] : [];
    const copied = copies
      .map(({ fromImage }) => fromImage)
      .filter((image) => image !== undefined && isPublicImage(image.value))
      .map((image) => ({ ...image!, copied: true }));
    return [...bases, ...copied].filter(({ value }) => value.resolved?.toLowerCase() !== 'scratch');
  });
}

type Verdict = 'pinned' | 'unknown' | 'untagged' | 'latest' | 'argument' | 'latest-variant' | 'copy-untagged';

function verdict({ value: { text, resolved, tag, digest }, copied }: Use): Verdict {
  if (digest !== undefined) return 'pinned';
  if (resolved === undefined) return 'unknown';
  if (tag !== undefined && !/(?:^|[-_.])latest(?:[-_.]|$)/i.test(tag)) return 'pinned';
  if (copied) return 'copy-untagged';
  if (text.includes('$')) return 'argument';
  if (tag === undefined) return 'untagged';
  return tag === 'latest' ? 'latest' : 'latest-variant';
}

function fixes(model: Model, dockerfile: Dockerfile, image: Use): LazyFix[] {
  const { value, range } = image;
  if (value.text.includes('$') || value.name === undefined) return [];
  if (value.tag !== undefined && value.tag !== 'latest') return [];
  const { name } = value;
  const pin = (title: string, tag: string, source?: string): LazyFix => ({
    title,
    safety: 'suggested',
    changes({ read }) {
      const declared = source === undefined ? undefined : declaredVersion(read(source), value);
      return [replace(read(dockerfile.file), range, `${name}:${declared ?? tag}`)];
    },
  });
  const elsewhere = versionElsewhere(model, value);
  if (elsewhere)
    return [pin(`Pin ${name} to ${elsewhere.tag}, the version of ${elsewhere.source}`, elsewhere.tag)];
  const engine = engineOf(model, dockerfile, value);
  if (engine)
    return [pin(`Pin ${name} to ${engine.tag}, as the engines of ${engine.source} ask`, engine.tag)];
  const release = supportedRelease(value);
  if (release === undefined) return [];
  const declaring = declaringFile(model, dockerfile, value);
  if (declaring !== undefined)
    return [pin(`Pin ${name} to the version that ${declaring} asks for`, release, declaring)];
  return [pin(`Pin ${name} to ${release}`, release)];
}

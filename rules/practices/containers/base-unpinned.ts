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
    // Hadolint takes the port of a registry for a tag.
    'untagged-port': {
      text: '{image} has no tag, which means latest: the next build may get another version without anybody having changed a line.',
    },
    // Hadolint replaces no build arguments, and leaves alone what starts with one.
    argument: {
      text: '{text} is {image} unless the build says otherwise, and that names no version: the next build may get another one without anybody having changed a line.',
    },
    'argument-written': {
      text: '{text} is {image} unless the build says otherwise, and that names no version: the next build may get another one without anybody having changed a line.',
      equivalents: ['hadolint/DL3006'],
    },
    'as-written': {
      text: '{text} has no tag as it is written here.',
      equivalents: ['hadolint/DL3006'],
      level: 'off',
    },
    'major-only': {
      text: '{image} names a major version alone: the next build may get another minor version without anybody having changed a line.',
      level: 'off',
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
      for (const { from } of writtenOnly(dockerfile)) {
        const data = { text: from.value.text };
        report.gap({ message: 'as-written', data, at: place(file, from), service, level });
      }
      for (const image of imagesOf(dockerfile)) {
        const { value } = image;
        const unpinned = verdict(image);
        if (unpinned === 'pinned') {
          const { resolved = '', tag, digest } = image.value;
          if (digest === undefined && /^v?\d+(?:-|$)/.test(tag ?? ''))
            report.gap({
              message: 'major-only',
              data: { image: resolved },
              at: place(file, image),
              service,
              level,
            });
          continue;
        }
        met = false;
        const at = place(file, image);
        if (unpinned === 'unknown') {
          if (level === undefined)
            report.unknown(service, `${value.text} is decided outside the Dockerfile.`, at);
          continue;
        }
        const data = {
          image: value.resolved ?? value.text,
          ...(unpinned.startsWith('argument') && { text: value.text }),
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

type Verdict =
  | 'pinned'
  | 'unknown'
  | 'untagged'
  | 'untagged-port'
  | 'latest'
  | 'argument'
  | 'argument-written'
  | 'latest-variant'
  | 'copy-untagged';

function verdict({ value: { text, resolved, tag, digest }, copied }: Use): Verdict {
  if (digest !== undefined) return 'pinned';
  if (!copied && text.endsWith(':latest')) return 'latest';
  if (resolved === undefined) return 'unknown';
  const isLatest = tag === undefined || /(?:^|[-_.])latest(?:[-_.]|$)/i.test(tag);
  // `latest-rust-1.95` has a version of what counts.
  if (!isLatest || /(?:^|[-_.])v?\d+(?:\.\d+)*(?:[-_.]|$)/.test(tag ?? '')) return 'pinned';
  if (copied) return 'copy-untagged';
  const written = isUntaggedAsWritten(text, []);
  if (text.includes('$')) return written ? 'argument-written' : 'argument';
  if (tag === undefined) return written ? 'untagged' : 'untagged-port';
  return 'latest-variant';
}

/** What has a tag, or is a stage, only once variables are replaced and capitals are ignored. */
function writtenOnly({ facts: { stages } }: Dockerfile): Dockerfile['facts']['stages'] {
  return stages.filter(({ index, from, baseStage }) => {
    const names = stages.slice(0, index).map(({ name }) => name);
    if (from.value.text === '' || !isUntaggedAsWritten(from.value.text, names)) return false;
    const found = baseStage === undefined ? verdict({ ...from, copied: false }) : 'pinned';
    return found !== 'untagged' && found !== 'argument-written';
  });
}

/**
 * Whether a reference has no tag to somebody who replaces nothing.
 * Source: https://github.com/hadolint/hadolint/wiki/DL3006, and how hadolint takes references apart: a registry has a
 * dot, and a tag follows the first colon after it.
 */
function isUntaggedAsWritten(text: string, stages: readonly (string | undefined)[]): boolean {
  const plain = text.replace(/\$\{[^}\s]*\}/g, '$');
  const [, withoutRegistry] = /^[^.]+\.[^/]+\/(.*)$/.exec(plain) ?? [];
  const name = withoutRegistry ?? plain;
  return !/[:@]/.test(name) && !name.startsWith('$') && name !== 'scratch' && !stages.includes(name);
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

/** ADD takes files out of the build context: it would also unpack or download, which nobody asked for. */
import type { DockerCopy } from '../../artifacts/dockerfile/facts.ts';
import { replace } from '../edits/dockerfile.ts';
import { defineRule, type LazyFix } from '../rule.ts';
import { levelIn, stagesOf } from './stages.ts';

export default defineRule({
  id: 'containers/add-for-copy',
  title: 'ADD copies plain files, which COPY does without surprises.',
  area: 'containers',
  section: '§4',
  level: 'warning',
  fix: 'safe',
  joins: false,
  messages: {
    plain: {
      text: 'ADD copies {source} here, which COPY does: ADD would also unpack what turns out to be an archive, and download what looks like an address.',
      equivalents: ['hadolint/DL3020'],
    },
    // For hadolint these are plain files too.
    other: {
      text: 'ADD is asked for {source}, which may be plain files: then COPY is enough.',
      equivalents: ['hadolint/DL3020'],
      level: 'off',
    },
  },
  check(model, report) {
    for (const { file, facts } of model.dockerfiles) {
      const level = levelIn(model, file);
      for (const { copies } of stagesOf(facts)) {
        for (const copy of copies) {
          if (copy.keyword !== 'ADD' || copy.written.every(isArchiveOrUrl)) continue;
          const plain = copy.written.find((source) => !isArchiveOrUrl(source))!;
          const isPlain = copy.written.every(isPlainFile) && !copy.flags.some(isOfAddAlone);
          const { start } = copy.range;
          report.gap({
            message: isPlain ? 'plain' : 'other',
            data: { source: plain },
            at: { file, range: { start, end: start + 'ADD'.length } },
            level,
            fixes: isPlain ? [useCopy(file, copy)] : [],
          });
        }
      }
    }
  },
});

/** What ADD is for, by the endings and schemes that hadolint knows. Source: https://github.com/hadolint/hadolint/wiki/DL3020 */
function isArchiveOrUrl(source: string): boolean {
  return (
    /^https?:\/\//.test(source) ||
    /\.(?:tar|Z|bz2|gz|lz|lzma|tZ|tb2|tbz|tbz2|tgz|tlz|tpz|txz|xz)$/.test(source)
  );
}

/** Nothing that ADD unpacks or fetches, nor anything that could become it. */
function isPlainFile(source: string): boolean {
  if (isArchiveOrUrl(source)) return false;
  return !/\$|<<|^(?:git@|ssh:|git:)|:\/\/|\.tar\b|\.(?:zst|zstd)$|\.t?[a-z]*[*?]/i.test(source);
}

function isOfAddAlone({ value }: { readonly value: string }): boolean {
  return /^--(?:checksum|keep-git-dir|unpack)(?:=|$)/.test(value);
}

function useCopy(file: string, { range: { start } }: DockerCopy): LazyFix {
  return {
    title: 'Use COPY',
    safety: 'safe',
    changes({ read }) {
      const source = read(file);
      const range = { start, end: start + 'ADD'.length };
      const isLower = source.text.slice(range.start, range.end) === 'add';
      return [replace(source, range, isLower ? 'copy' : 'COPY')];
    },
  };
}

/** A path depends on a working directory that somebody else decides. */
import type { DockerfileFacts, DockerInstruction } from '../../artifacts/dockerfile/facts.ts';
import { chain } from '../../model/dockerfiles.ts';
import { resolve } from '../../model/paths.ts';
import type { TextRange } from '../../text.ts';
import { insertBefore, replace } from '../edits/dockerfile.ts';
import { defineRule, type LazyFix } from '../rule.ts';
import { runsOf, type Ran } from './runs.ts';

export default defineRule({
  id: 'containers/workdir-relative',
  title: 'A path depends on a working directory that is decided elsewhere.',
  area: 'containers',
  section: '§4',
  level: 'warning',
  fix: 'safe',
  joins: false,
  messages: {
    first: {
      text: 'WORKDIR {path} is relative to whatever directory the base image ends in: when that changes, everything below lands somewhere else.',
      equivalents: ['hadolint/DL3000', 'buildkit/WorkdirRelativePath'],
    },
    further: {
      text: 'WORKDIR {path} is relative to the WORKDIR above it: whoever changes that one moves this one, too.',
      equivalents: ['hadolint/DL3000'],
      level: 'info',
    },
    copy: {
      text: 'COPY to {path} without a WORKDIR puts the files into whatever directory the base image ends in.',
      equivalents: ['hadolint/DL3045'],
      level: 'info',
    },
    'cd-lost': {
      text: 'cd {path} ends with its RUN: the next instruction starts in the old directory again, so WORKDIR is meant.',
      equivalents: ['hadolint/DL3003'],
    },
    // To build in a folder and to leave it in the same RUN is how it is done.
    cd: {
      text: 'cd {path} changes the directory in the middle of a RUN: an absolute path, or WORKDIR, says the same at a glance.',
      equivalents: ['hadolint/DL3003'],
      level: 'off',
    },
  },
  check(model, report) {
    for (const dockerfile of model.dockerfiles) {
      const { file, facts } = dockerfile;
      const service = model.serviceRunning(dockerfile);
      const level = model.role(file) === 'production' ? undefined : 'info';
      let met: TextRange | undefined;
      let gap = false;
      for (const { message, path, range, fixes } of [
        ...paths(facts, file),
        ...directories(runsOf(dockerfile)),
      ]) {
        if (message === undefined) met ??= range;
        else {
          gap ||= message === 'first' || message === 'copy' || message === 'cd-lost';
          report.gap({ message, data: { path }, at: { file, range }, service, level, fixes });
        }
      }
      if (service && met && !gap && level === undefined) {
        report.met(service, { at: { file, range: met }, message: 'WORKDIR is absolute.' });
      }
    }
  },
});

interface Found {
  /** undefined: as it should be. */
  readonly message?: 'first' | 'further' | 'copy' | 'cd' | 'cd-lost';
  readonly path: string;
  readonly range: TextRange;
  readonly fixes?: readonly LazyFix[];
}

/** What WORKDIR and COPY say, in order, as a build of each stage sees it. */
function paths(facts: DockerfileFacts, file: string): Found[] {
  const found: Found[] = [];
  /** Per stage, the directory after its last instruction; null where one is set and not known. */
  const directories = new Map<number, string | null | undefined>();
  for (const instruction of facts.instructions) {
    const { stage } = instruction;
    if (!directories.has(stage)) {
      const base = chain(facts, stage)[1];
      directories.set(stage, base && directories.get(base.index));
    }
    const triggered = triggerOf(instruction);
    const before = directories.get(stage);
    if (triggered.keyword === 'WORKDIR' && triggered.words !== '') {
      const path = unquoted(triggered.words);
      const range = endRange(instruction, triggered.words);
      const after = isAbsolute(path) ? path : typeof before === 'string' ? within(before, path) : null;
      if (isAbsolute(path)) found.push({ path, range });
      else {
        const message = before === undefined && !triggered.onbuild ? 'first' : 'further';
        found.push({ message, path, range, fixes: absolute(file, range, path, before) });
      }
      if (!triggered.onbuild) directories.set(stage, after?.includes('$') ? null : after);
    }
    if (triggered.keyword === 'COPY' && before === undefined && !/<</.test(triggered.words)) {
      const last = destinationOf(triggered.words);
      const path = last && unquoted(last.raw);
      if (!last || !path || isAbsolute(path)) continue;
      const end = instruction.range.end - last.behind;
      const range = { start: end - last.raw.length, end };
      const fixes = triggered.onbuild ? [] : withWorkdir(file, instruction);
      found.push({ message: 'copy', path, range, fixes });
    }
  }
  return found;
}

interface Trigger {
  readonly keyword: string;
  readonly words: string;
  readonly onbuild: boolean;
}

function triggerOf({ keyword, arguments: words }: DockerInstruction): Trigger {
  const match = keyword === 'ONBUILD' ? /^(\w+)\s+/.exec(words) : null;
  if (!match) return { keyword, words, onbuild: false };
  return { keyword: match[1]!.toUpperCase(), words: words.slice(match[0].length), onbuild: true };
}

function endRange({ range }: DockerInstruction, words: string): TextRange {
  return { start: Math.max(range.start, range.end - words.length), end: range.end };
}

/** The last argument as written, and how much stands behind it; undefined where there is only one. */
function destinationOf(words: string): { raw: string; behind: number } | undefined {
  const plain = words.replace(/^(?:--\S+\s+)*/, '');
  if (plain.startsWith('[')) {
    const strings = plain.match(/"(?:[^"\\]|\\.)*"/g) ?? [];
    const raw = strings.at(-1);
    if (raw === undefined || strings.length < 2) return undefined;
    return { raw, behind: plain.length - plain.lastIndexOf(raw) - raw.length };
  }
  const parts = plain.match(/(?:"[^"]*"|'[^']*'|[^\s"'])+/g) ?? [];
  return parts.length < 2 ? undefined : { raw: parts.at(-1)!, behind: 0 };
}

function unquoted(path: string): string {
  return path.trim().replace(/^(["'])([^]*)\1$/, '$2');
}

/** A variable may hold an absolute path, and mostly does. */
function isAbsolute(path: string): boolean {
  return /^(?:[/\\$%]|[A-Za-z]:[\\/])/.test(path);
}

function absolute(
  file: string,
  range: TextRange,
  path: string,
  before: string | null | undefined,
): LazyFix[] {
  if (before === null || /[\\:"'\s]/.test(path)) return [];
  const target = within(before ?? '/', path);
  if (target === null || (before === undefined && path.startsWith('..'))) return [];
  return [
    {
      title: `Write WORKDIR ${target}`,
      safety: before === undefined ? 'suggested' : 'safe',
      changes: ({ read }) => [replace(read(file), range, target)],
    },
  ];
}

function within(folder: string, path: string): string | null {
  const joined = folder.startsWith('/') ? resolve(folder.slice(1), path) : undefined;
  return joined === undefined ? null : `/${joined}`;
}

function withWorkdir(file: string, { range }: DockerInstruction): LazyFix[] {
  return [
    {
      title: 'Add WORKDIR /app above it',
      safety: 'suggested',
      changes: ({ read }) => [insertBefore(read(file), range, ['WORKDIR /app'])],
    },
  ];
}

function directories(runs: readonly Ran[]): Found[] {
  return runs.flatMap(({ script: { commands } }) => {
    const changes = commands.filter(({ name }) => name === 'cd');
    return changes.map((cd): Found => {
      const path = cd.arguments.map(({ text }) => text).join(' ');
      const isLost = cd === commands.at(-1) && changes.length === 1 && !cd.subshell && path !== '';
      return { message: isLost ? 'cd-lost' : 'cd', path, range: cd.range };
    });
  });
}

/** A path depends on a working directory that somebody else decides. */
import type { DockerfileFacts, DockerInstruction, DockerStage } from '../../artifacts/dockerfile/facts.ts';
import { chain } from '../../model/dockerfiles.ts';
import { resolve } from '../../model/paths.ts';
import type { TextRange } from '../../text.ts';
import { insertBefore, replace } from '../edits/dockerfile.ts';
import { defineRule, type LazyFix } from '../rule.ts';
import { mayBeSetBy } from './environmentOf.ts';
import { baseOf, nameOf } from './hadolint.ts';
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
    // Hadolint replaces no variables.
    'first-resolved': {
      text: 'WORKDIR {path} is {value} here, and relative to whatever directory the base image ends in.',
      equivalents: ['buildkit/WorkdirRelativePath'],
    },
    further: {
      text: 'WORKDIR {path} is relative to the WORKDIR above it: whoever changes that one moves this one, too.',
      equivalents: ['hadolint/DL3000'],
      level: 'info',
    },
    // Hadolint and Docker ask nothing of ONBUILD.
    onbuild: {
      text: 'WORKDIR {path} is relative to whatever directory the image that is built on this one is in.',
      level: 'info',
    },
    rooted: {
      text: 'WORKDIR {path} names no drive.',
      equivalents: ['hadolint/DL3000'],
      level: 'off',
    },
    copy: {
      text: 'COPY to {path} without a WORKDIR puts the files into whatever directory the base image ends in.',
      equivalents: ['hadolint/DL3045'],
      level: 'info',
    },
    // A here-document, or a WORKDIR that hadolint does not find by the names of stages.
    'copy-elsewhere': {
      text: 'COPY to {path} has no WORKDIR before it.',
      equivalents: ['hadolint/DL3045'],
      level: 'off',
    },
    'cd-lost': {
      text: 'cd {path} ends with its RUN: the next instruction starts in the old directory again, so WORKDIR is meant.',
      equivalents: ['hadolint/DL3003'],
    },
    'cd-lost-onbuild': {
      text: 'cd {path} ends with its RUN: the next instruction starts in the old directory again, so WORKDIR is meant.',
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
      for (const { message, path, value, range, fixes } of [
        ...paths(facts, file),
        ...directories(runsOf(dockerfile)),
      ]) {
        if (message === undefined) met ??= range;
        else {
          gap ||= /^(?:first|copy|cd-lost)/.test(message) && message !== 'copy-elsewhere';
          report.gap({
            message,
            data: { path, ...(value && { value }) },
            at: { file, range },
            service,
            level,
            fixes,
          });
        }
      }
      if (service && met && !gap && level === undefined) {
        report.met(service, { at: { file, range: met }, message: 'WORKDIR is absolute.' });
      }
    }
  },
});

type Key =
  | `first${'' | '-resolved'}`
  | 'further'
  | 'onbuild'
  | 'rooted'
  | `copy${'' | '-elsewhere'}`
  | 'cd'
  | `cd-lost${'' | '-onbuild'}`;

interface Found {
  /** undefined: as it should be. */
  readonly message?: Key;
  readonly path: string;
  readonly value?: string;
  readonly range: TextRange;
  readonly fixes?: readonly LazyFix[];
}

/** What WORKDIR and COPY say, in order, as a build of each stage sees it. */
function paths(facts: DockerfileFacts, file: string): Found[] {
  const found: Found[] = [];
  /** Per stage, the directory after its last instruction; null where one is set and not known. */
  const directories = new Map<number, string | null | undefined>();
  const named = new NamedDirectories(facts);
  for (const instruction of facts.instructions) {
    const { stage } = instruction;
    if (instruction.keyword === 'FROM') named.enter(facts.stages[stage]!);
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
      if (triggered.onbuild) {
        if (!isAbsolute(path)) found.push({ message: 'onbuild', path, range });
        continue;
      }
      named.set();
      if (/^[\\%]/.test(path)) found.push({ message: 'rooted', path, range });
      else if (isAbsolute(path)) {
        const value = before === undefined ? relativeValue(facts, stage, range) : undefined;
        found.push({ ...(value !== undefined && { message: 'first-resolved', value }), path, range });
      } else {
        const message = before === undefined ? 'first' : 'further';
        found.push({ message, path, range, fixes: absolute(file, range, path, before) });
      }
      directories.set(stage, after?.includes('$') ? null : after);
    }
    if (instruction.keyword !== 'COPY') continue;
    const last = destinationOf(triggered.words);
    const path = last && unquoted(last.raw);
    if (!last || !path || /^(?:[/$]|[A-Za-z]:)/.test(path) || named.isSet()) continue;
    const isOwn = before === undefined && !isAbsolute(path) && !/<</.test(triggered.words);
    const end = instruction.range.end - last.behind;
    const range = isOwn ? { start: end - last.raw.length, end } : instruction.keywordRange;
    const fixes = isOwn ? withWorkdir(file, instruction) : [];
    found.push({ message: isOwn ? 'copy' : 'copy-elsewhere', path, range, fixes });
  }
  return found;
}

/** What a path is worth that starts with a variable, where that is no absolute path; undefined where it is not known. */
function relativeValue(facts: DockerfileFacts, stage: number, { start, end }: TextRange): string | undefined {
  const value = facts.stages[stage]?.workdirs.find(({ range }) => range.end === end)?.value;
  if (value === undefined || !value.includes('$')) return value && !isAbsolute(value) ? value : undefined;
  const base = chain(facts, stage).at(-1)?.from.value;
  const isUnset = facts.unset.some(
    (use) => use.range.start === start && base && mayBeSetBy(base, use.value) === false && !use.hasDefault,
  );
  return isUnset && !/\/|\}./.test(value) ? 'nothing' : undefined;
}

/** Whether a WORKDIR is set, to hadolint: by the names of stages, which a stage without one has from its image. */
class NamedDirectories {
  readonly #set = new Set<string>();
  #own = '';

  constructor({ stages }: DockerfileFacts) {
    if (stages[0]) this.#own = nameOf(stages[0]);
  }

  enter(stage: DockerStage): void {
    this.#own = nameOf(stage);
    if (stage.index === 0) return;
    if (this.#set.has(baseOf(stage))) this.#set.add(this.#own);
    else this.#set.delete(this.#own);
  }

  set(): void {
    this.#set.add(this.#own);
  }

  isSet(): boolean {
    return this.#set.has(this.#own);
  }
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
  return /^(?:[/\\$%]|[A-Za-z]:)/.test(path);
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
  return runs.flatMap(({ onbuild, script: { commands } }) => {
    const changes = commands.filter(({ name }) => name === 'cd');
    return changes.flatMap((cd): Found[] => {
      const path = cd.arguments.map(({ text }) => text).join(' ');
      const isLost = cd === commands.at(-1) && changes.length === 1 && !cd.subshell && path !== '';
      if (onbuild && !isLost) return [];
      return [{ message: onbuild ? 'cd-lost-onbuild' : isLost ? 'cd-lost' : 'cd', path, range: cd.range }];
    });
  });
}

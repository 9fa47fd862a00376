/** A variable is used where nothing declares it: it is replaced by nothing, and the build goes on. */
import type { DockerVariable, UnsetVariable } from '../../artifacts/dockerfile/facts.ts';
import { chain } from '../../model/dockerfiles.ts';
import type { Dockerfile } from '../../model/model.ts';
import { nearest } from '../../nearest.ts';
import { insertBefore, replace } from '../edits/dockerfile.ts';
import { newlineOf } from '../edits/lines.ts';
import { defineRule, type Gap, type LazyFix } from '../rule.ts';
import { mayBeSetBy } from './environmentOf.ts';
import { levelIn } from './stages.ts';

type Message =
  | 'undefined'
  | 'default-always'
  | 'undeclared-in-from'
  | 'default-always-in-from'
  | 'empty-in-from'
  | 'same-instruction'
  | 'same-instruction-open'
  | 'invalid-in-from'
  | 'same-instruction-before';

export default defineRule<Message>({
  id: 'containers/undefined-variable',
  title: 'A Dockerfile uses a variable that is not declared there.',
  area: 'containers',
  section: '§4',
  level: 'warning',
  fix: 'suggested',
  joins: false,
  messages: {
    undefined: {
      text: 'Nothing sets {name} here, so {use} is replaced by nothing and the build goes on with what is left.{hint}',
      equivalents: ['buildkit/UndefinedVar'],
    },
    'default-always': {
      text: 'Nothing declares {name} here, so a build cannot set it either, and {use} is always its default.{hint}',
      equivalents: ['buildkit/UndefinedVar'],
      level: 'info',
    },
    'undeclared-in-from': {
      text: 'No ARG above the first FROM declares {name}, so {use} is replaced by nothing and the image may be another one than is meant.{hint}',
      equivalents: ['buildkit/UndefinedArgInFrom'],
      level: 'error',
    },
    'default-always-in-from': {
      text: 'No ARG above the first FROM declares {name}, so a build cannot set it, and {use} is always its default.{hint}',
      equivalents: ['buildkit/UndefinedArgInFrom'],
    },
    'empty-in-from': {
      text: '{image} is no image unless the build gives a value for every argument in it: a plain docker build fails. Give the ARG a default.',
      equivalents: ['buildkit/InvalidDefaultArgInFrom'],
      // Many leave it out on purpose, and the build that is told nothing fails at once.
      level: 'info',
    },
    'same-instruction': {
      text: '{name} is set by this very ENV and has no value yet when {use} is replaced, so {use} is empty. Set it in an ENV of its own above.',
      equivalents: ['hadolint/DL3044', 'buildkit/UndefinedVar'],
    },
    // What the base image sets is not known.
    'same-instruction-open': {
      text: '{name} is set by this very ENV and has no value yet when {use} is replaced. Set it in an ENV of its own above.',
      equivalents: ['hadolint/DL3044'],
    },
    'invalid-in-from': {
      text: '{image} is no name that an image can have.',
      equivalents: ['buildkit/InvalidDefaultArgInFrom'],
      level: 'off',
    },
    // A base stage or image may set it; hadolint asks this file alone, from its top to here.
    'same-instruction-before': {
      text: '{name} is set by this very ENV, but {use} is still what was set before it.',
      equivalents: ['hadolint/DL3044'],
      level: 'off',
    },
  },
  check(model, report) {
    for (const dockerfile of model.dockerfiles) {
      const level = levelIn(model, dockerfile.file);
      const { file, facts } = dockerfile;
      const same = [...sameInstruction(dockerfile)];
      for (const use of facts.unset) {
        // Written in this very ENV: then that is what is wrong.
        if (same.some(({ at }) => at.range!.start <= use.range.start && at.range!.end >= use.range.end))
          continue;
        const gap = use.keyword === 'FROM' ? fromGap(dockerfile, use) : instructionGap(dockerfile, use);
        if (gap) report.gap({ ...gap, level });
      }
      for (const { from, fromByDefault, baseStage } of facts.stages) {
        const { text } = from.value;
        if (text === '' || isImage(fromByDefault)) continue;
        const message = text.includes('$') && baseStage === undefined ? 'empty-in-from' : 'invalid-in-from';
        report.gap({ message, data: { image: text }, at: { file, range: from.range }, level });
      }
      for (const gap of same) report.gap({ ...gap, level });
    }
  },
});

function fromGap({ file, facts }: Dockerfile, use: UnsetVariable): Gap<Message> {
  const first = facts.instructions.find(({ keyword }) => keyword === 'FROM');
  const { fixes, hint } = meantBy(file, use);
  const declare: LazyFix = {
    title: `Declare ARG ${use.value} above the first FROM`,
    safety: 'suggested',
    changes: ({ read }) => [insertBefore(read(file), first!.range, [`ARG ${use.value}`])],
  };
  return {
    message: use.hasDefault ? 'default-always-in-from' : 'undeclared-in-from',
    data: { name: use.value, use: useOf(use), hint },
    at: { file, range: use.range },
    // Without a default it would be empty all the same.
    fixes: use.hasDefault ? [...fixes, declare] : fixes,
  };
}

function instructionGap(dockerfile: Dockerfile, use: UnsetVariable): Gap<Message> | undefined {
  const { file, facts } = dockerfile;
  const base = chain(facts, use.stage).at(-1)?.from.value;
  if (!base || mayBeSetBy(base, use.value) !== false) return undefined;
  const { fixes, hint } = meantBy(file, use);
  const instruction = facts.instructions.find(
    ({ range }) => range.start <= use.range.start && range.end >= use.range.end,
  );
  const declare: LazyFix = {
    title: `Declare ARG ${use.value}`,
    safety: 'suggested',
    changes: ({ read }) => [insertBefore(read(file), instruction!.range, [`ARG ${use.value}`])],
  };
  const isPlatform = /^(?:TARGET|BUILD)(?:PLATFORM|OS|ARCH|VARIANT)$/.test(use.value);
  const isGlobal = facts.variables.some(({ stage, name }) => stage === -1 && name === use.value);
  return {
    message: use.hasDefault ? 'default-always' : 'undefined',
    data: { name: use.value, use: useOf(use), hint },
    at: { file, range: use.range },
    fixes: instruction && (isPlatform || isGlobal || use.hasDefault) ? [declare] : fixes,
  };
}

function useOf({ value, hasDefault }: UnsetVariable): string {
  return hasDefault ? `\${${value}:-…}` : `$${value}`;
}

/** The declared name that is nearest. */
function meantBy(
  file: string,
  { value, range, declared }: UnsetVariable,
): { readonly hint: string; readonly fixes: LazyFix[] } {
  const meant = nearest(value, declared);
  if (meant === undefined) return { hint: '', fixes: [] };
  const fix: LazyFix = {
    title: `Use ${meant}`,
    safety: 'suggested',
    changes({ read }) {
      const source = read(file);
      const written = source.text.slice(range.start, range.end);
      const at = written.indexOf(value);
      if (at === -1) return [];
      const start = range.start + at;
      return [replace(source, { start, end: start + value.length }, meant)];
    },
  };
  return { hint: ` Did you mean $${meant}?`, fixes: [fix] };
}

/** Of https://github.com/distribution/reference, as far as what variables leave behind can offend against it. */
function isImage(text: string): boolean {
  if (text.includes('\0')) return true;
  const [, name = '', tag, digest] = /^([^@]*?)(?::([^/:@]*))?(?:@(.*))?$/.exec(text) ?? [];
  if (tag !== undefined && !/^\w[\w.-]{0,127}$/.test(tag)) return false;
  if (digest !== undefined && !/^[A-Za-z][A-Za-z0-9]*:[0-9a-fA-F]{32,}$/.test(digest)) return false;
  const parts = name.split('/');
  const hasHost = parts.length > 1 && /[.:A-Z]|^localhost$/.test(parts[0]!);
  const path = hasHost ? parts.slice(1) : parts;
  if (
    hasHost &&
    !/^(?:[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?|\[[0-9a-fA-F:]+\])(?::\d+)?$/.test(parts[0]!)
  )
    return false;
  return path.every((part) => /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*$/.test(part));
}

/** A value of an ENV that refers to another variable of the same ENV. */
function* sameInstruction({ file, facts }: Dockerfile): Generator<Gap<Message>> {
  const before = new Set<string>();
  const own = facts.variables.filter(({ onbuild }) => !onbuild);
  for (const [index, variable] of own.entries()) {
    const { keyword, instruction, value } = variable;
    const siblings = keyword === 'ENV' ? own.filter((one) => one.instruction === instruction) : [variable];
    for (const other of siblings) {
      if (other === variable || before.has(other.name) || !value || !refersTo(value.value, other.name))
        continue;
      const base = chain(facts, variable.stage).at(-1)?.from.value;
      const isKnown = base !== undefined && mayBeSetBy(base, other.name) === false;
      const isUndeclared = isUndeclaredIn(variable, other.name, facts.unset);
      yield {
        message: !isUndeclared
          ? 'same-instruction-before'
          : isKnown
            ? 'same-instruction'
            : 'same-instruction-open',
        data: { name: other.name, use: `$${other.name}` },
        at: { file, range: value.range },
        related: [{ at: { file, range: other.nameRange }, message: `${other.name} is set here` }],
        fixes: own.indexOf(other) < index ? [newEnv(file, own[index - 1]!, variable)] : [],
      };
    }
    if (own[index + 1]?.instruction !== instruction) for (const one of siblings) before.add(one.name);
  }
}

function isUndeclaredIn({ value }: DockerVariable, name: string, unset: readonly UnsetVariable[]): boolean {
  return unset.some(
    (use) => use.value === name && use.range.start >= value!.range.start && use.range.end <= value!.range.end,
  );
}

function newEnv(file: string, { value }: DockerVariable, { name, nameRange }: DockerVariable): LazyFix {
  return {
    title: `Set ${name} in an ENV of its own`,
    safety: 'suggested',
    changes({ read }) {
      const source = read(file);
      const range = { start: value!.range.end, end: nameRange.start };
      const isPlain = /^[\s\\`]*$/.test(source.text.slice(range.start, range.end));
      return isPlain ? [replace(source, range, `${newlineOf(source.text)}ENV `)] : [];
    },
  };
}

function refersTo(text: string, name: string): boolean {
  for (let at = text.indexOf(name); at !== -1; at = text.indexOf(name, at + 1)) {
    if (text[at - 1] === '$' && !/\w/.test(text[at + name.length] ?? '')) return true;
    if (text.slice(at - 2, at) === '${' && text[at + name.length] === '}') return true;
  }
  return false;
}

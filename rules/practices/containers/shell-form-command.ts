/** The command an image starts with is in shell form: a shell is process 1, and it does not pass signals on. */
import type { DockerCommand, DockerfileFacts } from '../../artifacts/dockerfile/facts.ts';
import { chain } from '../../model/dockerfiles.ts';
import type { Dockerfile } from '../../model/model.ts';
import { execForm, replace } from '../edits/dockerfile.ts';
import { defineRule, type Gap, type LazyFix } from '../rule.ts';
import { familyOf } from './baseImages.ts';
import { finalImage, type FinalImage } from './finalImage.ts';
import { rewriteOf } from './shellCommand.ts';
import { levelIn } from './stages.ts';

type Message = 'shell' | 'shell-chosen' | 'not-json' | 'not-json-chosen' | 'harmless' | 'harmless-chosen';

export default defineRule<Message>({
  id: 'containers/shell-form-command',
  title: 'CMD or ENTRYPOINT is in shell form, so signals do not reach the service.',
  area: 'containers',
  section: '§4',
  level: 'warning',
  fix: 'safe',
  joins: false,
  messages: {
    shell: {
      text: '{keyword} starts a shell, and {program} only below it: SIGTERM ends at the shell, so {program} is killed in the middle of its requests at every deployment.',
      equivalents: ['hadolint/DL3025', 'buildkit/JSONArgsRecommended'],
    },
    // BuildKit takes a SHELL instruction for the wish to have a shell; hadolint does not.
    'shell-chosen': {
      text: '{keyword} starts {program} below the shell that SHELL names: SIGTERM ends at the shell, so {program} is killed in the middle of its requests at every deployment.',
      equivalents: ['hadolint/DL3025'],
    },
    'not-json': {
      text: '{keyword} looks like exec form but is not JSON, so Docker gives it to a shell as it stands, brackets and all, and the container does not start.',
      equivalents: ['hadolint/DL3025', 'buildkit/JSONArgsRecommended'],
      level: 'error',
    },
    'not-json-chosen': {
      text: '{keyword} looks like exec form but is not JSON, so Docker gives it to a shell as it stands, brackets and all, and the container does not start.',
      equivalents: ['hadolint/DL3025'],
      level: 'error',
    },
    // Another stage's, without effect, or no harm to signals: the other tools ask for the form alone.
    harmless: {
      text: '{keyword} is in shell form.',
      equivalents: ['hadolint/DL3025', 'buildkit/JSONArgsRecommended'],
      level: 'off',
    },
    'harmless-chosen': {
      text: '{keyword} is in shell form.',
      equivalents: ['hadolint/DL3025'],
      level: 'off',
    },
  },
  check(model, report) {
    for (const dockerfile of model.dockerfiles) {
      const { file, facts } = dockerfile;
      const level = levelIn(model, file);
      const image = finalImage(dockerfile);
      const judged = new Set<number>();
      if (image && familyOf(image.base.value) !== 'windows') {
        const service = model.serviceRunning(dockerfile);
        // A command in shell form as ENTRYPOINT leaves CMD without effect.
        const commands = [image.entrypoint, image.entrypoint?.form === 'shell' ? undefined : image.cmd];
        for (const command of commands) {
          if (!command) continue;
          const at = { file, range: command.argumentsRange };
          const keyword = command === image.cmd ? 'CMD' : 'ENTRYPOINT';
          const [text = ''] = command.words;
          if (command.form === 'exec' || rewriteOf(text)?.kind === 'done') {
            if (service && level === undefined)
              report.met(service, { at, message: `${keyword} is process 1 itself.` });
            continue;
          }
          if (signalsGroup(image.entrypoint)) {
            const message = `${image.entrypoint!.words[0]} signals every process below it.`;
            if (service && level === undefined) report.met(service, { at, message });
            continue;
          }
          judged.add(command.argumentsRange.start);
          const fixes = fixesOf(dockerfile, image, command);
          const message = messageFor(text, isShellChosen(facts, command.range.start));
          const data = { keyword, ...(!isBroken(text) && { program: programOf(text) }) };
          report.gap({ message, data, at, service, level, fixes });
        }
      }
      for (const gap of others(dockerfile, judged)) report.gap({ ...gap, level });
    }
  },
});

function messageFor(text: string, chosen: boolean): Message {
  if (isBroken(text)) return chosen ? 'not-json-chosen' : 'not-json';
  return chosen ? 'shell-chosen' : 'shell';
}

/** A list that is no JSON. */
function isBroken(text: string): boolean {
  return /^\[.*\]$/.test(text);
}

/** Whether a SHELL stands before this offset, in its stage or in one that it is based on. */
function isShellChosen(facts: DockerfileFacts, offset: number): boolean {
  const own = facts.instructions.find(({ range }) => range.start === offset)?.stage ?? -1;
  const stages = new Set(chain(facts, own).map(({ index }) => index));
  return facts.instructions.some(
    ({ keyword, stage, range }) =>
      keyword === 'SHELL' && (stages.has(stage) || stage === own) && range.start < offset,
  );
}

/** Commands that this image does not start with: of other stages, of files without FROM, and those that do no harm. */
function* others({ file, facts }: Dockerfile, judged: ReadonlySet<number>): Generator<Gap<Message>> {
  for (const { keyword, form, stage, range, argumentsRange, arguments: text } of facts.instructions) {
    if (form !== 'shell' || !argumentsRange || judged.has(argumentsRange.start)) continue;
    const at = { file, range: argumentsRange };
    const chosen = isShellChosen(facts, range.start);
    if (keyword === 'HEALTHCHECK') {
      // Docker asks for the form of CMD and ENTRYPOINT alone, and a health check gets no signals.
      yield { message: 'harmless-chosen', data: { keyword }, at };
    } else if (stage === -1) {
      yield { message: messageFor(text, chosen), data: { keyword, program: programOf(text) }, at };
    } else {
      yield { message: chosen ? 'harmless-chosen' : 'harmless', data: { keyword }, at };
    }
  }
}

/**
 * An init that passes signals to the whole process group, so that a shell in between keeps nothing back.
 * Source: the READMEs of https://github.com/Yelp/dumb-init and https://github.com/krallin/tini
 */
function signalsGroup(entrypoint: DockerCommand | undefined): boolean {
  if (entrypoint?.form !== 'exec') return false;
  const [program = '', ...options] = entrypoint.words;
  if (/(?:^|\/)dumb-init$/.test(program))
    return !options.includes('-c') && !options.includes('--single-child');
  return /(?:^|\/)tini(?:-static)?$/.test(program) && options.includes('-g');
}

/** What people would call the program: the last command's first word that is no assignment. */
function programOf(text: string): string {
  const last = text.split(/&&|;/).at(-1)!.trim();
  const word = last.split(/\s+/).find((part) => !/^[A-Za-z_]\w*=/.test(part)) ?? '';
  return /^[\w./@-]{1,40}$/.test(word) && !/^(?:fi|done|esac)$/.test(word) ? word : 'the service';
}

function fixesOf(
  { file }: Dockerfile,
  image: FinalImage,
  { argumentsRange, words }: DockerCommand,
): LazyFix[] {
  const [text = ''] = words;
  const json = jsonOf(text);
  if (json)
    return [
      fix('Write the list as JSON', 'safe', ({ read }) => [
        replace(read(file), argumentsRange, execForm(json)),
      ]),
    ];
  const rewrite = rewriteOf(text);
  if (image.chain.some(({ shell }) => shell && !/(?:^|\/)(?:ba|da|a|z|k)?sh$/.test(shell.value[0] ?? '')))
    return [];
  if (rewrite?.kind === 'words') {
    // An ENTRYPOINT of its own may treat its arguments in any way; an init passes them on.
    const wrapped = image.cmd?.argumentsRange === argumentsRange && image.entrypoint !== undefined;
    const init = /(?:^|\/)(?:tini|dumb-init|catatonit|docker-entrypoint(?:\.sh)?)$/.test(
      image.entrypoint?.words[0] ?? '',
    );
    const safety = wrapped && !init ? 'suggested' : 'safe';
    const changed = execForm(rewrite.words);
    return [fix('Use exec form', safety, ({ read }) => [replace(read(file), argumentsRange, changed)])];
  }
  if (rewrite?.kind !== 'exec') return [];
  return [
    fix('Let exec replace the shell', 'suggested', ({ read }) => {
      const source = read(file);
      const written = source.text.slice(argumentsRange.start, argumentsRange.end);
      const place = rewriteOf(written);
      if (place?.kind !== 'exec') return [];
      const at = argumentsRange.start + place.at;
      return [replace(source, { start: at, end: at }, place.text)];
    }),
  ];
}

function fix(title: string, safety: LazyFix['safety'], changes: LazyFix['changes']): LazyFix {
  return { title, safety, changes };
}

/** A list that only its quotes or a last comma keep from being JSON. */
function jsonOf(text: string): string[] | undefined {
  if (!/^\[.*\]$/.test(text) || /["\\]/.test(text.replace(/"[^"\\]*"/g, ''))) return undefined;
  const repaired = text.replace(/'([^'"]*)'/g, '"$1"').replace(/,\s*\]$/, ']');
  try {
    const value: unknown = JSON.parse(repaired);
    return Array.isArray(value) && value.every((word) => typeof word === 'string') ? value : undefined;
  } catch {
    return undefined;
  }
}

/** The command an image starts with is in shell form: a shell is process 1, and it does not pass signals on. */
import type { DockerCommand } from '../../artifacts/dockerfile/facts.ts';
import type { Dockerfile } from '../../model/model.ts';
import { execForm, replace } from '../edits/dockerfile.ts';
import { defineRule, type LazyFix } from '../rule.ts';
import { familyOf } from './baseImages.ts';
import { finalImage, type FinalImage } from './finalImage.ts';
import { rewriteOf } from './shellCommand.ts';

export default defineRule({
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
      equivalents: ['buildkit/JSONArgsRecommended'],
      level: 'error',
    },
  },
  check(model, report) {
    for (const dockerfile of model.dockerfiles) {
      const { file } = dockerfile;
      const image = finalImage(dockerfile);
      if (!image || familyOf(image.base.value) === 'windows') continue;
      const service = model.serviceRunning(dockerfile);
      const level = model.role(file) === 'production' ? undefined : 'info';
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
        const fixes = fixesOf(dockerfile, image, command);
        const broken = /^\[.*\]$/.test(text);
        const message = broken
          ? 'not-json'
          : image.chain.some(({ shell }) => shell)
            ? 'shell-chosen'
            : 'shell';
        const data = { keyword, ...(!broken && { program: programOf(text) }) };
        report.gap({ message, data, at, service, level, fixes });
      }
    }
  },
});

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

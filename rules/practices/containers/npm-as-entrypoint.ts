/** A package manager is process 1: it stands between the signals and the service. */
import type { DockerCommand } from '../../artifacts/dockerfile/facts.ts';
import { place, type Service } from '../../model/model.ts';
import type { Place } from '../../text.ts';
import { execForm, replace } from '../edits/dockerfile.ts';
import { defineRule, type LazyFix } from '../rule.ts';
import { clip } from '../words.ts';
import { serviceImages } from './serviceImages.ts';
import { rewriteOf } from './shellCommand.ts';

export default defineRule({
  id: 'containers/npm-as-entrypoint',
  title: 'An image starts its service through npm, yarn or pnpm.',
  area: 'containers',
  section: '§4',
  level: 'warning',
  joins: true,
  fix: 'suggested',
  messages: {
    manager: {
      text: 'The image of {service} starts it with {command}: {program} and a shell stand between SIGTERM and the service, which may never hear of it and is then killed in the middle of its requests.',
    },
  },
  check(model, report) {
    for (const { dockerfile, service, image, level } of serviceImages(model)) {
      const { file } = dockerfile;
      if (forDevelopment.test(file)) continue;
      const command = startOf(image.entrypoint, image.cmd);
      if (!command) continue;
      const words = wordsOf(command);
      const started = managed(words);
      const at = { file, range: command.argumentsRange };
      if (started) {
        const script = scriptOf(service, started.script);
        report.gap({
          message: 'manager',
          data: { service: service.name, command: words.join(' '), program: started.program },
          at,
          service,
          level,
          related: script
            ? [{ at: script.at, message: `${words.join(' ')} runs “${clip(script.text)}”` }]
            : [],
          fixes: fixesOf(file, command, started, service),
        });
      } else if (level === undefined && /^(?:node|bun|deno)$/.test(words[0] ?? ''))
        report.met(service, { at, message: `${words[0]} is process 1 itself.` });
    }
  },
});

/** Names of Dockerfiles that are for a developer's machine. */
const forDevelopment = /(?:^|[./_-])(?:dev(?:el(?:opment)?)?|local|tilt|skaffold|debug)(?:[./_-]|$)/i;

/** The command that the container starts with, below an init that signals its only child. */
function startOf(
  entrypoint: DockerCommand | undefined,
  cmd: DockerCommand | undefined,
): DockerCommand | undefined {
  if (!entrypoint) return cmd;
  const [first = '', ...options] = entrypoint.words;
  const name = first.replace(/^.*\//, '');
  if (entrypoint.form === 'exec' && /^docker-entrypoint\.sh$|^tini$/.test(name))
    return options.every((option) => option === '--') ? cmd : undefined;
  return cmd && entrypoint.form === 'exec' ? undefined : entrypoint;
}

function wordsOf({ form, words }: DockerCommand): readonly string[] {
  if (form === 'exec') return words;
  const [text = ''] = words;
  const rewrite = rewriteOf(text.replace(/^\s*exec\s+/, ''));
  return rewrite?.kind === 'words' ? rewrite.words : [];
}

interface Managed {
  readonly program: string;
  /** The script it runs. */
  readonly script?: string;
}

/** Yarn, npm and pnpm alike: `npm start`, `npm run start:prod`, `yarn serve`; options are not followed. */
function managed([first = '', ...rest]: readonly string[]): Managed | undefined {
  const program = first.replace(/^\/(?:usr\/(?:local\/)?)?bin\//, '');
  if (!/^(?:npm|yarn|pnpm)$/.test(program)) return undefined;
  const plain = rest[0] === 'run' || rest[0] === 'run-script' ? rest.slice(1) : rest;
  const [script] = plain;
  const simple = plain.length === 1 && /^[\w:.-]+$/.test(script!) && !script!.startsWith('-');
  return { program, ...(simple && { script }) };
}

function fixesOf(
  file: string,
  command: DockerCommand,
  { script, program }: Managed,
  service: Service,
): LazyFix[] {
  const words = script === undefined ? undefined : resolved(service, script);
  if (!words) return [];
  return [
    {
      title: `Start ${words[0]} itself, without ${program}`,
      safety: 'suggested',
      changes: ({ read }) => [replace(read(file), command.argumentsRange, execForm(words))],
    },
  ];
}

/** A script of the service's package. */
function scriptOf({ package: pkg }: Service, name = ''): { text: string; at: Place } | undefined {
  const scripts = pkg?.facts.scripts ?? {};
  const script = Object.hasOwn(scripts, name) ? scripts[name] : undefined;
  return pkg && script && { text: script.value, at: place(pkg.file, script) };
}

/** The words of a script that runs Node and nothing else, through scripts that only name others. */
function resolved(service: Service, name: string, depth = 0): readonly string[] | undefined {
  const own = (script: string) => scriptOf(service, script)?.text;
  const text = own(name);
  if (text === undefined || depth > 4 || own(`pre${name}`) !== undefined || own(`post${name}`) !== undefined)
    return undefined;
  const rewrite = rewriteOf(text);
  if (rewrite?.kind !== 'words') return undefined;
  const next = managed(rewrite.words);
  if (next) return next.script === undefined ? undefined : resolved(service, next.script, depth + 1);
  return rewrite.words[0] === 'node' ? rewrite.words : undefined;
}

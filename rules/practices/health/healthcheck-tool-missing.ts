/** A health check runs curl or wget, which its image does not contain: it can only fail. */
import { builtStage } from '../../model/dockerfiles.ts';
import { place, type Model, type Service } from '../../model/model.ts';
import type { Place, TextRange } from '../../text.ts';
import { finalImage, type FinalImage } from '../containers/finalImage.ts';
import { hasTool, type Tool } from '../containers/imageTools.ts';
import { serviceImages } from '../containers/serviceImages.ts';
import { replace } from '../edits/dockerfile.ts';
import { defineRule, type LazyFix } from '../rule.ts';
import { commandAsking } from './healthcheckCommand.ts';

export default defineRule({
  id: 'health/healthcheck-tool-missing',
  title: 'A health check runs a program that its image does not contain.',
  area: 'health',
  section: '§4',
  level: 'error',
  joins: true,
  fix: 'safe',
  messages: {
    missing: {
      text: 'The health check of {service} runs {tool}, which {image} does not contain and no step installs: it fails however well the service is.',
    },
  },
  check(model, report) {
    for (const { service, image, at, text, related, level, fixes } of checks(model)) {
      const tool = toolOf(text);
      if (tool === undefined) continue;
      const found = hasTool(image, tool);
      const name = image.base.value.resolved ?? image.base.value.text;
      if (found === 'yes') report.met(service, { at, message: `Its image contains ${tool}.` });
      else if (found === 'unknown')
        report.unknown(service, `It is not known whether ${name} contains ${tool}.`, at);
      else {
        report.gap({
          message: 'missing',
          data: { service: service.name, tool, image: name },
          at,
          service,
          related: [{ at: related, message: `the image starts from ${name}` }],
          level,
          fixes: fixes(),
        });
      }
    }
  },
});

interface Check {
  readonly service: Service;
  readonly image: FinalImage;
  readonly at: Place;
  /** The command as one shell line. */
  readonly text: string;
  readonly related: Place;
  readonly level?: 'info';
  fixes(): readonly LazyFix[];
}

function* checks(model: Model): Generator<Check> {
  for (const { dockerfile, service, image, level } of serviceImages(model)) {
    const { file } = dockerfile;
    const command = image.healthcheck?.command;
    if (!command) continue;
    const text = command.words.join(' ');
    yield {
      service,
      image,
      at: { file, range: command.argumentsRange },
      text,
      related: place(file, image.base),
      level,
      fixes: () => fixesOf(image, text, { file, range: command.argumentsRange }, (asking) => asking),
    };
  }
  for (const compose of model.composeServices) {
    const { file, role } = compose;
    const { build, healthcheck } = compose.facts;
    const test = healthcheck?.test;
    if (!test || !build || healthcheck.disabled || role === 'test') continue;
    // Where it is written, it is judged with the service that this one extends.
    if (test.file !== undefined) continue;
    const service = model.serviceRunning(compose);
    const [dockerfile, ...others] = service?.dockerfiles ?? [];
    if (!service || !dockerfile || others.length > 0) continue;
    const image = finalImage(dockerfile, builtStage(dockerfile.facts, build.target));
    if (!image) continue;
    yield {
      service,
      image,
      at: place(file, test),
      text: test.value,
      related: place(dockerfile.file, image.base),
      ...(role !== 'production' && { level: 'info' }),
      fixes: () => fixesOf(image, test.value, { file, range: test.range }, composeTest),
    };
  }
}

/** The tool that a command runs and stands or falls with. */
function toolOf(text: string): Tool | undefined {
  const line = /^(?:\/bin\/)?(?:ba|a)?sh -c\s+(.*)$/s.exec(text.trim())?.[1] ?? text.trim();
  const found = /^["'(]?(?:\/usr(?:\/local)?\/bin\/|exec )?(curl|wget)\s/.exec(line)?.[1];
  // Where the other one is tried next, one of them may do.
  const rest = /\|\|(.*)$/s.exec(line)?.[1] ?? '';
  if (found === undefined || /\b(?:curl|wget|nc|node|python\d?)\b/.test(rest)) return undefined;
  return found as Tool;
}

const url =
  /(https?:\/\/)?(localhost|127\.0\.0\.1|0\.0\.0\.0)(?::(\d{1,5}))?(\/[\w\-./~%:@+?=]*)?(?=["'\s|]|$)/;

/** @param written how a command of a HEALTHCHECK is written there */
function fixesOf(
  image: FinalImage,
  text: string,
  at: { readonly file: string; readonly range: TextRange },
  written: (command: string) => string,
): LazyFix[] {
  const [whole, scheme = 'http://', , port, path = '/'] = url.exec(text) ?? [];
  if (whole === undefined || scheme !== 'http://') return [];
  const command = commandAsking(image, `http://127.0.0.1${port === undefined ? '' : `:${port}`}${path}`);
  if (command === undefined) return [];
  const program = /^\["?([\w/]+)/.exec(command)?.[1]?.replace(/^.*\//, '') ?? command.split(' ')[0]!;
  return [
    {
      title: `Ask with ${program}, which the image contains`,
      safety: 'safe',
      changes({ read }) {
        const file = read(at.file);
        const { start, end } = at.range;
        // A list in YAML ends where the next line's words begin.
        const range = { start, end: start + file.text.slice(start, end).trimEnd().length };
        return [replace(file, range, written(command))];
      },
    },
  ];
}

/** A list in Compose says first who runs it; `$` would be a variable. */
function composeTest(command: string): string {
  const words = command.startsWith('[')
    ? ['CMD', ...(JSON.parse(command) as string[])]
    : ['CMD-SHELL', command];
  return `[${words.map((word) => JSON.stringify(word.replaceAll('$', '$$$$'))).join(', ')}]`;
}

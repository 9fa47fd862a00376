/** Fixes for frameworks of the JVM and of .NET: a dependency, a setting, two lines of a program. */
import { folderOf, join } from '../../model/paths.ts';
import type { Change, FixContext } from '../rule.ts';
import { endOfLine, marginOf, newlineOf, nextLine, startOfLine } from './lines.ts';

/** The folder of the project that a file of it stands in: above `src/main`, else the file's own. */
export function projectOf(file: string): string {
  const source = /^(?:(.*)\/)?src\/main\//.exec(file);
  return source ? (source[1] ?? '') : folderOf(file);
}

/**
 * Adds a dependency beside one of the same group, in the same notation.
 * @param beside artifact id of a dependency that is there
 * @returns nothing where no build file has it
 */
export function addArtifact(
  { read, model }: FixContext,
  folder: string,
  beside: RegExp,
  artifact: string,
): readonly Change[] {
  for (const name of ['pom.xml', 'build.gradle', 'build.gradle.kts']) {
    const file = join(folder, name);
    if (!model.files.lists(file)) continue;
    const { text } = read(file);
    const change = name === 'pom.xml' ? inMaven(text, beside, artifact) : inGradle(text, beside, artifact);
    return change ? [{ kind: 'edit', file, ...change }] : [];
  }
  return [];
}

type Insertion = Pick<Extract<Change, { kind: 'edit' }>, 'range' | 'text'>;

function inMaven(text: string, beside: RegExp, artifact: string): Insertion | undefined {
  for (const match of text.matchAll(/<dependency>(?:(?!<\/?dependency>)[^])*<\/dependency>/g)) {
    const [block] = match;
    const name = /<artifactId>\s*([^<\s]+)/.exec(block);
    if (!name || !beside.test(name[1]!) || /<(?:exclusions|scope|classifier)>/.test(block)) continue;
    const end = match.index + block.length;
    const copy = block.replace(name[1]!, () => artifact);
    const margin = marginOf(text, match.index);
    return { range: { start: end, end }, text: `${newlineOf(text)}${margin}${copy}` };
  }
  return undefined;
}

function inGradle(text: string, beside: RegExp, artifact: string): Insertion | undefined {
  for (const match of text.matchAll(/^[ \t]*(?:implementation|api)\b[^\n]*["'][\w.-]+:([\w.-]+)[^\n]*$/gm)) {
    const [line, name] = match;
    if (!beside.test(name!) || /[{]/.test(line)) continue;
    const end = endOfLine(text, match.index);
    const copy = text.slice(match.index, end).replace(name!, () => artifact);
    return { range: { start: end, end }, text: `${newlineOf(text)}${copy}` };
  }
  return undefined;
}

/**
 * Adds a setting to the file that has the others, or to a new one.
 * @param setting `server.shutdown=graceful`
 */
export function addSetting({ read, model }: FixContext, folder: string, setting: string): readonly Change[] {
  const [key, value] = setting.split('=') as [string, string];
  const resources = join(folder, 'src/main/resources');
  const properties = join(resources, 'application.properties');
  if (model.files.lists(properties)) {
    const { text } = read(properties);
    // Documents after the first are for some profiles alone.
    const split = /^#---/m.exec(text);
    const end = split ? split.index : text.length;
    const newline = newlineOf(text);
    const gap = end > 0 && text[end - 1] !== '\n' ? newline : '';
    return [
      { kind: 'edit', file: properties, range: { start: end, end }, text: `${gap}${setting}${newline}` },
    ];
  }
  for (const name of ['application.yml', 'application.yaml']) {
    const file = join(resources, name);
    if (model.files.lists(file)) return inYaml(file, read(file).text, key.split('.'), value);
  }
  return [{ kind: 'create', file: properties, text: `${setting}\n` }];
}

/** Below the top-level key where it is there, else before everything. */
function inYaml(file: string, text: string, path: readonly string[], value: string): readonly Change[] {
  const newline = newlineOf(text);
  const [head, ...rest] = path as [string, ...string[]];
  const own = new RegExp(`^${head}:[ \\t]*$`, 'm').exec(text);
  // A key that is written otherwise, or in a document for some profiles, is left to people.
  const document = text.search(/^---/m);
  if (!own && new RegExp(`^${head}[.:]`, 'm').test(text)) return [];
  if (own && document > 0 && own.index > document) return [];
  if (!own) {
    const start = /^---[ \t]*\r?\n/.exec(text)?.[0].length ?? 0;
    return [
      {
        kind: 'edit',
        file,
        range: { start, end: start },
        text: `${head}:${newline}  ${rest.join('.')}: ${value}${newline}`,
      },
    ];
  }
  const start = nextLine(text, own.index);
  const margin = /^[ \t]+/.exec(text.slice(start))?.[0] ?? '  ';
  return [
    {
      kind: 'edit',
      file,
      range: { start, end: start },
      text: `${margin}${rest.join('.')}: ${value}${newline}`,
    },
  ];
}

/** Maps `/healthz` where an ASP.NET Core application is made and run by statements of their own. */
export function mapHealthChecks({ read }: FixContext, file: string, path: string): readonly Change[] {
  const { text } = read(file);
  const built = /^[ \t]*var (\w+) = (\w+)\.Build\(\);/m.exec(text);
  const run = built && new RegExp(`^[ \\t]*(?:await )?${built[1]}\\.Run(?:Async)?\\(`, 'm').exec(text);
  if (!built || !run || run.index < built.index) return [];
  const newline = newlineOf(text);
  const [, app, builder] = built;
  const insert = (at: number, line: string): Change => {
    const start = startOfLine(text, at);
    const margin = /^[ \t]*/.exec(text.slice(start))![0];
    return { kind: 'edit', file, range: { start, end: start }, text: `${margin}${line}${newline}` };
  };
  return [
    ...(/\.AddHealthChecks\(/.test(text)
      ? []
      : [insert(built.index, `${builder}.Services.AddHealthChecks();`)]),
    insert(run.index, `${app}.MapHealthChecks("${path}");`),
  ];
}

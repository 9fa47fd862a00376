/**
 * Build manifests of languages other than JavaScript: enough to know that there is a package, what it is called and
 * what it is built on. Read by simple patterns, because nothing here needs more. It must never know what makes a server.
 */
import type { Ranged } from '../../text.ts';
import type { ArtifactKind, TextFile } from '../artifact.ts';
import type { ForeignManifestFacts } from './facts.ts';
import { entryOf, readJson } from './json.ts';
import { each, without, xmlComments } from './patterns.ts';
import {
  gradleDependencies,
  gradleReferences,
  gradleVersions,
  mavenDependencies,
  mavenVersions,
  projectReferences,
  projectVersions,
} from './platforms.ts';

interface Format {
  readonly path: RegExp;
  readonly language: string;
  /** The first group is the name. */
  readonly name?: RegExp;
  dependencies(text: string): Ranged<string>[];
  /** What says that it makes no program. */
  readonly noProgram?: RegExp;
  references?(text: string): readonly string[];
  versions?(text: string): Readonly<Record<string, string>>;
}

const pythonName = '([A-Za-z0-9][\\w.-]*)';
const pythonRequirement = new RegExp(`["']${pythonName}(?=[\\s\\[<>=!~;@"'])`, 'g');

const formats: readonly Format[] = [
  {
    path: /(?:^|\/)pom\.xml$/,
    language: 'java',
    name: /^(?:(?!<parent>|<artifactId>)[^])*(?:<parent>(?:(?!<\/parent>)[^])*<\/parent>(?:(?!<artifactId>)[^])*)?<artifactId>\s*([^<\s]+)/,
    dependencies: mavenDependencies,
    versions: mavenVersions,
    noProgram: /<packaging>\s*pom\s*<\/packaging>/,
  },
  {
    path: /(?:^|\/)build\.gradle(?:\.kts)?$/,
    language: 'java',
    dependencies: gradleDependencies,
    references: gradleReferences,
    versions: gradleVersions,
  },
  {
    path: /(?:^|\/)build\.sbt$/,
    language: 'scala',
    name: /^[ \t]*name[ \t]*:=[ \t]*"([^"\n]+)"/m,
    dependencies: (text) => each(text, /%%?%?[ \t]*"([\w.-]+)"[ \t]*%/g),
  },
  {
    path: /(?:^|\/)go\.mod$/,
    language: 'go',
    name: /^module[ \t]+"?([^\s"]+)/m,
    dependencies: (text) =>
      each(text, /^(?:require[ \t]+|[ \t]+)([\w.-]+\.[\w./~-]+)[ \t]+v[^\s/]+(?![^\n]*\/\/[ \t]*indirect)/gm),
  },
  {
    path: /\.(?:cs|fs|vb)proj$/i,
    language: 'csharp',
    name: /<AssemblyName>\s*([^<\s$]+)/,
    dependencies: (text) => [
      ...each(without(text, xmlComments), /<(?:Project\b[^<>]*\bSdk|Sdk\s+Name)\s*=\s*"([^"/]+)/g),
      ...each(
        without(text, xmlComments),
        /<(?:PackageReference|FrameworkReference)\b[^<>]*\bInclude\s*=\s*"([^"]+)"/g,
      ),
    ],
    references: projectReferences,
    noProgram: /<OutputType>\s*Library\s*<\/OutputType>/,
    versions: projectVersions,
  },
  {
    path: /(?:^|\/)pyproject\.toml$/,
    language: 'python',
    name: /^name[ \t]*=[ \t]*["']([^"'\n]+)/m,
    dependencies: (text) => [
      ...inTable(text, /^\[project\]/m, (body) => {
        const list = /^dependencies[ \t]*=[ \t]*\[((?:[^\]"'#]|#[^\n]*|"[^"\n]*"|'[^'\n]*')*)\]/m.exec(body);
        if (!list) return [];
        const start = list.index + list[0].indexOf('[') + 1;
        return shifted(each(without(list[1]!, /#[^\n]*/g), pythonRequirement), start);
      }),
      ...keysOf(text, /^\[tool\.poetry\.dependencies\]/m).filter(({ value }) => value !== 'python'),
    ],
  },
  {
    path: /(?:^|\/)requirements(?:\/(?!dev|test|lint|docs?\b|ci\b)|(?![-_.]?(?:dev|test|lint|docs?\b|ci\b)))[\w.-]*\.txt$/i,
    language: 'python',
    dependencies: (text) => each(text, new RegExp(`^[ \\t]*${pythonName}(?=[\\s\\[<>=!~;@]|$)`, 'gm')),
  },
  {
    path: /(?:^|\/)setup\.py$/,
    language: 'python',
    name: /\bname\s*=\s*["']([^"'\n]+)/,
    dependencies: (text) => {
      const list = /\binstall_requires\s*=\s*\[([^\]]*)\]/.exec(text);
      if (!list) return [];
      return shifted(each(list[1]!, pythonRequirement), list.index + list[0].indexOf('[') + 1);
    },
  },
  {
    path: /(?:^|\/)Pipfile$/,
    language: 'python',
    dependencies: (text) => keysOf(text, /^\[packages\]/m),
  },
  {
    path: /(?:^|\/)(?:Gemfile|gems\.rb)$/,
    language: 'ruby',
    dependencies: (text) => each(text, /^[ \t]*gem[ \t(]+["']([\w./-]+)["']/gm),
  },
  {
    path: /(?:^|\/)Cargo\.toml$/,
    language: 'rust',
    name: /^\[package\](?:(?!^\[)[^])*?^name[ \t]*=[ \t]*"([^"\n]+)"/m,
    dependencies: (text) => [
      ...keysOf(text, /^\[(?:workspace\.)?dependencies\]/m),
      ...each(text, /^\[dependencies\.([\w-]+)\]/gm),
    ],
  },
  {
    path: /(?:^|\/)mix\.exs$/,
    language: 'elixir',
    name: /\bapp:[ \t]*:(\w+)/,
    dependencies: (text) =>
      each(text, /\{[ \t]*:(\w+)[ \t]*,[ \t]*(?:["'~]|github:|git:|path:|in_umbrella:)/g),
  },
  {
    path: /(?:^|\/)composer\.json$/,
    language: 'php',
    name: /"name"\s*:\s*"([^"\n]+)"/,
    dependencies: (text) => {
      const required = entryOf(readJson(text).root, 'require');
      if (required?.kind !== 'object') return [];
      return required.entries
        .filter(({ key }) => key.includes('/'))
        .map(({ key, keyRange }) => ({ value: key, range: keyRange }));
    },
  },
];

export const manifest: ArtifactKind<ForeignManifestFacts> = {
  id: 'manifest',
  claims: (path) => formatOf(path) !== undefined,
  mayHold: (text) => /\S/.test(text),
  parse,
};

// No text is a manifest of two languages, so the path decides nothing that equal texts could differ in.
function formatOf(path: string): Format | undefined {
  return formats.find((format) => format.path.test(path));
}

/** A manifest is written by people; what is longer is searched no further, which bounds what patterns can cost. */
const maxLength = 200_000;

function parse(file: TextFile): { readonly facts?: ForeignManifestFacts; readonly problems: [] } {
  const format = formatOf(file.path);
  if (!format) return { problems: [] };
  const text = file.text.slice(0, maxLength);
  const name = format.name?.exec(text)?.[1];
  const { language } = format;
  const references = format.references?.(text) ?? [];
  const versions = format.versions?.(text) ?? {};
  return {
    facts: {
      language,
      ...(name && { name }),
      dependencies: format.dependencies(text),
      ...(format.noProgram?.test(text) && { noProgram: true }),
      ...(references.length > 0 && { references }),
      ...(Object.keys(versions).length > 0 && { versions }),
    },
    problems: [],
  };
}

function shifted(found: Ranged<string>[], by: number): Ranged<string>[] {
  return found.map(({ value, range }) => ({
    value,
    range: { start: range.start + by, end: range.end + by },
  }));
}

/** Applies `read` to the body of a TOML table. */
function inTable(text: string, header: RegExp, read: (body: string) => Ranged<string>[]): Ranged<string>[] {
  const match = header.exec(text);
  if (!match) return [];
  const start = match.index + match[0].length;
  const next = text.slice(start).search(/^\[/m);
  return shifted(read(next < 0 ? text.slice(start) : text.slice(start, start + next)), start);
}

function keysOf(text: string, header: RegExp): Ranged<string>[] {
  return inTable(text, header, (body) => each(body, /^[ \t]*"?([\w.-]+)"?[ \t]*=/gm));
}

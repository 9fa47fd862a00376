/**
 * Source code of services: each file by the language its name says. It must never know a language's syntax, nor what a
 * path means beyond that.
 */
import type { ArtifactKind, GrammarName, Parsed, TextFile } from '../artifact.ts';
import type { SourceFacts } from './facts.ts';
import { csharp } from './csharp/csharp.ts';
import { go } from './go/go.ts';
import { java } from './java/java.ts';
import { javascript } from './javascript/javascript.ts';
import { kotlin } from './kotlin/kotlin.ts';
import type { Language } from './language.ts';
import { php } from './php/php.ts';
import { python } from './python/python.ts';
import { ruby } from './ruby/ruby.ts';
import { rust } from './rust/rust.ts';
import { signsIn } from './signs.ts';

const languages: readonly Language[] = [javascript, go, python, java, kotlin, csharp, rust, ruby, php];

const byExtension: ReadonlyMap<string, Language> = new Map(
  languages.flatMap((language) => language.extensions.map((extension) => [extension, language] as const)),
);

/** Declarations, build output, and what only tests and catalogues of components run: nothing there serves or calls. */
const notRun =
  /\.d\.[cm]?ts$|[.-]min\.[cm]?js$|\.(?:\w*test|spec|stories|e2e(?:-\w+)?)\.\w+$|_test\.(?:go|py|rb)$|_spec\.rb$|Test\.php$|(?:^|\/)(?:tests?\/.*|test_[^/]*|conftest)\.py$|(?:^|\/)setupTests?\.[jt]sx?$|(?:^|\/)__(?:tests|mocks|fixtures|e2e)__\/|(?:^|\/)src\/(?:test|it|integrationTest|testFixtures|jmh)\/|(?:Tests?|IT|TestCase)\.(?:java|kt)$|(?:^|\/)[\w.-]*(?:Tests?|Specs?)\/.*\.cs$|Tests?\.cs$|(?:^|\/)(?:obj|Migrations)\/.*\.cs$|\.(?:g|Designer)\.cs$/i;

export const source: ArtifactKind<SourceFacts> = {
  id: 'source',
  claims: (path) => languageOf(path) !== undefined && !notRun.test(path),
  mayHold: (text, path) => languageOf(path)?.mayHold(text) === true && !isMinified(text),
  grammar,
  parse,
};

function grammar(path: string): GrammarName {
  return (languageOf(path) ?? javascript).grammar(path);
}

function parse(file: TextFile): Parsed<SourceFacts> {
  const language = languageOf(file.path);
  if (!language) return { problems: [] };
  try {
    return { facts: { ...language.extract(file), ...signsIn(file.text, language.id) }, problems: [] };
  } catch (error) {
    // The stack is the limit of nesting: nobody writes code that deep by hand.
    if (!(error instanceof RangeError)) throw error;
    const message = 'The code is nested too deeply to be read.';
    return { problems: [{ message, range: { start: 0, end: 0 } }] };
  }
}

function languageOf(path: string): Language | undefined {
  // Express' generator starts its servers by a file without an extension.
  if (/(?:^|\/)bin\/www$/.test(path)) return javascript;
  return byExtension.get(path.slice(path.lastIndexOf('.')).toLowerCase());
}

/** Lines that nobody wrote by hand: bundles and generated code. */
function isMinified(text: string): boolean {
  if (text.length < 20_000) return false;
  const sample = text.slice(0, 20_000);
  return sample.length / (sample.split('\n', 200).length || 1) > 400;
}

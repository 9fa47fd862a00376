/** Which files are tests, by the names that test runners look for. */
import type { Model } from '../../model/model.ts';
import { push } from '../../groups.ts';

const byName: readonly (readonly [string, RegExp])[] = [
  ['javascript', /\.(?:test|spec)\.[cm]?[jt]sx?$/],
  ['python', /(?:^|\/)(?:test_[^/]+|[^/]+_test)\.py$/],
  ['go', /_test\.go$/],
  ['java', /(?:^|\/)src\/test\/.+Tests?\.(?:java|kt)$/],
  ['csharp', /Tests?\.cs$/],
  ['ruby', /_(?:spec|test)\.rb$/],
  ['php', /Test\.php$/],
];

/** Copies of other people's code, and files that tests read. */
const foreign =
  /(?:^|\/)(?:vendor|third_party|node_modules|fixtures?|testdata|__fixtures__|templates?|generators?|examples?|samples?|docs?)\//i;

const known = new WeakMap<Model['files'], ReadonlyMap<string, readonly string[]>>();

/** The test files of each language. */
export function testFilesOf({ files }: Model): ReadonlyMap<string, readonly string[]> {
  let found = known.get(files);
  if (!found) {
    const byLanguage = new Map<string, string[]>();
    for (const path of files.under('')) {
      const language = byName.find(([, expression]) => expression.test(path))?.[0];
      if (language === undefined || foreign.test(path)) continue;
      push(byLanguage, language, path);
    }
    known.set(files, (found = byLanguage));
  }
  return found;
}

/** How people write a language's name. */
export const languageNames: Readonly<Record<string, string>> = {
  javascript: 'JavaScript and TypeScript',
  python: 'Python',
  go: 'Go',
  java: 'JVM',
  csharp: '.NET',
  ruby: 'Ruby',
  php: 'PHP',
  rust: 'Rust',
};
